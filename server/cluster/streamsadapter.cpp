// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/streamsadapter.h"

#include "cluster/socketchange.h"

#include <QJsonDocument>

namespace signalbox {

StreamsAdapter::StreamsAdapter(const RedisAddress& address, RedisLink& commands, ClusterSockets& sockets,
                               Settings settings)
    : m_commands(commands)
    , m_sockets(sockets)
    , m_settings(std::move(settings))
    , m_channel(m_settings.key + "#/#")
    , m_reader(address, RedisConnection::Use::Commands)
    , m_ear(address, {{"SUBSCRIBE", m_channel}}, m_settings.pingMs)
{
    m_again.setSingleShot(true);
    m_again.callOnTimeout(this, [this] { read(); });
    connect(&m_reader, &RedisLink::up, this, &StreamsAdapter::findPlace);
    connect(&m_ear, &RedisEar::heard, this, &StreamsAdapter::takeEphemeral);
}

/// Who listens to the channel is counted, and has to answer: the stream first.
void StreamsAdapter::start()
{
    m_reader.start();
    m_ear.start();
}

void StreamsAdapter::findPlace()
{
    if (!m_place.isEmpty()) {
        read();
        return;
    }
    m_reader.send({"XREVRANGE", m_settings.key, "+", "-", "COUNT", "1"}, [this](const Result<RedisReply>& reply) {
        if (!reply)
            return; // up() comes again
        if (reply->isError()) {
            tryLater(*reply);
            return;
        }
        m_place = reply->items.empty() ? QByteArrayLiteral("0-0") : reply->at(0).at(0).text;
        read();
    });
}

void StreamsAdapter::tryLater(const RedisReply& refusal)
{
    emit dropped(m_settings.key, Error(ErrorCode::Unavailable, QString::fromUtf8(refusal.text)));
    m_again.start(m_settings.againMs);
}

void StreamsAdapter::read()
{
    if (m_isReading || !m_reader.isUp())
        return;
    if (m_place.isEmpty()) {
        findPlace();
        return;
    }
    m_isReading = true;
    m_reader.send(
        {"XREAD", "COUNT", "100", "BLOCK", QByteArray::number(m_settings.blockMs), "STREAMS", m_settings.key, m_place},
        [this](const Result<RedisReply>& reply) {
            m_isReading = false;
            if (!reply)
                return; // up() comes again
            if (reply->isError()) {
                tryLater(*reply);
                return;
            }
            takeEntries(reply->at(0).at(1));
            read();
        });
}

void StreamsAdapter::takeEntries(const RedisReply& entries)
{
    for (const RedisReply& entry : entries.items) {
        m_place = entry.at(0).text;
        qint64 bytes = 0;
        for (const RedisReply& field : entry.at(1).items)
            bytes += field.text.size();
        take(m_settings.key, bytes > m_settings.maxBytes ? Error(ErrorCode::PayloadTooLarge)
                                                         : decodeStreamsEntry(entry.at(1), m_settings.limits));
    }
}

void StreamsAdapter::takeEphemeral(const QByteArray& channel, const QByteArray& bytes)
{
    take(channel, bytes.size() > m_settings.maxBytes ? Error(ErrorCode::PayloadTooLarge)
                                                     : decodeStreamsMessage(bytes, m_settings.limits));
}

void StreamsAdapter::take(const QByteArray& channel, const Result<StreamsMessage>& message)
{
    if (!message)
        emit dropped(channel, message.error());
    else if (message->nsp == "/" && message->uid != m_settings.deployment)
        carryOut(*message);
}

void StreamsAdapter::carryOut(const StreamsMessage& message)
{
    const AdapterRequest& request = message.request;
    switch (request.type) {
    case AdapterType::Broadcast:
        broadcast(message);
        break;
    case AdapterType::Join:
    case AdapterType::Leave:
    case AdapterType::Disconnect:
        carryOutChange(m_sockets, request);
        break;
    case AdapterType::Fetch:
        answerFetch(message);
        break;
    case AdapterType::ServerSideEmit: // see RedisAdapter
        if (!request.requestId.isEmpty())
            respond(message, AdapterType::ServerSideEmit, {{QStringLiteral("packet"), QJsonValue::Null}});
        break;
    case AdapterType::None:
    case AdapterType::Sockets:
    case AdapterType::AllRooms:
    case AdapterType::ClientCount:
    case AdapterType::Ack:
        break;
    }
}

void StreamsAdapter::broadcast(const StreamsMessage& message)
{
    const auto event = std::make_shared<const SocketBroadcast>(message.request.broadcast);
    if (message.request.requestId.isEmpty()) {
        m_sockets.emitTo(event);
        return;
    }
    StreamsMessage asker; // a client may never answer: its event is not kept for that
    asker.uid = message.uid;
    asker.request.requestId = message.request.requestId;
    m_sockets.emitForAck(
        event,
        [this, asker](int clients) {
            respond(asker, AdapterType::ClientCount, {{QStringLiteral("clientCount"), clients}});
        },
        [this, asker](const SocketValues& answer) {
            const QJsonValue first = QJsonDocument::fromJson(answer.json)[0];
            respond(asker, AdapterType::Ack, {{QStringLiteral("packet"), first}}, answer.attachments);
        });
}

void StreamsAdapter::answerFetch(const StreamsMessage& message)
{
    if (m_asked >= m_settings.maxAsked) {
        emit dropped(m_channel, Error(ErrorCode::Unavailable, QStringLiteral("Too many requests wait.")));
        return;
    }
    ++m_asked;
    m_sockets.list(message.request.who, [this, message](const std::vector<SocketDescription>& sockets) {
        --m_asked;
        QJsonArray descriptions;
        for (const SocketDescription& socket : sockets)
            descriptions.append(QJsonDocument::fromJson(socket.json).object());
        respond(message, AdapterType::Fetch, {{QStringLiteral("sockets"), descriptions}});
    });
}

void StreamsAdapter::respond(const StreamsMessage& to, AdapterType type, const QJsonObject& data,
                             const QByteArrayList& attachments)
{
    const QByteArray channel = m_channel + to.uid + '#';
    m_commands.send(
        {"PUBLISH", channel, encodeStreamsAnswer(m_settings.deployment, type, to.request.requestId, data, attachments)},
        [this, channel](const Result<RedisReply>& reply) {
            if (reply && reply->isError())
                emit dropped(channel, Error(ErrorCode::Unavailable, QString::fromUtf8(reply->text)));
        });
}

RedisConnection::Words StreamsAdapter::eventCommand(const Event& event) const
{
    RedisConnection::Words words{"XADD", m_settings.key, "MAXLEN", "~", QByteArray::number(m_settings.streamEntries),
                                 "*"};
    const std::vector<QByteArray> fields = streamsEntryOf(m_settings.deployment, event);
    words.insert(words.end(), fields.begin(), fields.end());
    return words;
}

} // namespace signalbox
