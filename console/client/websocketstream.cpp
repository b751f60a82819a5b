// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/websocketstream.h"

#ifdef SIGNALBOX_HAS_WEBSOCKETS

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkRequest>
#include <QTimer>
#include <QUrlQuery>
#include <QWebSocket>

namespace signalbox::console {

using namespace Qt::StringLiterals;

namespace {

constexpr quint64 kLargestMessage = 4 << 20;
constexpr int kHandshakeMs = 15'000;

QUrl addressOf(const EventStream::Opening& opening)
{
    QUrl url = opening.server;
    url.setScheme(url.scheme() == u"https" ? u"wss"_s : u"ws"_s);
    url.setPath(u"/channel/ws"_s);
    QUrlQuery query{{u"type"_s, u"staff"_s}};
    if (!opening.since.isEmpty())
        query.addQueryItem(u"position"_s, opening.since);
    // At the opening, not by `subscribe`: one replay brings all channels in one order.
    if (!opening.channels.isEmpty())
        query.addQueryItem(u"channels"_s, opening.channels.join(u','));
    url.setQuery(query);
    return url;
}

} // namespace

class WebSocketStream final : public EventStream
{
    Q_DECLARE_TR_FUNCTIONS(signalbox::console::WebSocketStream)
public:
    WebSocketStream()
    {
        m_silence.setSingleShot(true);
        connect(&m_silence, &QTimer::timeout, this,
                [this] { fail(ErrorCode::PongTimeout, tr("The server is silent."), !m_opened); });
    }
    ~WebSocketStream() override { close(); }

    void open(const Opening& opening) override
    {
        close();
        m_opening = opening;
        m_opened = false;
        m_socket = new QWebSocket(QString(), QWebSocketProtocol::VersionLatest, this);
        m_socket->setMaxAllowedIncomingMessageSize(kLargestMessage);
        m_socket->setMaxAllowedIncomingFrameSize(kLargestMessage);
        connect(m_socket, &QWebSocket::connected, this, &WebSocketStream::connected);
        connect(m_socket, &QWebSocket::textMessageReceived, this, [this](const QString& text) {
            m_silence.start(kSilenceMs);
            emit received(text.toUtf8());
        });
        connect(m_socket, &QWebSocket::pong, this, &WebSocketStream::pongArrived);
        connect(m_socket, &QWebSocket::disconnected, this, &WebSocketStream::disconnected);
        // A handshake that is refused is an error without a disconnection.
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
        connect(m_socket, &QWebSocket::errorOccurred, this, &WebSocketStream::failedToOpen);
#else
        connect(m_socket, qOverload<QAbstractSocket::SocketError>(&QWebSocket::error), this,
                &WebSocketStream::failedToOpen);
#endif
        connect(m_socket, &QWebSocket::sslErrors, this, [this](const QList<QSslError>& errors) {
            m_tlsError = errors.isEmpty() ? QString() : errors.first().errorString();
        });
        QNetworkRequest request(addressOf(opening));
        request.setRawHeader("Authorization", "Bearer " + opening.token.toUtf8());
        m_silence.start(kHandshakeMs);
        m_socket->open(request);
    }

    void close() override
    {
        m_silence.stop();
        if (!m_socket)
            return;
        QWebSocket* socket = std::exchange(m_socket, nullptr);
        socket->disconnect(this);
        socket->abort();
        socket->deleteLater();
    }

    void setChannels(const QStringList& channels) override
    {
        const QStringList before = std::exchange(m_opening.channels, channels);
        if (!m_opened || !m_socket)
            return;
        for (const QString& channel : before) {
            if (!channels.contains(channel))
                say({{u"type"_s, u"unsubscribe"_s}, {u"channel"_s, channel}});
        }
        for (const QString& channel : channels) {
            if (!before.contains(channel))
                say({{u"type"_s, u"subscribe"_s}, {u"channel"_s, channel}});
        }
    }

    void refreshToken(const QString& token) override
    {
        m_opening.token = token;
        if (m_opened && m_socket)
            say({{u"type"_s, u"refresh"_s}, {u"token"_s, token}});
    }

    void ping() override
    {
        if (!m_opened || !m_socket)
            return;
        m_pinged.start();
        m_socket->ping();
    }

    QString name() const override
    {
        return QStringLiteral("WebSocket");
    }

private:
    void connected()
    {
        m_opened = true;
        m_silence.start(kSilenceMs);
        emit opened();
    }

    void pongArrived()
    {
        m_silence.start(kSilenceMs);
        if (m_pinged.isValid())
            emit latencyMeasured(static_cast<int>(m_pinged.elapsed()));
    }

    void disconnected()
    {
        if (m_opened)
            fail(errorOfCloseCode(m_socket->closeCode()), m_socket->closeReason(), false);
        else
            failedToOpen();
    }

    void failedToOpen()
    {
        if (m_opened || !m_socket)
            return;
        // The handshake's status is in the text alone: "Unhandled http status code: 401 (…)".
        const QString text = m_tlsError.isEmpty() ? m_socket->errorString() : m_tlsError;
        for (const int status : {401, 403, 409, 429, 503}) {
            if (text.contains(QString::number(status))) {
                fail(errorOfStatus(status), text, false);
                return;
            }
        }
        fail(ErrorCode::Unavailable, text, true);
    }

    void fail(ErrorCode code, const QString& detail, bool neverOpened)
    {
        close();
        emit closed(code, detail, 0, neverOpened);
    }

    void say(const QJsonObject& command)
    {
        m_socket->sendTextMessage(QString::fromUtf8(QJsonDocument(command).toJson(QJsonDocument::Compact)));
    }

    Opening m_opening;
    QWebSocket* m_socket = nullptr;
    QString m_tlsError;
    QTimer m_silence;
    QElapsedTimer m_pinged;
    bool m_opened = false;
};

std::unique_ptr<EventStream> makeWebSocketStream()
{
    return std::make_unique<WebSocketStream>();
}

} // namespace signalbox::console

#else

namespace signalbox::console {

std::unique_ptr<EventStream> makeWebSocketStream()
{
    return nullptr;
}

} // namespace signalbox::console

#endif
