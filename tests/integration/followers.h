// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/serverprocess.h"
#include "support/wsclient.h"

#include <QRandomGenerator>

#include <memory>

// A publisher that never stops and clients that are cut off again and again, for the races of tst_resume.

namespace signalbox::test {

inline QByteArray eventBody(int n, const QByteArrayList& channels)
{
    return R"({"event":"notification","channels":[")" + channels.join("\",\"") +
           R"("],"data":{"type":"t","message":"m","n":)" + QByteArray::number(n) + "}}";
}

/// The `n` of an event's data, 0 for what is no such event.
inline int numberOf(const QByteArray& json)
{
    const qsizetype at = json.indexOf("\"n\":");
    qsizetype end = at + 4;
    while (at >= 0 && end < json.size() && json[end] >= '0' && json[end] <= '9')
        ++end;
    return at < 0 ? 0 : json.mid(at + 4, end - at - 4).toInt();
}

/// Unlike QTest::qWaitFor() without naps between turns of the loop.
inline bool turnLoopUntil(const std::function<bool()>& enough, int timeoutMs)
{
    QEventLoop loop;
    QTimer look;
    QObject::connect(&look, &QTimer::timeout, &loop, [&] {
        if (enough())
            loop.exit(1);
    });
    look.start(10);
    QTimer::singleShot(timeoutMs, &loop, [&loop] { loop.exit(0); });
    return loop.exec() == 1;
}

/// Events 1 to `last`, one after the other on one connection, a few requests ahead, some of them batches.
class Flood : public QObject
{
public:
    Flood(quint16 port, int last)
        : m_last(last)
    {
        connect(&m_socket, &QTcpSocket::readyRead, this, [this] { read(); });
        m_socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
        for (int i = 0; i < kWindow; ++i)
            sendNext();
    }
    bool hasFailed() const { return m_failed; }

    static QByteArrayList channelsOf(int n)
    {
        QByteArrayList channels{"dialog:race", "stream:deals"};
        if (n % 3 == 0)
            channels.prepend("staff");
        if (n % 5 == 0)
            channels.append("order:9");
        return channels;
    }

private:
    static constexpr int kWindow = 4;

    void sendNext()
    {
        if (m_next > m_last)
            return;
        QByteArray body = eventBody(m_next, channelsOf(m_next));
        const bool batch = m_next % 7 == 0;
        for (++m_next; batch && m_next % 7 < 3 && m_next <= m_last; ++m_next)
            body += ',' + eventBody(m_next, channelsOf(m_next));
        if (batch)
            body = '[' + body + ']';
        m_socket.write("POST /api/v1/publish HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " +
                       ServerProcess::webhookToken() + "\r\nContent-Type: application/json\r\nContent-Length: " +
                       QByteArray::number(body.size()) + "\r\n\r\n" + body);
    }
    void read()
    {
        m_buffer += m_socket.readAll();
        qsizetype end;
        while ((end = m_buffer.indexOf("\r\n\r\n")) >= 0) {
            const qsizetype length = m_buffer.indexOf("Content-Length: ");
            const qsizetype size = m_buffer.mid(length + 16, m_buffer.indexOf('\r', length) - length - 16).toLongLong();
            if (m_buffer.size() < end + 4 + size)
                return;
            m_failed = m_failed || !m_buffer.startsWith("HTTP/1.1 200 ");
            m_buffer.remove(0, end + 4 + size);
            sendNext();
        }
    }

    QTcpSocket m_socket;
    QByteArray m_buffer;
    const int m_last;
    int m_next = 1;
    bool m_failed = false;
};

/// Listens, is cut off again and again, resumes from the last place it was told.
class Follower : public QObject
{
public:
    explicit Follower(const char* name)
        : m_name(name)
    {
    }

    void start() { open(); }
    bool isReady() const { return !m_place.isEmpty(); }
    const char* name() const { return m_name; }
    const QList<int>& seen() const { return m_seen; }
    const QByteArray& trouble() const { return m_trouble; }
    int cuts() const { return m_cuts; }

protected:
    virtual void open() = 0;
    virtual void cut() = 0;
    const QByteArray& place() const { return m_place; }

    void told(const QByteArray& place, const QByteArray& data)
    {
        if (data.contains("history_lost") || data.contains("\"closed\"") || data.contains("connection.closed"))
            m_trouble = data;
        if (!place.isEmpty())
            m_place = place;
        const int n = numberOf(data);
        if (n == 0)
            return;
        m_seen.append(n);
        if (--m_left > 0)
            return;
        m_left = QRandomGenerator::global()->bounded(1, 150);
        ++m_cuts;
        cut();
        QTimer::singleShot(QRandomGenerator::global()->bounded(0, 4), this, [this] { open(); });
    }

private:
    const char* m_name;
    QByteArray m_place;
    QByteArray m_trouble;
    QList<int> m_seen;
    int m_left = 20;
    int m_cuts = 0;
};

class StreamFollower final : public Follower
{
public:
    StreamFollower(const char* name, quint16 port, QByteArray target)
        : Follower(name)
        , m_port(port)
        , m_target(std::move(target))
    {
    }

protected:
    void open() override
    {
        m_raw.clear();
        m_text.clear();
        m_headSeen = false;
        m_socket = std::make_unique<QTcpSocket>();
        connect(m_socket.get(), &QTcpSocket::readyRead, this, [this] { read(); });
        m_socket->connectToHost(QHostAddress(QHostAddress::LocalHost), m_port);
        m_socket->write("GET " + m_target + " HTTP/1.1\r\nHost: localhost\r\n" +
                        (place().isEmpty() ? QByteArray() : "Last-Event-ID: " + place() + "\r\n") + "\r\n");
    }
    void cut() override
    {
        m_socket->disconnect(this);
        m_socket->abort();
        m_socket.release()->deleteLater(); // we may be in its signal
    }

private:
    void read()
    {
        m_raw += m_socket->readAll();
        if (!m_headSeen) {
            const qsizetype end = m_raw.indexOf("\r\n\r\n");
            if (end < 0)
                return;
            m_headSeen = true;
            m_raw.remove(0, end + 4);
        }
        takeChunks();
        qsizetype end;
        while (m_socket && (end = m_text.indexOf("\n\n")) >= 0) {
            const QByteArray block = m_text.first(end);
            m_text.remove(0, end + 2);
            takeBlock(block);
        }
    }
    void takeChunks()
    {
        qsizetype line;
        while ((line = m_raw.indexOf("\r\n")) >= 0) {
            const qsizetype size = m_raw.first(line).toLongLong(nullptr, 16);
            if (m_raw.size() < line + 2 + size + 2)
                return;
            m_text += m_raw.mid(line + 2, size);
            m_raw.remove(0, line + 2 + size + 2);
        }
    }
    void takeBlock(const QByteArray& block)
    {
        QByteArray id;
        QByteArray data;
        for (const QByteArray& line : block.split('\n')) {
            if (line.startsWith("id: "))
                id = line.mid(4);
            else if (line.startsWith("data: "))
                data = line.mid(6);
        }
        told(id, data);
    }

    const quint16 m_port;
    const QByteArray m_target;
    std::unique_ptr<QTcpSocket> m_socket;
    QByteArray m_raw;
    QByteArray m_text;
    bool m_headSeen = false;
};

/// Resumes by `?position=`; with `channel` by a `subscribe` of it with the position.
class SocketFollower final : public Follower
{
public:
    SocketFollower(const char* name, quint16 port, QByteArray target, QByteArray channel = {})
        : Follower(name)
        , m_port(port)
        , m_target(std::move(target))
        , m_channel(std::move(channel))
    {
    }

protected:
    void open() override
    {
        m_socket = std::make_unique<QWebSocket>();
        connect(m_socket.get(), &QWebSocket::textMessageReceived, this,
                [this](const QString& message) { read(message.toUtf8()); });
        connect(m_socket.get(), &QWebSocket::connected, this, [this] {
            if (!m_channel.isEmpty())
                m_socket->sendTextMessage(QString::fromUtf8(R"({"type":"subscribe","channel":")" + m_channel +
                                                            R"(","position":")" + place() + "\"}"));
        });
        const QByteArray since = m_channel.isEmpty() && !place().isEmpty() ? "&position=" + place() : QByteArray();
        m_socket->open(QUrl(QStringLiteral("ws://127.0.0.1:%1").arg(m_port) + QString::fromUtf8(m_target + since)));
    }
    void cut() override
    {
        m_socket->disconnect(this);
        m_socket->abort();
        m_socket.release()->deleteLater();
    }

private:
    void read(const QByteArray& message)
    {
        if (!m_socket)
            return;
        const QJsonObject object = json(message);
        const QByteArray channel = text(object, "channel");
        const bool counts = m_channel.isEmpty() || channel == m_channel;
        if (counts)
            told(text(object, "position"), message);
    }

    const quint16 m_port;
    const QByteArray m_target;
    const QByteArray m_channel;
    std::unique_ptr<QWebSocket> m_socket;
};

} // namespace signalbox::test
