// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/adaptermessage.h"

#include "core/socketvalues.h"
#include "core/strictjson.h"

#include <QJsonDocument>

#include <cmath>

namespace signalbox {

namespace {

constexpr int kEventPacket = 2;
constexpr int kBinaryEventPacket = 5;
constexpr int kTypes = 10;
constexpr int kMaxTimeoutMs = 60 * 60 * 1000;

Error wrong(const char* field)
{
    return Error(ErrorCode::InvalidField, {}, field);
}

/// JSON, and the bytes beside it.
struct Decoded
{
    QJsonValue value;
    QByteArrayList attachments;
};

Result<Decoded> decoded(QByteArrayView bytes, const MsgPackLimits& limits)
{
    SocketValues text;
    if (bytes.startsWith('{')) {
        text.json = bytes.toByteArray();
    } else {
        auto unpacked = jsonOfMsgPack(bytes, limits);
        if (!unpacked)
            return unpacked.error();
        text = std::move(*unpacked);
    }
    // A placeholder is a level more than the bytes it stands for.
    const auto value = parseJsonAsBrowsersDo(text.json, limits.maxDepth + 1);
    if (!value)
        return value.error();
    return Decoded{*value, std::move(text.attachments)};
}

QByteArray member(const QJsonValue& of, QLatin1StringView name)
{
    return of[name].toString().toUtf8();
}

QJsonArray jsonArray(const std::vector<QByteArray>& names)
{
    QJsonArray array;
    for (const QByteArray& name : names)
        array.append(QString::fromUtf8(name));
    return array;
}

QJsonObject optionsOf(const SocketSelection& who, const QJsonObject& flags)
{
    return {{QStringLiteral("rooms"), jsonArray(who.rooms)},
            {QStringLiteral("except"), jsonArray(who.except)},
            {QStringLiteral("flags"), flags}};
}

QJsonObject packetOf(const SocketValues& event, const QByteArray& nsp)
{
    return {{QStringLiteral("type"), kEventPacket},
            {QStringLiteral("data"), QJsonDocument::fromJson(event.json).array()},
            {QStringLiteral("nsp"), QString::fromUtf8(nsp)}};
}

QJsonObject flagsOf(const SocketBroadcast& broadcast)
{
    return broadcast.isVolatile ? QJsonObject{{QStringLiteral("volatile"), true}} : QJsonObject();
}

/// Join, leave or disconnect: by options, or of one socket by its id.
Result<void> readWho(const QJsonObject& from, AdapterRequest& request)
{
    if (from.contains(QLatin1StringView("opts"))) {
        const auto who = socketSelection(from.value(QLatin1StringView("opts")));
        const auto rooms = roomNames(from.value(QLatin1StringView("rooms")), "rooms");
        if (!who || !rooms)
            return who ? rooms.error() : who.error();
        request.who = *who;
        request.rooms = *rooms;
        return {};
    }
    const QJsonValue socket = from.value(QLatin1StringView("sid"));
    const QJsonValue room = from.value(QLatin1StringView("room"));
    if (!socket.isString())
        return wrong("opts");
    if (!room.isString() && request.type != AdapterType::Disconnect)
        return wrong("room");
    request.isOfOneSocket = true;
    request.who.rooms = {socket.toString().toUtf8()};
    request.rooms = {room.toString().toUtf8()};
    return {};
}

Result<void> readBroadcast(const QJsonObject& from, const QByteArrayList& attachments, AdapterRequest& request)
{
    const QJsonValue options = from.value(QLatin1StringView("opts"));
    auto message = adapterBroadcastOf(from.value(QLatin1StringView("packet")), options, attachments);
    if (!message)
        return message.error();
    request.nsp = message->nsp;
    request.who = message->broadcast.to;
    request.broadcast = std::move(message->broadcast);
    const double timeout = options[QLatin1StringView("flags")][QLatin1StringView("timeout")].toDouble();
    request.timeoutMs = static_cast<int>(std::clamp(timeout, 0.0, double(kMaxTimeoutMs)));
    return {};
}

Result<void> readBody(const QJsonObject& from, const QByteArrayList& attachments, AdapterRequest& request)
{
    switch (request.type) {
    case AdapterType::Sockets: {
        const auto rooms = roomNames(from.value(QLatin1StringView("rooms")), "rooms");
        if (!rooms)
            return rooms.error();
        request.who.rooms = *rooms;
        return {};
    }
    case AdapterType::Fetch: {
        const auto who = socketSelection(from.value(QLatin1StringView("opts")));
        if (!who)
            return who.error();
        request.who = *who;
        return {};
    }
    case AdapterType::Join:
    case AdapterType::Leave:
    case AdapterType::Disconnect:
        request.isClosing = from.value(QLatin1StringView("close")).toBool();
        return readWho(from, request);
    case AdapterType::ServerSideEmit:
        return from.value(QLatin1StringView("data")).isArray() ? Result<void>() : wrong("data");
    case AdapterType::Broadcast:
        return readBroadcast(from, attachments, request);
    case AdapterType::AllRooms:
        return {};
    case AdapterType::None:
    case AdapterType::ClientCount:
    case AdapterType::Ack:
        break;
    }
    return wrong("type");
}

bool asksForAnswer(AdapterType type)
{
    return type == AdapterType::Sockets || type == AdapterType::AllRooms || type == AdapterType::Fetch ||
           type == AdapterType::Broadcast;
}

AdapterType typeOf(const QJsonObject& message)
{
    const QJsonValue type = message.value(QLatin1StringView("type"));
    const double number = type.toDouble(-1);
    return number >= 0 && number < kTypes && number == std::trunc(number)
               ? static_cast<AdapterType>(static_cast<int>(number))
               : AdapterType::None;
}

} // namespace

Result<std::vector<QByteArray>> roomNames(const QJsonValue& list, const char* field)
{
    std::vector<QByteArray> names;
    if (list.isUndefined() || list.isNull())
        return names;
    if (!list.isArray())
        return wrong(field);
    const QJsonArray items = list.toArray();
    names.reserve(static_cast<size_t>(items.size()));
    for (const QJsonValue item : items) {
        if (item.isString())
            names.push_back(item.toString().toUtf8());
        else if (item.isDouble())
            names.push_back(QJsonDocument(QJsonArray{item}).toJson(QJsonDocument::Compact).chopped(1).sliced(1));
        else
            return wrong(field);
    }
    return names;
}

Result<SocketSelection> socketSelection(const QJsonValue& options)
{
    if (!options.isObject())
        return wrong("opts");
    const auto rooms = roomNames(options[QLatin1StringView("rooms")], "opts.rooms");
    if (!rooms)
        return rooms.error();
    const auto except = roomNames(options[QLatin1StringView("except")], "opts.except");
    if (!except)
        return except.error();
    return SocketSelection{*rooms, *except};
}

Result<AdapterBroadcast> adapterBroadcastOf(const QJsonValue& packet, const QJsonValue& options,
                                            const QByteArrayList& attachments)
{
    const int type = packet[QLatin1StringView("type")].toInt(-1);
    const QJsonValue data = packet[QLatin1StringView("data")];
    const QJsonValue nsp = packet[QLatin1StringView("nsp")];
    if (type != kEventPacket && type != kBinaryEventPacket)
        return wrong("type");
    if (!data.isArray() || !isSocketEventName(data.toArray().at(0)))
        return wrong("data");
    if (!nsp.isUndefined() && !nsp.isString())
        return wrong("nsp");
    auto to = socketSelection(options);
    if (!to)
        return to.error();
    AdapterBroadcast message;
    if (nsp.isString())
        message.nsp = nsp.toString().toUtf8();
    message.broadcast.to = std::move(*to);
    message.broadcast.event = {QJsonDocument(data.toArray()).toJson(QJsonDocument::Compact), attachments};
    message.broadcast.isVolatile = options[QLatin1StringView("flags")][QLatin1StringView("volatile")].toBool();
    return message;
}

Result<AdapterBroadcast> decodeAdapterBroadcast(QByteArrayView bytes, const MsgPackLimits& limits)
{
    const auto message = decoded(bytes, limits);
    if (!message)
        return message.error();
    const QJsonArray parts = message->value.toArray();
    if (parts.size() < 3 || !parts.at(0).isString())
        return Error(ErrorCode::BadRequest, QStringLiteral("No sender, packet and options."));
    auto broadcast = adapterBroadcastOf(parts.at(1), parts.at(2), message->attachments);
    if (broadcast)
        broadcast->uid = parts.at(0).toString().toUtf8();
    return broadcast;
}

QByteArray encodeAdapterBroadcast(const AdapterBroadcast& message)
{
    const SocketBroadcast& broadcast = message.broadcast;
    return msgPackOfJson(QJsonArray{QString::fromUtf8(message.uid), packetOf(broadcast.event, message.nsp),
                                    optionsOf(broadcast.to, flagsOf(broadcast))},
                         broadcast.event.attachments);
}

QByteArray socketEventName(const Event& event)
{
    return event.version > 1 ? QByteArray(event.name + "@v" + QByteArray::number(event.version)) : event.name;
}

SocketBroadcast socketBroadcastOf(const Event& event)
{
    SocketBroadcast broadcast;
    for (const Placement& place : event.placements)
        broadcast.to.rooms.push_back(place.channel);
    const QByteArray name = socketEventName(event);
    broadcast.event.json = '[' + jsonString(name) + ',' + event.data + ']';
    return broadcast;
}

Result<AdapterRequest> decodeAdapterRequest(QByteArrayView bytes, const MsgPackLimits& limits)
{
    const auto message = decoded(bytes, limits);
    if (!message)
        return message.error();
    if (!message->value.isObject())
        return Error(ErrorCode::BadRequest, QStringLiteral("An object is expected."));
    const QJsonObject from = message->value.toObject();
    AdapterRequest request;
    request.type = typeOf(from);
    request.uid = member(from, QLatin1StringView("uid"));
    request.requestId = member(from, QLatin1StringView("requestId"));
    if (request.requestId.isEmpty() && asksForAnswer(request.type))
        return wrong("requestId");
    if (const auto read = readBody(from, message->attachments, request); !read)
        return read.error();
    return request;
}

QByteArray encodeAdapterRequest(const AdapterRequest& request)
{
    QJsonObject message{{QStringLiteral("uid"), QString::fromUtf8(request.uid)},
                        {QStringLiteral("type"), static_cast<int>(request.type)}};
    if (!request.requestId.isEmpty())
        message.insert(QStringLiteral("requestId"), QString::fromUtf8(request.requestId));
    if (request.type == AdapterType::Broadcast) {
        QJsonObject flags = flagsOf(request.broadcast);
        flags.insert(QStringLiteral("timeout"), request.timeoutMs);
        message.insert(QStringLiteral("packet"), packetOf(request.broadcast.event, request.nsp));
        message.insert(QStringLiteral("opts"), optionsOf(request.who, flags));
        return msgPackOfJson(message, request.broadcast.event.attachments);
    }
    if (request.type != AdapterType::AllRooms)
        message.insert(QStringLiteral("opts"), optionsOf(request.who, {}));
    if (request.type == AdapterType::Join || request.type == AdapterType::Leave)
        message.insert(QStringLiteral("rooms"), jsonArray(request.rooms));
    if (request.type == AdapterType::Disconnect)
        message.insert(QStringLiteral("close"), request.isClosing);
    return QJsonDocument(message).toJson(QJsonDocument::Compact);
}

Result<AdapterResponse> decodeAdapterResponse(QByteArrayView bytes, const MsgPackLimits& limits)
{
    auto message = decoded(bytes, limits);
    if (!message)
        return message.error();
    AdapterResponse response;
    response.members = message->value.toObject();
    response.type = typeOf(response.members);
    response.requestId = member(response.members, QLatin1StringView("requestId"));
    if (response.requestId.isEmpty())
        return wrong("requestId");
    if (response.type == AdapterType::Ack) {
        const QJsonArray alone{response.members.take(QLatin1StringView("packet"))};
        response.values = {QJsonDocument(alone).toJson(QJsonDocument::Compact), std::move(message->attachments)};
    }
    return response;
}

QByteArray encodeAdapterAnswer(AdapterType type, const QByteArray& requestId, const QByteArray& members)
{
    QByteArray json = "{";
    if (type != AdapterType::None)
        json += "\"type\":" + QByteArray::number(static_cast<int>(type)) + ',';
    json += "\"requestId\":" + jsonString(requestId);
    if (!members.isEmpty())
        json += ',' + members;
    return json + '}';
}

QByteArray encodeAdapterAck(const QByteArray& requestId, const SocketValues& answer)
{
    const QJsonArray values = QJsonDocument::fromJson(answer.json).array();
    const QJsonObject message{{QStringLiteral("type"), static_cast<int>(AdapterType::Ack)},
                              {QStringLiteral("requestId"), QString::fromUtf8(requestId)},
                              {QStringLiteral("packet"), values.isEmpty() ? QJsonValue() : values.at(0)}};
    return msgPackOfJson(message, answer.attachments);
}

QByteArray jsonNames(const std::vector<QByteArray>& names)
{
    QByteArrayList quoted;
    for (const QByteArray& name : names)
        quoted.append(jsonString(name));
    return '[' + quoted.join(',') + ']';
}

} // namespace signalbox
