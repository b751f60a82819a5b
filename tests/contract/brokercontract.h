// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/broker.h"

#include <QObject>

#include <functional>
#include <memory>
#include <vector>

namespace signalbox {

/// A broker under test and what makes its time pass. One per test; made by the factory, owned by the contract.
class BrokerWorld
{
public:
    /// The bounds that the contract relies on. Other bounds are wide enough not to be met.
    struct Bounds
    {
        int eventsPerChannel = 1000;
        qint64 ageMs = 3'600'000;
        qint64 idempotencyMs = 600'000;
    };

    virtual ~BrokerWorld() = default;
    virtual Broker& broker() = 0;
    /// Makes this much time pass for everything that ages; false when this broker's time cannot be turned.
    virtual bool advance(qint64 ms) = 0;
    /// A channel's name; another one for each prefix and name.
    virtual QByteArray channelName(const QByteArray& prefix, const char* name) { return prefix + ':' + name; }
};

using BrokerFactory = std::function<std::unique_ptr<BrokerWorld>(const BrokerWorld::Bounds& bounds)>;

/// The promises of core/broker.h as tests. A test program inherits this class, gives the factory of its broker and
/// adds what is that broker's own. Answers may come late: everything is waited for with the event loop running.
class BrokerContract : public QObject, private BrokerSink
{
    Q_OBJECT

public:
    explicit BrokerContract(BrokerFactory factory)
        : m_factory(std::move(factory))
    {
    }

protected:
    using Channels = std::vector<QByteArray>;

    /// Makes the world of this test; the sink is this.
    Broker& open(const BrokerWorld::Bounds& bounds = {});
    BrokerWorld& world() { return *m_world; }
    /// A channel's name that no other test uses, with a subscription.
    QByteArray channel(const char* name);
    Publication publication(const Channels& channels, const QByteArray& data = "{}") const;
    Result<Published> publish(const Publication& publication);
    /// Publishes `count` events to these channels; each must be accepted.
    std::vector<EventPtr> publishMany(const Channels& channels, int count);
    Result<Replay> replay(const Channels& channels, const std::optional<Position>& since);
    /// Waits until the sink has had so many events; false when they do not come.
    bool waitForEvents(size_t count);
    const std::vector<EventPtr>& seen() const { return m_seen; }

private slots:
    void init();
    void cleanup();
    void stampsEvents();
    void offsetsGrowByOnePerChannel();
    void severalChannelsOneEvent();
    void sinkSeesLogOrder();
    void pipelinedPublishesKeepOrder();
    void publishesWithoutASink();
    void epochsNeverCoincide();
    void replayOfNothingAsked();
    void replayOfAnUnheardChannel();
    void replaySinceChannelPosition();
    void replaySinceCursor();
    void replaySinceTheTop();
    void replayUnionHasNoDoubles();
    void replayUnionSinceOneChannel();
    void replaySinceUnaskedChannel();
    void replayOfTheFuture_data();
    void replayOfTheFuture();
    void replayOfUnknownEpoch();
    void replayIsConsistentWithLive();
    void replayTrimmed();
    void replayTrimmedUnion();
    void replayAged();
    void trimmedBusyChannelLeavesOthersWhole();
    void emptyChannelKeepsItsEpoch();
    void expiredChannelIsAReset();
    void resubscribing();
    void idempotentRepeat();
    void idempotencyConflict_data();
    void idempotencyConflict();
    void idempotencyKeysAreIndependent();
    void idempotencyExpires();
    void repeatAfterTrimming();

private:
    void brokerEvent(const EventPtr& event) override { m_seen.push_back(event); }

    BrokerFactory m_factory;
    std::vector<EventPtr> m_seen;
    std::unique_ptr<BrokerWorld> m_world;
    QByteArray m_prefix;
};

} // namespace signalbox
