// SPDX-License-Identifier: GPL-3.0-or-later
// HTTP/1.1 over real sockets: order, pipelining, back pressure, time limits, every way to end, and taking over.
// links: server_net OpenSSL::Crypto
#include "net/httpconnections.h"
#include "net/plainstream.h"
#include "net/tlsstream.h"
#include "net/worker.h"

#include "qtundertsan.h"
#include "streamfixture.h"
#include "tlsfixture.h"

#include <QSslSocket>

#include <list>
#include <vector>

using namespace signalbox;

namespace {

/// Answers at once (path, method and body) or keeps the exchanges.
class RecordingHandler final : public HttpHandler
{
public:
    void handleRequest(HttpExchange exchange) override
    {
        ++requests;
        if (onRequest)
            onRequest(exchange);
        else if (parks)
            parked.push_back(std::move(exchange));
        else
            exchange.respond(HttpResponse::text(200, exchange.request().path + "|" + exchange.request().body));
    }

    int requests = 0;
    bool parks = false;
    std::vector<HttpExchange> parked;
    std::function<void(HttpExchange&)> onRequest;
};

QByteArray get(const QByteArray& path, const QByteArray& more = {})
{
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + more + "\r\n";
}

QByteArray post(const QByteArray& body, const QByteArray& more = {})
{
    return "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n" + more +
           "\r\n" + body;
}

} // namespace

class TestHttpConnection : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void cleanup();

    void answersAndKeepsAlive();
    void oneByteAtATime();
    void answerHeaders();
    void errorStatuses_data();
    void errorStatuses();
    void refusalSurvivesUnreadInput();
    void refusalWaitsForEarlierAnswers();
    void http10Closes();
    void http10KeepsAliveOnDemand();
    void connectionCloseIsHonoured();
    void answerMayClose();
    void headHasNoBody();
    void peerAddressIsKnown();

    void pipelinedAnswersKeepTheOrder();
    void answersOfOneTurnLeaveTogether();
    void pipelineIsBounded();
    void thousandsOfPipelinedRequests();
    void unreadAnswersStopReading();
    void largeAnswerToASlowReader();
    void readerThatNeverReadsIsClosed();

    void continueIsSentForABody();
    void continueWaitsForEarlierAnswers();
    void noContinueForABodyTooLarge();
    void noContinueWhenTheBodyIsThere();

    void slowHeadTimesOut_data();
    void slowHeadTimesOut();
    void everyHeadHasItsOwnTime();
    void slowBodyTimesOut();
    void idleConnectionIsClosedSilently();
    void parkedRequestsHaveTime();
    void lingeringEnds();

    void halfClosedClientGetsItsAnswer();
    void halfClosedInsideARequestIsClosed();
    void idleClientLeaves();
    void answerAfterTheClientHasGone();
    void forgottenExchangeAnswers500();
    void secondAnswerIsIgnored();
    void exchangeOutlivesTheConnections();
    void peerEndIsTold();
    void peerEndIsNotToldAfterTheAnswer();

    void takeOverWithLeftover();
    void takeOverLaterWithLeftover();
    void takeOverOnlyWhenNothingIsOwed();
    void takeOverAfterAnEarlierAnswer();
    void takeOverCountsOff();
    void upgradeMayBeRefused();

    void drainingClosesIdleOnes();
    void drainingLetsAnswersOut();
    void drainingInsideAHandler();
    void closeAllInsideAHandler();
    void worksOverTls();

private:
    RawClient& connectClient();
    void serve(int fd);
    void restart();
    bool expectClosed();
    void elapse(qint64 ms) { m_now += ms; }

    qint64 m_now = 1000;
    HttpLimits m_limits;
    RecordingHandler m_handler;
    std::unique_ptr<Worker> m_worker;
    std::unique_ptr<HttpConnections> m_connections;
    std::list<RawClient> m_clients;
};

void TestHttpConnection::init()
{
    m_limits = HttpLimits();
    restart();
}

void TestHttpConnection::cleanup()
{
    m_clients.clear();
    m_handler.parked.clear();
    m_connections.reset();
    m_worker.reset();
    m_handler = RecordingHandler();
}

void TestHttpConnection::restart()
{
    m_connections.reset();
    m_worker = std::make_unique<Worker>(
        0, [this] { return m_now; }, Worker::Home::CurrentThread);
    m_connections = std::make_unique<HttpConnections>(*m_worker, m_limits, m_handler);
}

void TestHttpConnection::serve(int fd)
{
    m_worker->connectionOpened();
    m_connections->serve(std::make_unique<PlainStream>(fd));
}

RawClient& TestHttpConnection::connectClient()
{
    TcpPair pair;
    serve(pair.takeServer());
    return m_clients.emplace_back(pair.takeClient());
}

bool TestHttpConnection::expectClosed()
{
    return QTest::qWaitFor([this] { return m_connections->count() == 0 && m_worker->connectionCount() == 0; });
}

void TestHttpConnection::answersAndKeepsAlive()
{
    RawClient& client = connectClient();
    client.send(get("/one"));
    QTRY_VERIFY(client.has("/one|"));
    client.send(post("body"));
    QTRY_VERIFY(client.has("/p|body"));
    QCOMPARE(client.count("HTTP/1.1 200 OK\r\n"), 2);
    QVERIFY(!client.ended());
    QCOMPARE(m_connections->count(), 1);
    client.close();
    QVERIFY(expectClosed());
}

void TestHttpConnection::oneByteAtATime()
{
    RawClient& client = connectClient();
    const QByteArray both = get("/slow") + post("hello");
    for (const char c : both) {
        client.send(QByteArray(1, c));
        QCoreApplication::processEvents();
    }
    QTRY_VERIFY(client.has("/p|hello"));
    QVERIFY(client.has("/slow|"));
}

void TestHttpConnection::answerHeaders()
{
    RawClient& client = connectClient();
    client.send(get("/"));
    QTRY_VERIFY(client.has("/|"));
    const QByteArray head = client.received.left(client.received.indexOf("\r\n\r\n") + 2);
    QVERIFY(head.contains("\r\nContent-Length: 2\r\n"));
    QVERIFY(head.contains(" GMT\r\n"));
    QCOMPARE(head.count("\r\nDate: "), 1);
    QVERIFY(!head.contains("Connection"));
}

void TestHttpConnection::errorStatuses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("code");
    QTest::newRow("garbage") << QByteArray("\x16\x03\x01 garbage") << 400 << QByteArray("bad_request");
    QTest::newRow("no host") << QByteArray("GET / HTTP/1.1\r\n\r\n") << 400 << QByteArray("bad_request");
    QTest::newRow("smuggling") << QByteArray("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: "
                                             "chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n")
                               << 400 << QByteArray("bad_request");
    QTest::newRow("body") << QByteArray("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n") << 413
                          << QByteArray("payload_too_large");
    QTest::newRow("target") << get("/" + QByteArray(9000, 'x')) << 414 << QByteArray("bad_request");
    QTest::newRow("expect") << get("/", "Expect: x\r\n") << 417 << QByteArray("bad_request");
    QTest::newRow("head") << get("/", "A: " + QByteArray(17000, 'x') + "\r\n") << 431 << QByteArray("head_too_large");
    QTest::newRow("coding") << get("/", "Transfer-Encoding: gzip\r\n") << 501 << QByteArray("bad_request");
    QTest::newRow("version") << QByteArray("GET / HTTP/2.0\r\n\r\n") << 505 << QByteArray("bad_request");
}

void TestHttpConnection::errorStatuses()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, status);
    QFETCH(QByteArray, code);
    RawClient& client = connectClient();
    client.send(bytes);
    QTRY_VERIFY(client.ended());
    QVERIFY(!client.wasReset());
    QVERIFY2(client.received.startsWith(QByteArray("HTTP/1.1 " + QByteArray::number(status) + " ")),
             client.received.constData());
    QVERIFY(client.received.contains("\r\nConnection: close\r\n"));
    QVERIFY(client.received.contains("\r\nContent-Type: application/json\r\n"));
    QVERIFY(client.received.contains(QByteArray("{\"code\":\"" + code + "\",\"message\":\"")));
    QCOMPARE(m_handler.requests, 0);
    client.close();
    QVERIFY(expectClosed());
}

void TestHttpConnection::refusalSurvivesUnreadInput()
{
    RawClient& client = connectClient();
    client.send("BROKEN\r\n\r\n" + QByteArray(60'000, 'x'));
    QTRY_VERIFY(client.ended());
    QVERIFY(!client.wasReset());
    QVERIFY(client.received.startsWith("HTTP/1.1 400 "));
}

void TestHttpConnection::refusalWaitsForEarlierAnswers()
{
    m_handler.parks = true;
    RawClient& client = connectClient();
    client.send(get("/first") + "BROKEN\r\n\r\n");
    QTRY_COMPARE(m_handler.parked.size(), size_t(1));
    letPass();
    QVERIFY(client.poll());
    QVERIFY(client.received.isEmpty());
    m_handler.parked[0].respond(HttpResponse::text(200, "late"));
    QTRY_VERIFY(client.ended());
    QVERIFY(client.received.indexOf("late") > 0);
    QVERIFY(client.received.indexOf("HTTP/1.1 400 ") > client.received.indexOf("late"));
}

void TestHttpConnection::http10Closes()
{
    RawClient& client = connectClient();
    client.send("GET /old HTTP/1.0\r\n\r\n");
    QTRY_VERIFY(client.ended());
    QVERIFY(client.received.contains("\r\nConnection: close\r\n"));
    QVERIFY(client.received.endsWith("/old|"));
}

void TestHttpConnection::http10KeepsAliveOnDemand()
{
    RawClient& client = connectClient();
    client.send("GET /old HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    QTRY_VERIFY(client.has("/old|"));
    QVERIFY(client.received.contains("\r\nConnection: keep-alive\r\n"));
    client.send(get("/new"));
    QTRY_VERIFY(client.has("/new|"));
}

void TestHttpConnection::connectionCloseIsHonoured()
{
    RawClient& client = connectClient();
    client.send(get("/last", "Connection: close\r\n") + get("/beyond"));
    QTRY_VERIFY(client.ended());
    QVERIFY(!client.wasReset());
    QVERIFY(client.received.contains("\r\nConnection: close\r\n"));
    QCOMPARE(m_handler.requests, 1);
}

void TestHttpConnection::answerMayClose()
{
    m_handler.parks = true;
    RawClient& client = connectClient();
    client.send(get("/1") + get("/2"));
    QTRY_COMPARE(m_handler.parked.size(), size_t(2));
    HttpResponse response = HttpResponse::text(200, "one");
    response.close = true;
    m_handler.parked[0].respond(response);
    m_handler.parked[1].respond(HttpResponse::text(200, "two"));
    QTRY_VERIFY(client.ended());
    QVERIFY(client.received.contains("one"));
    QVERIFY(!client.received.contains("two"));
    client.close();
    QVERIFY(expectClosed());
}

void TestHttpConnection::headHasNoBody()
{
    RawClient& client = connectClient();
    client.send("HEAD /long HTTP/1.1\r\nHost: a\r\n\r\n" + get("/next"));
    QTRY_VERIFY(client.has("/next|"));
    QVERIFY(client.received.contains("\r\nContent-Length: 6\r\n"));
    QVERIFY(!client.received.contains("/long|"));
}

void TestHttpConnection::peerAddressIsKnown()
{
    m_handler.parks = true;
    RawClient& client = connectClient();
    client.send(post("take me"));
    QTRY_COMPARE(m_handler.parked.size(), size_t(1));
    QCOMPARE(m_handler.parked[0].request().peerAddress, QByteArray("127.0.0.1"));
    QCOMPARE(m_handler.parked[0].takeBody(), QByteArray("take me"));
    QVERIFY(m_handler.parked[0].takeBody().isEmpty());
}

void TestHttpConnection::pipelinedAnswersKeepTheOrder()
{
    m_handler.parks = true;
    RawClient& client = connectClient();
    QByteArray requests;
    for (int i = 0; i < 10; ++i)
        requests += get("/" + QByteArray::number(i));
    client.send(requests);
    QTRY_COMPARE(m_handler.parked.size(), size_t(10));
    for (size_t i = 10; i-- > 1;)
        m_handler.parked[i].respond(HttpResponse::text(200, "<" + QByteArray::number(qulonglong(i)) + ">"));
    letPass();
    QVERIFY((client.poll(), client.received.isEmpty()));
    m_handler.parked[0].respond(HttpResponse::text(200, "<0>"));
    QTRY_VERIFY(client.has("<9>"));
    qsizetype at = -1;
    for (int i = 0; i < 10; ++i) {
        const qsizetype next = client.received.indexOf(QByteArray("<" + QByteArray::number(i) + ">"));
        QVERIFY(next > at);
        at = next;
    }
}

void TestHttpConnection::answersOfOneTurnLeaveTogether()
{
    m_handler.parks = true;
    RawClient& client = connectClient();
    client.send(get("/1") + get("/2") + get("/3"));
    QTRY_COMPARE(m_handler.parked.size(), size_t(3));
    for (HttpExchange& exchange : m_handler.parked)
        exchange.respond(HttpResponse::text(200, "x"));
    // Nothing leaves from inside respond(); then all of it at once.
    client.poll();
    QVERIFY(client.received.isEmpty());
    QTRY_VERIFY(client.has("HTTP/1.1 200"));
    QCOMPARE(client.count("HTTP/1.1 200"), 3);
}

void TestHttpConnection::pipelineIsBounded()
{
    m_handler.parks = true;
    RawClient& client = connectClient();
    QByteArray requests;
    for (int i = 0; i < 100; ++i)
        requests += get("/" + QByteArray::number(i));
    client.send(requests);
    QTRY_COMPARE(m_handler.requests, m_limits.maxPipelined);
    letPass();
    QCOMPARE(m_handler.requests, m_limits.maxPipelined);
    m_handler.parked[0].respond(HttpResponse::text(200, "first"));
    QTRY_COMPARE(m_handler.requests, m_limits.maxPipelined + 1);
    for (size_t i = 0; i < 100; ++i) {
        QTRY_VERIFY(m_handler.parked.size() > i);
        m_handler.parked[i].respond(HttpResponse::text(200, "<" + QByteArray::number(qulonglong(i)) + ">"));
    }
    QTRY_VERIFY(client.has("<99>"));
    QCOMPARE(client.count("HTTP/1.1 200"), 100);
}

void TestHttpConnection::thousandsOfPipelinedRequests()
{
    RawClient& client = connectClient();
    QByteArray requests;
    for (int i = 0; i < 5000; ++i)
        requests += get("/" + QByteArray::number(i));
    client.send(requests);
    QTRY_COMPARE(client.count("HTTP/1.1 200"), 5000);
    QVERIFY(client.received.endsWith("/4999|"));
}

void TestHttpConnection::unreadAnswersStopReading()
{
    const QByteArray large(50'000, 'x');
    m_handler.onRequest = [&](HttpExchange& exchange) { exchange.respond(HttpResponse::text(200, large)); };
    RawClient& client = connectClient();
    QByteArray requests;
    for (int i = 0; i < 2000; ++i)
        requests += get("/");
    client.send(requests);
    QTest::qWait(200);
    const int before = m_handler.requests;
    QVERIFY2(before < 1000, QByteArray::number(before).constData());
    qsizetype received = 0;
    QTRY_VERIFY_WITH_TIMEOUT(
        (client.poll(), received += client.received.size(), client.received.clear(), received >= 2000 * large.size()),
        30'000);
    QCOMPARE(m_handler.requests, 2000);
}

void TestHttpConnection::largeAnswerToASlowReader()
{
    QByteArray large;
    for (int i = 0; large.size() < 10 * 1024 * 1024; ++i)
        large += QByteArray::number(i) + ",";
    m_handler.onRequest = [&](HttpExchange& exchange) { exchange.respond(HttpResponse::text(200, large)); };
    RawClient& client = connectClient();
    client.send(get("/", "Connection: close\r\n"));
    letPass();
    elapse(20'000);
    letPass();
    QTRY_VERIFY_WITH_TIMEOUT(client.ended(), 20'000);
    QVERIFY(!client.wasReset());
    QVERIFY(client.received.endsWith(QByteArray("\r\n\r\n" + large)));
}

void TestHttpConnection::readerThatNeverReadsIsClosed()
{
    m_handler.onRequest = [](HttpExchange& exchange) {
        exchange.respond(HttpResponse::text(200, QByteArray(64 * 1024 * 1024, 'x')));
    };
    RawClient& client = connectClient();
    client.send(get("/"));
    QTRY_COMPARE(m_handler.requests, 1);
    letPass();
    elapse(m_limits.sendTimeoutMs + 100);
    QVERIFY(expectClosed());
}

void TestHttpConnection::continueIsSentForABody()
{
    RawClient& client = connectClient();
    client.send("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
    QTRY_COMPARE((client.poll(), client.received), QByteArray("HTTP/1.1 100 Continue\r\n\r\n"));
    client.send("body");
    QTRY_VERIFY(client.has("/p|body"));
    QCOMPARE(client.count("100 Continue"), 1);
}

void TestHttpConnection::continueWaitsForEarlierAnswers()
{
    m_handler.parks = true;
    RawClient& client = connectClient();
    client.send(get("/1") + "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
    QTRY_COMPARE(m_handler.requests, 1);
    letPass();
    QVERIFY((client.poll(), client.received.isEmpty()));
    m_handler.parked[0].respond(HttpResponse::text(200, "first"));
    QTRY_VERIFY(client.has("first"));
    QTRY_VERIFY(client.has("HTTP/1.1 100 Continue\r\n\r\n"));
    QVERIFY(client.received.indexOf("100 Continue") > client.received.indexOf("first"));
}

void TestHttpConnection::noContinueForABodyTooLarge()
{
    RawClient& client = connectClient();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\nExpect: 100-continue\r\n\r\n");
    QTRY_VERIFY(client.ended());
    QVERIFY(client.received.startsWith("HTTP/1.1 413 "));
}

void TestHttpConnection::noContinueWhenTheBodyIsThere()
{
    RawClient& client = connectClient();
    client.send(post("body", "Expect: 100-continue\r\n"));
    QTRY_VERIFY(client.has("/p|body"));
    QVERIFY(!client.received.contains("100 Continue"));
}

void TestHttpConnection::slowHeadTimesOut_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("nothing") << QByteArray() << QByteArray();
    QTest::newRow("first request") << QByteArray() << QByteArray("GET / HT");
    QTest::newRow("second request") << get("/") << QByteArray("GET / HT");
}

void TestHttpConnection::slowHeadTimesOut()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, bytes);
    RawClient& client = connectClient();
    client.send(before);
    QTRY_COMPARE(client.count("HTTP/1.1 200"), before.isEmpty() ? 0 : 1);
    client.send(bytes);
    letPass();
    elapse(m_limits.headTimeoutMs - 100);
    letPass();
    client.send(bytes.isEmpty() ? "" : "TP");
    QVERIFY(client.poll());
    elapse(200);
    QTRY_VERIFY(client.ended());
    QVERIFY(client.has("HTTP/1.1 408 Request Timeout\r\n"));
    QVERIFY(client.has("{\"code\":\"request_timeout\""));
    client.close();
    QVERIFY(expectClosed());
}

void TestHttpConnection::everyHeadHasItsOwnTime()
{
    RawClient& client = connectClient();
    client.send("GET /1 HTTP/1.1\r\n");
    letPass();
    elapse(m_limits.headTimeoutMs - 500);
    client.send("Host: a\r\n\r\nGET /2 HTTP/1.1\r\n");
    QTRY_VERIFY(client.has("/1|"));
    elapse(m_limits.headTimeoutMs - 500);
    letPass();
    client.send("Host: a\r\n\r\n");
    QTRY_VERIFY(client.has("/2|"));
}

void TestHttpConnection::slowBodyTimesOut()
{
    RawClient& client = connectClient();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n");
    letPass();
    for (int i = 0; i < 3; ++i) {
        elapse(m_limits.bodyTimeoutMs / 4);
        client.send("x");
        letPass();
        QVERIFY(client.poll());
    }
    elapse(m_limits.bodyTimeoutMs / 4 + 100);
    QTRY_VERIFY(client.ended());
    QVERIFY(client.has("HTTP/1.1 408 "));
    QCOMPARE(m_handler.requests, 0);
}

void TestHttpConnection::idleConnectionIsClosedSilently()
{
    RawClient& client = connectClient();
    client.send(get("/"));
    QTRY_VERIFY(client.has("/|"));
    letPass();
    elapse(m_limits.idleTimeoutMs - 100);
    letPass();
    QVERIFY(!client.ended());
    elapse(200);
    QTRY_VERIFY(client.ended());
    QCOMPARE(client.count("HTTP/1.1 "), 1);
    QVERIFY(expectClosed());
}

void TestHttpConnection::parkedRequestsHaveTime()
{
    m_handler.parks = true;
    RawClient& client = connectClient();
    client.send(get("/poll"));
    QTRY_COMPARE(m_handler.parked.size(), size_t(1));
    letPass();
    elapse(1'000'000);
    letPass();
    m_handler.parked[0].respond(HttpResponse::text(200, "at last"));
    QTRY_VERIFY(client.has("at last"));
}

void TestHttpConnection::lingeringEnds()
{
    RawClient& client = connectClient();
    client.send("BROKEN\r\n\r\n");
    QTRY_VERIFY(client.ended());
    letPass();
    QCOMPARE(m_connections->count(), 1);
    elapse(m_limits.lingerTimeoutMs + 100);
    QVERIFY(expectClosed());
}

void TestHttpConnection::halfClosedClientGetsItsAnswer()
{
    m_handler.parks = true;
    RawClient& client = connectClient();
    client.send(get("/1") + get("/2"));
    client.shutdownWrite();
    QTRY_COMPARE(m_handler.parked.size(), size_t(2));
    letPass();
    m_handler.parked[1].respond(HttpResponse::text(200, "two"));
    m_handler.parked[0].respond(HttpResponse::text(200, "one"));
    QTRY_VERIFY(client.ended());
    QVERIFY(!client.wasReset());
    QVERIFY(client.received.contains("one"));
    QVERIFY(client.received.contains("two"));
    QVERIFY(expectClosed());
}

void TestHttpConnection::halfClosedInsideARequestIsClosed()
{
    RawClient& client = connectClient();
    client.send("GET / HTTP/1.1\r\n");
    letPass();
    client.shutdownWrite();
    QTRY_VERIFY(client.ended());
    QVERIFY(expectClosed());
}

void TestHttpConnection::idleClientLeaves()
{
    connectClient().close();
    connectClient().reset();
    QVERIFY(expectClosed());
}

void TestHttpConnection::answerAfterTheClientHasGone()
{
    m_handler.parks = true;
    RawClient& client = connectClient();
    client.send(get("/1") + get("/2"));
    QTRY_COMPARE(m_handler.parked.size(), size_t(2));
    client.reset();
    QVERIFY(expectClosed());
    for (HttpExchange& exchange : m_handler.parked) {
        QVERIFY(!exchange.isAlive());
        QVERIFY(!exchange.canTakeOver());
        QByteArray leftover;
        QVERIFY(!exchange.takeOver(&leftover));
        exchange.respond(HttpResponse::text(200, "too late"));
    }
    QCOMPARE(m_handler.parked[0].request().path, QByteArray("/1"));
}

void TestHttpConnection::forgottenExchangeAnswers500()
{
    m_handler.onRequest = [](HttpExchange&) {};
    RawClient& client = connectClient();
    client.send(get("/") + get("/"));
    QTRY_COMPARE(client.count("HTTP/1.1 500 "), 2);
    QVERIFY(client.has("{\"code\":\"internal\""));
    QVERIFY(!client.ended());
}

void TestHttpConnection::secondAnswerIsIgnored()
{
    m_handler.onRequest = [](HttpExchange& exchange) {
        HttpExchange copy = exchange;
        exchange.respond(HttpResponse::text(200, "first"));
        copy.respond(HttpResponse::text(200, "second"));
    };
    RawClient& client = connectClient();
    client.send(get("/1") + get("/2"));
    QTRY_COMPARE(client.count("first"), 2);
    QVERIFY(!client.has("second"));
}

void TestHttpConnection::exchangeOutlivesTheConnections()
{
    m_handler.parks = true;
    RawClient& client = connectClient();
    client.send(get("/"));
    QTRY_COMPARE(m_handler.parked.size(), size_t(1));
    m_connections.reset();
    QVERIFY(!m_handler.parked[0].isAlive());
    m_handler.parked[0].respond(HttpResponse::text(200, "x"));
    m_handler.parked.clear();
    QTRY_VERIFY(client.ended());
}

void TestHttpConnection::takeOverWithLeftover()
{
    StreamPtr taken;
    QByteArray leftover;
    StreamDiary diary;
    m_handler.onRequest = [&](HttpExchange& exchange) {
        QVERIFY(exchange.canTakeOver());
        taken = exchange.takeOver(&leftover);
        taken->setListener(&diary);
        QVERIFY(!exchange.canTakeOver());
        exchange.respond(HttpResponse::text(200, "ignored"));
    };
    RawClient& client = connectClient();
    client.send(get("/ws", "Upgrade: websocket\r\n") + "\x81\x02hi");
    QTRY_VERIFY(taken != nullptr);
    QCOMPARE(leftover, QByteArray("\x81\x02hi"));
    QTRY_COMPARE(m_connections->count(), 0);
    writeTo(*taken, "mine");
    QTRY_COMPARE((client.poll(), client.received), QByteArray("mine"));
    client.send("more");
    QTRY_VERIFY(diary.readables > 0);
    elapse(1'000'000);
    letPass();
    QVERIFY(!client.ended());
}

void TestHttpConnection::takeOverLaterWithLeftover()
{
    m_handler.parks = true;
    RawClient& client = connectClient();
    client.send(get("/ws", "Upgrade: websocket\r\n") + "\x81\x02hi");
    QTRY_COMPARE(m_handler.parked.size(), size_t(1));
    letPass();
    QByteArray leftover;
    const StreamPtr taken = m_handler.parked[0].takeOver(&leftover);
    QVERIFY(taken != nullptr);
    QCOMPARE(leftover, QByteArray("\x81\x02hi"));
    QVERIFY(!taken->listener());
    letPass();
    QVERIFY((client.poll(), client.received.isEmpty()));
}

void TestHttpConnection::takeOverOnlyWhenNothingIsOwed()
{
    m_handler.parks = true;
    RawClient& client = connectClient();
    client.send(get("/1") + get("/ws"));
    QTRY_COMPARE(m_handler.parked.size(), size_t(2));
    QVERIFY(m_handler.parked[0].canTakeOver());
    QVERIFY(!m_handler.parked[1].canTakeOver());
    QByteArray leftover;
    QVERIFY(!m_handler.parked[1].takeOver(&leftover));
    m_handler.parked[0].respond(HttpResponse::text(200, "one"));
    QTRY_VERIFY(m_handler.parked[1].canTakeOver());
    m_handler.parked[1].respond(HttpResponse::text(200, "two"));
    QTRY_VERIFY(client.has("two"));
}

void TestHttpConnection::takeOverAfterAnEarlierAnswer()
{
    StreamPtr taken;
    m_handler.onRequest = [&](HttpExchange& exchange) {
        if (exchange.request().path == "/1") {
            exchange.respond(HttpResponse::text(200, "one"));
        } else {
            QByteArray leftover;
            taken = exchange.takeOver(&leftover);
        }
    };
    RawClient& client = connectClient();
    client.send(get("/1") + get("/events"));
    QTRY_VERIFY(taken != nullptr);
    writeTo(*taken, "two");
    QTRY_VERIFY(client.has("two"));
    QVERIFY(client.received.indexOf("one") > 0);
}

void TestHttpConnection::takeOverCountsOff()
{
    StreamPtr taken;
    QByteArray leftover;
    m_handler.onRequest = [&](HttpExchange& exchange) { taken = exchange.takeOver(&leftover); };
    RawClient& client = connectClient();
    QCOMPARE(m_worker->connectionCount(), 1);
    client.send(get("/"));
    QTRY_VERIFY(taken != nullptr);
    QVERIFY(expectClosed());
}

void TestHttpConnection::upgradeMayBeRefused()
{
    m_handler.parks = true;
    RawClient& client = connectClient();
    client.send(get("/ws", "Upgrade: h2c\r\n") + get("/next"));
    QTRY_COMPARE(m_handler.parked.size(), size_t(1));
    m_handler.parked[0].respond(HttpResponse::text(426, "no"));
    QTRY_COMPARE(m_handler.parked.size(), size_t(2));
    m_handler.parked[1].respond(HttpResponse::text(200, "next"));
    QTRY_VERIFY(client.has("next"));
}

void TestHttpConnection::drainingClosesIdleOnes()
{
    RawClient& fresh = connectClient();
    RawClient& used = connectClient();
    used.send(get("/"));
    QTRY_VERIFY(used.has("/|"));
    letPass();
    m_connections->closeIdle();
    QTRY_VERIFY(fresh.ended() && used.ended());
    QVERIFY(expectClosed());
}

void TestHttpConnection::drainingLetsAnswersOut()
{
    m_handler.parks = true;
    RawClient& parked = connectClient();
    RawClient& reading = connectClient();
    parked.send(get("/1"));
    reading.send("GET /2 HTTP/1.1\r\n");
    QTRY_COMPARE(m_handler.parked.size(), size_t(1));
    letPass();
    m_connections->closeIdle();
    letPass();
    QVERIFY(!parked.ended());
    m_handler.parked[0].respond(HttpResponse::text(200, "one"));
    QTRY_VERIFY(parked.ended());
    QVERIFY(parked.has("one"));
    QVERIFY(parked.has("\r\nConnection: close\r\n"));
    reading.send("Host: a\r\n\r\n");
    QTRY_COMPARE(m_handler.parked.size(), size_t(2));
    m_handler.parked[1].respond(HttpResponse::text(200, "two"));
    QTRY_VERIFY(reading.ended());
    QVERIFY(reading.has("\r\nConnection: close\r\n"));
    m_clients.clear();
    QVERIFY(expectClosed());
}

void TestHttpConnection::drainingInsideAHandler()
{
    m_handler.onRequest = [this](HttpExchange& exchange) {
        m_connections->closeIdle();
        exchange.respond(HttpResponse::text(200, "drained"));
    };
    RawClient& other = connectClient();
    RawClient& client = connectClient();
    client.send(get("/"));
    QTRY_VERIFY(client.ended());
    QVERIFY(client.has("drained"));
    QVERIFY(client.has("\r\nConnection: close\r\n"));
    QTRY_VERIFY(other.ended());
}

void TestHttpConnection::worksOverTls()
{
    if (!QSslSocket::supportsSsl())
        QFAIL("This Qt has no TLS.");
    const TlsFiles files;
    const auto configuration = loadTlsConfiguration(files.certificateFile(), files.keyFile());
    QVERIFY(configuration.ok());
    QByteArray large;
    for (int i = 0; large.size() < 1'000'000; ++i)
        large += QByteArray::number(i) + ",";
    m_handler.onRequest = [&](HttpExchange& exchange) { exchange.respond(HttpResponse::text(200, large)); };
    TcpPair pair;
    m_worker->connectionOpened();
    m_connections->serve(std::make_unique<TlsStream>(pair.takeServer(), *configuration));
    QSslSocket client;
    client.setPeerVerifyMode(QSslSocket::VerifyNone);
    client.setSocketDescriptor(pair.takeClient());
    client.startClientEncryption();
    client.write(get("/1") + get("/2", "Connection: close\r\n"));
    QTRY_COMPARE_WITH_TIMEOUT(client.state(), QAbstractSocket::UnconnectedState, 20'000);
    const QByteArray received = client.readAll();
    QCOMPARE(received.count(large), 2);
    QVERIFY(received.endsWith(large));
    QVERIFY(expectClosed());
}

void TestHttpConnection::peerEndIsTold()
{
    m_handler.parks = true;
    RawClient& leaving = connectClient();
    RawClient& reset = connectClient();
    leaving.send(get("/1"));
    reset.send(get("/2", "Connection: close\r\n"));
    QTRY_COMPARE(m_handler.parked.size(), size_t(2));
    int told = 0;
    for (HttpExchange& exchange : m_handler.parked)
        exchange.setPeerEndHandler([&told] { ++told; });
    leaving.shutdownWrite();
    reset.reset();
    QTRY_COMPARE(told, 2);
    QTRY_COMPARE(int(m_handler.parked[0].isAlive()) + int(m_handler.parked[1].isAlive()),
                 1); // the reset comes with the next read
    m_connections->closeAll();
    QCOMPARE(told, 2);
}

void TestHttpConnection::peerEndIsNotToldAfterTheAnswer()
{
    m_handler.parks = true;
    RawClient& client = connectClient();
    client.send(get("/1"));
    QTRY_COMPARE(m_handler.parked.size(), size_t(1));
    int told = 0;
    m_handler.parked[0].setPeerEndHandler([&told] { ++told; });
    m_handler.parked[0].respond(HttpResponse::text(200, "x"));
    client.close();
    QVERIFY(expectClosed());
    QCOMPARE(told, 0);
}

void TestHttpConnection::closeAllInsideAHandler()
{
    m_handler.onRequest = [this](HttpExchange& exchange) {
        m_connections->closeAll();
        QVERIFY(!exchange.isAlive());
    };
    RawClient& other = connectClient();
    RawClient& client = connectClient();
    client.send(get("/") + get("/"));
    QTRY_VERIFY(client.ended() && other.ended());
    QCOMPARE(m_handler.requests, 1);
    QVERIFY(expectClosed());
}

QTEST_GUILESS_MAIN(TestHttpConnection)
#include "tst_httpconnection.moc"
