// SPDX-License-Identifier: GPL-3.0-or-later
// Operators over REST and on the command line, and their presence (spec section 6, docs/api/operators.md).

#include "operatorhouse.h"

#include <QTest>

using namespace signalbox;
using namespace signalbox::test;

class TestOperators : public QObject, private OperatorHouse
{
    Q_OBJECT

private slots:
    void initTestCase() { open(); }
    void cleanupTestCase() { close(); }
    void lists();
    void listsForWhom_data();
    void listsForWhom();
    void tellsOneself();
    void creates();
    void badNewOperators_data();
    void badNewOperators();
    void changes();
    void badChanges_data();
    void badChanges();
    void changesOneself();
    void changesOwnPassword();
    void disables();
    void changesRoles();
    void theLastAdminStays();
    void choosesStatus();
    void badStatus_data();
    void badStatus();
    void presenceFollowsConnections();
    void presenceFollowsSilence();
    void whoIsShutOutStaysOut_data();
    void whoIsShutOutStaysOut();
    void worksBesideTheServer();
    void commandLine();
    void withoutADesk();
};

void TestOperators::lists()
{
    const HttpAnswer answer = get(port(), "/api/operators", bearer(m_anna));
    QCOMPARE(answer.status, 200);
    const QJsonArray items = json(answer.body).value(QLatin1String("items")).toArray();
    QVERIFY(items.size() >= 2);
    for (const QJsonValue& item : items)
        QCOMPARE(
            item.toObject().keys(),
            QStringList({QStringLiteral("avatar"), QStringLiteral("capacity"), QStringLiteral("cities"),
                         QStringLiteral("created_at"), QStringLiteral("current_load"), QStringLiteral("disabled"),
                         QStringLiteral("id"), QStringLiteral("login"), QStringLiteral("name"), QStringLiteral("role"),
                         QStringLiteral("status"), QStringLiteral("wanted_status"), QStringLiteral("wanted_until")}));
}

void TestOperators::listsForWhom_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<int>("list");
    QTest::addColumn<int>("me");
    QTest::newRow("nobody") << QByteArray() << 401 << 401;
    QTest::newRow("nonsense") << QByteArray("x.y.z") << 401 << 401;
    QTest::newRow("user") << ServerProcess::jwt(Role::User, "7") << 403 << 403;
    QTest::newRow("service") << ServerProcess::webhookToken() << 200 << 403;
    QTest::newRow("from outside") << ServerProcess::jwt(Role::Operator, "ext-1") << 200 << 200;
    QTest::newRow("a role of before") << ServerProcess::jwt(Role::Admin, "2") << 401 << 401;
}

void TestOperators::listsForWhom()
{
    QFETCH(const QByteArray, token);
    const Headers headers = token.isEmpty() ? Headers() : bearer(token);
    QTEST(get(port(), "/api/operators", headers).status, "list");
    QTEST(get(port(), "/api/operators/me", headers).status, "me");
}

void TestOperators::tellsOneself()
{
    const HttpAnswer answer = get(port(), "/api/operators/me", bearer(m_root));
    QCOMPARE(answer.status, 200);
    QCOMPARE(text(json(answer.body), "name"), QStringLiteral("Корень").toUtf8());
}

void TestOperators::creates()
{
    WsClient staff(port(), "/channel/ws?type=staff", bearer(m_anna));
    QVERIFY(staff.waitForText("connection.established"));
    const QByteArray body =
        R"({"login":"Vera@Example.org","name":" Вера ","role":"director","password":"correct horse",)"
        R"("cities":["Омск","Саратов","Омск"],"capacity":9,"avatar":"https://example.org/v.png"})";
    const HttpAnswer answer = sendJson(port(), "POST", "/api/operators", body, m_root);
    QCOMPARE(answer.status, 201);
    const QJsonObject vera = json(answer.body);
    QCOMPARE(text(vera, "login"), QByteArray("vera@example.org"));
    QCOMPARE(text(vera, "name"), QStringLiteral("Вера").toUtf8());
    QCOMPARE(vera.value(QLatin1String("cities")).toArray().size(), 2);
    QCOMPARE(vera.value(QLatin1String("capacity")).toInt(), 9);
    QVERIFY(staff.waitForText("operator.presence.updated"));
    const HttpAnswer again = sendJson(port(), "POST", "/api/operators", body, m_root);
    QCOMPARE(again.status, 409);
    QCOMPARE(field(again), QByteArray("login"));
    QCOMPARE(login("vera@example.org").status, 200);
    for (const QByteArray& token : {m_anna, ServerProcess::webhookToken(), ServerProcess::jwt(Role::User, "u")})
        QCOMPARE(sendJson(port(), "POST", "/api/operators", body, token).status, 403);
    QCOMPARE(postJson(port(), "/api/operators", body).status, 401);
}

void TestOperators::badNewOperators_data()
{
    QTest::addColumn<QByteArray>("change"); // of a good body
    QTest::addColumn<QByteArray>("about");
    const auto row = [](const char* name, const QByteArray& change, const QByteArray& about) {
        QTest::newRow(name) << change << about;
    };
    row("login missing", R"("login":null)", "login");
    row("login too short", R"("login":"a")", "login");
    row("login with a space", R"("login":"a b")", "login");
    row("login too long", R"("login":")" + QByteArray(65, 'a') + '"', "login");
    row("name missing", R"("name":null)", "name");
    row("name of spaces", R"("name":"  ")", "name");
    row("name too long", R"("name":")" + QByteArray(101, 'a') + '"', "name");
    row("password missing", R"("password":null)", "password");
    row("password too short", R"("password":"1234567")", "password");
    row("password too long", R"("password":")" + QByteArray(1025, 'a') + '"', "password");
    row("password too long in bytes", R"("password":")" + QByteArray("\xd1\x8f").repeated(513) + '"', "password");
    row("role missing", R"("role":null)", "role");
    row("role unknown", R"("role":"service")", "role");
    row("capacity 0", R"("capacity":0)", "capacity");
    row("capacity 101", R"("capacity":101)", "capacity");
    row("capacity a fraction", R"("capacity":1.5)", "capacity");
    row("cities a text", R"("cities":"Omsk")", "cities");
    row("cities of numbers", R"("cities":[5])", "cities");
    row("city with a comma", R"("cities":["a,b"])", "cities");
    row("city with a zero", R"("cities":["a\u0000b"])", "cities");
    row("avatar a script", R"x("avatar":"javascript:alert(1)")x", "avatar");
    row("avatar data", R"("avatar":"data:text/html,x")", "avatar");
    row("avatar of another site's path", R"("avatar":"//evil.example/x")", "avatar");
    row("avatar too long", R"("avatar":"/)" + QByteArray(2048, 'a') + '"', "avatar");
    row("unknown", R"("id":"5")", "id");
}

void TestOperators::badNewOperators()
{
    QFETCH(const QByteArray, change);
    QFETCH(const QByteArray, about);
    QJsonObject body = json(R"({"login":"good","name":"Good","role":"operator","password":"correct horse"})");
    const QJsonObject changed = json('{' + change + '}');
    for (auto it = changed.begin(); it != changed.end(); ++it)
        body.insert(it.key(), it.value());
    const HttpAnswer answer =
        sendJson(port(), "POST", "/api/operators", QJsonDocument(body).toJson(QJsonDocument::Compact), m_root);
    QCOMPARE(answer.status, 422);
    QCOMPARE(field(answer), about);
    QVERIFY(!get(port(), "/api/operators", bearer(m_root)).body.contains("\"good\""));
}

void TestOperators::changes()
{
    const QByteArray id = create("changed");
    const HttpAnswer answer = patch(id,
                                    R"({"name":"Новая","role":"director","cities":["Омск"],"capacity":1,)"
                                    R"("avatar":"/a.png","password":"another horse"})",
                                    m_root);
    QCOMPARE(answer.status, 200);
    QCOMPARE(text(json(answer.body), "role"), QByteArray("director"));
    QCOMPARE(login("changed").status, 401);
    const HttpAnswer in = login("changed", "another horse");
    QCOMPARE(in.status, 200);
    QCOMPARE(text(json(in.body), "operator.avatar"), QByteArray("/a.png"));
    QCOMPARE(patch(id, R"({"avatar":"","cities":[]})", m_root).status, 200);
    const QJsonObject cleared = json(patch(id, "{}", m_root).body);
    QVERIFY(cleared.value(QLatin1String("avatar")).isNull());
    QVERIFY(cleared.value(QLatin1String("cities")).toArray().isEmpty());
    QCOMPARE(text(cleared, "name"), QStringLiteral("Новая").toUtf8());
}

void TestOperators::badChanges_data()
{
    QTest::addColumn<QByteArray>("who");
    QTest::addColumn<QByteArray>("id");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("about");
    const auto row = [](const char* name, const QByteArray& who, const QByteArray& id, const QByteArray& body,
                        int status,
                        const QByteArray& about = {}) { QTest::newRow(name) << who << id << body << status << about; };
    row("nobody", "", "2", R"({"name":"X"})", 401);
    row("a service", "service", "2", R"({"name":"X"})", 403);
    row("somebody else", "anna", "1", R"({"name":"X"})", 403);
    row("somebody unknown", "root", "777", R"({"name":"X"})", 404);
    row("own role", "anna", "2", R"({"role":"admin"})", 403, "role");
    row("own capacity", "anna", "me", R"({"capacity":50})", 403, "capacity");
    row("own cities", "anna", "me", R"({"cities":["Omsk"]})", 403, "cities");
    row("own enabling", "anna", "me", R"({"disabled":false})", 403, "disabled");
    row("own password without the old one", "anna", "me", R"({"password":"another horse"})", 403, "old_password");
    row("own password with a wrong one", "anna", "me", R"({"password":"another horse","old_password":"wrong horse"})",
        403, "old_password");
    row("admin's own without the old one", "root", "1", R"({"password":"another horse"})", 403, "old_password");
    row("old password alone", "anna", "me", R"({"old_password":"correct horse"})", 422, "password");
    row("short password", "anna", "me", R"({"password":"short","old_password":"correct horse"})", 422, "password");
    row("empty name", "anna", "me", R"({"name":""})", 422, "name");
    row("unknown field", "root", "2", R"({"status":"away"})", 422, "status");
    row("login", "root", "2", R"({"login":"x"})", 422, "login");
    row("disabled a text", "root", "2", R"({"disabled":"yes"})", 422, "disabled");
    row("no JSON", "root", "2", "name=X", 400);
}

void TestOperators::badChanges()
{
    QFETCH(const QByteArray, who);
    QFETCH(const QByteArray, id);
    QFETCH(const QByteArray, body);
    const QByteArray token = who == "anna"      ? m_anna
                             : who == "root"    ? m_root
                             : who == "service" ? ServerProcess::webhookToken()
                                                : QByteArray();
    const HttpAnswer answer = patch(id, body, token);
    QTEST(answer.status, "status");
    QTEST(field(answer), "about");
    QCOMPARE(login("anna").status, 200);
}

void TestOperators::changesOneself()
{
    const HttpAnswer answer = patch("me", R"({"name":"Анна","avatar":"/anna.png"})", m_anna);
    QCOMPARE(answer.status, 200);
    QCOMPARE(text(json(answer.body), "id"), m_annaId);
    QCOMPARE(patch(m_annaId, R"({"name":"Anna"})", m_anna).status, 200);
}

void TestOperators::changesOwnPassword()
{
    create("own");
    const QJsonObject in = json(login("own").body);
    QCOMPARE(
        patch("me", R"({"password":"another horse","old_password":"correct horse"})", text(in, "access_token")).status,
        200);
    QCOMPARE(refresh(text(in, "refresh_token")).status, 401); // every login ends
    QCOMPARE(login("own").status, 401);
    QCOMPARE(login("own", "another horse").status, 200);
}

void TestOperators::disables()
{
    const QByteArray id = create("leaving");
    const QJsonObject in = json(login("leaving").body);
    const QByteArray token = text(in, "access_token");
    WsClient console(port(), "/channel/ws?type=staff", bearer(token));
    QVERIFY(console.waitForText("connection.established"));
    QCOMPARE(patch(id, R"({"disabled":true})", m_root).status, 200);
    QCOMPARE(console.closeCode(), 1008);
    QCOMPARE(refresh(text(in, "refresh_token")).status, 401);
    QCOMPARE(get(port(), "/api/operators/me", bearer(token)).status, 403);
    QCOMPARE(get(port(), "/api/operators", bearer(token)).status, 403);
    QCOMPARE(login("leaving").status, 401);
    QCOMPARE(patch(id, R"({"disabled":false})", m_root).status, 200);
    QCOMPARE(login("leaving").status, 200);
}

void TestOperators::changesRoles()
{
    const QByteArray id = create("former", "admin");
    const QJsonObject in = json(login("former").body);
    const QByteArray token = text(in, "access_token");
    QCOMPARE(patch(m_annaId, R"({"capacity":6})", token).status, 200);
    QCOMPARE(patch(id, R"({"role":"operator"})", m_root).status, 200);
    const HttpAnswer late = patch(m_annaId, R"({"capacity":7})", token);
    QCOMPARE(late.status, 401);
    QCOMPARE(code(late), QByteArray("token_expired"));
    const HttpAnswer next = refresh(text(in, "refresh_token"));
    QCOMPARE(next.status, 200);
    QCOMPARE(patch(m_annaId, R"({"capacity":7})", text(json(next.body), "access_token")).status, 403);
}

void TestOperators::theLastAdminStays()
{
    for (const QByteArray& body : {QByteArray(R"({"disabled":true})"), QByteArray(R"({"role":"operator"})")}) {
        const HttpAnswer answer = patch(m_rootId, body, m_root);
        QCOMPARE(answer.status, 409);
        QCOMPARE(code(answer), QByteArray("conflict"));
    }
}

void TestOperators::choosesStatus()
{
    const auto choose = [&](const QByteArray& body, const QByteArray& token) {
        return sendJson(port(), "PUT", "/api/operators/me/status", body, token);
    };
    for (const QByteArray& status : {QByteArray("away"), QByteArray("offline"), QByteArray("online")}) {
        const HttpAnswer answer = choose("{\"status\":\"" + status + "\"}", m_anna);
        QCOMPARE(answer.status, 200);
        QCOMPARE(text(json(answer.body), "wanted_status"), status);
    }
    const qint64 end = QDateTime::currentSecsSinceEpoch() + 3600;
    const QByteArray iso = QDateTime::fromSecsSinceEpoch(end, Qt::UTC).toString(Qt::ISODateWithMs).toUtf8();
    for (const QByteArray& until : {QByteArray::number(end), QByteArray('"' + iso + '"')}) {
        const HttpAnswer answer = choose("{\"status\":\"dnd\",\"until\":" + until + '}', m_anna);
        QCOMPARE(answer.status, 200);
        QCOMPARE(text(json(answer.body), "wanted_until"), iso);
    }
    const HttpAnswer endless = choose(R"({"status":"dnd"})", m_anna);
    QVERIFY(json(endless.body).value(QLatin1String("wanted_until")).isNull());
    QCOMPARE(choose(R"({"status":"online"})", m_anna).status, 200);
    const QByteArray outside = ServerProcess::jwt(Role::Operator, "ext-9");
    QCOMPARE(choose(R"({"status":"away"})", outside).status, 200);
    QVERIFY(get(port(), "/api/operators", bearer(m_anna)).body.contains("\"ext-9\""));
    QCOMPARE(choose(R"({"status":"away"})", ServerProcess::webhookToken()).status, 403);
    QCOMPARE(choose(R"({"status":"away"})", {}).status, 401);
}

void TestOperators::badStatus_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("about");
    const auto row = [](const char* name, const QByteArray& body, const QByteArray& about) {
        QTest::newRow(name) << body << about;
    };
    row("empty", "{}", "status");
    row("unknown", R"({"status":"asleep"})", "status");
    row("number", R"({"status":1})", "status");
    row("end of another", R"({"status":"away","until":99999999999})", "until");
    row("end in the past", R"({"status":"dnd","until":1000})", "until");
    row("end too far", R"({"status":"dnd","until":"2999-01-01T00:00:00Z"})", "until");
    row("end without a zone", R"({"status":"dnd","until":"2999-01-01T00:00:00"})", "until");
    row("end is no time", R"({"status":"dnd","until":"tomorrow"})", "until");
    row("end beyond all numbers", R"({"status":"dnd","until":9007199254740992})", "until");
    row("unknown field", R"({"status":"away","why":"tea"})", "why");
}

void TestOperators::badStatus()
{
    QFETCH(const QByteArray, body);
    const HttpAnswer answer = sendJson(port(), "PUT", "/api/operators/me/status", body, m_anna);
    QCOMPARE(answer.status, 422);
    QTEST(field(answer), "about");
}

void TestOperators::presenceFollowsConnections()
{
    ServerProcess server;
    QVERIFY(server.start({{"SIGNALBOX_DESK_OFFLINE_SECONDS", "1s"}}));
    const QByteArray token = ServerProcess::jwt(Role::Operator, "vera");
    const auto status = [&] {
        return text(json(get(server.port(), "/api/operators/me", bearer(token)).body), "status");
    };
    WsClient watcher(server.port(), "/channel/ws?type=staff", bearer(ServerProcess::jwt(Role::Director, "boss")));
    QVERIFY(watcher.waitForText("connection.established"));
    const auto count = [&watcher](const QByteArray& type) {
        const QByteArray head = "{\"type\":\"" + type + '"';
        return std::count_if(watcher.texts().begin(), watcher.texts().end(), [&head](const QByteArray& each) {
            return each.startsWith(head) && each.contains("\"vera\"");
        });
    };
    WsClient first(server.port(), "/channel/ws?type=staff", bearer(token));
    WsClient second(server.port(), "/channel/ws?type=staff", bearer(token));
    QVERIFY(watcher.waitFor([&] { return count("user:online") > 0; }));
    QCOMPARE(status(), QByteArray("online"));
    first.abort();
    watcher.settle(1500);
    QCOMPARE(status(), QByteArray("online"));
    QCOMPARE(sendJson(server.port(), "PUT", "/api/operators/me/status", R"({"status":"offline"})", token).status, 200);
    QVERIFY(watcher.waitFor([&] { return count("user:offline") == 1; }));
    QCOMPARE(sendJson(server.port(), "PUT", "/api/operators/me/status", R"({"status":"dnd"})", token).status, 200);
    QVERIFY(watcher.waitFor([&] { return count("user:online") == 2; })); // the board knew that she is connected
    QCOMPARE(status(), QByteArray("dnd"));
    second.abort();
    QVERIFY(watcher.waitFor([&] { return count("user:offline") == 2; }));
    QCOMPARE(status(), QByteArray("offline"));
    QCOMPARE(server.stop(), 0);
}

void TestOperators::presenceFollowsSilence()
{
    ServerProcess server;
    QVERIFY(server.start({{"SIGNALBOX_DESK_SILENT_SECONDS", "2s"}, {"SIGNALBOX_HEARTBEAT_STAFF_PING_MS", "300"}}));
    const QByteArray token = ServerProcess::jwt(Role::Operator, "vera");
    WsClient watcher(server.port(), "/channel/ws?type=staff", bearer(ServerProcess::jwt(Role::Director, "boss")));
    QVERIFY(watcher.waitForText("connection.established"));
    RawClient hangs(server.port()); // reads and answers nothing
    hangs.send("GET /channel/ws?type=staff HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer " +
               token + "\r\n\r\n");
    QVERIFY(hangs.waitForText("connection.established"));
    const auto seen = [&watcher](const QByteArray& status) {
        return std::any_of(watcher.texts().begin(), watcher.texts().end(), [&status](const QByteArray& each) {
            return each.contains("operator.presence.updated") && each.contains("\"vera\"") &&
                   each.contains(QByteArray("\"status\":\"" + status + '"'));
        });
    };
    QVERIFY(watcher.waitFor([&] { return seen("online"); }));
    QVERIFY(watcher.waitFor([&] { return seen("away"); }));
    QCOMPARE(server.stop(), 0);
}

void TestOperators::whoIsShutOutStaysOut_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("closeCode");
    QTest::addColumn<int>("later");
    QTest::newRow("disabled") << QByteArray(R"({"disabled":true})") << 1008 << 4403;
    QTest::newRow("another role") << QByteArray(R"({"role":"operator"})") << 4401 << 4401;
}

void TestOperators::whoIsShutOutStaysOut()
{
    QFETCH(const QByteArray, body);
    QFETCH(const int, closeCode);
    const QByteArray name = "shut-out" + QByteArray::number(closeCode);
    const QByteArray id = create(name, "director");
    const QByteArray token = access(name);
    WsClient console(port(), "/channel/ws?type=staff", bearer(token));
    QVERIFY(console.waitForText("connection.established"));
    QCOMPARE(patch(id, body, m_root).status, 200);
    QCOMPARE(console.closeCode(), closeCode);
    for (int i = 0; i < 2; ++i) {
        WsClient again(port(), "/channel/ws?type=staff", bearer(token));
        QTEST(again.closeCode(), "later");
    }
}

void TestOperators::worksBesideTheServer()
{
    const auto run = [this](const QByteArrayList& arguments) {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("SIGNALBOX_DATA_DIR"), QString::fromUtf8(m_server.dataFolder()));
        process.setProcessEnvironment(environment);
        QStringList list;
        for (const QByteArray& argument : arguments)
            list.append(QString::fromUtf8(argument));
        process.start(QString::fromUtf8(ServerProcess::program()), list);
        process.write("from the input\nand not this\n");
        process.closeWriteChannel();
        process.waitForFinished();
        return std::pair(process.exitCode(), process.readAllStandardOutput());
    };
    const auto added = run({"operator", "add", "--login=beside", "--name=B", "--role=operator", "--password-stdin"});
    QCOMPARE(added.first, 0);
    QVERIFY(!added.second.contains("assword"));
    QCOMPARE(login("beside", "from the input").status, 200);
    const auto changed = run({"operator", "passwd", "--login=Beside"});
    QCOMPARE(changed.first, 0);
    const QByteArray password = changed.second.split('\n').value(1).mid(10);
    QCOMPARE(login("beside", "from the input").status, 401);
    const HttpAnswer in = login("beside", password);
    QCOMPARE(in.status, 200);
    QCOMPARE(run({"operator", "disable", "--login=beside"}).first, 0);
    QCOMPARE(login("beside", password).status, 401);
    QCOMPARE(get(port(), "/api/operators/me", bearer(text(json(in.body), "access_token"))).status, 403);
    QVERIFY(run({"operator", "list"}).second.contains("\tbeside\toperator\tdisabled\tB\n"));
    WsClient staff(port(), "/channel/ws?type=staff", bearer(m_anna));
    QVERIFY(staff.waitForText("connection.established"));
    QCOMPARE(patch(m_annaId, R"({"name":"Still in order"})", m_anna).status, 200);
    QVERIFY(staff.waitForText("Still in order"));
}

void TestOperators::commandLine()
{
    ServerProcess server;
    const auto run = [&server](const QByteArrayList& arguments) { return server.runToEnd({}, arguments); };
    const QByteArrayList add{"operator", "add", "--login=root", "--name=R", "--role=admin", "--cities=a,b"};
    QCOMPARE(run(add).exitCode, 0);
    const auto again = run(add);
    QCOMPARE(again.exitCode, 1);
    QVERIFY(again.log.contains("This login is taken."));
    QCOMPARE(run({"operator", "add", "--login=r!", "--name=R", "--role=admin"}).exitCode, 1);
    QCOMPARE(run({"operator", "passwd", "--login=nobody"}).exitCode, 1);
    const auto last = run({"operator", "disable", "--login=root"});
    QCOMPARE(last.exitCode, 1);
    QVERIFY(last.log.contains("The last administrator stays."));
    QCOMPARE(run({"operator", "list"}).output, QByteArray("1\troot\tadmin\toffline\tR\n"));
    QCOMPARE(run({"operator", "dance"}).exitCode, 2);
}

void TestOperators::withoutADesk()
{
    ServerProcess server;
    QVERIFY(server.start({{"DATABASE_URL", "none"}}));
    const QByteArray admin = ServerProcess::jwt(Role::Admin, "1");
    QCOMPARE(postJson(server.port(), "/api/auth/login", loginBody("anna", kPassword)).status, 404);
    QCOMPARE(postJson(server.port(), "/api/auth/refresh", R"({"refresh_token":"A"})").status, 404);
    QCOMPARE(get(server.port(), "/api/operators", bearer(admin)).status, 404);
    QCOMPARE(sendJson(server.port(), "PATCH", "/api/operators/me",
                      R"({"password":"another horse","old_password":"correct horse"})", admin)
                 .status,
             404);
    QCOMPARE(server.stop(), 0);
    QCOMPARE(server.runToEnd({{"DATABASE_URL", "none"}}, {"operator", "list"}).exitCode, 1);
}

QTEST_GUILESS_MAIN(TestOperators)
#include "tst_operators.moc"
