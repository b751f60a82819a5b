// SPDX-License-Identifier: GPL-3.0-or-later
// WebSocket clients that break RFC 6455, the protocol above it or the limits, or just vanish.
#include "support/bystander.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <memory>

using namespace signalbox;
using namespace signalbox::test;

namespace {

using Frame = WsWire; // its static functions make frames

QJsonObject jsonWith(const WsWire& socket, const QByteArray& part)
{
    return QJsonDocument::fromJson(socket.textWith(part)).object();
}

} // namespace

class BadSocketTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();
    void violations_data();
    void violations();
    void badMessages_data();
    void badMessages();
    void closingHandshake_data();
    void closingHandshake();
    void badHandshakes_data();
    void badHandshakes();
    void framesBehindTheHandshakeAreHeard();
    void fragmentsWithPingsBetween();
    void commandsThatCannotBeDone_data();
    void commandsThatCannotBeDone();
    void floods_data();
    void floods();
    void clientsThatVanish_data();
    void clientsThatVanish();

private:
    static QByteArray guestTarget(const QByteArray& dialog = "17")
    {
        return "/channel/ws?session=" + dialog + "&token=" + ServerProcess::sessionToken(dialog);
    }
    static QByteArray staffTarget(const QByteArray& subject = "7")
    {
        return "/channel/ws?type=staff&access_token=" + ServerProcess::jwt(Role::Operator, subject);
    }
    int connectionCount();

    ServerProcess m_server;
    std::unique_ptr<Bystander> m_bystander;
};

/// A server that a sanitizer or a leak has something to say about does not end with 0.
void BadSocketTest::cleanupTestCase()
{
    QCOMPARE(m_server.stop(), 0);
}

void BadSocketTest::initTestCase()
{
    QVERIFY(m_server.start(
        {{"SIGNALBOX_DESK_OFFLINE_SECONDS", "3600"}, // whoever left stays: no word of it on staff's streams
         {"SIGNALBOX_DESK_SILENT_SECONDS", "3600"},
         {"SIGNALBOX_LIMIT_REQUESTS_PER_SECOND", "0"},
         {"SIGNALBOX_LIMIT_MESSAGES_BURST", "200"},
         {"SIGNALBOX_WORKERS", "2"}}));
    m_bystander = std::make_unique<Bystander>(m_server);
    QVERIFY(m_bystander->isServed());
}

int BadSocketTest::connectionCount()
{
    const HttpAnswer answer = get(m_server.port(), "/api/v1/stats/connections?limit=1", Bystander::credentials());
    return QJsonDocument::fromJson(answer.body).object()[QLatin1String("total")].toInt(-1);
}

void BadSocketTest::violations_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
    const auto row = [](const char* name, const QByteArray& bytes, int code = 1002) {
        QTest::newRow(name) << bytes << code;
    };
    row("unmasked", Frame::frame(0x81, "{}", false));
    row("RSV1", Frame::frame(0xC1, "{}"));
    row("RSV2", Frame::frame(0xA1, "{}"));
    row("RSV3", Frame::frame(0x91, "{}"));
    row("opcode 3", Frame::frame(0x83, "{}"));
    row("opcode 7", Frame::frame(0x87, "{}"));
    row("opcode 11", Frame::frame(0x8B, "{}"));
    row("opcode 15", Frame::frame(0x8F, "{}"));
    row("fragmented ping", Frame::frame(0x09, ""));
    row("fragmented close", Frame::frame(0x08, ""));
    row("ping of 126 bytes", Frame::frame(0x89, QByteArray(126, 'p')));
    row("close of 126 bytes", Frame::frame(0x88, QByteArray(126, 'p')));
    row("continuation of nothing", Frame::frame(0x80, "x"));
    row("unfinished continuation of nothing", Frame::frame(0x00, "x"));
    row("text inside a fragmented text", Frame::frame(0x01, "{") + Frame::text("{}"));
    row("binary inside a fragmented text", Frame::frame(0x01, "{") + Frame::frame(0x82, "{}"));
    row("length 5 in 16 bits", QByteArray::fromHex("81fe000511223344") + "12345");
    row("length 200 in 64 bits", QByteArray::fromHex("81ff00000000000000c811223344") + QByteArray(200, 'x'));
    row("length with its highest bit", QByteArray::fromHex("81ff800000000000000011223344"));
    row("close with one byte", Frame::frame(0x88, "\x03"));
    for (const int code : {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535})
        row(qPrintable(QStringLiteral("close with %1").arg(code)), Frame::closing(code));
    row("close with a reason that is not UTF-8", Frame::closing(1000, "\xff"), 1007);
    row("text that is not UTF-8", Frame::text("{\"type\":\"\xc3\x28\"}"), 1007);
    row("text with a surrogate", Frame::text("\xed\xa0\x80"), 1007);
    row("text with an overlong form", Frame::text("\xc0\xaf"), 1007);
    row("text beyond Unicode", Frame::text("\xf4\x90\x80\x80"), 1007);
    row("text that ends inside a character", Frame::text("\xe2\x82"), 1007);
    row("fragments that are not UTF-8", Frame::frame(0x01, "\xe2") + Frame::frame(0x80, "\x28"), 1007);
    row("an announced message of 64 KiB and one", QByteArray::fromHex("81ff000000000001000111223344"), 1009);
    row("an announced message of a terabyte", QByteArray::fromHex("81ff000001000000000011223344"), 1009);
    row("fragments over 64 KiB",
        Frame::frame(0x01, QByteArray(60'000, ' ')) + Frame::frame(0x80, QByteArray(6'000, ' ')), 1009);
    row("fragments without end", Frame::frame(0x01, "{") + Frame::frame(0x00, "").repeated(2000), 1008);
}

void BadSocketTest::violations()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, code);
    WsWire socket(m_server.port(), guestTarget());
    QVERIFY(socket.isEstablished());
    socket.wire().send(bytes + Frame::text(R"({"type":"ping"})"));
    QCOMPARE(socket.closeCode(), code);
    QVERIFY(!socket.closeReason().isEmpty());
    QVERIFY(!socket.wire().received().contains("pong")); // what follows the breach is not heard
    QVERIFY(m_bystander->isServed());
}

void BadSocketTest::badMessages_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const auto row = [](const char* name, const QByteArray& text) { QTest::newRow(name) << Frame::text(text); };
    QTest::newRow("binary") << Frame::frame(0x82, R"({"type":"ping"})");
    QTest::newRow("empty binary") << Frame::frame(0x82, "");
    row("nothing", "");
    row("blanks", "  ");
    row("words", "hello");
    row("a number", "17");
    row("a string", "\"ping\"");
    row("null", "null");
    row("a list", R"([{"type":"ping"}])");
    row("half an object", R"({"type":"ping")");
    row("two objects", R"({"type":"ping"}{"type":"ping"})");
    row("a comma too many", R"({"type":"ping",})");
    row("a comment", R"({"type":"ping"/**/})");
    row("single quotes", "{'type':'ping'}");
    row("a member named twice", R"({"type":"ping","type":"ack"})");
    row("a member named twice by an escape", R"({"type":"ping","t\u0079pe":"ack"})");
    row("a member named twice inside", R"({"type":"ping","ref":{"a":1,"a":2}})");
    row("too deep", R"({"type":"ping","ref":)" + QByteArray(40, '[') + "1" + QByteArray(40, ']') + "}");
    row("far too deep", R"({"type":)" + QByteArray(60'000, '['));
    row("a byte order mark", "\xef\xbb\xbf{\"type\":\"ping\"}");
    row("NUL behind it", QByteArray("{\"type\":\"ping\"}\0", 16));
    row("NUL in a string", QByteArray("{\"type\":\"pi\0ng\"}", 16));
    row("half a surrogate", R"({"type":"\ud800"})");
    row("a number out of range", R"({"type":"ping","ref":1e999})");
    row("not a number", R"({"type":"ping","ref":NaN})");
    row("the text ping of another door", "__ping__");
}

void BadSocketTest::badMessages()
{
    QFETCH(QByteArray, bytes);
    WsWire socket(m_server.port(), guestTarget());
    QVERIFY(socket.isEstablished());
    socket.wire().send(bytes + Frame::text(R"({"type":"ping"})"));
    QCOMPARE(socket.closeCode(), 4400);
    QVERIFY(!socket.wire().received().contains("pong"));
    QVERIFY(m_bystander->isServed());
}

void BadSocketTest::closingHandshake_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
    QTest::newRow("1000") << Frame::closing(1000, "bye") << 1000;
    QTest::newRow("1001") << Frame::closing(1001) << 1001;
    QTest::newRow("3000") << Frame::closing(3000) << 3000;
    QTest::newRow("4999") << Frame::closing(4999) << 4999;
    QTest::newRow("without a code") << Frame::frame(0x88, "") << 0;
}

void BadSocketTest::closingHandshake()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, code);
    WsWire socket(m_server.port(), guestTarget());
    QVERIFY(socket.isEstablished());
    socket.wire().send(bytes);
    QCOMPARE(socket.closeCode(), code);
    QCOMPARE(socket.frames().last().first, 0x88);
}

void BadSocketTest::badHandshakes_data()
{
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("to");
    QTest::addColumn<int>("status");
    QTest::newRow("no Upgrade") << QByteArray("Upgrade: websocket\r\n") << QByteArray() << 426;
    QTest::newRow("no Connection") << QByteArray("Connection: Upgrade\r\n") << QByteArray() << 426;
    QTest::newRow("another protocol") << QByteArray("websocket") << QByteArray("h2c") << 426;
    QTest::newRow("HTTP/1.0") << QByteArray("HTTP/1.1") << QByteArray("HTTP/1.0") << 426;
    QTest::newRow("version 8") << QByteArray("Version: 13") << QByteArray("Version: 8") << 426;
    QTest::newRow("no version") << QByteArray("Sec-WebSocket-Version: 13\r\n") << QByteArray() << 426;
    QTest::newRow("no key") << QByteArray("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n") << QByteArray() << 400;
    QTest::newRow("a short key") << QByteArray("dGhlIHNhbXBsZSBub25jZQ==") << QByteArray("c2hvcnQ=") << 400;
    QTest::newRow("two keys") << QByteArray("Upgrade: websocket\r\n")
                              << QByteArray("Upgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n")
                              << 400;
    QTest::newRow("POST") << QByteArray("GET ") << QByteArray("POST ") << 405;
    QTest::newRow("a foreign Origin") << QByteArray("Upgrade: websocket\r\n")
                                      << QByteArray("Upgrade: websocket\r\nOrigin: https://evil.example\r\n") << 403;
    QTest::newRow("Origin null") << QByteArray("Upgrade: websocket\r\n")
                                 << QByteArray("Upgrade: websocket\r\nOrigin: null\r\n") << 403;
}

void BadSocketTest::badHandshakes()
{
    QFETCH(QByteArray, from);
    QFETCH(QByteArray, to);
    QFETCH(int, status);
    Wire wire(m_server.port());
    QVERIFY(wire.send(WsWire::handshake(guestTarget()).replace(from, to)));
    QVERIFY(wire.readUntil([](const QByteArray& received) { return !answersIn(received).isEmpty(); }));
    const HttpAnswer answer = answersIn(wire.received()).first();
    QCOMPARE(answer.status, status);
    QVERIFY(answer.body.startsWith("{\"code\":"));
    QVERIFY(m_bystander->isServed());
}

void BadSocketTest::framesBehindTheHandshakeAreHeard()
{
    Wire wire(m_server.port());
    QVERIFY(wire.send(WsWire::handshake(guestTarget()) + Frame::text(R"({"type":"ping","ref":"early"})") +
                      Frame::frame(0x89, "really")));
    QVERIFY(wire.waitForText("early"));
    QVERIFY(wire.waitForText("really"));
    QVERIFY(wire.received().indexOf("connection.established") < wire.received().indexOf("early"));
}

void BadSocketTest::fragmentsWithPingsBetween()
{
    WsWire socket(m_server.port(), guestTarget());
    QVERIFY(socket.isEstablished());
    const QByteArray message = R"({"type":"ping","ref":"pièces"})";
    QByteArray bytes = Frame::frame(0x01, message.left(1));
    for (qsizetype i = 1; i < message.size(); ++i)
        bytes += (i % 8 == 0 ? Frame::frame(0x89, "between") : QByteArray()) + Frame::frame(0x00, message.mid(i, 1));
    bytes += Frame::frame(0x80, "");
    for (const char byte : bytes)
        socket.wire().send(QByteArray(1, byte));
    QVERIFY(socket.waitForText("pièces"));
    QCOMPARE(jsonWith(socket, "pièces")[QLatin1String("type")], QJsonValue(QStringLiteral("pong")));
    const QList<WsWire::Frame> frames = socket.frames();
    QCOMPARE(std::count_if(frames.begin(), frames.end(),
                           [](const auto& f) { return f.first == 0x8A && f.payload == "between"; }),
             (message.size() - 1) / 8);
}

void BadSocketTest::commandsThatCannotBeDone_data()
{
    QTest::addColumn<bool>("staff");
    QTest::addColumn<QByteArray>("command");
    QTest::addColumn<QString>("code");
    const auto row = [](const char* name, bool staff, const char* command, const char* code) {
        QTest::newRow(name) << staff << QByteArray(command) << QString::fromLatin1(code);
    };
    row("no type", false, R"({"ref":9})", "bad_request");
    row("an unknown type", false, R"({"type":"dance","ref":9})", "bad_request");
    row("a type that is no string", false, R"({"type":["ping"],"ref":9})", "bad_request");
    row("a type with NUL", false, R"({"type":"ping\u0000","ref":9})", "bad_request");
    row("an event of its own", false, R"({"type":"chat.message","data":{"body":"x"},"ref":9})", "bad_request");
    row("a foreign dialog", false, R"({"type":"subscribe","channel":"dialog:18","ref":9})", "forbidden");
    row("staff", false, R"({"type":"subscribe","channel":"staff","ref":9})", "forbidden");
    row("directors", true, R"({"type":"subscribe","channel":"directors","ref":9})", "forbidden");
    row("another operator", true, R"({"type":"subscribe","channel":"operator:8","ref":9})", "forbidden");
    row("a foreign city", true, R"({"type":"subscribe","channel":"city:Perm","ref":9})", "forbidden");
    row("an unknown kind", true, R"({"type":"subscribe","channel":"attic:1","ref":9})", "unknown_channel");
    row("an unknown stream", true, R"({"type":"subscribe","channel":"stream:milk","ref":9})", "unknown_channel");
    row("a dialog without id", true, R"({"type":"subscribe","channel":"dialog:","ref":9})", "unknown_channel");
    row("no channel", true, R"({"type":"subscribe","ref":9})", "unknown_channel");
    row("a channel that is a number", true, R"({"type":"subscribe","channel":5,"ref":9})", "unknown_channel");
    row("a channel with a line break", true, R"({"type":"subscribe","channel":"dialog:1\n","ref":9})",
        "unknown_channel");
    row("leave what was not joined", true, R"({"type":"unsubscribe","channel":"dialog:5","ref":9})", "unknown_channel");
    row("resume without a position", false, R"({"type":"resume","ref":9})", "invalid_field");
    row("ack without a number", false, R"({"type":"ack","last_id":"5","ref":9})", "invalid_field");
    row("ack of a fraction", false, R"({"type":"ack","last_id":5.5,"ref":9})", "invalid_field");
    row("ack of less than nothing", false, R"({"type":"ack","last_id":-1,"ref":9})", "invalid_field");
    row("ack of too much", false, R"({"type":"ack","last_id":1e300,"ref":9})", "invalid_field");
    row("ack of a foreign dialog", true, R"({"type":"ack","last_id":5,"session_id":"5","ref":9})", "forbidden");
    row("refresh without a token", true, R"({"type":"refresh","ref":9})", "unauthorized");
    row("refresh with an object", true, R"({"type":"refresh","token":{},"ref":9})", "unauthorized");
}

void BadSocketTest::commandsThatCannotBeDone()
{
    QFETCH(bool, staff);
    QFETCH(QByteArray, command);
    QFETCH(QString, code);
    WsWire socket(m_server.port(), staff ? staffTarget() : guestTarget());
    QVERIFY(socket.isEstablished());
    socket.sendText(command);
    QVERIFY(socket.waitForText("\"ref\":9"));
    const QJsonObject answer = jsonWith(socket, "\"ref\":9");
    QCOMPARE(answer[QLatin1String("type")].toString(), QStringLiteral("error"));
    QCOMPARE(answer[QLatin1String("code")].toString(), code);
    QVERIFY(!answer[QLatin1String("message")].toString().isEmpty());
    socket.sendText(R"({"type":"ping","ref":"still here"})");
    QVERIFY(socket.waitForText("still here"));
}

void BadSocketTest::floods_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("messages") << Frame::text(R"({"type":"ping"})");
    QTest::newRow("unknown commands") << Frame::text("{}");
    QTest::newRow("pings") << Frame::frame(0x89, "p");
    QTest::newRow("acks") << Frame::text(R"({"type":"ack","last_id":1})");
}

void BadSocketTest::floods()
{
    QFETCH(QByteArray, bytes);
    WsWire socket(m_server.port(), guestTarget());
    QVERIFY(socket.isEstablished());
    socket.wire().send(bytes.repeated(5000));
    QCOMPARE(socket.closeCode(), 4429);
    QVERIFY(socket.frames().size() > 1);
    QVERIFY(m_bystander->isServed());
}

void BadSocketTest::clientsThatVanish_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("hard");
    for (const bool hard : {false, true}) {
        QTest::addRow("idle%s", hard ? ", reset" : "") << QByteArray() << hard;
        QTest::addRow("in a frame%s", hard ? ", reset" : "") << Frame::text("{\"type\":").left(7) << hard;
        QTest::addRow("in a message%s", hard ? ", reset" : "") << Frame::frame(0x01, "{\"type\":") << hard;
        QTest::addRow("after a command%s", hard ? ", reset" : "")
            << Frame::text(R"({"type":"subscribe","channel":"dialog:1"})") << hard;
    }
}

void BadSocketTest::clientsThatVanish()
{
    QFETCH(QByteArray, bytes);
    QFETCH(bool, hard);
    WsWire socket(m_server.port(), staffTarget());
    QVERIFY(socket.isEstablished());
    socket.wire().send(bytes);
    if (hard) {
        socket.wire().reset();
    } else {
        socket.wire().finish();
        QVERIFY(socket.wire().waitForEnd());
    }
    QTRY_COMPARE_WITH_TIMEOUT(connectionCount(), 1, kPatienceMs);
    QVERIFY(m_bystander->isServed());
}

QTEST_GUILESS_MAIN(BadSocketTest)
#include "tst_badsocket.moc"
