// SPDX-License-Identifier: GPL-3.0-or-later
// Bodies of the doors in that must not get through: each is answered with the error of spec section 9, delivers nothing
// and takes no place in any history.
#include "support/bystander.h"
#include "support/craftedtokens.h"

#include <QTest>

#include <memory>

using namespace signalbox;
using namespace signalbox::test;

namespace {

const QByteArray kGoodData = R"("data":{"id":1,"sender_type":"client","body":"refused","created_at":"2026-01-01"})";

/// An event for the bystander's dialog, with these members instead of the good data.
QByteArray eventWith(const QByteArray& members = kGoodData)
{
    return R"({"event":"chat.message","channels":["dialog:bystander"],)" + members + "}";
}

QByteArray withBody(const QByteArray& value)
{
    return eventWith(R"("data":{"id":1,"sender_type":"client","body":)" + value + R"(,"created_at":"2026-01-01"})");
}

} // namespace

class BadBodyTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();
    void refusedPublishes_data();
    void refusedPublishes();
    void refusedBatches_data();
    void refusedBatches();
    void refusedBroadcasts_data();
    void refusedBroadcasts();
    void credentials_data();
    void credentials();
    void contentTypes_data();
    void contentTypes();
    void refusedKeyIsNotRemembered();
    void accepted_data();
    void accepted();

private:
    ServerProcess m_server;
    std::unique_ptr<Bystander> m_bystander;
};

/// A server that a sanitizer or a leak has something to say about does not end with 0.
void BadBodyTest::cleanupTestCase()
{
    QCOMPARE(m_server.stop(), 0);
}

void BadBodyTest::initTestCase()
{
    QVERIFY(m_server.start({{"SIGNALBOX_LIMIT_REQUESTS_PER_SECOND", "0"},
                            {"SIGNALBOX_LIMIT_REQUEST_BODY_BYTES", "64KiB"},
                            {"SIGNALBOX_LIMIT_PUBLISH_BATCH", "10"},
                            {"SIGNALBOX_LIMIT_CHANNELS_PER_CONNECTION", "8"},
                            {"SIGNALBOX_WORKERS", "2"}}));
    m_bystander = std::make_unique<Bystander>(m_server);
    QVERIFY(m_bystander->isServed());
}

void BadBodyTest::refusedPublishes_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("code");
    const auto row = [](const char* name, const QByteArray& body, int status = 400, const char* code = "bad_json") {
        QTest::newRow(name) << body << status << QByteArray(code);
    };
    const auto field = [&row](const char* name, const QByteArray& body, const char* code = "invalid_field") {
        row(name, body, 422, code);
    };
    row("nothing", "");
    row("blanks", " \r\n\t ");
    row("words", "hello");
    row("half an event", eventWith().chopped(1));
    row("a comma too many", eventWith(kGoodData + ","));
    row("two events", eventWith() + eventWith());
    row("something behind it", eventWith() + "x");
    row("NUL behind it", eventWith() + QByteArray(1, '\0'));
    row("a byte order mark", "\xef\xbb\xbf" + eventWith());
    row("UTF-16", QByteArray::fromHex("fffe7b007d00"));
    row("a comment", eventWith(kGoodData + "/* hello */"));
    row("single quotes", eventWith().replace('"', '\''));
    row("the event named twice", eventWith(kGoodData + R"(,"event":"chat.alert")"));
    row("the channels named twice", eventWith(kGoodData + R"(,"channels":["staff"])"));
    row("a member of the data named twice", eventWith(kGoodData.chopped(1) + R"(,"id":2})"));
    row("a member named twice by an escape", eventWith(kGoodData.chopped(1) + R"(,"\u0069d":2})"));
    row("text that is not UTF-8", withBody("\"\xc3\x28\""));
    row("text with an encoded surrogate", withBody("\"\xed\xa0\x80\""));
    row("half a surrogate pair", withBody("\"\\ud83d\""));
    row("an unknown escape", withBody("\"\\x41\""));
    row("a raw line break in a string", withBody("\"a\nb\""));
    row("a raw NUL in a string", withBody(QByteArray("\"a\0b\"", 5)));
    row("a string without end", withBody("\"abc"));
    row("a number out of range", withBody("1e999"));
    row("a huge integer",
        eventWith(R"("data":{"id":99999999999999999999999999,"sender_type":"c","body":"b","created_at":"n"})"));
    row("a number with a zero in front", withBody("007"));
    row("NaN", withBody("NaN"));
    row("too deep", withBody(QByteArray(40, '[') + QByteArray(40, ']')));
    row("far too deep", QByteArray(60'000, '['));
    row("objects far too deep", QByteArray("{\"a\":").repeated(10'000));
    row("too large", withBody('"' + QByteArray(70'000, 'a') + '"'), 413, "payload_too_large");
    field("a number", "17");
    field("a string", "\"chat.message\"");
    field("null", "null");
    field("an empty object", "{}");
    field("no event", R"({"channels":["dialog:bystander"],)" + kGoodData + "}");
    field("an event that is a number", R"({"event":5,"channels":["dialog:bystander"],)" + kGoodData + "}");
    field("an unknown event", R"({"event":"chat.whisper","channels":["dialog:bystander"],)" + kGoodData + "}",
          "unknown_event");
    field("an unknown version", R"({"event":"chat.message@v7","channels":["dialog:bystander"],)" + kGoodData + "}",
          "unknown_event");
    field("a version of nonsense",
          R"({"event":"chat.message@v0x1","channels":["dialog:bystander"],)" + kGoodData + "}");
    field("a version that is text", eventWith(kGoodData + R"(,"version":"1")"));
    field("a huge version", eventWith(kGoodData + R"(,"version":9007199254740993)"));
    field("an event only the server may send", R"({"event":"heartbeat","channels":["dialog:bystander"],"data":{}})");
    field("no data", R"({"event":"chat.message","channels":["dialog:bystander"]})");
    field("data that is a list", eventWith(R"("data":[])"));
    field("data that is null", eventWith(R"("data":null)"));
    field("data without a field", eventWith(R"("data":{"id":1,"sender_type":"client","created_at":"2026-01-01"})"));
    field("a field of another type", withBody("5"));
    field("a field that is null", withBody("null"));
    field("an id that is a fraction", eventWith(R"("data":{"id":1.5,"sender_type":"c","body":"b","created_at":"n"})"));
    field("an empty id", eventWith(R"("data":{"id":"","sender_type":"c","body":"b","created_at":"n"})"));
    const auto channels = [](const QByteArray& list) -> QByteArray {
        return R"({"event":"chat.message","channels":)" + list + "," + kGoodData + "}";
    };
    field("a channel that is a number", channels(R"(["dialog:bystander",5])"));
    field("a channel with a comma", channels(R"(["dialog:bystander","a,b"])"));
    field("a channel with a line break", channels(R"(["dialog:bystander","a\nb"])"));
    field("an empty channel", channels(R"(["dialog:bystander",""])"));
    field("a channel that is too long", channels(R"(["dialog:bystander",")" + QByteArray(300, 'c') + "\"]"));
    field("channels that are an object", channels(R"({"dialog:bystander":1})"));
    field("too many channels", channels(R"(["dialog:bystander","a","b","c","d","e","f","g","h","i","j","k"])"));
    field("no channel and none by default", R"({"event":"chat.message","channels":[],"data":{}})");
    field("a key that is a number", eventWith(kGoodData + R"(,"idempotency_key":5)"));
    field("a key that is too long", eventWith(kGoodData + R"(,"idempotency_key":")" + QByteArray(300, 'k') + '"'));
}

void BadBodyTest::refusedPublishes()
{
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(QByteArray, code);
    const HttpAnswer answer = postJson(m_server.port(), "/api/v1/publish", body, Bystander::credentials());
    QCOMPARE(answer.status, status);
    QVERIFY2(answer.body.startsWith(QByteArray("{\"code\":\"" + code + "\",\"message\":\"")), answer.body);
    QVERIFY(status != 422 || code != "invalid_field" || body.size() < 20 || answer.body.contains("\"field\":\""));
    QVERIFY(m_bystander->isServed());
}

void BadBodyTest::refusedBatches_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("field");
    QTest::newRow("the last is bad") << '[' + eventWith() + ',' + eventWith() + ',' + withBody("5") + ']'
                                     << QByteArray("events[2].data.body");
    QTest::newRow("the first is bad") << '[' + withBody("5") + ',' + eventWith() + ']'
                                      << QByteArray("events[0].data.body");
    QTest::newRow("in events") << "{\"events\":[" + eventWith() + ",{}]}" << QByteArray("events[1].event");
    QTest::newRow("one is no object") << '[' + eventWith() + ",7]" << QByteArray("events[1]");
    QTest::newRow("one is a batch") << '[' + eventWith() + ",[" + eventWith() + "]]" << QByteArray("events[1]");
    QTest::newRow("none") << QByteArray("[]") << QByteArray("events");
    QTest::newRow("too many") << '[' + QByteArray(eventWith() + ',').repeated(10) + eventWith() + ']'
                              << QByteArray("events");
    QTest::newRow("events is no list") << QByteArray(R"({"events":5})") << QByteArray("events");
}

void BadBodyTest::refusedBatches()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, field);
    const HttpAnswer answer = postJson(m_server.port(), "/api/v1/publish", body, Bystander::credentials());
    QCOMPARE(answer.status, 422);
    QVERIFY2(answer.body.contains(QByteArray("\"field\":\"" + field + '"')), answer.body);
    QVERIFY(m_bystander->isServed()); // the good ones of the batch were not delivered either
}

void BadBodyTest::refusedBroadcasts_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    const QByteArray token = R"("token":")" + ServerProcess::webhookToken() + "\"";
    const QByteArray rooms = R"("rooms":["dialog:bystander"])";
    const auto row = [&](const char* name, const char* path, const QByteArray& members, int status) {
        QTest::newRow(name) << QByteArray(path) << "{" + members + "}" << status;
    };
    const QByteArray call = R"("call":{"id":1})";
    row("no token", "call-new", call + "," + rooms, 401);
    row("a wrong token", "call-new", R"("token":"wrong",)" + call + "," + rooms, 401);
    row("an empty token", "call-new", R"("token":"",)" + call + "," + rooms, 401);
    row("a token that is a number", "call-new", R"("token":5,)" + call + "," + rooms, 401);
    row("a token that is a list", "call-new",
        R"("token":[")" + ServerProcess::webhookToken() + R"("],)" + call + "," + rooms, 401);
    row("a guest's token", "call-new",
        R"("token":")" + ServerProcess::sessionToken("bystander") + "\"," + call + "," + rooms, 401);
    row("an operator's token", "call-new",
        R"("token":")" + ServerProcess::jwt(Role::Operator, "7") + "\"," + call + "," + rooms, 403);
    row("no call", "call-new", token + "," + rooms, 422);
    row("a call without id", "call-new", token + R"(,"call":{},)" + rooms, 422);
    row("a call that is a list", "call-new", token + R"(,"call":[1],)" + rooms, 422);
    row("rooms that are numbers", "call-new", token + "," + call + R"(,"rooms":["dialog:bystander",1])", 422);
    row("an order instead of a call", "call-ended", token + R"(,"order":{"id":1},)" + rooms, 422);
    row("an order without its status", "order-status-changed", token + R"(,"order":{"orderId":1},)" + rooms, 422);
    row("a notification of another type", "notification",
        token + R"(,"notification":{"type":1,"message":"m"},)" + rooms, 422);
    row("the token named twice", "call-new", token + "," + token + "," + call + "," + rooms, 400);
    row("too deep", "call-new",
        token + R"(,"call":{"id":1,"x":)" + QByteArray(40, '[') + QByteArray(40, ']') + "}," + rooms, 400);
    row("text that is not UTF-8", "call-new", token + ",\"call\":{\"id\":\"\xff\"}," + rooms, 400);
    QTest::newRow("a list") << QByteArray("call-new") << QByteArray("[]") << 400;
    QTest::newRow("nothing") << QByteArray("notification") << QByteArray() << 400;
}

void BadBodyTest::refusedBroadcasts()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    const HttpAnswer answer = postJson(m_server.port(), "/api/v1/broadcast/" + path, body);
    QCOMPARE(answer.status, status);
    QVERIFY(answer.body.startsWith("{\"code\":"));
    QVERIFY(!answer.body.contains(ServerProcess::webhookToken()));
    QVERIFY(m_bystander->isServed());
}

void BadBodyTest::credentials_data()
{
    QTest::addColumn<QByteArray>("authorization");
    QTest::addColumn<int>("status");
    QTest::newRow("none") << QByteArray() << 401;
    QTest::newRow("a wrong one") << QByteArray("Bearer nonsense") << 401;
    QTest::newRow("the token in Basic") << "Basic " + ServerProcess::webhookToken() << 401;
    QTest::newRow("the token bare") << ServerProcess::webhookToken() << 401;
    QTest::newRow("the token and more") << "Bearer " + ServerProcess::webhookToken() + "x" << 401;
    QTest::newRow("the token in other letters") << "Bearer " + ServerProcess::webhookToken().toUpper() << 401;
    QTest::newRow("a guest") << "Bearer " + ServerProcess::sessionToken("bystander") << 401;
    QTest::newRow("an expired service") << "Bearer " + expiredJwt("service") << 401;
    QTest::newRow("an operator") << "Bearer " + ServerProcess::jwt(Role::Operator, "7") << 403;
    QTest::newRow("a director") << "Bearer " + ServerProcess::jwt(Role::Director, "7") << 403;
    QTest::newRow("a user") << "Bearer " + ServerProcess::jwt(Role::User, "7") << 403;
}

void BadBodyTest::credentials()
{
    QFETCH(QByteArray, authorization);
    QFETCH(int, status);
    const Headers headers = authorization.isEmpty() ? Headers() : Headers{{"Authorization", authorization}};
    QCOMPARE(postJson(m_server.port(), "/api/v1/publish", eventWith(), headers).status, status);
    QVERIFY(m_bystander->isServed());
}

void BadBodyTest::contentTypes_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<int>("status");
    QTest::newRow("text") << QByteArray("text/plain") << 415;
    QTest::newRow("a form") << QByteArray("application/x-www-form-urlencoded") << 415;
    QTest::newRow("a part of the right one") << QByteArray("application/jsonp") << 415;
    QTest::newRow("JSON, in capitals, with a charset") << QByteArray("Application/JSON; charset=utf-8") << 422;
}

void BadBodyTest::contentTypes()
{
    QFETCH(QByteArray, type);
    QFETCH(int, status);
    const Headers headers = Bystander::credentials() + Headers{{"Content-Type", type}};
    QCOMPARE(request(m_server.port(), "POST", "/api/v1/publish", headers, withBody("5")).status, status);
    QVERIFY(m_bystander->isServed());
}

void BadBodyTest::refusedKeyIsNotRemembered()
{
    const Headers headers = Bystander::credentials() + Headers{{"Idempotency-Key", "once"}};
    QCOMPARE(postJson(m_server.port(), "/api/v1/publish", withBody("5"), headers).status, 422);
    const QByteArray good = R"({"event":"notification","channels":["order:1"],"data":{"type":"t","message":"m"}})";
    const HttpAnswer first = postJson(m_server.port(), "/api/v1/publish", good, headers);
    QCOMPARE(first.status, 200);
    QVERIFY(!first.body.contains("duplicate"));
    QVERIFY(postJson(m_server.port(), "/api/v1/publish", good, headers).body.contains("\"duplicate\":true"));
    const HttpAnswer other = postJson(m_server.port(), "/api/v1/publish", eventWith(), headers);
    QCOMPARE(other.status, 409);
    QVERIFY(other.body.contains("idempotency_conflict"));
    QVERIFY(m_bystander->isServed());
}

void BadBodyTest::accepted_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("escapes") << QByteArray(R"("\"\\\/\b\f\n\r\t\u0000\u20ac")");
    QTest::newRow("a surrogate pair") << QByteArray(R"("\ud83d\ude00")");
    QTest::newRow("four bytes") << QByteArray("\"\xf0\x9f\x98\x80\"");
    QTest::newRow("a line separator") << QByteArray("\"\xe2\x80\xa8\"");
    QTest::newRow("what looks like SSE") << QByteArray(R"("data: x\n\nevent: y\nid: z")");
    QTest::newRow("deep, but not too deep") << R"("","extra":)" + QByteArray(29, '[') + QByteArray(29, ']');
    QTest::newRow("nearly too large") << '"' + QByteArray(60'000, 'a') + '"';
}

/// The border's other side: odd but right. It reaches a WebSocket and a stream whole, as one message each.
void BadBodyTest::accepted()
{
    QFETCH(QByteArray, value);
    const QByteArray token = ServerProcess::sessionToken("odd");
    WsWire socket(m_server.port(), "/channel/ws?session=odd&token=" + token);
    SseClient stream(m_server.port(), "/channel/sse?session=odd&token=" + token);
    QVERIFY(socket.isEstablished());
    QCOMPARE(stream.events(1).size(), 1);
    const QByteArray body = withBody(value).replace("dialog:bystander", "dialog:odd");
    QCOMPARE(postJson(m_server.port(), "/api/v1/publish", body, Bystander::credentials()).status, 200);
    QCOMPARE(stream.events(2).size(), 2);
    const auto textIn = [](const QByteArray& json) -> QJsonValue {
        return QJsonDocument::fromJson(json).object()[QLatin1String("data")].toObject()[QLatin1String("body")];
    };
    QVERIFY(textIn(body).isString());
    QCOMPARE(textIn(stream.events(2).last().data), textIn(body));
    QVERIFY(socket.wire().readUntil([&](const QByteArray&) { return socket.texts().size() == 2; }));
    QCOMPARE(socket.texts().last(), stream.events(2).last().data);
    QVERIFY(m_bystander->isServed());
}

QTEST_GUILESS_MAIN(BadBodyTest)
#include "tst_badbody.moc"
