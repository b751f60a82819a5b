// SPDX-License-Identifier: GPL-3.0-or-later
// Who is connected: lists and counts for admins and services, and closing by admins.

#include "support/serverprocess.h"
#include "support/wsclient.h"

#include <QTest>

using namespace signalbox;
using namespace signalbox::test;

namespace {

Headers bearer(const QByteArray& token)
{
    return {{"Authorization", "Bearer " + token}};
}

} // namespace

class TestConnectionsApi : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void countsConnections();
    void filtersConnections();
    void countsRooms();
    void closesOneConnection();
    void closesAllOfAUser();
    void statsAreForAdmins_data();
    void statsAreForAdmins();
    void closingIsForAdmins_data();
    void closingIsForAdmins();

private:
    QJsonObject connections(const QByteArray& query)
    {
        return json(get(m_server.port(), "/api/v1/stats/connections?" + query, admin()).body);
    }
    std::unique_ptr<WsClient> guest(const QByteArray& session)
    {
        auto client = std::make_unique<WsClient>(m_server.port(), "/channel/ws?session=" + session +
                                                                      "&token=" + ServerProcess::sessionToken(session));
        return client->nextText().contains("established") ? std::move(client) : nullptr;
    }
    static Headers admin() { return bearer(ServerProcess::jwt(Role::Admin, "ada")); }

    ServerProcess m_server;
    std::unique_ptr<WsClient> m_staff; ///< the oldest connection
};

void TestConnectionsApi::init()
{
    QVERIFY(m_server.start({{"SIGNALBOX_LIMIT_REQUESTS_PER_SECOND", "0"}, {"SIGNALBOX_WORKERS", "2"}}));
    m_staff = std::make_unique<WsClient>(m_server.port(), "/channel/ws?type=staff",
                                         bearer(ServerProcess::jwt(Role::Director, "dora")));
    QVERIFY(m_staff->nextText().contains("established"));
}

void TestConnectionsApi::cleanup()
{
    m_staff.reset();
    QCOMPARE(m_server.stop(), 0);
}

void TestConnectionsApi::countsConnections()
{
    const Headers admin = bearer(ServerProcess::jwt(Role::Admin, "ada"));
    WsClient guest(m_server.port(), "/channel/ws?session=77&token=" + ServerProcess::sessionToken("77"));
    QVERIFY(!guest.next().isEmpty());
    SseClient stream(m_server.port(), "/api/dialogs/77/events", bearer(ServerProcess::jwt(Role::Operator, "olga")));
    QCOMPARE(stream.events(1).size(), 1);
    QJsonObject stats;
    QTRY_VERIFY(
        (stats = json(get(m_server.port(), "/api/v1/stats/connections", admin).body))[QStringLiteral("total")] == 3);
    QCOMPARE(stats[QStringLiteral("pools")].toObject(), json(R"({"admin":2,"site":1})"));
    QCOMPARE(stats[QStringLiteral("by_transport")].toObject(), json(R"({"ws":2,"sse":1,"socketio":0,"polling":0})"));
    const QJsonArray list = stats[QStringLiteral("connections")].toArray();
    QCOMPARE(list.size(), 3);
    QCOMPARE(text(list[0].toObject(), "user"), QByteArray("dora")); // the oldest first
    const QJsonObject mine = text(list[1].toObject(), "role") == "guest" ? list[1].toObject() : list[2].toObject();
    QCOMPARE(text(mine, "user"), QByteArray("guest:77"));
    QCOMPARE(text(mine, "role"), QByteArray("guest"));
    QCOMPARE(text(mine, "pool"), QByteArray("site"));
    QCOMPARE(text(mine, "transport"), QByteArray("ws"));
    QCOMPARE(text(mine, "dialog"), QByteArray("77"));
    QCOMPARE(text(mine, "door"), QByteArray("/channel/ws"));
    QCOMPARE(text(mine, "address"), QByteArray("127.0.0.1"));
    QVERIFY(QDateTime::fromString(mine[QStringLiteral("created")].toString(), Qt::ISODateWithMs).isValid());
    QVERIFY(!get(m_server.port(), "/api/v1/stats/connections", admin)
                 .body.contains(ServerProcess::sessionToken("77").right(20)));
    QSet<QByteArray> users;
    for (const char* offset : {"0", "1", "2"}) {
        const QByteArray target = "/api/v1/stats/connections?limit=1&offset=" + QByteArray(offset);
        const QJsonObject page = json(get(m_server.port(), target, admin).body);
        QCOMPARE(page[QStringLiteral("total")], QJsonValue(3));
        QCOMPARE(page[QStringLiteral("connections")].toArray().size(), 1);
        users.insert(text(page[QStringLiteral("connections")][0].toObject(), "user"));
    }
    QCOMPARE(users, (QSet<QByteArray>{"dora", "guest:77", "olga"}));
}

void TestConnectionsApi::filtersConnections()
{
    const auto one = guest("81");
    const auto two = guest("81");
    const auto other = guest("82");
    QVERIFY(one && two && other);
    QCOMPARE(connections("user=guest:81")[QStringLiteral("total")], QJsonValue(2));
    QCOMPARE(connections("dialog=82")[QStringLiteral("total")], QJsonValue(1));
    QCOMPARE(connections("transport=sse")[QStringLiteral("total")], QJsonValue(0));
    const QJsonObject page = connections("dialog=81&limit=1&offset=1");
    QCOMPARE(page[QStringLiteral("total")], QJsonValue(2));
    QCOMPARE(page[QStringLiteral("pools")].toObject(), json(R"({"admin":0,"site":2})"));
    QCOMPARE(page[QStringLiteral("connections")].toArray().size(), 1);
    QCOMPARE(connections("dialog=81&offset=9")[QStringLiteral("connections")].toArray().size(), 0);
}

void TestConnectionsApi::countsRooms()
{
    WsClient one(m_server.port(), "/channel/ws?session=rooms&token=" + ServerProcess::sessionToken("rooms"));
    WsClient two(m_server.port(), "/channel/ws?session=rooms&token=" + ServerProcess::sessionToken("rooms"));
    QVERIFY(!one.next().isEmpty());
    QVERIFY(!two.next().isEmpty());
    const auto connectionsOf = [this](const char* room) {
        const QJsonObject rooms =
            json(get(m_server.port(), "/api/v1/stats/rooms", bearer(ServerProcess::webhookToken())).body);
        for (const QJsonValue entry : rooms[QStringLiteral("rooms")].toArray()) {
            if (entry[QLatin1String("room")] == QLatin1String(room))
                return entry[QLatin1String("connections")].toInt();
        }
        return 0;
    };
    QCOMPARE(connectionsOf("dialog:rooms"), 2); // over all workers
    QCOMPARE(connectionsOf("directors"), 1);
    one.socket().close();
    QTRY_COMPARE(connectionsOf("dialog:rooms"), 1);
    two.abort();
    QTRY_COMPARE(connectionsOf("dialog:rooms"), 0);
}

void TestConnectionsApi::closesOneConnection()
{
    const auto one = guest("91");
    const auto two = guest("91");
    QVERIFY(one && two);
    const QByteArray id = text(json(one->texts().first()), "data.client_id");
    QVERIFY(!id.isEmpty());
    const HttpAnswer answer = request(m_server.port(), "DELETE", "/api/v1/connections/" + id, admin());
    QCOMPARE(answer.status, 200);
    QCOMPARE(json(answer.body), json(R"({"closed":1})"));
    QCOMPARE(one->closeCode(), 1008);
    QVERIFY(two->sync());
    QCOMPARE(request(m_server.port(), "DELETE", "/api/v1/connections/" + id, admin()).status, 404);
}

void TestConnectionsApi::closesAllOfAUser()
{
    const auto one = guest("92");
    const auto two = guest("92");
    const auto other = guest("93");
    QVERIFY(one && two && other);
    const HttpAnswer answer = request(m_server.port(), "DELETE", "/api/v1/users/guest%3A92/connections", admin());
    QCOMPARE(answer.status, 200);
    QCOMPARE(json(answer.body), json(R"({"closed":2})"));
    QCOMPARE(one->closeCode(), 1008);
    QCOMPARE(two->closeCode(), 1008);
    QVERIFY(other->sync());
    QCOMPARE(request(m_server.port(), "DELETE", "/api/v1/users/nobody/connections", admin()).status, 404);
}

void TestConnectionsApi::statsAreForAdmins_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<int>("status");
    QTest::newRow("nobody") << QByteArray() << 401;
    QTest::newRow("operator") << ServerProcess::jwt(Role::Operator, "anna") << 403;
    QTest::newRow("director") << ServerProcess::jwt(Role::Director, "dora") << 403;
    QTest::newRow("admin") << ServerProcess::jwt(Role::Admin, "ada") << 200;
    QTest::newRow("service") << ServerProcess::webhookToken() << 200;
}

void TestConnectionsApi::statsAreForAdmins()
{
    QFETCH(QByteArray, token);
    QFETCH(int, status);
    for (const char* target : {"/api/v1/stats/connections", "/api/v1/stats/rooms"})
        QCOMPARE(get(m_server.port(), target, token.isEmpty() ? Headers() : bearer(token)).status, status);
}

void TestConnectionsApi::closingIsForAdmins_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<int>("status");
    QTest::newRow("nobody") << QByteArray() << 401;
    QTest::newRow("guest") << ServerProcess::sessionToken("94") << 401;
    QTest::newRow("operator") << ServerProcess::jwt(Role::Operator, "anna") << 403;
    QTest::newRow("director") << ServerProcess::jwt(Role::Director, "dora") << 403;
    QTest::newRow("service") << ServerProcess::webhookToken() << 403;
}

void TestConnectionsApi::closingIsForAdmins()
{
    QFETCH(QByteArray, token);
    QFETCH(int, status);
    const Headers headers = token.isEmpty() ? Headers() : bearer(token);
    QCOMPARE(request(m_server.port(), "DELETE", "/api/v1/users/dora/connections", headers).status, status);
    QVERIFY(m_staff->sync());
}

QTEST_GUILESS_MAIN(TestConnectionsApi)
#include "tst_connectionsapi.moc"
