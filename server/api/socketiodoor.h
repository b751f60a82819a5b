// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/enginedoor.h"

namespace signalbox {

/// /socket.io/: seed 001's Socket.IO service (GatewaySocket).
void addSocketIoDoor(Router& router, const std::shared_ptr<EngineDoors>& doors);

} // namespace signalbox
