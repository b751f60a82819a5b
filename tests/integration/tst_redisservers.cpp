// SPDX-License-Identifier: GPL-3.0-or-later
// Two real servers on one real Redis: a client cannot tell them apart, and when Redis goes it is told.
#include "integration/followers.h"
#include "support/redisserver.h"

#include <QRegularExpression>
#include <QTest>

#include <array>

using namespace signalbox;
using namespace signalbox::test;
using namespace Qt::StringLiterals;

namespace {

Headers bearer()
{
    return {{"Authorization", "Bearer " + ServerProcess::webhookToken()}};
}

/// A stream of one dialog that another service owns, and of a channel of its own kind.
QByteArray streamTarget(const QByteArray& since = {})
{
    return "/channel/sse?type=staff&channels=dialog:x,stream:deals&access_token=" +
           ServerProcess::jwt(Role::Operator, "anna") + (since.isEmpty() ? since : "&position=" + since);
}

QList<int> numbersOf(SseClient& stream)
{
    QList<int> list;
    for (const SseEvent& event : stream.events(0, 0)) {
        if (const int n = numberOf(event.data))
            list.append(n);
    }
    return list;
}

bool waitForNumbers(SseClient& stream, const QList<int>& expected)
{
    stream.connection().waitFor([&](const QByteArray&) { return numbersOf(stream).size() >= expected.size(); });
    return numbersOf(stream) == expected;
}

QByteArray lastId(SseClient& stream)
{
    static const QRegularExpression id(u"(?:^|\n)id: (\\S+)\n"_s);
    QByteArray last;
    auto match = id.globalMatch(QString::fromUtf8(stream.body()));
    while (match.hasNext())
        last = match.next().captured(1).toUtf8();
    return last;
}

} // namespace

class TestRedisServers final : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void deliversAcross();
    void resumesAcross();
    void eventsOfBothKindsComeOnce();
    void redisGoneAndBack();

private:
    int publish(size_t server, int n, const QByteArrayList& channels)
    {
        return postJson(m_servers[server]->port(), "/api/v1/publish", eventBody(n, channels), bearer()).status;
    }
    bool waitForRedis(size_t server, const QByteArray& state)
    {
        return QTest::qWaitFor(
            [&] {
                const QByteArray body = get(m_servers[server]->managementPort(), "/health/ready").body;
                return text(json(body), "parts.redis.status") == state;
            },
            30'000);
    }

    std::unique_ptr<RedisServer> m_redis;
    std::array<std::unique_ptr<ServerProcess>, 2> m_servers;
};

void TestRedisServers::init()
{
    m_redis = std::make_unique<RedisServer>();
    QVERIFY(m_redis->start());
    for (size_t i = 0; i < m_servers.size(); ++i) {
        m_servers[i] = std::make_unique<ServerProcess>();
        QVERIFY(m_servers[i]->start({{"REDIS_HOST", "127.0.0.1"},
                                     {"REDIS_PORT", QByteArray::number(m_redis->port())},
                                     {"SIGNALBOX_DRAIN_SECONDS", "0"}}));
        QVERIFY(waitForRedis(i, "ok"));
    }
}

void TestRedisServers::cleanup()
{
    for (auto& server : m_servers)
        server.reset();
    m_redis.reset();
}

void TestRedisServers::deliversAcross()
{
    SseClient first(m_servers[0]->port(), streamTarget());
    SseClient second(m_servers[1]->port(), streamTarget());
    QCOMPARE(first.status(), 200);
    QCOMPARE(second.status(), 200);
    QVERIFY(first.connection().waitForText("connection.established"));
    QVERIFY(second.connection().waitForText("connection.established"));
    QList<int> expected;
    for (int n = 1; n <= 20; ++n) {
        const QByteArrayList channels =
            n % 5 == 0 ? QByteArrayList{"dialog:x", "stream:deals"} : QByteArrayList{"dialog:x"};
        QCOMPARE(publish(static_cast<size_t>(n % 2), n, channels), 200);
        expected.append(n);
    }
    QVERIFY(waitForNumbers(first, expected));
    QVERIFY(waitForNumbers(second, expected));
}

void TestRedisServers::resumesAcross()
{
    QByteArray place;
    {
        SseClient first(m_servers[0]->port(),
                        "/api/v1/streams/deals?access_token=" + ServerProcess::jwt(Role::Operator, "anna"));
        QVERIFY(first.connection().waitForText("retry: "));
        QCOMPARE(publish(0, 1, {"stream:deals"}), 200);
        QVERIFY(waitForNumbers(first, {1}));
        place = lastId(first);
    }
    QVERIFY(!place.isEmpty());
    QCOMPARE(publish(0, 2, {"stream:deals"}), 200);
    QCOMPARE(publish(1, 3, {"stream:deals"}), 200);
    SseClient second(m_servers[1]->port(),
                     "/api/v1/streams/deals?access_token=" + ServerProcess::jwt(Role::Operator, "anna"),
                     {{"Last-Event-ID", place}});
    QVERIFY(waitForNumbers(second, {2, 3}));
    QCOMPARE(publish(0, 4, {"stream:deals"}), 200);
    QVERIFY(waitForNumbers(second, {2, 3, 4}));
}

/// Of the desk's journal and of Redis: who listens to both gets it once, and what comes behind it stays behind it.
void TestRedisServers::eventsOfBothKindsComeOnce()
{
    SseClient both(m_servers[0]->port(), streamTarget());
    QVERIFY(both.connection().waitForText("connection.established"));
    QList<int> expected;
    for (int n = 1; n <= 60; ++n) {
        const QByteArrayList channels = n % 3 == 0   ? QByteArrayList{"staff", "dialog:x"}
                                        : n % 3 == 1 ? QByteArrayList{"staff"}
                                                     : QByteArrayList{"stream:deals"};
        QCOMPARE(publish(0, n, channels), 200);
        expected.append(n);
    }
    QVERIFY(waitForNumbers(both, expected));
    const QByteArray place = lastId(both);
    QCOMPARE(publish(0, 61, {"staff", "dialog:x"}), 200);
    QCOMPARE(publish(0, 62, {"stream:deals"}), 200);
    SseClient again(m_servers[0]->port(), streamTarget(place));
    QVERIFY(waitForNumbers(again, {61, 62}));
}

void TestRedisServers::redisGoneAndBack()
{
    SseClient foreign(m_servers[0]->port(), streamTarget());
    QVERIFY(foreign.connection().waitForText("connection.established"));
    for (int round = 0; round < 2; ++round) {
        m_redis->kill();
        for (size_t i = 0; i < m_servers.size(); ++i)
            QVERIFY(waitForRedis(i, "down"));
        QCOMPARE(get(m_servers[0]->managementPort(), "/health/ready").status, 503);
        QCOMPARE(get(m_servers[0]->managementPort(), "/health/live").status, 200);
        QVERIFY(foreign.connection().waitForText("source_unavailable"));
        QCOMPARE(publish(0, 900, {"dialog:x"}), 503);
        SseClient desk(m_servers[0]->port(),
                       "/channel/sse?type=staff&access_token=" + ServerProcess::jwt(Role::Operator, "boris"));
        QVERIFY(desk.connection().waitForText("connection.established"));
        QCOMPARE(publish(0, 100 + round, {"staff"}), 200); // the desk's own goes on
        QVERIFY(waitForNumbers(desk, {100 + round}));
        QVERIFY(m_redis->start());
        for (size_t i = 0; i < m_servers.size(); ++i)
            QVERIFY(waitForRedis(i, "ok"));
        SseClient after(m_servers[1]->port(), streamTarget());
        QVERIFY(after.connection().waitForText("connection.established"));
        QCOMPARE(publish(0, 200 + round, {"dialog:x"}), 200);
        QVERIFY(waitForNumbers(after, {200 + round}));
    }
}

QTEST_GUILESS_MAIN(TestRedisServers)
#include "tst_redisservers.moc"
