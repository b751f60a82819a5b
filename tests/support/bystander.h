// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/serverprocess.h"
#include "support/wswire.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace signalbox::test {

/// Somebody else on the same server, who must notice nothing of what a test does to it: a WebSocket client of a dialog
/// of its own.
class Bystander
{
public:
    explicit Bystander(const ServerProcess& server, const QByteArray& dialog = "bystander")
        : m_server(server)
        , m_dialog(dialog)
        , m_socket(server.port(), "/channel/ws?session=" + dialog + "&token=" + ServerProcess::sessionToken(dialog))
    {
        if (m_socket.isEstablished())
            m_published = m_start = offsetIn(m_socket.texts().first());
    }

    /// A publish body for its dialog with this text.
    QByteArray eventBody(const QByteArray& text) const
    {
        return R"({"event":"chat.message","channels":["dialog:)" + m_dialog +
               R"("],"data":{"id":1,"sender_type":"client","body":")" + text + R"(","created_at":"2026-01-01"}})";
    }
    static Headers credentials() { return {{"Authorization", "Bearer " + ServerProcess::webhookToken()}}; }

    /// /health answers on another connection, and an event published now reaches the bystander as its very next one.
    bool isServed()
    {
        if (get(m_server.port(), "/health").status != 200)
            return false;
        const QByteArray mark = "mark-" + QByteArray::number(++m_published);
        const HttpAnswer answer = postJson(m_server.port(), "/api/v1/publish", eventBody(mark), credentials());
        if (answer.status != 200 || !m_socket.waitForText(mark))
            return false;
        const QByteArrayList texts = m_socket.texts();
        return texts.size() == m_published - m_start + 1 && texts.last().contains(mark) &&
               offsetIn(texts.last()) == m_published;
    }
    WsWire& socket() { return m_socket; }

private:
    static int offsetIn(const QByteArray& text)
    {
        const QJsonValue position = QJsonDocument::fromJson(text).object()[QLatin1String("position")];
        return position.toString().section(QLatin1Char(':'), 1).toInt();
    }

    const ServerProcess& m_server;
    const QByteArray m_dialog;
    WsWire m_socket;
    int m_start = 0;     ///< the offset when it came
    int m_published = 0; ///< the offset of the last mark
};

} // namespace signalbox::test
