// SPDX-License-Identifier: GPL-3.0-or-later
// Entries and messages of @socket.io/redis-streams-adapter 0.3.1, and wrong ones.
// links: server_cluster
#include "cluster/streamsmessage.h"

#include <QJsonDocument>
#include <QTest>

using namespace signalbox;

namespace {

const MsgPackLimits kLimits;

RedisReply entry(const QByteArrayList& words)
{
    RedisReply fields{RedisReply::Kind::Array, {}, 0, {}};
    for (const QByteArray& word : words)
        fields.items.push_back({RedisReply::Kind::Text, word, 0, {}});
    return fields;
}

RedisReply entryOf(const QByteArray& type, const QByteArray& data)
{
    return entry({"uid", "u", "nsp", "/", "type", type, "data", data});
}

QByteArray packed(const char* json)
{
    return msgPackOfJson(QJsonDocument::fromJson(json).object());
}

} // namespace

class TestStreamsMessage final : public QObject
{
    Q_OBJECT

private slots:
    void broadcasts();
    void requests();
    void passedOver();
    void wrong_data();
    void wrong();
    void eventOfTheBus();
    void answers();
};

void TestStreamsMessage::broadcasts()
{
    const auto text = decodeStreamsEntry(
        entryOf("3", R"({"packet":{"type":2,"data":["e",1]},"opts":{"rooms":["r"],"except":["x"],"flags":{}}})"),
        kLimits);
    QVERIFY(text);
    QCOMPARE(text->uid, QByteArray("u"));
    QCOMPARE(text->request.type, AdapterType::Broadcast);
    QVERIFY(text->request.requestId.isEmpty());
    QVERIFY((text->request.broadcast == SocketBroadcast{{{"r"}, {"x"}}, {R"(["e",1])", {}}, false}));
    const QByteArray data = msgPackOfJson(
        QJsonDocument::fromJson(R"({"packet":{"type":2,"data":["e",{"_placeholder":true,"num":0}]},"opts":{}})")
            .object(),
        {"hi"});
    const auto bytes = decodeStreamsEntry(entryOf("3", data.toBase64()), kLimits);
    QVERIFY(bytes);
    QCOMPARE(bytes->request.broadcast.event.attachments, QByteArrayList{"hi"});
}

void TestStreamsMessage::requests()
{
    const auto join =
        decodeStreamsEntry(entryOf("4", R"({"opts":{"rooms":["r"],"except":[]},"rooms":["j"]})"), kLimits);
    QVERIFY(join && join->request.type == AdapterType::Join);
    QVERIFY(join->request.rooms == std::vector<QByteArray>{"j"});
    const auto gone = decodeStreamsEntry(entryOf("6", R"({"opts":{"rooms":[],"except":[]},"close":true})"), kLimits);
    QVERIFY(gone && gone->request.type == AdapterType::Disconnect && gone->request.isClosing);
    const auto fetch = decodeStreamsMessage(
        packed(R"({"uid":"u","nsp":"/","type":7,"data":{"requestId":"r","opts":{"rooms":["a"],"except":[]}}})"),
        kLimits);
    QVERIFY(fetch && fetch->request.type == AdapterType::Fetch && fetch->request.requestId == "r");
    const auto asked = decodeStreamsMessage(
        packed(R"({"uid":"u","nsp":"/","type":3,"data":{"requestId":"r","packet":{"type":2,"data":["e"]},"opts":{}}})"),
        kLimits);
    QVERIFY(asked && asked->request.type == AdapterType::Broadcast && asked->request.requestId == "r");
}

void TestStreamsMessage::passedOver()
{
    const auto heartbeat = decodeStreamsEntry(entry({"uid", "u", "nsp", "/", "type", "2"}), kLimits);
    QVERIFY(heartbeat && heartbeat->request.type == AdapterType::None);
    const auto answer = decodeStreamsMessage(packed(R"({"type":8,"data":{"requestId":"r","sockets":[]}})"), kLimits);
    QVERIFY(answer && answer->request.type == AdapterType::None);
}

void TestStreamsMessage::wrong_data()
{
    QTest::addColumn<QByteArrayList>("words");
    QTest::addColumn<QByteArray>("why");
    const auto row = [](const char* type, const char* data, const char* why) {
        QTest::addRow("%s %s", type, data) << QByteArrayList{"nsp", "/", "type", type, "data", data} << QByteArray(why);
    };
    QTest::newRow("nothing") << QByteArrayList{} << QByteArray("nsp");
    QTest::newRow("odd") << QByteArrayList{"nsp"} << QByteArray("nsp");
    QTest::newRow("no type") << QByteArrayList{"nsp", "/"} << QByteArray("type");
    QTest::newRow("no data") << QByteArrayList{"nsp", "/", "type", "3"} << QByteArray("data");
    row("0", "{}", "type");
    row("14", "{}", "type");
    row("333", "{}", "type");
    row("3", "{", "bad_json");
    row("3", "%", "data");
    row("3", "wQ==", "bad_request");
    row("3", "{}", "type");
    row("3", R"({"packet":{"type":2,"data":["connect"]},"opts":{}})", "data");
    row("3", R"({"packet":{"type":2,"data":["e"]},"opts":{"rooms":"r"}})", "opts.rooms");
    row("4", "{}", "opts");
    row("4", R"({"opts":{},"rooms":{}})", "rooms");
    row("7", R"({"opts":{}})", "requestId");
    row("9", "{}", "packet");
}

void TestStreamsMessage::wrong()
{
    QFETCH(QByteArrayList, words);
    QFETCH(QByteArray, why);
    const auto message = decodeStreamsEntry(entry(words), kLimits);
    QVERIFY(!message);
    QCOMPARE(message.error().field.isEmpty() ? QByteArray(message.error().name()) : message.error().field, why);
}

void TestStreamsMessage::eventOfTheBus()
{
    Event event;
    event.name = "order:new";
    event.data = R"({"id":1})";
    event.placements = {{"operators", {}}, {"city:Саратов", {}}};
    const auto words = streamsEntryOf("us", event);
    const auto message = decodeStreamsEntry(entry(QByteArrayList(words.begin(), words.end())), kLimits);
    QVERIFY(message);
    QCOMPARE(message->uid, QByteArray("us"));
    QVERIFY(message->request.broadcast == socketBroadcastOf(event));
}

void TestStreamsMessage::answers()
{
    const auto unpacked = jsonOfMsgPack(
        encodeStreamsAnswer("us", AdapterType::ClientCount, "r", {{QStringLiteral("clientCount"), 3}}), kLimits);
    QVERIFY(unpacked);
    QCOMPARE(QJsonDocument::fromJson(unpacked->json),
             QJsonDocument::fromJson(R"({"uid":"us","nsp":"/","type":11,"data":{"requestId":"r","clientCount":3}})"));
}

QTEST_APPLESS_MAIN(TestStreamsMessage)
#include "tst_streamsmessage.moc"
