// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/enginedoor.h"
#include "api/socketioclient.h"
#include "socketio/socketroster.h"

namespace signalbox {

/// What the doors of all workers share.
struct SocketIoParts
{
    std::shared_ptr<EngineDoors> doors = std::make_shared<EngineDoors>();
    std::vector<SocketIoClientFile> clientFiles;
};

/// /socket.io/: seed 001's Socket.IO service (GatewaySocket), and the client's files for pages that load them from
/// here. Its sockets stand in the worker's roster.
void addSocketIoDoor(Router& router, const SocketIoParts& parts, const std::shared_ptr<SocketRoster>& roster);

} // namespace signalbox
