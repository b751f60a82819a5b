// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/router.h"
#include "transport/websocketconnection.h"

namespace signalbox::test {

/// Sends every message back as it came, text as text and binary as binary, through the session's queue like any other
/// frame. Says nothing of its own: no greeting, and a close frame alone as its last words.
class EchoSocket final : public WebSocketConnection
{
public:
    using WebSocketConnection::WebSocketConnection;

protected:
    void receivedMessage(WsOpcode type, QByteArray payload) override;
    void greet(const Replay& replay, bool resuming) override;
    QByteArray lastWords(const Error& why) override;
};

/// GET `path`: a WebSocket that echoes, for everybody. `limits` outlives the router.
void addEchoSocket(Router& router, const QByteArray& path, const WsLimits& limits);

} // namespace signalbox::test
