// SPDX-License-Identifier: GPL-3.0-or-later
// Seed 001's Socket.IO service on the wire: whom signalboxd lets in, and clients that come and go at the wrong moment.
#include "support/pollclient.h"
#include "support/serverprocess.h"
#include "support/socketwire.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <memory>

using namespace signalbox;
using namespace signalbox::test;

namespace {

constexpr char kPath[] = "/socket.io/";
constexpr char kHandshake[] = "/socket.io/?EIO=4&transport=polling";
constexpr char kShop[] = "https://shop.example";
constexpr char kOrder[] = "42[\"order:new\",{\"id\":";

QByteArrayList ordersIn(const QByteArrayList& texts)
{
    QByteArrayList orders;
    std::copy_if(texts.begin(), texts.end(), std::back_inserter(orders),
                 [](const QByteArray& text) { return text.startsWith(kOrder); });
    return orders;
}

QByteArray connectWith(const QByteArray& token, const QByteArray& more = {})
{
    return "40{\"token\":\"" + token + '"' + more + '}';
}

} // namespace

class TestSocketIoGateway : public QObject
{
    Q_OBJECT

    std::unique_ptr<ServerProcess> m_server;
    quint16 port() const { return m_server->port(); }

    HttpAnswer ask(const QByteArray& method, const QByteArray& target, const Headers& headers = {})
    {
        PollWire wire(port());
        wire.ask(method, target, {}, headers);
        return wire.answer();
    }

    int connectionsOf(const QByteArray& user)
    {
        const HttpAnswer answer = ask("GET", "/api/v1/stats/connections?user=" + user,
                                      {{"Authorization", "Bearer " + ServerProcess::webhookToken()}});
        return static_cast<int>(answer.body.count("\"client_id\""));
    }

private slots:
    void initTestCase()
    {
        m_server = std::make_unique<ServerProcess>();
        QVERIFY(m_server->start({{"CORS_ORIGIN", kShop}, {"SIGNALBOX_WORKERS", "2"}}));
    }
    void cleanupTestCase() { QCOMPARE(m_server->stop(), 0); }

    void aPageOfAListedOriginMayConnect()
    {
        const HttpAnswer answer = ask("GET", kHandshake, {{"Origin", kShop}});
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.headers.value("access-control-allow-origin"), QByteArray(kShop));
        QCOMPARE(answer.headers.value("access-control-allow-credentials"), QByteArray("true"));
        QVERIFY(answer.headers.value("vary").contains("Origin"));
    }

    void aPageOfAnotherOriginMayNot()
    {
        const Headers foreign{{"Origin", "https://evil.example"}};
        const HttpAnswer answer = ask("GET", kHandshake, foreign);
        QCOMPARE(answer.status, 403);
        QCOMPARE(answer.body, QByteArray("{\"code\":4,\"message\":\"Forbidden\"}"));
        QVERIFY(!answer.headers.contains("access-control-allow-origin"));
        WsWire socket(port(), "/socket.io/?EIO=4&transport=websocket", foreign);
        QCOMPARE(socket.status(), 403);
        // Nor may it use a session that it has learned of.
        PollClient client(port(), kPath);
        QCOMPARE(ask("GET", client.target(), foreign).status, 403);
        QCOMPARE(client.post("40").status, 200);
    }

    void aPreflightOfAnotherOriginPermitsNothing()
    {
        const HttpAnswer answer =
            ask("OPTIONS", kHandshake, {{"Origin", "https://evil.example"}, {"Access-Control-Request-Method", "POST"}});
        QCOMPARE(answer.status, 204);
        QVERIFY(!answer.headers.contains("access-control-allow-origin"));
    }

    void leavesWhileTheCoreLooksAtItsToken_data()
    {
        QTest::addColumn<QByteArray>("then");
        QTest::newRow("and stays away") << QByteArray();
        QTest::newRow("and comes back") << connectWith(ServerProcess::jwt(Role::Operator, "8"));
        QTest::newRow("and comes back as nobody") << QByteArray("40");
    }
    void leavesWhileTheCoreLooksAtItsToken()
    {
        QFETCH(QByteArray, then);
        SocketWire socket(port());
        QByteArray bytes = WsWire::text(connectWith(ServerProcess::jwt(Role::Director, "9"))) + WsWire::text("41");
        if (!then.isEmpty())
            bytes += WsWire::text(then);
        socket.wire().send(bytes);
        socket.waitFor(2);
        if (then.size() > 2) {
            QVERIFY(socket.waitForText("\"authenticated\",{\"userId\":\"8\""));
            QVERIFY(!socket.wire().received().contains("\"authenticated\",{\"userId\":\"9\""));
            QVERIFY(!socket.wire().received().contains("directors"));
        } else {
            QVERIFY(!socket.wire().readUntil([](const QByteArray& all) { return all.contains("authenticated"); }, 200));
        }
        QCOMPARE(ask("GET", "/healthz").status, 200);
    }

    void leavesWhileItAuthenticates()
    {
        SocketWire socket(port());
        socket.wire().send(
            WsWire::text("40") +
            WsWire::text("421[\"authenticate\",{\"token\":\"" + ServerProcess::jwt(Role::Operator, "7") + "\"}]") +
            WsWire::text("41") + WsWire::text(connectWith(ServerProcess::jwt(Role::Operator, "7"))));
        QVERIFY(socket.waitForText("\"authenticated\""));
        socket.sendText("422[\"join-room\",{\"room\":\"order:1\"}]");
        QVERIFY(socket.waitForText("432["));
        QVERIFY(!socket.wire().received().contains("431[")); // that question was another socket's
    }

    /// Recovery as the gateway does it: the place is the broker's cursor, behind an event's data.
    void aLostClientMissesNothing()
    {
        const QByteArray token = ServerProcess::jwt(Role::Director, "d1");
        const auto order = [this](int id) {
            PollWire wire(port());
            wire.ask("POST", "/api/v1/broadcast/order-new",
                     "{\"token\":\"" + ServerProcess::webhookToken() +
                         "\",\"order\":{\"id\":" + QByteArray::number(id) + "},\"rooms\":[\"directors\"]}",
                     {{"Content-Type", "application/json"}});
            return wire.answer().status;
        };
        SocketWire first(port());
        first.sendText(connectWith(token));
        QVERIFY(first.waitForText("\"authenticated\""));
        QCOMPARE(order(1), 200);
        QVERIFY(first.waitForText(kOrder));
        const QByteArray welcome = first.waitForLast(1);
        const QByteArray event = ordersIn(first.texts()).value(0);
        const QByteArray offset = event.mid(event.lastIndexOf(",\"") + 2).chopped(2);
        const QByteArray pid = welcome.mid(welcome.indexOf("\"pid\":\"") + 7, 20);
        first.wire().reset();
        QTRY_COMPARE(connectionsOf("d1"), 0);
        QCOMPARE(order(2), 200);
        QCOMPARE(order(3), 200);

        const QByteArray again = connectWith(token, ",\"pid\":\"" + pid + "\",\"offset\":\"" + offset + '"');
        SocketWire second(port());
        second.sendText(again);
        QVERIFY(second.waitForText(welcome));
        const QByteArrayList missed = ordersIn(second.texts().first(second.texts().indexOf(welcome)));
        QCOMPARE(missed.size(), 2);
        QVERIFY2(missed[0].startsWith(QByteArray(QByteArray(kOrder) + "2},\"")), missed[0].constData());
        QVERIFY2(missed[1].startsWith(QByteArray(QByteArray(kOrder) + "3},\"")), missed[1].constData());

        SocketWire third(port()); // once only
        third.sendText(again);
        const QByteArray other = third.waitForLast(1);
        QVERIFY2(other.startsWith("40{\"sid\":\"") && other != welcome, other.constData());
    }

    void nobodyElseIsTheLostClient()
    {
        SocketWire first(port());
        first.sendText(connectWith(ServerProcess::jwt(Role::Director, "d2")));
        QVERIFY(first.waitForText("\"authenticated\""));
        const QByteArray welcome = first.waitForLast(1);
        const QByteArray pid = welcome.mid(welcome.indexOf("\"pid\":\"") + 7, 20);
        const QByteArray authenticated = first.textWith("\"authenticated\"");
        const QByteArray offset = authenticated.mid(authenticated.lastIndexOf(",\"") + 2).chopped(2);
        first.wire().reset();
        QTRY_COMPARE(connectionsOf("d2"), 0);
        SocketWire thief(port());
        thief.sendText(connectWith(ServerProcess::jwt(Role::Operator, "8"),
                                   ",\"pid\":\"" + pid + "\",\"offset\":\"" + offset + '"'));
        const QByteArray other = thief.waitForLast(1);
        QVERIFY2(other.startsWith("40{\"sid\":\"") && other != welcome, other.constData());
        QVERIFY(thief.waitForText("\"userId\":\"8\""));
    }

    void aFloodOfHandshakesIsBounded()
    {
        ServerProcess server;
        QVERIFY(server.start({{"SIGNALBOX_TRUSTED_PROXIES", "127.0.0.1"},
                              {"SIGNALBOX_WORKERS", "1"},
                              {"SIGNALBOX_LIMIT_REQUESTS_PER_SECOND", "0"},
                              {"SIGNALBOX_LIMIT_UNIDENTIFIED", "5"},
                              {"SIGNALBOX_LIMIT_UNIDENTIFIED_PER_ADDRESS", "3"},
                              {"SIGNALBOX_SOCKETIO_AUTHENTICATE_SECONDS", "3600"},
                              {"SIGNALBOX_SOCKETIO_CONNECT_TIMEOUT_SECONDS", "3600"}}));
        const auto shake = [&server](const QByteArray& address) {
            PollWire wire(server.port());
            wire.ask("GET", kHandshake, {}, {{"X-Forwarded-For", address}});
            return wire.answer();
        };
        const QByteArray one = "203.0.113.1";
        QByteArray sid;
        for (int i = 0; i < 3; ++i) {
            const HttpAnswer opening = shake(one);
            QCOMPARE(opening.status, 200);
            sid = opening.body.mid(opening.body.indexOf("\"sid\":\"") + 7, 20);
        }
        const HttpAnswer refused = shake(one);
        QCOMPARE(refused.status, 409);
        QVERIFY2(refused.body.contains("connection_limit"), refused.body.constData());
        WsWire socket(server.port(), "/socket.io/?EIO=4&transport=websocket", {{"X-Forwarded-For", one}});
        QVERIFY(socket.wire().waitForEnd());
        const QList<HttpAnswer> answers = answersIn(socket.wire().received());
        QCOMPARE(answers.size(), 1);
        QCOMPARE(answers[0].status, 409);
        QCOMPARE(answers[0].body, refused.body);

        // Others have their places still, as far as there are any.
        QCOMPARE(shake("203.0.113.2").status, 200);
        QCOMPARE(shake("2001:db8::2").status, 200);
        QCOMPARE(shake("203.0.113.3").status, 503);

        // Who has said who it is takes none.
        PollWire wire(server.port());
        wire.ask("POST", QByteArray(kHandshake) + "&sid=" + sid, connectWith(ServerProcess::jwt(Role::Operator, "7")));
        QCOMPARE(wire.answer().status, 200);
        QVERIFY(QTest::qWaitFor([&] { return shake(one).status == 200; }, 30'000));
        QCOMPARE(server.stop(), 0);
    }

    void whoIsRefusedAgainAndAgainIsNotAnsweredAnyMore_data()
    {
        QTest::addColumn<QByteArray>("query");
        QTest::addColumn<int>("status");
        QTest::newRow("an unknown session") << QByteArray("&transport=polling&sid=abcdefghijklmnopqrs0") << 400;
        QTest::newRow("a session of no worker") << QByteArray("&transport=polling&sid=x") << 400;
        QTest::newRow("an unknown transport") << QByteArray("&transport=x") << 400;
        QTest::newRow("handshakes") << QByteArray("&transport=polling") << 200;
    }
    void whoIsRefusedAgainAndAgainIsNotAnsweredAnyMore()
    {
        QFETCH(QByteArray, query);
        QFETCH(int, status);
        ServerProcess server;
        QVERIFY(server.start({{"SIGNALBOX_TRUSTED_PROXIES", "127.0.0.1"},
                              {"SIGNALBOX_WORKERS", "1"},
                              {"SIGNALBOX_LIMIT_REQUESTS_PER_SECOND", "1"},
                              {"SIGNALBOX_LIMIT_REQUESTS_BURST", "10"}}));
        const auto ask = [&](const QByteArray& address) {
            PollWire wire(server.port());
            wire.ask("GET", "/socket.io/?EIO=4" + query, {}, {{"X-Forwarded-For", address}});
            return wire.answer().status;
        };
        constexpr int kBurst = 10;
        constexpr int kPatience = 500; // requests, at far more than one a second
        int answered = 0;
        int last = status;
        while (last == status && ++answered < kPatience)
            last = ask("203.0.113.1");
        QCOMPARE(last, 429);
        QVERIFY(answered > kBurst);
        QCOMPARE(ask("203.0.113.2"), status);
        // The requests of a session that is there are its client's own.
        PollClient client(server.port(), kPath);
        for (int i = 0; i < 30; ++i)
            QCOMPARE(client.post("3").status, 200);
        QCOMPARE(server.stop(), 0);
    }

    void noUpgradeIsOfferedWhereThereAreNoWebSockets()
    {
        ServerProcess server;
        QVERIFY(server.start({{"SIGNALBOX_TRANSPORTS_WEBSOCKET", "false"}}));
        const PollClient client(server.port(), kPath);
        QVERIFY2(client.opening().body.contains("\"upgrades\":[]"), client.opening().body.constData());
        QCOMPARE(server.stop(), 0);
    }

    void theBrowsersLibraryIsServedFromAFolder()
    {
        const QTemporaryDir folder;
        const auto put = [&folder](const QString& name, const QByteArray& content) {
            QFile file(folder.filePath(name));
            return file.open(QIODevice::WriteOnly) && file.write(content) == content.size();
        };
        QVERIFY(put(QStringLiteral("socket.io.js"), "/* the library */"));
        QVERIFY(put(QStringLiteral("socket.io.js.map"), "{}"));
        QVERIFY(put(QStringLiteral("other.js"), "/* not the library */"));
        ServerProcess server;
        QVERIFY(server.start({{"SIGNALBOX_SOCKETIO_CLIENT_DIR", folder.path().toUtf8()}}));
        PollWire wire(server.port());
        const auto get = [&wire](const QByteArray& name, const Headers& headers = {}) {
            wire.ask("GET", "/socket.io/" + name, {}, headers);
            return wire.answer();
        };
        const HttpAnswer script = get("socket.io.js");
        QCOMPARE(script.status, 200);
        QCOMPARE(script.body, QByteArray("/* the library */"));
        QCOMPARE(script.headers.value("content-type"), QByteArray("application/javascript; charset=utf-8"));
        QCOMPARE(script.headers.value("cache-control"), QByteArray("public, max-age=0"));
        const QByteArray tag = script.headers.value("etag");
        QCOMPARE(get("socket.io.js", {{"If-None-Match", tag}}).status, 304);
        QCOMPARE(get("socket.io.js?v=1").status, 200);
        QCOMPARE(get("socket.io.js.map").headers.value("content-type"), QByteArray("application/json; charset=utf-8"));
        for (const char* name : {"socket.io.min.js", "other.js", "..%2Fsocket.io.js", ""})
            QCOMPARE(get(name).body, QByteArray("{\"code\":0,\"message\":\"Transport unknown\"}"));
        QCOMPARE(get("?EIO=4&transport=polling").status, 200);
        QCOMPARE(server.stop(), 0);
    }

    void aFolderWithoutTheLibraryStopsTheStart()
    {
        const QTemporaryDir folder;
        ServerProcess server;
        const auto outcome = server.runToEnd({{"SIGNALBOX_SOCKETIO_CLIENT_DIR", folder.path().toUtf8()}}, {});
        QVERIFY(outcome.exitCode != 0);
        QVERIFY2(outcome.log.contains("socketio/client_dir"), outcome.log.constData());
    }

    void withoutAnOriginListAPreflightIsABadHandshake()
    {
        ServerProcess server;
        QVERIFY(server.start());
        PollWire wire(server.port());
        wire.ask("OPTIONS", kHandshake);
        const HttpAnswer answer = wire.answer();
        QCOMPARE(answer.status, 400);
        QCOMPARE(answer.body, QByteArray("{\"code\":2,\"message\":\"Bad handshake method\"}"));
        QCOMPARE(server.stop(), 0);
    }
};

QTEST_GUILESS_MAIN(TestSocketIoGateway)
#include "tst_socketiogateway.moc"
