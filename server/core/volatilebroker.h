// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/broker.h"

namespace signalbox {

/// A broker that a journal can stand beside: it keeps the channels that need not survive, and every event of both goes
/// to the sink through it, in one order, with cursors that cover both. Memory of one process, or Redis.
class VolatileBroker : public Broker
{
public:
    using Delivered = std::function<void(Result<EventPtr>)>;

    /// There is a journal beside this, which stands there: cursors cover both from now on.
    virtual void setJournal(Position top) = 0;
    /// An event of the journal's, complete but for its place here: gets its cursor, and a place in each of these
    /// channels, and goes to the sink. Called, and carried out, in the order of the journal. Several
    /// servers with one journal each call it; the channels here get the event once. `delivered` gets it with
    /// all its places; Unavailable when the channels here may not have got it.
    virtual void deliver(const std::shared_ptr<Event>& event, const std::vector<QByteArray>& channels,
                         Delivered delivered) = 0;
    /// The cursor of the event with this position in one of the channels here, while that is known at once.
    virtual std::optional<LogCursor> cursorOf(const Position& channelPosition) const = 0;
    /// The event that this publication's idempotency key was used for, as far as that is known at once; nothing when it
    /// is fresh or has no key; IdempotencyConflict when it was used for something else.
    virtual Result<std::optional<EventPtr>> repeated(const Publication& publication) const = 0;
    /// The key was used in the journal.
    virtual void rememberKey(const QByteArray& key, const Event& event, QByteArray fingerprint) = 0;
    /// Up to where its own log has been delivered.
    virtual Position logTop() const = 0;
    /// False: these would not be taken at present.
    virtual bool hasRoomFor(const std::vector<Publication>& events) const = 0;
    /// Drops what is too old; called every few seconds.
    virtual void expire() = 0;
};

} // namespace signalbox
