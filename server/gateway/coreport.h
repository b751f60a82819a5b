// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/core.h"
#include "net/worker.h"

#include <functional>

namespace signalbox {

/// A worker's way to the core and back. Every call is posted to the core thread and returns at once; answers are
/// posted back and run on the worker's thread, in the order in which the core gave them, never inside the call.
/// Because questions and events travel in the same queues, an answer to attach() or subscribe() arrives before every
/// event that is newer than it.
class CorePort
{
public:
    CorePort(Core& core, Worker& worker)
        : m_core(core)
        , m_worker(worker)
    {
    }

    using PublishDone = std::function<void(Result<std::vector<Published>>)>;
    void publish(IdentityPtr publisher, std::vector<Publication> events, PublishDone done);

    using ReplayDone = std::function<void(Result<Replay>)>;
    /// Admits a session and subscribes its first channels, all or nothing.
    void attach(SessionMetaPtr meta, std::vector<QByteArray> channels, std::optional<Position> since, ReplayDone done);
    /// More channels for a session that is attached.
    void subscribe(std::vector<QByteArray> channels, std::optional<Position> since, ReplayDone done);
    /// The worker has no session of these channels any more.
    void abandon(std::vector<QByteArray> channels);
    void detach(quint64 sessionId);

    /// An ack of a client: moves its mark forward.
    void acknowledge(QByteArray dialog, IdentityPtr who, quint64 lastId);

    // What a Socket.IO connection leaves behind, see SavedSockets.
    void keepSocket(quint64 sessionId, QByteArray pid, SavedSocket socket, qint64 windowMs, SavedSockets::Done done);
    void loseSocket(quint64 sessionId, QByteArray pid, SavedSocket socket, qint64 windowMs);
    void forgetSocket(quint64 sessionId, QByteArray pid);
    void takeSavedSocket(quint64 sessionId, QByteArray pid, qint64 windowMs, SavedSockets::Taken done);

    using SessionsDone = std::function<void(std::vector<SessionMetaPtr>)>;
    void listSessions(SessionsDone done);
    /// Channel → sessions on all workers.
    void countRooms(Core::RoomsDone done);

    using ClosedDone = std::function<void(int found)>;
    void closeClient(QByteArray clientId, ErrorCode why, ClosedDone done);
    /// Closes all connections of a user.
    void closeUser(QByteArray user, ErrorCode why, ClosedDone done = {});
    /// Tells the board of presence, see Core::operatorChose.
    void operatorChose(QByteArray operatorId, OperatorStatus wanted, qint64 untilMs);

private:
    Core& m_core;
    Worker& m_worker;
};

} // namespace signalbox
