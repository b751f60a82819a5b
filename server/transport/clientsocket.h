// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/channel.h"
#include "transport/websocketconnection.h"

#include <QJsonObject>

namespace signalbox {

/// The commands of `/channel/ws` and `/ws/dialogs` (spec section 4), JSON objects with a `type`: `subscribe`,
/// `unsubscribe` (staff and services), `resume`, `ack`, `refresh`, `ping`. Each may carry a `ref` (string or number)
/// that its answer repeats. What cannot be done is answered `{"type":"error","code","message","ref"}`; what is not
/// JSON at all, or not text, closes the connection with 4400.
class ClientSocket final : public WebSocketConnection
{
public:
    using WebSocketConnection::WebSocketConnection;

protected:
    void receivedMessage(WsOpcode type, QByteArray payload) override;

private:
    void receivedText(const QByteArray& message);
    void run(const QJsonObject& command);
    void subscribe(const QJsonObject& command);
    /// What a subscribe asked for.
    struct Asked
    {
        QByteArray channel;
        QByteArray since;
        QByteArray ref;
        quint64 joinedBy = 0; ///< Session::joins() then
    };
    void subscribed(const Asked& asked, const Result<Replay>& answer);
    void unsubscribe(const QJsonObject& command);
    void resume(const QJsonObject& command);
    void acknowledge(const QJsonObject& command);
    void refresh(const QJsonObject& command);
    void refreshed(const IdentityPtr& identity, const QByteArray& ref);
    void reply(const char* type, const QByteArray& members, const QByteArray& ref);
    void replyError(const Error& error, const QByteArray& ref);

    const Identity& holder() const { return m_refreshed ? *m_refreshed : session().identity(); }

    IdentityPtr m_refreshed; ///< the newest credential of the holder; null: the first
};

} // namespace signalbox
