// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/router.h"
#include "transport/websocketconnection.h"

#include <functional>
#include <memory>

namespace signalbox {

/// Turns a request into a WebSocket: judges the opening handshake (RFC 6455 4.2), takes the stream over, and gives it
/// to the connection that `make` makes, which is then one of the worker's. The caller attaches or closes it at once.
/// Null when the handshake was refused: that is answered, and nothing was made. Who may connect is not asked here.
WebSocketConnection* openWebSocket(ApiRequest& request,
                                   const std::function<std::unique_ptr<WebSocketConnection>()>& make);

} // namespace signalbox
