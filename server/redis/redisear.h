// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "redis/redislink.h"

namespace signalbox {

/// Hears some Pub/Sub channels and patterns on a connection of its own, which is kept up: asked for again after every
/// reconnect, and made anew when Redis does not answer a PING. What is published meanwhile is gone. Core thread.
class RedisEar final : public QObject
{
    Q_OBJECT

public:
    /// The commands are SUBSCRIBE and PSUBSCRIBE.
    RedisEar(const RedisAddress& address, std::vector<RedisConnection::Words> commands, qint64 pingMs);

    void start() { m_link.start(); }

signals:
    void heard(const QByteArray& channel, const QByteArray& bytes);

private:
    void listen();
    void ping();
    void pushed(const RedisReply& reply);

    const std::vector<RedisConnection::Words> m_commands;
    RedisLink m_link;
    bool m_isPongDue = false;
    QTimer m_pingTimer;
};

} // namespace signalbox
