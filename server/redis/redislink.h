// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "redis/redisfinder.h"
#include "shared/backoff.h"

namespace signalbox {

/// A way to Redis that is kept up: connects, and after every end again, with backoff and jitter, each time to the node
/// that is the right one then. Core thread.
class RedisLink final : public QObject
{
    Q_OBJECT

public:
    RedisLink(RedisAddress address, RedisConnection::Use use);
    ~RedisLink() override;

    void start();
    bool isUp() const { return m_connection && m_connection->isOpen(); }
    /// Why it is not up; empty while nothing is known or it is.
    const QString& trouble() const { return m_trouble; }

    /// See RedisConnection. While the link is down the answer is Unavailable, inside the call.
    void send(const RedisConnection::Words& words, RedisConnection::Answer answer);
    void post(const RedisConnection::Words& words);
    /// Gives the connection up and makes another one.
    void restart(const QString& why);

signals:
    void up();
    /// After every end and every failed attempt. The answers that were due have been given.
    void down(const QString& why);
    void pushed(const signalbox::RedisReply& reply);

private:
    void connectNow();
    void connectTo(const HostPort& node);
    void lost(const QString& why);
    void failed(const QString& why);

    RedisFinder m_finder;
    const RedisConnection::Use m_use;
    std::unique_ptr<RedisConnection> m_connection;
    QString m_trouble;
    Backoff m_backoff;
    QTimer m_again;
};

} // namespace signalbox
