// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/wireformat.h"

#include <QByteArray>

#include <optional>
#include <vector>

namespace signalbox {

/// The packet types of Engine.IO v4; on the wire the digits 0 to 6.
enum class EngineType : quint8 { Open, Close, Ping, Pong, Message, Upgrade, Noop };

struct EnginePacket
{
    EngineType type = EngineType::Message;
    bool isBinary = false; ///< messages only
    QByteArray data;       ///< text is valid UTF-8

    bool operator==(const EnginePacket&) const = default;
};

// Pure functions, any thread. Engine.IO knows two framings: one packet is one WebSocket message, or packets stand in
// the body of a long-polling request or answer, separated by 0x1E, binary ones as 'b' and base64.

/// A WebSocket text message. Nothing when it is empty or begins with no type. The text is taken for valid UTF-8.
std::optional<EnginePacket> decodeEngineText(QByteArrayView text);

/// The packets of a body up to the first that is none: an unknown type, text that is not UTF-8.
struct EnginePayload
{
    std::vector<EnginePacket> packets;
    bool isBroken = false; ///< something follows them that is no packet

    bool operator==(const EnginePayload&) const = default;
};

/// A long-polling body; an empty one is broken. Characters that base64 does not have are passed over, as Node.js does.
EnginePayload decodeEnginePayload(QByteArrayView body);

/// A packet for a session's queue: a whole WebSocket frame, or, for long-polling, the separator and the packet, so that
/// the queue's bytes without the first one are a body.
QByteArray encodeEnginePacket(const EnginePacket& packet, Framing framing);

/// What encodeEnginePacket() made for long-polling, as WebSocket frames. For sessions that have been upgraded.
QByteArray polledToWebSocket(QByteArrayView polled);

} // namespace signalbox
