// SPDX-License-Identifier: GPL-3.0-or-later
// A server's start, reload, drain and end, its management port, and what it writes to its log.
#include "support/bystander.h"
#include "support/craftedtokens.h"
#include "support/exposition.h"

#include <QFile>
#include <QTest>

#include <csignal>
#include <memory>
#include <vector>

using namespace signalbox;
using namespace signalbox::test;

namespace {

QByteArray staffTarget(const QByteArray& subject = "7", const QByteArray& door = "/channel/ws")
{
    return door + "?type=staff&access_token=" + ServerProcess::jwt(Role::Operator, subject);
}

bool writeFile(const QByteArray& path, const QByteArray& text)
{
    QFile file(QString::fromUtf8(path));
    return file.open(QIODevice::WriteOnly | QIODevice::Truncate) && file.write(text) == text.size();
}

/// The strings that must not stand in a log or a printed configuration.
QByteArrayList secrets()
{
    return {ServerProcess::jwtSecret(), ServerProcess::sessionSecret(), ServerProcess::webhookToken()};
}

} // namespace

class LifecycleTest : public QObject
{
    Q_OBJECT

private slots:
    void termDrains();
    void drainingServerRefusesNewcomersAndSaysSo();
    void everyClientIsToldOfTheDrain();
    void termTwice();
    void termAfterManagementDrain();
    void interruptDrainsToo();
    void answersUnderWayAreGiven();
    void hangupReloadsALimit();
    void brokenFileKeepsTheOldSettings();
    void usedPort_data();
    void usedPort();
    void badStarts_data();
    void badStarts();
    void productionNamesWhatIsMissing();
    void productionWithSecretsStarts();
    void staticSiteTokens_data();
    void staticSiteTokens();
    void developmentSecretsSurviveARestart();
    void checkConfig();
    void printConfigMasksSecrets();
    void secretsNeverReachTheLog();
    void managementClosesAConnection();
    void managementClosesAUser();
    void metricsMove();
};

void LifecycleTest::termDrains()
{
    ServerProcess server;
    QVERIFY(server.start({{"SIGNALBOX_DRAIN_SECONDS", "100ms"}}));
    WsWire channel(server.port(), staffTarget());
    WsWire dialog(server.port(), "/ws/site/dialogs/17?site_token=" + ServerProcess::siteToken("shop", "17"));
    Wire stream(server.port());
    stream.send("GET " + staffTarget("8", "/channel/sse") + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    Wire idle(server.port());
    idle.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    QVERIFY(channel.isEstablished() && dialog.isEstablished());
    QVERIFY(stream.waitForText("connection.established"));
    QVERIFY(idle.readUntil([](const QByteArray& received) { return !answersIn(received).isEmpty(); }));

    server.signal(SIGTERM);
    QCOMPARE(channel.closeCode(), 1001);
    QCOMPARE(channel.closeReason(), QByteArray("going_away"));
    QVERIFY(channel.texts().last().startsWith(
        "{\"type\":\"connection.closed\",\"data\":{\"reason\":\"going_away\",\"code\":1001"));
    QCOMPARE(dialog.closeCode(), 1001);
    QVERIFY(dialog.texts().last().startsWith("{\"event\":\"connection.closed@v1\""));
    QVERIFY(stream.waitForEnd());
    QVERIFY(!stream.received().contains("\r\n0\r\n\r\n")); // an EventSource is to come back
    QVERIFY(idle.waitForEnd());
    QCOMPARE(server.waitForEnd(), 0);
    QVERIFY(server.log().contains("draining"));
}

void LifecycleTest::drainingServerRefusesNewcomersAndSaysSo()
{
    ServerProcess server;
    QVERIFY(server.start({{"SIGNALBOX_DRAIN_SECONDS", "60"}, {"SIGNALBOX_WORKERS", "1"}}));
    std::vector<std::unique_ptr<WsWire>> sockets;
    for (int i = 0; i < 8; ++i) {
        sockets.push_back(std::make_unique<WsWire>(server.port(), staffTarget(QByteArray::number(i))));
        QVERIFY(sockets.back()->isEstablished());
    }
    QCOMPARE(get(server.managementPort(), "/health/ready").status, 200);
    QCOMPARE(request(server.managementPort(), "POST", "/drain").status, 202);
    const HttpAnswer ready = get(server.managementPort(), "/health/ready");
    QCOMPARE(ready.status, 503);
    QVERIFY(ready.body.startsWith("{\"status\":\"draining\""));
    QCOMPARE(get(server.managementPort(), "/health/live").status, 200);
    QVERIFY(!Wire(server.port()).isOpen());
    QVERIFY(server.isRunning());
    server.kill();
}

void LifecycleTest::everyClientIsToldOfTheDrain()
{
    ServerProcess server;
    QVERIFY(server.start({{"SIGNALBOX_DRAIN_SECONDS", "500ms"}, {"SIGNALBOX_WORKERS", "1"}}));
    std::vector<std::unique_ptr<WsWire>> sockets;
    for (int i = 0; i < 20; ++i) {
        sockets.push_back(std::make_unique<WsWire>(server.port(), staffTarget(QByteArray::number(i))));
        QVERIFY(sockets.back()->isEstablished());
    }
    server.signal(SIGTERM);
    for (const auto& socket : sockets)
        QCOMPARE(socket->closeCode(), 1001);
    QCOMPARE(server.waitForEnd(), 0);
}

void LifecycleTest::termTwice()
{
    ServerProcess server;
    QVERIFY(server.start({{"SIGNALBOX_DRAIN_SECONDS", "100ms"}}));
    WsWire socket(server.port(), staffTarget());
    QVERIFY(socket.isEstablished());
    server.signal(SIGTERM);
    server.signal(SIGTERM);
    QCOMPARE(socket.closeCode(), 1001);
    QCOMPARE(server.waitForEnd(), 0);
}

void LifecycleTest::termAfterManagementDrain()
{
    ServerProcess server;
    QVERIFY(server.start({{"SIGNALBOX_DRAIN_SECONDS", "0"}}));
    WsWire socket(server.port(), staffTarget());
    QVERIFY(socket.isEstablished());
    QCOMPARE(request(server.managementPort(), "POST", "/drain").status, 202);
    QCOMPARE(socket.closeCode(), 1001);
    socket.wire().close();
    QTRY_COMPARE_WITH_TIMEOUT(get(server.managementPort(), "/stats/connections").body.contains("\"total\":0"), true,
                              kPatienceMs);
    QTest::qWait(200); // the drain has come to its end
    QCOMPARE(server.stop(), 0);
}

void LifecycleTest::interruptDrainsToo()
{
    ServerProcess server;
    QVERIFY(server.start({{"SIGNALBOX_DRAIN_SECONDS", "0"}}));
    WsWire socket(server.port(), staffTarget());
    QVERIFY(socket.isEstablished());
    server.signal(SIGINT);
    QCOMPARE(socket.closeCode(), 1001);
    QCOMPARE(server.waitForEnd(), 0);
}

/// A request that is on its way when the drain begins is answered, and told that it was the last.
void LifecycleTest::answersUnderWayAreGiven()
{
    ServerProcess server;
    QVERIFY(server.start({{"SIGNALBOX_DRAIN_SECONDS", "2"}, {"SIGNALBOX_WORKERS", "1"}}));
    std::vector<std::unique_ptr<WsWire>> sockets; // keep the drain busy
    for (int i = 0; i < 8; ++i) {
        sockets.push_back(std::make_unique<WsWire>(server.port(), staffTarget(QByteArray::number(i))));
        QVERIFY(sockets.back()->isEstablished());
    }
    const QByteArray body = R"({"event":"notification","channels":["order:1"],"data":{"type":"t","message":"m"}})";
    Wire publisher(server.port());
    publisher.send("POST /api/v1/publish HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " +
                   ServerProcess::webhookToken() +
                   "\r\nExpect: 100-continue\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n");
    QVERIFY(publisher.waitForText("100 Continue\r\n\r\n"));
    publisher.take();
    QCOMPARE(request(server.managementPort(), "POST", "/drain").status, 202);
    publisher.send(body);
    QVERIFY(publisher.waitForEnd());
    QCOMPARE(answersIn(publisher.received()).size(), 1);
    QCOMPARE(answersIn(publisher.received()).first().status, 200);
    QCOMPARE(answersIn(publisher.received()).first().headers.value("connection"), QByteArray("close"));
    server.kill();
}

void LifecycleTest::hangupReloadsALimit()
{
    ServerProcess server;
    const QByteArray file = server.dataFolder() + "/signalbox.ini";
    QVERIFY(writeFile(file, "[limits]\nconnections_per_token=1\n"));
    QVERIFY(server.start({{"SIGNALBOX_CONFIG", file}}));
    const QByteArray target = staffTarget();
    WsWire first(server.port(), target);
    QVERIFY(first.isEstablished());
    QCOMPARE(WsWire(server.port(), target).closeCode(), 4409);

    QVERIFY(writeFile(file, "[limits]\nconnections_per_token=2\nwebsocket_message_bytes=200\n[network]\nport=1\n"));
    server.signal(SIGHUP);
    QTRY_VERIFY_WITH_TIMEOUT(server.log().contains("limits/connections_per_token"), kPatienceMs);
    WsWire second(server.port(), target);
    QVERIFY(second.isEstablished());
    QCOMPARE(WsWire(server.port(), target).closeCode(), 4409);
    second.sendText('{' + QByteArray(300, ' ') + '}');
    QCOMPARE(second.closeCode(), 1009);
    first.sendText(R"({"type":"ping"})"); // who was there before has noticed nothing
    QVERIFY(first.waitForText("pong"));
    QCOMPARE(server.stop(), 0);
}

void LifecycleTest::brokenFileKeepsTheOldSettings()
{
    ServerProcess server;
    const QByteArray file = server.dataFolder() + "/signalbox.ini";
    QVERIFY(writeFile(file, "[limits]\nconnections_per_token=1\n"));
    QVERIFY(server.start({{"SIGNALBOX_CONFIG", file}}));
    const QByteArray target = staffTarget();
    WsWire first(server.port(), target);
    QVERIFY(first.isEstablished());

    QVERIFY(writeFile(file, "[limits]\nconnections_per_token=5\nconnections=many\nno_such_limit=1\n"));
    server.signal(SIGHUP);
    QTRY_VERIFY_WITH_TIMEOUT(server.log().contains("limits/connections (") && server.log().contains("no_such_limit"),
                             kPatienceMs);
    QCOMPARE(WsWire(server.port(), target).closeCode(), 4409);
    first.sendText(R"({"type":"ping"})");
    QVERIFY(first.waitForText("pong"));
}

void LifecycleTest::usedPort_data()
{
    QTest::addColumn<bool>("management");
    QTest::newRow("public") << false;
    QTest::newRow("management") << true;
}

void LifecycleTest::usedPort()
{
    QFETCH(bool, management);
    ServerProcess first;
    QVERIFY(first.start());
    const quint16 port = management ? first.managementPort() : first.port();
    ServerProcess second;
    const auto outcome = second.runToEnd({{management ? "MANAGEMENT_PORT" : "PORT", QByteArray::number(port)}}, {});
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY2(outcome.log.contains("in use"), outcome.log);
    QVERIFY2(outcome.log.contains(management ? "management port" : QByteArray::number(port)), outcome.log);
    QCOMPARE(get(first.port(), "/health").status, 200);
}

void LifecycleTest::badStarts_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("said");
    const auto row = [](const char* name, const char* value, const char* said) {
        QTest::newRow(qPrintable(QStringLiteral("%1=%2").arg(QLatin1String(name), QLatin1String(value))))
            << QByteArray(name) << QByteArray(value) << QByteArray(said);
    };
    row("PORT", "70000", "network/port");
    row("PORT", "http", "network/port");
    row("HOST", "example.invalid", "network/host");
    row("SIGNALBOX_CONFIG", "/nowhere/signalbox.ini", "/nowhere/signalbox.ini");
    row("SIGNALBOX_LIMIT_CONNECTIONS", "-1", "limits/connections");
    row("SIGNALBOX_PROFILE", "test", "server/profile");
    row("JWKS_FILE", "/nowhere/keys.json", "/nowhere/keys.json");
    row("SIGNALBOX_TLS_CERTIFICATE_FILE", "/nowhere/cert.pem", "/nowhere/cert.pem");
    row("JWT_ALGORITHM", "none", "auth/jwt_algorithm");
}

void LifecycleTest::badStarts()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, said);
    ServerProcess server;
    const auto outcome = server.runToEnd({{name, value}}, {});
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY2(outcome.log.contains(said), outcome.log);
    for (const QByteArray& secret : secrets())
        QVERIFY(!outcome.log.contains(secret));
}

void LifecycleTest::productionNamesWhatIsMissing()
{
    ServerProcess server;
    const auto outcome = server.runToEnd(
        {{"SIGNALBOX_PROFILE", "production"}, {"JWT_SECRET", ""}, {"SESSION_SECRET", ""}, {"WEBHOOK_TOKEN", ""}}, {});
    QCOMPARE(outcome.exitCode, 1);
    for (const char* name : {"JWT_SECRET", "SESSION_SECRET", "WEBHOOK_TOKEN"})
        QVERIFY2(outcome.log.contains(name), outcome.log);

    ServerProcess other;
    const auto one = other.runToEnd({{"SIGNALBOX_PROFILE", "production"}, {"SESSION_SECRET", ""}}, {});
    QCOMPARE(one.exitCode, 1);
    QVERIFY(one.log.contains("SESSION_SECRET") && !one.log.contains("WEBHOOK_TOKEN"));
    QVERIFY(!QFile::exists(QString::fromUtf8(other.dataFolder() + "/secrets.ini")));
}

void LifecycleTest::productionWithSecretsStarts()
{
    ServerProcess server;
    QVERIFY(server.start({{"SIGNALBOX_PROFILE", "production"}}));
    QCOMPARE(get(server.port(), "/health").status, 200);
    for (const QByteArray& line : server.log().trimmed().split('\n'))
        QVERIFY2(QJsonDocument::fromJson(line).isObject(), line);
}

void LifecycleTest::staticSiteTokens_data()
{
    QTest::addColumn<QByteArray>("profile");
    QTest::addColumn<QByteArray>("allowed");
    QTest::addColumn<bool>("starts");
    QTest::newRow("development") << QByteArray("development") << QByteArray("") << true;
    QTest::newRow("production") << QByteArray("production") << QByteArray("") << false;
    QTest::newRow("production, allowed") << QByteArray("production") << QByteArray("1") << true;
}

void LifecycleTest::staticSiteTokens()
{
    QFETCH(QByteArray, profile);
    QFETCH(QByteArray, allowed);
    QFETCH(bool, starts);
    const QByteArray token = "a-static-token-0123456789abcdef";
    const ServerProcess::Variables variables{{"SIGNALBOX_PROFILE", profile},
                                             {"SITE_TOKENS", "shop=" + token},
                                             {"SIGNALBOX_ALLOW_STATIC_SITE_TOKENS", allowed}};
    ServerProcess server;
    if (!starts) {
        const auto outcome = server.runToEnd(variables, {});
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY(outcome.log.contains("SIGNALBOX_ALLOW_STATIC_SITE_TOKENS"));
        QVERIFY(!outcome.log.contains(token));
        return;
    }
    QVERIFY(server.start(variables));
    WsWire socket(server.port(), "/ws/site/dialogs/17?site_token=" + token);
    QVERIFY(socket.isEstablished());
    QCOMPARE(WsWire(server.port(), "/ws/site/dialogs/17?site_token=" + token + "x").closeCode(), 4401);
    QVERIFY(!server.log().contains(token));
    QCOMPARE(server.log().contains("static site tokens"), profile == "production");
}

void LifecycleTest::developmentSecretsSurviveARestart()
{
    ServerProcess server;
    const ServerProcess::Variables none{{"JWT_SECRET", ""}, {"SESSION_SECRET", ""}, {"WEBHOOK_TOKEN", ""}};
    const auto minted = server.runToEnd(none, {"token", "operator", "--sub", "7"});
    QCOMPARE(minted.exitCode, 0);
    QVERIFY(server.start(none));
    for (int round = 0; round < 2; ++round) {
        WsWire socket(server.port(), "/channel/ws?type=staff&access_token=" + minted.output.trimmed());
        QVERIFY(socket.isEstablished());
        socket.wire().close();
        QCOMPARE(server.stop(), 0);
        QVERIFY(server.start(none));
    }
}

void LifecycleTest::checkConfig()
{
    ServerProcess good;
    const auto valid = good.runToEnd({}, {"--check-config"});
    QCOMPARE(valid.exitCode, 0);
    QVERIFY(valid.output.contains("valid"));
    ServerProcess bad;
    const auto invalid = bad.runToEnd({{"PORT", "many"}, {"SIGNALBOX_LIMIT_OPERATORS", "-3"}}, {"--check-config"});
    QCOMPARE(invalid.exitCode, 1);
    QVERIFY(invalid.output.contains("network/port") && invalid.output.contains("limits/operators"));
    ServerProcess unknown;
    QCOMPARE(unknown.runToEnd({}, {"--chek-config"}).exitCode, 2);
}

void LifecycleTest::printConfigMasksSecrets()
{
    ServerProcess server;
    const auto outcome = server.runToEnd({{"SITE_TOKENS", "shop=a-static-token-0123456789abcdef"},
                                          {"REDIS_PASSWORD", "a-redis-password"},
                                          {"RABBITMQ_URL", "amqp://user:a-rabbit-password@localhost/"},
                                          {"DATABASE_URL", "postgresql://user:a-database-password@localhost/db"}},
                                         {"--print-config"});
    QCOMPARE(outcome.exitCode, 0);
    QVERIFY(outcome.output.contains("auth/jwt_secret = set, "));
    QVERIFY(outcome.output.contains("environment JWT_SECRET"));
    for (const QByteArray& secret :
         secrets() + QByteArrayList{"a-static-token", "a-redis-password", "a-rabbit-password", "a-database-password"})
        QVERIFY2(!outcome.output.contains(secret) && !outcome.log.contains(secret), secret);
}

/// Every kind of credential, good and bad, on every kind of door, with the most talkative log.
void LifecycleTest::secretsNeverReachTheLog()
{
    const QByteArray staticToken = "a-static-token-0123456789abcdef";
    ServerProcess server;
    QVERIFY(server.start({{"SIGNALBOX_LOG_LEVEL", "debug"}, {"SITE_TOKENS", "shop=" + staticToken}}));
    const quint16 port = server.port();
    const QByteArray jwt = ServerProcess::jwt(Role::Operator, "7");
    const QByteArray expired = expiredJwt();
    const QByteArray session = ServerProcess::sessionToken("17");
    const QByteArray site = ServerProcess::siteToken("shop", "17");
    const QByteArray guest = ServerProcess::guestId("17", "helper");
    const QByteArray link = ServerProcess::linkPath("17");
    const QByteArray wrong = "a-wrong-token-of-this-test";
    for (const QByteArray& target :
         QByteArrayList{"/channel/ws?type=staff&access_token=" + jwt, "/channel/ws?type=staff&access_token=" + expired,
                        "/channel/ws?session=17&token=" + session, "/channel/ws?session=18&token=" + session,
                        "/channel/ws?session=17&token=" + wrong, "/ws/site/dialogs/17?site_token=" + site,
                        "/ws/site/dialogs/17?site_token=" + staticToken, "/ws/site/dialogs/18?site_token=" + site,
                        "/ws/dialogs/17?token=" + jwt}) {
        WsWire socket(port, target);
        QVERIFY(socket.waitForText("connection."));
        socket.sendText(R"({"type":"refresh","token":")" + wrong + "\"}");
        socket.sendText("{\"token\":\"" + jwt + "\"");
        QVERIFY(socket.closeCode() >= 4400);
    }
    for (const QByteArray& target :
         QByteArrayList{link, link + "x", "/api/widget/dialogs/17/events?assistant_id=helper&guest_id=" + guest,
                        "/api/widget/dialogs/18/events?assistant_id=helper&guest_id=" + guest,
                        "/channel/sse?session=17&token=" + session}) {
        SseClient stream(port, target);
        QVERIFY(stream.status() >= 200);
    }
    const QByteArray call = R"("call":{"id":1}})";
    postJson(port, "/api/v1/broadcast/call-new", R"({"token":")" + ServerProcess::webhookToken() + "\"," + call);
    postJson(port, "/api/v1/broadcast/call-new", R"({"token":")" + wrong + "\"," + call);
    postJson(port, "/api/v1/publish", "{\"token\":\"" + wrong, Bystander::credentials());
    get(port, "/nowhere?access_token=" + wrong, {{"Authorization", "Bearer " + wrong}, {"Cookie", "session=" + wrong}});
    QByteArray cut = "GET /channel/sse?session=17&token=" + session + " HTTP/1.1\nHost: localhost\n\n";
    Wire malformed(port);
    malformed.send(cut);
    QVERIFY(malformed.waitForEnd());
    server.signal(SIGHUP);
    QTRY_VERIFY_WITH_TIMEOUT(server.log().contains("reloaded"), kPatienceMs);
    QCOMPARE(server.stop(), 0);
    const QByteArray log = server.log();
    QVERIFY(!log.isEmpty());
    const QByteArray signature = link.mid(link.indexOf("sig=") + 4);
    for (const QByteArray& secret :
         secrets() + QByteArrayList{jwt, expired, session, site, guest, signature, wrong, staticToken})
        QVERIFY2(!log.contains(secret), secret);
}

void LifecycleTest::managementClosesAConnection()
{
    ServerProcess server;
    QVERIFY(server.start());
    WsWire socket(server.port(), staffTarget("7"));
    WsWire other(server.port(), staffTarget("7"));
    QVERIFY(socket.isEstablished() && other.isEstablished());
    const QByteArray client =
        QJsonDocument::fromJson(socket.texts().first()).object()[QLatin1String("client_id")].toString().toUtf8();
    QVERIFY(!client.isEmpty());
    const QByteArray path = "/connections/" + client;
    QCOMPARE(request(server.managementPort(), "DELETE", path, {{"Origin", "http://localhost"}}).status, 403);
    QCOMPARE(request(server.managementPort(), "DELETE", path).body, QByteArray("{\"closed\":1}"));
    QCOMPARE(socket.closeCode(), 1008);
    QCOMPARE(socket.closeReason(), QByteArray("closed_by_admin"));
    socket.wire().close();
    other.sendText(R"({"type":"ping"})");
    QVERIFY(other.waitForText("pong"));
    QTRY_COMPARE_WITH_TIMEOUT(request(server.managementPort(), "DELETE", path).status, 404, kPatienceMs);
}

void LifecycleTest::managementClosesAUser()
{
    ServerProcess server;
    QVERIFY(server.start());
    WsWire socket(server.port(), staffTarget("7"));
    SseClient stream(server.port(), staffTarget("7", "/channel/sse"));
    WsWire other(server.port(), staffTarget("8"));
    QVERIFY(socket.isEstablished() && other.isEstablished());
    QVERIFY(!stream.events(1).isEmpty()); // established; who is present comes behind it
    QCOMPARE(request(server.managementPort(), "DELETE", "/users/7/connections").body, QByteArray("{\"closed\":2}"));
    QCOMPARE(socket.closeCode(), 1008);
    QVERIFY(stream.connection().waitForText("\"code\":\"closed_by_admin\""));
    QVERIFY(stream.connection().waitForText("\r\n0\r\n\r\n")); // whole: it is not to come back
    other.sendText(R"({"type":"ping"})");
    QVERIFY(other.waitForText("pong"));
    QCOMPARE(request(server.managementPort(), "DELETE", "/users/9/connections").status, 404);
}

void LifecycleTest::metricsMove()
{
    ServerProcess server;
    QVERIFY(server.start());
    const auto read = [&server] { return Exposition(get(server.managementPort(), "/metrics").body); };
    const Exposition before = read();
    QCOMPARE(before.error(), QByteArray());
    QCOMPARE(before.value("active_connections").value_or(-1), 0);
    Bystander bystander(server);
    SseClient stream(server.port(), staffTarget("7", "/channel/sse"));
    QCOMPARE(stream.events(1).size(), 1);
    QVERIFY(bystander.isServed());
    get(server.port(), "/nowhere");
    const Exposition after = read();
    QCOMPARE(after.error(), QByteArray());
    QCOMPARE(after.value("active_connections").value_or(-1), 2);
    QCOMPARE(after.value("websocket_connections_by_type", {{"connection_type", "ws"}}).value_or(-1), 1);
    QCOMPARE(after.value("websocket_connections_by_type", {{"connection_type", "sse"}}).value_or(-1), 1);
    for (const char* family : {"dispatch_errors", "websocket_connections_total", "ws_ping_latency"})
        QVERIFY2(!after.typeOf(family).isEmpty(), family);
    int moved = 0;
    for (const Exposition::Sample& sample : after.samples())
        moved += sample.value > before.value(sample.name, sample.labels).value_or(0) ? 1 : 0;
    QVERIFY(moved >= 5);
}

QTEST_GUILESS_MAIN(LifecycleTest)
#include "tst_lifecycle.moc"
