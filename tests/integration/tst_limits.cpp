// SPDX-License-Identifier: GPL-3.0-or-later
// Every limit of spec section 8 at its border, on a running server; and that nothing is left of a connection that
// ended.
#include "support/bystander.h"
#include "support/exposition.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include <deque>
#include <memory>

using namespace signalbox;
using namespace signalbox::test;

namespace {

using Sockets = std::deque<WsWire>;
using Streams = std::deque<SseClient>;

QByteArray message(const QByteArray& text)
{
    return R"({"event":"chat.message","channels":["dialog:slow"],"data":{"id":1,"sender_type":"c","body":")" + text +
           R"(","created_at":"n"}})";
}

QByteArray staffTarget(const QByteArray& subject, const QByteArray& door = "/channel/ws")
{
    return door + "?type=staff&access_token=" + ServerProcess::jwt(Role::Operator, subject);
}

QByteArray streamTarget(const QByteArray& subject, const QByteArray& name)
{
    return "/api/v1/streams/" + name + "?access_token=" + ServerProcess::jwt(Role::Operator, subject);
}

QJsonObject json(const QByteArray& text)
{
    return QJsonDocument::fromJson(text).object();
}

QByteArray codeOf(const QByteArray& body)
{
    return json(body)[QLatin1String("code")].toString().toUtf8();
}

} // namespace

class LimitsTest : public QObject
{
    Q_OBJECT

private slots:
    void cleanup();
    void connectionsInAll();
    void connectionsPerDialog();
    void connectionsPerToken();
    void tabsPerGuest();
    void operatorsAtOnce();
    void streamsPerUser();
    void oldestStreamIsEvicted();
    void streamIsReplacedByTheSameChannel();
    void requestsPerSecond();
    void messagesPerSecond();
    void requestHead_data();
    void requestHead();
    void requestBody_data();
    void requestBody();
    void webSocketMessage_data();
    void webSocketMessage();
    void channelsPerConnection();
    void zeroMeansNoLimit();
    void countersGoBackToZero();
    void nothingIsLeftOfConnections();

private:
    bool start(const ServerProcess::Variables& variables);
    int total();

    std::unique_ptr<ServerProcess> m_server;
    quint16 m_port = 0;
};

bool LimitsTest::start(const ServerProcess::Variables& variables)
{
    ServerProcess::Variables all{{"SIGNALBOX_WORKERS", "1"}};
    all.insert(variables);
    m_server = std::make_unique<ServerProcess>();
    const bool started = m_server->start(all, {"--set", "server/drain_seconds=0"});
    m_port = m_server->port();
    return started;
}

/// A server that a sanitizer or a leak has something to say about does not end with 0.
void LimitsTest::cleanup()
{
    if (m_server)
        QCOMPARE(m_server->stop(), 0);
    m_server.reset();
}

int LimitsTest::total()
{
    return json(get(m_port, "/api/v1/stats/connections?limit=1", Bystander::credentials()).body)[QLatin1String("total")]
        .toInt(-1);
}

void LimitsTest::connectionsInAll()
{
    QVERIFY(start({{"SIGNALBOX_LIMIT_CONNECTIONS", "3"}}));
    Sockets sockets;
    for (const char* subject : {"1", "2"}) {
        sockets.emplace_back(m_port, staffTarget(subject));
        QVERIFY(sockets.back().isEstablished());
    }
    auto stream = std::make_unique<SseClient>(m_port, staffTarget("3", "/channel/sse"));
    QCOMPARE(stream->events(1).size(), 1);

    WsWire socketTooMany(m_port, staffTarget("4"));
    QCOMPARE(socketTooMany.closeCode(), 1013);
    const HttpAnswer streamTooMany = get(m_port, staffTarget("5", "/channel/sse"));
    QCOMPARE(streamTooMany.status, 503);
    QCOMPARE(codeOf(streamTooMany.body), QByteArray("unavailable"));
    QVERIFY(streamTooMany.headers.value("retry-after").toInt() > 0);
    QCOMPARE(get(m_port, "/health").status, 200);
    QCOMPARE(total(), 3);

    stream.reset();
    QTRY_COMPARE_WITH_TIMEOUT(total(), 2, kPatienceMs);
    WsWire again(m_port, staffTarget("4"));
    QVERIFY(again.isEstablished());
}

void LimitsTest::connectionsPerDialog()
{
    QVERIFY(start({{"SIGNALBOX_LIMIT_CONNECTIONS_PER_DIALOG", "2"}}));
    const auto target = [](const QByteArray& subject, const QByteArray& dialog) -> QByteArray {
        return "/ws/dialogs/" + dialog + "?access_token=" + ServerProcess::jwt(Role::Operator, subject);
    };
    WsWire first(m_port, target("1", "17"));
    WsWire second(m_port, "/channel/ws?session=17&token=" + ServerProcess::sessionToken("17"));
    QVERIFY(first.isEstablished() && second.isEstablished());
    WsWire third(m_port, target("3", "17"));
    QCOMPARE(third.closeCode(), 4409);
    QCOMPARE(third.closeReason(), QByteArray("connection_limit"));
    const HttpAnswer stream =
        get(m_port, "/api/dialogs/17/events?access_token=" + ServerProcess::jwt(Role::Operator, "4"));
    QCOMPARE(stream.status, 409);
    WsWire elsewhere(m_port, target("3", "18"));
    QVERIFY(elsewhere.isEstablished());
}

void LimitsTest::connectionsPerToken()
{
    QVERIFY(start({{"SIGNALBOX_LIMIT_CONNECTIONS_PER_TOKEN", "2"}}));
    const QByteArray target = staffTarget("7");
    WsWire first(m_port, target);
    WsWire second(m_port, target);
    QVERIFY(first.isEstablished() && second.isEstablished());
    WsWire third(m_port, target);
    QCOMPARE(third.closeCode(), 4409);
    WsWire otherToken(m_port, staffTarget("7"));
    QVERIFY(otherToken.isEstablished());
}

void LimitsTest::tabsPerGuest()
{
    QVERIFY(start({{"SIGNALBOX_LIMIT_TABS_PER_GUEST", "2"}}));
    const auto target = [](const QByteArray& dialog) -> QByteArray {
        return "/channel/ws?session=" + dialog + "&token=" + ServerProcess::sessionToken(dialog);
    };
    WsWire first(m_port, target("17"));
    SseClient second(m_port, target("17").replace("/ws?", "/sse?"));
    QVERIFY(first.isEstablished());
    QCOMPARE(second.events(1).size(), 1);
    WsWire third(m_port, target("17"));
    QCOMPARE(third.closeCode(), 4409);
    WsWire byStaff(m_port, "/ws/dialogs/17?access_token=" + ServerProcess::jwt(Role::Operator, "1"));
    WsWire otherGuest(m_port, target("18"));
    QVERIFY(byStaff.isEstablished() && otherGuest.isEstablished());
}

void LimitsTest::operatorsAtOnce()
{
    QVERIFY(start({{"SIGNALBOX_LIMIT_OPERATORS", "2"}}));
    auto first = std::make_unique<WsWire>(m_port, staffTarget("1"));
    WsWire second(m_port, staffTarget("2"));
    WsWire secondAgain(m_port, staffTarget("2", "/channel/ws"));
    QVERIFY(first->isEstablished() && second.isEstablished() && secondAgain.isEstablished());
    WsWire third(m_port, staffTarget("3"));
    QCOMPARE(third.closeCode(), 4409);
    first.reset();
    QTRY_COMPARE_WITH_TIMEOUT(total(), 2, kPatienceMs);
    WsWire thirdAgain(m_port, staffTarget("3"));
    QVERIFY(thirdAgain.isEstablished());
}

void LimitsTest::streamsPerUser()
{
    QVERIFY(start({{"SIGNALBOX_LIMIT_STREAMS_PER_USER", "2"}}));
    Streams streams;
    for (const char* name : {"deals", "tasks"}) {
        streams.emplace_back(m_port, streamTarget("7", name));
        QCOMPARE(streams.back().status(), 200);
    }
    const HttpAnswer third = get(m_port, streamTarget("7", "payments"));
    QCOMPARE(third.status, 409);
    QCOMPARE(codeOf(third.body), QByteArray("stream_limit"));
    SseClient otherUser(m_port, streamTarget("8", "payments"));
    QCOMPARE(otherUser.status(), 200);
    SseClient otherDoor(m_port, staffTarget("7", "/channel/sse"));
    QCOMPARE(otherDoor.status(), 200);
}

void LimitsTest::oldestStreamIsEvicted()
{
    QVERIFY(start({{"SIGNALBOX_LIMIT_STREAMS_PER_USER", "2"}, {"SIGNALBOX_STREAM_LIMIT_POLICY", "evict_oldest"}}));
    Streams streams;
    for (const char* name : {"deals", "tasks", "payments"}) {
        streams.emplace_back(m_port, streamTarget("7", name));
        QCOMPARE(streams.back().status(), 200);
    }
    QVERIFY(streams[0].connection().waitForText("\"code\":\"replaced\""));
    QCOMPARE(total(), 2);
    const SseEvent last = streams[0].events(1).last();
    QCOMPARE(last.type, QByteArray("error"));
    QCOMPARE(get(m_port, streamTarget("7", "deals"), {{"Last-Event-ID", last.id}}).status, 204);
}

void LimitsTest::streamIsReplacedByTheSameChannel()
{
    QVERIFY(start({{"SIGNALBOX_LIMIT_STREAMS_PER_USER", "1"}}));
    SseClient older(m_port, streamTarget("7", "deals"));
    QCOMPARE(older.status(), 200);
    SseClient newer(m_port, streamTarget("7", "deals"));
    QCOMPARE(newer.status(), 200);
    QVERIFY(older.connection().waitForText("\"code\":\"replaced\""));
    QTRY_COMPARE_WITH_TIMEOUT(total(), 1, kPatienceMs);
}

void LimitsTest::requestsPerSecond()
{
    QVERIFY(start({{"SIGNALBOX_LIMIT_REQUESTS_PER_SECOND", "1"}, {"SIGNALBOX_LIMIT_REQUESTS_BURST", "3"}}));
    const QByteArray path = "/api/v1/catalog";
    HttpAnswer answer;
    int served = 0;
    while (served < 50 && (answer = get(m_port, path)).status == 200)
        ++served;
    QVERIFY2(served >= 3 && served < 50, QByteArray::number(served));
    QCOMPARE(answer.status, 429);
    QCOMPARE(codeOf(answer.body), QByteArray("rate_limited"));
    QVERIFY(answer.headers.value("retry-after").toInt() > 0);
    // Somebody else's share, services and probes are not touched.
    QCOMPARE(get(m_port, path, {{"Authorization", "Bearer " + ServerProcess::jwt(Role::Operator, "7")}}).status, 200);
    for (int i = 0; i < 20; ++i) {
        QCOMPARE(get(m_port, path, Bystander::credentials()).status, 200);
        QCOMPARE(get(m_port, "/health").status, 200);
    }
}

void LimitsTest::messagesPerSecond()
{
    QVERIFY(start({{"SIGNALBOX_LIMIT_MESSAGES_PER_SECOND", "1"}, {"SIGNALBOX_LIMIT_MESSAGES_BURST", "5"}}));
    WsWire fast(m_port, staffTarget("1"));
    WsWire calm(m_port, staffTarget("2"));
    QVERIFY(fast.isEstablished() && calm.isEstablished());
    fast.wire().send(WsWire::text(R"({"type":"ping"})").repeated(50));
    QCOMPARE(fast.closeCode(), 4429);
    QVERIFY(fast.wire().received().count("\"pong\"") >= 5);
    calm.sendText(R"({"type":"ping"})");
    QVERIFY(calm.waitForText("pong"));
}

void LimitsTest::requestHead_data()
{
    QTest::addColumn<int>("bytes");
    QTest::addColumn<int>("status");
    QTest::newRow("as large as allowed") << 1024 << 200;
    QTest::newRow("a byte more") << 1025 << 431;
}

void LimitsTest::requestHead()
{
    QFETCH(int, bytes);
    QFETCH(int, status);
    QVERIFY(start({{"SIGNALBOX_LIMIT_REQUEST_HEAD_BYTES", "1KiB"}}));
    QByteArray head = "GET /health HTTP/1.1\r\nHost: localhost\r\nX: ";
    head += QByteArray(bytes - head.size() - 4, 'x') + "\r\n\r\n";
    QCOMPARE(head.size(), bytes);
    Wire wire(m_port);
    QVERIFY(wire.send(head));
    QVERIFY(wire.readUntil([](const QByteArray& received) { return !answersIn(received).isEmpty(); }));
    QCOMPARE(answersIn(wire.received()).first().status, status);
}

void LimitsTest::requestBody_data()
{
    QTest::addColumn<int>("bytes");
    QTest::addColumn<int>("status");
    QTest::newRow("as large as allowed") << 2048 << 200;
    QTest::newRow("a byte more") << 2049 << 413;
}

void LimitsTest::requestBody()
{
    QFETCH(int, bytes);
    QFETCH(int, status);
    QVERIFY(start({{"SIGNALBOX_LIMIT_REQUEST_BODY_BYTES", "2KiB"}}));
    const QByteArray body = message(QByteArray(bytes - message({}).size(), 'x'));
    QCOMPARE(body.size(), bytes);
    QCOMPARE(postJson(m_port, "/api/v1/publish", body, Bystander::credentials()).status, status);
}

void LimitsTest::webSocketMessage_data()
{
    QTest::addColumn<int>("bytes");
    QTest::addColumn<int>("code");
    QTest::newRow("as large as allowed") << 300 << 0;
    QTest::newRow("a byte more") << 301 << 1009;
}

void LimitsTest::webSocketMessage()
{
    QFETCH(int, bytes);
    QFETCH(int, code);
    QVERIFY(start({{"SIGNALBOX_LIMIT_WEBSOCKET_MESSAGE_BYTES", "300"}}));
    WsWire socket(m_port, staffTarget("7"));
    QVERIFY(socket.isEstablished());
    QByteArray text = R"({"type":"ping","filler":")";
    text += QByteArray(bytes - text.size() - 2, 'x') + "\"}";
    socket.sendText(text);
    if (code == 0)
        QVERIFY(socket.waitForText("pong"));
    else
        QCOMPARE(socket.closeCode(), code);
}

void LimitsTest::channelsPerConnection()
{
    QVERIFY(start({{"SIGNALBOX_LIMIT_CHANNELS_PER_CONNECTION", "6"}}));
    WsWire socket(m_port, staffTarget("7")); // staff, operators, operator:7, user:7
    QVERIFY(socket.isEstablished());
    const auto answerTo = [&socket](const QByteArray& ref) { // other events may come behind it
        const QByteArray member = "\"ref\":\"" + ref + '"';
        if (!socket.waitForText(member))
            return QByteArray();
        const QByteArrayList texts = socket.texts();
        return *std::find_if(texts.begin(), texts.end(),
                             [&member](const QByteArray& text) { return text.contains(member); });
    };
    for (const char* channel : {"dialog:1", "dialog:2"}) {
        socket.sendText(QByteArray(R"({"type":"subscribe","channel":")") + channel + "\"}");
        QVERIFY(socket.waitForText(QByteArray("\"subscribed\",\"channel\":\"") + channel));
    }
    socket.sendText(R"({"type":"subscribe","channel":"dialog:3","ref":"much"})");
    QCOMPARE(codeOf(answerTo("much")), QByteArray("connection_limit"));
    socket.sendText(R"({"type":"subscribe","channel":"dialog:2","ref":"again"})"); // takes no further place
    QVERIFY(answerTo("again").contains("subscribed"));
    socket.sendText(R"({"type":"unsubscribe","channel":"dialog:1"})");
    socket.sendText(R"({"type":"subscribe","channel":"dialog:3","ref":"now"})");
    QVERIFY(answerTo("now").contains("subscribed"));

    SseClient fits(m_port, staffTarget("7", "/channel/sse") + "&channels=dialog:1,dialog:2");
    QCOMPARE(fits.status(), 200);
    const HttpAnswer much = get(m_port, staffTarget("7", "/channel/sse") + "&channels=dialog:1,dialog:2,dialog:3");
    QCOMPARE(much.status, 409);
    QCOMPARE(codeOf(much.body), QByteArray("connection_limit"));
}

void LimitsTest::zeroMeansNoLimit()
{
    QVERIFY(start({{"SIGNALBOX_LIMIT_CONNECTIONS", "0"},
                   {"SIGNALBOX_LIMIT_CONNECTIONS_PER_DIALOG", "0"},
                   {"SIGNALBOX_LIMIT_CONNECTIONS_PER_TOKEN", "0"},
                   {"SIGNALBOX_LIMIT_TABS_PER_GUEST", "0"},
                   {"SIGNALBOX_LIMIT_REQUESTS_PER_SECOND", "0"}}));
    const QByteArray target = "/channel/ws?session=17&token=" + ServerProcess::sessionToken("17");
    Sockets sockets;
    for (int i = 0; i < 60; ++i)
        sockets.emplace_back(m_port, target);
    for (WsWire& socket : sockets)
        QVERIFY(socket.isEstablished());
}

void LimitsTest::countersGoBackToZero()
{
    QVERIFY(start({{"SIGNALBOX_LIMIT_REQUESTS_PER_SECOND", "0"}, {"SIGNALBOX_WORKERS", "2"}}));
    {
        Sockets sockets;
        Streams streams;
        for (int i = 0; i < 5; ++i) {
            const QByteArray id = QByteArray::number(i);
            sockets.emplace_back(m_port, staffTarget(id));
            sockets.emplace_back(m_port, "/channel/ws?session=" + id + "&token=" + ServerProcess::sessionToken(id));
            sockets.emplace_back(m_port,
                                 "/ws/site/dialogs/" + id + "?site_token=" + ServerProcess::siteToken("shop", id));
            streams.emplace_back(m_port, staffTarget(id, "/channel/sse"));
            streams.emplace_back(m_port, streamTarget(id, "deals"));
            streams.emplace_back(m_port, ServerProcess::linkPath(id));
        }
        for (WsWire& socket : sockets)
            QVERIFY(socket.isEstablished());
        for (SseClient& stream : streams)
            QCOMPARE(stream.status(), 200);
        QCOMPARE(total(), 30);
        const Exposition metrics(get(m_server->managementPort(), "/metrics").body);
        QCOMPARE(metrics.value("active_connections").value_or(-1), 30);
        sockets.front().wire().reset();
        sockets.back().wire().send(WsWire::closing(1000));
    }
    QTRY_COMPARE_WITH_TIMEOUT(total(), 0, kPatienceMs);
    const QByteArray connections = get(m_port, "/api/v1/stats/connections", Bystander::credentials()).body;
    QVERIFY2(connections.contains(
                 R"("by_transport":{"ws":0,"sse":0,"socketio":0,"polling":0},"pools":{"admin":0,"site":0})"),
             connections);
    QCOMPARE(get(m_port, "/api/v1/stats/rooms", Bystander::credentials()).body,
             QByteArray(R"({"total":0,"rooms":[]})"));
    QTRY_COMPARE_WITH_TIMEOUT(
        json(get(m_server->managementPort(), "/stats/summary").body)[QLatin1String("subscribed_channels")].toInt(-1), 0,
        kPatienceMs);
    const QJsonObject summary = json(get(m_server->managementPort(), "/stats/summary").body);
    QCOMPARE(summary[QLatin1String("users_present")].toInt(-1), 0);
    const Exposition metrics(get(m_server->managementPort(), "/metrics").body);
    QCOMPARE(metrics.value("active_connections").value_or(-1), 0);
}

namespace {

qint64 residentBytes(qint64 pid)
{
    QFile file(QStringLiteral("/proc/%1/statm").arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return -1;
    return file.readAll().split(' ').value(1).toLongLong() * ::sysconf(_SC_PAGESIZE);
}

qsizetype openFiles(qint64 pid)
{
    return QDir(QStringLiteral("/proc/%1/fd").arg(pid))
        .entryList(QDir::NoDotAndDotDot | QDir::AllEntries | QDir::System)
        .size();
}

} // namespace

void LimitsTest::nothingIsLeftOfConnections()
{
    QVERIFY(start({{"SIGNALBOX_LIMIT_REQUESTS_PER_SECOND", "0"}, {"SIGNALBOX_WORKERS", "2"}}));
    int made = 0;
    const auto comeAndGo = [&](int rounds) {
        for (int round = 0; round < rounds; ++round) {
            Sockets sockets;
            for (int i = 0; i < 25; ++i, ++made) {
                const QByteArray id = "d" + QByteArray::number(made);
                sockets.emplace_back(m_port, (i % 2 == 0 ? "/channel/ws?session=" : "/channel/sse?session=") + id +
                                                 "&token=" + ServerProcess::sessionToken(id));
            }
            for (WsWire& socket : sockets) {
                if (!socket.isEstablished())
                    return false;
            }
            for (size_t i = 0; i < sockets.size(); i += 3)
                sockets[i].wire().reset();
        }
        return true;
    };
    QVERIFY(comeAndGo(12));
    QTRY_COMPARE_WITH_TIMEOUT(total(), 0, kPatienceMs);
    const qint64 before = residentBytes(m_server->pid());
    const qsizetype filesBefore = openFiles(m_server->pid());
    QVERIFY(before > 0 && filesBefore > 0);
    QVERIFY(comeAndGo(80));
    QTRY_COMPARE_WITH_TIMEOUT(total(), 0, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(openFiles(m_server->pid()) <= filesBefore, kPatienceMs);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) // they keep freed memory for a while
    const qint64 growth = residentBytes(m_server->pid()) - before;
    QVERIFY2(growth < 6 * 1024 * 1024, QByteArray::number(growth));
#endif
}

QTEST_GUILESS_MAIN(LimitsTest)
#include "tst_limits.moc"
