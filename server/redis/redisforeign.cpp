// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis/redisforeign.h"

#include "core/idempotency.h"
#include "redis/redischannels.h"

namespace signalbox {

namespace {

std::vector<RedisConnection::Words> subscriptions(const QByteArray& prefix)
{
    const QByteArray pattern = escapedForPattern(prefix);
    return {{"PSUBSCRIBE", pattern + "chat:*", pattern + "ws:dialog:*", pattern + "sse:dialog:*"},
            {"SUBSCRIBE", prefix + "socket-broadcast"}};
}

} // namespace

RedisForeign::RedisForeign(const RedisAddress& address, RedisScripts& scripts, ForeignJson& json, Settings settings,
                           Publish publish)
    : m_scripts(scripts)
    , m_json(json)
    , m_settings(std::move(settings))
    , m_publish(std::move(publish))
    , m_server(RedisScripts::freshEpoch())
    , m_ear(address, subscriptions(m_settings.prefix), m_settings.pingMs)
{
    connect(&m_ear, &RedisEar::heard, this, &RedisForeign::take);
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
