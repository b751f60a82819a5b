// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clustersockets.h"
#include "core/savedsockets.h"
#include "socketio/socketioconnection.h"

#include <optional>

namespace signalbox {

class SocketRoster;

/// A client of seed 001's Socket.IO service. The namespace is `/`; rooms are channels.
///
/// It proves who it is by a token in the CONNECT's `auth`, in the handshake's `Authorization` header, or by the event
/// `authenticate` in time; else it is told `error` and disconnected. Then it is in the rooms of its role and cities,
/// and `join-room` and `leave-room` do the rest, as far as it may. What it may not do is answered by `exception` (and
/// by the acknowledgement, when one is asked for); unknown events are passed over.
///
/// Connection state recovery: an event carries the broker's cursor as its last argument; a client that was lost may
/// come back with it and with its private id, is in its rooms again, and gets what it missed. With Redis it may come
/// back to another server, whatever became of the one before: a room that was joined or left is acknowledged when the
/// others know.
///
/// From when it has proved who it is until it leaves it stands in the worker's roster, for other servers of a cluster.
class GatewaySocket final : public SocketIoConnection
{
public:
    /// What the handshake's header said; nothing when it had no token.
    using HeaderToken = std::optional<Result<IdentityPtr>>;

    GatewaySocket(EdgeWorker& edge, SessionMetaPtr meta, std::shared_ptr<EngineSessions> sessions, WireFormat format,
                  std::shared_ptr<SocketRoster> roster, HeaderToken header);
    ~GatewaySocket() override;

    void sourcesChanged() override;

    // For the roster:
    const QByteArray& socketId() const { return m_socketId; }
    SocketDescription description() const;
    /// Asks the client; its answer may never come.
    void ask(const SocketValues& event, const ClusterSockets::Answered& answered);
    /// Joins without asking whether it may; what it cannot join is passed over.
    void enterRoom(const QByteArray& room);
    void quitRoom(const QByteArray& room);
    /// "io server disconnect"; `closing` ends the connection too.
    void disconnectSocket(bool closing);

protected:
    void connecting(const QByteArray& nsp, const QJsonObject& auth) override;
    void receivedEvent(const SocketPacket& event) override;
    void leftNamespace(const QByteArray& nsp) override;
    void deadlineReached() override;
    void identified(const Result<Replay>& answer, bool resuming) override;
    QByteArray lastWords(const Error& why) override;
    void ending() override;

private:
    bool recovers() const;
    HeaderToken tokenIn(const QJsonObject& auth) const;
    void connectAnew(const QJsonObject& auth);
    static QByteArray freshId();
    void askBack(const QByteArray& pid, const QByteArray& offset, const QJsonObject& auth);
    void recover(const SavedSocket& saved, const QByteArray& pid, const QByteArray& offset, const QJsonObject& auth);
    void startOver(const Result<Replay>& answer);
    Replay missed(Replay replay) const;
    qint64 windowMs() const;
    void noteJoined(const QByteArray& room, const QByteArray& cursor);
    SavedSocket leftBehind() const;
    void keep(std::function<void(GatewaySocket&)> then);
    void leaveRooms();
    void welcome(const QByteArray& socketId);
    void becomes(const IdentityPtr& identity, const std::vector<QByteArray>& rooms, const QByteArray& since);
    void sayAuthenticated(const QByteArray& cursor);
    void refuseToken(const Error& error);

    void authenticate(const SocketPacket& event);
    void renew(const IdentityPtr& identity);
    void joinRoom(const SocketPacket& event);
    /// `event` asked for it; nothing: another server did.
    void subscribeRoom(const QByteArray& room, std::optional<SocketPacket> event);
    void joined(const std::optional<SocketPacket>& event, const QByteArray& room, const Result<Replay>& answer,
                quint64 joinedBy);
    bool mayHaveMoreRooms() const;
    void setAdmitted(bool admitted);
    void leaveRoom(const SocketPacket& event);
    void sayDone(const SocketPacket& event, const char* what, const QByteArray& room);
    void sayRefused(const SocketPacket& event, const Error& error);
    void emitName(const char* name, const QByteArray& data, const QByteArray& cursor = {});

    const std::shared_ptr<SocketRoster> m_roster;
    HeaderToken m_header;
    IdentityPtr m_identity; ///< null: nobody yet
    QByteArray m_socketId;
    QByteArray m_pid;
    std::vector<SavedRoom> m_joined;              ///< since when it is in its rooms
    std::optional<SavedSocket> m_recovering;      ///< from recover() to the core's answer
    std::optional<SocketPacket> m_authenticating; ///< the event that waits for its acknowledgement
    int m_unanswered = 0;                         ///< answers of the core to identify() that are awaited
    bool m_admitted = false;                      ///< the core counts it as m_identity; it is in the roster
    bool m_tookLeave = false;                     ///< nothing of it is to be recovered
};

} // namespace signalbox
