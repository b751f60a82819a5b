// SPDX-License-Identifier: GPL-3.0-or-later
// GatewaySocket: what other servers of a Socket.IO cluster do with it.
#include "core/channel.h"
#include "socketio/gatewaysocket.h"
#include "socketio/socketroster.h"
#include "transport/edgeworker.h"

namespace signalbox {

namespace {

constexpr char kClusterNamespace[] = "/";

} // namespace

void GatewaySocket::setAdmitted(bool admitted)
{
    if (std::exchange(m_admitted, admitted) == admitted)
        return;
    if (admitted)
        m_roster->add(*this);
    else
        m_roster->remove(*this);
}

void GatewaySocket::enterRoom(const QByteArray& room)
{
    if (isValidChannelName(room) && !Hub::isMember(session(), room) && mayHaveMoreRooms())
        subscribeRoom(room, std::nullopt);
}

void GatewaySocket::quitRoom(const QByteArray& room)
{
    if (!Hub::isMember(session(), room))
        return;
    if (edge().hub().leave(session(), room))
        edge().port().abandon({room});
    keep({});
}

void GatewaySocket::disconnectSocket(bool closing)
{
    disconnectFrom(kClusterNamespace);
    leftNamespace(kClusterNamespace);
    if (closing)
        disconnectAll();
}

void GatewaySocket::ask(const SocketValues& event, const ClusterSockets::Answered& answered)
{
    emitForAck(kClusterNamespace, {event.json, event.attachments}, [answered](const SocketPacket& answer) {
        answered({jsonText(answer.args), answer.attachments});
    });
}

SocketDescription GatewaySocket::description() const
{
    SocketDescription found{m_socketId, {m_socketId}, {}};
    found.rooms.insert(found.rooms.end(), session().channels().begin(), session().channels().end());
    QByteArrayList rooms;
    for (const QByteArray& room : found.rooms)
        rooms.append(jsonString(room));
    const SessionMeta& meta = session().meta();
    found.json = "{\"id\":\"" + m_socketId + "\",\"handshake\":{\"headers\":{},\"time\":\"" + isoTime(meta.createdMs) +
                 "\",\"address\":" + jsonString(meta.address) +
                 ",\"xdomain\":false,\"secure\":false,\"issued\":" + QByteArray::number(meta.createdMs) +
                 ",\"url\":\"/socket.io/\",\"query\":{},\"auth\":{}},\"rooms\":[" + rooms.join(',') +
                 "],\"data\":{\"userId\":" + jsonString(m_identity->subject) + ",\"role\":\"" +
                 roleName(m_identity->role) + "\"}}";
    return found;
}

} // namespace signalbox
