// SPDX-License-Identifier: GPL-3.0-or-later
// Any long-polling body: its packets survive a round trip, and the Socket.IO decoder keeps its promises about them.
// links: server_core server_net
// sources: server/socketio/enginepacket.cpp server/socketio/socketpacket.cpp
#include "socketio/enginepacket.h"
#include "socketio/socketpacket.h"

#include <QJsonDocument>

#include <cstdlib>

using namespace signalbox;

namespace {

constexpr int kDepth = 16;
constexpr qint64 kAttachedBytes = 1 << 20;
using Outcome = SocketPacketDecoder::Outcome;

void require(bool condition)
{
    if (!condition)
        std::abort();
}

void checkRoundTrip(const EnginePayload& payload)
{
    QByteArray queue;
    for (const EnginePacket& packet : payload.packets) {
        require(packet.isBinary ? packet.type == EngineType::Message : packet.data.isValidUtf8());
        const QByteArray polled = encodeEnginePacket(packet, Framing::Polling);
        require(polledToWebSocket(polled) == encodeEnginePacket(packet, Framing::WebSocket));
        queue += polled;
    }
    if (!queue.isEmpty())
        require(decodeEnginePayload(queue.sliced(1)) == EnginePayload{payload.packets, false});
}

/// Each time it reads a text or a key Qt drops a byte order mark at its beginning (and has sorted by it before).
QJsonArray settled(QJsonArray args)
{
    for (QJsonArray next;; args = next) {
        next = QJsonDocument::fromJson(jsonText(args)).array();
        if (next == args)
            return args;
    }
}

void checkPacket(const SocketPacket& packet)
{
    require(packet.type != SocketType::BinaryEvent && packet.type != SocketType::BinaryAck);
    require(packet.attachments.size() <= SocketPacketDecoder::kMaxAttachments);
    require(packet.nsp.startsWith('/'));
    require(packet.type == SocketType::Connect || packet.object.isEmpty());
    if (packet.type != SocketType::Event || packet.args.isEmpty() || packet.nsp.contains(','))
        return;
    const QJsonArray args = settled(packet.args);
    // Written down again it says the same.
    SocketPacketDecoder again(kDepth, kAttachedBytes);
    Outcome outcome = again.feedText(encodeSocketText(
        {.nsp = packet.nsp, .ackId = packet.ackId, .json = jsonText(args), .attachments = packet.attachments.size()}));
    for (const QByteArray& bytes : packet.attachments) {
        require(outcome == Outcome::Awaiting);
        outcome = again.feedBinary(bytes);
    }
    require(outcome == Outcome::Complete);
    const SocketPacket second = again.take();
    require(second.args == args && second.ackId == packet.ackId && second.attachments == packet.attachments);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const EnginePayload payload = decodeEnginePayload(QByteArrayView(data, static_cast<qsizetype>(size)));
    checkRoundTrip(payload);
    SocketPacketDecoder decoder(kDepth, kAttachedBytes);
    bool isBroken = false;
    for (const EnginePacket& packet : payload.packets) {
        if (packet.type != EngineType::Message)
            continue;
        const Outcome outcome = packet.isBinary ? decoder.feedBinary(packet.data) : decoder.feedText(packet.data);
        require(!isBroken || outcome == Outcome::Broken);
        isBroken = outcome == Outcome::Broken;
        if (outcome == Outcome::Complete)
            checkPacket(decoder.take());
    }
    return 0;
}
