// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis/redisear.h"

namespace signalbox {

RedisEar::RedisEar(const RedisAddress& address, std::vector<RedisConnection::Words> commands, qint64 pingMs)
    : m_commands(std::move(commands))
    , m_link(address, RedisConnection::Use::Channels)
{
    connect(&m_link, &RedisLink::up, this, &RedisEar::listen);
    connect(&m_link, &RedisLink::pushed, this, &RedisEar::pushed);
    connect(&m_pingTimer, &QTimer::timeout, this, &RedisEar::ping);
    m_pingTimer.start(static_cast<int>(pingMs));
}

void RedisEar::listen()
{
    m_isPongDue = false;
    for (const RedisConnection::Words& command : m_commands)
        m_link.post(command);
}

void RedisEar::ping()
{
    if (!m_link.isUp())
        return;
    if (std::exchange(m_isPongDue, true))
        m_link.restart(QStringLiteral("Redis does not answer who listens."));
    else
        m_link.post({"PING"});
}

void RedisEar::pushed(const RedisReply& reply)
{
    const QByteArray& kind = reply.at(0).text;
    if (kind == "pmessage")
        emit heard(reply.at(2).text, reply.at(3).text);
    else if (kind == "message")
        emit heard(reply.at(1).text, reply.at(2).text);
    else if (kind == "pong")
        m_isPongDue = false;
    else if (reply.isError())
        m_link.restart(QString::fromUtf8(reply.text));
}

} // namespace signalbox
