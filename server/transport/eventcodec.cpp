// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/eventcodec.h"

#include "core/dialogid.h"
#include "net/websocketframe.h"
#include "shared/errors.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr QByteArrayView kDialogPrefix = "dialog:";
constexpr char kEvent[] = "42"; ///< an Engine.IO message that is a Socket.IO event of the namespace "/"
constexpr char kPolledEvent[] = "\x1e"
                                "42"; ///< the same behind the separator of long-polling

void appendCommon(QByteArray& json, const Event& event, const Placement& place)
{
    json += ",\"channel\":";
    json += jsonString(place.channel);
    json += ",\"position\":\"";
    json += place.position.toString();
    json += "\",\"cursor\":\"";
    json += event.cursor.toString();
    json += "\",\"id\":\"";
    json += event.id;
    json += "\",\"timestamp\":\"";
    json += isoTime(event.timestampMs);
    json += "\"}";
}

/// The dialog that the event is about: by the channel it came through, else by the first dialog's that it went to.
QByteArrayView dialogOf(const Event& event, const Placement& place)
{
    const auto keyOf = [](const Placement& placement) {
        return placement.channel.startsWith(kDialogPrefix)
                   ? QByteArrayView(placement.channel).sliced(kDialogPrefix.size())
                   : QByteArrayView();
    };
    if (const QByteArrayView own = keyOf(place); !own.isEmpty())
        return own;
    for (const Placement& other : event.placements) {
        if (const QByteArrayView dialog = keyOf(other); !dialog.isEmpty())
            return dialog;
    }
    return {};
}

QByteArray channelEnvelope(const Event& event, const Placement& place)
{
    QByteArray json;
    const bool hasOwnWords = !event.chatName.isEmpty();
    const QByteArray& data = hasOwnWords ? event.chatData : event.data;
    json.reserve(data.size() + event.name.size() + 3 * place.channel.size() + 220);
    json += "{\"type\":\"";
    json += hasOwnWords ? event.chatName : event.name;
    json += '"';
    if (event.version > 1) {
        json += ",\"version\":";
        json += QByteArray::number(event.version);
    }
    if (const QByteArrayView dialog = dialogOf(event, place); !dialog.isEmpty()) {
        json += ",\"session_id\":";
        json += sessionIdJson(dialog);
    }
    json += ",\"data\":";
    json += data;
    appendCommon(json, event, place);
    return json;
}

QByteArray dialogEnvelope(const Event& event, const Placement& place)
{
    QByteArray json;
    json.reserve(event.data.size() + event.name.size() + 2 * place.channel.size() + 240);
    json += "{\"event\":\"";
    json += event.name;
    json += "@v";
    json += QByteArray::number(event.version);
    json += "\",\"data\":";
    json += event.data;
    json += ",\"sequence\":";
    json += QByteArray::number(place.position.offset);
    appendCommon(json, event, place);
    return json;
}

/// What `emit(name, data)` sends, with the place to resume from behind it.
QByteArray emittedJson(QByteArrayView name, int version, QByteArrayView data, QByteArrayView cursor)
{
    QByteArray json;
    json.reserve(name.size() + data.size() + cursor.size() + 24);
    json += "[\"";
    json += name;
    if (version > 1) {
        json += "@v";
        json += QByteArray::number(version);
    }
    json += "\",";
    json += data;
    if (!cursor.isEmpty()) {
        json += ",\"";
        json += cursor;
        json += '"';
    }
    json += ']';
    return json;
}

QByteArray controlJson(const ControlMessage& message, Envelope envelope)
{
    QByteArray data = message.data.isEmpty() ? QByteArrayLiteral("{}") : message.data;
    if (envelope == Envelope::Stream)
        return data;
    if (envelope == Envelope::SocketIo)
        return emittedJson(message.name, 1, data, message.id);
    QByteArray json;
    if (envelope == Envelope::Channel) {
        json += "{\"type\":\"";
        json += message.name;
        json += "\",\"data\":";
        json += data;
    } else {
        json += "{\"event\":\"";
        json += message.name;
        json += "@v1\",\"data\":";
        json += data;
        json += ",\"sequence\":";
        json += QByteArray::number(message.sequence);
    }
    if (!message.extra.isEmpty()) {
        json += ',';
        json += message.extra;
    }
    json += '}';
    return json;
}

} // namespace

QByteArray EventCodec::encode(const Event& event, size_t placement, WireFormat format) const
{
    const Placement& place = event.placements[placement];
    const QByteArray id = format.framing == Framing::WebSocket || format.envelope == Envelope::SocketIo ? QByteArray()
                          : format.cursorIds ? event.cursor.toString()
                                             : place.position.toString();
    switch (format.envelope) {
    case Envelope::Channel:
        return frameJson(channelEnvelope(event, place), format, {}, id);
    case Envelope::Dialog:
        return frameJson(dialogEnvelope(event, place), format, {}, id);
    case Envelope::Stream:
        return frameJson(event.data, format, event.name, id);
    case Envelope::SocketIo:
        return frameJson(emittedJson(event.name, event.version, event.data,
                                     format.cursorIds ? event.cursor.toString() : QByteArray()),
                         format);
    }
    return {};
}

QByteArray encodeControl(const ControlMessage& message, WireFormat format)
{
    // A named block says what it is by its type, and its data is the bare object: seed 004's `error` and `warning`.
    const bool isStream = format.framing == Framing::SseChunked || format.framing == Framing::SsePlain;
    const bool bare = isStream && message.named;
    const QByteArray json = controlJson(message, bare ? Envelope::Stream : format.envelope);
    return frameJson(json, format, message.named ? QByteArrayView(message.name) : QByteArrayView(), message.id);
}

QByteArray frameJson(QByteArrayView json, WireFormat format, QByteArrayView type, QByteArrayView id)
{
    if (format.envelope == Envelope::SocketIo) {
        const bool isPolled = format.framing == Framing::Polling;
        const QByteArray packet = (isPolled ? QByteArray(kPolledEvent) : QByteArray(kEvent)).append(json);
        return isPolled ? packet : encodeWsFrame(WsOpcode::Text, packet);
    }
    if (format.framing == Framing::WebSocket)
        return encodeWsFrame(WsOpcode::Text, json);
    QByteArray block;
    block.reserve(json.size() + type.size() + id.size() + 40);
    if (!type.isEmpty()) {
        block += "event: ";
        block += type;
        block += '\n';
    }
    if (!id.isEmpty()) {
        block += "id: ";
        block += id;
        block += '\n';
    }
    block += "data: ";
    block += json;
    block += "\n\n";
    return sseBlock(block, format.framing);
}

QByteArray sseBlock(QByteArrayView block, Framing framing)
{
    if (framing == Framing::SsePlain)
        return block.toByteArray();
    QByteArray chunk = QByteArray::number(block.size(), 16);
    chunk.reserve(chunk.size() + block.size() + 4);
    chunk += "\r\n";
    chunk += block;
    chunk += "\r\n";
    return chunk;
}

QByteArray sessionIdJson(QByteArrayView dialogId)
{
    return dialogIdJson(dialogId);
}

} // namespace signalbox
