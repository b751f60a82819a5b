// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/rawclient.h"

#include <QEventLoop>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkRequest>
#include <QTimer>
#include <QWebSocket>

#include <functional>

namespace signalbox::test {

inline QJsonObject json(const QByteArray& text)
{
    return QJsonDocument::fromJson(text).object();
}

/// A string of a JSON object, as bytes; `path` may go into objects: "data.client_id".
inline QByteArray text(const QJsonObject& object, const char* path)
{
    const QStringList parts = QString::fromUtf8(path).split(QLatin1Char('.'));
    QJsonObject at = object;
    for (qsizetype i = 0; i + 1 < parts.size(); ++i)
        at = at.value(parts[i]).toObject();
    return at.value(parts.last()).toString().toUtf8();
}

/// A client on QWebSocket, the independent judge of our framing. Spins the event loop while it waits.
class WsClient
{
public:
    explicit WsClient(quint16 port, const QByteArray& target, const Headers& headers = {},
                      const QByteArray& origin = {})
        : m_socket(QString::fromUtf8(origin))
    {
        QObject::connect(&m_socket, &QWebSocket::textMessageReceived, &m_socket, [this](const QString& message) {
            m_texts.append(message.toUtf8());
            wake();
        });
        QObject::connect(&m_socket, &QWebSocket::connected, &m_socket, [this] { wake(); });
        QObject::connect(&m_socket, &QWebSocket::disconnected, &m_socket, [this] {
            m_closed = true;
            wake();
        });
        QObject::connect(&m_socket, &QWebSocket::pong, &m_socket, [this](quint64, const QByteArray& payload) {
            m_pongs.append(payload);
            wake();
        });
        QNetworkRequest request;
        QUrl url(QStringLiteral("ws://127.0.0.1:%1").arg(port));
        const QByteArrayList parts = target.split('?');
        url.setPath(QString::fromUtf8(parts[0]), QUrl::StrictMode);
        if (parts.size() > 1)
            url.setQuery(QString::fromUtf8(parts[1]), QUrl::StrictMode);
        request.setUrl(url);
        for (const auto& [name, value] : headers)
            request.setRawHeader(name, value);
        m_socket.open(request);
    }

    bool isOpen() const { return m_socket.isValid(); }
    QWebSocket& socket() { return m_socket; }
    void send(const QByteArray& message) { m_socket.sendTextMessage(QString::fromUtf8(message)); }
    const QByteArrayList& texts() const { return m_texts; }
    const QByteArrayList& pongs() const { return m_pongs; }

    bool waitFor(const std::function<bool()>& enough, int timeoutMs = kPatienceMs)
    {
        QTimer timer;
        timer.setSingleShot(true);
        timer.start(timeoutMs);
        while (!enough()) {
            if (!timer.isActive())
                return false;
            QEventLoop loop;
            m_loop = &loop;
            QObject::connect(&timer, &QTimer::timeout, &loop, &QEventLoop::quit);
            loop.exec();
            m_loop = nullptr;
        }
        return true;
    }
    bool waitForOpen()
    {
        return waitFor([this] { return isOpen() || m_closed; }) && isOpen();
    }
    bool waitForCount(qsizetype count, int timeoutMs = kPatienceMs)
    {
        return waitFor([this, count] { return m_texts.size() >= count || m_closed; }, timeoutMs) &&
               m_texts.size() >= count;
    }
    /// The next message that next() has not given yet; empty when none comes. Not those of who of the staff is there:
    /// they come when the server has noticed it.
    QByteArray nextText(int timeoutMs = kPatienceMs)
    {
        while (waitForCount(m_taken + 1, timeoutMs)) {
            const QByteArray& text = m_texts[m_taken++];
            if (!isOfPresence(text))
                return text;
        }
        return {};
    }
    QJsonObject next(int timeoutMs = kPatienceMs) { return json(nextText(timeoutMs)); }
    /// True when a message with this text somewhere in it has come or comes in time.
    bool waitForText(const QByteArray& part, int timeoutMs = kPatienceMs)
    {
        return waitFor(
                   [&] {
                       return m_closed || std::any_of(m_texts.begin(), m_texts.end(),
                                                      [&](const auto& t) { return t.contains(part); });
                   },
                   timeoutMs) &&
               std::any_of(m_texts.begin(), m_texts.end(), [&](const auto& t) { return t.contains(part); });
    }
    /// The close code once the connection has ended; 0 when it does not.
    int closeCode(int timeoutMs = kPatienceMs)
    {
        return waitFor([this] { return m_closed; }, timeoutMs) ? static_cast<int>(m_socket.closeCode()) : 0;
    }
    /// Lets time pass, for what must not come.
    void settle(int ms)
    {
        waitFor([] { return false; }, ms);
    }
    /// Everything sent before has been handled when this returns true: a ping that is answered in order.
    bool sync()
    {
        const QByteArray mark = QByteArray::number(++m_marks).prepend("sync");
        m_socket.ping(mark);
        return waitFor([&] { return m_pongs.contains(mark) || m_closed; }) && m_pongs.contains(mark);
    }
    void abort() { m_socket.abort(); }

private:
    void wake()
    {
        if (m_loop)
            m_loop->quit();
    }

    QWebSocket m_socket;
    QByteArrayList m_texts;
    QByteArrayList m_pongs;
    QEventLoop* m_loop = nullptr;
    qsizetype m_taken = 0;
    int m_marks = 0;
    bool m_closed = false;
};

} // namespace signalbox::test
