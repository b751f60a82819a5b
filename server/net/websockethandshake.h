// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/httpmessage.h"

#include <QByteArrayList>

#include <variant>

namespace signalbox {

/// What the server agreed to in an opening handshake (RFC 6455 4.2.2).
struct WsHandshake
{
    QByteArray acceptKey; ///< value of Sec-WebSocket-Accept
    QByteArray protocol;  ///< the chosen subprotocol; empty for none
};

/// The agreement, or the answer that refuses it: 405 (not GET), 426 (no upgrade asked for, or a version other than
/// 13) or 400 (bad key), each with the error body of spec section 9.
using WsHandshakeOutcome = std::variant<WsHandshake, HttpResponse>;

/// True when the request asks for a WebSocket, well-formed or not: HTTP/1.1 with `Upgrade: websocket` and
/// `Connection: upgrade`. An upgrade in HTTP/1.0 is ignored (RFC 9110 7.8).
bool isWebSocketUpgrade(const HttpRequest& request);

/// Judges an opening handshake (RFC 6455 4.2.1). The first subprotocol that the client offers and `protocols` holds
/// is chosen. Who may connect, and from which Origin, is not asked here.
WsHandshakeOutcome checkWebSocketHandshake(const HttpRequest& request, const QByteArrayList& protocols = {});

/// The complete head of the 101 answer, its empty line included. Frames follow at once.
QByteArray handshakeResponse(const WsHandshake& handshake);

/// The Sec-WebSocket-Accept that belongs to a Sec-WebSocket-Key.
QByteArray webSocketAccept(QByteArrayView key);

} // namespace signalbox
