// SPDX-License-Identifier: GPL-3.0-or-later
// The private port, asked by Qt's HTTP client and, where that is too polite, by a bare socket.
// links: server_ops
#include "core/memorybroker.h"
#include "ops/managementserver.h"
#include "support/exposition.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace signalbox;

namespace {

struct Answer
{
    int status = 0;
    QByteArray type;
    QByteArray allow;
    QByteArray body;

    QJsonObject json() const { return QJsonDocument::fromJson(body).object(); }
    QString code() const { return json()[QLatin1String("code")].toString(); }
};

/// The core's real parts and a management server on them, all on this thread.
class House
{
public:
    House()
    {
        health.setPhase(Health::Phase::Serving);
        health.setPart("core", PartState::Ok);
        const auto started = server.listen("127.0.0.1", 0);
        QVERIFY2(started.ok(), started.ok() ? "" : qPrintable(started.error().text()));
    }

    SessionMetaPtr connect(quint64 id, const QByteArray& user, TransportKind transport = TransportKind::WebSocket,
                           const QByteArray& dialog = {})
    {
        auto identity = std::make_shared<Identity>();
        identity->role = Role::Operator;
        identity->subject = user;
        identity->credential = "credential-" + user;
        auto meta = std::make_shared<SessionMeta>();
        meta->id = id;
        meta->clientId = "client-" + QByteArray::number(id);
        meta->transport = transport;
        meta->pool = dialog.isEmpty() ? Pool::Admin : Pool::Site;
        meta->worker = static_cast<int>(id % 2);
        meta->door = "/channel/ws";
        meta->address = "192.0.2.7";
        meta->dialog = dialog;
        meta->identity = identity;
        meta->createdMs = clock.wallMs();
        const auto admitted = registry.admit(meta, clock.wallMs());
        return admitted ? meta : SessionMetaPtr();
    }

    Answer ask(const char* method, const QByteArray& pathAndQuery, const QByteArray& body = {},
               const QByteArray& origin = {})
    {
        QNetworkRequest request(
            QUrl::fromEncoded("http://127.0.0.1:" + QByteArray::number(server.port()) + pathAndQuery));
        request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArrayLiteral("application/json"));
        if (!origin.isEmpty())
            request.setRawHeader("Origin", origin);
        const std::unique_ptr<QNetworkReply> reply(client.sendCustomRequest(request, method, body));
        if (!QTest::qWaitFor([&reply] { return reply->isFinished(); }, 10'000))
            return {};
        return {reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), reply->rawHeader("Content-Type"),
                reply->rawHeader("Allow"), reply->readAll()};
    }

    Answer get(const QByteArray& pathAndQuery) { return ask("GET", pathAndQuery); }

    ManualClock clock;
    MemoryBroker broker{clock, MemoryBroker::Limits()};
    Catalog catalog;
    Bus bus{broker, catalog};
    Fanout fanout{broker, 2, [](int, const EventPtr&) {}};
    MemoryPresence presence;
    QList<QPair<QByteArray, ErrorCode>> closed;
    SessionRegistry registry{presence, {}, [this](const SessionMeta& meta, ErrorCode why) {
                                 closed += {meta.clientId, why};
                             }};
    MemoryLastSeen lastSeen;
    int sourceChanges = 0;
    Sources sources{[this](const QSet<QByteArray>&) { ++sourceChanges; }};
    MemorySavedSockets savedSockets{clock};
    Mailbox mailbox;
    Core core{clock, broker, bus, fanout, registry, lastSeen, sources, savedSockets, mailbox, {}};
    Metrics metrics{catalog, 2, "1.2.3"};
    Health health{clock, "1.2.3", {"core"}, {}};
    int drains = 0;
    ManagementServer server{{core, presence, health, metrics,
                             [this] {
                                 return BrokerLoad{broker.historyBytes(), broker.channelCount()};
                             },
                             [](qsizetype limit) {
                                 RoomPage page{3, {{"staff", 5}, {"dialog:17", 2}, {"dialog:18", 1}}};
                                 page.busiest.resize(static_cast<size_t>(std::min<qsizetype>(limit, 3)));
                                 return page;
                             },
                             [this] { ++drains; }}};
    QNetworkAccessManager client;
};

QStringList clientIds(const QJsonObject& page)
{
    QStringList ids;
    for (const QJsonValue& item : page[QLatin1String("items")].toArray())
        ids += item[QLatin1String("client_id")].toString();
    return ids;
}

} // namespace

class TestManagementServer : public QObject
{
    Q_OBJECT

private slots:
    void metricsAreInTheTextFormat()
    {
        House house;
        house.connect(1, "anna");
        house.connect(2, "boris", TransportKind::Sse);
        house.health.setPart("redis", PartState::Down);
        house.health.setPart("rabbitmq", PartState::Disabled);
        house.broker.publish({"typing.start", 1, "{}", {"dialog:17"}, {}, {}}, [](const auto&) {});
        const Answer answer = house.get("/metrics");
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.type, QByteArray("text/plain; version=0.0.4; charset=utf-8"));
        const test::Exposition exported(answer.body);
        QCOMPARE(exported.error(), QByteArray());
        QCOMPARE(exported.value("active_connections"), 2.0);
        QCOMPARE(exported.value("websocket_connections_by_type", {{"connection_type", "sse"}}), 1.0);
        QCOMPARE(exported.value("signalbox_channels"), 1.0);
        QVERIFY(*exported.value("signalbox_history_bytes") > 0);
        QCOMPARE(exported.value("signalbox_part_up", {{"part", "core"}}), 1.0);
        QCOMPARE(exported.value("signalbox_part_up", {{"part", "redis"}}), 0.0);
        QVERIFY(!exported.value("signalbox_part_up", {{"part", "rabbitmq"}}));
    }

    void readinessFollowsHealth()
    {
        House house;
        QCOMPARE(house.get("/health/ready").status, 200);
        house.health.setPart("core", PartState::Down, QStringLiteral("stuck"));
        const Answer down = house.get("/health/ready");
        QCOMPARE(down.status, 503);
        QCOMPARE(down.body, house.health.report().body);
        QCOMPARE(house.get("/health/live").status, 200);
        house.health.setPart("core", PartState::Ok);
        QCOMPARE(house.get("/health/ready").status, 200);
        house.health.setPhase(Health::Phase::Draining);
        QCOMPARE(house.get("/health/ready").status, 503);
        QCOMPARE(house.get("/health/live").status, 200);
    }

    void aConnectionIsListedWithWhatIsKnown()
    {
        House house;
        const SessionMetaPtr meta = house.connect(7, "anna", TransportKind::Sse, "17");
        meta->messagesIn = 3;
        meta->messagesOut = 4;
        meta->slow = true;
        const Answer answer = house.get("/stats/connections");
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.type, QByteArray("application/json"));
        QVERIFY(!answer.body.contains("credential"));
        const QByteArray expected = R"({"id":7,"client_id":"client-7","transport":"sse","pool":"site",
            "door":"/channel/ws","worker":1,"user":"anna","role":"operator","dialog":"17","stream":"",
            "address":"192.0.2.7","created":"2023-11-14T22:13:20.000Z","last_pong":null,"in":3,"out":4,"slow":true})";
        QCOMPARE(answer.json()[QLatin1String("items")][0].toObject(), QJsonDocument::fromJson(expected).object());
        meta->lastPongMs = house.clock.wallMs() + 1500;
        QCOMPARE(
            house.get("/stats/connections").json()[QLatin1String("items")][0][QLatin1String("last_pong")].toString(),
            QStringLiteral("2023-11-14T22:13:21.500Z"));
    }

    void connectionsArePagedAndFiltered_data()
    {
        QTest::addColumn<QByteArray>("query");
        QTest::addColumn<QStringList>("clients");
        QTest::addColumn<int>("total");
        const auto ids = [](std::initializer_list<int> numbers) {
            QStringList list;
            for (const int number : numbers)
                list += QStringLiteral("client-") + QString::number(number);
            return list;
        };
        QTest::newRow("all, oldest first") << QByteArray() << ids({1, 2, 3, 4, 5}) << 5;
        QTest::newRow("first page") << QByteArray("?limit=2") << ids({1, 2}) << 5;
        QTest::newRow("second page") << QByteArray("?limit=2&offset=2") << ids({3, 4}) << 5;
        QTest::newRow("last page") << QByteArray("?limit=2&offset=4") << ids({5}) << 5;
        QTest::newRow("beyond") << QByteArray("?offset=5") << ids({}) << 5;
        QTest::newRow("far beyond") << QByteArray("?offset=2147483647&limit=1000") << ids({}) << 5;
        QTest::newRow("transport") << QByteArray("?transport=sse") << ids({3, 4, 5}) << 3;
        QTest::newRow("unknown transport") << QByteArray("?transport=fax") << ids({}) << 0;
        QTest::newRow("user") << QByteArray("?user=anna") << ids({1, 2}) << 2;
        QTest::newRow("user, encoded") << QByteArray("?user=bo%20ris%26co") << ids({3, 4}) << 2;
        QTest::newRow("dialog") << QByteArray("?dialog=17") << ids({5}) << 1;
        QTest::newRow("all filters and a page")
            << QByteArray("?transport=sse&user=bo%20ris%26co&limit=1&offset=1") << ids({4}) << 2;
    }

    void connectionsArePagedAndFiltered()
    {
        QFETCH(QByteArray, query);
        QFETCH(QStringList, clients);
        QFETCH(int, total);
        House house;
        house.connect(5, "guest", TransportKind::Sse, "17");
        house.connect(1, "anna");
        house.connect(4, "bo ris&co", TransportKind::Sse);
        house.connect(2, "anna");
        house.connect(3, "bo ris&co", TransportKind::Sse);
        const Answer answer = house.get("/stats/connections" + query);
        QCOMPARE(answer.status, 200);
        QCOMPARE(clientIds(answer.json()), clients);
        QCOMPARE(answer.json()[QLatin1String("total")].toInt(), total);
    }

    void theSummaryCounts()
    {
        House house;
        house.connect(1, "anna");
        house.connect(2, "anna")->slow = true;
        house.connect(3, "guest", TransportKind::Polling, "17");
        house.fanout.want(0, "dialog:17");
        house.fanout.want(1, "staff");
        const QJsonObject summary = house.get("/stats/summary").json();
        const QByteArray connections = R"({"total":3,"slow":1,"by_pool":{"admin":2,"site":1},"by_worker":{"0":1,"1":2},
            "by_transport":{"ws":2,"sse":0,"socketio":0,"polling":1}})";
        QCOMPARE(summary[QLatin1String("connections")].toObject(), QJsonDocument::fromJson(connections).object());
        QCOMPARE(summary[QLatin1String("users_present")].toInt(), 2);
        QCOMPARE(summary[QLatin1String("subscribed_channels")].toInt(), 2);
        QCOMPARE(summary[QLatin1String("channels")].toInt(), static_cast<int>(house.broker.channelCount()));
        QCOMPARE(summary[QLatin1String("history_bytes")].toInt(), 0);
    }

    void roomsComeBusiestFirst()
    {
        House house;
        const QByteArray expected =
            R"({"items":[{"channel":"staff","sessions":5},{"channel":"dialog:17","sessions":2}],"total":3})";
        QCOMPARE(house.get("/stats/rooms?limit=2").json(), QJsonDocument::fromJson(expected).object());
    }

    void lastSeenTellsTheMarksOfADialog()
    {
        House house;
        house.lastSeen.advance("17", "anna", 456, house.clock.steadyMs());
        const QByteArray expected = R"({"dialog":"17","marks":{"anna":456}})";
        QCOMPARE(house.get("/stats/last-seen?dialog=17").json(), QJsonDocument::fromJson(expected).object());
        QCOMPARE(house.get("/stats/last-seen?dialog=18").json()[QLatin1String("marks")].toObject(), QJsonObject());
    }

    void aConnectionIsClosed()
    {
        House house;
        house.connect(1, "anna");
        house.connect(2, "anna");
        const Answer answer = house.ask("DELETE", "/connections/client-2");
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.body, QByteArray("{\"closed\":1}"));
        QCOMPARE(house.closed, (QList<QPair<QByteArray, ErrorCode>>{{"client-2", ErrorCode::ClosedByAdmin}}));
    }

    void allConnectionsOfAUserAreClosed_data()
    {
        QTest::addColumn<QByteArray>("user");
        QTest::addColumn<QByteArray>("inPath");
        QTest::newRow("plain") << QByteArray("anna") << QByteArray("anna");
        QTest::newRow("colon") << QByteArray("guest:17") << QByteArray("guest:17");
        QTest::newRow("slash") << QByteArray("auth/anna") << QByteArray("auth%2Fanna");
        QTest::newRow("percent") << QByteArray("100%2F") << QByteArray("100%252F");
        QTest::newRow("space and letters") << QByteArray("Анна К") << QByteArray("%D0%90%D0%BD%D0%BD%D0%B0%20%D0%9A");
        QTest::newRow("question mark") << QByteArray("who?") << QByteArray("who%3F");
    }

    void allConnectionsOfAUserAreClosed()
    {
        QFETCH(QByteArray, user);
        QFETCH(QByteArray, inPath);
        House house;
        house.connect(1, user);
        house.connect(2, "somebody else");
        house.connect(3, user);
        const Answer answer = house.ask("DELETE", "/users/" + inPath + "/connections");
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.body, QByteArray("{\"closed\":2}"));
        QCOMPARE(house.closed.size(), 2);
        for (const auto& [client, why] : std::as_const(house.closed))
            QVERIFY(client != "client-2" && why == ErrorCode::ClosedByAdmin);
    }

    void aSourceIsMarkedAndCleared()
    {
        House house;
        const Answer down = house.ask("PUT", "/sources/stream:deals", "{\"available\":false}");
        QCOMPARE(down.status, 200);
        QCOMPARE(down.body, QByteArray("{\"available\":false,\"channel\":\"stream:deals\"}"));
        QVERIFY(house.sources.unavailable().contains("stream:deals"));
        QCOMPARE(house.get("/sources").body, QByteArray("{\"unavailable\":[\"stream:deals\"]}"));
        QCOMPARE(house.ask("PUT", "/sources/stream:deals", "{\"available\":true}").status, 200);
        QCOMPARE(house.get("/sources").body, QByteArray("{\"unavailable\":[]}"));
        QCOMPARE(house.sourceChanges, 2);
    }

    void drainIsPassedOn()
    {
        House house;
        const Answer answer = house.ask("POST", "/drain");
        QCOMPARE(answer.status, 202);
        QCOMPARE(answer.body, QByteArray("{\"status\":\"draining\"}"));
        QCOMPARE(house.drains, 1);
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("code");
        const auto row = [](const char* name, const char* method, const char* path, const QByteArray& body, int status,
                            const char* code) {
            QTest::newRow(name) << QByteArray(method) << QByteArray(path) << body << status
                                << QString::fromLatin1(code);
        };
        row("root", "GET", "/", {}, 404, "not_found");
        row("unknown", "GET", "/secrets", {}, 404, "not_found");
        row("below a route", "GET", "/metrics/more", {}, 404, "not_found");
        row("trailing slash", "GET", "/metrics/", {}, 404, "not_found");
        row("no client", "DELETE", "/connections/", {}, 404, "not_found");
        row("unknown client", "DELETE", "/connections/nobody", {}, 404, "not_found");
        row("unknown user", "DELETE", "/users/nobody/connections", {}, 404, "not_found");
        row("wrong method", "POST", "/metrics", {}, 405, "method_not_allowed");
        row("drain by GET", "GET", "/drain", {}, 405, "method_not_allowed");
        row("options", "OPTIONS", "/drain", {}, 405, "method_not_allowed");
        row("limit 0", "GET", "/stats/connections?limit=0", {}, 400, "bad_request");
        row("limit too high", "GET", "/stats/connections?limit=1001", {}, 400, "bad_request");
        row("limit no number", "GET", "/stats/connections?limit=ten", {}, 400, "bad_request");
        row("limit empty", "GET", "/stats/rooms?limit=", {}, 400, "bad_request");
        row("offset negative", "GET", "/stats/connections?offset=-1", {}, 400, "bad_request");
        row("offset overflow", "GET", "/stats/connections?offset=99999999999999999999", {}, 400, "bad_request");
        row("no dialog", "GET", "/stats/last-seen", {}, 400, "bad_request");
        row("no body", "PUT", "/sources/stream:deals", {}, 400, "bad_json");
        row("no JSON", "PUT", "/sources/stream:deals", "yes", 400, "bad_json");
        row("named twice", "PUT", "/sources/stream:deals", "{\"available\":true,\"available\":false}", 400, "bad_json");
        row("missing field", "PUT", "/sources/stream:deals", "{}", 422, "invalid_field");
        row("wrong type", "PUT", "/sources/stream:deals", "{\"available\":\"false\"}", 422, "invalid_field");
        row("no channel name", "PUT", "/sources/a%2Cb", "{\"available\":false}", 404, "unknown_channel");
        row("invalid UTF-8", "PUT", "/sources/%FF", "{\"available\":false}", 404, "unknown_channel");
        row("body too large", "PUT", "/sources/stream:deals",
            "{\"available\":false,\"x\":\"" + QByteArray(64 * 1024, 'x') + "\"}", 413, "payload_too_large");
    }

    void refuses()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, body);
        QFETCH(int, status);
        QFETCH(QString, code);
        House house;
        house.connect(1, "anna");
        const Answer answer = house.ask(method.constData(), path, body);
        QCOMPARE(answer.status, status);
        QCOMPARE(answer.type, QByteArray("application/json"));
        QCOMPARE(answer.code(), code);
        QVERIFY(!answer.json()[QLatin1String("message")].toString().isEmpty());
        QCOMPARE(house.closed.size(), 0);
        QCOMPARE(house.sourceChanges, 0);
        QCOMPARE(house.drains, 0);
    }

    void aBodyAtTheBoundIsTaken()
    {
        House house;
        const QByteArray frame = "{\"available\":false,\"x\":\"\"}";
        QByteArray body = frame;
        body.insert(frame.size() - 2, QByteArray(ManagementRouter::kMaxBodyBytes - frame.size(), 'x'));
        QCOMPARE(house.ask("PUT", "/sources/stream:deals", body).status, 200);
        body.insert(frame.size() - 2, 'x');
        QCOMPARE(house.ask("PUT", "/sources/stream:deals", body).status, 413);
    }

    void aWrongMethodIsToldTheRightOnes()
    {
        House house;
        QCOMPARE(house.ask("POST", "/metrics").allow, QByteArray("GET, HEAD"));
        QCOMPARE(house.get("/drain").allow, QByteArray("POST"));
    }

    void webPagesMayOnlyLook()
    {
        House house;
        const Answer answer = house.ask("POST", "/drain", {}, "http://evil.example");
        QCOMPARE(answer.status, 403);
        QCOMPARE(answer.code(), QStringLiteral("forbidden"));
        QCOMPARE(house.drains, 0);
        QCOMPARE(house.ask("GET", "/health/live", {}, "http://evil.example").status, 200);
    }

    void headIsAnsweredWithoutABody()
    {
        House house;
        QTcpSocket socket;
        socket.connectToHost(QStringLiteral("127.0.0.1"), static_cast<quint16>(house.server.port()));
        QVERIFY(socket.waitForConnected());
        socket.write("HEAD /health/ready HTTP/1.1\r\nHost: x\r\n\r\nGET /health/live HTTP/1.1\r\nHost: x\r\n\r\n");
        QTRY_VERIFY(socket.bytesAvailable() > 0 && socket.peek(4096).contains("{\"status\":\"ok\"}"));
        const QByteArray answers = socket.readAll();
        QVERIFY(answers.startsWith("HTTP/1.1 200 "));
        QCOMPARE(answers.count("HTTP/1.1 200 "), 2);
        QCOMPARE(answers.count('{'), 1);
    }

    void aTakenPortIsAnError()
    {
        QTcpServer other;
        QVERIFY(other.listen(QHostAddress::LocalHost));
        House house;
        ManagementServer second({house.core, house.presence, house.health, house.metrics, [] { return BrokerLoad(); },
                                 [](qsizetype) { return RoomPage(); }, [] {}});
        const auto taken = second.listen("127.0.0.1", other.serverPort());
        QVERIFY(!taken.ok());
        QVERIFY(taken.error().code == ErrorCode::Unavailable);
        QCOMPARE(second.port(), 0);
        QVERIFY(!second.listen("no address", 0).ok());
        QVERIFY(second.listen("localhost", 0).ok());
        QVERIFY(second.port() > 0);
    }
};

QTEST_GUILESS_MAIN(TestManagementServer)
#include "tst_managementserver.moc"
