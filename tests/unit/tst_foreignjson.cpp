// SPDX-License-Identifier: GPL-3.0-or-later
// What the seeds' backends publish in Redis, as events of the catalogue; and everything else refused with a reason.
// links: server_core
#include "core/foreignjson.h"

#include <QTest>

using namespace signalbox;

namespace {

using Channels = std::vector<QByteArray>;

const QByteArray kMessage = R"({"id":456,"sender_type":"client","body":"…","created_at":"2025-11-08T10:30:11+03:00"})";

} // namespace

class TestForeignJson : public QObject
{
    Q_OBJECT

private slots:
    void understands_data();
    void understands();
    void sameEventIsTheSame();
    void ownIsPassedOver();
    void refuses_data();
    void refuses();
    void looseCatalogTakesOtherEvents();
    void writesChatMessages();

private:
    const Catalog m_catalog;
    ForeignJson m_json{m_catalog, {}, "signalbox:{test}"};
};

void TestForeignJson::understands_data()
{
    QTest::addColumn<QByteArray>("channel");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<Channels>("channels");
    QTest::addColumn<QByteArray>("data");
    const Channels both{"dialog:17", "staff"};
    const QByteArray chat = R"({"type":"chat.message","session_id":17,"data":)" + kMessage + '}';
    QTest::newRow("seed 002, session") << QByteArray("chat:17") << chat << QByteArray("chat.message") << both
                                       << kMessage;
    QTest::newRow("seed 002, staff") << QByteArray("chat:staff") << chat << QByteArray("chat.message") << both
                                     << kMessage;
    QTest::newRow("seed 002, without the session")
        << QByteArray("chat:17") << QByteArray(R"({"type":"chat.session.status","data":{"status":"closed"}})")
        << QByteArray("chat.session.status") << both << QByteArray(R"({"status":"closed"})");
    QTest::newRow("seed 002, session as text")
        << QByteArray("chat:s-1")
        << QByteArray(R"({"type":"chat.session.status","session_id":"s-1","data":{"status":"closed"}})")
        << QByteArray("chat.session.status") << Channels{"dialog:s-1", "staff"} << QByteArray(R"({"status":"closed"})");
    QTest::newRow("seed 002, of no session")
        << QByteArray("chat:staff") << QByteArray(R"({"type":"chat.alert","data":{"unread_count":3}})")
        << QByteArray("chat.alert") << Channels{"staff"} << QByteArray(R"({"unread_count":3})");
    QTest::newRow("seed 002, alerts are not for the guest")
        << QByteArray("chat:17") << QByteArray(R"({"type":"chat.alert","session_id":17,"data":{"unread_count":3}})")
        << QByteArray("chat.alert") << Channels{"staff"} << QByteArray(R"({"unread_count":3})");

    const QByteArray message = R"({"id":5,"sender":"user","text":"hi","timestamp":"2025-01-14T10:00:00Z"})";
    const QByteArray created = "dialog.message.created";
    QTest::newRow("seed 003, message:new")
        << QByteArray("ws:dialog:17")
        << QByteArray(R"({"type":"message:new","message":)" + message +
                      R"(,"timestamp":"t","dialog_id":17,"source":"backend"})")
        << created << both
        << QByteArray(R"({"dialog_id":17,"message":)" + message + R"(,"sequence":0,"timestamp":"t"})");
    QTest::newRow("seed 003, sse") << QByteArray("sse:dialog:17")
                                   << QByteArray(R"({"type":"message:new","seq":9,"message":)" + message + '}')
                                   << created << both
                                   << QByteArray(R"({"dialog_id":17,"message":)" + message + R"(,"sequence":9})");
    QTest::newRow("seed 003, bare message")
        << QByteArray("ws:dialog:17") << message << created << both
        << QByteArray(R"({"dialog_id":17,"message":)" + message + R"(,"sequence":0})");
    QTest::newRow("seed 003, typing") << QByteArray("ws:dialog:17")
                                      << QByteArray(R"({"type":"typing_start","timestamp":1})")
                                      << QByteArray("typing.start") << Channels{"dialog:17"}
                                      << QByteArray(
                                             R"({"dialog_id":17,"actor":{"type":"ai","name":null},"timestamp":1})");
    QTest::newRow("seed 003, typing of somebody")
        << QByteArray("ws:dialog:17")
        << QByteArray(R"({"type":"typing_stop","sender":"user","name":"A","timestamp":1})") << QByteArray("typing.stop")
        << Channels{"dialog:17"} << QByteArray(R"({"dialog_id":17,"actor":{"type":"user","name":"A"},"timestamp":1})");
    QTest::newRow("seed 003, requested")
        << QByteArray("ws:dialog:17")
        << QByteArray(R"({"type":"handoff_requested","dialog_id":"17","seq":2,"timestamp":1})")
        << QByteArray("handoff.requested") << both
        << QByteArray(
               R"({"dialog_id":17,"reason":null,"queue_position":null,"estimated_wait":null,"sequence":2,"timestamp":1})");
    QTest::newRow("seed 003, started")
        << QByteArray("ws:dialog:17")
        << QByteArray(R"({"type":"handoff_started","seq":3,"timestamp":1,"manager":{"id":4,"name":"Anna"}})")
        << QByteArray("handoff.started") << both
        << QByteArray(
               R"({"dialog_id":17,"operator":{"id":4,"name":"Anna","avatar":null},"metadata":null,"sequence":3,"timestamp":1})");
    QTest::newRow("seed 003, released")
        << QByteArray("ws:dialog:17") << QByteArray(R"({"type":"handoff_released","seq":4,"timestamp":1})")
        << QByteArray("handoff.released") << both
        << QByteArray(
               R"({"dialog_id":17,"resolution":null,"return_to_ai":true,"metadata":null,"sequence":4,"timestamp":1})");
    const QByteArray changed = R"({"dialog_id":17,"old_status":null,"new_status":"ai","sequence":1})";
    QTest::newRow("seed 000, by event") << QByteArray("ws:dialog:17")
                                        << QByteArray(R"({"event":"dialog.status.changed@v1","data":)" + changed + '}')
                                        << QByteArray("dialog.status.changed") << both << changed;
    QTest::newRow("seed 000, by type") << QByteArray("sse:dialog:17")
                                       << QByteArray(R"({"type":"dialog.status.changed","data":)" + changed + '}')
                                       << QByteArray("dialog.status.changed") << both << changed;

    const QByteArray order = R"({"id":1,"city":"Саратов"})";
    const Channels orders{"operators", "directors", "city:Саратов"};
    for (const QByteArray& room : orders)
        QTest::addRow("seed 001, %s", room.constData())
            << QByteArray("socket-broadcast")
            << QByteArray(R"({"room":")" + room + R"(","event":"order:new","data":)" + order +
                          R"(,"originInstanceId":"x"})")
            << QByteArray("order:new") << orders << order;
    QTest::newRow("seed 001, to all") << QByteArray("socket-broadcast")
                                      << QByteArray(R"({"event":"order:new","data":)" + order + '}')
                                      << QByteArray("order:new") << orders << order;
    QTest::newRow("seed 001, another room")
        << QByteArray("socket-broadcast")
        << QByteArray(R"({"room":"operator:5","event":"order:new","data":)" + order + '}') << QByteArray("order:new")
        << Channels{"operator:5"} << order;
}

void TestForeignJson::understands()
{
    QFETCH(QByteArray, channel);
    QFETCH(QByteArray, text);
    const auto message = m_json.decode(channel, text);
    QVERIFY2(message.ok(),
             message.ok() ? "" : qPrintable(message.error().text() + QString::fromUtf8(message.error().field)));
    QVERIFY(message->has_value());
    const Publication& event = (*message)->event;
    QTEST(event.name, "name");
    QTEST(event.data, "data");
    QTEST(event.channels, "channels");
}

/// Numbers are passed on with all their digits, and members in their order.
void TestForeignJson::sameEventIsTheSame()
{
    const QByteArray data = R"({"unread_count":18446744073709551615,"z":1.5,"a":[ 1 , 2 ]})";
    const auto one = m_json.decode("chat:staff", R"({"type":"chat.alert","data":)" + data + '}');
    const auto two = m_json.decode("chat:17", R"({ "session_id": 17, "data":)" + data + R"(,"type":"chat.alert"})");
    QVERIFY(one.ok() && two.ok());
    QCOMPARE((*one)->event.data, QByteArray(R"({"unread_count":18446744073709551615,"z":1.5,"a":[1,2]})"));
    QCOMPARE((*two)->event.data, (*one)->event.data);
    QCOMPARE((*two)->event.channels, (*one)->event.channels);
}

void TestForeignJson::ownIsPassedOver()
{
    const QByteArray text = R"({"type":"chat.alert","data":{"unread_count":3},"origin":"signalbox:{test}"})";
    const auto own = m_json.decode("chat:staff", text);
    QVERIFY(own.ok() && !own->has_value());
    const auto others = m_json.decode("chat:staff", QByteArray(text).replace("{test}", "{other}"));
    QVERIFY(others.ok() && others->has_value());
}

void TestForeignJson::refuses_data()
{
    QTest::addColumn<QByteArray>("channel");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<QByteArray>("field");
    const auto row = [](const char* what, const char* channel, const QByteArray& text, ErrorCode code,
                        const char* field = "") {
        QTest::newRow(what) << QByteArray(channel) << text << code << QByteArray(field);
    };
    row("nothing", "chat:17", "", ErrorCode::BadJson);
    row("no JSON", "chat:17", "hello", ErrorCode::BadJson);
    row("half of it", "chat:17", R"({"type":)", ErrorCode::BadJson);
    row("no object", "ws:dialog:17", "[1]", ErrorCode::BadJson);
    row("binary", "chat:17", QByteArray("\0\xff\xfe", 3), ErrorCode::BadJson);
    row("no UTF-8", "chat:17", "{\"type\":\"\xff\"}", ErrorCode::BadJson);
    row("too deep", "chat:17", QByteArray(100, '[') + QByteArray(100, ']'), ErrorCode::BadJson);
    row("named twice", "chat:17", R"({"type":"chat.alert","type":"chat.message"})", ErrorCode::BadJson);
    row("another channel", "news", "{}", ErrorCode::UnknownChannel);
    row("no session", "chat:", R"({"type":"chat.message","data":{}})", ErrorCode::UnknownChannel);
    row("no dialog", "ws:dialog:", R"({"type":"typing_start","timestamp":1})", ErrorCode::UnknownChannel);
    row("strange dialog", "ws:dialog:a\"b", R"({"type":"typing_start","timestamp":1})", ErrorCode::UnknownChannel);
    row("no type", "chat:17", R"({"data":{}})", ErrorCode::InvalidField, "type");
    row("type is a number", "chat:17", R"({"type":5,"data":{}})", ErrorCode::InvalidField, "type");
    row("no type of a dialog's", "ws:dialog:17", R"({"text":"t"})", ErrorCode::InvalidField, "type");
    row("unknown type", "ws:dialog:17", R"({"type":"message:old","data":{}})", ErrorCode::UnknownEvent, "event");
    row("unknown event", "chat:17", R"({"type":"chat.poke","data":{}})", ErrorCode::UnknownEvent, "event");
    row("another session", "chat:17", R"({"type":"chat.alert","session_id":18,"data":{"unread_count":1}})",
        ErrorCode::InvalidField, "session_id");
    row("session of the wrong type", "chat:staff", R"({"type":"chat.message","session_id":[],"data":{}})",
        ErrorCode::InvalidField, "session_id");
    row("another dialog", "ws:dialog:17", R"({"type":"typing_start","dialog_id":18,"timestamp":1})",
        ErrorCode::InvalidField, "dialog_id");
    row("no data", "chat:17", R"({"type":"chat.message"})", ErrorCode::InvalidField, "data");
    row("data of the wrong type", "chat:17", R"({"type":"chat.message","data":"x"})", ErrorCode::InvalidField, "data");
    row("a field is missing", "chat:17", R"({"type":"chat.message","data":{"id":1}})", ErrorCode::InvalidField,
        "data.sender_type");
    row("a field is of the wrong type", "chat:staff", R"({"type":"chat.alert","data":{"unread_count":"3"}})",
        ErrorCode::InvalidField, "data.unread_count");
    row("no time", "ws:dialog:17", R"({"type":"typing_start"})", ErrorCode::InvalidField, "data.timestamp");
    row("no manager", "ws:dialog:17", R"({"type":"handoff_started","timestamp":1})", ErrorCode::InvalidField,
        "data.operator");
    row("message is a text", "ws:dialog:17", R"({"type":"message:new","message":"x"})", ErrorCode::InvalidField,
        "data.message");
    row("only the server says this", "chat:17", R"({"type":"heartbeat","data":{}})", ErrorCode::InvalidField, "event");
    row("no event", "socket-broadcast", R"({"room":"operators","data":{}})", ErrorCode::InvalidField, "event");
    row("room of the wrong type", "socket-broadcast", R"({"room":1,"event":"notification","data":{}})",
        ErrorCode::InvalidField, "room");
    row("strange room", "socket-broadcast", R"({"room":"a,b","event":"notification","data":{}})",
        ErrorCode::InvalidField, "room");
}

void TestForeignJson::refuses()
{
    QFETCH(QByteArray, channel);
    QFETCH(QByteArray, text);
    const auto message = m_json.decode(channel, text);
    QVERIFY(!message.ok());
    QTEST(message.error().code, "code");
    QTEST(message.error().field, "field");
}

void TestForeignJson::looseCatalogTakesOtherEvents()
{
    EventJson::Limits loose;
    loose.strictCatalog = false;
    ForeignJson json(m_catalog, loose, "x");
    const QByteArray poke = R"({"type":"chat.poke","data":{"a":1}})";
    QCOMPARE((*json.decode("chat:17", poke))->event.channels, Channels{"dialog:17"});
    QCOMPARE((*json.decode("chat:staff", poke))->event.channels, Channels{"staff"});
    QCOMPARE((*json.decode("sse:dialog:17", poke))->event.channels, Channels{"dialog:17"});
    const QByteArray room = R"({"room":"order:5","event":"order:poke","data":{}})";
    QCOMPARE((*json.decode("socket-broadcast", room))->event.channels, Channels{"order:5"});
}

void TestForeignJson::writesChatMessages()
{
    Event event;
    event.id = "a-1";
    event.name = "dialog.message.created";
    event.data = R"({"own":1})";
    QCOMPARE(m_json.chatMessage(event, "17"),
             QByteArray(R"({"type":"dialog.message.created","session_id":17,"data":{"own":1},"id":"a-1",)"
                        R"("timestamp":"1970-01-01T00:00:00.000Z","origin":"signalbox:{test}"})"));
    event.chatName = "chat.message";
    event.chatData = kMessage;
    const QByteArray text = m_json.chatMessage(event, "s-1");
    QVERIFY(text.startsWith(R"({"type":"chat.message","session_id":"s-1","data":{"id":456,)"));
    const auto back = m_json.decode("chat:s-1", text);
    QVERIFY(back.ok() && !back->has_value());
    const auto elsewhere = ForeignJson(m_catalog, {}, "y").decode("chat:s-1", text);
    QVERIFY(elsewhere.ok());
    QCOMPARE((*elsewhere)->event.data, kMessage);
}

QTEST_GUILESS_MAIN(TestForeignJson)
#include "tst_foreignjson.moc"
