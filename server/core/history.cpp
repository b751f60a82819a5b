// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history.h"

#include <algorithm>

namespace signalbox {

void ChannelHistory::append(EventPtr event)
{
    m_events.push_back(std::move(event));
    ++m_top;
}

void ChannelHistory::dropOldest()
{
    m_completeAfter = m_events.front()->cursor.memory.offset;
    m_events.pop_front();
}

std::optional<quint64> ChannelHistory::logOffsetOf(quint64 offset) const
{
    if (offset > m_top || offset + 1 < oldestOffset())
        return std::nullopt;
    if (offset + 1 == oldestOffset())
        return m_completeAfter;
    return m_events[offset - oldestOffset()]->cursor.memory.offset;
}

std::optional<LogCursor> ChannelHistory::cursorOf(quint64 offset) const
{
    if (offset > m_top || offset < oldestOffset() || isEmpty())
        return std::nullopt;
    return m_events[offset - oldestOffset()]->cursor;
}

void ChannelHistory::collectAfter(quint64 logOffset, std::vector<EventPtr>& out) const
{
    const auto first =
        std::upper_bound(m_events.begin(), m_events.end(), logOffset,
                         [](quint64 value, const EventPtr& event) { return value < event->cursor.memory.offset; });
    out.insert(out.end(), first, m_events.end());
}

} // namespace signalbox
