// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/websockethandshake.h"

#include "shared/errors.h"

#include <QCryptographicHash>

#include <optional>

namespace signalbox {

namespace {

constexpr char kGuid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr qsizetype kKeySize = 24; ///< base64 of 16 bytes
constexpr qsizetype kNonceSize = 16;

HttpResponse refusal(int status, ErrorCode code, const QString& message)
{
    return HttpResponse::json(status, Error(code, message).toJson());
}

/// RFC 9110 15.5.22 wants the protocol named, RFC 6455 4.4 the version.
HttpResponse upgradeRequired(const QString& message)
{
    return refusal(426, ErrorCode::BadRequest, message)
        .with(QByteArrayLiteral("Upgrade"), QByteArrayLiteral("websocket"))
        .with(QByteArrayLiteral("Sec-WebSocket-Version"), QByteArrayLiteral("13"));
}

/// The value of a header that must be there exactly once.
std::optional<QByteArray> onlyValue(const HttpRequest& request, QByteArrayView lowerCaseName)
{
    std::optional<QByteArray> found;
    for (const HttpHeader& entry : request.headers) {
        if (QByteArrayView(entry.first) != lowerCaseName)
            continue;
        if (found)
            return std::nullopt;
        found = entry.second;
    }
    return found;
}

bool isValidKey(const QByteArray& key)
{
    const auto nonce = QByteArray::fromBase64Encoding(key, QByteArray::AbortOnBase64DecodingErrors);
    return key.size() == kKeySize && nonce && nonce.decoded.size() == kNonceSize;
}

QByteArray chooseProtocol(const HttpRequest& request, const QByteArrayList& protocols)
{
    for (const HttpHeader& entry : request.headers) {
        if (entry.first != "sec-websocket-protocol")
            continue;
        for (const QByteArray& item : entry.second.split(',')) {
            if (protocols.contains(item.trimmed()))
                return item.trimmed();
        }
    }
    return {};
}

} // namespace

bool isWebSocketUpgrade(const HttpRequest& request)
{
    return request.versionMinor >= 1 && request.headerHasToken("upgrade", "websocket") &&
           request.headerHasToken("connection", "upgrade");
}

WsHandshakeOutcome checkWebSocketHandshake(const HttpRequest& request, const QByteArrayList& protocols)
{
    if (request.method != "GET") {
        return refusal(405, ErrorCode::MethodNotAllowed, QStringLiteral("A WebSocket is opened by GET."))
            .with(QByteArrayLiteral("Allow"), QByteArrayLiteral("GET"));
    }
    if (!isWebSocketUpgrade(request))
        return upgradeRequired(QStringLiteral("This address is for WebSocket connections."));
    if (onlyValue(request, "sec-websocket-version") != QByteArrayLiteral("13"))
        return upgradeRequired(QStringLiteral("Only version 13 of the WebSocket protocol is spoken here."));
    const std::optional<QByteArray> key = onlyValue(request, "sec-websocket-key");
    if (!key || !isValidKey(*key))
        return refusal(400, ErrorCode::BadRequest, QStringLiteral("Sec-WebSocket-Key must be base64 of 16 bytes."));
    return WsHandshake{webSocketAccept(*key), chooseProtocol(request, protocols)};
}

QByteArray handshakeResponse(const WsHandshake& handshake)
{
    QByteArray head = QByteArrayLiteral("HTTP/1.1 101 Switching Protocols\r\n"
                                        "Upgrade: websocket\r\n"
                                        "Connection: Upgrade\r\n"
                                        "Sec-WebSocket-Accept: ");
    head += handshake.acceptKey;
    if (!handshake.protocol.isEmpty())
        head += QByteArrayLiteral("\r\nSec-WebSocket-Protocol: ") + handshake.protocol;
    head += QByteArrayLiteral("\r\n\r\n");
    return head;
}

QByteArray webSocketAccept(QByteArrayView key)
{
    QCryptographicHash hash(QCryptographicHash::Sha1);
    hash.addData(key);
    hash.addData(QByteArrayView(kGuid));
    return hash.result().toBase64();
}

} // namespace signalbox
