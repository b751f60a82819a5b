// SPDX-License-Identifier: GPL-3.0-or-later
// The event stream doors: heads, blocks, heartbeats, limits and ends (spec section 4, docs/protocol.md).

#include "support/serverprocess.h"
#include "support/wsclient.h"

#include <QTest>

#include <algorithm>
#include <csignal>

using namespace signalbox;
using namespace signalbox::test;

namespace {

Headers bearer(const QByteArray& token)
{
    return {{"Authorization", "Bearer " + token}};
}

QByteArray guestStream(const QByteArray& dialog = "17")
{
    return "/channel/sse?session=" + dialog + "&token=" + ServerProcess::sessionToken(dialog);
}

QByteArray operatorOf(const QByteArray& name)
{
    return ServerProcess::jwt(Role::Operator, name);
}

QByteArray task(int id)
{
    return R"({"event":"task.reminder","data":{"task_id":)" + QByteArray::number(id) +
           R"(,"remind_at":"2026-01-01T10:00:00Z","channel":"mail"}})";
}

QByteArray deal(int id)
{
    return R"({"deal_id":)" + QByteArray::number(id) +
           R"(,"client_id":2,"title":"Договор","status":"new","created_at":"2026-01-01T10:00:00Z"})";
}

const char* const kEnded = "0\r\n\r\n"; ///< HTTP/1.1's last chunk: the client is not to come back

} // namespace

class TestStreamDoors : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();
    void opens_data() { doors(); }
    void opens();
    void opensForHttp10_data() { doors(); }
    void opensForHttp10();
    void answersHead_data() { doors(); }
    void answersHead();
    void sendsTheChannelEnvelope();
    void sendsTheDialogEnvelope();
    void sendsTypedEvents();
    void idsOfManyChannelsAreCursors();
    void refusedRetryGets204();
    void replacedRetryGets204();
    void refusesOneStreamTooMany();
    void evictsTheOldest();
    void refusesOneTabTooMany();
    void refusesBadRequests_data();
    void refusesBadRequests();
    void servesTheVersionAskedFor();
    void beats();
    void warnsOfDeadSources();
    void endsWithTheToken();
    void knowsItsOrigins_data();
    void knowsItsOrigins();
    void answersPreflights();
    void canBeSwitchedOff();
    void drainsSoThatClientsComeBack();

private:
    void doors();
    int publish(const QByteArray& body)
    {
        return postJson(m_server.port(), "/api/v1/publish", body, bearer(ServerProcess::webhookToken())).status;
    }

    ServerProcess m_server;
    const QByteArray m_anna = operatorOf("anna");
};

void TestStreamDoors::initTestCase()
{
    QVERIFY(m_server.start(
        {{"SIGNALBOX_DESK_OFFLINE_SECONDS", "3600"}, // whoever left stays: no word of it on staff's streams
         {"SIGNALBOX_DESK_SILENT_SECONDS", "3600"},
         {"SIGNALBOX_LIMIT_STREAMS_PER_USER", "2"},
         {"SIGNALBOX_LIMIT_TABS_PER_GUEST", "0"},
         {"SIGNALBOX_LIMIT_REQUESTS_PER_SECOND", "0"},
         {"SIGNALBOX_LIMIT_CONNECTIONS_PER_TOKEN", "0"},
         {"SIGNALBOX_STREAM_RETRY_MS", "1500"},
         {"SIGNALBOX_HEARTBEAT_SOURCE_WARNING_MS", "60"},
         {"SIGNALBOX_CATALOG_STRICT", "false"},
         {"SIGNALBOX_DRAIN_SECONDS", "0"},
         {"CORS_ORIGIN", "https://shop.example"}}));
}

void TestStreamDoors::cleanupTestCase()
{
    if (m_server.isRunning())
        QCOMPARE(m_server.stop(), 0);
}

void TestStreamDoors::doors()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("greeting"); ///< how its data begins; empty: none
    const QByteArray channel = R"({"type":"connection.established",)";
    const QByteArray dialog = R"({"event":"connection.established@v1",)";
    const QByteArray site = ServerProcess::siteToken("shop.example", "17");
    const QByteArray guest = ServerProcess::guestId("17", "1");
    QTest::newRow("guest") << guestStream() << channel;
    QTest::newRow("staff") << "/channel/sse?type=staff&access_token=" + m_anna << channel;
    QTest::newRow("link") << ServerProcess::linkPath("17") << channel;
    QTest::newRow("dialog") << "/api/dialogs/17/events?access_token=" + m_anna << dialog;
    QTest::newRow("site") << "/api/site/dialogs/17/events?site_token=" + site << dialog;
    QTest::newRow("widget") << "/api/widget/dialogs/17/events?assistant_id=1&guest_id=" + guest << dialog;
    QTest::newRow("stream") << "/api/v1/streams/deals?access_token=" + m_anna << QByteArray();
}

void TestStreamDoors::opens()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, greeting);
    SseClient stream(m_server.port(), target);
    QCOMPARE(stream.status(), 200);
    QCOMPARE(stream.header("content-type"), QByteArray("text/event-stream"));
    QCOMPARE(stream.header("cache-control"), QByteArray("no-cache, no-transform"));
    QCOMPARE(stream.header("x-accel-buffering"), QByteArray("no"));
    QCOMPARE(stream.header("transfer-encoding"), QByteArray("chunked"));
    QVERIFY(stream.header("content-length").isEmpty());
    QVERIFY(stream.connection().waitForText("retry: 1500\n\n"));
    if (greeting.isEmpty())
        return;
    const SseEvent hello = stream.events(1).value(0);
    QVERIFY(hello.type.isEmpty());
    QVERIFY2(hello.data.startsWith(greeting), hello.data);
    QCOMPARE(text(json(hello.data), "position"), hello.id);
    QVERIFY(stream.body().indexOf("retry:") < stream.body().indexOf("data:"));
    QVERIFY(!json(hello.data).contains(QLatin1String("recovered")));
}

void TestStreamDoors::opensForHttp10()
{
    QFETCH(QByteArray, target);
    RawClient client(m_server.port());
    client.send("GET " + target + " HTTP/1.0\r\nHost: localhost\r\n\r\n");
    QVERIFY(client.waitForText("retry: 1500\n\n"));
    QVERIFY(client.received().contains("\r\nConnection: close\r\n"));
    QVERIFY(!client.received().contains("Transfer-Encoding"));
    const bool typed = target.startsWith("/api/v1/streams/");
    const QByteArray event = typed ? deal(1) : R"({"type":"t","message":"plain"})";
    const QByteArray head =
        typed ? R"({"event":"deal.created")" : R"({"event":"notification","channels":["staff","dialog:17"])";
    const QByteArray body = head + ",\"data\":" + event + '}';
    QTRY_VERIFY(typed || client.waitForText("connection.established"));
    QCOMPARE(publish(body), 200);
    QVERIFY(client.waitForText(event));
    QVERIFY(client.waitFor([](const QByteArray& received) { return received.endsWith("}\n\n"); }));
    QVERIFY(!client.received().mid(client.received().indexOf("\r\n\r\n") + 4).contains('\r')); // no chunk lines
}

void TestStreamDoors::answersHead()
{
    QFETCH(QByteArray, target);
    RawClient client(m_server.port());
    client.send("HEAD " + target +
                " HTTP/1.1\r\nHost: localhost\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    QVERIFY(client.waitForText("\"status\"")); // the connection goes on with the next request
    QVERIFY(client.received().startsWith("HTTP/1.1 200 OK\r\n"));
    QVERIFY(client.received().contains("Content-Type: text/event-stream\r\n"));
    QVERIFY(client.received().mid(client.received().indexOf("\r\n\r\n") + 4).startsWith("HTTP/1.1 200 OK\r\n"));
    QCOMPARE(request(m_server.port(), "HEAD", target.left(target.indexOf('?'))).status, 401);
}

void TestStreamDoors::sendsTheChannelEnvelope()
{
    SseClient stream(m_server.port(), guestStream("env"));
    QCOMPARE(stream.events(1).size(), 1);
    const HttpAnswer answer =
        postJson(m_server.port(), "/api/v1/publish",
                 R"({"event":"notification","channels":["dialog:env"],"data":{"type":"t","message":"a\nb"}})",
                 bearer(ServerProcess::webhookToken()));
    const SseEvent event = stream.events(2).value(1);
    QVERIFY(event.type.isEmpty());
    const QJsonObject envelope = json(event.data);
    QCOMPARE(envelope.keys(),
             QString::fromLatin1("channel cursor data id position session_id timestamp type").split(QLatin1Char(' ')));
    QCOMPARE(text(envelope, "session_id"), QByteArray("env"));
    QCOMPARE(text(envelope, "data.message"), QByteArray("a\nb"));
    QCOMPARE(event.id, text(json(answer.body), "positions.dialog:env"));
    QCOMPARE(text(envelope, "position"), event.id);
}

void TestStreamDoors::sendsTheDialogEnvelope()
{
    SseClient stream(m_server.port(), "/api/dialogs/dia/events", bearer(m_anna));
    QCOMPARE(stream.events(1).size(), 1);
    QCOMPARE(publish(R"({"event":"notification","channels":["dialog:dia"],"data":{"type":"t","message":"m"}})"), 200);
    const SseEvent event = stream.events(2).value(1);
    const QJsonObject envelope = json(event.data);
    QCOMPARE(envelope.keys(),
             QString::fromLatin1("channel cursor data event id position sequence timestamp").split(QLatin1Char(' ')));
    QCOMPARE(text(envelope, "event"), QByteArray("notification@v1"));
    QCOMPARE(envelope[QStringLiteral("sequence")], QJsonValue(1));
    QVERIFY(event.id.endsWith(":1"));
}

/// Seed 004's form: the event's name, its place, the data alone.
void TestStreamDoors::sendsTypedEvents()
{
    SseClient stream(m_server.port(), "/api/v1/streams/stream:deals", bearer(operatorOf("typed")));
    QVERIFY(stream.connection().waitForText("retry:"));
    const HttpAnswer answer =
        postJson(m_server.port(), "/api/v1/publish", R"({"event":"deal.created","data":)" + deal(7) + "}",
                 bearer(ServerProcess::webhookToken()));
    const QByteArray place = text(json(answer.body), "positions.stream:deals");
    QVERIFY(!place.isEmpty());
    QCOMPARE(stream.events(1).size(), 1);
    const QByteArray block = "event: deal.created\nid: " + place + "\ndata: " + deal(7) + "\n\n";
    QVERIFY2(stream.body().endsWith(block), stream.body());
}

void TestStreamDoors::idsOfManyChannelsAreCursors()
{
    SseClient staff(m_server.port(), "/channel/sse?type=staff&channels=dialog:17,order:9", bearer(m_anna));
    QCOMPARE(staff.events(1).size(), 1);
    QCOMPARE(
        publish(R"({"event":"notification","channels":["order:9","dialog:17"],"data":{"type":"t","message":"m"}})"),
        200);
    QCOMPARE(publish(R"({"event":"notification","channels":["dialog:17"],"data":{"type":"last","message":"m"}})"), 200);
    const QList<SseEvent> events = staff.events(3);
    QCOMPARE(events.size(), 3); // the first one once
    for (const SseEvent& event : events.mid(1)) {
        QCOMPARE(event.id, text(json(event.data), "cursor"));
        QVERIFY(event.id.size() <= 200);
        QVERIFY(std::all_of(event.id.begin(), event.id.end(), [](char c) {
            return QByteArray("._-:").contains(c) || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                   (c >= 'A' && c <= 'Z');
        }));
    }
}

void TestStreamDoors::refusedRetryGets204()
{
    const QByteArray user = ServerProcess::jwt(Role::User, "ulla");
    for (const QByteArray& target : {QByteArray("/api/v1/streams/deals"), QByteArray("/api/dialogs/17/events"),
                                     QByteArray("/channel/sse?type=staff")}) {
        SseClient refused(m_server.port(), target, bearer(user));
        const SseEvent event = refused.events(1).value(0);
        QCOMPARE(event.type, QByteArray("error"));
        QCOMPARE(event.data, QByteArray(R"({"code":"forbidden"})"));
        QVERIFY(!event.id.isEmpty());
        QVERIFY(refused.connection().waitForClose());
        const Headers retry = bearer(user) + Headers{{"Last-Event-ID", event.id}};
        const HttpAnswer stopped = get(m_server.port(), target, retry);
        QCOMPARE(stopped.status, 204);
        QVERIFY(stopped.body.isEmpty());
        SseClient allowed(m_server.port(), target, bearer(m_anna) + Headers{{"Last-Event-ID", event.id}});
        QCOMPARE(allowed.status(), 200); // with a better token it may come in after all
        QVERIFY(allowed.connection().waitForText("retry:"));
        QVERIFY(!allowed.body().contains("event: reset"));
        const HttpAnswer unknown = get(m_server.port(), target, Headers{{"Last-Event-ID", event.id}});
        QVERIFY(unknown.status == 204 || unknown.status == 401);
    }
}

void TestStreamDoors::replacedRetryGets204()
{
    const Headers who = bearer(operatorOf("twice"));
    SseClient older(m_server.port(), "/api/v1/streams/deals", who);
    QVERIFY(older.connection().waitForText("retry:"));
    SseClient newer(m_server.port(), "/api/v1/streams/deals", who);
    QVERIFY(newer.connection().waitForText("retry:"));
    const SseEvent event = older.events(1).value(0);
    QCOMPARE(event.type, QByteArray("error"));
    QCOMPARE(event.data, QByteArray(R"({"code":"replaced"})"));
    QVERIFY(older.connection().waitForText(kEnded));
    QCOMPARE(get(m_server.port(), "/api/v1/streams/deals", who + Headers{{"Last-Event-ID", event.id}}).status, 204);
    QCOMPARE(publish(R"({"event":"deal.created","data":)" + deal(8) + "}"), 200);
    QCOMPARE(newer.events(1).value(0).type, QByteArray("deal.created"));
}

void TestStreamDoors::refusesOneStreamTooMany()
{
    const Headers who = bearer(operatorOf("many"));
    SseClient deals(m_server.port(), "/api/v1/streams/deals", who);
    QVERIFY(deals.connection().waitForText("retry:"));
    SseClient tasks(m_server.port(), "/api/v1/streams/tasks", who);
    QVERIFY(tasks.connection().waitForText("retry:"));
    const HttpAnswer third = get(m_server.port(), "/api/v1/streams/payments", who);
    QCOMPARE(third.status, 409);
    QCOMPARE(third.headers.value("content-type"), QByteArray("application/json"));
    QCOMPARE(text(json(third.body), "code"), QByteArray("stream_limit"));
    SseClient sameAgain(m_server.port(), "/api/v1/streams/tasks", who); // takes the place of the older one
    QCOMPARE(sameAgain.status(), 200);
    SseClient other(m_server.port(), "/api/v1/streams/payments", bearer(operatorOf("other")));
    QCOMPARE(other.status(), 200);
    QCOMPARE(publish(task(1)), 200);
    QCOMPARE(sameAgain.events(1).value(0).type, QByteArray("task.reminder"));
    QVERIFY(deals.connection().isConnected());
}

/// "Oldest" over all workers: other connections have moved the workers' counters apart.
void TestStreamDoors::evictsTheOldest()
{
    ServerProcess server;
    QVERIFY(server.start({{"SIGNALBOX_STREAM_LIMIT_POLICY", "evict_oldest"},
                          {"SIGNALBOX_LIMIT_STREAMS_PER_USER", "2"},
                          {"SIGNALBOX_WORKERS", "3"}}));
    for (int round = 0; round < 4; ++round) {
        for (int i = 0; i < 5; ++i) {
            SseClient other(server.port(), "/api/v1/streams/deals", bearer(operatorOf("other")));
            QVERIFY(other.connection().waitForText("retry:"));
        }
        const Headers who = bearer(operatorOf("many" + QByteArray::number(round)));
        SseClient first(server.port(), "/api/v1/streams/deals", who);
        QVERIFY(first.connection().waitForText("retry:"));
        SseClient second(server.port(), "/api/v1/streams/tasks", who);
        QVERIFY(second.connection().waitForText("retry:"));
        SseClient third(server.port(), "/api/v1/streams/payments", who);
        QCOMPARE(third.status(), 200);
        QVERIFY(first.connection().waitForText(kEnded));
        QCOMPARE(first.events(1).value(0).type, QByteArray("error"));
        QVERIFY(second.connection().isConnected());
        QVERIFY(!second.body().contains("event: error"));
    }
}

void TestStreamDoors::refusesOneTabTooMany()
{
    ServerProcess server;
    QVERIFY(server.start({{"SIGNALBOX_LIMIT_TABS_PER_GUEST", "1"}}));
    SseClient tab(server.port(), guestStream());
    QCOMPARE(tab.events(1).size(), 1);
    const HttpAnswer second = get(server.port(), guestStream());
    QCOMPARE(second.status, 409);
    QCOMPARE(text(json(second.body), "code"), QByteArray("connection_limit"));
    QVERIFY(tab.connection().isConnected());
}

void TestStreamDoors::refusesBadRequests_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("code");
    QTest::newRow("no such stream") << QByteArray("/api/v1/streams/weather") << 404 << QByteArray("unknown_channel");
    QTest::newRow("no stream") << QByteArray("/api/v1/streams/") << 404 << QByteArray("not_found");
    QTest::newRow("version of letters") << QByteArray("/api/v1/streams/deals?version=new") << 400
                                        << QByteArray("bad_request");
    QTest::newRow("empty version") << QByteArray("/api/v1/streams/deals?version=") << 400 << QByteArray("bad_request");
    QTest::newRow("version zero") << QByteArray("/api/v1/streams/deals?version=0") << 400 << QByteArray("bad_request");
    QTest::newRow("malformed channel") << QByteArray("/channel/sse?type=staff&channels=a%22b") << 404
                                       << QByteArray("unknown_channel");
    QTest::newRow("dialog with a comma") << QByteArray("/api/dialogs/a%2Cb/events") << 404 << QByteArray("not_found");
    QTest::newRow("too many channels") << "/channel/sse?type=staff&channels=" + [] {
        QByteArrayList names;
        for (int i = 0; i < 101; ++i)
            names.append("dialog:" + QByteArray::number(i));
        return names.join(',');
    }() << 409 << QByteArray("connection_limit");
}

void TestStreamDoors::refusesBadRequests()
{
    QFETCH(QByteArray, target);
    QFETCH(int, status);
    QFETCH(QByteArray, code);
    const HttpAnswer answer = get(m_server.port(), target, bearer(m_anna));
    QCOMPARE(answer.status, status);
    QCOMPARE(text(json(answer.body), "code"), code);
}

void TestStreamDoors::servesTheVersionAskedFor()
{
    SseClient one(m_server.port(), "/api/v1/streams/deals", bearer(operatorOf("v1")));
    SseClient two(m_server.port(), "/api/v1/streams/deals?version=2", bearer(operatorOf("v2")));
    QVERIFY(one.connection().waitForText("retry:"));
    QVERIFY(two.connection().waitForText("retry:"));
    for (const char* name : {"deal.flagged@v1", "deal.flagged@v2", "deal.flagged@v3"}) {
        const QByteArray body = R"({"event":"NAME","channels":["stream:deals"],"data":{"by":"NAME"}})";
        QCOMPARE(publish(QByteArray(body).replace("NAME", name)), 200);
    }
    QCOMPARE(publish(R"({"event":"deal.created","data":)" + deal(9) + "}"), 200);
    const auto namesOf = [](SseClient& stream) {
        QByteArrayList names;
        for (const SseEvent& event : stream.waitForEvents(
                 [](const auto& list) { return !list.isEmpty() && list.last().type == "deal.created"; }))
            names.append(event.type == "deal.flagged" ? text(json(event.data), "by") : event.type);
        return names;
    };
    QCOMPARE(namesOf(one), (QByteArrayList{"deal.flagged@v1", "deal.created"}));
    const QByteArrayList ofTwo = namesOf(two);
    QVERIFY(ofTwo.contains("deal.flagged@v2"));
    QVERIFY(!ofTwo.contains("deal.flagged@v3"));
    QCOMPARE(ofTwo.last(), QByteArray("deal.created"));
}

void TestStreamDoors::beats()
{
    ServerProcess server;
    QVERIFY(server.start({{"SIGNALBOX_HEARTBEAT_SSE_MS", "60"}, {"SIGNALBOX_HEARTBEAT_STREAMS_MS", "60"}}));
    SseClient guest(server.port(), guestStream());
    SseClient dialog(server.port(), "/api/dialogs/17/events", bearer(m_anna));
    SseClient stream(server.port(), "/api/v1/streams/deals", bearer(m_anna));
    for (SseClient* client : {&guest, &dialog}) {
        QVERIFY(client->connection().waitFor(
            [](const QByteArray& received) { return received.count("\n: heartbeat\n\n") >= 3; }));
        QVERIFY(!client->body().contains("event: heartbeat"));
    }
    const QList<SseEvent> beats = stream.events(3);
    for (const SseEvent& beat : beats) {
        QCOMPARE(beat.type, QByteArray("heartbeat"));
        QCOMPARE(beat.data, QByteArray("{}"));
        QVERIFY(beat.id.isEmpty());
    }
}

void TestStreamDoors::warnsOfDeadSources()
{
    const auto setSource = [this](bool available) {
        const QByteArray body = available ? R"({"available":true})" : R"({"available":false})";
        return request(m_server.managementPort(), "PUT", "/sources/stream:deals",
                       {{"Content-Type", "application/json"}}, body)
            .status;
    };
    SseClient stream(m_server.port(), "/api/v1/streams/deals", bearer(operatorOf("warned")));
    SseClient tasks(m_server.port(), "/api/v1/streams/tasks", bearer(operatorOf("calm")));
    QVERIFY(stream.connection().waitForText("retry:"));
    QVERIFY(tasks.connection().waitForText("retry:"));
    QCOMPARE(setSource(false), 200);
    for (const SseEvent& event : stream.events(3)) { // repeated
        QCOMPARE(event.type, QByteArray("warning"));
        QCOMPARE(event.data, QByteArray(R"({"code":"source_unavailable","channel":"deals"})"));
        QVERIFY(event.id.isEmpty());
    }
    SseClient late(m_server.port(), "/api/v1/streams/deals", bearer(operatorOf("late")));
    QCOMPARE(late.events(1).value(0).type, QByteArray("warning"));
    QCOMPARE(publish(R"({"event":"deal.created","data":)" + deal(1) + "}"),
             200); // what comes all the same is delivered
    QVERIFY(stream.connection().waitForText("event: deal.created"));
    QCOMPARE(setSource(true), 200);
    stream.connection().settle(20); // one may have been on its way
    const qsizetype told = stream.events(0).size();
    stream.connection().settle(300);
    QCOMPARE(stream.events(0).size(), told);
    QVERIFY(!tasks.body().contains("warning"));
}

void TestStreamDoors::endsWithTheToken()
{
    const QByteArray token = ServerProcess::jwt(Role::Operator, "short", {}, {}, 2);
    SseClient link(m_server.port(), ServerProcess::linkPath("17", 2));
    SseClient dialog(m_server.port(), "/api/dialogs/17/events", bearer(token));
    SseClient stream(m_server.port(), "/api/v1/streams/deals", bearer(token));
    for (SseClient* client : {&link, &dialog, &stream}) {
        QVERIFY(client->connection().waitForText("event: token.expiring\n"));
        QVERIFY(client->connection().waitForText("event: error\n"));
        QVERIFY(client->connection().waitForText(kEnded));
        QVERIFY(client->body().endsWith("data: {\"code\":\"token_expired\"}\n\n"));
    }
}

void TestStreamDoors::knowsItsOrigins_data()
{
    QTest::addColumn<QByteArray>("origin");
    QTest::addColumn<QByteArray>("allowed");
    QTest::newRow("listed") << QByteArray("https://shop.example") << QByteArray("https://shop.example");
    QTest::newRow("foreign") << QByteArray("https://evil.example") << QByteArray();
    QTest::newRow("none") << QByteArray() << QByteArray();
}

void TestStreamDoors::knowsItsOrigins()
{
    QFETCH(QByteArray, origin);
    QFETCH(QByteArray, allowed);
    const Headers headers = origin.isEmpty() ? Headers() : Headers{{"Origin", origin}};
    SseClient stream(m_server.port(), guestStream(), headers);
    QCOMPARE(stream.header("access-control-allow-origin"), allowed);
    if (!allowed.isEmpty()) {
        QCOMPARE(stream.header("access-control-allow-credentials"), QByteArray("true"));
        QVERIFY(stream.header("vary").contains("Origin"));
    }
    QCOMPARE(get(m_server.port(), "/channel/sse", headers).headers.value("access-control-allow-origin"),
             allowed); // errors too
}

void TestStreamDoors::answersPreflights()
{
    const Headers asking{{"Origin", "https://shop.example"},
                         {"Access-Control-Request-Method", "GET"},
                         {"Access-Control-Request-Headers", "authorization, last-event-id"}};
    const HttpAnswer answer = request(m_server.port(), "OPTIONS", "/api/dialogs/17/events", asking);
    QCOMPARE(answer.status, 204);
    QCOMPARE(answer.headers.value("access-control-allow-origin"), QByteArray("https://shop.example"));
    QVERIFY(answer.headers.value("access-control-allow-methods").contains("GET"));
    for (const char* header : {"authorization", "last-event-id", "cache-control", "content-type"})
        QVERIFY(answer.headers.value("access-control-allow-headers").contains(header));
    const HttpAnswer foreign =
        request(m_server.port(), "OPTIONS", "/api/dialogs/17/events", {{"Origin", "https://evil.example"}});
    QVERIFY(!foreign.headers.contains("access-control-allow-methods"));
    QVERIFY(!foreign.headers.contains("access-control-allow-origin"));

    ServerProcess open;
    QVERIFY(open.start({{"CORS_ORIGIN", "*"}}));
    SseClient stream(open.port(), guestStream(), {{"Origin", "https://evil.example"}});
    QCOMPARE(stream.header("access-control-allow-origin"), QByteArray("*"));
}

void TestStreamDoors::canBeSwitchedOff()
{
    ServerProcess server;
    QVERIFY(server.start({{"SIGNALBOX_TRANSPORTS_SSE", "false"}}));
    QCOMPARE(get(server.port(), guestStream()).status, 404);
    QCOMPARE(get(server.port(), "/api/v1/streams/deals", bearer(m_anna)).status, 404);
    WsClient socket(server.port(), "/channel/ws?type=staff", bearer(m_anna));
    QVERIFY(socket.nextText().contains("established"));
}

/// At the end the stream breaks off instead of ending, because some clients reconnect after a broken answer only.
void TestStreamDoors::drainsSoThatClientsComeBack()
{
    SseClient stream(m_server.port(), guestStream("drain"));
    QCOMPARE(stream.events(1).size(), 1);
    m_server.signal(SIGTERM);
    QVERIFY(stream.connection().waitForClose());
    QVERIFY(stream.body().endsWith(": going away\n\n"));
    QVERIFY(!stream.connection().received().endsWith(kEnded));
}

QTEST_GUILESS_MAIN(TestStreamDoors)
#include "tst_streamdoors.moc"
