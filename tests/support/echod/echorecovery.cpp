// SPDX-License-Identifier: GPL-3.0-or-later
#include "echorecovery.h"

#include <algorithm>

namespace signalbox::test {

void EchoRecovery::joined(const QByteArray& pid, const QByteArray& socketId)
{
    const std::lock_guard lock(m_mutex);
    m_sockets[pid].id = socketId;
}

EchoRecovery::Event EchoRecovery::keep(const QByteArray& pid, const Event& event)
{
    const std::lock_guard lock(m_mutex);
    const QByteArray offset = "offset-" + QByteArray::number(++m_lastOffset);
    const Event sent{event.json.chopped(1) + ",\"" + offset + "\"]", event.attachments};
    if (const auto socket = m_sockets.find(pid); socket != m_sockets.end()) {
        socket->events.push_back({offset, sent});
        if (socket->events.size() > kMostEvents)
            socket->events.pop_front();
    }
    return sent;
}

void EchoRecovery::lost(const QByteArray& pid, qint64 nowMs)
{
    const std::lock_guard lock(m_mutex);
    m_sockets.removeIf(
        [nowMs](QHash<QByteArray, Socket>::iterator entry) { return entry->untilMs != 0 && entry->untilMs <= nowMs; });
    if (const auto socket = m_sockets.find(pid); socket != m_sockets.end())
        socket->untilMs = nowMs + m_keptMs;
}

void EchoRecovery::left(const QByteArray& pid)
{
    const std::lock_guard lock(m_mutex);
    m_sockets.remove(pid);
}

std::optional<EchoRecovery::Recovered> EchoRecovery::recover(const QByteArray& pid, const QByteArray& offset,
                                                             qint64 nowMs)
{
    const std::lock_guard lock(m_mutex);
    const auto socket = m_sockets.find(pid);
    if (socket == m_sockets.end() || socket->untilMs <= nowMs)
        return std::nullopt;
    const auto last = std::find_if(socket->events.begin(), socket->events.end(),
                                   [&offset](const Kept& kept) { return kept.offset == offset; });
    if (last == socket->events.end())
        return std::nullopt;
    Recovered recovered{socket->id, {}};
    std::transform(last + 1, socket->events.end(), std::back_inserter(recovered.missed),
                   [](const Kept& kept) { return kept.event; });
    socket->untilMs = 0;
    return recovered;
}

} // namespace signalbox::test
