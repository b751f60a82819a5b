// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/client/backend.h"
#include "console/client/eventstream.h"

#include <QHash>
#include <QNetworkAccessManager>
#include <QPointer>
#include <QUrl>

#include <memory>

namespace signalbox::console {

/// The server, over HTTP and WebSocket or SSE.
///
/// A call that is refused with 401 waits for another access token (tokenRefused(), then setAccessToken()) and is sent
/// once more with it; an empty token ends the wait with the refusal. Redirects are refused, answers above
/// kLargestAnswer are cut off. No call is repeated behind its caller's back. When WebSocket does not open twice in a
/// row, the next stream is tried over SSE, and stays there while that opens.
class HttpBackend final : public Backend
{
    Q_OBJECT
public:
    static constexpr qint64 kLargestAnswer = 64LL << 20;
    static constexpr int kMostCalls = 5000;
    enum class Transport : quint8 { Automatic, SseOnly };

    explicit HttpBackend(QUrl server, QObject* parent = nullptr);
    ~HttpBackend() override;

    void setTransport(Transport transport) { m_transport = transport; }

    quint64 call(Call call, QObject* context, CallHandler handler) override;
    void cancel(quint64 number) override;
    void openStream(const QString& since) override;
    void closeStream() override;
    void setChannels(const QStringList& channels) override;
    QString transportName() const override;
    void ping() override;
    void setAccessToken(const QString& token) override;

private:
    struct Running
    {
        Call call;
        QPointer<QObject> context;
        CallHandler handler;
        QPointer<QNetworkReply> reply;
        bool wasRefused = false;
        bool waitsForToken = false;
    };

    void send(quint64 number);
    void finished(quint64 number);
    void waitForToken(quint64 number);
    void finish(quint64 number, const CallResult& result);
    void streamEnded(ErrorCode code, const QString& detail, int retryAfterMs, bool neverOpened);
    std::unique_ptr<EventStream> makeStream() const;
    QNetworkRequest requestFor(const Call& call) const;

    const QUrl m_server;
    QNetworkAccessManager m_network;
    std::unique_ptr<EventStream> m_stream;
    QHash<quint64, Running> m_calls;
    QStringList m_channels;
    QString m_token;
    quint64 m_lastNumber = 0;
    int m_webSocketFailures = 0;
    bool m_isFallback = false;
    Transport m_transport = Transport::Automatic;
};

} // namespace signalbox::console
