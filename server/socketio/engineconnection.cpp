// SPDX-License-Identifier: GPL-3.0-or-later
#include "socketio/engineconnection.h"

#include "net/websocketframe.h"
#include "transport/edgeworker.h"

namespace signalbox {

namespace {

constexpr qint64 kPollBytes = 1 << 20; ///< of a long replay in one answer
constexpr qint64 kPollingCloseMs = 30'000;
constexpr qint64 kSocketCloseMs = 2000;

HttpResponse polled(QByteArray body)
{
    HttpResponse response = HttpResponse::empty(200);
    response.with("Content-Type", "text/plain; charset=UTF-8").with("Cache-Control", "no-store");
    response.body = std::move(body);
    return response;
}

QByteArray refusedUpgrade(const HttpResponse& response)
{
    QByteArray bytes = "HTTP/1.1 " + QByteArray::number(response.status) + ' ' + httpReason(response.status) +
                       "\r\nConnection: close\r\nContent-Length: " + QByteArray::number(response.body.size()) + "\r\n";
    for (const HttpHeader& header : response.headers)
        bytes += header.first + ": " + header.second + "\r\n";
    bytes += "\r\n" + response.body;
    return bytes;
}

HttpResponse posted()
{
    HttpResponse response = HttpResponse::empty(200);
    response.with("Content-Type", "text/html").with("Cache-Control", "no-store");
    response.body = "ok";
    return response;
}

} // namespace

EngineConnection::EngineConnection(EdgeWorker& edge, SessionMetaPtr meta, std::shared_ptr<EngineSessions> sessions,
                                   WireFormat format)
    : ClientConnection(edge, std::move(meta), format)
    , m_sessions(std::move(sessions))
    , m_sid(m_sessions->newId())
    , m_decoder(m_sessions->limits())
{
    m_sessions->add(m_sid, id());
}

EngineConnection::~EngineConnection()
{
    m_sessions->remove(m_sid);
    answerPoll(engineError(EngineError::UnknownSid));
}

void EngineConnection::openPolling(quint64 ticket, EngineReply reply)
{
    m_pollTicket = ticket;
    m_poll = std::move(reply);
}

void EngineConnection::openWebSocket(StreamPtr stream, QByteArray leftover, QByteArray handshake)
{
    m_leftover = std::move(leftover);
    setStream(std::move(stream));
    this->stream()->setReading(false);
    m_handshake = std::move(handshake);
}

QByteArray EngineConnection::openingJson() const
{
    const Settings& settings = edge().settings();
    const bool mayBeUpgraded = isPolling() && settings.transports.webSocket;
    return "{\"sid\":\"" + m_sid + "\",\"upgrades\":" + (mayBeUpgraded ? "[\"websocket\"]" : "[]") +
           ",\"pingInterval\":" + QByteArray::number(settings.heartbeat.engineIoPingMs) +
           ",\"pingTimeout\":" + QByteArray::number(settings.heartbeat.engineIoPongMs) +
           ",\"maxPayload\":" + QByteArray::number(settings.limits.engineIoPayloadBytes) + '}';
}

void EngineConnection::begin(const Replay& replay, bool)
{
    if (!m_handshake.isEmpty())
        writeNow(std::exchange(m_handshake, {}));
    send({EngineType::Open, false, openingJson()});
    session().goLive(replay);
    m_nextPingMs = edge().clock().steadyMs() + edge().settings().heartbeat.engineIoPingMs;
    armNext();
    opened();
    if (!stream())
        return;
    stream()->setReading(true);
    QByteArray leftover;
    leftover.swap(m_leftover);
    if (!leftover.isEmpty())
        received(leftover.data(), leftover.size());
}

/// Before the WebSocket is open: what is closed between that and the first packet socket.io-client waits for in vain.
void EngineConnection::refuse(const Error& error)
{
    HttpResponse response = HttpResponse::json(error.httpStatus(), error.toJson());
    if (error.httpStatus() == 503)
        response.with("Retry-After", "5");
    if (stream()) {
        m_handshake.clear();
        endWith(refusedUpgrade(response));
        return;
    }
    answerPoll(std::move(response));
    retire();
}

void EngineConnection::send(const EnginePacket& packet)
{
    session().send(encodeEnginePacket(packet, session().format().framing));
}

void EngineConnection::sendMessage(QByteArray text)
{
    send({EngineType::Message, false, std::move(text)});
}

void EngineConnection::sendBinary(QByteArray bytes)
{
    send({EngineType::Message, true, std::move(bytes)});
}

void EngineConnection::poll(quint64 ticket, EngineReply reply)
{
    if (m_poll) {
        reply(HttpResponse::empty(400));
        drop();
        return;
    }
    m_pollTicket = ticket;
    m_poll = std::move(reply);
    session().setBlocked(false);
    edge().needsTurn(*this);
}

void EngineConnection::post(const EngineRequest& request, const EngineReply& reply)
{
    if (request.isOctets) {
        reply(HttpResponse::empty(400));
        drop();
        return;
    }
    if (request.body.size() > edge().settings().limits.engineIoPayloadBytes) {
        reply(HttpResponse::empty(413));
        return;
    }
    EnginePayload payload = decodeEnginePayload(request.body);
    for (EnginePacket& packet : payload.packets) {
        if (!isClosing() || packet.type == EngineType::Close) // a goodbye need not wait for the end of ours
            receivedPacket(std::move(packet));
    }
    if (payload.isBroken && !isClosing())
        drop();
    reply(posted());
}

void EngineConnection::abandoned(quint64 ticket)
{
    if (!m_poll || m_pollTicket != ticket)
        return;
    // The door keeps the request until it is answered, and who has ended one direction may still read.
    answerPoll(engineError(EngineError::UnknownSid));
    retire();
}

void EngineConnection::releasePoll()
{
    if (m_poll)
        send({EngineType::Noop, false, {}});
}

void EngineConnection::answerPoll(HttpResponse response)
{
    if (const EngineReply reply = std::exchange(m_poll, nullptr))
        reply(std::move(response));
}

QByteArray EngineConnection::takeQueue()
{
    constexpr int kParts = 128;
    iovec parts[kParts];
    OutboundQueue& queue = session().queue();
    QByteArray bytes;
    while (session().refill() || !queue.isEmpty()) {
        const int count = queue.gather(parts, kParts);
        qint64 taken = 0;
        for (int i = 0; i < count; ++i) {
            bytes.append(static_cast<const char*>(parts[i].iov_base), static_cast<qsizetype>(parts[i].iov_len));
            taken += static_cast<qint64>(parts[i].iov_len);
        }
        queue.consumed(taken);
        if (bytes.size() >= kPollBytes)
            break;
    }
    return bytes;
}

void EngineConnection::writeWithoutStream()
{
    if (!isPolling())
        return; // the probe brings its stream at once
    if (!m_poll) {
        if (!session().queue().isEmpty())
            session().setBlocked(true);
        return;
    }
    if (const QByteArray body = takeQueue(); !body.isEmpty()) {
        answerPoll(polled(body.sliced(1)));
        m_pollAwaitsClose = false;
    } else if (isClosing()) { // apart from the messages before it: clients act on it before they have read those
        answerPoll(polled(m_pollAwaitsClose ? QByteArrayLiteral("1")
                                            : QByteArrayLiteral("6\x1e"
                                                                "1")));
        retire();
    }
}

void EngineConnection::probe(StreamPtr stream, QByteArray leftover, const QByteArray& handshake)
{
    m_probe = std::make_unique<EngineProbe>(*this, edge(), std::move(stream), m_sessions->limits());
    m_probe->start(handshake, std::move(leftover));
}

void EngineConnection::probeEnded()
{
    m_probe.reset();
}

void EngineConnection::upgrading()
{
    answerPoll(polled("6"));
    WireFormat format = session().format();
    format.framing = Framing::WebSocket;
    session().setFormat(format);
    session().queue().rewrite([](const QByteArray& bytes) { return polledToWebSocket(bytes); });
    session().meta().transport = TransportKind::SocketIo;
    m_nextPingMs = edge().clock().steadyMs() + edge().settings().heartbeat.engineIoPingMs;
    m_pingedMs = 0;
    armNext();
}

void EngineConnection::upgraded()
{
    const std::unique_ptr<EngineProbe> probe = std::move(m_probe);
    m_decoder = probe->takeDecoder();
    setStream(probe->takeStream());
    session().setBlocked(false);
    edge().needsTurn(*this);
}

void EngineConnection::received(char* data, qsizetype size)
{
    m_decoder.feed(data, size, *this);
}

bool EngineConnection::wsMessage(WsOpcode type, QByteArray payload)
{
    if (type == WsOpcode::Binary)
        receivedPacket({EngineType::Message, true, std::move(payload)});
    else if (auto packet = decodeEngineText(payload))
        receivedPacket(std::move(*packet));
    else
        drop();
    return !isClosing();
}

void EngineConnection::receivedPacket(EnginePacket packet)
{
    session().meta().lastPongMs.store(edge().clock().wallMs(), std::memory_order_relaxed);
    switch (packet.type) {
    case EngineType::Message:
        session().meta().messagesIn.fetch_add(1, std::memory_order_relaxed);
        if (withinRate())
            receivedMessage(std::move(packet));
        break;
    case EngineType::Pong:
        pongArrived();
        break;
    case EngineType::Ping: // the heartbeat goes the other way since version 4
        drop();
        break;
    case EngineType::Close:
        if (m_poll)
            answerPoll(polled("6"));
        drop();
        break;
    case EngineType::Open:
    case EngineType::Upgrade:
    case EngineType::Noop:
        break;
    }
}

bool EngineConnection::withinRate()
{
    const LimitSettings& limits = edge().settings().limits;
    if (m_rate.take(limits.messagesPerSecond, limits.messagesBurst, edge().clock().steadyMs()))
        return true;
    edge().observer().rateLimited();
    close(ErrorCode::RateLimited);
    return false;
}

void EngineConnection::pongArrived()
{
    const qint64 now = edge().clock().steadyMs();
    if (m_pingedMs != 0)
        edge().observer().pingAnswered(now - m_pingedMs);
    m_pingedMs = 0;
    m_nextPingMs = now + edge().settings().heartbeat.engineIoPingMs;
    armNext();
}

void EngineConnection::heartbeat()
{
    const qint64 now = edge().clock().steadyMs();
    if (m_pingedMs != 0 && now >= m_pingedMs + edge().settings().heartbeat.engineIoPongMs) {
        drop();
        return;
    }
    if (m_pingedMs == 0 && now >= m_nextPingMs) {
        send({EngineType::Ping, false, {}});
        m_pingedMs = now;
    }
    if (m_deadlineMs != 0 && now >= m_deadlineMs) {
        m_deadlineMs = 0;
        deadlineReached();
    }
    if (!isClosing())
        armNext();
}

void EngineConnection::armNext()
{
    const qint64 beat = m_pingedMs == 0 ? m_nextPingMs : m_pingedMs + edge().settings().heartbeat.engineIoPongMs;
    const qint64 next = m_deadlineMs == 0 ? beat : std::min(beat, m_deadlineMs);
    armHeartbeat(std::max<qint64>(0, next - edge().clock().steadyMs()));
}

void EngineConnection::setDeadline(qint64 inMs)
{
    m_deadlineMs = inMs == 0 ? 0 : edge().clock().steadyMs() + inMs;
    if (!isClosing())
        armNext();
}

bool EngineConnection::wsPing(QByteArrayView payload)
{
    if (!withinRate())
        return false;
    session().send(encodeWsFrame(WsOpcode::Pong, payload));
    return true;
}

bool EngineConnection::wsPong(QByteArrayView)
{
    return true;
}

bool EngineConnection::wsClose(int code, QByteArrayView)
{
    endWith(encodeWsClose(code, {}));
    return false;
}

void EngineConnection::wsError(int closeCode, const char* reason)
{
    endWith(encodeWsClose(closeCode, QByteArrayView(reason)));
}

QByteArray EngineConnection::closePacket() const
{
    return isPolling() ? QByteArray() : encodeWsClose(kWsNoCloseCode, {});
}

QByteArray EngineConnection::lastWords(const Error& why)
{
    return isPolling() ? QByteArray() : encodeWsClose(why.closeCode(), QByteArrayView(why.name()));
}

void EngineConnection::closeEngine()
{
    endWith(closePacket());
}

void EngineConnection::drop()
{
    if (!isPolling()) {
        closeEngine();
        return;
    }
    answerPoll(polled("1"));
    retire();
}

/// Nobody finds a session that has ended, but for the poll that fetches its last words.
void EngineConnection::ending()
{
    if (!m_handshake.isEmpty()) // which are frames
        writeNow(std::exchange(m_handshake, {}));
    m_pollAwaitsClose = m_poll != nullptr;
    if (isPolling())
        m_probe.reset();
    else
        m_sessions->remove(m_sid);
}

qint64 EngineConnection::closingMs() const
{
    return isPolling() ? kPollingCloseMs : kSocketCloseMs;
}

} // namespace signalbox
