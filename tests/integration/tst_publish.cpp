// SPDX-License-Identifier: GPL-3.0-or-later
// The doors in (POST /api/v1/publish, seed 001's broadcasts) and what can be asked about the server.

#include "support/serverprocess.h"
#include "support/wsclient.h"

#include <QTest>

using namespace signalbox;
using namespace signalbox::test;

namespace {

Headers bearer(const QByteArray& token)
{
    return {{"Authorization", "Bearer " + token}};
}

Headers service()
{
    return bearer(ServerProcess::webhookToken());
}

QStringList words(const char* text)
{
    return QString::fromUtf8(text).split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

QByteArray note(const QByteArray& message, const QByteArray& channels = "\"staff\"")
{
    return R"({"event":"notification","channels":[)" + channels + R"(],"data":{"type":"t","message":")" + message +
           "\"}}";
}

} // namespace

class TestPublish : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();
    void single();
    void defaultChannels_data();
    void defaultChannels();
    void positionsAreWhatSubscribersSee();
    void batch();
    void batchInAnObject();
    void batchIsAllOrNothing_data();
    void batchIsAllOrNothing();
    void sameKeyAgain();
    void sameKeyWithAnotherBody();
    void keysOfABatch();
    void keysInTheBody();
    void keysBelongToTheirPublisher();
    void refuses_data();
    void refuses();
    void refusesStrangers_data();
    void refusesStrangers();
    void takesContentTypes_data();
    void takesContentTypes();
    void broadcasts_data();
    void broadcasts();
    void broadcastsByBearer();
    void broadcastKeys();
    void refusesBroadcasts_data();
    void refusesBroadcasts();
    void tellsItsCatalogue();
    void tellsItsHealth_data();
    void tellsItsHealth();

private:
    HttpAnswer publish(const QByteArray& body, const Headers& headers = service())
    {
        return postJson(m_server.port(), "/api/v1/publish", body, headers);
    }
    /// The messages of all events that the listener has had until now.
    QByteArrayList heard()
    {
        const QByteArray mark = "mark" + QByteArray::number(++m_marks);
        publish(note(mark));
        m_staff->waitForText(mark);
        QByteArrayList messages;
        for (;;) {
            const QByteArray event = m_staff->nextText();
            const QByteArray message = text(json(event), "data.message");
            if (message == mark || event.isEmpty())
                return messages;
            messages.append(message);
        }
    }

    ServerProcess m_server;
    std::unique_ptr<WsClient> m_staff; ///< listens to the operators' channels
    int m_marks = 0;
};

void TestPublish::initTestCase()
{
    QVERIFY(m_server.start(
        {{"SIGNALBOX_DESK_OFFLINE_SECONDS", "3600"}, // whoever left stays: no word of it on staff's streams
         {"SIGNALBOX_DESK_SILENT_SECONDS", "3600"},
         {"SIGNALBOX_LIMIT_REQUESTS_PER_SECOND", "0"},
         {"SIGNALBOX_LIMIT_REQUEST_BODY_BYTES", "65536"},
         {"SIGNALBOX_LIMIT_PUBLISH_BATCH", "10"},
         {"SIGNALBOX_WORKERS", "2"}}));
    m_staff = std::make_unique<WsClient>(m_server.port(), "/channel/ws?type=staff",
                                         bearer(ServerProcess::jwt(Role::Director, "dora")));
    QVERIFY(m_staff->nextText().contains("established"));
}

void TestPublish::cleanupTestCase()
{
    m_staff.reset();
    QCOMPARE(m_server.stop(), 0);
}

void TestPublish::single()
{
    const HttpAnswer answer = publish(note("one", R"("staff","dialog:p1")"));
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.headers.value("content-type"), QByteArray("application/json"));
    const QJsonObject body = json(answer.body);
    QCOMPARE(body.keys(), words("id positions"));
    QVERIFY(!text(body, "id").isEmpty());
    QCOMPARE(body[QStringLiteral("positions")].toObject().keys(), words("dialog:p1 staff"));
    QVERIFY(text(body, "positions.dialog:p1").endsWith(":1"));
    QVERIFY(heard().contains("one"));
    const QJsonObject next = json(publish(note("two", R"("dialog:p1")")).body);
    QVERIFY(text(next, "positions.dialog:p1").endsWith(":2"));
    QCOMPARE(text(next, "positions.dialog:p1").chopped(2), text(body, "positions.dialog:p1").chopped(2)); // one epoch
}

void TestPublish::defaultChannels_data()
{
    QTest::addColumn<QByteArray>("event");
    QTest::addColumn<QStringList>("channels");
    QTest::newRow("of the dialog")
        << QByteArray(
               R"({"event":"dialog.status.changed","data":{"dialog_id":5,"old_status":null,"new_status":"ai","sequence":1}})")
        << words("dialog:5 staff");
    QTest::newRow("of a stream")
        << QByteArray(R"({"event":"task.updated@v1","data":{"task_id":"t1","changes":{},"updated_at":1767261600}})")
        << words("stream:tasks");
    QTest::newRow("of a user")
        << QByteArray(
               R"({"event":"billing.balance.updated","version":1,"data":{"user_id":"u7","balance":1.5,"previous_balance":null,"transaction_id":null}})")
        << words("user:u7");
    QTest::newRow("of a city") << QByteArray(R"({"event":"order:new","data":{"id":1,"city":"Саратов"}})")
                               << words("city:Саратов directors operators");
    QTest::newRow("empty list") << QByteArray(R"({"event":"order:new","channels":[],"data":{"id":1}})")
                                << words("directors operators");
    QTest::newRow("one by name") << QByteArray(R"({"name":"order:new","channel":"order:1","data":{"id":1}})")
                                 << words("order:1");
}

void TestPublish::defaultChannels()
{
    QFETCH(QByteArray, event);
    QFETCH(QStringList, channels);
    const HttpAnswer answer = publish(event);
    QVERIFY2(answer.status == 200, answer.body);
    QCOMPARE(json(answer.body)[QStringLiteral("positions")].toObject().keys(), channels);
}

void TestPublish::positionsAreWhatSubscribersSee()
{
    WsClient guest(m_server.port(), "/channel/ws?session=seen&token=" + ServerProcess::sessionToken("seen"));
    SseClient stream(m_server.port(), "/channel/sse?session=seen&token=" + ServerProcess::sessionToken("seen"));
    QVERIFY(!guest.next().isEmpty());
    QCOMPARE(stream.events(1).size(), 1);
    const HttpAnswer answer =
        publish('[' + note("a", R"("dialog:seen")") + ',' + note("b", R"("dialog:seen","staff")") + ']');
    const QJsonArray results = json(answer.body)[QStringLiteral("results")].toArray();
    QCOMPARE(results.size(), 2);
    for (int i = 0; i < 2; ++i) {
        const QJsonObject event = guest.next();
        QCOMPARE(text(event, "id"), text(results[i].toObject(), "id"));
        QCOMPARE(text(event, "position"), text(results[i].toObject(), "positions.dialog:seen"));
        QCOMPARE(stream.events(2 + i).value(1 + i).id, text(event, "position"));
    }
}

void TestPublish::batch()
{
    heard();
    const HttpAnswer answer = publish('[' + note("b1") + ',' + note("b2") + ',' + note("b3", R"("order:b")") + ']');
    QCOMPARE(answer.status, 200);
    QCOMPARE(json(answer.body).keys(), words("results"));
    const QJsonArray results = json(answer.body)[QStringLiteral("results")].toArray();
    QCOMPARE(results.size(), 3);
    QCOMPARE(results[2].toObject()[QStringLiteral("positions")].toObject().keys(), words("order:b"));
    QCOMPARE(heard(), (QByteArrayList{"b1", "b2"})); // in order
}

void TestPublish::batchInAnObject()
{
    heard();
    const HttpAnswer answer = publish(R"({"events":[)" + note("o1") + "]}");
    QCOMPARE(answer.status, 200);
    QCOMPARE(json(answer.body)[QStringLiteral("results")].toArray().size(), 1); // a batch of one stays a batch
    QCOMPARE(heard(), QByteArrayList{"o1"});
}

void TestPublish::batchIsAllOrNothing_data()
{
    QTest::addColumn<QByteArray>("bad");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("field");
    QTest::newRow("missing field") << QByteArray(R"({"event":"notification","channels":["staff"],"data":{"type":"t"}})")
                                   << 422 << QByteArray("events[1].data.message");
    QTest::newRow("unknown event") << QByteArray(R"({"event":"nothing.such","channels":["staff"],"data":{}})") << 422
                                   << QByteArray("events[1].event");
    QTest::newRow("bad channel") << note("x", R"("a,b")") << 422 << QByteArray("events[1].channels");
    QTest::newRow("no object") << QByteArray("5") << 422 << QByteArray("events[1]");
    QTest::newRow("malformed") << QByteArray("{") << 400 << QByteArray();
}

void TestPublish::batchIsAllOrNothing()
{
    QFETCH(QByteArray, bad);
    QFETCH(int, status);
    QFETCH(QByteArray, field);
    heard();
    const HttpAnswer answer = publish('[' + note("first") + ',' + bad + ',' + note("last") + ']');
    QCOMPARE(answer.status, status);
    QCOMPARE(text(json(answer.body), "field"), field);
    QCOMPARE(heard(), QByteArrayList());
}

void TestPublish::sameKeyAgain()
{
    heard();
    const Headers headers = service() + Headers{{"Idempotency-Key", "key-1"}};
    const HttpAnswer first = publish(note("once"), headers);
    const HttpAnswer second = publish(note("once"), headers);
    QCOMPARE(first.status, 200);
    QCOMPARE(second.status, 200);
    QVERIFY(!json(first.body).contains(QStringLiteral("duplicate")));
    QCOMPARE(json(second.body)[QStringLiteral("duplicate")], QJsonValue(true));
    QCOMPARE(text(json(second.body), "id"), text(json(first.body), "id"));
    QCOMPARE(text(json(second.body), "positions.staff"), text(json(first.body), "positions.staff"));
    QCOMPARE(heard(), QByteArrayList{"once"});
}

void TestPublish::sameKeyWithAnotherBody()
{
    heard();
    const Headers headers = service() + Headers{{"Idempotency-Key", "key-2"}};
    QCOMPARE(publish(note("this"), headers).status, 200);
    for (const QByteArray& other : {note("that"), note("this", "\"operators\"")}) {
        const HttpAnswer answer = publish(other, headers);
        QCOMPARE(answer.status, 409);
        QCOMPARE(text(json(answer.body), "code"), QByteArray("idempotency_conflict"));
    }
    QCOMPARE(heard(), QByteArrayList{"this"});
}

void TestPublish::keysOfABatch()
{
    heard();
    const Headers headers = service() + Headers{{"Idempotency-Key", "key-3"}};
    const QByteArray body = '[' + note("k1") + ',' + note("k2") + ']';
    const HttpAnswer first = publish(body, headers);
    const HttpAnswer again = publish(body, headers);
    QCOMPARE(first.status, 200);
    QCOMPARE(again.status, 200);
    const QJsonArray results = json(again.body)[QStringLiteral("results")].toArray();
    QCOMPARE(results.size(), 2);
    for (int i = 0; i < 2; ++i) {
        QCOMPARE(results[i][QLatin1String("duplicate")], QJsonValue(true));
        QCOMPARE(results[i][QLatin1String("id")], json(first.body)[QStringLiteral("results")][i][QLatin1String("id")]);
    }
    QCOMPARE(heard(), (QByteArrayList{"k1", "k2"}));
    const HttpAnswer other = publish('[' + note("k0") + ',' + note("k1") + ']', headers);
    QCOMPARE(other.status, 409);
    QCOMPARE(text(json(other.body), "code"), QByteArray("idempotency_conflict"));
    QCOMPARE(heard(), QByteArrayList());
}

void TestPublish::keysInTheBody()
{
    const auto keyed = [](const QByteArray& message, const QByteArray& key) -> QByteArray {
        return note(message).chopped(1) + R"(,"idempotency_key":")" + key + "\"}";
    };
    heard();
    QCOMPARE(publish(keyed("own", "body-1")).status, 200);
    const HttpAnswer again = publish(keyed("own", "body-1"));
    QCOMPARE(json(again.body)[QStringLiteral("duplicate")], QJsonValue(true));
    QCOMPARE(publish(keyed("own", "body-1"), service() + Headers{{"Idempotency-Key", "header-1"}}).status,
             200); // its own counts
    QCOMPARE(heard(), QByteArrayList{"own"});
}

void TestPublish::keysBelongToTheirPublisher()
{
    heard();
    const Headers key{{"Idempotency-Key", "key-4"}};
    QCOMPARE(publish(note("mine"), bearer(ServerProcess::jwt(Role::Service, "shop")) + key).status, 200);
    const HttpAnswer other = publish(note("yours"), bearer(ServerProcess::jwt(Role::Service, "crm")) + key);
    QCOMPARE(other.status, 200);
    QCOMPARE(heard(), (QByteArrayList{"mine", "yours"}));
}

void TestPublish::refuses_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<QByteArray>("field");
    const auto row = [](const char* name, const QByteArray& body, int status, const char* code,
                        const char* field = "") {
        QTest::newRow(name) << body << status << QByteArray(code) << QByteArray(field);
    };
    row("empty", "", 400, "bad_json");
    row("no JSON", "hello", 400, "bad_json");
    row("a member twice", R"({"event":"notification","event":"x","data":{}})", 400, "bad_json");
    row("invalid UTF-8",
        R"({"event":")"
        "\xff\"}",
        400, "bad_json");
    row("too deep", QByteArray(100, '[') + QByteArray(100, ']'), 400, "bad_json");
    row("no event", R"({"channels":["staff"],"data":{}})", 422, "invalid_field", "event");
    row("event is a number", R"({"event":5,"data":{}})", 422, "invalid_field", "event");
    row("unknown event", R"({"event":"nothing.such","channels":["staff"],"data":{}})", 422, "unknown_event", "event");
    row("unknown version", R"({"event":"notification@v2","channels":["staff"],"data":{}})", 422, "unknown_event",
        "event");
    row("the server's event", R"({"event":"heartbeat","channels":["staff"],"data":{}})", 422, "invalid_field", "event");
    row("no data", R"({"event":"notification","channels":["staff"]})", 422, "invalid_field", "data");
    row("missing field", R"({"event":"notification","data":{"type":"t"}})", 422, "invalid_field", "data.message");
    row("wrong type", R"({"event":"notification","data":{"type":"t","message":5}})", 422, "invalid_field",
        "data.message");
    row("null", R"({"event":"notification","data":{"type":"t","message":null}})", 422, "invalid_field", "data.message");
    row("nested", R"({"event":"typing.start","data":{"dialog_id":1,"actor":{"name":"a"},"timestamp":"t"}})", 422,
        "invalid_field", "data.actor.type");
    row("channel of a wrong form", note("m", R"("a\"b")"), 422, "invalid_field", "channels");
    row("channel is a number", note("m", "5"), 422, "invalid_field", "channels");
    row("no channel", R"({"event":"chat.message","channels":null,"data":{"id":1}})", 422, "invalid_field",
        "data.sender_type");
    row("empty batch", "[]", 422, "invalid_field", "events");
    row("batch too long", '[' + QByteArray(R"({"event":"a"},)").repeated(10) + R"({"event":"a"}])", 422,
        "invalid_field", "events");
    row("key is a number", note("m").chopped(1) + R"(,"idempotency_key":5})", 422, "invalid_field", "idempotency_key");
    row("too large", note(QByteArray(70'000, 'x')), 413, "payload_too_large");
}

void TestPublish::refuses()
{
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(QByteArray, code);
    QFETCH(QByteArray, field);
    heard();
    const HttpAnswer answer = publish(body);
    QCOMPARE(answer.status, status);
    QCOMPARE(text(json(answer.body), "code"), code);
    QCOMPARE(text(json(answer.body), "field"), field);
    QVERIFY(!text(json(answer.body), "message").isEmpty());
    QCOMPARE(heard(), QByteArrayList());
}

void TestPublish::refusesStrangers_data()
{
    QTest::addColumn<Headers>("headers");
    QTest::addColumn<int>("status");
    QTest::newRow("nobody") << Headers() << 401;
    QTest::newRow("nonsense") << bearer("nonsense") << 401;
    QTest::newRow("almost the token") << bearer(ServerProcess::webhookToken().chopped(1)) << 401;
    QTest::newRow("basic") << Headers{{"Authorization", "Basic " + ServerProcess::webhookToken().toBase64()}} << 401;
    QTest::newRow("session token") << bearer(ServerProcess::sessionToken("17")) << 401;
    QTest::newRow("operator") << bearer(ServerProcess::jwt(Role::Operator, "anna")) << 403;
    QTest::newRow("director") << bearer(ServerProcess::jwt(Role::Director, "dora")) << 403;
    QTest::newRow("user") << bearer(ServerProcess::jwt(Role::User, "ulla")) << 403;
}

void TestPublish::refusesStrangers()
{
    QFETCH(Headers, headers);
    QFETCH(int, status);
    heard();
    const HttpAnswer answer = publish(note("strange"), headers);
    QCOMPARE(answer.status, status);
    QCOMPARE(text(json(answer.body), "code"), QByteArray(status == 401 ? "unauthorized" : "forbidden"));
    QCOMPARE(answer.headers.contains("www-authenticate"), status == 401);
    QCOMPARE(heard(), QByteArrayList());
}

void TestPublish::takesContentTypes_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<int>("status");
    QTest::newRow("JSON") << QByteArray("application/json") << 200;
    QTest::newRow("with a charset") << QByteArray("application/json; charset=utf-8") << 200;
    QTest::newRow("in capitals") << QByteArray("Application/JSON") << 200;
    QTest::newRow("text") << QByteArray("text/plain") << 415;
    QTest::newRow("a form") << QByteArray("application/x-www-form-urlencoded") << 415;
    QTest::newRow("almost") << QByteArray("application/jsonp") << 415;
}

void TestPublish::takesContentTypes()
{
    QFETCH(QByteArray, type);
    QFETCH(int, status);
    for (const auto& [target, body] : {std::pair<QByteArray, QByteArray>{"/api/v1/publish", note("typed")},
                                       {"/api/v1/broadcast/call-new", R"({"call":{"id":1}})"}}) {
        const HttpAnswer answer =
            request(m_server.port(), "POST", target, service() + Headers{{"Content-Type", type}}, body);
        QCOMPARE(answer.status, status);
        if (status == 415)
            QCOMPARE(text(json(answer.body), "code"), QByteArray("unsupported_media_type"));
    }
}

/// The bodies of seed 001, whole.
void TestPublish::broadcasts_data()
{
    QTest::addColumn<QByteArray>("route");
    QTest::addColumn<QByteArray>("event");
    QTest::addColumn<QByteArray>("member");
    QTest::addColumn<QByteArray>("data");
    QTest::addColumn<QStringList>("defaults");
    const auto row = [](const char* route, const char* event, const char* member, const char* data,
                        const char* defaults) {
        QTest::newRow(route) << QByteArray(route) << QByteArray(event) << QByteArray(member) << QByteArray(data)
                             << words(defaults);
    };
    row("call-new", "call:new", "call",
        R"({"id":1,"phoneClient":"+7900","phoneAts":"+7800","operatorId":42,"status":"new"})", "operators operator:42");
    row("call-updated", "call:updated", "call", R"({"id":1,"status":"talk","duration":12,"recordingPath":"/r/1.mp3"})",
        "operators");
    row("call-ended", "call:ended", "call", R"({"id":1,"status":"done","duration":60})", "operators");
    row("order-new", "order:new", "order", R"({"id":5,"clientName":"Иван","city":"Саратов","statusOrder":"new"})",
        "operators directors city:Саратов");
    row("order-updated", "order:updated", "order", R"({"id":5,"statusOrder":"work","masterId":3})",
        "operators directors order:5");
    row("order-master-assigned", "order:master-assigned", "order", R"({"orderId":5,"masterId":3,"masterName":"Пётр"})",
        "operators directors order:5");
    row("order-status-changed", "order:status-changed", "order",
        R"({"orderId":5,"oldStatus":"new","newStatus":"work"})", "operators directors order:5");
    row("notification", "notification", "notification",
        R"({"type":"system","message":"Внимание","severity":"info","timestamp":"2026-01-01T10:00:00Z"})", "operators");
}

void TestPublish::broadcasts()
{
    QFETCH(QByteArray, route);
    QFETCH(QByteArray, event);
    QFETCH(QByteArray, member);
    QFETCH(QByteArray, data);
    QFETCH(QStringList, defaults);
    heard();
    const QByteArray target = "/api/v1/broadcast/" + route;
    const QByteArray token = R"({"token":")" + ServerProcess::webhookToken() + "\",";
    const HttpAnswer answer = postJson(
        m_server.port(), target, token + '"' + member + "\":" + data + R"(,"rooms":["operators","city:Саратов"]})");
    QVERIFY2(answer.status == 200, answer.body);
    const QJsonObject body = json(answer.body);
    QCOMPARE(body.keys(), words("id message positions rooms success"));
    QCOMPARE(body[QStringLiteral("success")], QJsonValue(true));
    QCOMPARE(body[QStringLiteral("rooms")].toArray(), QJsonArray::fromStringList(words("operators city:Саратов")));
    const QByteArray heardNow = m_staff->nextText();
    QVERIFY2(heardNow.startsWith(QByteArray("{\"type\":\"" + event + '"')), heardNow);
    const QByteArray unchanged = "\"data\":" + data;
    QVERIFY2(heardNow.contains(unchanged), heardNow);
    QCOMPARE(text(json(heardNow), "position"), text(body, "positions.operators"));

    const HttpAnswer bare = postJson(m_server.port(), target, token + R"("data":)" + data + '}'); // default rooms
    QCOMPARE(json(bare.body)[QStringLiteral("rooms")].toArray(), QJsonArray::fromStringList(defaults));
    QVERIFY(m_staff->nextText().contains(unchanged));
}

void TestPublish::broadcastsByBearer()
{
    const QByteArray body = R"({"call":{"id":7},"rooms":["operators"]})";
    for (const QByteArray& token : {ServerProcess::webhookToken(), ServerProcess::jwt(Role::Service, "calls"),
                                    ServerProcess::jwt(Role::Admin, "ada")}) {
        QCOMPARE(postJson(m_server.port(), "/api/v1/broadcast/call-new", body, bearer(token)).status, 200);
        QVERIFY(m_staff->nextText().contains("call:new"));
    }
}

void TestPublish::broadcastKeys()
{
    heard();
    const Headers headers = service() + Headers{{"Idempotency-Key", "broadcast-1"}};
    const QByteArray body = R"({"notification":{"type":"t","message":"b-once"}})";
    QCOMPARE(postJson(m_server.port(), "/api/v1/broadcast/notification", body, headers).status, 200);
    const HttpAnswer again = postJson(m_server.port(), "/api/v1/broadcast/notification", body, headers);
    QCOMPARE(json(again.body)[QStringLiteral("duplicate")], QJsonValue(true));
    QCOMPARE(heard(), QByteArrayList{"b-once"});
}

void TestPublish::refusesBroadcasts_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<QByteArray>("field");
    const QByteArray token = R"({"token":")" + ServerProcess::webhookToken() + "\",";
    const auto row = [](const char* name, const QByteArray& body, int status, const char* code,
                        const char* field = "") {
        QTest::newRow(name) << body << status << QByteArray(code) << QByteArray(field);
    };
    row("no token", R"({"call":{"id":1}})", 401, "unauthorized");
    row("wrong token", R"({"token":"wrong","call":{"id":1}})", 401, "unauthorized");
    row("strangers learn nothing", R"({"token":"wrong","call":5})", 401, "unauthorized");
    row("an operator's token", R"({"token":")" + ServerProcess::jwt(Role::Operator, "anna") + R"(","call":{"id":1}})",
        403, "forbidden", "channels");
    row("no data", token + R"("rooms":["operators"]})", 422, "invalid_field", "call");
    row("no id", token + R"("call":{"status":"x"}})", 422, "invalid_field", "call.id");
    row("wrong type", token + R"("call":{"id":1,"duration":"x","phoneClient":5}})", 422, "invalid_field",
        "call.phoneClient");
    row("rooms are a number", token + R"("call":{"id":1},"rooms":5})", 422, "invalid_field", "rooms");
    row("a list", "[]", 400, "bad_json");
    row("no JSON", "x", 400, "bad_json");
}

void TestPublish::refusesBroadcasts()
{
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(QByteArray, code);
    QFETCH(QByteArray, field);
    heard();
    const HttpAnswer answer = postJson(m_server.port(), "/api/v1/broadcast/call-new", body);
    QCOMPARE(answer.status, status);
    QCOMPARE(text(json(answer.body), "code"), code);
    QCOMPARE(text(json(answer.body), "field"), field);
    QCOMPARE(heard(), QByteArrayList());
}

void TestPublish::tellsItsCatalogue()
{
    const HttpAnswer answer = get(m_server.port(), "/api/v1/catalog");
    QCOMPARE(answer.status, 200);
    const QJsonObject catalogue = json(answer.body);
    QCOMPARE(catalogue[QStringLiteral("strict")], QJsonValue(true));
    QSet<QString> names;
    for (const QJsonValue event : catalogue[QStringLiteral("events")].toArray()) {
        names.insert(event[QLatin1String("name")].toString());
        QCOMPARE(event.toObject().keys(), words("channels fields name publishers version"));
        if (event[QLatin1String("name")] != QLatin1String("task.reminder"))
            continue;
        const QJsonArray fields = event[QLatin1String("fields")].toArray();
        QCOMPARE(fields.size(), 3);
        QCOMPARE(fields[0].toObject(), json(R"({"name":"task_id","type":"id","required":true,"nullable":false})"));
        QCOMPARE(event[QLatin1String("channels")].toArray(), QJsonArray::fromStringList(words("stream:tasks")));
    }
    for (const char* name :
         {"connection.established", "dialog.message.created", "handoff.queue.updated", "ai.provider.status", "call:new",
          "user:offline", "chat.alert", "deal.journal.appended", "heartbeat", "warning", "error"})
        QVERIFY2(names.contains(QString::fromLatin1(name)), name);
}

void TestPublish::tellsItsHealth_data()
{
    QTest::addColumn<QByteArray>("target");
    for (const char* target : {"/health", "/healthz", "/api/sse/health"})
        QTest::newRow(target) << QByteArray(target);
}

void TestPublish::tellsItsHealth()
{
    QFETCH(QByteArray, target);
    const HttpAnswer answer = get(m_server.port(), target);
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.headers.value("cache-control"), QByteArray("no-store"));
    const QJsonObject health = json(answer.body);
    QCOMPARE(text(health, "status"), QByteArray("ok"));
    QVERIFY(health[QStringLiteral("parts")].toObject().contains(QLatin1String("broker")));
    QCOMPARE(request(m_server.port(), "POST", target).status, 405);
    QCOMPARE(request(m_server.port(), "HEAD", target).status, 200);
}

QTEST_GUILESS_MAIN(TestPublish)
#include "tst_publish.moc"
