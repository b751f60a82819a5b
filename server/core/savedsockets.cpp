// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/savedsockets.h"

namespace signalbox {

void MemorySavedSockets::lose(quint64, const QByteArray& pid, const SavedSocket& socket, qint64 windowMs)
{
    m_sockets.insert(pid, {socket, m_clock.steadyMs() + windowMs});
    m_order.push_back(pid);
    while (m_order.size() > kMost) {
        m_sockets.remove(m_order.front());
        m_order.pop_front();
    }
}

void MemorySavedSockets::take(quint64, const QByteArray& pid, qint64, Taken taken)
{
    tidy(m_clock.steadyMs());
    const auto found = m_sockets.find(pid);
    if (found == m_sockets.end()) {
        taken(std::optional<SavedSocket>());
        return;
    }
    Entry entry = std::move(*found);
    m_sockets.erase(found);
    const bool isOver = entry.untilMs <= m_clock.steadyMs();
    taken(isOver ? std::optional<SavedSocket>() : std::optional(std::move(entry.socket)));
}

void MemorySavedSockets::tidy(qint64 nowMs)
{
    while (!m_order.empty()) {
        const auto oldest = m_sockets.constFind(m_order.front());
        if (oldest != m_sockets.cend() && oldest->untilMs > nowMs)
            return;
        m_sockets.remove(m_order.front());
        m_order.pop_front();
    }
}

} // namespace signalbox
