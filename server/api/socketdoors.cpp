// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/admission.h"
#include "api/doors.h"
#include "api/socketopening.h"

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

void openSocket(ApiRequest request, Result<Admission> admitted, Envelope envelope, const WsLimits& limits)
{
    const Result<Admission> admission = stillValid(std::move(admitted), request.edge().clock());
    const QByteArray since = resumePlace(request.http());
    const Admission& who = admission ? *admission : nobody();
    WebSocketConnection* const socket = openWebSocket(request, [&] {
        const WireFormat format{envelope, Framing::WebSocket, who.channels.size() > 1};
        return std::make_unique<ClientSocket>(request.edge(), describe(request, who, TransportKind::WebSocket), format,
                                              limits);
    });
    if (!socket)
        return;
    if (admission)
        socket->attach(who.channels, since);
    else
        socket->close(admission.error().code, admission.error().message);
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
            openSocket(request, admitToDialog(request, request.param(0), {.siteToken = true}), Envelope::Dialog,
                       limits);
    });
}

} // namespace signalbox
