// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayList>
#include <QHash>

#include <deque>
#include <mutex>
#include <optional>
#include <vector>

namespace signalbox::test {

/// Connection state recovery as the official server's adapter in memory does it: of each socket, by its private id, the
/// last events that it was sent, so that a client which was lost gets what it missed and is the same socket again. Any
/// thread.
class EchoRecovery
{
public:
    struct Event
    {
        QByteArray json; ///< with the offset as the last argument
        QByteArrayList attachments;
    };
    struct Recovered
    {
        QByteArray socketId;
        std::vector<Event> missed;
    };

    /// A socket that was lost can come back for so long; 0: there is no recovery.
    explicit EchoRecovery(qint64 keptMs)
        : m_keptMs(keptMs)
    {
    }
    bool isOn() const { return m_keptMs > 0; }

    void joined(const QByteArray& pid, const QByteArray& socketId);
    /// Keeps an event that is sent to it; returns it with its offset.
    Event keep(const QByteArray& pid, const Event& event);
    void lost(const QByteArray& pid, qint64 nowMs);
    /// It took leave, or was sent away.
    void left(const QByteArray& pid);
    /// Nothing when it is not lost, or was too long ago, or the event of this offset is not kept any more.
    std::optional<Recovered> recover(const QByteArray& pid, const QByteArray& offset, qint64 nowMs);

private:
    static constexpr size_t kMostEvents = 100;
    struct Kept
    {
        QByteArray offset;
        Event event;
    };
    struct Socket
    {
        QByteArray id;
        std::deque<Kept> events;
        qint64 untilMs = 0; ///< 0: it is connected
    };

    const qint64 m_keptMs;
    std::mutex m_mutex;
    QHash<QByteArray, Socket> m_sockets; ///< by private id
    quint64 m_lastOffset = 0;
};

} // namespace signalbox::test
