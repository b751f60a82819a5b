// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/redisserver.h"
#include "support/serverprocess.h"
#include "support/wsclient.h"

#include <QTest>

#include <array>
#include <memory>

namespace signalbox::test {

/// Two real servers on one real Redis.
class RedisPair
{
public:
    /// Starts all three, with these variables for both servers.
    bool start(ServerProcess::Variables variables = {})
    {
        m_redis = std::make_unique<RedisServer>();
        if (!m_redis->start())
            return false;
        variables.insert("REDIS_HOST", "127.0.0.1");
        variables.insert("REDIS_PORT", QByteArray::number(m_redis->port()));
        variables.insert("SIGNALBOX_DRAIN_SECONDS", "0");
        for (size_t i = 0; i < m_servers.size(); ++i) {
            m_servers[i] = std::make_unique<ServerProcess>();
            if (!m_servers[i]->start(variables) || !waitForRedis(i, "ok"))
                return false;
        }
        return true;
    }
    void end()
    {
        for (auto& server : m_servers)
            server.reset();
        m_redis.reset();
    }
    void endServer(size_t index) { m_servers[index].reset(); }

    RedisServer& redis() { return *m_redis; }
    ServerProcess& server(size_t index) { return *m_servers[index]; }
    quint16 port(size_t index) const { return m_servers[index]->port(); }

    /// Until the server's health says so.
    bool waitForRedis(size_t index, const QByteArray& state)
    {
        return QTest::qWaitFor([&] { return text(management(index, "/health/ready"), "parts.redis.status") == state; },
                               30'000);
    }
    QJsonObject management(size_t index, const QByteArray& target) const
    {
        return json(get(m_servers[index]->managementPort(), target).body);
    }

private:
    std::unique_ptr<RedisServer> m_redis;
    std::array<std::unique_ptr<ServerProcess>, 2> m_servers;
};

inline Headers serviceBearer()
{
    return {{"Authorization", "Bearer " + ServerProcess::webhookToken()}};
}

} // namespace signalbox::test
