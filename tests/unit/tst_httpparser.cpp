// SPDX-License-Identifier: GPL-3.0-or-later
// What is a request, what is refused and why, whatever the portions.
// links: server_net
#include "net/httpparser.h"

#include "net/httpchunkline.h"

#include "qtundertsan.h"

#include <QtTest>

using namespace signalbox;

namespace {

struct Outcome
{
    int status = 0; ///< 0: incomplete, 200: done, else the refusal's
    HttpRequest request;
    qsizetype used = 0;
};

Outcome parsed(const QByteArray& bytes, qsizetype portion, const HttpLimits& limits = {})
{
    HttpParser parser(limits);
    Outcome outcome;
    while (outcome.used < bytes.size() && !parser.isDone() && !parser.hasFailed()) {
        const QByteArrayView rest = QByteArrayView(bytes).sliced(outcome.used);
        const QByteArrayView offered = rest.first(std::min(portion, rest.size()));
        // A copy of the exact size lets a sanitizer see what is read beyond it.
        const std::vector<char> exact(offered.begin(), offered.end());
        outcome.used += parser.feed(QByteArrayView(exact.data(), offered.size()));
    }
    if (parser.hasFailed()) {
        outcome.status = parser.refusal().status;
    } else if (parser.isDone()) {
        outcome.status = 200;
        outcome.request = parser.takeRequest();
    }
    return outcome;
}

QByteArray get(const QByteArray& more)
{
    return "GET / HTTP/1.1\r\nHost: a\r\n" + more + "\r\n";
}

QByteArray chunked(const QByteArray& body)
{
    return "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body;
}

} // namespace

class TestHttpParser : public QObject
{
    Q_OBJECT
private slots:
    void readsARequest();
    void statuses_data();
    void statuses();
    void paths_data();
    void paths();
    void bodies_data();
    void bodies();
    void keepAlive_data();
    void keepAlive();
    void leavesTheNextRequest();
    void boundsAreExact_data();
    void boundsAreExact();
    void announcedBodyTooLargeIsRefusedAtTheHead();
    void expectation();
    void bodyBytesEndTheExpectation();
    void garbageIsRefusedAtItsFirstByte();
    void refusalsHaveACodeAndAText();
    void parsesFast();
};

void TestHttpParser::readsARequest()
{
    const QByteArray bytes = "POST /a%20b/c?x=1&y=%20 HTTP/1.1\r\nHost: example.org:80\r\nX-Own:  two words \t\r\n"
                             "CONTENT-length: 5\r\nEmpty:\r\n\r\nhello";
    for (const qsizetype portion : {qsizetype(1), qsizetype(7), bytes.size()}) {
        const Outcome outcome = parsed(bytes, portion);
        QCOMPARE(outcome.status, 200);
        QCOMPARE(outcome.used, bytes.size());
        const HttpRequest& request = outcome.request;
        QCOMPARE(request.method, QByteArray("POST"));
        QCOMPARE(request.target, QByteArray("/a%20b/c?x=1&y=%20"));
        QCOMPARE(request.path, QByteArray("/a b/c"));
        QCOMPARE(request.query, QByteArray("x=1&y=%20"));
        QCOMPARE(request.versionMinor, 1);
        const QList<HttpHeader> headers{
            {"host", "example.org:80"}, {"x-own", "two words"}, {"content-length", "5"}, {"empty", ""}};
        QCOMPARE(request.headers, headers);
        QCOMPARE(request.body, QByteArray("hello"));
    }
}

void TestHttpParser::statuses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    const auto row = [](const char* name, const QByteArray& bytes, int status) {
        QTest::newRow(name) << bytes << status;
    };

    row("plain", get({}), 200);
    row("unknown method", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 200);
    row("one empty line before", "\r\n" + get({}), 200);
    row("two empty lines before", "\r\n\r\n" + get({}), 400);
    row("bare lf before", "\n" + get({}), 400);
    row("cr without lf before", "\rG", 400);
    row("incomplete", "GET / HTTP/1.1\r\nHost: a\r\n", 0);

    row("length twice, equal", get("Content-Length: 3\r\nContent-Length: 3\r\n") + "abc", 400);
    row("length twice, different", get("Content-Length: 3\r\nContent-Length: 4\r\n") + "abcd", 400);
    row("length list, equal", get("Content-Length: 3, 3\r\n") + "abc", 400);
    row("length list, different", get("Content-Length: 3, 4\r\n") + "abc", 400);
    row("length negative", get("Content-Length: -1\r\n"), 400);
    row("length with plus", get("Content-Length: +3\r\n") + "abc", 400);
    row("length hex", get("Content-Length: 0x3\r\n") + "abc", 400);
    row("length empty", get("Content-Length: \r\n"), 400);
    row("length with blank inside", get("Content-Length: 1 2\r\n") + "abc", 400);
    row("length overflow", get("Content-Length: 18446744073709551616\r\n"), 400);
    row("length and chunked", get("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n", 400);
    row("chunked and length", get("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n") + "0\r\n\r\n", 400);
    row("gzip and length", get("Transfer-Encoding: gzip\r\nContent-Length: 5\r\n") + "abcde", 400);
    row("coding twice", get("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n", 400);
    row("coding in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400);
    row("coding gzip", get("Transfer-Encoding: gzip\r\n"), 501);
    row("coding gzip, chunked", get("Transfer-Encoding: gzip, chunked\r\n") + "0\r\n\r\n", 501);
    row("coding chunked, identity", get("Transfer-Encoding: chunked, identity\r\n") + "0\r\n\r\n", 501);
    row("coding xchunked", get("Transfer-Encoding: xchunked\r\n"), 501);
    row("coding quoted", get("Transfer-Encoding: \"chunked\"\r\n"), 501);
    row("coding empty", get("Transfer-Encoding:\r\n"), 501);
    row("coding with vertical tab", get("Transfer-Encoding: \vchunked\r\n"), 400);
    row("coding with blank before colon", get("Transfer-Encoding : chunked\r\n"), 400);

    row("folded", get("A: b\r\n c\r\n"), 400);
    row("folded by tab", get("A: b\r\n\tc\r\n"), 400);
    row("blank before the first header", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400);
    row("bare lf in head", "GET / HTTP/1.1\nHost: a\n\n", 400);
    row("bare lf after header", "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", 400);
    row("bare cr in value", get("A: b\rc\r\n"), 400);
    row("bare cr at the end", get("A: b\r\r\n"), 400);
    row("nul in value", get(QByteArray("A: b\0c\r\n", 8)), 400);
    row("control in value", get("A: b\x01\r\n"), 400);
    row("del in value", get("A: b\x7f\r\n"), 400);
    row("tab in value", get("A: b\tc\r\n"), 200);
    row("latin-1 in value", get("A: \xe9\r\n"), 200);
    row("high byte in name", get("A\xff: b\r\n"), 400);
    row("no colon", get("Abc\r\n"), 400);
    row("empty name", get(": b\r\n"), 400);
    row("blank in name", get("A b: c\r\n"), 400);

    row("no host", "GET / HTTP/1.1\r\n\r\n", 400);
    row("no host in 1.0", "GET / HTTP/1.0\r\n\r\n", 200);
    row("host twice", get("Host: a\r\n"), 400);
    row("host with path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400);
    row("host with user", "GET / HTTP/1.1\r\nHost: x@a\r\n\r\n", 400);
    row("host list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400);
    row("host empty", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 200);
    row("host ipv6", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", 200);

    row("preface of 2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505);
    row("version 1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505);
    row("version 0.9", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505);
    row("version 3.0", "GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505);
    row("no version", "GET /\r\n\r\n", 400);
    row("version of letters", "GET / HTTP/x.y\r\nHost: a\r\n\r\n", 400);
    row("version with more", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", 400);
    row("other protocol", "GET / RTSP/1.0\r\nHost: a\r\n\r\n", 400);
    row("blank in target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    row("two blanks", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    row("blank at the line's end", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400);
    row("tab in request line", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    row("no method", " / HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    row("tls", QByteArray("\x16\x03\x01\x02", 4), 400);

    row("unknown expectation", get("Expect: the-worst\r\n"), 417);
    row("unknown expectation in 1.0", "GET / HTTP/1.0\r\nExpect: the-worst\r\n\r\n", 200);
    row("bad connection list", get("Connection: \"\r\n"), 400);
}

void TestHttpParser::statuses()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, status);
    for (const qsizetype portion : {bytes.size(), qsizetype(1), qsizetype(2), qsizetype(3)})
        QCOMPARE(parsed(bytes, portion).status, status);
}

void TestHttpParser::paths_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("query");
    const auto row = [](const char* line, int status, const char* path = "", const char* query = "") {
        QTest::newRow(line) << QByteArray(line) << status << QByteArray(path) << QByteArray(query);
    };
    row("GET /", 200, "/");
    row("GET /a/b?c", 200, "/a/b", "c");
    row("GET /a?b?c", 200, "/a", "b?c");
    row("GET /?", 200, "/");
    row("GET /%D0%B6", 200, "/\xd0\xb6");
    row("GET /\xd0\xb6", 200, "/\xd0\xb6");
    row("GET /%zz", 200, "/%zz");
    row("GET /%ff", 400);
    row("GET /%c0%af", 400);
    row("GET /%ed%a0%80", 400);
    row("GET /a%00b", 400);
    row("GET http://h/a?b", 200, "/a", "b");
    row("GET HTTPS://h:1/a", 200, "/a");
    row("GET http://h", 200, "/");
    row("GET http://h?a", 200, "/", "a");
    row("GET http:///a", 400);
    row("GET http://", 400);
    row("GET http://u@h/a", 400);
    row("GET ftp://h/a", 400);
    row("GET a/b", 400);
    row("GET *", 400);
    row("OPTIONS *", 200, "/");
    row("OPTIONS **", 400);
    row("CONNECT h:80", 400);
}

void TestHttpParser::paths()
{
    QFETCH(QByteArray, line);
    QFETCH(int, status);
    const Outcome outcome = parsed(line + " HTTP/1.1\r\nHost: a\r\n\r\n", 4096);
    QCOMPARE(outcome.status, status);
    QTEST(outcome.request.path, "path");
    QTEST(outcome.request.query, "query");
}

void TestHttpParser::bodies_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    const auto row = [](const char* name, const QByteArray& bytes, int status, const QByteArray& body = {}) {
        QTest::newRow(name) << bytes << status << body;
    };
    row("none", get({}), 200);
    row("length zero", get("Content-Length: 0\r\n"), 200);
    row("length", get("Content-Length: 3\r\n") + "abc", 200, "abc");
    row("length, bytes missing", get("Content-Length: 3\r\n") + "ab", 0);
    row("chunks", chunked("3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n"), 200, "abc0123456789");
    row("no chunk", chunked("0\r\n\r\n"), 200);
    row("many zeros", chunked("000\r\n\r\n"), 200);
    row("leading zeros", chunked("0003\r\nabc\r\n0\r\n\r\n"), 200, "abc");
    row("data like an end", chunked("5\r\n0\r\n\r\n\r\n0\r\n\r\n"), 200, "0\r\n\r\n");
    row("extension", chunked("3;a=b;c=\"d e\"\r\nabc\r\n0;x\r\n\r\n"), 200, "abc");
    row("trailers", chunked("3\r\nabc\r\n0\r\nA: b\r\nC: d\r\n\r\n"), 200, "abc");
    row("chunked in capitals", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
        200, "x");
    row("end is missing", chunked("3\r\nabc\r\n0\r\n"), 0);
    row("size missing", chunked("\r\nabc\r\n0\r\n\r\n"), 400);
    row("size no hex", chunked("g\r\n"), 400);
    row("size 0x", chunked("0x3\r\nabc\r\n0\r\n\r\n"), 400);
    row("size negative", chunked("-3\r\nabc\r\n0\r\n\r\n"), 400);
    row("size with blank", chunked("3 \r\nabc\r\n0\r\n\r\n"), 400);
    row("size overflow", chunked("10000000000000003\r\nabc\r\n0\r\n\r\n"), 400);
    row("data too long", chunked("3\r\nabcd\r\n0\r\n\r\n"), 400);
    row("data too short", chunked("3\r\nab\r\n0\r\n\r\n"), 400);
    row("bare lf after size", chunked("3\nabc\r\n0\r\n\r\n"), 400);
    row("bare cr in extension", chunked("3;a\rb\r\nabc\r\n0\r\n\r\n"), 400);
    row("bare lf in quoted extension", chunked("3;a=\"\n\"\r\nabc\r\n0\r\n\r\n"), 400);
    row("extension not closed", chunked("3;a=\"b\r\nabc\r\n0\r\n\r\n"), 400);
    row("last extension not closed", chunked("0;a=\"b\r\n\r\n"), 400);
    row("trailer folded", chunked("0\r\nA: b\r\n c\r\n\r\n"), 400);
    row("trailer without colon", chunked("0\r\nAbc\r\n\r\n"), 400);
    row("trailer with length", chunked("0\r\nContent-Length: 3\r\n\r\n"), 400);
}

void TestHttpParser::bodies()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, status);
    for (const qsizetype portion : {bytes.size(), qsizetype(1), qsizetype(2), qsizetype(5)}) {
        const Outcome outcome = parsed(bytes, portion);
        QCOMPARE(outcome.status, status);
        QTEST(outcome.request.body, "body");
    }
}

void TestHttpParser::keepAlive_data()
{
    QTest::addColumn<QByteArray>("version");
    QTest::addColumn<QByteArray>("connection");
    QTest::addColumn<bool>("keepAlive");
    QTest::newRow("1.1") << QByteArray("1.1") << QByteArray("x") << true;
    QTest::newRow("1.1 close") << QByteArray("1.1") << QByteArray("Close") << false;
    QTest::newRow("1.1 list") << QByteArray("1.1") << QByteArray("upgrade, close") << false;
    QTest::newRow("1.0") << QByteArray("1.0") << QByteArray("x") << false;
    QTest::newRow("1.0 keep-alive") << QByteArray("1.0") << QByteArray("Keep-Alive") << true;
}

void TestHttpParser::keepAlive()
{
    QFETCH(QByteArray, version);
    QFETCH(QByteArray, connection);
    const Outcome outcome =
        parsed("GET / HTTP/" + version + "\r\nHost: a\r\nConnection: " + connection + "\r\n\r\n", 999);
    QCOMPARE(outcome.status, 200);
    QTEST(outcome.request.keepAlive, "keepAlive");
}

void TestHttpParser::leavesTheNextRequest()
{
    for (const QByteArray& first :
         QByteArrayList{get({}), get("Content-Length: 2\r\n") + "ab", chunked("2\r\nab\r\n0\r\nA: b\r\n\r\n")}) {
        const Outcome outcome = parsed(first + get({}), 10'000);
        QCOMPARE(outcome.status, 200);
        QCOMPARE(outcome.used, first.size());
    }
}

void TestHttpParser::boundsAreExact_data()
{
    QTest::addColumn<QByteArray>("fits");
    QTest::addColumn<QByteArray>("tooLarge");
    QTest::addColumn<int>("status");
    HttpLimits limits;
    const auto padded = [](qsizetype size) -> QByteArray {
        const QByteArray bare = get("A: \r\n");
        return get("A: " + QByteArray(size - bare.size(), 'x') + "\r\n");
    };
    QTest::newRow("head") << padded(limits.maxHeadBytes) << padded(limits.maxHeadBytes + 1) << 431;
    const auto target = [](qsizetype size) -> QByteArray {
        return "GET /" + QByteArray(size - 1, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n";
    };
    QTest::newRow("target") << target(limits.maxTargetBytes) << target(limits.maxTargetBytes + 1) << 414;
    QTest::newRow("target beyond head") << target(10) << target(limits.maxHeadBytes) << 414;
    const auto headers = [](int count) -> QByteArray {
        QByteArray more;
        for (int i = 1; i < count; ++i)
            more += "a: b\r\n";
        return get(more);
    };
    QTest::newRow("headers") << headers(limits.maxHeaders) << headers(limits.maxHeaders + 1) << 431;
    const auto body = [](qsizetype size) -> QByteArray {
        return get("Content-Length: " + QByteArray::number(size) + "\r\n") + QByteArray(size, 'x');
    };
    QTest::newRow("body") << body(limits.maxBodyBytes) << body(limits.maxBodyBytes + 1) << 413;
    const auto chunks = [](qsizetype size) -> QByteArray {
        return chunked("10\r\n0123456789abcdef\r\n" + QByteArray::number(size - 16, 16) + "\r\n" +
                       QByteArray(size - 16, 'x') + "\r\n0\r\n\r\n");
    };
    QTest::newRow("chunked body") << chunks(limits.maxBodyBytes) << chunks(limits.maxBodyBytes + 1) << 413;
    const auto line = [](qsizetype size) -> QByteArray {
        return chunked("1;" + QByteArray(size - 4, 'x') + "\r\na\r\n0\r\n\r\n");
    };
    QTest::newRow("chunk line") << line(HttpChunkLine::kMaxLineBytes) << line(HttpChunkLine::kMaxLineBytes + 1) << 400;
    const auto trailers = [](qsizetype size) -> QByteArray {
        return chunked("0\r\nA: " + QByteArray(size - 10, 'x') + "\r\n\r\n");
    };
    QTest::newRow("trailers") << trailers(HttpChunkLine::kMaxTrailerBytes)
                              << trailers(HttpChunkLine::kMaxTrailerBytes + 1) << 431;
    const auto extensions = [](qsizetype count) -> QByteArray {
        QByteArray all;
        for (qsizetype i = 0; i < count; ++i)
            all += "1;" + QByteArray(127, 'x') + "\r\na\r\n";
        return chunked(all + "0\r\n\r\n");
    };
    QTest::newRow("extensions") << extensions(HttpParser::kMaxChunkExtensions / 128)
                                << extensions(HttpParser::kMaxChunkExtensions / 128 + 1) << 400;
}

void TestHttpParser::boundsAreExact()
{
    QFETCH(QByteArray, fits);
    QFETCH(QByteArray, tooLarge);
    QFETCH(int, status);
    for (const qsizetype portion : {qsizetype(1), qsizetype(4096), tooLarge.size()}) {
        QCOMPARE(parsed(fits, portion).status, 200);
        QCOMPARE(parsed(tooLarge, portion).status, status);
    }
}

void TestHttpParser::announcedBodyTooLargeIsRefusedAtTheHead()
{
    QCOMPARE(parsed(get("Content-Length: 1048577\r\n"), 4096).status, 413);
    QCOMPARE(parsed(get("Expect: 100-continue\r\nContent-Length: 1048577\r\n"), 4096).status, 413);
    QCOMPARE(parsed(chunked("100001\r\n"), 4096).status, 413);
}

void TestHttpParser::expectation()
{
    const HttpLimits limits;
    HttpParser parser(limits);
    parser.feed("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r");
    QVERIFY(parser.hasBegun());
    QVERIFY(!parser.headDone());
    parser.feed("\n");
    QVERIFY(parser.headDone());
    QVERIFY(parser.expectsContinue());
    parser.feed("ab");
    QVERIFY(parser.isDone());
    QVERIFY(!parser.expectsContinue());
}

void TestHttpParser::bodyBytesEndTheExpectation()
{
    const HttpLimits limits;
    HttpParser parser(limits);
    parser.feed("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\na");
    QVERIFY(!parser.expectsContinue());
}

void TestHttpParser::garbageIsRefusedAtItsFirstByte()
{
    const HttpLimits limits;
    HttpParser parser(limits);
    QCOMPARE(parser.feed(QByteArrayView("GET \x01 more", 10)), 4);
    QVERIFY(parser.hasFailed());
}

void TestHttpParser::refusalsHaveACodeAndAText()
{
    const HttpLimits limits;
    HttpParser parser(limits);
    parser.feed("GET / HTTP/1.1\r\n\r\n");
    QVERIFY(parser.hasFailed());
    QCOMPARE(parser.refusal().error.code, ErrorCode::BadRequest);
    QCOMPARE(parser.refusal().error.toJson(),
             QByteArray("{\"code\":\"bad_request\",\"message\":\"The Host header is missing.\"}"));
}

void TestHttpParser::parsesFast()
{
    const QByteArray body(120, 'x');
    const QByteArray bytes =
        "POST /api/v1/publish HTTP/1.1\r\nHost: chat.example.org\r\nContent-Type: application/json\r\n"
        "Authorization: Bearer 0123456789abcdef\r\nContent-Length: 120\r\n\r\n" +
        body;
    const HttpLimits limits;
    qsizetype total = 0;
    QBENCHMARK
    {
        HttpParser parser(limits);
        total += parser.feed(bytes);
        QCOMPARE(parser.takeRequest().body.size(), body.size());
    }
    QVERIFY(total > 0);
}

QTEST_GUILESS_MAIN(TestHttpParser)
#include "tst_httpparser.moc"
