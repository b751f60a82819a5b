// SPDX-License-Identifier: GPL-3.0-or-later
// Engine.IO v4 on the wire: what the official server answers, request by request, and how sessions end.
#include "support/echoprocess.h"
#include "support/pollclient.h"

#include <QTest>

using namespace signalbox::test;

namespace {

constexpr char kPath[] = "/engine.io/";
constexpr char kNoBody[] = "";
constexpr int kUndoneMs = 60'000; ///< for what the server gives up after ten seconds

QByteArray errorBody(int code, const char* message)
{
    return "{\"code\":" + QByteArray::number(code) + ",\"message\":\"" + message + "\"}";
}

QByteArray wsTarget(const QByteArray& more = {})
{
    return QByteArray(kPath) + "?EIO=4&transport=websocket" + more;
}

/// A WebSocket with the first packet taken off.
class EngineWire : public WsWire
{
public:
    explicit EngineWire(quint16 port, const QByteArray& more = {})
        : WsWire(port, wsTarget(more))
    {
    }
    QByteArrayList waitForTexts(qsizetype count)
    {
        wire().readUntil([&](const QByteArray&) { return texts().size() >= count; });
        return texts();
    }
};

} // namespace

class TestEngineIo : public QObject
{
    Q_OBJECT

    std::unique_ptr<EchoProcess> m_echo;
    quint16 port() const { return m_echo->port(); }

private slots:
    void initTestCase()
    {
        m_echo = std::make_unique<EchoProcess>(QStringList{QStringLiteral("--workers"), QStringLiteral("3"),
                                                           QStringLiteral("--max-payload"), QStringLiteral("10000")});
        QVERIFY(m_echo->port() != 0);
    }
    void cleanupTestCase() { QVERIFY(m_echo->stop()); }

    void theHandshakeHasFiveMembers()
    {
        PollClient client(port(), kPath);
        QCOMPARE(client.opening().status, 200);
        QCOMPARE(client.opening().headers.value("content-type"), QByteArray("text/plain; charset=UTF-8"));
        QCOMPARE(client.opening().headers.value("cache-control"), QByteArray("no-store"));
        QCOMPARE(client.sid().size(), 20);
        QCOMPARE(client.opening().body,
                 "0{\"sid\":\"" + client.sid() +
                     "\",\"upgrades\":[\"websocket\"],\"pingInterval\":25000,\"pingTimeout\":20000,"
                     "\"maxPayload\":10000}");
        EngineWire socket(port());
        const QByteArray first = socket.waitForTexts(1).value(0);
        QVERIFY2(first.contains("\"upgrades\":[]"), first.constData());
    }

    void refusesHandshakes_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("query");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        const auto row = [](const char* name, const char* method, const char* query, int code, const char* message) {
            QTest::newRow(name) << QByteArray(method) << QByteArray(query) << 400 << errorBody(code, message);
        };
        row("no transport", "GET", "?EIO=4", 0, "Transport unknown");
        row("unknown transport", "GET", "?EIO=4&transport=tests", 0, "Transport unknown");
        row("like a property", "GET", "?EIO=4&transport=constructor", 0, "Transport unknown");
        row("unknown sid", "GET", "?EIO=4&transport=polling&sid=abcdefghijklmnopqrsA", 1, "Session ID unknown");
        row("no sid", "GET", "?EIO=4&transport=polling&sid=x", 1, "Session ID unknown");
        row("sid like a property", "GET", "?EIO=4&transport=polling&sid=__proto__", 1, "Session ID unknown");
        row("a sid of no worker", "GET", "?EIO=4&transport=polling&sid=abcdefghijklmnopqrs_", 1, "Session ID unknown");
        row("POST", "POST", "?EIO=4&transport=polling", 2, "Bad handshake method");
        for (const char* method : {"PUT", "DELETE", "PATCH"})
            row(method, method, "?EIO=4&transport=polling", 2, "Bad handshake method");
        row("WebSocket without upgrade", "GET", "?EIO=4&transport=websocket", 3, "Bad request");
        row("version 3", "GET", "?EIO=3&transport=polling", 5, "Unsupported protocol version");
        row("no version", "GET", "?transport=polling", 5, "Unsupported protocol version");
        // What is looked at first.
        row("transport before sid", "GET", "?EIO=4&transport=x&sid=x", 0, "Transport unknown");
        row("sid before method", "POST", "?EIO=4&transport=polling&sid=x", 1, "Session ID unknown");
        row("sid before version", "GET", "?EIO=3&transport=polling&sid=x", 1, "Session ID unknown");
        row("method before version", "POST", "?EIO=3&transport=polling", 2, "Bad handshake method");
        row("upgrade before version", "GET", "?EIO=3&transport=websocket", 3, "Bad request");
    }
    void refusesHandshakes()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, query);
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        PollWire wire(port());
        wire.ask(method, kPath + query);
        const HttpAnswer answer = wire.answer();
        QCOMPARE(answer.status, status);
        QCOMPARE(answer.body, body);
        QCOMPARE(answer.headers.value("content-type"), QByteArray("application/json"));
    }

    void refusesUpgradesInPlainText_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("message");
        QTest::newRow("unknown sid") << wsTarget("&sid=abcdefghijklmnopqrsA") << QByteArray("Session ID unknown");
        QTest::newRow("version 3") << QByteArray("/engine.io/?EIO=3&transport=websocket")
                                   << QByteArray("Unsupported protocol version");
        QTest::newRow("polling") << QByteArray("/engine.io/?EIO=4&transport=polling") << QByteArray("Bad request");
        QTest::newRow("transport") << QByteArray("/engine.io/?EIO=4&transport=x") << QByteArray("Transport unknown");
    }
    void refusesUpgradesInPlainText()
    {
        QFETCH(QByteArray, target);
        QFETCH(QByteArray, message);
        WsWire socket(port(), target);
        QVERIFY(socket.wire().waitForEnd());
        const QList<HttpAnswer> answers = answersIn(socket.wire().received());
        QCOMPARE(answers.size(), 1);
        QCOMPARE(answers[0].status, 400);
        QCOMPARE(answers[0].headers.value("content-type"), QByteArray("text/html"));
        QCOMPARE(answers[0].headers.value("connection"), QByteArray("close"));
        QCOMPARE(answers[0].body, message);
    }

    void thePathEndsInASlash()
    {
        PollWire wire(port());
        wire.ask("GET", "/engine.io?EIO=4&transport=polling");
        QCOMPARE(wire.answer().status, 404);
    }

    void aPreflightIsAnswered()
    {
        PollWire wire(port());
        wire.ask("OPTIONS", QByteArray(kPath) + "?EIO=4&transport=polling", {},
                 {{"Origin", "http://shop.example"},
                  {"Access-Control-Request-Method", "POST"},
                  {"Access-Control-Request-Headers", "x-one, x-two"}});
        const HttpAnswer answer = wire.answer();
        QCOMPARE(answer.status, 204);
        QCOMPARE(answer.headers.value("access-control-allow-origin"), QByteArray("*"));
        QCOMPARE(answer.headers.value("access-control-allow-methods"), QByteArray("GET,HEAD,PUT,PATCH,POST,DELETE"));
        QCOMPARE(answer.headers.value("access-control-allow-headers"), QByteArray("x-one, x-two"));
    }

    void errorsCarryCorsHeadersToo()
    {
        PollWire wire(port());
        wire.ask("GET", QByteArray(kPath) + "?EIO=4&transport=x", {}, {{"Origin", "http://shop.example"}});
        QCOMPARE(wire.answer().headers.value("access-control-allow-origin"), QByteArray("*"));
    }

    void whatIsPostedComesBackInOnePoll()
    {
        PollClient client(port(), kPath);
        const HttpAnswer posted = client.post("4hello\x1e"
                                              "4мир\x1e"
                                              "bAQIDBA==\x1e"
                                              "4");
        QCOMPARE(posted.status, 200);
        QCOMPARE(posted.headers.value("content-type"), QByteArray("text/html"));
        QCOMPARE(posted.headers.value("cache-control"), QByteArray("no-store"));
        QCOMPARE(posted.body, QByteArray("ok"));
        const HttpAnswer polled = client.poll();
        QCOMPARE(polled.body, QByteArray("4hello\x1e"
                                         "4мир\x1e"
                                         "bAQIDBA==\x1e"
                                         "4"));
        QCOMPARE(polled.headers.value("content-type"), QByteArray("text/plain; charset=UTF-8"));
    }

    void aPollWaitsForSomethingToBeSent()
    {
        PollClient client(port(), kPath);
        client.startPoll();
        QVERIFY(client.polls().isSilent());
        QCOMPARE(client.post("4x").status, 200);
        QCOMPARE(client.polls().answer().body, QByteArray("4x"));
    }

    void aSecondPollEndsTheSession()
    {
        PollClient client(port(), kPath);
        client.startPoll();
        QVERIFY(client.polls().isSilent());
        const HttpAnswer second = client.look();
        QCOMPARE(second.status, 400);
        QCOMPARE(second.body, QByteArray(kNoBody));
        const HttpAnswer first = client.polls().answer();
        QCOMPARE(first.status, 200);
        QCOMPARE(first.body, QByteArray("1"));
        QVERIFY(client.isGone());
    }

    void aClientThatLeavesItsPollEndsTheSession()
    {
        PollClient client(port(), kPath);
        client.startPoll();
        QVERIFY(client.polls().isSilent());
        client.polls().wire().reset();
        QTRY_VERIFY(client.post("3").status == 400);
        QVERIFY(client.isGone());
    }

    void aPollWhoseClientEndsOneDirectionIsAnswered()
    {
        PollClient client(port(), kPath);
        client.startPoll();
        QVERIFY(client.polls().isSilent());
        client.polls().wire().finish();
        QCOMPARE(client.polls().answer().status, 400);
        QVERIFY(client.polls().wire().waitForEnd());
        QVERIFY(client.isGone());
    }

    void aClientTakesLeaveByAPost()
    {
        PollClient client(port(), kPath);
        client.startPoll();
        QVERIFY(client.polls().isSilent());
        QCOMPARE(client.post("1").body, QByteArray("ok"));
        QCOMPARE(client.polls().answer().body, QByteArray("6"));
        QVERIFY(client.isGone());
    }

    void endsTheSessionForABadBody_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("unknown type") << QByteArray("abc");
        QTest::newRow("empty") << QByteArray("");
        QTest::newRow("ping") << QByteArray("2");
        QTest::newRow("behind a good one") << QByteArray("4x\x1e"
                                                         "9");
        QTest::newRow("no UTF-8") << QByteArray("4\xff");
        QTest::newRow("version 3") << QByteArray("10:4abcdefghi");
    }
    void endsTheSessionForABadBody()
    {
        QFETCH(QByteArray, body);
        PollClient client(port(), kPath);
        QCOMPARE(client.post(body).status, 200);
        QVERIFY(client.isGone());
    }

    void anUnaskedPongIsHarmless()
    {
        PollClient client(port(), kPath);
        QCOMPARE(client
                     .post("3\x1e"
                           "4x")
                     .status,
                 200);
        QCOMPARE(client.poll().body, QByteArray("4x"));
    }

    void octetsAreNoBodyOfVersion4()
    {
        PollClient client(port(), kPath);
        const HttpAnswer answer = client.post("4x", {{"Content-Type", "application/octet-stream"}});
        QCOMPARE(answer.status, 400);
        QCOMPARE(answer.body, QByteArray(kNoBody));
        QVERIFY(client.isGone());
    }

    void aBodyThatIsTooLargeIsRefusedAlone()
    {
        PollClient client(port(), kPath);
        const HttpAnswer answer = client.post('4' + QByteArray(10'000, 'x'));
        QCOMPARE(answer.status, 413);
        QCOMPARE(answer.body, QByteArray(kNoBody));
        QCOMPARE(client.post('4' + QByteArray(9'999, 'x')).status, 200);
        QCOMPARE(client.poll().body.size(), 10'000);
    }

    void aBodyThatNoRequestMayHaveIsRefusedAlone()
    {
        PollClient client(port(), kPath);
        PollWire wire(port());
        wire.wire().send("POST " + client.target() + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\n");
        QCOMPARE(wire.answer().status, 413);
        QCOMPARE(client.post("4x").status, 200);
        QCOMPARE(client.poll().body, QByteArray("4x"));
    }

    /// Not the official server, which refuses the second: here a request is seen when it is complete.
    void twoPostsAtOnceBothCount()
    {
        PollClient client(port(), kPath);
        PollWire slow(port());
        slow.wire().send("POST " + client.target() + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n4sl");
        QVERIFY(slow.isSilent());
        QCOMPARE(client.post("4fast").status, 200);
        slow.wire().send("ow");
        QCOMPARE(slow.answer().status, 200);
        QCOMPARE(client.pollFor("4slow"), QByteArray("4fast\x1e"
                                                     "4slow"));
    }

    void aSessionOfAWebSocketIsNotPolled()
    {
        EngineWire socket(port());
        const QByteArray opening = socket.waitForTexts(1).value(0);
        const QByteArray sid = opening.mid(9, 20);
        PollWire wire(port());
        for (const char* method : {"GET", "POST"}) {
            wire.ask(method, QByteArray(kPath) + "?EIO=4&transport=polling&sid=" + sid, "4x");
            const HttpAnswer answer = wire.answer();
            QCOMPARE(answer.status, 400);
            QCOMPARE(answer.body, errorBody(3, "Bad request"));
        }
        socket.sendText("4x");
        QCOMPARE(socket.waitForTexts(2).value(1), QByteArray("4x"));
    }

    void otherMethodsAreAnError()
    {
        PollClient client(port(), kPath);
        for (const char* method : {"PUT", "DELETE", "OPTION"}) {
            PollWire wire(port());
            wire.ask(method, client.target());
            const HttpAnswer answer = wire.answer();
            QCOMPARE(answer.status, 500);
            QCOMPARE(answer.body, QByteArray(kNoBody));
        }
        QCOMPARE(client.post("4x").status, 200);
    }

    void aWebSocketEchoesTextAndBytes()
    {
        EngineWire socket(port());
        socket.sendText("4мир");
        socket.wire().send(WsWire::frame(0x82, QByteArray("\0\1", 2)));
        QCOMPARE(socket.waitForTexts(2).value(1), QByteArray("4мир"));
        QVERIFY(socket.wire().readUntil([&](const QByteArray&) { return socket.frames().size() >= 3; }));
        QCOMPARE(socket.frames().value(2).first, 0x82);
        QCOMPARE(socket.frames().value(2).payload, QByteArray("\0\1", 2));
    }

    void aWebSocketIsClosedWithoutACode_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char* text : {"", "abc", "2", "1", "9"})
            QTest::newRow(*text ? text : "empty") << QByteArray(text);
    }
    void aWebSocketIsClosedWithoutACode()
    {
        QFETCH(QByteArray, text);
        EngineWire socket(port());
        QCOMPARE(socket.waitForTexts(1).size(), 1);
        socket.sendText(text);
        QVERIFY(socket.wire().readUntil([&](const QByteArray&) { return socket.frames().size() >= 2; }));
        QCOMPARE(socket.frames().last().first, 0x88);
        QVERIFY(socket.frames().last().payload.isEmpty());
    }

    void aMessageThatIsTooLargeClosesWith1009()
    {
        EngineWire socket(port());
        QCOMPARE(socket.waitForTexts(1).size(), 1);
        socket.sendText('4' + QByteArray(10'000, 'x'));
        QCOMPARE(socket.closeCode(), 1009);
    }

    void anUpgradeKeepsEveryMessageInOrder()
    {
        for (int round = 0; round < 8; ++round) { // other workers each time
            PollClient client(port(), kPath);
            QCOMPARE(client.post("41").status, 200);
            EngineWire socket(port(), "&sid=" + client.sid());
            socket.sendText("2probe");
            QCOMPARE(socket.waitForTexts(1), QByteArrayList{"3probe"});
            QCOMPARE(client
                         .post("42\x1e"
                               "bAw==")
                         .status,
                     200);
            QCOMPARE(client.poll().body, QByteArray("41\x1e"
                                                    "42\x1e"
                                                    "bAw=="));
            QCOMPARE(client
                         .post("43\x1e"
                               "bBA==")
                         .status,
                     200);
            socket.wire().send(WsWire::text("5") + WsWire::text("44"));
            QCOMPARE(socket.waitForTexts(3), (QByteArrayList{"3probe", "43", "44"}));
            QCOMPARE(socket.frames().value(2).payload, QByteArray("\4"));
            const HttpAnswer answer = client.look();
            QCOMPARE(answer.status, 400);
            QCOMPARE(answer.body, errorBody(3, "Bad request"));
        }
    }

    void aPollThatWaitsIsLetGoForTheUpgrade()
    {
        PollClient client(port(), kPath);
        client.startPoll();
        QVERIFY(client.polls().isSilent());
        EngineWire socket(port(), "&sid=" + client.sid());
        socket.sendText("2probe");
        QCOMPARE(client.polls().answer().body, QByteArray("6"));
        client.startPoll(); // a client may, until it says 5
        QCOMPARE(client.polls().answer().body, QByteArray("6"));
        socket.sendText("5");
        socket.sendText("4x");
        QCOMPARE(socket.waitForTexts(2), (QByteArrayList{"3probe", "4x"}));
    }

    void aProbeThatSaysSomethingElseIsClosedAndPollingGoesOn()
    {
        PollClient client(port(), kPath);
        for (const char* text : {"4x", "2", "3probe", "x"}) {
            EngineWire socket(port(), "&sid=" + client.sid());
            socket.sendText(text);
            QVERIFY(socket.wire().waitForEnd());
            QCOMPARE(client.post("4y").status, 200);
            QCOMPARE(client.poll().body, QByteArray("4y"));
        }
        EngineWire socket(port(), "&sid=" + client.sid());
        socket.sendText("2probe");
        QCOMPARE(socket.waitForTexts(1), QByteArrayList{"3probe"});
        socket.wire().reset();
        QCOMPARE(client.post("4z").status, 200);
        QVERIFY(client.pollFor("4z").endsWith("4z"));
    }

    void aSecondWebSocketOfASessionIsClosed()
    {
        PollClient client(port(), kPath);
        EngineWire first(port(), "&sid=" + client.sid());
        first.sendText("2probe");
        QCOMPARE(first.waitForTexts(1), QByteArrayList{"3probe"});
        EngineWire second(port(), "&sid=" + client.sid());
        QCOMPARE(second.status(), 101);
        QVERIFY(second.wire().waitForEnd());
        first.sendText("5");
        first.sendText("4x");
        QCOMPARE(first.waitForTexts(2).value(1), QByteArray("4x"));
        EngineWire third(port(), "&sid=" + client.sid());
        QCOMPARE(third.status(), 101);
        QVERIFY(third.wire().waitForEnd());
        first.sendText("4y");
        QCOMPARE(first.waitForTexts(3).value(2), QByteArray("4y"));
    }

    void anUpgradeThatNobodyGoesOnWithEnds()
    {
        PollClient first(port(), kPath);
        EngineWire silent(port(), "&sid=" + first.sid());
        PollClient second(port(), kPath);
        EngineWire probing(port(), "&sid=" + second.sid());
        probing.sendText("2probe");
        QCOMPARE(probing.waitForTexts(1), QByteArrayList{"3probe"});
        for (PollClient* client : {&first, &second}) // on a connection that stays open until the end
            QCOMPARE(client->post("4w").status, 200);
        QVERIFY(silent.wire().waitForEnd(kUndoneMs));
        QCOMPARE(silent.frames().value(0).first, 0x88);
        QVERIFY(probing.wire().waitForEnd(kUndoneMs));
        for (PollClient* client : {&first, &second}) {
            QCOMPARE(client->post("4x").status, 200);
            QVERIFY(client->pollFor("4x").endsWith("4x"));
        }
    }

    void theServerPingsAndEndsWhoDoesNotAnswer()
    {
        EchoProcess echo({QStringLiteral("--ping-interval"), QStringLiteral("300"), QStringLiteral("--ping-timeout"),
                          QStringLiteral("200")});
        WsWire socket(echo.port(), wsTarget());
        const auto pings = [&] { return socket.texts().count("2"); };
        QVERIFY(socket.wire().readUntil([&](const QByteArray&) { return pings() == 1; }));
        socket.sendText("3");
        QVERIFY(socket.wire().readUntil([&](const QByteArray&) { return pings() == 2; }));
        QVERIFY(socket.wire().waitForEnd());
        QCOMPARE(pings(), 2);

        PollClient client(echo.port(), kPath);
        QCOMPARE(client.poll().body, QByteArray("2"));
        QCOMPARE(client.post("3").status, 200);
        QCOMPARE(client.poll().body, QByteArray("2"));
        const HttpAnswer last = client.poll();
        QVERIFY2(last.body == "1" || last.status == 400, last.body.constData());
        QVERIFY(client.isGone());
    }
};

QTEST_GUILESS_MAIN(TestEngineIo)
#include "tst_engineio.moc"
