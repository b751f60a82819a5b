// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "core/identity.h"
#include "shared/result.h"

#include <QHash>

#include <deque>
#include <functional>
#include <optional>
#include <vector>

namespace signalbox {

struct SavedRoom
{
    QByteArray name;
    QByteArray since; ///< the broker's cursor at which it was joined: events before it were not this connection's

    bool operator==(const SavedRoom&) const = default;
};

/// What a Socket.IO connection leaves behind for the one that comes in its place (connection state recovery).
struct SavedSocket
{
    QByteArray socketId;
    std::vector<SavedRoom> rooms;
    IdentityPtr identity;
};

/// What connections leave behind, by the private id that only their client knows. A connection is named by its session
/// here; what it left is taken by at most one other, and what it says afterwards is passed over. Core thread; callbacks
/// may come before the call returns.
class SavedSockets
{
public:
    using Done = std::function<void()>;
    using Taken = std::function<void(const Result<std::optional<SavedSocket>>&)>;

    virtual ~SavedSockets() = default;
    /// The connection lives; if its server dies, this is what it leaves, for about `windowMs`. `done` comes when that
    /// would be so, or cannot be made so now.
    virtual void keep(quint64 session, const QByteArray& pid, const SavedSocket& socket, qint64 windowMs,
                      Done done) = 0;
    /// The connection is lost, and leaves this for `windowMs`.
    virtual void lose(quint64 session, const QByteArray& pid, const SavedSocket& socket, qint64 windowMs) = 0;
    /// It took leave: there is nothing to come back to.
    virtual void forget(quint64 session, const QByteArray& pid) = 0;
    /// For the connection that comes in its place; nothing: there is nothing to come back to. Unavailable: it may be
    /// there later.
    virtual void take(quint64 session, const QByteArray& pid, qint64 windowMs, Taken taken) = 0;
};

/// Of lost connections of this process alone; the oldest go first.
class MemorySavedSockets final : public SavedSockets
{
public:
    static constexpr size_t kMost = 10'000;

    explicit MemorySavedSockets(const Clock& clock)
        : m_clock(clock)
    {
    }
    void keep(quint64, const QByteArray&, const SavedSocket&, qint64, Done done) override { done(); }
    void lose(quint64 session, const QByteArray& pid, const SavedSocket& socket, qint64 windowMs) override;
    void forget(quint64, const QByteArray& pid) override { m_sockets.remove(pid); }
    void take(quint64 session, const QByteArray& pid, qint64 windowMs, Taken taken) override;
    qsizetype count() const { return m_sockets.size(); }

private:
    struct Entry
    {
        SavedSocket socket;
        qint64 untilMs = 0; ///< steady
    };
    void tidy(qint64 nowMs);

    const Clock& m_clock;
    QHash<QByteArray, Entry> m_sockets;
    std::deque<QByteArray> m_order; ///< as saved; those taken since are passed over
};

} // namespace signalbox
