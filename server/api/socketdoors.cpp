// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/admission.h"
#include "api/doors.h"

#include "net/websockethandshake.h"
#include "transport/clientsocket.h"

namespace signalbox {

namespace {

/// Who a connection is that is closed again before it is anybody.
Admission nobody()
{
    static const IdentityPtr stranger = [] {
        auto identity = std::make_shared<Identity>();
        identity->subject = "stranger";
        return identity;
    }();
    return {stranger, {}, {}, Pool::Site};
}

bool refusedBeforeUpgrade(ApiRequest& request)
{
    const Settings& settings = request.edge().settings();
    if (!settings.transports.webSocket) {
        request.respond(Error(ErrorCode::NotFound, QStringLiteral("WebSocket is switched off here.")));
        return true;
    }
    if (request.edge().isDraining()) {
        request.respond(Error(ErrorCode::GoingAway));
        return true;
    }
    if (isWebSocketUpgrade(request.http()) && !isOriginAllowed(request.http(), settings.network.corsOrigins)) {
        request.respond(Error(ErrorCode::Forbidden, QStringLiteral("This Origin may not connect.")));
        return true;
    }
    return false;
}

void openSocket(ApiRequest request, Result<Admission> admission, Envelope envelope, const WsLimits& limits)
{
    const WsHandshakeOutcome outcome = checkWebSocketHandshake(request.http());
    if (const auto* refusal = std::get_if<HttpResponse>(&outcome)) {
        request.respond(*refusal);
        return;
    }
    if (!request.exchange().canTakeOver()) {
        request.respond(Error(ErrorCode::BadRequest, QStringLiteral("An upgrade cannot follow an unanswered request.")));
        return;
    }
    EdgeWorker& edge = request.edge();
    const Admission& who = admission ? *admission : nobody();
    const SessionMetaPtr meta = describe(request, who, TransportKind::WebSocket);
    const WireFormat format{envelope, Framing::WebSocket, who.channels.size() > 1};
    const QByteArray since = resumePlace(request.http());
    auto& socket = static_cast<ClientSocket&>(edge.add(std::make_unique<ClientSocket>(edge, meta, format, limits)));
    QByteArray leftover;
    StreamPtr stream = request.exchange().takeOver(&leftover);
    edge.observer().httpAnswered(101);
    socket.open(std::move(stream), std::move(leftover), handshakeResponse(std::get<WsHandshake>(outcome)));
    if (admission)
        socket.attach(who.channels, since);
    else
        socket.close(admission.error().code, admission.error().message);
}

} // namespace

void addSocketDoors(Router& router, const WsLimits& limits)
{
    router.add("GET", "/channel/ws", [&limits](ApiRequest request) {
        if (!refusedBeforeUpgrade(request))
            openSocket(request, admitToChannels(request), Envelope::Channel, limits);
    });
    router.add("GET", "/ws/dialogs/{id}", [&limits](ApiRequest request) {
        if (!refusedBeforeUpgrade(request))
            openSocket(request, admitToDialog(request, request.param(0), {.bearer = true}), Envelope::Dialog, limits);
    });
    router.add("GET", "/ws/site/dialogs/{id}", [&limits](ApiRequest request) {
        if (!refusedBeforeUpgrade(request))
            openSocket(request, admitToDialog(request, request.param(0), {.siteToken = true}), Envelope::Dialog, limits);
    });
}

} // namespace signalbox
