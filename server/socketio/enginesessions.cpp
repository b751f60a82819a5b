// SPDX-License-Identifier: GPL-3.0-or-later
#include "socketio/enginesessions.h"

#include "auth/secret.h"
#include "net/websocketframe.h"
#include "socketio/engineconnection.h"
#include "transport/edgeworker.h"

#include <array>

namespace signalbox {

namespace {

constexpr QByteArrayView kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr qsizetype kSidSize = 20;
constexpr int kSidBytes = 15;

constexpr std::array<const char*, 6> kMessages{
    "Transport unknown", "Session ID unknown", "Bad handshake method",
    "Bad request",       "Forbidden",          "Unsupported protocol version"};

} // namespace

HttpResponse engineError(EngineError error, bool isUpgrade)
{
    const auto code = static_cast<size_t>(error);
    const int status = error == EngineError::Forbidden ? 403 : 400;
    if (!isUpgrade) {
        return HttpResponse::json(status, "{\"code\":" + QByteArray::number(static_cast<int>(error)) +
                                              ",\"message\":\"" + kMessages[code] + "\"}");
    }
    HttpResponse response = HttpResponse::empty(status);
    response.with("Content-Type", "text/html");
    response.body = kMessages[code];
    response.close = true;
    return response;
}

QByteArray EngineSessions::newId() const
{
    QByteArray sid = base64Url(randomBytes(kSidBytes));
    sid.back() = kDigits[m_edge.worker().index()];
    return sid;
}

std::optional<int> EngineSessions::workerOf(QByteArrayView sid)
{
    const qsizetype index = sid.size() == kSidSize ? kDigits.indexOf(sid.back()) : -1;
    return index < 0 ? std::nullopt : std::optional(static_cast<int>(index));
}

const WsLimits& EngineSessions::limits()
{
    m_limits.maxMessageBytes = m_edge.settings().limits.engineIoPayloadBytes;
    return m_limits;
}

EngineConnection* EngineSessions::find(const QByteArray& sid) const
{
    const auto found = m_sessions.constFind(sid);
    return found == m_sessions.cend() ? nullptr : static_cast<EngineConnection*>(m_edge.find(*found));
}

void EngineSessions::ask(const EngineRequest& request, EngineReply reply)
{
    EngineConnection* const session = find(request.sid);
    if (!session) {
        reply(HttpResponse::empty(404));
    } else if (request.isUpgrade) {
        reply(request.isPolling ? engineError(EngineError::BadRequest, true) : HttpResponse::empty(101));
    } else if (!request.isPolling || !session->isPolling()) {
        reply(engineError(EngineError::BadRequest));
    } else if (request.method == "GET") {
        session->poll(request.ticket, std::move(reply));
    } else if (request.method == "POST") {
        session->post(request, reply);
    } else {
        reply(HttpResponse::empty(500));
    }
}

void EngineSessions::abandoned(const QByteArray& sid, quint64 ticket)
{
    if (EngineConnection* const session = find(sid))
        session->abandoned(ticket);
}

/// A socket that no session wants is told so, and closed.
void EngineSessions::arrived(const QByteArray& sid, EngineArrival socket)
{
    StreamPtr stream = socket.stream();
    EngineConnection* const session = find(sid);
    if (session && session->mayUpgrade()) {
        session->probe(std::move(stream), std::move(socket.leftover), socket.handshake);
        return;
    }
    QByteArray bytes = socket.handshake + encodeWsClose(kWsNoCloseCode, {});
    const iovec part{bytes.data(), static_cast<size_t>(bytes.size())};
    stream->write(&part, 1);
    partFrom(std::move(stream));
}

void EngineSessions::partFrom(StreamPtr stream)
{
    std::erase_if(m_partings, [](const auto& parting) { return parting->isOver(); });
    m_partings.push_back(std::make_unique<EngineParting>(m_edge.worker(), std::move(stream)));
}

} // namespace signalbox
