// SPDX-License-Identifier: GPL-3.0-or-later
#include "socketio/enginepacket.h"

#include "net/websocketframe.h"

namespace signalbox {

namespace {

constexpr char kSeparator = '\x1e';

EnginePacket binaryMessage(QByteArrayView base64)
{
    return {EngineType::Message, true, QByteArray::fromBase64(base64.toByteArray())};
}

std::optional<EnginePacket> decodePolled(QByteArrayView packet)
{
    if (packet.startsWith('b'))
        return binaryMessage(packet.sliced(1));
    if (!packet.isValidUtf8())
        return std::nullopt;
    return decodeEngineText(packet);
}

} // namespace

std::optional<EnginePacket> decodeEngineText(QByteArrayView text)
{
    if (text.isEmpty() || text.front() < '0' || text.front() > '6')
        return std::nullopt;
    return EnginePacket{static_cast<EngineType>(text.front() - '0'), false, text.sliced(1).toByteArray()};
}

EnginePayload decodeEnginePayload(QByteArrayView body)
{
    EnginePayload payload;
    for (qsizetype at = 0; at <= body.size() && !payload.isBroken;) {
        qsizetype end = body.indexOf(kSeparator, at);
        if (end < 0)
            end = body.size();
        if (auto packet = decodePolled(body.sliced(at, end - at)))
            payload.packets.push_back(std::move(*packet));
        else
            payload.isBroken = true;
        at = end + 1;
    }
    return payload;
}

QByteArray encodeEnginePacket(const EnginePacket& packet, Framing framing)
{
    const bool isPolled = framing == Framing::Polling;
    if (packet.isBinary && !isPolled)
        return encodeWsFrame(WsOpcode::Binary, packet.data);
    QByteArray text;
    text.reserve(packet.data.size() + 2);
    if (isPolled)
        text += kSeparator;
    if (packet.isBinary) {
        text += 'b';
        text += packet.data.toBase64();
        return text;
    }
    text += static_cast<char>('0' + static_cast<int>(packet.type));
    text += packet.data;
    return isPolled ? text : encodeWsFrame(WsOpcode::Text, text);
}

QByteArray polledToWebSocket(QByteArrayView polled)
{
    QByteArray frames;
    if (polled.isEmpty())
        return frames;
    // Bytes of ours: a text with a separator of its own is cut like a client would cut it.
    for (const EnginePacket& packet : decodeEnginePayload(polled.sliced(1)).packets)
        frames += encodeEnginePacket(packet, Framing::WebSocket);
    return frames;
}

} // namespace signalbox
