// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/identity.h"

#include <QHash>

#include <deque>
#include <optional>
#include <vector>

namespace signalbox {

/// What a Socket.IO connection leaves behind for the one that comes in its place (connection state recovery).
struct SavedSocket
{
    QByteArray socketId;
    std::vector<QByteArray> rooms;
    IdentityPtr identity;
};

/// Sockets that went without taking leave, by the private id that only their client knows. Kept for a while, the oldest
/// go first. Core thread.
class SavedSockets
{
public:
    static constexpr size_t kMost = 10'000;

    void save(const QByteArray& pid, SavedSocket socket, qint64 untilSteadyMs);
    /// At most once for each.
    std::optional<SavedSocket> take(const QByteArray& pid, qint64 nowSteadyMs);
    qsizetype count() const { return m_sockets.size(); }

private:
    struct Entry
    {
        SavedSocket socket;
        qint64 untilMs = 0;
    };
    void tidy(qint64 nowMs);

    QHash<QByteArray, Entry> m_sockets;
    std::deque<QByteArray> m_order; ///< as saved; those taken since are passed over
};

} // namespace signalbox
