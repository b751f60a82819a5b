// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "redis/redisconnection.h"

namespace signalbox {

/// Knows which Redis is to be talked to: the configured one; the master that the sentinels name; the node of a cluster
/// that holds the deployment's keys. Asks one sentinel or node after the other, each time another one first, until one
/// knows. Core thread.
class RedisFinder final : public QObject
{
    Q_OBJECT

public:
    /// Unavailable, with what the last of them said, when none knows.
    using Found = std::function<void(const Result<HostPort>&)>;

    explicit RedisFinder(RedisAddress address);
    ~RedisFinder() override;

    /// Answers once; within the call when nobody need be asked. Not while it is being answered.
    void find(Found found);
    /// A node said that another has the keys ("MOVED SLOT HOST:PORT"): the next find() answers that one. False for
    /// anything else.
    bool redirect(const QByteArray& reply);
    /// The address with that host and port: how to connect there.
    RedisAddress addressOf(const HostPort& node) const;

private:
    void askNext(const QString& why);
    void ask();
    void askSentinel();
    void askCluster();
    void slotsAnswered(const RedisReply& reply, qint64 slot);
    void learn(const HostPort& node);
    void answer(const Result<HostPort>& result);
    bool isRefused(const Result<RedisReply>& reply);
    void leave();

    const RedisAddress m_address;
    std::vector<HostPort> m_nodes; ///< to be asked, the next one first
    size_t m_left = 0;             ///< of them in this find()
    HostPort m_answered;           ///< the last answer
    std::optional<HostPort> m_moved;
    Found m_found;
    std::unique_ptr<RedisConnection> m_connection;
};

} // namespace signalbox
