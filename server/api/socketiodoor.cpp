// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/socketiodoor.h"

#include "socketio/gatewaysocket.h"

namespace signalbox {

namespace {

std::unique_ptr<EngineConnection> makeSocket(const ApiRequest& request, SessionMetaPtr meta,
                                             std::shared_ptr<EngineSessions> sessions, bool polling)
{
    EdgeWorker& edge = request.edge();
    const WireFormat format{Envelope::SocketIo, polling ? Framing::Polling : Framing::WebSocket,
                            edge.settings().socketIo.recoveryMs > 0};
    GatewaySocket::HeaderToken header;
    if (!request.bearerToken().isEmpty())
        header = request.bearer();
    return std::make_unique<GatewaySocket>(edge, std::move(meta), std::move(sessions), format, std::move(header));
}

} // namespace

void addSocketIoDoor(Router& router, const SocketIoParts& parts)
{
    constexpr char kPath[] = "/socket.io/";
    addSocketIoClient(router, kPath, parts.clientFiles);
    addEngineDoor(router, kPath, parts.doors, makeSocket);
}

} // namespace signalbox
