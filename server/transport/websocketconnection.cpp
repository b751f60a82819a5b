// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/websocketconnection.h"

#include "transport/edgeworker.h"

namespace signalbox {

WebSocketConnection::WebSocketConnection(EdgeWorker& edge, SessionMetaPtr meta, WireFormat format,
                                         const WsLimits& limits)
    : ClientConnection(edge, std::move(meta), format)
    , m_decoder(limits)
{
}

void WebSocketConnection::open(StreamPtr stream, QByteArray leftover, QByteArray handshake)
{
    m_leftover = std::move(leftover);
    setStream(std::move(stream));
    this->stream()->setReading(false);
    writeNow(std::move(handshake));
}

void WebSocketConnection::begin(const Replay& replay, bool resuming)
{
    greet(replay, resuming);
    session().goLive(replay);
    m_nextPingMs = edge().clock().steadyMs() + pingIntervalMs();
    armHeartbeat(pingIntervalMs());
    stream()->setReading(true);
    QByteArray leftover;
    leftover.swap(m_leftover);
    if (!leftover.isEmpty())
        received(leftover.data(), leftover.size());
}

void WebSocketConnection::greet(const Replay& replay, bool resuming)
{
    say(established(replay, resuming));
    if (!replay.recovered)
        say(reset(replay));
}

void WebSocketConnection::refuse(const Error& error)
{
    close(error.code, error.message);
}

QByteArray WebSocketConnection::lastWords(const Error& why)
{
    const QByteArray code = QByteArray::number(why.closeCode());
    const ControlMessage closed{.name = "connection.closed",
                                .data = "{\"reason\":" + jsonString(QByteArray(why.name())) + ",\"code\":" + code +
                                        ",\"timestamp\":\"" + isoTime(edge().clock().wallMs()) + "\"}"};
    return encodeControl(closed, session().format()) + encodeWsClose(why.closeCode(), QByteArrayView(why.name()));
}

void WebSocketConnection::received(char* data, qsizetype size)
{
    m_decoder.feed(data, size, *this);
}

bool WebSocketConnection::pingsAreText() const
{
    return session().format().envelope == Envelope::Dialog;
}

qint64 WebSocketConnection::pingIntervalMs() const
{
    const HeartbeatSettings& heartbeat = edge().settings().heartbeat;
    if (pingsAreText())
        return heartbeat.dialogPingMs;
    // Staff's presence is told by it, so that a console that hangs is noticed soon.
    return session().meta().pool == Pool::Admin ? heartbeat.staffPingMs : heartbeat.channelPingMs;
}

void WebSocketConnection::heartbeat()
{
    const qint64 now = edge().clock().steadyMs();
    const qint64 timeoutMs = edge().settings().heartbeat.pongTimeoutMs;
    if (m_unansweredSinceMs != 0 && now >= m_unansweredSinceMs + timeoutMs) {
        close(ErrorCode::PongTimeout);
        return;
    }
    if (now >= m_nextPingMs) {
        session().send(pingsAreText() ? encodeWsFrame(WsOpcode::Text, "__ping__") : encodeWsFrame(WsOpcode::Ping, {}));
        if (m_unansweredSinceMs == 0)
            m_unansweredSinceMs = now;
        m_nextPingMs = now + pingIntervalMs();
    }
    qint64 next = m_nextPingMs;
    if (m_unansweredSinceMs != 0)
        next = std::min(next, m_unansweredSinceMs + timeoutMs);
    armHeartbeat(next - now);
}

void WebSocketConnection::pongArrived()
{
    if (m_unansweredSinceMs == 0)
        return;
    edge().observer().pingAnswered(edge().clock().steadyMs() - m_unansweredSinceMs);
    m_unansweredSinceMs = 0;
}

void WebSocketConnection::heardFrom()
{
    session().meta().lastPongMs.store(edge().clock().wallMs(), std::memory_order_relaxed);
}

bool WebSocketConnection::withinRate()
{
    const LimitSettings& limits = edge().settings().limits;
    if (m_rate.take(limits.messagesPerSecond, limits.messagesBurst, edge().clock().steadyMs()))
        return true;
    edge().observer().rateLimited();
    close(ErrorCode::RateLimited);
    return false;
}

bool WebSocketConnection::wsMessage(WsOpcode type, QByteArray payload)
{
    heardFrom();
    session().meta().messagesIn.fetch_add(1, std::memory_order_relaxed);
    if (!withinRate())
        return false;
    receivedMessage(type, std::move(payload));
    return !isClosing();
}

bool WebSocketConnection::wsPing(QByteArrayView payload)
{
    heardFrom();
    if (!withinRate())
        return false;
    session().send(encodeWsFrame(WsOpcode::Pong, payload));
    return true;
}

bool WebSocketConnection::wsPong(QByteArrayView)
{
    heardFrom();
    if (!pingsAreText())
        pongArrived();
    return true;
}

bool WebSocketConnection::wsClose(int code, QByteArrayView)
{
    endWith(encodeWsClose(code, {}));
    return false;
}

void WebSocketConnection::wsError(int closeCode, const char* reason)
{
    endWith(encodeWsClose(closeCode, QByteArrayView(reason)));
}

} // namespace signalbox
