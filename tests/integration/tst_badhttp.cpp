// SPDX-License-Identifier: GPL-3.0-or-later
// Bad and unusual HTTP against a running server: each is answered as RFC 9112 and spec section 9 say, and nobody else
// notices.
#include "support/bystander.h"

#include <QTest>

#include <memory>

using namespace signalbox;
using namespace signalbox::test;

namespace {

const QByteArray kHost = "Host: localhost\r\n";

QByteArray get11(const QByteArray& target, const QByteArray& headers = {})
{
    return "GET " + target + " HTTP/1.1\r\n" + kHost + headers + "\r\n";
}

QByteArray post(const QByteArray& headers, const QByteArray& body = {})
{
    return "POST /api/v1/publish HTTP/1.1\r\n" + kHost + headers + "\r\n" + body;
}

/// Waits for so many answers on the wire.
QList<HttpAnswer> answers(Wire& wire, qsizetype count)
{
    wire.readUntil([count](const QByteArray& received) { return answersIn(received).size() >= count; });
    return answersIn(wire.received());
}

} // namespace

class BadHttpTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();
    void refused_data();
    void refused();
    void smuggledRequestIsNotServed_data();
    void smuggledRequestIsNotServed();
    void oversized_data();
    void oversized();
    void slowClients_data();
    void slowClients();
    void idleConnectionIsClosedSilently();
    void aConnectionBeingClosedDoesNotLingerForEver();
    void halfClosedClientGetsItsAnswer();
    void clientsThatVanish_data();
    void clientsThatVanish();
    void pipelinedAnswersComeInOrder_data();
    void pipelinedAnswersComeInOrder();
    void expectContinue();
    void expectContinueOfTooMuchIsRefusedAtOnce();
    void chunkedBodyIsAccepted();
    void unusualTargets_data();
    void unusualTargets();
    void methods_data();
    void methods();
    void escapedSlashStaysInsideItsSegment_data();
    void escapedSlashStaysInsideItsSegment();

private:
    /// A publish to the bystander's dialog as the second request of a smuggler.
    QByteArray hidden() const;

    ServerProcess m_server;
    ServerProcess m_impatient; ///< for slowClients()
    std::unique_ptr<Bystander> m_bystander;
};

/// A server that a sanitizer or a leak has something to say about does not end with 0.
void BadHttpTest::cleanupTestCase()
{
    QCOMPARE(m_server.stop(), 0);
    QVERIFY(!m_impatient.isRunning() || m_impatient.stop() == 0);
}

void BadHttpTest::initTestCase()
{
    QVERIFY(m_server.start({{"SIGNALBOX_LIMIT_REQUESTS_PER_SECOND", "0"}, {"SIGNALBOX_WORKERS", "2"}}));
    m_bystander = std::make_unique<Bystander>(m_server);
    QVERIFY(m_bystander->isServed());
}

QByteArray BadHttpTest::hidden() const
{
    const QByteArray body = m_bystander->eventBody("smuggled");
    return "POST /api/v1/publish HTTP/1.1\r\n" + kHost + "Authorization: Bearer " + ServerProcess::webhookToken() +
           "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

void BadHttpTest::refused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    const auto row = [](const char* name, const QByteArray& bytes, int status = 400) {
        QTest::newRow(name) << bytes << status;
    };
    row("a TLS greeting", QByteArray::fromHex("16030100c8010000c40303") + QByteArray(64, '\x01'));
    row("nothing but blanks", "    \r\n\r\n");
    row("no version", "GET /health\r\n\r\n");
    row("two blanks", "GET  /health HTTP/1.1\r\n" + kHost + "\r\n");
    row("bare line feeds", "GET /health HTTP/1.1\nHost: localhost\n\n");
    row("a bare line feed in a header", "GET /health HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n");
    row("a bare carriage return", "GET /health HTTP/1.1\r\nHost: local\rhost\r\n\r\n");
    row("a folded line", get11("/health", "X-Long: a\r\n b\r\n"));
    row("a blank before the colon", get11("/health", "X-Name : a\r\n"));
    row("no colon", get11("/health", "nonsense\r\n"));
    row("an empty name", get11("/health", ": a\r\n"));
    row("NUL in a header", get11("/health", QByteArray("X: a\0b\r\n", 8)));
    row("NUL in the target", "GET /he" + QByteArray(1, '\0') + "alth HTTP/1.1\r\n" + kHost + "\r\n");
    row("an escaped NUL in the path", get11("/health%00"));
    row("a path that is not UTF-8", get11("/%ff%fe"));
    row("no Host", "GET /health HTTP/1.1\r\n\r\n");
    row("two Hosts", get11("/health", kHost));
    row("Host with a blank", "GET /health HTTP/1.1\r\nHost: a b\r\n\r\n");
    row("CONNECT", "CONNECT example.org:443 HTTP/1.1\r\n" + kHost + "\r\n");
    row("a relative target", "GET health HTTP/1.1\r\n" + kHost + "\r\n");
    row("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505);
    row("HTTP/0.9 with a number", "GET / HTTP/0.9\r\n\r\n", 505);
    row("an unknown expectation", post("Expect: miracles\r\nContent-Length: 2\r\n", "{}"), 417);
    row("an unknown transfer coding", post("Transfer-Encoding: gzip\r\n"), 501);
    row("a chunk's size is no number", post("Transfer-Encoding: chunked\r\n", "xyz\r\n"));
    row("a chunk's size is negative", post("Transfer-Encoding: chunked\r\n", "-1\r\n"));
    row("a chunk's size overflows", post("Transfer-Encoding: chunked\r\n", "FFFFFFFFFFFFFFFFF\r\n"));
    row("a chunk ends without CR LF", post("Transfer-Encoding: chunked\r\n", "2\r\n{}0\r\n\r\n"));
    row("a chunk's line ends in a line feed", post("Transfer-Encoding: chunked\r\n", "2\n{}\r\n0\r\n\r\n"));
}

void BadHttpTest::refused()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, status);
    Wire client(m_server.port());
    QVERIFY(client.send(bytes));
    QVERIFY(client.waitForEnd());
    const QList<HttpAnswer> got = answersIn(client.received());
    QCOMPARE(got.size(), 1);
    QCOMPARE(got.first().status, status);
    QCOMPARE(got.first().headers.value("connection"), QByteArray("close"));
    QVERIFY(got.first().body.startsWith("{\"code\":\""));
    QVERIFY(m_bystander->isServed());
}

void BadHttpTest::smuggledRequestIsNotServed_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<QByteArray>("body");
    const auto row = [](const char* name, const QByteArray& headers, const QByteArray& body = "0\r\n\r\n") {
        QTest::newRow(name) << "POST /api/v1/catalog HTTP/1.1\r\n" + kHost + headers + "\r\n" << body;
    };
    row("Content-Length twice, alike", "Content-Length: 5\r\nContent-Length: 5\r\n");
    row("Content-Length twice, different", "Content-Length: 0\r\nContent-Length: 5\r\n");
    row("Content-Length as a list", "Content-Length: 5, 5\r\n");
    row("Content-Length with a sign", "Content-Length: +5\r\n");
    row("Content-Length negative", "Content-Length: -5\r\n");
    row("Content-Length in hexadecimal", "Content-Length: 0x5\r\n");
    row("Content-Length empty", "Content-Length:\r\n");
    row("Content-Length with a blank inside", "Content-Length: 0 5\r\n");
    row("Content-Length too long for a number", "Content-Length: 99999999999999999999\r\n");
    row("with Transfer-Encoding", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n");
    row("Transfer-Encoding first", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n");
    row("Transfer-Encoding twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n");
    row("Transfer-Encoding: identity", "Transfer-Encoding: identity\r\nContent-Length: 5\r\n");
    row("Transfer-Encoding: chunked, identity", "Transfer-Encoding: chunked, identity\r\n");
    row("Transfer-Encoding: xchunked", "Transfer-Encoding: xchunked\r\n");
    row("Transfer-Encoding with a vertical tab", "Transfer-Encoding: \x0b"
                                                 "chunked\r\n");
    row("Transfer-Encoding folded", "Transfer-Encoding:\r\n chunked\r\n");
    row("a blank before the colon", "Transfer-Encoding : chunked\r\n");
    row("a name with a control character", "Content\x01-Length: 5\r\n");
    row("a bare line feed hides a header", "X: y\nTransfer-Encoding: chunked\r\n");
    row("a bare carriage return hides a header", "X: y\rTransfer-Encoding: chunked\r\n");
    row("an end of the head by line feeds", "X: y\n\n");
    row("a chunk's extension with a line feed", "Transfer-Encoding: chunked\r\n", "0;a\nb\r\n\r\n");
    row("a forbidden trailer line", "Transfer-Encoding: chunked\r\n", "0\r\nX : y\r\n\r\n");
    QTest::newRow("chunked in HTTP/1.0")
        << QByteArray("POST /api/v1/catalog HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n")
        << QByteArray("0\r\n\r\n");
}

void BadHttpTest::smuggledRequestIsNotServed()
{
    QFETCH(QByteArray, head);
    QFETCH(QByteArray, body);
    Wire client(m_server.port());
    QVERIFY(client.send(head + body + hidden()));
    QVERIFY(client.waitForEnd());
    const QList<HttpAnswer> got = answersIn(client.received());
    QCOMPARE(got.size(), 1);
    QVERIFY2(got.first().status == 400 || got.first().status == 501, QByteArray::number(got.first().status));
    QVERIFY(m_bystander->isServed()); // its next event is not the smuggled one
}

void BadHttpTest::oversized_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    const auto row = [](const char* name, const QByteArray& bytes, int status) {
        QTest::newRow(name) << bytes << status;
    };
    row("the target", get11("/" + QByteArray(20'000, 'a')), 414);
    row("one header", get11("/health", "X: " + QByteArray(20'000, 'a') + "\r\n"), 431);
    row("many headers", get11("/health", QByteArray("X: y\r\n").repeated(200)), 431);
    row("the announced body", post("Content-Length: 1048577\r\n"), 413);
    row("the announced body by far", post("Content-Length: 9000000000000000000\r\n"), 413);
    row("the chunks together",
        post("Transfer-Encoding: chunked\r\n", QByteArray("80000\r\n" + QByteArray(0x80000, ' ') + "\r\n").repeated(3)),
        413);
    row("the trailers", post("Transfer-Encoding: chunked\r\n", "0\r\n" + QByteArray("X: y\r\n").repeated(4000)), 431);
}

void BadHttpTest::oversized()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, status);
    Wire client(m_server.port());
    client.send(bytes); // may be cut short
    QVERIFY(client.readUntil([](const QByteArray& received) { return !answersIn(received).isEmpty(); }));
    QCOMPARE(answersIn(client.received()).first().status, status);
    QVERIFY(client.waitForEnd());
    QCOMPARE(answersIn(client.received()).size(), 1);
    QVERIFY(m_bystander->isServed());
}

void BadHttpTest::slowClients_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("drip");
    QTest::newRow("says nothing") << QByteArray() << QByteArray();
    QTest::newRow("stops in the request line") << QByteArray("GET /hea") << QByteArray();
    QTest::newRow("stops in the headers") << "GET /health HTTP/1.1\r\n" + kHost << QByteArray();
    QTest::newRow("drips headers") << "GET /health HTTP/1.1\r\n" + kHost << QByteArray("X: y\r\n");
    QTest::newRow("stops in the body") << post("Content-Length: 100\r\n", "{") << QByteArray();
    QTest::newRow("drips a body") << post("Content-Length: 100000\r\n", "{") << QByteArray(" ");
    QTest::newRow("drips chunks") << post("Transfer-Encoding: chunked\r\n") << QByteArray("1\r\n \r\n");
}

void BadHttpTest::slowClients()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, drip);
    ServerProcess& server = m_impatient;
    if (!server.isRunning()) {
        QVERIFY(server.start({{"SIGNALBOX_LIMIT_HEAD_TIMEOUT_SECONDS", "300ms"},
                              {"SIGNALBOX_LIMIT_BODY_TIMEOUT_SECONDS", "300ms"},
                              {"SIGNALBOX_WORKERS", "1"}}));
    }
    Bystander bystander(server);
    Wire client(server.port());
    QVERIFY(client.send(bytes));
    const auto answered = [](const QByteArray& received) { return !answersIn(received).isEmpty(); };
    if (!drip.isEmpty()) {
        int drops = 0;
        while (!client.readUntil(answered, 20) && client.send(drip))
            QVERIFY(++drops < kPatienceMs / 20);
    }
    QVERIFY(client.readUntil(answered));
    QCOMPARE(answersIn(client.received()).first().status, 408);
    QVERIFY(client.waitForEnd());
    QVERIFY(bystander.isServed());
}

void BadHttpTest::idleConnectionIsClosedSilently()
{
    ServerProcess server;
    QVERIFY(server.start({{"SIGNALBOX_LIMIT_IDLE_TIMEOUT_SECONDS", "100ms"}}));
    Wire client(server.port());
    QVERIFY(client.send(get11("/health")));
    QCOMPARE(answers(client, 1).size(), 1);
    QVERIFY(client.waitForEnd());
    QCOMPARE(answersIn(client.received()).size(), 1);
    QCOMPARE(answersIn(client.received()).first().status, 200);
}

/// A refused client that goes on sending must not hold its connection.
void BadHttpTest::aConnectionBeingClosedDoesNotLingerForEver()
{
    Wire client(m_server.port());
    QVERIFY(client.send("nonsense\r\n\r\n"));
    const QByteArray more(16 * 1024, 'x');
    QElapsedTimer timer;
    timer.start();
    while (client.send(more))
        QVERIFY(timer.elapsed() < kPatienceMs);
    QVERIFY(m_bystander->isServed());
}

void BadHttpTest::halfClosedClientGetsItsAnswer()
{
    Wire client(m_server.port());
    const QByteArray body = "{\"event\":\"nothing\"}";
    QVERIFY(client.send(post("Authorization: Bearer " + ServerProcess::webhookToken() +
                                 "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n",
                             body)));
    client.finish();
    QVERIFY(client.waitForEnd());
    QCOMPARE(answersIn(client.received()).size(), 1);
    QCOMPARE(answersIn(client.received()).first().status, 422);
}

void BadHttpTest::clientsThatVanish_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("before a word") << QByteArray();
    QTest::newRow("in the head") << QByteArray("GET /health HTTP/1.1\r\nHo");
    QTest::newRow("in the body") << post("Content-Length: 100000\r\n", QByteArray(5000, ' '));
    QTest::newRow("before the answer") << hidden().replace("smuggled", "unheard").replace("/publish", "/nowhere");
    QTest::newRow("before a stream begins")
        << get11("/channel/sse?session=gone&token=" + ServerProcess::sessionToken("gone"));
    QTest::newRow("before a socket begins")
        << WsWire::handshake("/channel/ws?session=gone&token=" + ServerProcess::sessionToken("gone"));
}

void BadHttpTest::clientsThatVanish()
{
    QFETCH(QByteArray, bytes);
    for (const bool hard : {true, false}) {
        Wire client(m_server.port());
        QVERIFY(client.isOpen());
        QVERIFY(client.send(bytes));
        if (hard)
            client.reset();
    }
    QVERIFY(m_bystander->isServed());
    const QByteArray stats = "/api/v1/stats/connections";
    QTRY_VERIFY_WITH_TIMEOUT(get(m_server.port(), stats, Bystander::credentials()).body.startsWith("{\"total\":1,"),
                             kPatienceMs);
}

void BadHttpTest::pipelinedAnswersComeInOrder_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<bool>("closing");
    QTest::newRow("32") << 32 << false;
    QTest::newRow("more than may be under way") << 150 << false;
    QTest::newRow("the last one closes") << 32 << true;
}

/// Publishes, which take a way through the core, and unknown paths, which are answered at once.
void BadHttpTest::pipelinedAnswersComeInOrder()
{
    QFETCH(int, count);
    QFETCH(bool, closing);
    const QByteArray body = R"({"event":"notification","channels":["order:pipe"],"data":{"type":"t","message":"m"}})";
    const QByteArray publish = post("Authorization: Bearer " + ServerProcess::webhookToken() +
                                        "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n",
                                    body);
    QByteArray all;
    for (int i = 0; i < count; ++i) {
        const bool last = i + 1 == count;
        all += i % 2 == 0 ? publish : get11("/nowhere", last && closing ? "Connection: close\r\n" : "");
    }
    Wire client(m_server.port());
    QVERIFY(client.send(all + (closing ? get11("/health") : QByteArray())));
    const QList<HttpAnswer> got = answers(client, count);
    QCOMPARE(got.size(), count);
    qint64 last = 0;
    for (int i = 0; i < count; ++i) {
        QCOMPARE(got[i].status, i % 2 == 0 ? 200 : 404);
        if (i % 2 != 0)
            continue;
        const qsizetype from = got[i].body.lastIndexOf(':') + 1;
        const qint64 offset = got[i].body.mid(from, got[i].body.indexOf('"', from) - from).toLongLong();
        QVERIFY(last == 0 || offset == last + 1);
        QVERIFY(offset > 0);
        last = offset;
    }
    if (closing) {
        QVERIFY(client.waitForEnd());
        QCOMPARE(answersIn(client.received()).size(), count);
    }
}

void BadHttpTest::expectContinue()
{
    const QByteArray body = R"({"event":"notification","channels":["order:1"],"data":{"type":"t","message":"m"}})";
    Wire client(m_server.port());
    QVERIFY(
        client.send(post("Authorization: Bearer " + ServerProcess::webhookToken() +
                         "\r\nExpect: 100-continue\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n")));
    QVERIFY(client.waitForText("\r\n\r\n"));
    QCOMPARE(client.take(), QByteArray("HTTP/1.1 100 Continue\r\n\r\n"));
    QVERIFY(client.send(body));
    QCOMPARE(answers(client, 1).first().status, 200);
}

void BadHttpTest::expectContinueOfTooMuchIsRefusedAtOnce()
{
    Wire client(m_server.port());
    QVERIFY(client.send(post("Expect: 100-continue\r\nContent-Length: 2000000\r\n")));
    QVERIFY(client.waitForEnd());
    QCOMPARE(answersIn(client.received()).size(), 1);
    QCOMPARE(answersIn(client.received()).first().status, 413);
}

void BadHttpTest::chunkedBodyIsAccepted()
{
    const QByteArray body = R"({"event":"notification","channels":["order:1"],"data":{"type":"t","message":"m"}})";
    QByteArray chunks;
    for (const char c : body)
        chunks += QByteArray("1;ext=\"x\"\r\n") + c + "\r\n";
    Wire client(m_server.port());
    QVERIFY(client.send(
        post("Authorization: Bearer " + ServerProcess::webhookToken() + "\r\nTransfer-Encoding: Chunked\r\n",
             chunks + "0\r\nX-Trailer: y\r\n\r\n") +
        get11("/health")));
    const QList<HttpAnswer> got = answers(client, 2);
    QCOMPARE(got.size(), 2);
    QCOMPARE(got[0].status, 200);
    QCOMPARE(got[1].status, 200);
}

void BadHttpTest::unusualTargets_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<int>("status");
    const auto row = [](const char* target, int status) { QTest::newRow(target) << QByteArray(target) << status; };
    row("/health", 200);
    row("/health?", 200);
    row("/health?a=b&c=%zz", 200);
    row("http://localhost/health", 200);
    row("HTTP://localhost:5009/health?x=1", 200);
    row("https://localhost/health", 200);
    row("http://localhost", 200);
    row("ftp://localhost/health", 400);
    row("http:///health", 400);
    row("*", 400);
    row("/health/", 404);
    row("//health", 404);
    row("/health%2F", 404);
    row("/x/../health", 404);
    row("/%2e%2e/%2e%2e/etc/passwd", 404);
    row("/../../etc/passwd", 404);
    row("/health;a=b", 404);
    row("/HEALTH", 404);
    row("/api/v1/streams/../streams/deals", 404);
    row("/api/dialogs//events", 404);
    row("/%", 404);
    row("/%e2%82%ac", 404);
}

void BadHttpTest::unusualTargets()
{
    QFETCH(QByteArray, target);
    QFETCH(int, status);
    const HttpAnswer answer = get(m_server.port(), target);
    QCOMPARE(answer.status, status);
    QVERIFY(status == 200 || answer.body.startsWith("{\"code\":"));
    QVERIFY(!answer.body.contains("root:"));
}

void BadHttpTest::methods_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("allow");
    const auto row = [](const char* method, const char* target, int status, const char* allow) {
        QTest::addRow("%s %s", method, target)
            << QByteArray(method) << QByteArray(target) << status << QByteArray(allow);
    };
    row("POST", "/health", 405, "GET, OPTIONS");
    row("DELETE", "/health", 405, "GET, OPTIONS");
    row("BREW", "/health", 405, "GET, OPTIONS");
    row("get", "/health", 405, "GET, OPTIONS");
    row("TRACE", "/health", 405, "GET, OPTIONS");
    row("GET", "/api/v1/publish", 405, "POST, OPTIONS");
    row("PUT", "/api/v1/broadcast/call-new", 405, "POST, OPTIONS");
    row("POST", "/api/v1/broadcast/call-old", 404, "");
    row("DELETE", "/nowhere", 404, "");
    row("OPTIONS", "/nowhere", 404, "");
    row("OPTIONS", "/api/v1/publish", 204, "POST, OPTIONS");
    row("OPTIONS", "/health", 204, "GET, OPTIONS");
    row("OPTIONS", "*", 204, "");
    row("HEAD", "/health", 200, "");
    row("HEAD", "/nowhere", 404, "");
    row("POST", "/channel/ws", 405, "GET, OPTIONS");
}

void BadHttpTest::methods()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, target);
    QFETCH(int, status);
    QFETCH(QByteArray, allow);
    const HttpAnswer answer = request(m_server.port(), method, target);
    QCOMPARE(answer.status, status);
    if (!allow.isEmpty())
        QCOMPARE(answer.headers.value("allow"), allow);
    if (method == "HEAD") {
        QVERIFY(answer.headers.value("content-length").toInt() > 0);
        QCOMPARE(answer.body, QByteArray());
    } else if (status != 204) {
        QVERIFY(answer.body.startsWith("{\"code\":"));
    }
}

void BadHttpTest::escapedSlashStaysInsideItsSegment_data()
{
    QTest::addColumn<QByteArray>("prefix");
    QTest::newRow("origin form") << QByteArray();
    QTest::newRow("absolute form") << QByteArray("http://localhost");
}

void BadHttpTest::escapedSlashStaysInsideItsSegment()
{
    QFETCH(QByteArray, prefix);
    const QByteArray token = ServerProcess::jwt(Role::Operator, "7");
    SseClient stream(m_server.port(), prefix + "/api/dialogs/a%2F..%2Fb/events?access_token=" + token);
    QCOMPARE(stream.status(), 200);
    QCOMPARE(stream.events(1).size(), 1);
    const QByteArray body = R"({"event":"chat.message","channels":["dialog:a/../b"],)"
                            R"("data":{"id":1,"sender_type":"client","body":"hello","created_at":"now"}})";
    QCOMPARE(postJson(m_server.port(), "/api/v1/publish", body, Bystander::credentials()).status, 200);
    QCOMPARE(stream.events(2).size(), 2);
    QVERIFY(stream.events(2).last().data.contains("hello"));
}

QTEST_GUILESS_MAIN(BadHttpTest)
#include "tst_badhttp.moc"
