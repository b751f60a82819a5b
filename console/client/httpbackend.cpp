// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/httpbackend.h"

#include "console/client/oncedevice.h"
#include "console/client/replyerror.h"
#include "console/client/ssestream.h"
#include "console/client/websocketstream.h"

#include <QJsonDocument>
#include <QNetworkReply>
#include <QTimer>

namespace signalbox::console {

using namespace Qt::StringLiterals;

namespace {

constexpr int kFailuresBeforeSse = 2;

bool hasBody(const Call& call)
{
    return call.method != "GET" && call.method != "DELETE";
}

} // namespace

HttpBackend::HttpBackend(QUrl server, QObject* parent)
    : Backend(parent)
    , m_server(std::move(server))
{
}

HttpBackend::~HttpBackend()
{
    const QHash<quint64, Running> calls = std::exchange(m_calls, {});
    for (const Running& running : calls) {
        if (running.reply) {
            running.reply->disconnect(this);
            running.reply->abort();
        }
    }
}

quint64 HttpBackend::call(Call call, QObject* context, CallHandler handler)
{
    const quint64 number = ++m_lastNumber;
    m_calls.insert(number, {std::move(call), context, std::move(handler), nullptr, false, false});
    // Never from within the call, refused or not.
    QTimer::singleShot(0, this, [this, number] {
        if (m_calls.size() > kMostCalls)
            finish(number, CallError{.error = Error(ErrorCode::ConnectionLimit)});
        else
            send(number);
    });
    return number;
}

QNetworkRequest HttpBackend::requestFor(const Call& call) const
{
    QUrl url = m_server;
    url.setPath(call.path, QUrl::StrictMode);
    if (!call.query.isEmpty())
        url.setQuery(call.query);
    QNetworkRequest request(url);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    if (hasBody(call))
        request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    if (call.authorised)
        request.setRawHeader("Authorization", "Bearer " + m_token.toUtf8());
    return request;
}

void HttpBackend::send(quint64 number)
{
    const auto running = m_calls.find(number);
    if (running == m_calls.end())
        return;
    const Call& call = running->call;
    QNetworkRequest request = requestFor(call);
    OnceDevice* body = nullptr;
    if (hasBody(call)) {
        body = new OnceDevice(QJsonDocument(call.body).toJson(QJsonDocument::Compact));
        request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
        request.setHeader(QNetworkRequest::ContentLengthHeader, body->length());
    }
    QNetworkReply* reply = m_network.sendCustomRequest(request, call.method, body);
    if (body)
        body->setParent(reply);
    running->reply = reply;
    connect(reply, &QNetworkReply::downloadProgress, reply, [reply](qint64 received, qint64 total) {
        if (received > kLargestAnswer || total > kLargestAnswer)
            reply->abort();
    });
    QTimer::singleShot(call.timeoutMs, reply, [reply] { reply->abort(); });
    connect(reply, &QNetworkReply::finished, this, [this, number] { finished(number); });
}

void HttpBackend::finished(quint64 number)
{
    const auto running = m_calls.find(number);
    if (running == m_calls.end() || !running->reply)
        return;
    QNetworkReply* reply = running->reply;
    reply->deleteLater();
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const QByteArray body = reply->readAll();
    if (reply->error() == QNetworkReply::NoError && status >= 200 && status < 300) {
        finish(number, Answer{status, QJsonDocument::fromJson(body).object()});
        return;
    }
    const CallError error = replyError(*reply, body);
    if (error.status == 401 && running->call.authorised && !std::exchange(running->wasRefused, true))
        waitForToken(number);
    else
        finish(number, error);
}

void HttpBackend::waitForToken(quint64 number)
{
    m_calls[number].waitsForToken = true;
    emit tokenRefused();
}

void HttpBackend::setAccessToken(const QString& token)
{
    m_token = token;
    if (m_stream && !token.isEmpty())
        m_stream->refreshToken(token);
    const QList<quint64> numbers = m_calls.keys();
    for (const quint64 number : numbers) {
        const auto running = m_calls.find(number);
        if (running == m_calls.end() || !std::exchange(running->waitsForToken, false))
            continue;
        if (token.isEmpty())
            finish(number, CallError{.error = Error(ErrorCode::Unauthorized), .status = 401});
        else
            send(number);
    }
}

void HttpBackend::finish(quint64 number, const CallResult& result)
{
    const Running running = m_calls.take(number);
    if (running.context && running.handler)
        running.handler(result);
}

void HttpBackend::cancel(quint64 number)
{
    const Running running = m_calls.take(number);
    if (!running.reply)
        return;
    running.reply->disconnect(this);
    running.reply->abort();
    running.reply->deleteLater();
}

std::unique_ptr<EventStream> HttpBackend::makeStream() const
{
    if (m_transport == Transport::Automatic && m_webSocketFailures < kFailuresBeforeSse) {
        if (auto stream = makeWebSocketStream())
            return stream;
    }
    return std::make_unique<SseStream>();
}

void HttpBackend::openStream(const QString& since)
{
    closeStream();
    m_stream = makeStream();
    m_isFallback = m_webSocketFailures >= kFailuresBeforeSse;
    connect(m_stream.get(), &EventStream::opened, this, [this] {
        if (!m_isFallback)
            m_webSocketFailures = 0;
        emit streamOpened();
    });
    connect(m_stream.get(), &EventStream::received, this, &Backend::eventReceived);
    connect(m_stream.get(), &EventStream::latencyMeasured, this, &Backend::latencyMeasured);
    connect(m_stream.get(), &EventStream::closed, this, &HttpBackend::streamEnded);
    m_stream->open({m_server, m_token, since, m_channels});
}

void HttpBackend::streamEnded(ErrorCode code, const QString& detail, int retryAfterMs, bool neverOpened)
{
    // Whether nobody answers or somebody who knows no WebSocket cannot be told apart: both ways are tried in turns, and
    // the one that has opened is kept.
    if (neverOpened)
        m_webSocketFailures = m_isFallback ? 0 : m_webSocketFailures + 1;
    emit streamClosed(code, detail, retryAfterMs);
}

void HttpBackend::closeStream()
{
    if (!m_stream)
        return;
    m_stream->disconnect(this);
    m_stream->close();
    m_stream.release()->deleteLater(); // it may be telling us something right now
}

void HttpBackend::setChannels(const QStringList& channels)
{
    m_channels = channels;
    if (m_stream)
        m_stream->setChannels(channels);
}

QString HttpBackend::transportName() const
{
    return m_stream ? m_stream->name() : QString();
}

void HttpBackend::ping()
{
    if (m_stream)
        m_stream->ping();
}

} // namespace signalbox::console
