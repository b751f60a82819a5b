// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/broker.h"
#include "core/outboundqueue.h"
#include "core/sessionmeta.h"
#include "core/wireformat.h"

#include <vector>

namespace signalbox {

class Hub;

/// What a session asks of the transport that carries it. Called on the worker's thread.
class SessionCarrier
{
public:
    virtual ~SessionCarrier() = default;
    /// Frames wait in the queue, or the session has failed: write or close at the end of this turn of the loop. Comes
    /// while events are being fanned out, so nothing may be destroyed inside.
    virtual void sessionNeedsTurn() = 0;
};

/// One client's view of the hub: who it is, which channels it gets, and what waits to be written to it. Lives on its
/// worker's thread, is owned by its carrier, and leaves the hub when it is destroyed.
///
/// Order: add channels to the hub first, then ask the core for a replay, then goLive() with the answer: events that
/// arrive in between are kept and merged by offset, so that there is neither a gap nor a double.
class Session
{
public:
    struct Settings
    {
        qint64 maxQueueBytes = 1 << 20;
        SlowPolicy slowPolicy = SlowPolicy::Close;
        int maxPendingEvents = 10'000; ///< kept while a replay is awaited, and waiting behind a replay
    };

    Session(Hub& hub, SessionCarrier& carrier, SessionMetaPtr meta, WireFormat format, const Settings& settings);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    const SessionMeta& meta() const { return *m_meta; }
    SessionMeta& meta() { return *m_meta; }
    const SessionMetaPtr& metaPtr() const { return m_meta; }
    const Identity& identity() const { return *m_meta->identity; }
    WireFormat format() const { return m_format; }
    /// Another transport carries it from now on. What is in the queue stays as it is, see OutboundQueue::rewrite().
    void setFormat(WireFormat format) { m_format = format; }
    /// It is known as somebody else from now on; the id stays.
    void setMeta(SessionMetaPtr meta) { m_meta = std::move(meta); }
    /// Streams serve one version of each event (`?version=`); 0: every version.
    void setWantedVersion(int version) { m_wantedVersion = version; }
    int wantedVersion() const { return m_wantedVersion; }

    /// The answer to the replay of all the channels asked for since: takes the tops, queues the missed events, then
    /// the live ones that came meanwhile. Channels of the answer that were left meanwhile are passed over. `joinedBy`
    /// is what joins() said when the replay was asked for: a channel that was left and joined again since then waits
    /// for the later answer. Without it the next answer counts, whichever join it was asked for.
    void goLive(const Replay& replay, quint64 joinedBy = ~quint64{0});
    /// Moves events that wait into the queue while there is little in it: a long replay, or a burst of one turn, may be
    /// larger than the queue and waits as events, shared with the history. The carrier calls it when it has written;
    /// true while more wait.
    bool refill();
    /// How many times it has joined a channel.
    quint64 joins() const { return m_joins; }

    /// Queues a control frame of the transport's own.
    void send(QByteArray frame);
    /// Queues a frame even when the queue is full: for the last words before a close.
    void sendLast(QByteArray frame) { m_queue.pushAlways(std::move(frame)); }

    OutboundQueue& queue() { return m_queue; }
    /// The transport says whether the connection takes bytes at present.
    void setBlocked(bool blocked);
    bool isBlocked() const { return m_blocked; }
    /// The transport's turn has begun: the next frame asks for another one.
    void turnTaken() { m_turnWanted = false; }
    /// Why the session cannot go on (SlowConsumer, HistoryLost, Unavailable); the carrier tells the client and closes.
    std::optional<ErrorCode> failure() const { return m_failure; }
    /// The channels it is in, in the order joined.
    const std::vector<QByteArray>& channels() const { return m_channels; }

private:
    friend class Hub;
    struct Early
    {
        EventPtr event;
        QByteArray channel;
    };

    struct Waiting
    {
        EventPtr event;
        size_t placement = 0;
    };

    void deliver(const Event& event, const QByteArray& frame);
    void appendReplayed(const EventPtr& event, size_t placement);
    void appendLive(const EventPtr& event, size_t placement);
    Waiting takeWaiting();
    bool mustWait(const Event& event) const;
    bool hasWaiting() const { return m_nextWaiting < m_waiting.size(); }
    size_t waiting() const { return m_waiting.size() - m_nextWaiting; }
    void keepForLater(const EventPtr& event, const QByteArray& channel);
    void push(OutboundQueue::Frame frame);
    void wantTurn();
    void fail(ErrorCode code);

    Hub& m_hub;
    SessionCarrier& m_carrier;
    SessionMetaPtr m_meta;
    const Settings& m_settings;
    OutboundQueue m_queue;
    std::vector<QByteArray> m_channels;
    std::vector<Early> m_early;     ///< live events of channels whose replay is awaited
    std::vector<Waiting> m_waiting; ///< a replay's events, and the live ones behind them
    size_t m_nextWaiting = 0;
    size_t m_waitingLimit = 0; ///< what may wait: a replay and as many live events as may queue up behind it
    qint64 m_waitingBytes = 0; ///< data of the live events that wait
    quint64 m_joins = 0;
    quint64 m_dispatch = 0; ///< the fan-out that reached this session last: an event comes once
    int m_wantedVersion = 0;
    WireFormat m_format;
    bool m_blocked = false;
    bool m_turnWanted = false;
    std::optional<ErrorCode> m_failure;
};

} // namespace signalbox
