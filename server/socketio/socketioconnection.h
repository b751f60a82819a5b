// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "socketio/engineconnection.h"
#include "socketio/socketpacket.h"

#include <functional>
#include <unordered_map>
#include <vector>

namespace signalbox {

/// A Socket.IO v5 client: namespaces, events, acknowledgements and bytes on an Engine.IO session. What the official
/// server closes for is closed for; which namespaces there are and what events mean is the derived class's matter.
class SocketIoConnection : public EngineConnection
{
public:
    SocketIoConnection(EdgeWorker& edge, SessionMetaPtr meta, std::shared_ptr<EngineSessions> sessions,
                       WireFormat format);

protected:
    /// Values that are sent: `["name",argument,…]` or the values of an answer. Placeholders in the JSON stand for the
    /// attachments, at most SocketPacketDecoder::kMaxAttachments.
    struct Values
    {
        QByteArray json;
        QByteArrayList attachments = {};
    };
    using Acknowledged = std::function<void(const SocketPacket& answer)>;

    /// The client wants to join a namespace: acceptConnect() or refuseConnect() it, now or later.
    virtual void connecting(const QByteArray& nsp, const QJsonObject& auth) = 0;
    /// An event in a namespace that it has joined.
    virtual void receivedEvent(const SocketPacket& event) = 0;
    /// The client has left a namespace by itself.
    virtual void leftNamespace(const QByteArray&) {}

    /// Joins; `pid` is what a reconnect recovers by, empty: none.
    void acceptConnect(const QByteArray& nsp, const QByteArray& socketId, const QByteArray& pid = {});
    /// connect_error with this message, and `data` (JSON) when there is any. The connection stays.
    void refuseConnect(const QByteArray& nsp, const QByteArray& message, const QByteArray& data = {});
    bool isIn(const QByteArray& nsp) const;
    void emitEvent(const QByteArray& nsp, const Values& event);
    /// Asks for an acknowledgement. One that never comes is forgotten with the connection; of more than kMaxAwaited the
    /// oldest is given up.
    void emitForAck(const QByteArray& nsp, const Values& event, Acknowledged acknowledged);
    /// Answers the event, when it asks for that.
    void acknowledge(const SocketPacket& event, const Values& answer);
    /// "io server disconnect" for one namespace; the connection stays.
    void disconnectFrom(const QByteArray& nsp);
    /// The same for all of them, and the end of the connection: the client will not come back by itself.
    void disconnectAll();

    void opened() override;
    void deadlineReached() override;
    void receivedMessage(EnginePacket message) override;
    QByteArray lastWords(const Error& why) override;

private:
    static constexpr size_t kMaxNamespaces = 16;
    static constexpr size_t kMaxAwaited = 100;
    struct Namespace
    {
        QByteArray name;
        bool joined = false; ///< false: connecting() has yet to be answered
    };

    void receivedPacket(const SocketPacket& packet);
    void receivedConnect(const SocketPacket& packet);
    void receivedAck(const SocketPacket& packet);
    void sendPacket(SocketText packet, const Values& values);
    void leave(const QByteArray& nsp);
    Namespace* find(const QByteArray& nsp);

    SocketPacketDecoder m_decoder;
    std::vector<Namespace> m_namespaces;
    std::vector<std::pair<QByteArray, Acknowledged>> m_awaited; ///< by ack id, the oldest first
    quint64 m_nextAckId = 0;
};

} // namespace signalbox
