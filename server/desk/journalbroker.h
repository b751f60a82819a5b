// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "core/volatilebroker.h"
#include "desk/deferredpublishes.h"
#include "desk/deskchannels.h"
#include "desk/journalreplay.h"

#include <QSet>

#include <functional>

namespace signalbox {

/// The broker of a server with a desk: channels that must survive a restart keep their history in the database's
/// journal, the others in memory. Durable are the desk's dialogs and everything that its staff listens to (`staff`,
/// `operators`, `directors`, `operator:…`, `city:…`, `user:…`, `order:…`, `system`); of memory only are dialogs that
/// another service owns, `stream:…` and unknown names. An event may go to both kinds.
///
/// A publish in a durable channel is answered after its commit; what the desk's own commands emit comes the same way.
/// One cursor covers both (LogCursor): after a restart a stream of durable channels resumes, one with a channel of
/// memory is reset. "Memory" is Redis when there is one: then those resume as well. Core thread, but for committed().
///
/// Several servers on one database (Limits::isShared) each deliver all events of its journal, in its order. What a
/// server could not read before it was trimmed is told as lost.
class JournalBroker final : public Broker, private BrokerSink
{
public:
    struct Limits
    {
        int eventsPerChannel = 1000;
        qint64 ageMs = 24LL * 3600 * 1000;
        qint64 idempotencyMs = 24LL * 3600 * 1000;
        bool isShared = false; ///< other servers write the journal, too
    };
    /// Runs the task on the core thread, in the order of the calls; any thread.
    using ToCore = JournalReplay::ToCore;

    /// Everything outlives the broker, which must be gone from the store's callbacks first: stop the store.
    JournalBroker(VolatileBroker& memory, StoreThread& store, const Clock& clock, Limits limits, ToCore toCore);

    /// Reads where the journal stands; waits for the store, which has been started.
    Result<void> start();
    void setLimits(Limits limits) { m_limits = limits; }
    /// Is told when events of the journal have been delivered.
    void setAdvanced(std::function<void()> advanced) { m_advanced = std::move(advanced); }

    void setSink(BrokerSink* sink) override;
    using Broker::publish;
    void publish(std::vector<Publication> events, PublishDone done) override;
    void subscribe(const QByteArray& channel) override;
    void unsubscribe(const QByteArray& channel) override;
    void replay(const std::vector<QByteArray>& channels, const std::optional<Position>& since,
                ReplayDone done) override;

    /// For StoreThread::setCommitted(): delivers on the core thread. Any thread.
    void committed(std::vector<JournalEvent> events);
    /// Drops what is too old, a little at a time; call every few seconds.
    void expire();

    bool isDurable(const QByteArray& channel) const { return m_channels.isDurable(channel); }

private:
    struct Taken;

    bool isUndecided(const QByteArray& channel) const;
    void brokerEvent(const EventPtr& event) override;
    void channelLost(const QByteArray& channel) override;
    void leaveMemory();
    void decide(std::function<void(const Result<void>&)> done);
    void publishNow(std::vector<Publication> events, PublishDone done);
    void replayNow(const std::vector<QByteArray>& channels, const std::optional<Position>& since, ReplayDone done);
    void loseOthers();
    void deliver(const std::vector<JournalEvent>& events);
    void noteTop(const Placement& place);
    void published(const std::shared_ptr<Taken>& taken, const Result<void>& outcome);
    void deliverOne(const JournalEvent& from, VolatileBroker::Delivered delivered);

    VolatileBroker& m_memory;
    StoreThread& m_store;
    const Clock& m_clock;
    Limits m_limits;
    const ToCore m_toCore;
    BrokerSink* m_sink = nullptr;
    std::function<void()> m_advanced; ///< may be empty
    Position m_top;                   ///< of the journal, as delivered
    quint64 m_received = 0;           ///< the newest event that has come from it, delivered or with its publish
    DeskChannels m_channels;
    QSet<QByteArray> m_listened; ///< durable channels, and m_unsure
    QSet<QByteArray> m_unsure;   ///< dialogs that memory was asked for, before the desk was known to have them
    bool m_expiring = false;
    QHash<quint64, JournalEvent> m_ofPublishes; ///< committed, and delivered with their publish
    BusyChannels m_busy;                        ///< through the journal
    DeferredPublishes m_deferred;
    JournalReplay m_replay;
};

} // namespace signalbox
