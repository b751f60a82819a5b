// SPDX-License-Identifier: GPL-3.0-or-later
// Requests, answers and percent escapes as values.
// links: server_net
#include "net/httpmessage.h"
#include "net/httpwriter.h"

#include "qtundertsan.h"

#include <QtTest>

using namespace signalbox;

namespace {

/// A stream that takes so many bytes per call and keeps them.
class SlowStream final : public Stream
{
public:
    explicit SlowStream(qint64 perCall)
        : m_perCall(perCall)
    {
    }
    qint64 read(char*, qint64) override { return 0; }
    qint64 write(const iovec* parts, int count) override
    {
        ++calls;
        if (broken)
            return -1;
        qint64 room = m_perCall;
        for (int i = 0; i < count && room > 0; ++i) {
            const qint64 size = std::min(room, static_cast<qint64>(parts[i].iov_len));
            taken.append(static_cast<const char*>(parts[i].iov_base), size);
            room -= size;
        }
        return m_perCall - room;
    }
    void setReading(bool) override {}
    void shutdownWrite() override {}
    Arrival release(QThread*) override { return {}; }
    bool isEncrypted() const override { return false; }
    QByteArray peerAddress() const override { return {}; }

    QByteArray taken;
    int calls = 0;
    bool broken = false;

private:
    qint64 m_perCall;
};

QByteArray written(const HttpResponse& response, const HttpAnswerContext& context)
{
    HttpWriter writer;
    SlowStream stream(1 << 20);
    writer.addAnswer(response, context, "THEN");
    writer.flush(stream);
    return stream.taken;
}

} // namespace

class TestHttpMessage : public QObject
{
    Q_OBJECT
private slots:
    void findsHeaders();
    void headerTokens_data();
    void headerTokens();
    void queryValues_data();
    void queryValues();
    void percentDecoding_data();
    void percentDecoding();
    void unknownStatusHasAReason();
    void writesAnAnswer();
    void framesAnswers_data();
    void framesAnswers();
    void dropsHeadersOfItsOwnAndInjectedOnes();
    void partialWritesKeepTheOrder();
    void manySmallAnswersLeaveInOneWrite();
    void brokenStreamEmptiesTheWriter();
    void dates();
};

void TestHttpMessage::findsHeaders()
{
    HttpRequest request;
    request.headers = {{"a", "1"}, {"b", ""}, {"a", "2"}};
    QCOMPARE(request.header("a").toByteArray(), QByteArray("1"));
    QVERIFY(request.hasHeader("b"));
    QVERIFY(request.header("b").isEmpty());
    QVERIFY(!request.hasHeader("c"));
}

void TestHttpMessage::headerTokens_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<bool>("found");
    QTest::newRow("alone") << QByteArray("upgrade") << true;
    QTest::newRow("case") << QByteArray("keep-alive, UpGrade") << true;
    QTest::newRow("blanks") << QByteArray(" x ,\tupgrade ") << true;
    QTest::newRow("part") << QByteArray("upgrades, xupgrade") << false;
    QTest::newRow("none") << QByteArray("") << false;
}

void TestHttpMessage::headerTokens()
{
    QFETCH(QByteArray, value);
    HttpRequest request;
    request.headers = {{"connection", value}};
    QTEST(request.headerHasToken("connection", "upgrade"), "found");
}

void TestHttpMessage::queryValues_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<bool>("isNull");
    QTest::newRow("plain") << QByteArray("x=1&a=2") << QByteArray("2") << false;
    QTest::newRow("first wins") << QByteArray("a=1&a=2") << QByteArray("1") << false;
    QTest::newRow("empty") << QByteArray("a=") << QByteArray("") << false;
    QTest::newRow("no equals") << QByteArray("a") << QByteArray("") << false;
    QTest::newRow("absent") << QByteArray("aa=1") << QByteArray() << true;
    QTest::newRow("decoded") << QByteArray("%61=b+c%2Bd") << QByteArray("b c+d") << false;
    QTest::newRow("equals in value") << QByteArray("a=b=c") << QByteArray("b=c") << false;
}

void TestHttpMessage::queryValues()
{
    QFETCH(QByteArray, query);
    HttpRequest request;
    request.query = query;
    QTEST(request.queryValue("a"), "value");
    QTEST(request.queryValue("a").isNull(), "isNull");
}

void TestHttpMessage::percentDecoding_data()
{
    QTest::addColumn<QByteArray>("encoded");
    QTest::addColumn<bool>("plus");
    QTest::addColumn<QByteArray>("decoded");
    QTest::newRow("none") << QByteArray("abc") << false << QByteArray("abc");
    QTest::newRow("both cases") << QByteArray("%2f%2F") << false << QByteArray("//");
    QTest::newRow("cut off") << QByteArray("a%2") << false << QByteArray("a%2");
    QTest::newRow("no hex") << QByteArray("%zz%") << false << QByteArray("%zz%");
    QTest::newRow("plus kept") << QByteArray("a+b") << false << QByteArray("a+b");
    QTest::newRow("plus is space") << QByteArray("a+b") << true << QByteArray("a b");
    QTest::newRow("nul") << QByteArray("%00") << false << QByteArray(1, '\0');
}

void TestHttpMessage::percentDecoding()
{
    QFETCH(QByteArray, encoded);
    QFETCH(bool, plus);
    QTEST(percentDecoded(encoded, plus), "decoded");
}

void TestHttpMessage::unknownStatusHasAReason()
{
    QCOMPARE(QByteArray(httpReason(404)), QByteArray("Not Found"));
    QCOMPARE(QByteArray(httpReason(299)), QByteArray("Unknown"));
}

void TestHttpMessage::writesAnAnswer()
{
    const QByteArray bytes = written(HttpResponse::json(201, "{}").with("X-Id", "7"), {});
    QCOMPARE(bytes, QByteArray("HTTP/1.1 201 Created\r\nDate: THEN\r\nContent-Type: application/json\r\nX-Id: 7\r\n"
                               "Content-Length: 2\r\n\r\n{}"));
}

void TestHttpMessage::framesAnswers_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<bool>("head");
    QTest::addColumn<bool>("close");
    QTest::addColumn<int>("minor");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("plain") << 200 << false << false << 1 << QByteArray("Content-Length: 2\r\n\r\nok");
    QTest::newRow("head") << 200 << true << false << 1 << QByteArray("Content-Length: 2\r\n\r\n");
    QTest::newRow("close") << 200 << false << true << 1
                           << QByteArray("Content-Length: 2\r\nConnection: close\r\n\r\nok");
    QTest::newRow("1.0") << 200 << false << false << 0
                         << QByteArray("Content-Length: 2\r\nConnection: keep-alive\r\n\r\nok");
    QTest::newRow("204") << 204 << false << false << 1 << QByteArray("\r\n\r\n");
    QTest::newRow("304") << 304 << false << false << 1 << QByteArray("\r\n\r\n");
}

void TestHttpMessage::framesAnswers()
{
    QFETCH(int, status);
    QFETCH(bool, head);
    QFETCH(bool, close);
    QFETCH(int, minor);
    HttpResponse response = HttpResponse::empty(status);
    response.body = "ok";
    const QByteArray bytes = written(response, {head, close, minor});
    QTEST(bytes.mid(bytes.indexOf("THEN\r\n") + (status == 200 ? 6 : 4)), "expected");
}

void TestHttpMessage::dropsHeadersOfItsOwnAndInjectedOnes()
{
    HttpResponse response = HttpResponse::empty(200);
    response.with("Content-Length", "99").with("connection", "upgrade").with("X-A", "1\r\nX-B: 2").with("X\nC", "3");
    const QByteArray bytes = written(response, {});
    QCOMPARE(bytes, QByteArray("HTTP/1.1 200 OK\r\nDate: THEN\r\nContent-Length: 0\r\n\r\n"));
}

void TestHttpMessage::partialWritesKeepTheOrder()
{
    HttpWriter writer;
    QByteArray expected;
    for (int i = 0; i < 5; ++i) {
        const HttpResponse response = HttpResponse::text(200, QByteArray(5000 * i, char('a' + i)));
        writer.addAnswer(response, {}, "THEN");
        expected += written(response, {});
    }
    QCOMPARE(writer.size(), expected.size());
    SlowStream stream(997);
    while (writer.flush(stream) == HttpWriter::Outcome::Blocked)
        QCOMPARE(writer.size(), expected.size() - stream.taken.size());
    QCOMPARE(stream.taken, expected);
    QVERIFY(writer.isEmpty());
}

void TestHttpMessage::manySmallAnswersLeaveInOneWrite()
{
    HttpWriter writer;
    for (int i = 0; i < 100; ++i)
        writer.addAnswer(HttpResponse::text(200, "ok"), {}, "THEN");
    SlowStream stream(1 << 20);
    QCOMPARE(writer.flush(stream), HttpWriter::Outcome::Sent);
    QCOMPARE(stream.calls, 1);
    QCOMPARE(stream.taken.count("HTTP/1.1 200 OK\r\n"), 100);
}

void TestHttpMessage::brokenStreamEmptiesTheWriter()
{
    HttpWriter writer;
    writer.addContinue();
    SlowStream stream(10);
    stream.broken = true;
    QCOMPARE(writer.flush(stream), HttpWriter::Outcome::Broken);
    QVERIFY(writer.isEmpty());
}

void TestHttpMessage::dates()
{
    HttpDate date;
    QCOMPARE(date.text(784111777), QByteArray("Sun, 06 Nov 1994 08:49:37 GMT"));
    QCOMPARE(date.text(0), QByteArray("Thu, 01 Jan 1970 00:00:00 GMT"));
    QCOMPARE(date.text(951782400), QByteArray("Tue, 29 Feb 2000 00:00:00 GMT"));
}

QTEST_GUILESS_MAIN(TestHttpMessage)
#include "tst_httpmessage.moc"
