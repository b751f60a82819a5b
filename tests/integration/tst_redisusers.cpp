// SPDX-License-Identifier: GPL-3.0-or-later
// Seed 001's users on two servers: who comes and goes is told once, wherever they are connected and whoever dies.
#include "integration/redispair.h"
#include "support/socketwire.h"

using namespace signalbox;
using namespace signalbox::test;

namespace {

constexpr int kLongMs = 60'000;
constexpr int kUsers = 10;

QByteArray nameOf(int user)
{
    return "u" + QByteArray::number(user);
}

} // namespace

class TestRedisUsers final : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        QVERIFY(m_pair.start({{"DATABASE_URL", "none"}, {"SIGNALBOX_REDIS_SERVER_TTL_SECONDS", "2"}}));
        for (size_t server : {0U, 1U}) {
            m_staff[server] = std::make_unique<SseClient>(m_pair.port(server),
                                                          "/channel/sse?type=staff&channels=staff&access_token=" +
                                                              ServerProcess::jwt(Role::Operator, "watcher"));
            QVERIFY(m_staff[server]->connection().waitForText("connection.established", kLongMs));
        }
    }
    void cleanup()
    {
        for (auto& staff : m_staff)
            staff.reset();
        m_pair.end();
    }
    void isToldForBoth();
    void comeAndGoAtOnce();
    void serverDies();

private:
    std::unique_ptr<SocketWire> user(size_t server, const QByteArray& name)
    {
        auto socket = std::make_unique<SocketWire>(m_pair.port(server));
        socket->join("{\"token\":\"" + ServerProcess::jwt(Role::Operator, name) + "\"}");
        return socket;
    }
    int told(size_t server, const QByteArray& event, const QByteArray& name)
    {
        const QByteArray quotedEvent = '"' + event + '"';
        const QByteArray quotedUser = "\"userId\":\"" + name + '"';
        int count = 0;
        for (const QByteArray& line : m_staff[server]->body().split('\n'))
            count += line.contains(quotedEvent) && line.contains(quotedUser) ? 1 : 0;
        return count;
    }
    bool waitUntilTold(const QByteArray& event, const QByteArray& name, size_t first = 0)
    {
        for (size_t server = first; server < 2; ++server) {
            if (!m_staff[server]->connection().waitFor([&](const QByteArray&) { return told(server, event, name) > 0; },
                                                       kLongMs))
                return false;
        }
        return true;
    }
    /// Whatever was to be told before has been.
    bool settle(size_t first = 0)
    {
        ++m_settled;
        for (size_t server = first; server < 2; ++server) {
            const QByteArray name = "last" + QByteArray::number(m_settled) + '-' + QByteArray::number(server);
            user(server, name);
            if (!waitUntilTold("user:online", name, first) || !waitUntilTold("user:offline", name, first))
                return false;
        }
        return true;
    }

    RedisPair m_pair;
    int m_settled = 0;
    std::array<std::unique_ptr<SseClient>, 2> m_staff;
};

void TestRedisUsers::isToldForBoth()
{
    auto here = user(0, "anna");
    QVERIFY(waitUntilTold("user:online", "anna"));
    auto there = user(1, "anna");
    QVERIFY(settle()); // both know
    here.reset();
    QVERIFY(settle());
    QCOMPARE(told(0, "user:offline", "anna"), 0);
    there.reset();
    QVERIFY(waitUntilTold("user:offline", "anna"));
    here = user(1, "anna");
    QVERIFY(settle());
    for (size_t server : {0U, 1U}) {
        QCOMPARE(told(server, "user:online", "anna"), 2);
        QCOMPARE(told(server, "user:offline", "anna"), 1);
    }
}

void TestRedisUsers::comeAndGoAtOnce()
{
    std::vector<std::unique_ptr<SocketWire>> sockets;
    for (int i = 0; i < kUsers; ++i) {
        const QByteArray name = nameOf(i);
        for (size_t server : {0U, 1U})
            sockets.push_back(std::make_unique<SocketWire>(m_pair.port(server)));
        for (size_t at : {sockets.size() - 2, sockets.size() - 1})
            sockets[at]->sendText("40{\"token\":\"" + ServerProcess::jwt(Role::Operator, name) + "\"}");
    }
    for (int i = 0; i < kUsers; ++i)
        QVERIFY(waitUntilTold("user:online", nameOf(i)));
    QVERIFY(settle());
    for (const auto& socket : sockets)
        socket->wire().close();
    for (int i = 0; i < kUsers; ++i)
        QVERIFY(waitUntilTold("user:offline", nameOf(i)));
    QVERIFY(settle());
    for (size_t server : {0U, 1U}) {
        for (int i = 0; i < kUsers; ++i) {
            for (const char* event : {"user:online", "user:offline"})
                QCOMPARE(told(server, event, nameOf(i)), 1);
        }
    }
}

void TestRedisUsers::serverDies()
{
    const auto anna = user(0, "anna");
    const auto boris = user(0, "boris");
    const auto borisToo = user(1, "boris");
    QVERIFY(waitUntilTold("user:online", "anna") && waitUntilTold("user:online", "boris"));
    QVERIFY(settle());
    m_pair.server(0).kill();
    QVERIFY(waitUntilTold("user:offline", "anna", 1));
    QVERIFY(settle(1));
    QCOMPARE(told(1, "user:offline", "anna"), 1);
    QCOMPARE(told(1, "user:offline", "boris"), 0);
    QCOMPARE(told(1, "user:online", "boris"), 1);
}

QTEST_GUILESS_MAIN(TestRedisUsers)
#include "tst_redisusers.moc"
