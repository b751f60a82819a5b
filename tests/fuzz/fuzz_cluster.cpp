// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as MessagePack and as each message of other Socket.IO servers: what is understood may be given to clients,
// and says the same when it is written down again.
// links: server_core msgpackc-cxx PkgConfig::hiredis
// sources: server/cluster/msgpack.cpp server/cluster/adaptermessage.cpp server/cluster/pythonmessage.cpp
// sources: server/cluster/streamsmessage.cpp server/redis/redisreply.cpp
#include "cluster/pythonmessage.h"
#include "cluster/streamsmessage.h"
#include "core/socketvalues.h"

#include <QJsonDocument>

#include <cstdlib>

using namespace signalbox;

namespace {

const MsgPackLimits kLimits;

void require(bool condition)
{
    if (!condition)
        std::abort();
}

int placeholdersIn(const QJsonValue& value)
{
    int found = 0;
    if (value.isArray()) {
        for (const QJsonValue item : value.toArray())
            found += placeholdersIn(item);
    } else if (value.isObject()) {
        const QJsonObject object = value.toObject();
        if (object.value(QLatin1StringView("_placeholder")) == QJsonValue(true))
            return 1;
        for (const QJsonValue member : object)
            found += placeholdersIn(member);
    }
    return found;
}

void checkValues(const SocketValues& values)
{
    require(values.json.isValidUtf8() && values.attachments.size() <= kLimits.maxAttachments);
    const QJsonDocument document = QJsonDocument::fromJson(values.json);
    require(document.isArray());
    if (!values.attachments.isEmpty()) // members named twice count once, so there may be fewer
        require(placeholdersIn(document.array()) <= values.attachments.size());
}

void checkEvent(const SocketBroadcast& broadcast)
{
    checkValues(broadcast.event);
    require(isSocketEventName(QJsonDocument::fromJson(broadcast.event.json).array().at(0)));
}

void checkPacked(const QByteArray& bytes)
{
    const auto values = jsonOfMsgPack(bytes, kLimits);
    if (!values)
        return;
    require(values->json.isValidUtf8());
    const QByteArray alone = '[' + values->json + ']';
    const QJsonDocument document = QJsonDocument::fromJson(alone);
    require(document.isArray());
    // Written down once it is settled: members in order, named once.
    const auto again = jsonOfMsgPack(msgPackOfJson(document.array().at(0), values->attachments), {40, 10});
    require(again.ok());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const QByteArray bytes(reinterpret_cast<const char*>(data), static_cast<qsizetype>(size));
    checkPacked(bytes);
    if (const auto message = decodeAdapterBroadcast(bytes, kLimits)) {
        checkEvent(message->broadcast);
        const auto again = decodeAdapterBroadcast(encodeAdapterBroadcast(*message), {40, 10});
        require(again && again->broadcast.to == message->broadcast.to);
    }
    if (const auto request = decodeAdapterRequest(bytes, kLimits)) {
        require(request->type >= AdapterType::Sockets && request->type <= AdapterType::Broadcast);
        if (request->type == AdapterType::Broadcast)
            checkEvent(request->broadcast);
    }
    if (const auto response = decodeAdapterResponse(bytes, kLimits)) {
        require(!response->requestId.isEmpty());
        checkValues(response->values);
    }
    if (const auto message = decodePythonMessage(bytes, kLimits)) {
        if (message->method == PythonMessage::Method::Emit)
            checkEvent(message->broadcast);
        else
            require(message->method == PythonMessage::Method::Callback || message->who.rooms.size() == 1);
    }
    if (const auto message = decodeStreamsMessage(bytes, kLimits)) {
        if (message->request.type == AdapterType::Broadcast)
            checkEvent(message->request.broadcast);
    }
    RedisReply fields{RedisReply::Kind::Array, {}, 0, {}};
    for (const QByteArray& word : bytes.split('\n'))
        fields.items.push_back({RedisReply::Kind::Text, word, 0, {}});
    if (const auto message = decodeStreamsEntry(fields, kLimits)) {
        require(!message->nsp.isEmpty());
        if (message->request.type == AdapterType::Broadcast)
            checkEvent(message->request.broadcast);
    }
    return 0;
}
