// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/redisadapter.h"

#include "cluster/socketchange.h"
#include "redis/redischannels.h"
#include "redis/redisscripts.h"

#include <QSet>

namespace signalbox {

namespace {

constexpr char kNamespace[] = "/";

QByteArray ofNamespace(const QByteArray& name)
{
    return name + '#' + kNamespace + '#';
}

QByteArray roomsOf(const std::vector<SocketDescription>& sockets)
{
    QSet<QByteArray> rooms;
    for (const SocketDescription& socket : sockets) {
        for (const QByteArray& room : socket.rooms)
            rooms.insert(room);
    }
    return "\"rooms\":" + jsonNames({rooms.cbegin(), rooms.cend()});
}

QByteArray socketIds(const std::vector<SocketDescription>& sockets)
{
    std::vector<QByteArray> ids;
    ids.reserve(sockets.size());
    for (const SocketDescription& socket : sockets)
        ids.push_back(socket.id);
    return "\"sockets\":" + jsonNames(ids);
}

QByteArray descriptions(const std::vector<SocketDescription>& sockets)
{
    QByteArrayList texts;
    for (const SocketDescription& socket : sockets)
        texts.append(socket.json);
    return "\"sockets\":[" + texts.join(',') + ']';
}

bool isChange(AdapterType type)
{
    return type == AdapterType::Join || type == AdapterType::Leave || type == AdapterType::Disconnect;
}

} // namespace

RedisAdapter::RedisAdapter(const RedisAddress& address, RedisLink& commands, ClusterSockets& sockets, Settings settings)
    : m_commands(commands)
    , m_sockets(sockets)
    , m_settings(std::move(settings))
    , m_uid(RedisScripts::freshEpoch())
    , m_broadcasts(ofNamespace(m_settings.key))
    , m_requests(ofNamespace(m_settings.key + "-request"))
    , m_responses(ofNamespace(m_settings.key + "-response"))
    , m_ownHead(msgPackOfJson(QJsonArray{QString::fromUtf8(m_settings.deployment), {}, {}}).chopped(2))
    // The requests last: who listens to them is counted, and has to answer.
    , m_ear(address,
            {{"PSUBSCRIBE", escapedForPattern(m_broadcasts) + '*'},
             {"SUBSCRIBE", m_responses, m_responses + m_uid + '#', m_requests}},
            m_settings.pingMs)
{
    connect(&m_ear, &RedisEar::heard, this, &RedisAdapter::take);
}

void RedisAdapter::take(const QByteArray& channel, const QByteArray& bytes)
{
    if (channel == m_requests)
        takeRequest(bytes);
    else if (channel.startsWith(m_responses))
        takeResponse(bytes);
    else
        takeBroadcast(channel, bytes);
}

bool RedisAdapter::fits(const QByteArray& channel, const QByteArray& bytes, qint64 maxBytes)
{
    if (bytes.size() <= maxBytes)
        return true;
    emit dropped(channel, Error(ErrorCode::PayloadTooLarge));
    return false;
}

void RedisAdapter::takeBroadcast(const QByteArray& channel, const QByteArray& bytes)
{
    if (bytes.startsWith(m_ownHead) || !fits(channel, bytes, m_settings.maxBytes))
        return;
    auto message = decodeAdapterBroadcast(bytes, m_settings.limits);
    if (!message) {
        emit dropped(channel, message.error());
        return;
    }
    if (message->nsp == kNamespace && message->uid != m_uid)
        m_sockets.emitTo(std::make_shared<const SocketBroadcast>(std::move(message->broadcast)));
}

void RedisAdapter::takeRequest(const QByteArray& bytes)
{
    if (!fits(m_requests, bytes, m_settings.maxBytes))
        return;
    const auto request = decodeAdapterRequest(bytes, m_settings.limits);
    if (!request)
        emit dropped(m_requests, request.error());
    else if (request->uid != m_uid || isChange(request->type)) // those reach our own sockets by Redis too
        handle(*request);
}

void RedisAdapter::handle(const AdapterRequest& request)
{
    switch (request.type) {
    case AdapterType::Join:
    case AdapterType::Leave:
    case AdapterType::Disconnect:
        if (request.isOfOneSocket)
            handleOfOneSocket(request);
        else
            carryOutChange(m_sockets, request);
        break;
    case AdapterType::Sockets:
    case AdapterType::AllRooms:
    case AdapterType::Fetch:
        answerList(request);
        break;
    case AdapterType::ServerSideEmit:
        // Nothing here listens to others' events; but who waits for all servers need not wait for this one.
        if (!request.requestId.isEmpty())
            respond(encodeAdapterAnswer(AdapterType::ServerSideEmit, request.requestId, "\"data\":null"));
        break;
    case AdapterType::Broadcast:
        if (request.nsp == kNamespace)
            askClients(request);
        break;
    case AdapterType::None:
    case AdapterType::ClientCount:
    case AdapterType::Ack:
        break;
    }
}

/// The server that has the socket answers, and nobody else.
void RedisAdapter::handleOfOneSocket(const AdapterRequest& request)
{
    m_sockets.list(request.who, [this, request](const std::vector<SocketDescription>& found) {
        if (found.empty())
            return;
        carryOutChange(m_sockets, request);
        respond(encodeAdapterAnswer(AdapterType::None, request.requestId, {}));
    });
}

void RedisAdapter::answerList(const AdapterRequest& request)
{
    if (m_asked >= m_settings.maxAsked) {
        emit dropped(m_requests, Error(ErrorCode::Unavailable, QStringLiteral("Too many requests wait.")));
        return;
    }
    ++m_asked;
    m_sockets.list(request.who, [this, request](const std::vector<SocketDescription>& sockets) {
        --m_asked;
        const QByteArray members = request.type == AdapterType::AllRooms  ? roomsOf(sockets)
                                   : request.type == AdapterType::Sockets ? socketIds(sockets)
                                                                          : descriptions(sockets);
        respond(encodeAdapterAnswer(AdapterType::None, request.requestId, members));
    });
}

void RedisAdapter::askClients(const AdapterRequest& request)
{
    m_sockets.emitForAck(
        std::make_shared<const SocketBroadcast>(request.broadcast),
        [this, id = request.requestId](int clients) {
            respond(encodeAdapterAnswer(AdapterType::ClientCount, id,
                                        QByteArray("\"clientCount\":").append(QByteArray::number(clients))));
        },
        [this, id = request.requestId](const SocketValues& answer) { respond(encodeAdapterAck(id, answer)); });
}

void RedisAdapter::takeResponse(const QByteArray& bytes)
{
    if (!fits(m_responses, bytes, m_settings.maxResponseBytes))
        return;
    // Nothing was asked: it is enough that it may be an answer to somebody else.
    const auto first = static_cast<unsigned char>(bytes.isEmpty() ? 0 : bytes.front());
    const bool isObject = first == '{' || (first & 0xf0) == 0x80 || first == 0xde || first == 0xdf;
    if (!isObject)
        emit dropped(m_responses, Error(ErrorCode::BadRequest, QStringLiteral("An object is expected.")));
}

RedisConnection::Words RedisAdapter::eventCommand(const Event& event) const
{
    SocketBroadcast broadcast = socketBroadcastOf(event);
    QByteArray channel = m_broadcasts;
    if (broadcast.to.rooms.size() == 1)
        channel += broadcast.to.rooms.front() + '#';
    return {"PUBLISH", channel, encodeAdapterBroadcast({m_settings.deployment, kNamespace, std::move(broadcast)})};
}

void RedisAdapter::publish(const QByteArray& channel, const QByteArray& bytes)
{
    m_commands.send({"PUBLISH", channel, bytes}, [this, channel](const Result<RedisReply>& reply) {
        if (reply && reply->isError())
            emit dropped(channel, Error(ErrorCode::Unavailable, QString::fromUtf8(reply->text)));
    });
}

} // namespace signalbox
