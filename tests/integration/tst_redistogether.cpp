// SPDX-License-Identifier: GPL-3.0-or-later
// What holds for all servers on one Redis: who is connected, in which rooms, how far they have seen, and the limits on
// connections; while servers and Redis die and come back.
#include "integration/redispair.h"
#include "support/postgresserver.h"
#include "support/wswire.h"

#include <deque>

using namespace signalbox;
using namespace signalbox::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int kLongMs = 30'000;

QByteArray staffTarget(const QByteArray& token)
{
    return "/channel/ws?type=staff&access_token=" + token;
}

QByteArray staffToken(const QByteArray& subject)
{
    return ServerProcess::jwt(Role::Operator, subject);
}

QByteArray guestTarget(const QByteArray& dialog)
{
    return "/channel/ws?session=" + dialog + "&token=" + ServerProcess::sessionToken(dialog);
}

QByteArray streamTarget(const QByteArray& subject, const QByteArray& name)
{
    return "/api/v1/streams/" + name + "?access_token=" + staffToken(subject);
}

} // namespace

class TestRedisTogether final : public QObject
{
    Q_OBJECT

private slots:
    void cleanup()
    {
        if (QTest::currentTestFailed())
            end();
    }
    void cleanupTestCase() { end(); }
    // Those that start the servers alike share them.
    void usersAndRoomsOfBoth();
    void seenOnOneIsSeenOnBoth();
    void redisThatForgotIsFilledAgain();
    void deadServerIsForgotten();
    void operatorGoneFromBothIsOffline();
    void operatorElsewhereIsNotOffline();
    void connectionsPerToken();
    void connectionsPerDialog();
    void tabsPerGuest();
    void streamsPerUser();
    void operatorsAtOnce();
    void streamMovesToTheOtherServer();

private:
    bool start(ServerProcess::Variables variables = {})
    {
        variables.insert("SIGNALBOX_REDIS_SERVER_TTL_SECONDS", "2");
        if (variables == m_variables)
            return true;
        end();
        m_variables = variables;
        return m_pair.start(variables);
    }
    bool startWithLimits()
    {
        return start({{"SIGNALBOX_LIMIT_CONNECTIONS_PER_TOKEN", "2"},
                      {"SIGNALBOX_LIMIT_CONNECTIONS_PER_DIALOG", "3"},
                      {"SIGNALBOX_LIMIT_TABS_PER_GUEST", "2"},
                      {"SIGNALBOX_LIMIT_STREAMS_PER_USER", "2"}});
    }
    void end()
    {
        m_pair.end();
        m_variables.clear();
    }
    /// For the test that kills it: no other may have it.
    void killServer(size_t server)
    {
        m_variables.clear();
        m_pair.server(server).kill();
    }
    bool startWithDesk()
    {
        if (!m_postgres.isRunning() && !m_postgres.start())
            return false;
        if (m_database.isEmpty())
            m_database = m_postgres.createDatabase();
        return start({{"DATABASE_URL", m_database}, {"SIGNALBOX_DESK_OFFLINE_SECONDS", "1"}});
    }
    QByteArray statusOf(const QByteArray& operatorId)
    {
        return text(
            json(
                get(m_pair.port(0), "/api/operators/me", {{"Authorization", "Bearer " + staffToken(operatorId)}}).body),
            "status");
    }
    int usersSeenBy(size_t server)
    {
        return m_pair.management(server, "/stats/summary").value("users_present"_L1).toInt(-1);
    }
    int roomSeenBy(size_t server, const QByteArray& room)
    {
        const QJsonArray items = m_pair.management(server, "/stats/rooms").value("items"_L1).toArray();
        for (const QJsonValue& item : items) {
            if (text(item.toObject(), "channel") == room)
                return item.toObject().value("sessions"_L1).toInt();
        }
        return 0;
    }
    /// The close code of a connection that is tried until the other server knows enough to refuse it.
    int refusalOf(size_t server, const QByteArray& target)
    {
        int code = 0;
        const bool isRefused = QTest::qWaitFor(
            [&] {
                WsWire extra(m_pair.port(server), target);
                code = extra.isEstablished() ? 0 : extra.closeCode();
                return code != 0;
            },
            kLongMs);
        return isRefused ? code : 0;
    }
    bool isTakenSoon(size_t server, const QByteArray& target)
    {
        return QTest::qWaitFor([&] { return WsWire(m_pair.port(server), target).isEstablished(); }, kLongMs);
    }

    PostgresServer m_postgres; ///< of all tests: making one takes long
    QByteArray m_database;
    ServerProcess::Variables m_variables; ///< of the servers that run; empty: none do
    RedisPair m_pair;
};

void TestRedisTogether::usersAndRoomsOfBoth()
{
    QVERIFY(start());
    WsWire anna(m_pair.port(0), staffTarget(staffToken("anna")));
    WsWire annaToo(m_pair.port(1), staffTarget(staffToken("anna")));
    WsWire guest(m_pair.port(1), guestTarget("x17"));
    QVERIFY(anna.isEstablished() && annaToo.isEstablished() && guest.isEstablished());
    for (size_t server : {0U, 1U}) {
        QTRY_COMPARE_WITH_TIMEOUT(usersSeenBy(server), 2, kLongMs);
        QTRY_COMPARE_WITH_TIMEOUT(roomSeenBy(server, "staff"), 2, kLongMs);
        QTRY_COMPARE_WITH_TIMEOUT(roomSeenBy(server, "dialog:x17"), 1, kLongMs);
    }
    const QJsonObject rooms = json(get(m_pair.port(0), "/api/v1/stats/rooms", serviceBearer()).body);
    QVERIFY(QJsonDocument(rooms).toJson().contains("dialog:x17"));
    guest.wire().close();
    QTRY_COMPARE_WITH_TIMEOUT(usersSeenBy(0), 1, kLongMs);
    QTRY_COMPARE_WITH_TIMEOUT(roomSeenBy(0, "dialog:x17"), 0, kLongMs);
}

void TestRedisTogether::deadServerIsForgotten()
{
    QVERIFY(start());
    WsWire anna(m_pair.port(0), staffTarget(staffToken("anna")));
    WsWire boris(m_pair.port(1), staffTarget(staffToken("boris")));
    QVERIFY(anna.isEstablished() && boris.isEstablished());
    QTRY_COMPARE_WITH_TIMEOUT(usersSeenBy(1), 2, kLongMs);
    QTRY_COMPARE_WITH_TIMEOUT(roomSeenBy(1, "staff"), 2, kLongMs);
    killServer(0);
    QTRY_COMPARE_WITH_TIMEOUT(usersSeenBy(1), 1, kLongMs);
    QCOMPARE(roomSeenBy(1, "staff"), 1);
}

void TestRedisTogether::redisThatForgotIsFilledAgain()
{
    QVERIFY(start());
    WsWire anna(m_pair.port(0), staffTarget(staffToken("anna")));
    QVERIFY(anna.isEstablished());
    QTRY_COMPARE_WITH_TIMEOUT(usersSeenBy(1), 1, kLongMs);
    for (int round = 0; round < 2; ++round) {
        m_pair.redis().kill();
        QVERIFY(m_pair.waitForRedis(0, "down") && m_pair.waitForRedis(1, "down"));
        QTest::qWait(2200);          // longer than what a server says lives
        QCOMPARE(usersSeenBy(1), 1); // as it was last known
        QVERIFY(m_pair.redis().start());
        QVERIFY(m_pair.waitForRedis(0, "ok") && m_pair.waitForRedis(1, "ok"));
        WsWire boris(m_pair.port(0), staffTarget(staffToken("boris")));
        QVERIFY(boris.isEstablished());
        QTRY_COMPARE_WITH_TIMEOUT(usersSeenBy(1), 2, kLongMs);
        boris.wire().close();
        QTRY_COMPARE_WITH_TIMEOUT(usersSeenBy(1), 1, kLongMs);
    }
}

void TestRedisTogether::seenOnOneIsSeenOnBoth()
{
    QVERIFY(start());
    WsWire guest(m_pair.port(0), guestTarget("x17"));
    QVERIFY(guest.isEstablished());
    guest.sendText(R"({"type":"ack","last_id":456})");
    for (size_t server : {0U, 1U}) {
        QTRY_COMPARE_WITH_TIMEOUT(m_pair.management(server, "/stats/last-seen?dialog=x17")
                                      .value("marks"_L1)
                                      .toObject()
                                      .value("guest:x17"_L1)
                                      .toInt(),
                                  456, kLongMs);
    }
}

/// Until the server that she is at dies.
void TestRedisTogether::operatorElsewhereIsNotOffline()
{
    QVERIFY(startWithDesk());
    auto here = std::make_unique<WsClient>(m_pair.port(0), staffTarget(staffToken("anna")));
    WsClient there(m_pair.port(1), staffTarget(staffToken("anna")));
    QVERIFY(here->waitForText("connection.established") && there.waitForText("connection.established"));
    QTRY_COMPARE_WITH_TIMEOUT(statusOf("anna"), QByteArray("online"), kLongMs);
    here.reset();
    QTest::qWait(2000); // twice desk/offline_seconds
    QCOMPARE(statusOf("anna"), QByteArray("online"));
    killServer(1);
    QTRY_COMPARE_WITH_TIMEOUT(statusOf("anna"), QByteArray("offline"), kLongMs);
}

/// While Redis is away each server believes her to be at the other.
void TestRedisTogether::operatorGoneFromBothIsOffline()
{
    QVERIFY(startWithDesk());
    auto here = std::make_unique<WsClient>(m_pair.port(0), staffTarget(staffToken("boris")));
    auto there = std::make_unique<WsClient>(m_pair.port(1), staffTarget(staffToken("boris")));
    QVERIFY(here->waitForText("connection.established") && there->waitForText("connection.established"));
    QTRY_COMPARE_WITH_TIMEOUT(statusOf("boris"), QByteArray("online"), kLongMs);
    m_pair.redis().kill();
    QVERIFY(m_pair.waitForRedis(0, "down") && m_pair.waitForRedis(1, "down"));
    here.reset();
    there.reset();
    QTest::qWait(2000); // twice desk/offline_seconds
    QVERIFY(m_pair.redis().start());
    QTRY_COMPARE_WITH_TIMEOUT(statusOf("boris"), QByteArray("offline"), kLongMs);
}

void TestRedisTogether::connectionsPerToken()
{
    QVERIFY(startWithLimits());
    const QByteArray target = staffTarget(staffToken("anna"));
    auto first = std::make_unique<WsWire>(m_pair.port(0), target);
    WsWire second(m_pair.port(0), target);
    QVERIFY(first->isEstablished() && second.isEstablished());
    QCOMPARE(refusalOf(1, target), 4409);
    first.reset();
    QVERIFY(isTakenSoon(1, target));
}

void TestRedisTogether::connectionsPerDialog()
{
    QVERIFY(startWithLimits());
    WsWire first(m_pair.port(0), guestTarget("x17"));
    WsWire second(m_pair.port(0), "/ws/dialogs/x17?access_token=" + staffToken("elena"));
    WsWire third(m_pair.port(0), "/ws/dialogs/x17?access_token=" + staffToken("fedor"));
    QVERIFY(first.isEstablished() && second.isEstablished() && third.isEstablished());
    QCOMPARE(refusalOf(1, guestTarget("x17")), 4409);
    QVERIFY(isTakenSoon(1, guestTarget("x18")));
}

void TestRedisTogether::tabsPerGuest()
{
    QVERIFY(startWithLimits());
    WsWire first(m_pair.port(0), guestTarget("x19"));
    WsWire second(m_pair.port(0), guestTarget("x19"));
    QVERIFY(first.isEstablished() && second.isEstablished());
    QCOMPARE(refusalOf(1, guestTarget("x19")), 4409);
}

void TestRedisTogether::operatorsAtOnce()
{
    QVERIFY(start({{"SIGNALBOX_LIMIT_OPERATORS", "2"}}));
    WsWire first(m_pair.port(0), staffTarget(staffToken("1")));
    auto second = std::make_unique<WsWire>(m_pair.port(0), staffTarget(staffToken("2")));
    QVERIFY(first.isEstablished() && second->isEstablished());
    QCOMPARE(refusalOf(1, staffTarget(staffToken("3"))), 4409);
    QVERIFY(isTakenSoon(1, staffTarget(staffToken("2"))));
    second.reset();
    QVERIFY(isTakenSoon(1, staffTarget(staffToken("3"))));
}

void TestRedisTogether::streamsPerUser()
{
    QVERIFY(startWithLimits());
    SseClient deals(m_pair.port(0), streamTarget("carla", "deals"));
    SseClient tasks(m_pair.port(0), streamTarget("carla", "tasks"));
    QCOMPARE(deals.status(), 200);
    QCOMPARE(tasks.status(), 200);
    QTRY_COMPARE_WITH_TIMEOUT(SseClient(m_pair.port(1), streamTarget("carla", "payments")).status(), 409, kLongMs);
    SseClient other(m_pair.port(1), streamTarget("dora", "payments"));
    QCOMPARE(other.status(), 200);
}

/// A client that comes back at another server than it was.
void TestRedisTogether::streamMovesToTheOtherServer()
{
    QVERIFY(start({{"SIGNALBOX_LIMIT_STREAMS_PER_USER", "1"}}));
    SseClient first(m_pair.port(0), streamTarget("anna", "deals"));
    QCOMPARE(first.status(), 200);
    QTRY_COMPARE_WITH_TIMEOUT(usersSeenBy(1), 1, kLongMs);
    SseClient second(m_pair.port(1), streamTarget("anna", "deals"));
    QCOMPARE(second.status(), 200);
    QVERIFY(first.connection().waitForClose(kLongMs));
    QVERIFY(second.connection().isConnected());
}

QTEST_GUILESS_MAIN(TestRedisTogether)
#include "tst_redistogether.moc"
