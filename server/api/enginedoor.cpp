// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/enginedoor.h"

#include "api/admission.h"
#include "net/websockethandshake.h"

#include <QThread>

namespace signalbox {

/// One worker's door. Its requests wait here for their session's answer, because they may be touched on the thread of
/// their connection only; the session may live on another worker. Lives as long as the router's handlers; a task that
/// comes later is never run (Worker::stop()).
class EngineDoor
{
public:
    EngineDoor(EdgeWorker& edge, std::shared_ptr<EngineDoors> doors, MakeEngineSession make)
        : m_edge(edge)
        , m_doors(std::move(doors))
        , m_sessions(std::make_shared<EngineSessions>(edge))
        , m_make(std::move(make))
    {
        m_doors->byWorker[static_cast<size_t>(edge.worker().index())] = {&edge.worker(), this};
    }

    void handle(ApiRequest request);

private:
    void refuse(ApiRequest& request, EngineError error);
    void refuseAsTooMany(ApiRequest& request);
    static void preflight(ApiRequest& request);
    void handshake(ApiRequest& request, bool isPolling);
    void openPolling(ApiRequest& request);
    void openWebSocket(ApiRequest& request);
    EngineConnection& makeSession(const ApiRequest& request, bool isPolling);
    bool withinRate(const ApiRequest& request) const;

    void passOn(ApiRequest request, const QByteArray& sid, bool isPolling);
    /// Keeps the request; the number names it.
    quint64 keep(const ApiRequest& request);
    EngineReply replyTo(quint64 ticket);
    void answered(quint64 ticket, HttpResponse response);
    void sendSocket(ApiRequest& request);
    EngineDoors::Place ownerOf(QByteArrayView sid) const;

    EdgeWorker& m_edge;
    const std::shared_ptr<EngineDoors> m_doors;
    const std::shared_ptr<EngineSessions> m_sessions;
    const MakeEngineSession m_make;
    QHash<quint64, ApiRequest> m_waiting;
    quint64 m_lastTicket = 0;
};

namespace {

bool isTransport(const QByteArray& name, const Settings& settings)
{
    return name == "polling" || (name == "websocket" && settings.transports.webSocket);
}

Admission nobodyYet()
{
    static const IdentityPtr stranger = std::make_shared<Identity>();
    return {stranger, {}, {}, Pool::Site};
}

} // namespace

void EngineDoor::handle(ApiRequest request)
{
    const HttpRequest& http = request.http();
    const Settings& settings = m_edge.settings();
    const QByteArray transport = http.queryValue("transport");
    const QByteArray sid = http.queryValue("sid");
    if (http.method == "OPTIONS" && !settings.network.corsOrigins.isEmpty())
        preflight(request);
    else if (!isTransport(transport, settings))
        refuse(request, EngineError::UnknownTransport);
    else if (!isOriginAllowed(http, settings.network.corsOrigins))
        refuse(request, EngineError::Forbidden);
    else if (!sid.isEmpty())
        passOn(std::move(request), sid, transport == "polling");
    else
        handshake(request, transport == "polling");
}

/// Whoever is refused again and again is not even told why any more.
void EngineDoor::refuse(ApiRequest& request, EngineError error)
{
    if (withinRate(request))
        request.respond(engineError(error, isWebSocketUpgrade(request.http())));
    else
        refuseAsTooMany(request);
}

void EngineDoor::refuseAsTooMany(ApiRequest& request)
{
    m_edge.observer().rateLimited();
    request.respond(Error(ErrorCode::RateLimited));
}

void EngineDoor::preflight(ApiRequest& request)
{
    HttpResponse response = HttpResponse::empty(204);
    response.with("Access-Control-Allow-Methods", "GET,HEAD,PUT,PATCH,POST,DELETE");
    const QByteArray headers = request.http().header("access-control-request-headers").toByteArray();
    response.with("Vary", "Access-Control-Request-Headers");
    if (!headers.isEmpty())
        response.with("Access-Control-Allow-Headers", headers);
    request.respond(std::move(response));
}

bool EngineDoor::withinRate(const ApiRequest& request) const
{
    const LimitSettings& limits = m_edge.settings().limits;
    return limits.requestsPerSecond <= 0 || m_edge.rateLimiter().take(request.clientAddress(), limits.requestsPerSecond,
                                                                      limits.requestsBurst, m_edge.clock().steadyMs());
}

void EngineDoor::handshake(ApiRequest& request, bool isPolling)
{
    const HttpRequest& http = request.http();
    const bool isUpgrade = isWebSocketUpgrade(http);
    if (http.method != "GET") {
        refuse(request, EngineError::BadMethod);
    } else if (isPolling == isUpgrade) {
        refuse(request, EngineError::BadRequest);
    } else if (http.queryValue("EIO") != "4") {
        refuse(request, EngineError::UnsupportedVersion);
    } else if (m_edge.isDraining()) {
        request.respond(Error(ErrorCode::GoingAway));
    } else if (!withinRate(request)) {
        refuseAsTooMany(request);
    } else if (isPolling) {
        openPolling(request);
    } else {
        openWebSocket(request);
    }
}

EngineConnection& EngineDoor::makeSession(const ApiRequest& request, bool isPolling)
{
    const TransportKind kind = isPolling ? TransportKind::Polling : TransportKind::SocketIo;
    SessionMetaPtr meta = describe(request, nobodyYet(), kind);
    return static_cast<EngineConnection&>(m_edge.add(m_make(request, std::move(meta), m_sessions, isPolling)));
}

void EngineDoor::openPolling(ApiRequest& request)
{
    EngineConnection& session = makeSession(request, true);
    const QByteArray sid = session.sid();
    const quint64 ticket = keep(request);
    request.exchange().setPeerEndHandler([this, sid, ticket] { m_sessions->abandoned(sid, ticket); });
    session.openPolling(ticket, replyTo(ticket));
    session.attach({}, {});
}

void EngineDoor::openWebSocket(ApiRequest& request)
{
    const WsHandshakeOutcome outcome = checkWebSocketHandshake(request.http());
    if (!std::holds_alternative<WsHandshake>(outcome) || !request.exchange().canTakeOver()) {
        refuse(request, EngineError::BadRequest);
        return;
    }
    EngineConnection& session = makeSession(request, false);
    QByteArray leftover;
    StreamPtr stream = request.exchange().takeOver(&leftover);
    m_edge.observer().httpAnswered(101);
    session.openWebSocket(std::move(stream), std::move(leftover), handshakeResponse(std::get<WsHandshake>(outcome)));
    session.attach({}, {});
}

EngineDoors::Place EngineDoor::ownerOf(QByteArrayView sid) const
{
    const std::optional<int> worker = EngineSessions::workerOf(sid);
    return worker ? m_doors->byWorker[static_cast<size_t>(*worker)] : EngineDoors::Place();
}

void EngineDoor::passOn(ApiRequest request, const QByteArray& sid, bool isPolling)
{
    const EngineDoors::Place owner = ownerOf(sid);
    if (!owner.door) {
        refuse(request, EngineError::UnknownSid);
        return;
    }
    const HttpRequest& http = request.http();
    EngineRequest asked;
    asked.sid = sid;
    asked.method = http.method;
    asked.isPolling = isPolling;
    asked.isUpgrade = isWebSocketUpgrade(http);
    asked.isOctets = http.header("content-type") == "application/octet-stream";
    asked.body = request.exchange().takeBody();
    asked.ticket = keep(request);
    // A poll that nobody waits for any more would swallow what is sent.
    request.exchange().setPeerEndHandler([owner, sid, ticket = asked.ticket] {
        owner.worker->post([door = owner.door, sid, ticket] { door->m_sessions->abandoned(sid, ticket); });
    });
    EngineReply reply = replyTo(asked.ticket);
    owner.worker->post([door = owner.door, asked = std::move(asked), reply = std::move(reply)] {
        door->m_sessions->ask(asked, reply);
    });
}

quint64 EngineDoor::keep(const ApiRequest& request)
{
    constexpr int kWorkerBits = 8;
    const quint64 ticket = (++m_lastTicket << kWorkerBits) | static_cast<quint64>(m_edge.worker().index());
    m_waiting.insert(ticket, request);
    return ticket;
}

EngineReply EngineDoor::replyTo(quint64 ticket)
{
    return [this, &worker = m_edge.worker(), ticket](HttpResponse response) {
        worker.post(
            [this, ticket, response = std::move(response)]() mutable { answered(ticket, std::move(response)); });
    };
}

void EngineDoor::answered(quint64 ticket, HttpResponse response)
{
    const auto found = m_waiting.find(ticket);
    if (found == m_waiting.end())
        return;
    ApiRequest request = std::move(*found);
    m_waiting.erase(found);
    if (response.status == 101)
        sendSocket(request);
    else if (response.status == 404)
        refuse(request, EngineError::UnknownSid);
    else
        request.respond(std::move(response));
}

/// The WebSocket goes to the session's thread.
void EngineDoor::sendSocket(ApiRequest& request)
{
    const WsHandshakeOutcome outcome = checkWebSocketHandshake(request.http());
    if (!std::holds_alternative<WsHandshake>(outcome) || !request.exchange().canTakeOver()) {
        refuse(request, EngineError::BadRequest);
        return;
    }
    const QByteArray sid = request.http().queryValue("sid");
    const EngineDoors::Place owner = ownerOf(sid);
    EngineArrival arrival;
    arrival.handshake = handshakeResponse(std::get<WsHandshake>(outcome));
    const StreamPtr stream = request.exchange().takeOver(&arrival.leftover);
    arrival.stream = stream->release(owner.worker->thread());
    m_edge.observer().httpAnswered(101);
    owner.worker->post([door = owner.door, sid, arrival = std::move(arrival)]() mutable {
        door->m_sessions->arrived(sid, std::move(arrival));
    });
}

void addEngineDoor(Router& router, const QByteArray& path, const std::shared_ptr<EngineDoors>& doors,
                   MakeEngineSession make)
{
    const auto door = std::make_shared<EngineDoor>(router.edge(), doors, std::move(make));
    const auto handle = [door](ApiRequest request) { door->handle(std::move(request)); };
    router.add(Router::kAnyMethod, path, handle, true);
    router.add(Router::kAnyMethod, path + "{more}", handle, true);
}

} // namespace signalbox
