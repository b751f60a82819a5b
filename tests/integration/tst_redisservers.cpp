// SPDX-License-Identifier: GPL-3.0-or-later
// Two real servers on one real Redis: a client cannot tell them apart, and when Redis goes it is told.
#include "integration/followers.h"
#include "integration/redispair.h"

#include <QRegularExpression>
#include <QTest>

using namespace signalbox;
using namespace signalbox::test;
using namespace Qt::StringLiterals;

namespace {

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
    void init() { QVERIFY(m_pair.start()); }
    void cleanup() { m_pair.end(); }
    void deliversAcross();
    void resumesAcross();
    void eventsOfBothKindsComeOnce();
    void redisGoneAndBack();

private:
    int publish(size_t server, int n, const QByteArrayList& channels)
    {
        return postJson(m_pair.port(server), "/api/v1/publish", eventBody(n, channels), serviceBearer()).status;
    }

    RedisPair m_pair;
};

void TestRedisServers::deliversAcross()
{
    SseClient first(m_pair.port(0), streamTarget());
    SseClient second(m_pair.port(1), streamTarget());
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
        SseClient first(m_pair.port(0),
                        "/api/v1/streams/deals?access_token=" + ServerProcess::jwt(Role::Operator, "anna"));
        QVERIFY(first.connection().waitForText("retry: "));
        QCOMPARE(publish(0, 1, {"stream:deals"}), 200);
        QVERIFY(waitForNumbers(first, {1}));
        place = lastId(first);
    }
    QVERIFY(!place.isEmpty());
    QCOMPARE(publish(0, 2, {"stream:deals"}), 200);
    QCOMPARE(publish(1, 3, {"stream:deals"}), 200);
    SseClient second(m_pair.port(1), "/api/v1/streams/deals?access_token=" + ServerProcess::jwt(Role::Operator, "anna"),
                     {{"Last-Event-ID", place}});
    QVERIFY(waitForNumbers(second, {2, 3}));
    QCOMPARE(publish(0, 4, {"stream:deals"}), 200);
    QVERIFY(waitForNumbers(second, {2, 3, 4}));
}

/// Of the desk's journal and of Redis: who listens to both gets it once, and what comes behind it stays behind it.
void TestRedisServers::eventsOfBothKindsComeOnce()
{
    SseClient both(m_pair.port(0), streamTarget());
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
    SseClient again(m_pair.port(0), streamTarget(place));
    QVERIFY(waitForNumbers(again, {61, 62}));
}

void TestRedisServers::redisGoneAndBack()
{
    SseClient foreign(m_pair.port(0), streamTarget());
    QVERIFY(foreign.connection().waitForText("connection.established"));
    for (int round = 0; round < 2; ++round) {
        m_pair.redis().kill();
        for (const size_t i : {0U, 1U})
            QVERIFY(m_pair.waitForRedis(i, "down"));
        QCOMPARE(get(m_pair.server(0).managementPort(), "/health/ready").status, 503);
        QCOMPARE(get(m_pair.server(0).managementPort(), "/health/live").status, 200);
        QVERIFY(foreign.connection().waitForText("source_unavailable"));
        QCOMPARE(publish(0, 900, {"dialog:x"}), 503);
        SseClient desk(m_pair.port(0),
                       "/channel/sse?type=staff&access_token=" + ServerProcess::jwt(Role::Operator, "boris"));
        QVERIFY(desk.connection().waitForText("connection.established"));
        QCOMPARE(publish(0, 100 + round, {"staff"}), 200); // the desk's own goes on
        QVERIFY(waitForNumbers(desk, {100 + round}));
        QVERIFY(m_pair.redis().start());
        for (const size_t i : {0U, 1U})
            QVERIFY(m_pair.waitForRedis(i, "ok"));
        SseClient after(m_pair.port(1), streamTarget());
        QVERIFY(after.connection().waitForText("connection.established"));
        QCOMPARE(publish(0, 200 + round, {"dialog:x"}), 200);
        QVERIFY(waitForNumbers(after, {200 + round}));
    }
}

QTEST_GUILESS_MAIN(TestRedisServers)
#include "tst_redisservers.moc"
