// SPDX-License-Identifier: GPL-3.0-or-later
// Logins, lock-outs and refresh tokens over REST (spec section 6, docs/api/operators.md).

#include "operatorhouse.h"

#include <QTest>

#include <atomic>
#include <thread>

using namespace signalbox;
using namespace signalbox::test;

class TestLogins : public QObject, private OperatorHouse
{
    Q_OBJECT

private slots:
    void initTestCase() { open(); }
    void cleanupTestCase() { close(); }
    void logsIn();
    void refusedLoginsLookTheSame_data();
    void refusedLoginsLookTheSame();
    void badLoginBodies_data();
    void badLoginBodies();
    void locksAccounts();
    void locksAddresses();
    void manyLoginsAtOnce();
    void refreshes();
    void reuseEndsTheFamily();
    void oneOfManyRefreshesWins();
    void badRefreshes_data();
    void badRefreshes();
    void logsOut();
};

void TestLogins::logsIn()
{
    const HttpAnswer answer = login(" ANNA ");
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.headers.value("cache-control"), QByteArray("no-store"));
    const QJsonObject body = json(answer.body);
    QCOMPARE(body.size(), 4);
    QCOMPARE(body.value(QLatin1String("expires_in")).toInt(), 900);
    QCOMPARE(text(body, "refresh_token").size(), 43);
    QCOMPARE(text(body, "operator.id"), m_annaId);
    QCOMPARE(text(body, "operator.login"), QByteArray("anna"));
    QVERIFY(!answer.body.contains("argon2"));
    WsClient console(port(), "/channel/ws?type=staff", bearer(text(body, "access_token")));
    QVERIFY(console.waitForText("connection.established"));
}

void TestLogins::refusedLoginsLookTheSame_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("password");
    QTest::newRow("wrong password") << QByteArray("anna") << QByteArray("wrong horse");
    QTest::newRow("short password") << QByteArray("anna") << QByteArray("x");
    QTest::newRow("nobody") << QByteArray("nobody") << kPassword;
    QTest::newRow("no login at all") << QByteArray("?!") << kPassword;
    QTest::newRow("disabled") << QByteArray("was-here") << kPassword;
}

void TestLogins::refusedLoginsLookTheSame()
{
    QFETCH(const QByteArray, name);
    QFETCH(const QByteArray, password);
    if (name == "was-here")
        QCOMPARE(patch(create(name), R"({"disabled":true})", m_root).status, 200);
    const HttpAnswer answer = login(name, password);
    QCOMPARE(answer.status, 401);
    QCOMPARE(answer.body, QByteArray(R"({"code":"login_refused","message":"Login or password is wrong."})"));
}

void TestLogins::badLoginBodies_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("about");
    const auto row = [](const char* name, const QByteArray& body, int status, const QByteArray& about = {}) {
        QTest::newRow(name) << body << status << about;
    };
    row("no JSON", "login=anna", 400);
    row("an array", "[]", 400);
    row("empty", "", 422, "login");
    row("no login", R"({"password":"x"})", 422, "login");
    row("no password", R"({"login":"anna"})", 422, "password");
    row("empty password", loginBody("anna", ""), 422, "password");
    row("login is a number", R"({"login":5,"password":"x"})", 422, "login");
    row("password is null", R"({"login":"anna","password":null})", 422, "password");
    row("login too long", loginBody(QByteArray(65, 'a'), "x"), 422, "login");
    row("password too long", loginBody("anna", QByteArray(1025, 'x')), 422, "password");
    row("unknown field", R"({"login":"anna","password":"x","remember":true})", 422, "remember");
    row("twice", R"({"login":"anna","login":"root","password":"x"})", 400);
}

void TestLogins::badLoginBodies()
{
    QFETCH(const QByteArray, body);
    const HttpAnswer answer = postJson(port(), "/api/auth/login", body);
    QTEST(answer.status, "status");
    QTEST(field(answer), "about");
}

void TestLogins::locksAccounts()
{
    ServerProcess server;
    QCOMPARE(server.runToEnd({}, {"operator", "add", "--login=anna", "--name=A", "--role=operator"}).exitCode, 0);
    QVERIFY(server.start({{"SIGNALBOX_DESK_LOGIN_ATTEMPTS", "2"}, {"SIGNALBOX_DESK_LOCKOUT_SECONDS", "6s"}}));
    for (const QByteArray& name : {QByteArray("anna"), QByteArray("nobody")}) {
        for (int i = 0; i < 2; ++i)
            QCOMPARE(postJson(server.port(), "/api/auth/login", loginBody(name, "wrong horse")).status, 401);
        const HttpAnswer locked = postJson(server.port(), "/api/auth/login", loginBody(name, "wrong horse"));
        QCOMPARE(locked.status, 429);
        QCOMPARE(code(locked), QByteArray("locked_out"));
        const int seconds = locked.headers.value("retry-after").toInt();
        QVERIFY(seconds >= 1 && seconds <= 6);
    }
    int status = 429;
    for (int i = 0; i < 30 && status == 429; ++i) {
        QTest::qWait(500);
        status = postJson(server.port(), "/api/auth/login", loginBody("anna", "wrong horse")).status;
    }
    QCOMPARE(status, 401);
    QCOMPARE(server.stop(), 0);
}

void TestLogins::locksAddresses()
{
    ServerProcess server;
    QVERIFY(server.start({{"SIGNALBOX_DESK_LOGIN_ATTEMPTS", "1"}, {"SIGNALBOX_TRUSTED_PROXIES", "127.0.0.1"}}));
    const auto attempt = [&](int i, const QByteArray& address) {
        return postJson(server.port(), "/api/auth/login", loginBody("login" + QByteArray::number(i), "wrong horse"),
                        {{"X-Forwarded-For", address}})
            .status;
    };
    for (int i = 0; i < 10; ++i)
        QCOMPARE(attempt(i, "192.0.2.1"), 401);
    QCOMPARE(attempt(10, "192.0.2.1"), 429);
    QCOMPARE(attempt(10, "192.0.2.2"), 401);
    QCOMPARE(server.stop(), 0);
}

void TestLogins::manyLoginsAtOnce()
{
    std::atomic<int> in = 0;
    std::atomic<int> later = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 80; ++i) {
        threads.emplace_back([&] {
            const HttpAnswer answer = blockingPost(port(), "/api/auth/login", loginBody("anna", kPassword));
            in += answer.status == 200 ? 1 : 0;
            later += answer.status == 503 && answer.headers.contains("retry-after") ? 1 : 0;
        });
    }
    QCOMPARE(get(port(), "/health").status, 200);
    for (std::thread& thread : threads)
        thread.join();
    QVERIFY(in > 0);
    QCOMPARE(in + later, 80);
    QCOMPARE(login("anna").status, 200);
}

void TestLogins::refreshes()
{
    QByteArray token = text(json(login("anna").body), "refresh_token");
    QByteArray accessToken;
    for (int i = 0; i < 3; ++i) {
        const HttpAnswer answer = refresh(token);
        QCOMPARE(answer.status, 200);
        const QJsonObject body = json(answer.body);
        QCOMPARE(text(body, "operator.login"), QByteArray("anna"));
        QVERIFY(text(body, "refresh_token") != token);
        QVERIFY(text(body, "access_token") != accessToken);
        token = text(body, "refresh_token");
        accessToken = text(body, "access_token");
        QCOMPARE(get(port(), "/api/operators/me", bearer(accessToken)).status, 200);
    }
}

void TestLogins::reuseEndsTheFamily()
{
    const QByteArray first = text(json(login("anna").body), "refresh_token");
    const QByteArray elsewhere = text(json(login("anna").body), "refresh_token");
    const QByteArray second = text(json(refresh(first).body), "refresh_token");
    const HttpAnswer reused = refresh(first);
    QCOMPARE(reused.status, 401);
    QCOMPARE(code(reused), QByteArray("unauthorized"));
    QCOMPARE(refresh(second).status, 401);
    QCOMPARE(refresh(elsewhere).status, 200);
}

void TestLogins::oneOfManyRefreshesWins()
{
    for (int round = 0; round < 5; ++round) {
        const QByteArray token = text(json(login("anna").body), "refresh_token");
        std::atomic<int> won = 0;
        std::atomic<int> lost = 0;
        std::vector<std::thread> threads;
        for (int i = 0; i < 10; ++i) {
            threads.emplace_back([&] {
                const int status =
                    blockingPost(port(), "/api/auth/refresh", "{\"refresh_token\":\"" + token + "\"}").status;
                won += status == 200 ? 1 : 0;
                lost += status == 401 ? 1 : 0;
            });
        }
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(won.load(), 1);
        QCOMPARE(lost.load(), 9);
    }
}

void TestLogins::badRefreshes_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::newRow("unknown") << QByteArray(R"({"refresh_token":"AAAA"})") << 401;
    QTest::newRow("empty") << QByteArray(R"({"refresh_token":""})") << 422;
    QTest::newRow("absent") << QByteArray("{}") << 422;
    QTest::newRow("number") << QByteArray(R"({"refresh_token":5})") << 422;
    QTest::newRow("too long") << "{\"refresh_token\":\"" + QByteArray(129, 'A') + "\"}" << 422;
    QTest::newRow("unknown field") << QByteArray(R"({"refresh_token":"A","x":1})") << 422;
    QTest::newRow("no JSON") << QByteArray("A") << 400;
}

void TestLogins::badRefreshes()
{
    QFETCH(const QByteArray, body);
    QFETCH(const int, status);
    QCOMPARE(postJson(port(), "/api/auth/refresh", body).status, status);
    QCOMPARE(postJson(port(), "/api/auth/logout", body).status, status == 401 ? 204 : status);
}

void TestLogins::logsOut()
{
    const QByteArray token = text(json(login("anna").body), "refresh_token");
    const QByteArray body = "{\"refresh_token\":\"" + token + "\"}";
    QCOMPARE(postJson(port(), "/api/auth/logout", body).status, 204);
    QCOMPARE(postJson(port(), "/api/auth/logout", body).status, 204);
    QCOMPARE(refresh(token).status, 401);
}

QTEST_GUILESS_MAIN(TestLogins)
#include "tst_logins.moc"
