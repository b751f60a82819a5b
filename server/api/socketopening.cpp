// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/socketopening.h"

#include "net/websockethandshake.h"

namespace signalbox {

WebSocketConnection* openWebSocket(ApiRequest& request,
                                   const std::function<std::unique_ptr<WebSocketConnection>()>& make)
{
    const WsHandshakeOutcome outcome = checkWebSocketHandshake(request.http());
    if (const auto* refusal = std::get_if<HttpResponse>(&outcome)) {
        request.respond(*refusal);
        return nullptr;
    }
    if (!request.exchange().canTakeOver()) {
        request.respond(
            Error(ErrorCode::BadRequest, QStringLiteral("An upgrade cannot follow an unanswered request.")));
        return nullptr;
    }
    EdgeWorker& edge = request.edge();
    auto& socket = static_cast<WebSocketConnection&>(edge.add(make()));
    QByteArray leftover;
    StreamPtr stream = request.exchange().takeOver(&leftover);
    edge.observer().httpAnswered(101);
    socket.open(std::move(stream), std::move(leftover), handshakeResponse(std::get<WsHandshake>(outcome)));
    return &socket;
}

} // namespace signalbox
