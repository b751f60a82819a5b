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

/// The namespaces `/` and `/custom`, and `/refused`, which lets nobody in and says why.
class SocketIoEcho final : public SocketIoConnection
{
public:
    SocketIoEcho(EdgeWorker& edge, SessionMetaPtr meta, std::shared_ptr<EngineSessions> sessions, WireFormat format,
                 std::shared_ptr<EchoRecovery> recovery)
        : SocketIoConnection(edge, std::move(meta), std::move(sessions), format)
        , m_recovery(std::move(recovery))
    {
    }

protected:
    void connecting(const QByteArray& nsp, const QJsonObject& auth) override
    {
        if (nsp == "/refused") {
            refuseConnect(nsp, "Not authorized", R"({"retry":false})");
        } else if (nsp != "/" && nsp != "/custom") {
            refuseConnect(nsp, "Invalid namespace");
        } else {
            if (!comesBack(nsp, auth))
                comesAnew(nsp);
            send(nsp, {"[\"auth\"," + QJsonDocument(auth).toJson(QJsonDocument::Compact) + ']', {}});
        }
    }

    void receivedEvent(const SocketPacket& event) override
    {
        const QByteArray name = event.eventName();
        if (name == "message")
            send(event.nsp, renamed(event, "message-back"));
        else if (name == "message-with-ack")
            acknowledge(event, arguments(event));
        else if (name == "ask")
            emitForAck(event.nsp, {jsonText(event.args), event.attachments}, [this](const SocketPacket& answer) {
                QJsonArray args = answer.args;
                args.prepend(QStringLiteral("answered"));
                send(answer.nsp, {jsonText(args), answer.attachments});
            });
        else if (name == "disconnect-me")
            disconnect(event.nsp, event.args.at(1).toBool());
    }

    void leftNamespace(const QByteArray& nsp) override { m_recovery->left(m_pids.take(nsp)); }

    void ending() override
    {
        for (const QByteArray& pid : std::as_const(m_pids))
            m_recovery->lost(pid, edge().clock().steadyMs());
        SocketIoConnection::ending();
    }

private:
    using Event = EchoRecovery::Event;
    static constexpr int kIdBytes = 15;

    bool comesBack(const QByteArray& nsp, const QJsonObject& auth)
    {
        const auto text = [&auth](const char* name) { return auth.value(QLatin1String(name)).toString().toUtf8(); };
        const QByteArray pid = text("pid");
        const auto recovered = m_recovery->recover(pid, text("offset"), edge().clock().steadyMs());
        if (!recovered)
            return false;
        m_pids.insert(nsp, pid);
        for (const Event& event : recovered->missed) { // before the answer, as the official server does
            sendMessage(encodeSocketText({.nsp = nsp, .json = event.json, .attachments = event.attachments.size()}));
            for (const QByteArray& bytes : event.attachments)
                sendBinary(bytes);
        }
        acceptConnect(nsp, recovered->socketId, pid);
        return true;
    }

    void comesAnew(const QByteArray& nsp)
    {
        const QByteArray socketId = base64Url(randomBytes(kIdBytes));
        const QByteArray pid = m_recovery->isOn() ? base64Url(randomBytes(kIdBytes)) : QByteArray();
        if (!pid.isEmpty()) {
            m_pids.insert(nsp, pid);
            m_recovery->joined(pid, socketId);
        }
        acceptConnect(nsp, socketId, pid);
    }

    void send(const QByteArray& nsp, const Event& event)
    {
        const QByteArray pid = m_pids.value(nsp);
        const Event sent = pid.isEmpty() ? event : m_recovery->keep(pid, event);
        emitEvent(nsp, {sent.json, sent.attachments});
    }

    void disconnect(const QByteArray& nsp, bool entirely)
    {
        for (const QByteArray& left : entirely ? m_pids.keys() : QByteArrayList{nsp})
            leftNamespace(left);
        if (entirely)
            disconnectAll();
        else
            disconnectFrom(nsp);
    }

    static Event renamed(const SocketPacket& event, const char* name)
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

    const std::shared_ptr<EchoRecovery> m_recovery;
    QHash<QByteArray, QByteArray> m_pids; ///< by namespace, of those that can be recovered
};

template <typename Session, typename... More>
void addDoor(Router& router, const QByteArray& path, const std::shared_ptr<EngineDoors>& doors, More... more)
{
    addEngineDoor(router, path, doors,
                  [more...](const ApiRequest& request, SessionMetaPtr meta, std::shared_ptr<EngineSessions> sessions,
                            bool polling) -> std::unique_ptr<EngineConnection> {
                      return std::make_unique<Session>(request.edge(), std::move(meta), std::move(sessions),
                                                       formatFor(polling), more...);
                  });
}

} // namespace

void addEngineEcho(Router& router, const QByteArray& path, const std::shared_ptr<EngineDoors>& doors)
{
    addDoor<EngineEcho>(router, path, doors);
}

void addSocketIoEcho(Router& router, const QByteArray& path, const std::shared_ptr<EngineDoors>& doors,
                     const std::shared_ptr<EchoRecovery>& recovery)
{
    addDoor<SocketIoEcho>(router, path, doors, recovery);
}

} // namespace signalbox::test
