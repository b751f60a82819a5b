// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/pythonmanager.h"

namespace signalbox {

PythonManager::PythonManager(const RedisAddress& address, RedisLink& commands, ClusterSockets& sockets,
                             Settings settings)
    : m_commands(commands)
    , m_sockets(sockets)
    , m_settings(std::move(settings))
    , m_ear(address, {{"SUBSCRIBE", m_settings.channel}}, m_settings.pingMs)
{
    connect(&m_ear, &RedisEar::heard, this, [this](const QByteArray&, const QByteArray& bytes) { take(bytes); });
}

void PythonManager::take(const QByteArray& bytes)
{
    if (bytes.size() > m_settings.maxBytes) {
        emit dropped(m_settings.channel, Error(ErrorCode::PayloadTooLarge));
        return;
    }
    const auto message = decodePythonMessage(bytes, m_settings.limits);
    if (!message)
        emit dropped(m_settings.channel, message.error());
    else if (message->nsp == "/" && message->host != m_settings.deployment)
        carryOut(*message);
}

void PythonManager::carryOut(const PythonMessage& message)
{
    switch (message.method) {
    case PythonMessage::Method::Emit:
        emitTo(message);
        break;
    case PythonMessage::Method::Disconnect:
        m_sockets.disconnect(message.who, false);
        break;
    case PythonMessage::Method::EnterRoom:
        m_sockets.join(message.who, {message.room});
        break;
    case PythonMessage::Method::LeaveRoom:
    case PythonMessage::Method::CloseRoom:
        m_sockets.leave(message.who, {message.room});
        break;
    case PythonMessage::Method::Callback:
        break; // somebody else's: nothing is asked from here
    }
}

void PythonManager::emitTo(const PythonMessage& message)
{
    const auto broadcast = std::make_shared<const SocketBroadcast>(message.broadcast);
    if (message.callback.isNull()) {
        m_sockets.emitTo(broadcast);
        return;
    }
    PythonMessage asked; // a client may never answer: its event is not kept for that
    asked.host = message.host;
    asked.callback = message.callback;
    m_sockets.emitForAck(
        broadcast, [](int) {}, [this, asked](const SocketValues& answer) { sendBack(asked, answer); });
}

void PythonManager::sendBack(const PythonMessage& asked, const SocketValues& answer)
{
    const QByteArray callback = encodePythonCallback(asked, answer);
    if (callback.isEmpty()) {
        emit dropped(m_settings.channel, Error(ErrorCode::BadRequest, QStringLiteral("An answer has bytes.")));
        return;
    }
    m_commands.send({"PUBLISH", m_settings.channel, callback}, [this](const Result<RedisReply>& reply) {
        if (reply && reply->isError())
            emit dropped(m_settings.channel, Error(ErrorCode::Unavailable, QString::fromUtf8(reply->text)));
    });
}

RedisConnection::Words PythonManager::eventCommand(const Event& event) const
{
    return {"PUBLISH", m_settings.channel, encodePythonEmit(m_settings.deployment, event)};
}

} // namespace signalbox
