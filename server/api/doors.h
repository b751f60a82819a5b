// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/router.h"
#include "net/websocketdecoder.h"

namespace signalbox {

// The doors out (spec section 4): routes that turn a request into a live connection.

/// GET /channel/ws, /ws/dialogs/{id}, /ws/site/dialogs/{id}. A bad or missing credential is answered after the
/// opening handshake by a close (4401, 4403), because a page cannot see an HTTP status; a foreign Origin by 403.
/// `limits` outlives the router.
void addSocketDoors(Router& router, const WsLimits& limits);

/// GET /channel/sse, /chat/{session}/stream, /api/dialogs/{id}/events, /api/site/dialogs/{id}/events,
/// /api/widget/dialogs/{id}/events, /api/v1/streams/{channel}.
void addStreamDoors(Router& router);

} // namespace signalbox
