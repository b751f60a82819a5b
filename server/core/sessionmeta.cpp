// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sessionmeta.h"

namespace signalbox {

const char* transportName(TransportKind kind)
{
    switch (kind) {
    case TransportKind::WebSocket:
        return "ws";
    case TransportKind::Sse:
        return "sse";
    case TransportKind::SocketIo:
        return "socketio";
    case TransportKind::Polling:
        return "polling";
    }
    return "ws";
}

} // namespace signalbox
