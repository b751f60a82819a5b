// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/event.h"
#include "shared/result.h"

#include <functional>
#include <optional>
#include <vector>

namespace signalbox {

/// What the broker tells the house. Called on the core thread.
class BrokerSink
{
public:
    virtual ~BrokerSink() = default;
    /// A new event, exactly once, in log order.
    virtual void brokerEvent(const EventPtr& event) = 0;
    /// Events of the channel may be missing between what came and what comes, and cannot be had any more: whoever
    /// listens must be told (HistoryLost).
    virtual void channelLost(const QByteArray& channel) { Q_UNUSED(channel); }
};

/// A publish that was accepted.
struct Published
{
    EventPtr event;
    bool duplicate = false; ///< the idempotency key had been used: `event` is the first one without its data, nothing
                            ///< was delivered now
};

/// Where a channel stands.
struct ChannelTop
{
    QByteArray channel;
    Position position;
};

/// What a resuming stream gets. Consistent: `events` holds everything after the asked place up to `tops` and nothing
/// later; live events that come after this answer go on exactly behind it.
struct Replay
{
    bool recovered = true; ///< false: the place is unknown or trimmed; `events` is empty and the client must reload
    std::vector<EventPtr> events; ///< in log order, each once, whatever number of the asked channels it went to
    std::vector<ChannelTop> tops; ///< of every asked channel, in the order asked
    LogCursor cursor;             ///< of the broker's logs at this moment
};

/// Accepts events, numbers them per channel and over all, keeps a bounded history, tells everybody. One implementation
/// per engine (memory here; Redis); the contract tests in tests/contract run on each. All calls and callbacks on the
/// core thread; callbacks may come before the call returns. Nothing accepted is lost while its history lives; an event
/// that got an error may or may not have been published only when the error is Unavailable.
class Broker
{
public:
    using PublishDone = std::function<void(Result<std::vector<Published>>)>;
    using PublishOneDone = std::function<void(Result<Published>)>;
    using ReplayDone = std::function<void(Result<Replay>)>;

    virtual ~Broker() = default;
    virtual void setSink(BrokerSink* sink) = 0;

    /// Stamps (id, time, positions), stores and tells the sink, in order: all of the events or, with an error, none.
    /// `done` comes when they have their positions. IdempotencyConflict when a key was used with other content;
    /// Unavailable when full or down.
    virtual void publish(std::vector<Publication> events, PublishDone done) = 0;
    /// The same for one event.
    void publish(Publication event, PublishOneDone done);

    /// The sink gets events of the channel from now on (until then it may or may not).
    virtual void subscribe(const QByteArray& channel) = 0;
    virtual void unsubscribe(const QByteArray& channel) = 0;

    /// Everything of these channels after `since`: a position of the broker's log, or of any one channel (then: after
    /// that event, over all asked channels), or nothing (no events, only the tops).
    virtual void replay(const std::vector<QByteArray>& channels, const std::optional<Position>& since,
                        ReplayDone done) = 0;
};

} // namespace signalbox
