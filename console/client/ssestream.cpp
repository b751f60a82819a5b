// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/ssestream.h"

#include "console/client/replyerror.h"

#include <QNetworkReply>
#include <QUrlQuery>

namespace signalbox::console {

using namespace Qt::StringLiterals;

namespace {

constexpr int kHeartbeatsMs = 60'000; ///< two of the server's, and some patience
constexpr int kOpeningMs = 15'000;

} // namespace

SseStream::SseStream(QObject* parent)
    : EventStream(parent)
{
    m_silence.setSingleShot(true);
    connect(&m_silence, &QTimer::timeout, this, [this] { fail(ErrorCode::PongTimeout, tr("The server is silent.")); });
}

SseStream::~SseStream()
{
    close();
}

void SseStream::open(const Opening& opening)
{
    close();
    m_opening = opening;
    m_told = false;
    request();
}

void SseStream::request()
{
    m_open = false;
    m_parser = {};
    QUrl url = m_opening.server;
    url.setPath(u"/channel/sse"_s);
    QUrlQuery query{{u"type"_s, u"staff"_s}};
    if (!m_opening.channels.isEmpty())
        query.addQueryItem(u"channels"_s, m_opening.channels.join(u','));
    url.setQuery(query);
    QNetworkRequest request(url);
    request.setRawHeader("Accept", "text/event-stream");
    request.setRawHeader("Authorization", "Bearer " + m_opening.token.toUtf8());
    if (!m_opening.since.isEmpty())
        request.setRawHeader("Last-Event-ID", m_opening.since.toUtf8());
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    m_reply = m_network.get(request);
    connect(m_reply, &QNetworkReply::metaDataChanged, this, &SseStream::headArrived);
    connect(m_reply, &QNetworkReply::readyRead, this, &SseStream::bytesArrived);
    connect(m_reply, &QNetworkReply::finished, this, &SseStream::finished);
    m_silence.start(kOpeningMs);
}

void SseStream::close()
{
    m_silence.stop();
    m_open = false;
    if (!m_reply)
        return;
    QNetworkReply* reply = m_reply;
    m_reply.clear();
    reply->disconnect(this);
    reply->abort();
    reply->deleteLater();
}

void SseStream::setChannels(const QStringList& channels)
{
    if (m_opening.channels == channels)
        return;
    m_opening.channels = channels;
    if (!m_reply)
        return;
    close();
    request();
}

void SseStream::refreshToken(const QString& token)
{
    m_opening.token = token; // for the next request: a running stream keeps its own to its end
}

void SseStream::headArrived()
{
    if (!m_reply || m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt() != 200)
        return;
    m_silence.start(kHeartbeatsMs);
    m_open = true;
    if (!std::exchange(m_told, true))
        emit opened();
}

void SseStream::bytesArrived()
{
    if (!m_open)
        return;
    m_silence.start(kHeartbeatsMs);
    const QPointer<QNetworkReply> reply = m_reply;
    const QList<SseEvent> events = m_parser.feed(m_reply->readAll());
    for (const SseEvent& event : events) {
        pass(event);
        if (m_reply != reply) // closed, or opened anew, by who listens
            return;
    }
    if (m_parser.hasFailed())
        fail(ErrorCode::PayloadTooLarge, tr("An event without an end."));
}

/// Named ones (`reset`, `warning`, `error`) have bare data: they get the envelope that they have over WebSocket.
void SseStream::pass(const SseEvent& event)
{
    if (!event.id.isEmpty())
        m_opening.since = QString::fromUtf8(event.id);
    if (event.type.isEmpty() || event.type == "message")
        emit received(event.data);
    else
        emit received("{\"type\":" + jsonString(event.type) + ",\"data\":" + event.data + '}');
}

void SseStream::finished()
{
    if (!m_reply)
        return;
    const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status == 204) {
        fail(ErrorCode::Forbidden, {});
        return;
    }
    if (m_open) {
        fail(ErrorCode::GoingAway, {});
        return;
    }
    const CallError error = replyError(*m_reply, m_reply->readAll());
    fail(error.error.code, error.error.text(), error.retryAfterMs);
}

void SseStream::fail(ErrorCode code, const QString& detail, int retryAfterMs)
{
    const bool wasOpen = m_told;
    close();
    emit closed(code, detail, retryAfterMs, !wasOpen);
}

} // namespace signalbox::console
