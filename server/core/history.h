// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/event.h"

#include <deque>
#include <optional>
#include <vector>

namespace signalbox {

/// The recent events of one channel, by offset. Knows how far back it is complete, in both numberings. Not thread-safe.
class ChannelHistory
{
public:
    /// A new life of a channel. Events of the broker's log up to `completeAfter` may have been lost with an earlier
    /// one.
    ChannelHistory(QByteArray epoch, quint64 completeAfter)
        : m_epoch(std::move(epoch))
        , m_completeAfter(completeAfter)
    {
    }

    const QByteArray& epoch() const { return m_epoch; }
    quint64 topOffset() const { return m_top; }
    Position top() const { return {m_epoch, m_top}; }
    quint64 nextOffset() const { return m_top + 1; }
    bool isEmpty() const { return m_events.empty(); }
    size_t size() const { return m_events.size(); }
    quint64 oldestOffset() const { return m_top - m_events.size() + 1; }
    const EventPtr& oldest() const { return m_events.front(); }
    /// The log offset up to which events may be missing here.
    quint64 completeAfter() const { return m_completeAfter; }

    /// The event has nextOffset() in this channel.
    void append(EventPtr event);
    void dropOldest();

    /// The log offset of the event with this channel offset, also of the youngest dropped one (0 for offset 0 of a
    /// complete history); nothing when it is too old or not there yet.
    std::optional<quint64> logOffsetOf(quint64 offset) const;
    /// The cursor of the event with this channel offset, while it is here.
    std::optional<LogCursor> cursorOf(quint64 offset) const;
    /// Appends to `out` the events whose log offset is greater.
    void collectAfter(quint64 logOffset, std::vector<EventPtr>& out) const;

private:
    QByteArray m_epoch;
    quint64 m_completeAfter;
    quint64 m_top = 0;
    std::deque<EventPtr> m_events;
};

} // namespace signalbox
