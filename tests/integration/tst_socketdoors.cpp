// SPDX-License-Identifier: GPL-3.0-or-later
// The WebSocket doors: what is said on them, how they are kept alive and how they end (spec section 4,
// docs/protocol.md).

#include "support/serverprocess.h"
#include "support/wsclient.h"

#include <QTest>

#include <algorithm>
#include <csignal>

using namespace signalbox;
using namespace signalbox::test;

namespace {

QByteArray keysOf(const QJsonObject& object)
{
    QStringList keys = object.keys();
    keys.sort();
    return keys.join(QLatin1Char(' ')).toUtf8();
}

Headers bearer(const QByteArray& token)
{
    return {{"Authorization", "Bearer " + token}};
}

QByteArray chatMessage(int id, const QByteArray& channels)
{
    return R"({"event":"chat.message","channels":[)" + channels + R"(],"data":{"id":)" + QByteArray::number(id) +
           R"(,"sender_type":"operator","body":"Привет","created_at":"2026-01-01T10:00:00Z"}})";
}

QByteArray upgradeRequest(const QByteArray& target, const QByteArray& more = {})
{
    return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + more + "\r\n";
}

/// Answers `__ping__` as seed 000's clients do.
void answerPings(WsClient& client)
{
    QWebSocket& socket = client.socket();
    QObject::connect(&socket, &QWebSocket::textMessageReceived, &socket, [&socket](const QString& message) {
        if (message == QLatin1String("__ping__"))
            socket.sendTextMessage(QStringLiteral("__pong__"));
    });
}

/// Of the messages so far, those with this text in them.
qsizetype countOf(const WsClient& client, const QByteArray& part)
{
    return std::count_if(client.texts().begin(), client.texts().end(),
                         [&](const QByteArray& t) { return t.contains(part); });
}

constexpr char kCloseFrame4408[] = "\x11\x38";

} // namespace

class TestSocketDoors : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();
    void greets_data();
    void greets();
    void sendsTheChannelEnvelope();
    void sendsTheDialogEnvelope();
    void sessionIdIsANumberOnlyWhenItIsOne();
    void staffHearOfWhatIsTheirs();
    void subscribesAndUnsubscribes();
    void answersWithTheRef_data();
    void answersWithTheRef();
    void acksMoveTheMark();
    void acksOfStaffNameTheDialog();
    void refusesAcks_data();
    void refusesAcks();
    void refreshes();
    void refreshWithLessRightsLeavesChannels();
    void refusesForeignRefresh_data();
    void refusesForeignRefresh();
    void closesOnBadMessages_data();
    void closesOnBadMessages();
    void answersPings();
    void saysWhyItCloses();
    void refusesOneTabTooMany();
    void anAdministratorCloses();
    void checksTheOrigin_data();
    void checksTheOrigin();
    void wantsAnUpgrade();
    void keepsOnlyThoseWhoAnswerPings();
    void pingsStaffMoreOften();
    void endsWithTheToken();
    void canBeSwitchedOff();
    void drainsWith1001();

private:
    QByteArray guestDoor(const QByteArray& dialog = "17") const
    {
        return "/channel/ws?session=" + dialog + "&token=" + ServerProcess::sessionToken(dialog);
    }
    QJsonObject publish(const QByteArray& body)
    {
        const HttpAnswer answer =
            postJson(m_server.port(), "/api/v1/publish", body, bearer(ServerProcess::webhookToken()));
        return answer.status == 200 ? json(answer.body) : QJsonObject();
    }
    QByteArray markOf(const QByteArray& dialog, const QByteArray& who)
    {
        const QJsonObject marks = json(get(m_server.managementPort(), "/stats/last-seen?dialog=" + dialog).body);
        return QByteArray::number(marks[QStringLiteral("marks")].toObject()[QString::fromUtf8(who)].toInteger(-1));
    }

    ServerProcess m_server;
    const QByteArray m_anna = ServerProcess::jwt(Role::Operator, "anna", {QByteArray("Саратов")});
};

void TestSocketDoors::initTestCase()
{
    QVERIFY(m_server.start(
        {{"SIGNALBOX_DESK_OFFLINE_SECONDS", "3600"}, // whoever left stays: no word of it on staff's streams
         {"SIGNALBOX_DESK_SILENT_SECONDS", "3600"},
         {"SIGNALBOX_LIMIT_TABS_PER_GUEST", "3"},
         {"SIGNALBOX_LIMIT_REQUESTS_PER_SECOND", "0"},
         {"SIGNALBOX_LIMIT_CONNECTIONS_PER_TOKEN", "0"},
         {"SIGNALBOX_LIMIT_WEBSOCKET_MESSAGE_BYTES", "4096"},
         {"SIGNALBOX_LIMIT_JSON_DEPTH", "8"},
         {"SIGNALBOX_DRAIN_SECONDS", "0"},
         {"CORS_ORIGIN", "https://shop.example,https://desk.example"}}));
}

void TestSocketDoors::cleanupTestCase()
{
    if (m_server.isRunning())
        QCOMPARE(m_server.stop(), 0);
}

void TestSocketDoors::greets_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QByteArray>("keys");
    const QByteArray site = ServerProcess::siteToken("shop.example", "17");
    QTest::newRow("guest") << guestDoor() << QByteArray() << QByteArray("client_id data position session_id type");
    QTest::newRow("staff") << QByteArray("/channel/ws?type=staff") << m_anna
                           << QByteArray("client_id data position type");
    QTest::newRow("dialog") << QByteArray("/ws/dialogs/17") << m_anna
                            << QByteArray("client_id data event position sequence session_id");
    QTest::newRow("site dialog") << "/ws/site/dialogs/17?site_token=" + site << QByteArray()
                                 << QByteArray("client_id data event position sequence session_id");
}

void TestSocketDoors::greets()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, token);
    QFETCH(QByteArray, keys);
    WsClient socket(m_server.port(), target, token.isEmpty() ? Headers() : bearer(token));
    const QJsonObject hello = socket.next();
    QCOMPARE(keysOf(hello), keys);
    const bool isDialog = hello.contains(QStringLiteral("event"));
    QCOMPARE(isDialog ? text(hello, "event") : text(hello, "type"),
             QByteArray(isDialog ? "connection.established@v1" : "connection.established"));
    const QJsonObject data = hello[QStringLiteral("data")].toObject();
    QCOMPARE(keysOf(data), QByteArray("client_id connection_type timestamp"));
    QCOMPARE(text(data, "connection_type"), QByteArray("ws"));
    QVERIFY(!text(data, "client_id").isEmpty());
    QCOMPARE(text(hello, "client_id"), text(data, "client_id"));
    QVERIFY(QDateTime::fromString(data[QStringLiteral("timestamp")].toString(), Qt::ISODateWithMs).isValid());
    QVERIFY(text(hello, "position").contains(':'));
    if (hello.contains(QStringLiteral("session_id")))
        QCOMPARE(hello[QStringLiteral("session_id")], QJsonValue(17));
}

void TestSocketDoors::sendsTheChannelEnvelope()
{
    WsClient socket(m_server.port(), guestDoor());
    QVERIFY(!socket.next().isEmpty());
    const QJsonObject published = publish(chatMessage(1, "\"dialog:17\",\"staff\""));
    const QByteArray message = socket.nextText();
    QVERIFY(message.contains(
        R"("data":{"id":1,"sender_type":"operator","body":"Привет","created_at":"2026-01-01T10:00:00Z"})"));
    const QJsonObject event = json(message);
    QCOMPARE(keysOf(event), QByteArray("channel cursor data id position session_id timestamp type"));
    QCOMPARE(text(event, "type"), QByteArray("chat.message"));
    QCOMPARE(event[QStringLiteral("session_id")], QJsonValue(17));
    QCOMPARE(text(event, "channel"), QByteArray("dialog:17"));
    QCOMPARE(text(event, "position"), text(published, "positions.dialog:17"));
    QCOMPARE(text(event, "id"), text(published, "id"));
    QVERIFY(text(event, "cursor") != text(event, "position"));
    QVERIFY(text(event, "timestamp").endsWith('Z'));
    QVERIFY(QDateTime::fromString(event[QStringLiteral("timestamp")].toString(), Qt::ISODateWithMs).isValid());
}

void TestSocketDoors::sendsTheDialogEnvelope()
{
    WsClient operatorSocket(m_server.port(), "/ws/dialogs/17", bearer(m_anna));
    WsClient siteSocket(m_server.port(),
                        "/ws/site/dialogs/17?site_token=" + ServerProcess::siteToken("shop.example", "17"));
    const qint64 before = operatorSocket.next()[QStringLiteral("sequence")].toInteger(-1);
    QVERIFY(!siteSocket.next().isEmpty());
    const QJsonObject published = publish(chatMessage(2, "\"dialog:17\""));
    const QJsonObject event = operatorSocket.next();
    QCOMPARE(keysOf(event), QByteArray("channel cursor data event id position sequence timestamp"));
    QCOMPARE(text(event, "event"), QByteArray("chat.message@v1"));
    QCOMPARE(event[QStringLiteral("sequence")].toInteger(), before + 1);
    QCOMPARE(text(event, "position"), text(published, "positions.dialog:17"));
    QVERIFY(text(event, "position").endsWith(QByteArray(':' + QByteArray::number(before + 1))));
    QCOMPARE(siteSocket.next(), event);
}

void TestSocketDoors::sessionIdIsANumberOnlyWhenItIsOne()
{
    for (const auto& [dialog, expected] : {std::pair<QByteArray, QJsonValue>{"0", 0},
                                           {"017", QStringLiteral("017")},
                                           {"a1", QStringLiteral("a1")},
                                           {"12345678901234567890", QStringLiteral("12345678901234567890")}}) {
        WsClient socket(m_server.port(), guestDoor(dialog));
        QCOMPARE(socket.next()[QStringLiteral("session_id")], expected);
    }
}

void TestSocketDoors::staffHearOfWhatIsTheirs()
{
    WsClient staff(m_server.port(), "/channel/ws?type=staff", bearer(m_anna));
    QVERIFY(!staff.next().isEmpty());
    for (const char* channel : {"staff", "operators", "operator:anna", "user:anna", "city:Саратов"}) {
        QVERIFY(!publish(R"({"event":"notification","channels":[")" + QByteArray(channel) +
                         R"("],"data":{"type":"info","message":"m"}})")
                     .isEmpty());
        const QJsonObject event = staff.next();
        QCOMPARE(text(event, "channel"), QByteArray(channel));
        QVERIFY(!event.contains(QStringLiteral("session_id")));
    }
    for (const char* channel : {"directors", "operator:boris", "city:Казань", "dialog:17", "system"})
        publish(R"({"event":"notification","channels":[")" + QByteArray(channel) +
                R"("],"data":{"type":"info","message":"m"}})");
    publish(R"({"event":"notification","channels":["staff"],"data":{"type":"last","message":"m"}})");
    QCOMPARE(text(staff.next(), "data.type"), QByteArray("last"));
}

void TestSocketDoors::subscribesAndUnsubscribes()
{
    WsClient staff(m_server.port(), "/channel/ws?type=staff", bearer(m_anna));
    QVERIFY(!staff.next().isEmpty());
    const QJsonObject first = publish(chatMessage(1, "\"dialog:sub\""));
    staff.send(R"({"type":"subscribe","channel":"dialog:sub","ref":"a"})");
    const QJsonObject joined = staff.next();
    QCOMPARE(keysOf(joined), QByteArray("channel position recovered ref type"));
    QCOMPARE(text(joined, "position"), text(first, "positions.dialog:sub"));
    QCOMPARE(joined[QStringLiteral("recovered")], QJsonValue(false));
    publish(chatMessage(2, "\"dialog:sub\""));
    QCOMPARE(staff.next()[QStringLiteral("data")][QLatin1String("id")], QJsonValue(2));

    staff.send(R"({"type":"subscribe","channel":"dialog:sub","position":")" + text(first, "positions.dialog:sub") +
               "\"}");
    const QJsonObject again = staff.next();
    QCOMPARE(again[QStringLiteral("recovered")], QJsonValue(true));
    QVERIFY(!again.contains(QStringLiteral("ref")));
    QCOMPARE(staff.next()[QStringLiteral("data")][QLatin1String("id")], QJsonValue(2)); // asked for again

    staff.send(R"({"type":"unsubscribe","channel":"dialog:sub","ref":7})");
    const QJsonObject left = staff.next();
    QCOMPARE(text(left, "type"), QByteArray("unsubscribed"));
    QCOMPARE(text(left, "channel"), QByteArray("dialog:sub"));
    QCOMPARE(left[QStringLiteral("ref")], QJsonValue(7));
    publish(chatMessage(3, "\"dialog:sub\""));
    publish(chatMessage(4, "\"staff\""));
    QCOMPARE(staff.next()[QStringLiteral("data")][QLatin1String("id")], QJsonValue(4));
}

void TestSocketDoors::answersWithTheRef_data()
{
    QTest::addColumn<QByteArray>("command");
    QTest::addColumn<QByteArray>("answer");
    const auto error = [](const char* code) -> QByteArray {
        return R"({"type":"error","code":")" + QByteArray(code) + '"';
    };
    QTest::newRow("ping") << QByteArray(R"({"type":"ping","ref":1})") << QByteArray(R"({"type":"pong","ref":1})");
    QTest::newRow("ping without ref") << QByteArray(R"({"type":"ping"})") << QByteArray(R"({"type":"pong"})");
    QTest::newRow("unknown command") << QByteArray(R"({"type":"dance","ref":"x\"y"})") << error("bad_request");
    QTest::newRow("no type") << QByteArray(R"({"ref":"r"})") << error("bad_request");
    QTest::newRow("type is a number") << QByteArray(R"({"type":5,"ref":"r"})") << error("bad_request");
    QTest::newRow("subscribe nothing") << QByteArray(R"({"type":"subscribe","ref":2})") << error("unknown_channel");
    QTest::newRow("subscribe a foreign one")
        << QByteArray(R"({"type":"subscribe","channel":"operator:b","ref":2})") << error("forbidden");
    QTest::newRow("subscribe a malformed one")
        << QByteArray(R"({"type":"subscribe","channel":"a,b","ref":2})") << error("unknown_channel");
    QTest::newRow("unsubscribe what is not")
        << QByteArray(R"({"type":"unsubscribe","channel":"dialog:5","ref":2})") << error("unknown_channel");
    QTest::newRow("resume without place") << QByteArray(R"({"type":"resume","ref":2})") << error("invalid_field");
    QTest::newRow("refresh without token") << QByteArray(R"({"type":"refresh","ref":2})") << error("unauthorized");
}

void TestSocketDoors::answersWithTheRef()
{
    QFETCH(QByteArray, command);
    QFETCH(QByteArray, answer);
    WsClient staff(m_server.port(), "/channel/ws?type=staff", bearer(m_anna));
    QVERIFY(!staff.next().isEmpty());
    staff.send(command);
    const QByteArray got = staff.nextText();
    QVERIFY2(got.startsWith(answer), got);
    QCOMPARE(json(got).value(QLatin1String("ref")), json(command).value(QLatin1String("ref")));
    QVERIFY(staff.sync());
}

void TestSocketDoors::acksMoveTheMark()
{
    WsClient guest(m_server.port(), guestDoor("ack"));
    QVERIFY(!guest.next().isEmpty());
    guest.send(R"({"type":"ack","last_id":456})");
    QTRY_COMPARE(markOf("ack", "guest:ack"), QByteArray("456"));
    guest.send(R"({"type":"ack","last_id":12})"); // never back
    QVERIFY(guest.sync());
    QCOMPARE(markOf("ack", "guest:ack"), QByteArray("456"));
    guest.send(R"({"type":"ack","last_id":457})");
    QTRY_COMPARE(markOf("ack", "guest:ack"), QByteArray("457"));
    QCOMPARE(guest.texts().size(), 1); // no answers
}

void TestSocketDoors::acksOfStaffNameTheDialog()
{
    WsClient staff(m_server.port(), "/channel/ws?type=staff", bearer(m_anna));
    QVERIFY(!staff.next().isEmpty());
    staff.send(R"({"type":"ack","last_id":9,"session_id":23,"ref":1})"); // not subscribed yet
    QCOMPARE(text(staff.next(), "code"), QByteArray("forbidden"));
    staff.send(R"({"type":"subscribe","channel":"dialog:23"})");
    QCOMPARE(text(staff.next(), "type"), QByteArray("subscribed"));
    staff.send(R"({"type":"ack","last_id":9,"session_id":23})");
    QTRY_COMPARE(markOf("23", "anna"), QByteArray("9"));
}

void TestSocketDoors::refusesAcks_data()
{
    QTest::addColumn<QByteArray>("command");
    QTest::newRow("nothing") << QByteArray(R"({"type":"ack"})");
    QTest::newRow("text") << QByteArray(R"({"type":"ack","last_id":"5"})");
    QTest::newRow("negative") << QByteArray(R"({"type":"ack","last_id":-1})");
    QTest::newRow("fraction") << QByteArray(R"({"type":"ack","last_id":1.5})");
    QTest::newRow("huge") << QByteArray(R"({"type":"ack","last_id":1e300})");
}

void TestSocketDoors::refusesAcks()
{
    QFETCH(QByteArray, command);
    WsClient guest(m_server.port(), guestDoor("noack"));
    QVERIFY(!guest.next().isEmpty());
    guest.send(command);
    const QJsonObject answer = guest.next();
    QCOMPARE(text(answer, "code"), QByteArray("invalid_field"));
    QCOMPARE(text(answer, "field"), QByteArray("last_id"));
    QCOMPARE(markOf("noack", "guest:noack"), QByteArray("-1"));
}

void TestSocketDoors::refreshes()
{
    WsClient staff(m_server.port(), "/channel/ws?type=staff", bearer(m_anna));
    WsClient guest(m_server.port(), guestDoor());
    WsClient site(m_server.port(), "/ws/site/dialogs/17?site_token=" + ServerProcess::siteToken("shop.example", "17"));
    const std::pair<WsClient*, QByteArray> holders[]{{&staff, ServerProcess::jwt(Role::Operator, "anna")},
                                                     {&guest, ServerProcess::sessionToken("17")},
                                                     {&site, ServerProcess::siteToken("shop.example", "17")}};
    for (const auto& [socket, token] : holders) {
        QVERIFY(!socket->next().isEmpty());
        socket->send(R"({"type":"refresh","ref":3,"token":")" + token + "\"}");
        QVERIFY(socket->waitForText("\"refreshed\""));
        const QJsonObject answer = json(socket->texts().last());
        QCOMPARE(keysOf(answer), QByteArray("expires_at ref type"));
        const auto end = QDateTime::fromString(answer[QStringLiteral("expires_at")].toString(), Qt::ISODateWithMs);
        QVERIFY(end > QDateTime::currentDateTimeUtc());
    }
}

void TestSocketDoors::refreshWithLessRightsLeavesChannels()
{
    WsClient staff(m_server.port(), "/channel/ws?type=staff", bearer(m_anna));
    QVERIFY(!staff.next().isEmpty());
    staff.send(R"({"type":"refresh","token":")" + ServerProcess::jwt(Role::Operator, "anna") +
               "\"}"); // without the city
    const QJsonObject left = staff.next();
    QCOMPARE(text(left, "type"), QByteArray("unsubscribed"));
    QCOMPARE(text(left, "channel"), QByteArray("city:Саратов"));
    QCOMPARE(text(staff.next(), "type"), QByteArray("refreshed"));
    publish(R"({"event":"notification","channels":["city:Саратов"],"data":{"type":"info","message":"m"}})");
    publish(R"({"event":"notification","channels":["staff"],"data":{"type":"last","message":"m"}})");
    QCOMPARE(text(staff.next(), "channel"), QByteArray("staff"));
    staff.send(R"({"type":"subscribe","channel":"city:Саратов"})");
    QCOMPARE(text(staff.next(), "code"), QByteArray("forbidden"));
}

void TestSocketDoors::refusesForeignRefresh_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QByteArray>("code");
    QTest::newRow("another operator") << ServerProcess::jwt(Role::Operator, "boris") << QByteArray("forbidden");
    QTest::newRow("another role") << ServerProcess::jwt(Role::Admin, "anna") << QByteArray("forbidden");
    QTest::newRow("nonsense") << QByteArray("abc") << QByteArray("unauthorized");
    QTest::newRow("a guest's") << ServerProcess::sessionToken("17") << QByteArray("unauthorized");
}

void TestSocketDoors::refusesForeignRefresh()
{
    QFETCH(QByteArray, token);
    QFETCH(QByteArray, code);
    WsClient staff(m_server.port(), "/channel/ws?type=staff", bearer(m_anna));
    QVERIFY(!staff.next().isEmpty());
    staff.send(R"({"type":"refresh","ref":3,"token":")" + token + "\"}");
    const QJsonObject answer = staff.next();
    QCOMPARE(text(answer, "code"), code);
    QCOMPARE(answer[QStringLiteral("ref")], QJsonValue(3));
    QVERIFY(staff.sync());
}

void TestSocketDoors::closesOnBadMessages_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<bool>("binary");
    QTest::addColumn<int>("code");
    QTest::newRow("no JSON") << QByteArray("hello") << false << 4400;
    QTest::newRow("empty") << QByteArray("") << false << 4400;
    QTest::newRow("cut off") << QByteArray("{\"type\":") << false << 4400;
    QTest::newRow("a list") << QByteArray("[1]") << false << 4400;
    QTest::newRow("a text") << QByteArray("\"ping\"") << false << 4400;
    QTest::newRow("too deep") << "{\"a\":" + QByteArray(20, '[') + QByteArray(20, ']') + "}" << false << 4400;
    QTest::newRow("a member twice") << QByteArray(R"({"type":"ping","type":"ack"})") << false << 4400;
    QTest::newRow("binary") << QByteArray("{\"type\":\"ping\"}") << true << 4400;
    QTest::newRow("too long") << "{\"a\":\"" + QByteArray(5000, 'x') + "\"}" << false << 1009;
}

void TestSocketDoors::closesOnBadMessages()
{
    QFETCH(QByteArray, message);
    QFETCH(bool, binary);
    QFETCH(int, code);
    WsClient other(m_server.port(), guestDoor("calm"));
    WsClient socket(m_server.port(), guestDoor());
    QVERIFY(!other.next().isEmpty());
    QVERIFY(!socket.next().isEmpty());
    if (binary)
        socket.socket().sendBinaryMessage(message);
    else
        socket.send(message);
    QCOMPARE(socket.closeCode(), code);
    QVERIFY(other.sync()); // nobody else notices
}

void TestSocketDoors::answersPings()
{
    WsClient channel(m_server.port(), guestDoor());
    WsClient dialog(m_server.port(), "/ws/dialogs/17", bearer(m_anna));
    QVERIFY(!channel.next().isEmpty());
    QVERIFY(!dialog.next().isEmpty());
    channel.socket().ping("a payload");
    QVERIFY(channel.waitFor([&] { return channel.pongs().contains("a payload"); }));
    dialog.send("__ping__");
    QCOMPARE(dialog.nextText(), QByteArray("__pong__"));
}

void TestSocketDoors::saysWhyItCloses()
{
    WsClient channel(m_server.port(), "/channel/ws?session=17&token=nonsense");
    const QJsonObject closed = channel.next();
    QCOMPARE(text(closed, "type"), QByteArray("connection.closed"));
    QCOMPARE(keysOf(closed[QStringLiteral("data")].toObject()), QByteArray("code reason timestamp"));
    QCOMPARE(text(closed, "data.reason"), QByteArray("unauthorized"));
    QCOMPARE(closed[QStringLiteral("data")][QLatin1String("code")], QJsonValue(4401));
    QCOMPARE(channel.closeCode(), 4401);
    QCOMPARE(channel.socket().closeReason(), QStringLiteral("unauthorized"));

    WsClient dialog(m_server.port(), "/ws/dialogs/17", bearer(ServerProcess::jwt(Role::User, "ulla")));
    QCOMPARE(text(dialog.next(), "event"), QByteArray("connection.closed@v1"));
    QCOMPARE(dialog.closeCode(), 4403);
}

void TestSocketDoors::refusesOneTabTooMany()
{
    const QByteArray door = guestDoor("tabs");
    WsClient tabs[3]{WsClient(m_server.port(), door), WsClient(m_server.port(), door), WsClient(m_server.port(), door)};
    for (WsClient& tab : tabs)
        QVERIFY(tab.nextText().contains("established"));
    WsClient fourth(m_server.port(), door);
    QCOMPARE(text(fourth.next(), "data.reason"), QByteArray("connection_limit"));
    QCOMPARE(fourth.closeCode(), 4409);
    for (WsClient& tab : tabs)
        QVERIFY(tab.sync());
    tabs[0].socket().close();
    QVERIFY(tabs[0].closeCode() != 0);
    bool admitted = false; // as soon as the server has seen the end
    for (int i = 0; i < 100 && !admitted; ++i) {
        WsClient again(m_server.port(), door);
        admitted = again.nextText().contains("established");
    }
    QVERIFY(admitted);
}

void TestSocketDoors::anAdministratorCloses()
{
    WsClient socket(m_server.port(), "/channel/ws?type=staff", bearer(ServerProcess::jwt(Role::Operator, "zoe")));
    QVERIFY(!socket.next().isEmpty());
    QCOMPARE(request(m_server.managementPort(), "DELETE", "/users/zoe/connections").status, 200);
    QCOMPARE(text(socket.next(), "data.reason"), QByteArray("closed_by_admin"));
    QCOMPARE(socket.closeCode(), 1008);
}

void TestSocketDoors::checksTheOrigin_data()
{
    QTest::addColumn<QByteArray>("origin");
    QTest::addColumn<int>("status");
    QTest::newRow("none") << QByteArray() << 101;
    QTest::newRow("listed") << QByteArray("https://shop.example") << 101;
    QTest::newRow("second of the list") << QByteArray("https://desk.example") << 101;
    QTest::newRow("our own") << QByteArray("http://localhost") << 101;
    QTest::newRow("foreign") << QByteArray("https://evil.example") << 403;
    QTest::newRow("other scheme") << QByteArray("http://shop.example") << 403;
    QTest::newRow("other port") << QByteArray("https://shop.example:8443") << 403;
    QTest::newRow("longer") << QByteArray("https://shop.example.evil.example") << 403;
    QTest::newRow("opaque") << QByteArray("null") << 403;
}

void TestSocketDoors::checksTheOrigin()
{
    QFETCH(QByteArray, origin);
    QFETCH(int, status);
    const QByteArray site = "/ws/site/dialogs/17?site_token=" + ServerProcess::siteToken("shop.example", "17");
    for (const QByteArray& door : {guestDoor(), QByteArray("/ws/dialogs/17?token=" + m_anna), site}) {
        RawClient client(m_server.port());
        client.send(upgradeRequest(door, origin.isEmpty() ? QByteArray() : "Origin: " + origin + "\r\n"));
        QVERIFY(client.waitForText("\r\n\r\n"));
        QCOMPARE(client.received().mid(9, 3).toInt(), status);
    }
}

void TestSocketDoors::wantsAnUpgrade()
{
    const HttpAnswer answer = get(m_server.port(), guestDoor());
    QCOMPARE(answer.status, 426);
    QCOMPARE(answer.headers.value("upgrade"), QByteArray("websocket"));
    QCOMPARE(text(json(answer.body), "code"), QByteArray("bad_request"));
    QCOMPARE(request(m_server.port(), "POST", guestDoor()).status, 405);
}

/// Those who answer stay, those who do not get 4408; ping frames on /channel/ws, the text `__ping__` on /ws.
void TestSocketDoors::keepsOnlyThoseWhoAnswerPings()
{
    ServerProcess server;
    QVERIFY(server.start({{"SIGNALBOX_HEARTBEAT_CHANNEL_PING_MS", "100"},
                          {"SIGNALBOX_HEARTBEAT_DIALOG_PING_MS", "100"},
                          {"SIGNALBOX_HEARTBEAT_PONG_TIMEOUT_MS", "900"}}));
    const QByteArray site = "/ws/site/dialogs/17?site_token=" + ServerProcess::siteToken("shop.example", "17");
    WsClient answering(server.port(), "/ws/dialogs/17", bearer(m_anna));
    WsClient answeringGuest(server.port(), site);
    WsClient channel(server.port(), guestDoor()); // QWebSocket answers ping frames itself
    answerPings(answering);
    answerPings(answeringGuest);
    WsClient silent(server.port(), "/ws/dialogs/17", bearer(m_anna));
    RawClient silentChannel(server.port());
    silentChannel.send(upgradeRequest(guestDoor("18")));
    QVERIFY(silentChannel.waitForText("connection.established"));
    QVERIFY(silentChannel.waitForText(QByteArray("\x89\x00", 2))); // an empty ping frame

    QVERIFY(silent.waitForText("__ping__"));
    QCOMPARE(silent.closeCode(), 4408);
    QCOMPARE(countOf(silent, "\"pong_timeout\""), 1);
    QVERIFY(silentChannel.waitForText("\"pong_timeout\""));
    QVERIFY(silentChannel.waitForText(kCloseFrame4408));
    QVERIFY(answering.sync());
    QVERIFY(answeringGuest.sync());
    QVERIFY(channel.sync());
    QVERIFY(countOf(answering, "__ping__") >= 3);
    QCOMPARE(countOf(channel, "__ping__"), 0);
}

/// Staff are pinged at a pace of their own, guests are not; whatever comes from a client tells that it is there.
void TestSocketDoors::pingsStaffMoreOften()
{
    ServerProcess server;
    QVERIFY(server.start({{"SIGNALBOX_HEARTBEAT_STAFF_PING_MS", "50"}}));
    RawClient staff(server.port());
    staff.send(upgradeRequest("/channel/ws?type=staff&access_token=" + m_anna));
    RawClient guest(server.port());
    guest.send(upgradeRequest(guestDoor("18")));
    QVERIFY(guest.waitForText("connection.established"));
    const QByteArray ping("\x89\x00", 2);
    QVERIFY(staff.waitFor([&ping](const QByteArray& received) { return received.count(ping) >= 3; }));
    QVERIFY(!guest.received().contains(ping));
    const auto heard = [&server] {
        const Headers service = bearer(ServerProcess::webhookToken());
        const QJsonObject all = json(get(server.port(), "/api/v1/stats/connections", service).body);
        QByteArrayList users;
        for (const QJsonValue& each : all.value(QLatin1String("connections")).toArray()) {
            if (!each[QLatin1String("last_pong")].isNull())
                users.append(each[QLatin1String("user")].toString().toUtf8());
        }
        return users;
    };
    QCOMPARE(heard(), QByteArrayList()); // the raw clients answer nothing
    WsClient other(server.port(), guestDoor("19"));
    QVERIFY(other.waitForOpen());
    other.send(R"({"type":"ping"})");
    QVERIFY(other.waitForText("pong"));
    QCOMPARE(heard(), QByteArrayList{"guest:19"});
}

/// `token.expiring` comes in time, then the connection ends, unless it was refreshed.
void TestSocketDoors::endsWithTheToken()
{
    const QByteArray token = ServerProcess::jwt(Role::Operator, "anna", {}, {}, 2);
    WsClient left(m_server.port(), "/channel/ws?type=staff", bearer(token));
    WsClient dialog(m_server.port(), "/ws/dialogs/17", bearer(token));
    WsClient kept(m_server.port(), "/channel/ws?type=staff", bearer(token));
    QVERIFY(kept.waitForText("\"type\":\"token.expiring\""));
    kept.send(R"({"type":"refresh","token":")" + ServerProcess::jwt(Role::Operator, "anna") + "\"}");
    QVERIFY(kept.waitForText("\"refreshed\""));
    QVERIFY(left.waitForText("\"type\":\"token.expiring\""));
    QVERIFY(dialog.waitForText("\"event\":\"token.expiring@v1\""));
    QCOMPARE(left.closeCode(), 4401);
    QCOMPARE(dialog.closeCode(), 4401);
    QCOMPARE(text(json(left.texts().last()), "data.reason"), QByteArray("token_expired"));
    QVERIFY(kept.sync());
    QCOMPARE(countOf(kept, "token.expiring"), 1);
    WsClient late(m_server.port(), "/channel/ws?type=staff", bearer(token));
    QCOMPARE(late.closeCode(), 4401); // the leeway of requests is none for connections
}

void TestSocketDoors::canBeSwitchedOff()
{
    ServerProcess server;
    QVERIFY(server.start({{"SIGNALBOX_TRANSPORTS_WEBSOCKET", "false"}}));
    for (const QByteArray& door : {guestDoor(), QByteArray("/ws/dialogs/17?token=" + m_anna)}) {
        RawClient client(server.port());
        client.send(upgradeRequest(door));
        QVERIFY(client.waitForText("HTTP/1.1 404"));
    }
    SseClient stream(server.port(), "/channel/sse?session=17&token=" + ServerProcess::sessionToken("17"));
    QCOMPARE(stream.status(), 200);
}

void TestSocketDoors::drainsWith1001()
{
    WsClient channel(m_server.port(), guestDoor("drain"));
    WsClient dialog(m_server.port(), "/ws/dialogs/17", bearer(m_anna));
    QVERIFY(!channel.next().isEmpty());
    QVERIFY(!dialog.next().isEmpty());
    m_server.signal(SIGTERM);
    QCOMPARE(channel.closeCode(), 1001);
    QCOMPARE(dialog.closeCode(), 1001);
}

QTEST_GUILESS_MAIN(TestSocketDoors)
#include "tst_socketdoors.moc"
