// SPDX-License-Identifier: GPL-3.0-or-later
#include "socketio/socketioconnection.h"

#include "transport/edgeworker.h"

#include <algorithm>

namespace signalbox {

SocketIoConnection::SocketIoConnection(EdgeWorker& edge, SessionMetaPtr meta, std::shared_ptr<EngineSessions> sessions,
                                       WireFormat format)
    : EngineConnection(edge, std::move(meta), std::move(sessions), format)
    , m_decoder(edge.settings().limits.jsonDepth, edge.settings().limits.engineIoPayloadBytes)
{
}

void SocketIoConnection::opened()
{
    setDeadline(edge().settings().socketIo.connectTimeoutMs);
}

/// Nobody may hold a connection without being in a namespace.
void SocketIoConnection::deadlineReached()
{
    if (std::none_of(m_namespaces.begin(), m_namespaces.end(), [](const Namespace& nsp) { return nsp.joined; }))
        closeEngine();
}

SocketIoConnection::Namespace* SocketIoConnection::find(const QByteArray& nsp)
{
    const auto found =
        std::find_if(m_namespaces.begin(), m_namespaces.end(), [&](const Namespace& n) { return n.name == nsp; });
    return found == m_namespaces.end() ? nullptr : &*found;
}

bool SocketIoConnection::isIn(const QByteArray& nsp) const
{
    return std::any_of(m_namespaces.begin(), m_namespaces.end(),
                       [&](const Namespace& n) { return n.joined && n.name == nsp; });
}

void SocketIoConnection::receivedMessage(EnginePacket message)
{
    const auto outcome =
        message.isBinary ? m_decoder.feedBinary(std::move(message.data)) : m_decoder.feedText(message.data);
    if (outcome == SocketPacketDecoder::Outcome::Broken)
        closeEngine();
    else if (outcome == SocketPacketDecoder::Outcome::Complete)
        receivedPacket(m_decoder.take());
}

void SocketIoConnection::receivedPacket(const SocketPacket& packet)
{
    if (packet.type == SocketType::Connect) {
        receivedConnect(packet);
        return;
    }
    if (packet.type == SocketType::ConnectError || !isIn(packet.nsp)) {
        closeEngine();
        return;
    }
    if (packet.type == SocketType::Disconnect) {
        leave(packet.nsp);
        leftNamespace(packet.nsp);
    } else if (packet.type == SocketType::Ack) {
        receivedAck(packet);
    } else if (!packet.args.isEmpty()) {
        receivedEvent(packet);
    }
}

void SocketIoConnection::receivedConnect(const SocketPacket& packet)
{
    if (find(packet.nsp) || m_namespaces.size() >= kMaxNamespaces) {
        closeEngine();
        return;
    }
    m_namespaces.push_back({packet.nsp, false});
    connecting(packet.nsp, packet.object);
}

void SocketIoConnection::acceptConnect(const QByteArray& nsp, const QByteArray& socketId, const QByteArray& pid)
{
    Namespace* const place = find(nsp);
    if (!place || isClosing())
        return;
    place->joined = true;
    QByteArray json = "{\"sid\":\"" + socketId + '"';
    if (!pid.isEmpty())
        json += ",\"pid\":\"" + pid + '"';
    sendPacket({.type = SocketType::Connect, .nsp = nsp}, {json + '}'});
}

void SocketIoConnection::refuseConnect(const QByteArray& nsp, const QByteArray& message, const QByteArray& data)
{
    leave(nsp);
    QByteArray json = "{\"message\":" + jsonString(message);
    if (!data.isEmpty())
        json += ",\"data\":" + data;
    sendPacket({.type = SocketType::ConnectError, .nsp = nsp}, {json + '}'});
}

void SocketIoConnection::leave(const QByteArray& nsp)
{
    std::erase_if(m_namespaces, [&](const Namespace& n) { return n.name == nsp; });
}

void SocketIoConnection::sendPacket(SocketText packet, const Values& values)
{
    packet.json = values.json;
    packet.attachments = values.attachments.size();
    sendMessage(encodeSocketText(packet));
    for (const QByteArray& bytes : values.attachments)
        sendBinary(bytes);
}

void SocketIoConnection::emitEvent(const QByteArray& nsp, const Values& event)
{
    if (isIn(nsp))
        sendPacket({.nsp = nsp}, event);
}

void SocketIoConnection::emitForAck(const QByteArray& nsp, const Values& event, Acknowledged acknowledged)
{
    if (!isIn(nsp))
        return;
    if (m_awaited.size() >= kMaxAwaited)
        m_awaited.erase(m_awaited.begin());
    const QByteArray ackId = QByteArray::number(m_nextAckId++);
    m_awaited.emplace_back(ackId, std::move(acknowledged));
    sendPacket({.nsp = nsp, .ackId = ackId}, event);
}

void SocketIoConnection::receivedAck(const SocketPacket& packet)
{
    const auto found = std::find_if(m_awaited.begin(), m_awaited.end(),
                                    [&](const auto& awaited) { return awaited.first == packet.ackId; });
    if (found == m_awaited.end())
        return;
    const Acknowledged acknowledged = std::move(found->second);
    m_awaited.erase(found);
    acknowledged(packet);
}

void SocketIoConnection::acknowledge(const SocketPacket& event, const Values& answer)
{
    if (!event.ackId.isEmpty() && isIn(event.nsp))
        sendPacket({.type = SocketType::Ack, .nsp = event.nsp, .ackId = event.ackId}, answer);
}

void SocketIoConnection::disconnectFrom(const QByteArray& nsp)
{
    if (!isIn(nsp))
        return;
    sendPacket({.type = SocketType::Disconnect, .nsp = nsp}, {});
    leave(nsp);
}

void SocketIoConnection::disconnectAll()
{
    while (!m_namespaces.empty()) {
        const QByteArray nsp = m_namespaces.back().name;
        disconnectFrom(nsp);
        leave(nsp);
    }
    closeEngine();
}

/// A client that is not to come back is told so by a disconnect: it would not look at a close code.
QByteArray SocketIoConnection::lastWords(const Error& why)
{
    QByteArray words;
    if (!errorInfo(why.code).reconnect) {
        for (const Namespace& nsp : m_namespaces) {
            const QByteArray text = encodeSocketText({.type = SocketType::Disconnect, .nsp = nsp.name});
            words += encodeEnginePacket({EngineType::Message, false, text}, session().format().framing);
        }
    }
    return words + EngineConnection::lastWords(why);
}

} // namespace signalbox
