// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis/redisforeign.h"

#include "core/idempotency.h"
#include "redis/redischannels.h"

namespace signalbox {

RedisForeign::RedisForeign(const RedisAddress& address, RedisScripts& scripts, ForeignJson& json, Settings settings,
                           Publish publish)
    : m_scripts(scripts)
    , m_json(json)
    , m_settings(std::move(settings))
    , m_publish(std::move(publish))
    , m_server(RedisScripts::freshEpoch())
    , m_link(address, RedisConnection::Use::Channels)
{
    connect(&m_link, &RedisLink::up, this, &RedisForeign::listen);
    connect(&m_link, &RedisLink::pushed, this, &RedisForeign::pushed);
    connect(&m_pingTimer, &QTimer::timeout, this, &RedisForeign::ping);
    m_pingTimer.start(static_cast<int>(m_settings.pingMs));
}

void RedisForeign::listen()
{
    m_isPongDue = false;
    const QByteArray prefix = escapedForPattern(m_settings.prefix);
    m_link.post({"PSUBSCRIBE", prefix + "chat:*", prefix + "ws:dialog:*", prefix + "sse:dialog:*"});
    m_link.post({"SUBSCRIBE", m_settings.prefix + "socket-broadcast"});
}

void RedisForeign::ping()
{
    if (!m_link.isUp())
        return;
    if (std::exchange(m_isPongDue, true))
        m_link.restart(QStringLiteral("Redis does not answer who listens."));
    else
        m_link.post({"PING"});
}

void RedisForeign::pushed(const RedisReply& reply)
{
    const QByteArray& kind = reply.at(0).text;
    if (kind == "pmessage")
        take(reply.at(2).text, reply.at(3).text);
    else if (kind == "message")
        take(reply.at(1).text, reply.at(2).text);
    else if (kind == "pong")
        m_isPongDue = false;
    else if (reply.isError())
        m_link.restart(QString::fromUtf8(reply.text));
}

void RedisForeign::take(const QByteArray& channel, const QByteArray& text)
{
    if (text.size() > m_settings.maxBytes) {
        emit dropped(channel, Error(ErrorCode::PayloadTooLarge));
        return;
    }
    auto message = m_json.decode(channel.sliced(m_settings.prefix.size()), text);
    if (!message) {
        emit dropped(channel, message.error());
        return;
    }
    if (!*message)
        return;
    if (m_waiting >= m_settings.maxWaiting) {
        emit dropped(channel, Error(ErrorCode::Unavailable, QStringLiteral("Too many messages wait.")));
        return;
    }
    ++m_waiting;
    const QByteArray source = (*message)->room.isEmpty() ? channel : channel + ' ' + (*message)->room;
    const RedisConnection::Words words{fingerprintOf((*message)->event).toHex(), m_server, source,
                                       QByteArray::number(m_settings.repeatMs)};
    m_scripts.run(RedisScripts::Script::Claim, words,
                  [this, channel, event = std::move((*message)->event)](const Result<RedisReply>& reply) {
                      claimed(channel, event, reply);
                  });
}

void RedisForeign::claimed(const QByteArray& channel, Publication event, const Result<RedisReply>& reply)
{
    const auto done = [this, channel](const Result<void>& published) {
        --m_waiting;
        if (!published)
            emit dropped(channel, published.error());
    };
    if (!reply) {
        done(reply.error());
        return;
    }
    if (reply->isError()) {
        done(Error(ErrorCode::Unavailable, QString::fromUtf8(reply->text)));
        return;
    }
    if (m_settings.onlyFirst && reply->at(1).integer != 1) {
        done({});
        return;
    }
    event.idempotencyKey = reply->at(0).text;
    m_publish(std::move(event), channel.sliced(m_settings.prefix.size()).startsWith("chat:"), done);
}

} // namespace signalbox
