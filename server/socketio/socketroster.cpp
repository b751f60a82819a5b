// SPDX-License-Identifier: GPL-3.0-or-later
#include "socketio/socketroster.h"

#include "socketio/gatewaysocket.h"
#include "transport/edgeworker.h"

#include <QSet>

#include <array>

namespace signalbox {

namespace {

/// An event's bytes by format, each made when it is first wanted.
class EncodedEvent
{
public:
    explicit EncodedEvent(const SocketValues& event)
        : m_event(event)
    {
    }

    const QByteArray& bytes(WireFormat format)
    {
        const bool isPolled = format.framing == Framing::Polling;
        QByteArray& bytes = m_bytes[(isPolled ? 2U : 0U) + (format.cursorIds ? 1U : 0U)];
        if (bytes.isNull())
            bytes = encoded(format);
        return bytes;
    }

private:
    QByteArray encoded(WireFormat format) const
    {
        QByteArray json = m_event.json;
        if (format.cursorIds && json.endsWith("\"]"))
            json = json.chopped(1) + ",null]";
        const QByteArray text = encodeSocketText({.json = json, .attachments = m_event.attachments.size()});
        QByteArray bytes = encodeEnginePacket({EngineType::Message, false, text}, format.framing);
        for (const QByteArray& attachment : m_event.attachments)
            bytes += encodeEnginePacket({EngineType::Message, true, attachment}, format.framing);
        return bytes;
    }

    const SocketValues& m_event;
    std::array<QByteArray, 4> m_bytes;
};

} // namespace

void SocketRoster::add(GatewaySocket& socket)
{
    m_byId.insert(socket.socketId(), &socket);
    m_bySession.insert(socket.id(), &socket);
}

void SocketRoster::remove(const GatewaySocket& socket)
{
    m_bySession.remove(socket.id());
    // A client that comes back as the same may be here before its lost connection has ended.
    if (const auto found = m_byId.constFind(socket.socketId()); found != m_byId.cend() && *found == &socket)
        m_byId.erase(found);
}

std::vector<GatewaySocket*> SocketRoster::candidates(const std::vector<QByteArray>& rooms) const
{
    std::vector<GatewaySocket*> found;
    if (rooms.empty()) {
        found.assign(m_byId.cbegin(), m_byId.cend());
        return found;
    }
    QSet<const GatewaySocket*> seen;
    const auto take = [&](GatewaySocket* socket) {
        if (!socket || seen.contains(socket))
            return;
        seen.insert(socket);
        found.push_back(socket);
    };
    for (const QByteArray& room : rooms) {
        take(m_byId.value(room));
        m_edge.hub().visit(room, [&](const Session& session) { take(m_bySession.value(session.meta().id)); });
    }
    return found;
}

std::vector<GatewaySocket*> SocketRoster::select(const SocketSelection& who) const
{
    std::vector<GatewaySocket*> found = candidates(who.rooms);
    if (who.except.empty() || found.empty())
        return found;
    const std::vector<GatewaySocket*> excepted = candidates(who.except);
    const QSet<const GatewaySocket*> without(excepted.begin(), excepted.end());
    std::erase_if(found, [&without](const GatewaySocket* socket) { return without.contains(socket); });
    return found;
}

void SocketRoster::emitTo(const SocketBroadcast& broadcast) const
{
    EncodedEvent encoded(broadcast.event);
    for (GatewaySocket* const socket : select(broadcast.to)) {
        Session& session = socket->session();
        if (!broadcast.isVolatile || !session.isBlocked())
            session.send(encoded.bytes(session.format()));
    }
}

int SocketRoster::emitForAck(const SocketBroadcast& broadcast, const ClusterSockets::Answered& answered) const
{
    const std::vector<GatewaySocket*> sockets = select(broadcast.to);
    for (GatewaySocket* const socket : sockets)
        socket->ask(broadcast.event, answered);
    return static_cast<int>(sockets.size());
}

std::vector<SocketDescription> SocketRoster::list(const SocketSelection& of) const
{
    std::vector<SocketDescription> found;
    for (const GatewaySocket* const socket : select(of))
        found.push_back(socket->description());
    return found;
}

void SocketRoster::join(const SocketSelection& who, const std::vector<QByteArray>& rooms) const
{
    for (GatewaySocket* const socket : select(who)) {
        for (const QByteArray& room : rooms)
            socket->enterRoom(room);
    }
}

void SocketRoster::leave(const SocketSelection& who, const std::vector<QByteArray>& rooms) const
{
    for (GatewaySocket* const socket : select(who)) {
        for (const QByteArray& room : rooms)
            socket->quitRoom(room);
    }
}

void SocketRoster::disconnect(const SocketSelection& who, bool closing) const
{
    for (GatewaySocket* const socket : select(who))
        socket->disconnectSocket(closing);
}

} // namespace signalbox
