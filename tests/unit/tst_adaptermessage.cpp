// SPDX-License-Identifier: GPL-3.0-or-later
// Messages of @socket.io/redis-adapter 8.3.0 and redis-emitter 5.1.0, as they were recorded, and wrong ones.
// links: server_cluster
#include "cluster/adaptermessage.h"

#include <QJsonDocument>
#include <QTest>

using namespace signalbox;

namespace {

const MsgPackLimits kLimits;

QByteArray hex(const char* text)
{
    return QByteArray::fromHex(text);
}

QByteArray packed(const char* json)
{
    return msgPackOfJson(QJsonDocument::fromJson(json).array());
}

/// The field, or the code's name.
QByteArray reason(const Error& error)
{
    return error.field.isEmpty() ? QByteArray(error.name()) : error.field;
}

} // namespace

class TestAdapterMessage final : public QObject
{
    Q_OBJECT

private slots:
    void broadcastOfTheEmitter();
    void broadcastWithBytesAndOptions();
    void broadcastOfAServer();
    void wrongBroadcasts_data();
    void wrongBroadcasts();
    void ourBroadcast();
    void eventOfTheBus();
    void requests();
    void requestWithAck();
    void olderRequest();
    void wrongRequests_data();
    void wrongRequests();
    void ourRequests();
    void responses();
};

void TestAdapterMessage::broadcastOfTheEmitter()
{
    const auto message =
        decodeAdapterBroadcast(hex("93a7656d697474657283a47479706502a46461746192a26576a172a36e7370a12f83a5726f6f6d7391"
                                   "a5726f6f6d31a5666c61677380a665786365707490"),
                               kLimits);
    QVERIFY(message);
    QCOMPARE(message->uid, QByteArray("emitter"));
    QCOMPARE(message->nsp, QByteArray("/"));
    QVERIFY((message->broadcast == SocketBroadcast{{{"room1"}, {}}, {R"(["ev","r"])", {}}, false}));
}

void TestAdapterMessage::broadcastWithBytesAndOptions()
{
    const auto message = decodeAdapterBroadcast(
        hex("93a7656d697474657283a47479706502a46461746193a17882a164d6ff00000000a162c402686993cb3ff8000000000000c0f9a36e"
            "7370a12f83a5726f6f6d7392a161a162a5666c61677381a8766f6c6174696c65c3a665786365707491a163"),
        kLimits);
    QVERIFY(message);
    const SocketBroadcast& broadcast = message->broadcast;
    QVERIFY((broadcast.to == SocketSelection{{"a", "b"}, {"c"}}));
    QVERIFY(broadcast.isVolatile);
    QCOMPARE(broadcast.event.json,
             QByteArray(R"(["x",{"b":{"_placeholder":true,"num":0},"d":"1970-01-01T00:00:00.000Z"},[1.5,null,-7]])"));
    QCOMPARE(broadcast.event.attachments, QByteArrayList{"hi"});
}

void TestAdapterMessage::broadcastOfAServer()
{
    const auto message = decodeAdapterBroadcast(
        hex("93a66a422d724f5383a47479706502a46461746192a3616c6c05a36e7370a12f83a5726f6f6d7390a665"
            "786365707490a5666c61677380"),
        kLimits);
    QVERIFY(message);
    QCOMPARE(message->uid, QByteArray("jB-rOS"));
    QVERIFY((message->broadcast == SocketBroadcast{{}, {R"(["all",5])", {}}, false}));
    // Rooms may be numbers in JavaScript.
    const auto numbers = decodeAdapterBroadcast(packed(R"(["u",{"type":2,"data":[7]},{"rooms":[17,"a"]}])"), kLimits);
    QVERIFY(numbers);
    QVERIFY((numbers->broadcast.to == SocketSelection{{"17", "a"}, {}}));
}

void TestAdapterMessage::wrongBroadcasts_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("why");
    QTest::newRow("nothing") << QByteArray() << QByteArray("bad_request");
    QTest::newRow("garbage") << QByteArray("hello") << QByteArray("bad_request");
    QTest::newRow("JSON") << QByteArray(R"({"type":2})") << QByteArray("bad_request");
    QTest::newRow("broken JSON") << QByteArray("{\xff") << QByteArray("bad_json");
    QTest::newRow("text") << hex("a161") << QByteArray("bad_json");
    QTest::newRow("two parts") << packed(R"(["u",{"type":2,"data":["e"]}])") << QByteArray("bad_request");
    QTest::newRow("sender") << packed(R"([7,{"type":2,"data":["e"]},{}])") << QByteArray("bad_request");
    QTest::newRow("packet") << packed(R"(["u",7,{}])") << QByteArray("type");
    QTest::newRow("type") << packed(R"(["u",{"type":3,"data":["e"]},{}])") << QByteArray("type");
    QTest::newRow("data") << packed(R"(["u",{"type":2,"data":{}},{}])") << QByteArray("data");
    QTest::newRow("no data") << packed(R"(["u",{"type":2,"data":[]},{}])") << QByteArray("data");
    QTest::newRow("name") << packed(R"(["u",{"type":2,"data":[{}]},{}])") << QByteArray("data");
    QTest::newRow("reserved name") << packed(R"(["u",{"type":2,"data":["disconnect"]},{}])") << QByteArray("data");
    QTest::newRow("namespace") << packed(R"(["u",{"type":2,"data":["e"],"nsp":5},{}])") << QByteArray("nsp");
    QTest::newRow("options") << packed(R"(["u",{"type":2,"data":["e"]},[]])") << QByteArray("opts");
    QTest::newRow("rooms") << packed(R"(["u",{"type":2,"data":["e"]},{"rooms":"a"}])") << QByteArray("opts.rooms");
    QTest::newRow("room") << packed(R"(["u",{"type":2,"data":["e"]},{"rooms":[{}]}])") << QByteArray("opts.rooms");
    QTest::newRow("except") << packed(R"(["u",{"type":2,"data":["e"]},{"except":[null]}])")
                            << QByteArray("opts.except");
}

void TestAdapterMessage::wrongBroadcasts()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, why);
    const auto message = decodeAdapterBroadcast(bytes, kLimits);
    QVERIFY(!message);
    QCOMPARE(reason(message.error()), why);
}

void TestAdapterMessage::ourBroadcast()
{
    const AdapterBroadcast ours{
        "us", "/", {{{"a", "b"}, {"c"}}, {R"(["e",{"_placeholder":true,"num":0}])", {"x"}}, true}};
    const auto message = decodeAdapterBroadcast(encodeAdapterBroadcast(ours), kLimits);
    QVERIFY(message);
    QCOMPARE(message->uid, ours.uid);
    QVERIFY(message->broadcast == ours.broadcast);
}

void TestAdapterMessage::eventOfTheBus()
{
    Event event;
    event.name = "order:new";
    event.data = R"({"id":1})";
    event.placements = {{"operators", {}}, {"city:Саратов", {}}};
    QVERIFY((socketBroadcastOf(event) ==
             SocketBroadcast{{{"operators", "city:Саратов"}, {}}, {R"(["order:new",{"id":1}])", {}}, false}));
    event.version = 2;
    QCOMPARE(socketBroadcastOf(event).event.json, QByteArray(R"(["order:new@v2",{"id":1}])"));
}

void TestAdapterMessage::requests()
{
    const auto join = decodeAdapterRequest(
        R"({"uid":"jB-rOS","type":2,"opts":{"rooms":["r"],"except":["x"]},"rooms":["j"]})", kLimits);
    QVERIFY(join);
    QCOMPARE(join->type, AdapterType::Join);
    QVERIFY((join->who == SocketSelection{{"r"}, {"x"}}));
    QVERIFY(join->rooms == std::vector<QByteArray>{"j"});
    const auto leave = decodeAdapterRequest(R"({"type":3,"opts":{"rooms":[],"except":[]},"rooms":["j","k"]})", kLimits);
    QVERIFY(leave && leave->type == AdapterType::Leave && leave->uid.isEmpty());
    const auto disconnect = decodeAdapterRequest(R"({"type":4,"opts":{"rooms":[],"except":[]},"close":true})", kLimits);
    QVERIFY(disconnect && disconnect->type == AdapterType::Disconnect && disconnect->isClosing);
    const auto fetch =
        decodeAdapterRequest(R"({"uid":"u","requestId":"fLIIgw","type":5,"opts":{"rooms":[],"except":[]}})", kLimits);
    QVERIFY(fetch && fetch->type == AdapterType::Fetch && fetch->requestId == "fLIIgw");
    QVERIFY(decodeAdapterRequest(R"({"uid":"u","requestId":"pwy4v_","type":1})", kLimits));
    const auto sockets = decodeAdapterRequest(R"({"uid":"u","requestId":"r","type":0,"rooms":["a"]})", kLimits);
    QVERIFY(sockets && sockets->who.rooms == std::vector<QByteArray>{"a"});
    const auto emitted = decodeAdapterRequest(R"({"uid":"emitter","type":6,"data":["hello",1]})", kLimits);
    QVERIFY(emitted && emitted->requestId.isEmpty());
    const auto asked = decodeAdapterRequest(R"({"uid":"u","requestId":"dBM3q9","type":6,"data":["srv",3]})", kLimits);
    QVERIFY(asked && asked->requestId == "dBM3q9");
}

void TestAdapterMessage::requestWithAck()
{
    const auto request = decodeAdapterRequest(
        hex("85a3756964a66a422d724f53a9726571756573744964a641345f397743a47479706507a67061636b657483a47479706502a4646174"
            "6192"
            "a361736bc40109a36e7370a12fa46f70747383a5726f6f6d7391a172a665786365707490a5666c61677381a774696d656f7574cd01"
            "f4"),
        kLimits);
    QVERIFY(request);
    QCOMPARE(request->type, AdapterType::Broadcast);
    QCOMPARE(request->requestId, QByteArray("A4_9wC"));
    QCOMPARE(request->timeoutMs, 500);
    QCOMPARE(request->broadcast.event.json, QByteArray(R"(["ask",{"_placeholder":true,"num":0}])"));
    QCOMPARE(request->broadcast.event.attachments, QByteArrayList{"\x09"});
    QVERIFY((request->broadcast.to == SocketSelection{{"r"}, {}}));
}

void TestAdapterMessage::olderRequest()
{
    const auto request = decodeAdapterRequest(R"({"requestId":"r","type":2,"sid":"S","room":"a"})", kLimits);
    QVERIFY(request && request->isOfOneSocket);
    QVERIFY((request->who == SocketSelection{{"S"}, {}}));
    QVERIFY(request->rooms == std::vector<QByteArray>{"a"});
}

void TestAdapterMessage::wrongRequests_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("why");
    const auto row = [](const char* json, const char* why) {
        QTest::newRow(json) << QByteArray(json) << QByteArray(why);
    };
    row("{", "bad_json");
    row("[1", "bad_request");
    row("{}", "type");
    row(R"({"type":10})", "type");
    row(R"({"type":-1})", "type");
    row(R"({"type":1.5})", "type");
    row(R"({"type":"2"})", "type");
    row(R"({"type":8,"requestId":"r"})", "type");
    row(R"({"type":1})", "requestId");
    row(R"({"type":5,"opts":{},"requestId":7})", "requestId");
    row(R"({"type":5,"requestId":"r"})", "opts");
    row(R"({"type":5,"requestId":"r","opts":[]})", "opts");
    row(R"({"type":0,"requestId":"r","rooms":{}})", "rooms");
    row(R"({"type":2,"rooms":["a"]})", "opts");
    row(R"({"type":2,"opts":{},"rooms":"a"})", "rooms");
    row(R"({"type":2,"sid":"S"})", "room");
    row(R"({"type":4})", "opts");
    row(R"({"type":6,"data":"x"})", "data");
    row(R"({"type":7,"requestId":"r"})", "type");
    row(R"({"type":7,"requestId":"r","packet":{"type":2,"data":["e"]}})", "opts");
    QTest::newRow("packed array") << packed("[1]") << QByteArray("bad_request");
    QByteArray deep = R"({"type":6,"data":)";
    deep += QByteArray(100'000, '[');
    QTest::newRow("deep") << deep << QByteArray("bad_json");
}

void TestAdapterMessage::wrongRequests()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, why);
    const auto request = decodeAdapterRequest(bytes, kLimits);
    QVERIFY(!request);
    QCOMPARE(reason(request.error()), why);
}

void TestAdapterMessage::ourRequests()
{
    const SocketSelection who{{"a"}, {"b"}};
    for (const AdapterRequest& ours :
         {AdapterRequest{.type = AdapterType::AllRooms, .uid = "u", .requestId = "r"},
          AdapterRequest{.type = AdapterType::Fetch, .uid = "u", .requestId = "r", .who = who},
          AdapterRequest{.type = AdapterType::Join, .uid = "u", .who = who, .rooms = {"j"}},
          AdapterRequest{.type = AdapterType::Disconnect, .uid = "u", .who = who, .isClosing = true},
          AdapterRequest{.type = AdapterType::Broadcast,
          .uid = "u",
          .requestId = "r",
          .who = who,
          .broadcast = {who, {R"(["e",{"_placeholder":true,"num":0}])", {"x"}}, false},
          .timeoutMs = 700}}) {
        const auto read = decodeAdapterRequest(encodeAdapterRequest(ours), kLimits);
        QVERIFY(read);
        QCOMPARE(read->type, ours.type);
        QCOMPARE(read->uid, ours.uid);
        QCOMPARE(read->requestId, ours.requestId);
        QVERIFY(read->who == ours.who);
        QVERIFY(read->rooms == ours.rooms);
        QCOMPARE(read->isClosing, ours.isClosing);
        QCOMPARE(read->timeoutMs, ours.timeoutMs);
        QVERIFY(read->broadcast == ours.broadcast);
    }
}

void TestAdapterMessage::responses()
{
    QCOMPARE(encodeAdapterAnswer(AdapterType::None, "fLIIgw", R"("sockets":[])"),
             QByteArray(R"({"requestId":"fLIIgw","sockets":[]})"));
    QCOMPARE(encodeAdapterAnswer(AdapterType::ClientCount, "A4_9wC", R"("clientCount":0)"),
             QByteArray(R"({"type":8,"requestId":"A4_9wC","clientCount":0})"));
    const auto count = decodeAdapterResponse(R"({"type":8,"requestId":"A4_9wC","clientCount":3})", kLimits);
    QVERIFY(count);
    QCOMPARE(count->type, AdapterType::ClientCount);
    QCOMPARE(count->members.value(QLatin1StringView("clientCount")).toInt(), 3);
    const SocketValues answer{R"([{"_placeholder":true,"num":0}])", {"bytes"}};
    const auto ack = decodeAdapterResponse(encodeAdapterAck("r", answer), kLimits);
    QVERIFY(ack);
    QCOMPARE(ack->type, AdapterType::Ack);
    QVERIFY(ack->values == answer);
    QVERIFY(decodeAdapterResponse(encodeAdapterAck("r", {}), kLimits));
    QCOMPARE(reason(decodeAdapterResponse(R"({"sockets":[]})", kLimits).error()), QByteArray("requestId"));
    QCOMPARE(reason(decodeAdapterResponse("nonsense", kLimits).error()), QByteArray("bad_request"));
}

QTEST_APPLESS_MAIN(TestAdapterMessage)
#include "tst_adaptermessage.moc"
