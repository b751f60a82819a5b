// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/socketiodoor.h"

#include "socketio/gatewaysocket.h"

namespace signalbox {

namespace {

std::unique_ptr<EngineConnection> makeSocket(const ApiRequest& request, SessionMetaPtr meta,
                                             std::shared_ptr<EngineSessions> sessions, bool polling,
                                             std::shared_ptr<SocketRoster> roster)
{
    EdgeWorker& edge = request.edge();
    const WireFormat format{Envelope::SocketIo, polling ? Framing::Polling : Framing::WebSocket,
                            edge.settings().socketIo.recoveryMs > 0};
    GatewaySocket::HeaderToken header;
    if (!request.bearerToken().isEmpty())
        header = request.bearer();
    return std::make_unique<GatewaySocket>(edge, std::move(meta), std::move(sessions), format, std::move(roster),
                                           std::move(header));
}

} // namespace

void addSocketIoDoor(Router& router, const SocketIoParts& parts, const std::shared_ptr<SocketRoster>& roster)
{
    constexpr char kPath[] = "/socket.io/";
    addSocketIoClient(router, kPath, parts.clientFiles);
    addEngineDoor(
        router, kPath, parts.doors,
        [roster](const ApiRequest& request, SessionMetaPtr meta, std::shared_ptr<EngineSessions> sessions,
                 bool polling) { return makeSocket(request, std::move(meta), std::move(sessions), polling, roster); });
}

} // namespace signalbox
