// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "core/history.h"
#include "core/volatilebroker.h"

#include <QHash>

#include <deque>
#include <memory>

namespace signalbox {

/// The broker of one process: everything in memory, positions at once, callbacks before the call returns. History is
/// bounded per channel (events, age) and in all (bytes); what a bound drops, a resuming client learns as a reset.
class MemoryBroker final : public VolatileBroker
{
public:
    struct Limits
    {
        int eventsPerChannel = 1000;
        qint64 ageMs = 24LL * 3600 * 1000;
        qint64 totalBytes = 256LL << 20;
        int channels = 1'000'000;
        qint64 idempotencyMs = 10LL * 60 * 1000;
        int idempotencyKeys = 100'000;
    };

    MemoryBroker(const Clock& clock, Limits limits);

    void setSink(BrokerSink* sink) override { m_sink = sink; }
    using Broker::publish;
    void publish(std::vector<Publication> events, PublishDone done) override;
    void subscribe(const QByteArray& channel) override;
    void unsubscribe(const QByteArray& channel) override;
    void replay(const std::vector<QByteArray>& channels, const std::optional<Position>& since,
                ReplayDone done) override;

    void setJournal(Position top) override { m_journal = std::move(top); }
    void deliver(const std::shared_ptr<Event>& event, const std::vector<QByteArray>& channels,
                 Delivered delivered) override;
    std::optional<LogCursor> cursorOf(const Position& channelPosition) const override;
    Result<std::optional<EventPtr>> repeated(const Publication& publication) const override;
    void rememberKey(const QByteArray& key, const Event& event, QByteArray fingerprint) override;
    Position logTop() const override { return m_log; }
    bool hasRoomFor(const std::vector<Publication>& events) const override;

    void setLimits(Limits limits) { m_limits = limits; }
    /// Publishing does it too.
    void expire() override;

    qint64 historyBytes() const { return m_bytes; }
    qsizetype channelCount() const { return m_channels.size(); }

private:
    struct Channel
    {
        QByteArray name;
        ChannelHistory history;
        int subscriptions = 0;
        qint64 lastUsedMs = 0;     ///< when somebody last left it or asked for it
        bool isListedIdle = false; ///< is in m_idle
    };
    using ChannelPtr = std::shared_ptr<Channel>;
    /// One event of one channel, in order of age. Stale once a channel bound has dropped the event.
    struct Aging
    {
        ChannelPtr channel;
        quint64 offset = 0;
        qint64 atMs = 0;
    };
    struct RememberedKey
    {
        EventPtr event;
        QByteArray fingerprint;
    };

    EventPtr place(Publication&& publication);
    void placeIn(const std::shared_ptr<Event>& event, const std::vector<QByteArray>& names);
    void append(const ChannelPtr& channel, const EventPtr& event);
    void dropOldest(Channel& channel);
    void dropAged(qint64 beforeMs);
    void noteIdle(const ChannelPtr& channel, qint64 sinceMs);
    void forgetIdle(qint64 beforeMs);
    void forgetKeys(qint64 beforeMs);
    void compactAging();
    Result<void> check(const std::vector<Publication>& events) const;
    Published publishOne(Publication&& publication);
    const ChannelPtr& channelFor(const QByteArray& name);
    QByteArray newEpoch();
    std::optional<quint64> logOffsetOf(const Position& position) const;
    bool isComplete(const QByteArray& channel, quint64 afterLogOffset) const;

    const Clock& m_clock;
    Limits m_limits;
    BrokerSink* m_sink = nullptr;
    const QByteArray m_instance; ///< random, the stem of epochs and ids
    quint64 m_epochCounter = 0;
    Position m_log;         ///< epoch and top of the log over all channels
    Position m_journal;     ///< its top, as delivered; no epoch: there is none
    quint64 m_lostUpTo = 0; ///< log offset up to which forgotten channels may have had events
    QHash<QByteArray, ChannelPtr> m_channels;
    QHash<QByteArray, ChannelPtr> m_channelOfEpoch;
    std::deque<Aging> m_aging;
    std::deque<std::pair<ChannelPtr, qint64>> m_idle; ///< channels that became empty, by time, each once
    qint64 m_bytes = 0;
    size_t m_events = 0;
    QHash<QByteArray, RememberedKey> m_keys;
    std::deque<std::pair<QByteArray, qint64>> m_keysByAge;
};

} // namespace signalbox
