// SPDX-License-Identifier: GPL-3.0-or-later
#include "echoengine.h"

#include "auth/secret.h"
#include "socketio/socketioconnection.h"

#include <QJsonDocument>

namespace signalbox::test {

namespace {

WireFormat formatFor(bool polling)
{
    return {Envelope::SocketIo, polling ? Framing::Polling : Framing::WebSocket, false};
}

class EngineEcho final : public EngineConnection
{
public:
    using EngineConnection::EngineConnection;

protected:
    void receivedMessage(EnginePacket message) override
    {
        if (message.isBinary)
            sendBinary(std::move(message.data));
        else
            sendMessage(std::move(message.data));
    }
};

class SocketIoEcho final : public SocketIoConnection
{
public:
    using SocketIoConnection::SocketIoConnection;

protected:
    void connecting(const QByteArray& nsp, const QJsonObject& auth) override
    {
        if (nsp != "/" && nsp != "/custom") {
            refuseConnect(nsp, "Invalid namespace");
            return;
        }
        constexpr int kIdBytes = 15;
        acceptConnect(nsp, base64Url(randomBytes(kIdBytes)));
        emitEvent(nsp, {"[\"auth\"," + QJsonDocument(auth).toJson(QJsonDocument::Compact) + ']'});
    }

    void receivedEvent(const SocketPacket& event) override
    {
        const QByteArray name = event.eventName();
        if (name == "message")
            emitEvent(event.nsp, renamed(event, "message-back"));
        else if (name == "message-with-ack")
            acknowledge(event, arguments(event));
        else if (name == "ask")
            emitForAck(event.nsp, {jsonText(event.args), event.attachments}, [this](const SocketPacket& answer) {
                QJsonArray args = answer.args;
                args.prepend(QStringLiteral("answered"));
                emitEvent(answer.nsp, {jsonText(args), answer.attachments});
            });
        else if (name == "disconnect-me" && event.args.at(1).toBool())
            disconnectAll();
        else if (name == "disconnect-me")
            disconnectFrom(event.nsp);
    }

private:
    static Values renamed(const SocketPacket& event, const char* name)
    {
        QJsonArray args = event.args;
        args[0] = QLatin1String(name);
        return {jsonText(args), event.attachments};
    }
    static Values arguments(const SocketPacket& event)
    {
        QJsonArray args = event.args;
        args.removeFirst();
        return {jsonText(args), event.attachments};
    }
};

template <typename Session>
void addDoor(Router& router, const QByteArray& path, const std::shared_ptr<EngineDoors>& doors)
{
    addEngineDoor(router, path, doors,
                  [](const ApiRequest& request, SessionMetaPtr meta, std::shared_ptr<EngineSessions> sessions,
                     bool polling) -> std::unique_ptr<EngineConnection> {
                      return std::make_unique<Session>(request.edge(), std::move(meta), std::move(sessions),
                                                       formatFor(polling));
                  });
}

} // namespace

void addEngineEcho(Router& router, const QByteArray& path, const std::shared_ptr<EngineDoors>& doors)
{
    addDoor<EngineEcho>(router, path, doors);
}

void addSocketIoEcho(Router& router, const QByteArray& path, const std::shared_ptr<EngineDoors>& doors)
{
    addDoor<SocketIoEcho>(router, path, doors);
}

} // namespace signalbox::test
