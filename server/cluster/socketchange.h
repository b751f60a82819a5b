// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/adaptermessage.h"

namespace signalbox {

/// Carries out a Join, Leave or Disconnect.
inline void carryOutChange(ClusterSockets& sockets, const AdapterRequest& request)
{
    if (request.type == AdapterType::Join)
        sockets.join(request.who, request.rooms);
    else if (request.type == AdapterType::Leave)
        sockets.leave(request.who, request.rooms);
    else if (request.type == AdapterType::Disconnect)
        sockets.disconnect(request.who, request.isClosing);
}

} // namespace signalbox
