// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/streamsmessage.h"

#include "core/strictjson.h"

#include <QJsonDocument>

namespace signalbox {

namespace {

/// As they are numbered on the wire.
enum StreamsType {
    kFirstType = 1,
    kBroadcast = 3,
    kJoin = 4,
    kLeave = 5,
    kDisconnect = 6,
    kFetch = 7,
    kFetchAnswer = 8,
    kServerSideEmit = 9,
    kServerSideEmitAnswer = 10,
    kClientCount = 11,
    kAck = 12,
    kLastType = 13,
};

Error badField(const char* field)
{
    return Error(ErrorCode::InvalidField, {}, field);
}

AdapterType requestType(int type)
{
    switch (type) {
    case kBroadcast:
        return AdapterType::Broadcast;
    case kJoin:
        return AdapterType::Join;
    case kLeave:
        return AdapterType::Leave;
    case kDisconnect:
        return AdapterType::Disconnect;
    case kFetch:
        return AdapterType::Fetch;
    case kServerSideEmit:
        return AdapterType::ServerSideEmit;
    default:
        return AdapterType::None;
    }
}

Result<void> readStreamsData(const QJsonValue& data, const QByteArrayList& attachments, AdapterRequest& request)
{
    if (!data.isObject())
        return badField("data");
    const QJsonValue options = data[QLatin1StringView("opts")];
    request.requestId = data[QLatin1StringView("requestId")].toString().toUtf8();
    if (request.type == AdapterType::ServerSideEmit)
        return data[QLatin1StringView("packet")].isArray() ? Result<void>() : badField("packet");
    if (request.type == AdapterType::Broadcast) {
        auto message = adapterBroadcastOf(data[QLatin1StringView("packet")], options, attachments);
        if (!message)
            return message.error();
        request.broadcast = std::move(message->broadcast);
        request.who = request.broadcast.to;
        return {};
    }
    auto who = socketSelection(options);
    if (!who)
        return who.error();
    request.who = std::move(*who);
    if (request.type == AdapterType::Fetch)
        return request.requestId.isEmpty() ? badField("requestId") : Result<void>();
    auto rooms = roomNames(data[QLatin1StringView("rooms")], "rooms");
    if (!rooms)
        return rooms.error();
    request.rooms = std::move(*rooms);
    request.isClosing = data[QLatin1StringView("close")].toBool();
    return {};
}

Result<StreamsMessage> messageOf(StreamsMessage message, int type, const QJsonValue& data,
                                 const QByteArrayList& attachments)
{
    if (type < kFirstType || type > kLastType)
        return badField("type");
    message.request.type = requestType(type);
    if (message.request.type == AdapterType::None)
        return message;
    if (const auto read = readStreamsData(data, attachments, message.request); !read)
        return read.error();
    return message;
}

} // namespace

Result<StreamsMessage> decodeStreamsEntry(const RedisReply& fields, const MsgPackLimits& limits)
{
    StreamsMessage message;
    int type = -1;
    QByteArray data;
    for (size_t i = 0; i + 1 < fields.items.size(); i += 2) {
        const QByteArray& name = fields.items[i].text;
        const QByteArray& value = fields.items[i + 1].text;
        if (name == "uid")
            message.uid = value;
        else if (name == "nsp")
            message.nsp = value;
        else if (name == "type")
            type = value.size() <= 2 ? value.toInt() : -1;
        else if (name == "data")
            data = value;
    }
    if (message.nsp.isEmpty())
        return badField("nsp");
    if (data.isEmpty())
        return messageOf(std::move(message), type, {}, {});
    if (!data.startsWith('{')) {
        const auto bytes = QByteArray::fromBase64Encoding(data, QByteArray::AbortOnBase64DecodingErrors);
        if (!bytes)
            return badField("data");
        auto unpacked = jsonOfMsgPack(*bytes, limits);
        if (!unpacked)
            return unpacked.error();
        const auto value = parseJsonAsBrowsersDo(unpacked->json, limits.maxDepth + 1);
        return value ? messageOf(std::move(message), type, *value, unpacked->attachments) : value.error();
    }
    const auto value = parseJsonAsBrowsersDo(data, limits.maxDepth);
    return value ? messageOf(std::move(message), type, *value, {}) : value.error();
}

Result<StreamsMessage> decodeStreamsMessage(QByteArrayView bytes, const MsgPackLimits& limits)
{
    const auto unpacked = jsonOfMsgPack(bytes, limits);
    if (!unpacked)
        return unpacked.error();
    const auto value = parseJsonAsBrowsersDo(unpacked->json, limits.maxDepth + 1);
    if (!value)
        return value.error();
    StreamsMessage message;
    message.uid = (*value)[QLatin1StringView("uid")].toString().toUtf8();
    message.nsp = (*value)[QLatin1StringView("nsp")].toString().toUtf8();
    return messageOf(std::move(message), (*value)[QLatin1StringView("type")].toInt(-1),
                     (*value)[QLatin1StringView("data")], unpacked->attachments);
}

std::vector<QByteArray> streamsEntryOf(const QByteArray& uid, const Event& event)
{
    const SocketBroadcast broadcast = socketBroadcastOf(event);
    const QByteArray data = "{\"packet\":{\"type\":2,\"data\":" + broadcast.event.json +
                            ",\"nsp\":\"/\"},\"opts\":{\"rooms\":" + jsonNames(broadcast.to.rooms) +
                            ",\"except\":[],\"flags\":{}}}";
    return {"uid", uid, "nsp", "/", "type", QByteArray::number(kBroadcast), "data", data};
}

QByteArray encodeStreamsAnswer(const QByteArray& uid, AdapterType asked, const QByteArray& requestId, QJsonObject data,
                               const QByteArrayList& attachments)
{
    const int type = asked == AdapterType::Fetch            ? kFetchAnswer
                     : asked == AdapterType::ServerSideEmit ? kServerSideEmitAnswer
                     : asked == AdapterType::ClientCount    ? kClientCount
                                                            : kAck;
    data.insert(QStringLiteral("requestId"), QString::fromUtf8(requestId));
    return msgPackOfJson(QJsonObject{{QStringLiteral("uid"), QString::fromUtf8(uid)},
                                     {QStringLiteral("nsp"), QStringLiteral("/")},
                                     {QStringLiteral("type"), type},
                                     {QStringLiteral("data"), data}},
                         attachments);
}

} // namespace signalbox
