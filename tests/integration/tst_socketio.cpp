// SPDX-License-Identifier: GPL-3.0-or-later
// Socket.IO v5 on the wire: what the official server answers to each packet, and what it closes for.
#include "support/echoprocess.h"
#include "support/pollclient.h"
#include "support/socketwire.h"

#include <QTest>

using namespace signalbox::test;

namespace {

constexpr char kPath[] = "/socket.io/";

/// The first `"name":"text"` in what came.
QByteArray memberOf(const QByteArray& text, const QByteArray& name)
{
    const QByteArray head = '"' + name + "\":\"";
    const qsizetype at = text.indexOf(head) + head.size();
    return text.mid(at, text.indexOf('"', at) - at);
}

} // namespace

class TestSocketIo : public QObject
{
    Q_OBJECT

    std::unique_ptr<EchoProcess> m_echo;
    quint16 port() const { return m_echo->port(); }

private slots:
    void initTestCase()
    {
        m_echo = std::make_unique<EchoProcess>();
        QVERIFY(m_echo->port() != 0);
    }
    void cleanupTestCase() { QVERIFY(m_echo->stop()); }

    void aConnectIsAnsweredWithASocketId()
    {
        SocketWire socket(port());
        socket.sendText("40{\"token\":\"x\"}");
        const QByteArrayList texts = socket.waitFor(2);
        QVERIFY2(texts.value(0).startsWith("40{\"sid\":\"") && texts.value(0).endsWith("\"}"),
                 texts.value(0).constData());
        QCOMPARE(texts.value(0).size(), qsizetype(sizeof("40{\"sid\":\"\"}") - 1 + 20));
        QVERIFY(!socket.texts().value(0).contains(texts.value(0).mid(10, 20))); // not Engine.IO's
        QCOMPARE(texts.value(1), QByteArray("42[\"auth\",{\"token\":\"x\"}]"));
    }

    void namespacesAreJoinedOneByOne()
    {
        SocketWire socket(port());
        socket.join();
        socket.sendText("40/custom,{\"a\":1}");
        const QByteArrayList texts = socket.waitFor(4);
        QVERIFY(texts.value(2).startsWith("40/custom,{\"sid\":\""));
        QCOMPARE(texts.value(3), QByteArray("42/custom,[\"auth\",{\"a\":1}]"));
        socket.sendText("42/custom,[\"message\",1]");
        QCOMPARE(socket.waitForLast(5), QByteArray("42/custom,[\"message-back\",1]"));
        socket.sendText("41/custom");
        socket.sendText("42[\"message\",2]");
        QCOMPARE(socket.waitForLast(6), QByteArray("42[\"message-back\",2]"));
        socket.sendText("42/custom,[\"message\",3]");
        QVERIFY(socket.isClosed());
    }

    void unknownNamespacesAreInvalidAndTheConnectionStays_data()
    {
        QTest::addColumn<QByteArray>("nsp");
        for (const char* nsp : {"/nope", "/adm?x=1", "/__proto__", "/custom/", "/\xd0\xbf"})
            QTest::newRow(nsp) << QByteArray(nsp);
    }
    void unknownNamespacesAreInvalidAndTheConnectionStays()
    {
        QFETCH(QByteArray, nsp);
        SocketWire socket(port());
        socket.sendText("40" + nsp + ',');
        QCOMPARE(socket.waitForLast(1), QByteArray("44" + nsp + ",{\"message\":\"Invalid namespace\"}"));
        socket.join();
        QCOMPARE(socket.waitFor(3).size(), 3);
    }

    void aRefusalSaysWhyAndTheConnectionStays()
    {
        SocketWire socket(port());
        socket.sendText("40/refused,{}");
        QCOMPARE(socket.waitForLast(1),
                 QByteArray("44/refused,{\"message\":\"Not authorized\",\"data\":{\"retry\":false}}"));
        socket.join("/custom"); // the comma may be missing
        QVERIFY(socket.waitForLast(2).startsWith("40/custom,{\"sid\":\""));
    }

    void eventsAcksAndBytes()
    {
        SocketWire socket(port());
        socket.join();
        socket.sendText("42[\"message\",1,\"2\",{\"3\":[true]}]");
        QCOMPARE(socket.waitForLast(3), QByteArray("42[\"message-back\",1,\"2\",{\"3\":[true]}]"));
        socket.sendText("42456[\"message-with-ack\",1,false]");
        QCOMPARE(socket.waitForLast(4), QByteArray("43456[1,false]"));
        socket.sendText("427[\"message-with-ack\"]");
        QCOMPARE(socket.waitForLast(5), QByteArray("437[]"));
        socket.sendText("452-[\"message\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]");
        socket.wire().send(WsWire::frame(0x82, "\1\2\3") + WsWire::frame(0x82, "\4\5\6"));
        QCOMPARE(
            socket.waitForLast(6),
            QByteArray("452-[\"message-back\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]"));
        socket.wire().readUntil([&](const QByteArray&) { return socket.frames().size() >= 9; });
        QCOMPARE(socket.frames().value(7).payload, QByteArray("\1\2\3"));
        QCOMPARE(socket.frames().value(8).payload, QByteArray("\4\5\6"));
        socket.sendText("451-789[\"message-with-ack\",{\"_placeholder\":true,\"num\":0}]");
        socket.wire().send(WsWire::frame(0x82, "x"));
        QCOMPARE(socket.waitForLast(7), QByteArray("461-789[{\"_placeholder\":true,\"num\":0}]"));
        socket.sendText("43999[1]"); // nobody asked for it
        socket.sendText("42");
        socket.sendText("42[\"unknown\",1]");
        socket.sendText("42[\"ask\",5]");
        QCOMPARE(socket.waitForLast(8), QByteArray("420[\"ask\",5]"));
        socket.sendText("430[6]");
        socket.sendText("430[7]"); // once
        socket.sendText("42[\"ask\",6]");
        QCOMPARE(socket.waitFor(10).mid(8), (QByteArrayList{"42[\"answered\",6]", "421[\"ask\",6]"}));
    }

    void theServerDisconnects()
    {
        SocketWire socket(port());
        socket.join();
        socket.join("/custom,");
        socket.sendText("42/custom,[\"disconnect-me\"]");
        QCOMPARE(socket.waitForLast(5), QByteArray("41/custom,"));
        socket.sendText("42[\"disconnect-me\",true]");
        QCOMPARE(socket.waitForLast(6), QByteArray("41"));
        QVERIFY(socket.isClosed());
    }

    void closesFor_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("text");
        const auto row = [](const char* name, const char* before, const char* text) {
            QTest::newRow(name) << QByteArray(before) << QByteArray(text);
        };
        row("an event before a connect", "", "42[\"message\"]");
        row("a disconnect before a connect", "", "41");
        row("an ack before a connect", "", "431[]");
        row("a second connect", "40", "40");
        row("an event elsewhere", "40", "42/custom,[\"message\"]");
        row("a connect error", "40", "44{\"message\":\"x\"}");
        row("a connect with an array", "", "40[]");
        row("a connect with a string", "", "40\"x\"");
        row("a connect with null", "", "40null");
        row("an unknown type", "40", "47");
        row("no type", "40", "4");
        row("text", "40", "4abc");
        row("an empty event", "40", "42[]");
        row("an object for an event", "40", "42{}");
        row("an event of a reserved name", "40", "42[\"disconnect\"]");
        row("rubbish behind the JSON", "40", "42[\"a\"]x");
        row("half a JSON", "40", "42[\"a\"");
        row("an ack with an object", "40", "431{}");
        row("a disconnect with a payload", "40", "41{}");
        row("no attachments", "40", "450-[\"a\"]");
        row("eleven attachments", "40", "4511-[\"a\"]");
        row("attachments of a fraction", "40", "451.5-[\"a\"]");
        row("a count of attachments alone", "40", "451");
        row("a placeholder out of range", "40", "451-[\"a\",{\"_placeholder\":true,\"num\":1}]");
    }
    void closesFor()
    {
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, text);
        SocketWire socket(port());
        if (!before.isEmpty())
            socket.join();
        socket.sendText(text);
        QVERIFY(socket.isClosed());
    }

    void closesForBytesOutOfTurn()
    {
        SocketWire unasked(port());
        unasked.join();
        unasked.wire().send(WsWire::frame(0x82, "x"));
        QVERIFY(unasked.isClosed());
        SocketWire missing(port());
        missing.join();
        missing.sendText("451-[\"message\",{\"_placeholder\":true,\"num\":0}]");
        missing.sendText("42[\"message\"]");
        QVERIFY(missing.isClosed());
    }

    void aPollingClientFetchesTheClose()
    {
        PollClient client(port(), kPath);
        QCOMPARE(client.post("40").body, QByteArray("ok"));
        QVERIFY(client.pollFor("auth").contains("\x1e"
                                                "42[\"auth\",{}]"));
        QCOMPARE(client.post("42[]").body, QByteArray("ok"));
        QCOMPARE(client.poll().body, QByteArray("6\x1e"
                                                "1"));
        QVERIFY(client.isGone());

        PollClient waiting(port(), kPath);
        QCOMPARE(waiting.post("40").body, QByteArray("ok"));
        QVERIFY(waiting.pollFor("auth").contains("auth"));
        waiting.startPoll();
        QVERIFY(waiting.polls().isSilent());
        QCOMPARE(waiting.post("42[\"disconnect-me\",true]").body, QByteArray("ok"));
        QCOMPARE(waiting.polls().answer().body, QByteArray("41"));
        QCOMPARE(waiting.poll().body, QByteArray("6\x1e"
                                                 "1"));
        QVERIFY(waiting.isGone());
    }

    void aCloseThatNobodyFetchesEnds()
    {
        constexpr int kUndoneMs = 90'000; // the server gives up after thirty seconds
        PollClient client(port(), kPath);
        QCOMPARE(client.post("42[]").status, 200);
        QTRY_COMPARE_WITH_TIMEOUT(client.post("4").status, 400, kUndoneMs);
        QVERIFY(client.isGone());
    }

    void aLostClientComesBackAsTheSameAndGetsWhatItMissed()
    {
        EchoProcess echo({QStringLiteral("--recovery"), QStringLiteral("60000")});
        PollClient lost(echo.port(), kPath);
        lost.post("40{\"token\":\"x\"}");
        const QByteArray first = lost.pollFor("auth");
        const QByteArray sid = memberOf(first, "sid");
        const QByteArray pid = memberOf(first, "pid");
        QCOMPARE(pid.size(), 20);
        QVERIFY(sid != pid && sid != lost.sid());
        QVERIFY2(first.contains("42[\"auth\",{\"token\":\"x\"},\"offset-1\"]"), first.constData());
        lost.post("421[\"message-with-ack\"]\x1e"
                  "42[\"ask\"]\x1e"
                  "42[\"message\",1]\x1e"
                  "451-[\"message\",{\"_placeholder\":true,\"num\":0}]\x1e"
                  "bAQ=="); // answers to questions, and questions, have no offset
        QCOMPARE(lost.post("4x", {{"Content-Type", "application/octet-stream"}}).status, 400); // ends the session
        QVERIFY(lost.isGone());

        SocketWire back(echo.port());
        back.sendText("40{\"token\":\"x\",\"pid\":\"" + pid + "\",\"offset\":\"offset-1\"}");
        const QByteArrayList texts = back.waitFor(4);
        QCOMPARE(texts.value(0), QByteArray("42[\"message-back\",1,\"offset-2\"]"));
        QCOMPARE(texts.value(1), QByteArray("451-[\"message-back\",{\"_placeholder\":true,\"num\":0},\"offset-3\"]"));
        QCOMPARE(texts.value(2), "40{\"sid\":\"" + sid + "\",\"pid\":\"" + pid + "\"}");
        QVERIFY(texts.value(3).endsWith(",\"offset-4\"]"));
    }

    void noOtherClientIsTheSameAgain_data()
    {
        QTest::addColumn<QByteArray>("leave");
        QTest::addColumn<QByteArray>("pid");
        QTest::addColumn<QByteArray>("offset");
        QTest::newRow("an unknown private id") << QByteArray() << QByteArray("x") << QByteArray("offset-1");
        QTest::newRow("an unknown offset") << QByteArray() << QByteArray() << QByteArray("offset-77");
        QTest::newRow("no offset") << QByteArray() << QByteArray() << QByteArray();
        QTest::newRow("one that took leave") << QByteArray("41") << QByteArray() << QByteArray("offset-1");
        QTest::newRow("one that was sent away")
            << QByteArray("42[\"disconnect-me\",true]") << QByteArray() << QByteArray("offset-1");
    }
    void noOtherClientIsTheSameAgain()
    {
        QFETCH(QByteArray, leave);
        QFETCH(QByteArray, pid);
        QFETCH(QByteArray, offset);
        EchoProcess echo({QStringLiteral("--recovery"), QStringLiteral("60000")});
        SocketWire first(echo.port());
        first.join();
        const QByteArray answer = first.waitForLast(1);
        if (!leave.isEmpty())
            first.sendText(leave);
        first.wire().send(WsWire::closing(1000));
        QVERIFY(first.wire().waitForEnd());
        SocketWire back(echo.port());
        back.sendText("40{\"pid\":\"" + (pid.isEmpty() ? memberOf(answer, "pid") : pid) + "\",\"offset\":\"" + offset +
                      "\"}");
        const QByteArray second = back.waitForLast(1);
        QVERIFY2(second.startsWith("40{\"sid\":\""), second.constData());
        QVERIFY(memberOf(second, "sid") != memberOf(answer, "sid"));
        QVERIFY(memberOf(second, "pid") != memberOf(answer, "pid"));
    }

    void aClientThatComesBackTooLateIsAnother()
    {
        EchoProcess echo({QStringLiteral("--recovery"), QStringLiteral("1")});
        SocketWire first(echo.port());
        first.join();
        const QByteArray answer = first.waitForLast(1);
        first.wire().send(WsWire::closing(1000));
        QVERIFY(first.wire().waitForEnd());
        QTest::qWait(20);
        SocketWire late(echo.port());
        late.sendText("40{\"pid\":\"" + memberOf(answer, "pid") + "\",\"offset\":\"offset-1\"}");
        QVERIFY(memberOf(late.waitForLast(1), "sid") != memberOf(answer, "sid"));
    }

    void aClientNeedNotFetchTheClose()
    {
        PollClient client(port(), kPath);
        QCOMPARE(client.post("42[]").body, QByteArray("ok")); // the session is being closed now
        QCOMPARE(client.post("40").body, QByteArray("ok"));   // and takes nothing any more
        QCOMPARE(client.post("1").body, QByteArray("ok"));
        QVERIFY(client.isGone());
    }

    void whoJoinsNoNamespaceIsClosed()
    {
        EchoProcess echo({QStringLiteral("--connect-timeout"), QStringLiteral("300")});
        SocketWire idle(echo.port());
        QVERIFY(idle.isClosed());
        SocketWire refused(echo.port());
        refused.sendText("40/nope,");
        QVERIFY(refused.waitForLast(1).startsWith("44/nope,"));
        QVERIFY(refused.isClosed());
        PollClient polling(echo.port(), kPath);
        QCOMPARE(polling.poll().body, QByteArray("1"));
        QVERIFY(polling.isGone());
    }
};

QTEST_GUILESS_MAIN(TestSocketIo)
#include "tst_socketio.moc"
