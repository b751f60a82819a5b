// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/savedsockets.h"

namespace signalbox {

void SavedSockets::save(const QByteArray& pid, SavedSocket socket, qint64 untilSteadyMs)
{
    m_sockets.insert(pid, {std::move(socket), untilSteadyMs});
    m_order.push_back(pid);
    while (m_order.size() > kMost) {
        m_sockets.remove(m_order.front());
        m_order.pop_front();
    }
}

std::optional<SavedSocket> SavedSockets::take(const QByteArray& pid, qint64 nowSteadyMs)
{
    tidy(nowSteadyMs);
    const auto found = m_sockets.find(pid);
    if (found == m_sockets.end())
        return std::nullopt;
    Entry entry = std::move(*found);
    m_sockets.erase(found);
    if (entry.untilMs <= nowSteadyMs)
        return std::nullopt;
    return std::move(entry.socket);
}

void SavedSockets::tidy(qint64 nowMs)
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
