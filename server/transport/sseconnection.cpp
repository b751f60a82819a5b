// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/sseconnection.h"

#include "transport/edgeworker.h"

namespace signalbox {

namespace {

constexpr char kLastChunk[] = "0\r\n\r\n";

} // namespace

SseConnection::SseConnection(EdgeWorker& edge, SessionMetaPtr meta, WireFormat format, SseStyle style,
                             HttpExchange exchange, QList<HttpHeader> corsHeaders)
    : ClientConnection(edge, std::move(meta), format)
    , m_exchange(std::move(exchange))
    , m_corsHeaders(std::move(corsHeaders))
    , m_style(style)
{
}

QByteArray SseConnection::head() const
{
    const bool chunked = session().format().framing == Framing::SseChunked;
    QByteArray head =
        chunked ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" : "HTTP/1.1 200 OK\r\nConnection: close\r\n";
    head += "Content-Type: text/event-stream\r\nCache-Control: no-cache, no-transform\r\nX-Accel-Buffering: no\r\n";
    for (const HttpHeader& header : m_corsHeaders)
        head += header.first + ": " + header.second + "\r\n";
    head += "\r\n";
    return head;
}

void SseConnection::begin(const Replay& replay, bool resuming)
{
    if (!m_exchange.canTakeOver()) {
        if (m_exchange.isAlive())
            m_exchange.respond(HttpResponse::json(400, Error(ErrorCode::BadRequest).toJson()));
        retire();
        return;
    }
    QByteArray leftover; // nothing may follow a request for an event stream
    setStream(m_exchange.takeOver(&leftover));
    m_exchange = HttpExchange();
    writeNow(head());
    const ControlMessage hello = established(replay, resuming);
    QByteArray opening = "retry: " + QByteArray::number(edge().settings().streams.retryMs) + "\n\n";
    if (!m_style.greets && replay.recovered)
        opening = "id: " + hello.id + "\n" + opening;
    session().send(sseBlock(opening.prepend(":\n"), session().format().framing));
    if (!replay.recovered)
        say(reset(replay));
    if (m_style.greets)
        say(hello);
    session().goLive(replay);
    const HeartbeatSettings& times = edge().settings().heartbeat;
    m_nextBeatMs = edge().clock().steadyMs() + (m_style.eventHeartbeat ? times.streamsMs : times.sseMs);
    armHeartbeat(m_nextBeatMs - edge().clock().steadyMs());
}

void SseConnection::refuse(const Error& error)
{
    HttpResponse response = HttpResponse::json(error.httpStatus(), error.toJson());
    response.headers += m_corsHeaders;
    if (error.httpStatus() == 503)
        response.with("Retry-After", "5");
    m_exchange.respond(std::move(response));
    retire();
}

QByteArray SseConnection::lastWords(const Error& why)
{
    m_comesBack = errorInfo(why.code).reconnect;
    if (why.code == ErrorCode::GoingAway)
        return sseBlock(": going away\n\n", session().format().framing);
    ControlMessage message;
    message.name = "error";
    message.data = "{\"code\":\"" + QByteArray(why.name()) + "\"}";
    if (why.code == ErrorCode::Replaced)
        message.id = replacedId();
    return encodeControl(message, session().format());
}

void SseConnection::wroteLastBytes()
{
    if (m_comesBack) {
        stream()->shutdownWrite();
        return;
    }
    m_comesBack = true;
    if (session().format().framing == Framing::SseChunked)
        writeNow(kLastChunk);
    else
        stream()->shutdownWrite();
}

void SseConnection::heartbeat()
{
    const qint64 now = edge().clock().steadyMs();
    const HeartbeatSettings& times = edge().settings().heartbeat;
    if (now >= m_nextBeatMs) {
        if (m_style.eventHeartbeat)
            say({.name = "heartbeat"});
        else
            session().send(sseBlock(": heartbeat\n\n", session().format().framing));
        m_nextBeatMs = now + (m_style.eventHeartbeat ? times.streamsMs : times.sseMs);
    }
    if (m_nextWarningMs != 0 && now >= m_nextWarningMs)
        sayUnavailable();
    armHeartbeat((m_nextWarningMs == 0 ? m_nextBeatMs : std::min(m_nextBeatMs, m_nextWarningMs)) - now);
}

bool SseConnection::sourceIsDown() const
{
    const auto& channels = session().channels();
    return std::any_of(channels.begin(), channels.end(),
                       [this](const QByteArray& channel) { return edge().unavailableSources().contains(channel); });
}

void SseConnection::sourcesChanged()
{
    if (!isLive() || isClosing() || !stream())
        return;
    const bool down = sourceIsDown();
    if (down && m_nextWarningMs == 0) {
        sayUnavailable();
        armHeartbeat(std::min(m_nextBeatMs, m_nextWarningMs) - edge().clock().steadyMs());
    } else if (!down) {
        m_nextWarningMs = 0;
    }
}

/// Names the channel as the stream's address does: "deals" for stream:deals.
void SseConnection::sayUnavailable()
{
    for (const QByteArray& channel : session().channels()) {
        if (!edge().unavailableSources().contains(channel))
            continue;
        const QByteArray name = channel.startsWith("stream:") ? channel.sliced(7) : channel;
        say({.name = "warning", .data = "{\"code\":\"source_unavailable\",\"channel\":" + jsonString(name) + "}"});
    }
    m_nextWarningMs = edge().clock().steadyMs() + edge().settings().heartbeat.sourceWarningMs;
}

HttpResponse SseConnection::deniedResponse(int retryMs)
{
    HttpResponse response;
    response.headers = {{QByteArrayLiteral("Content-Type"), QByteArrayLiteral("text/event-stream")},
                        {QByteArrayLiteral("Cache-Control"), QByteArrayLiteral("no-cache, no-transform")},
                        {QByteArrayLiteral("X-Accel-Buffering"), QByteArrayLiteral("no")}};
    response.body = "retry: " + QByteArray::number(retryMs) + "\n\nevent: error\nid: " + deniedId() +
                    "\ndata: {\"code\":\"forbidden\"}\n\n";
    response.close = true;
    return response;
}

} // namespace signalbox
