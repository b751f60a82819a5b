// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/wire.h"
#include "support/wswire.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace signalbox::test {

/// A connection of a long-polling client that writes requests as they are.
class PollWire
{
public:
    explicit PollWire(quint16 port)
        : m_wire(port)
    {
    }

    Wire& wire() { return m_wire; }
    void ask(const QByteArray& method, const QByteArray& target, const QByteArray& body = {},
             const Headers& headers = {})
    {
        QByteArray text = method + ' ' + target + " HTTP/1.1\r\nHost: localhost\r\n";
        for (const auto& [name, value] : headers)
            text += name + ": " + value + "\r\n";
        if (!body.isNull() || method == "POST" || method == "PUT")
            text += "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
        m_wire.send(text + "\r\n" + body);
    }
    /// The next answer of this connection.
    HttpAnswer answer()
    {
        m_wire.readUntil([](const QByteArray& received) { return !answersIn(received).isEmpty(); });
        const QList<HttpAnswer> answers = answersIn(m_wire.take());
        return answers.isEmpty() ? HttpAnswer() : answers.first();
    }
    /// True when no answer comes for a moment.
    bool isSilent(int ms = 150)
    {
        return !m_wire.readUntil([](const QByteArray& received) { return !received.isEmpty(); }, ms);
    }

private:
    Wire m_wire;
};

/// An Engine.IO session by long-polling: two connections, like a browser's.
class PollClient
{
public:
    PollClient(quint16 port, const QByteArray& path, const Headers& headers = {})
        : m_port(port)
        , m_path(path)
        , m_polls(port)
        , m_posts(port)
    {
        m_polls.ask("GET", path + "?EIO=4&transport=polling", {}, headers);
        m_opening = m_polls.answer();
        m_sid = QJsonDocument::fromJson(m_opening.body.mid(1)).object().value(QLatin1String("sid")).toString().toUtf8();
    }

    const HttpAnswer& opening() const { return m_opening; }
    const QByteArray& sid() const { return m_sid; }
    QByteArray target(const QByteArray& transport = "polling") const
    {
        return m_path + "?EIO=4&transport=" + transport + "&sid=" + m_sid;
    }
    PollWire& polls() { return m_polls; }
    PollWire& posts() { return m_posts; }

    void startPoll() { m_polls.ask("GET", target()); }
    HttpAnswer poll()
    {
        startPoll();
        return m_polls.answer();
    }
    HttpAnswer post(const QByteArray& body, const Headers& headers = {})
    {
        m_posts.ask("POST", target(), body, headers);
        return m_posts.answer();
    }
    /// What polls bring until there is `part` in it.
    QByteArray pollFor(const QByteArray& part)
    {
        QByteArray all;
        while (!all.contains(part)) {
            const HttpAnswer answer = poll();
            if (answer.status != 200)
                break;
            all += (all.isEmpty() ? QByteArray() : QByteArray("\x1e")) + answer.body;
        }
        return all;
    }
    /// 200, or 400 with code 1 when it has gone.
    HttpAnswer look()
    {
        PollWire other(m_port);
        other.ask("GET", target());
        return other.answer();
    }
    bool isGone()
    {
        const HttpAnswer answer = look();
        return answer.status == 400 && answer.body == "{\"code\":1,\"message\":\"Session ID unknown\"}";
    }

private:
    const quint16 m_port;
    const QByteArray m_path;
    PollWire m_polls;
    PollWire m_posts;
    HttpAnswer m_opening;
    QByteArray m_sid;
};

} // namespace signalbox::test
