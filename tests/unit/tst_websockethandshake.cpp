// SPDX-License-Identifier: GPL-3.0-or-later
// The opening handshake as the server judges and answers it (RFC 6455 4.2).
// links: server_net
#include "net/websockethandshake.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace signalbox;

namespace {

const QByteArray kSampleKey = QByteArrayLiteral("dGhlIHNhbXBsZSBub25jZQ==");

HttpRequest sampleRequest()
{
    HttpRequest request;
    request.method = QByteArrayLiteral("GET");
    request.path = request.target = QByteArrayLiteral("/channel/ws");
    request.headers = {{"host", "localhost"},
                       {"upgrade", "websocket"},
                       {"connection", "Upgrade"},
                       {"sec-websocket-key", kSampleKey},
                       {"sec-websocket-version", "13"}};
    return request;
}

/// The sample with one header replaced, or taken out when the value is null.
HttpRequest requestWith(const QByteArray& name, const QByteArray& value)
{
    HttpRequest request = sampleRequest();
    request.headers.removeIf([&name](const HttpHeader& header) { return header.first == name; });
    if (!value.isNull())
        request.headers.append({name, value});
    return request;
}

QByteArray headerOf(const HttpResponse& response, const QByteArray& name)
{
    for (const HttpHeader& header : response.headers) {
        if (header.first.compare(name, Qt::CaseInsensitive) == 0)
            return header.second;
    }
    return {};
}

/// 101 for an agreement, else the status of the refusal.
int statusOf(const WsHandshakeOutcome& outcome)
{
    const auto* refusal = std::get_if<HttpResponse>(&outcome);
    return refusal ? refusal->status : 101;
}

} // namespace

class TestWebSocketHandshake : public QObject
{
    Q_OBJECT

private slots:
    void acceptOfTheRfc();
    void agreesWithTheSample();
    void headers_data();
    void headers();
    void repeatedHeaders_data();
    void repeatedHeaders();
    void onlyGet();
    void http10IsNoUpgrade();
    void refusalOfAVersionNamesOurs();
    void refusalHasTheErrorBody();
    void recognisesAnUpgrade();
    void subprotocol_data();
    void subprotocol();
    void responseHead();
    void responseHeadWithSubprotocol();
};

void TestWebSocketHandshake::acceptOfTheRfc()
{
    QCOMPARE(webSocketAccept(kSampleKey), QByteArrayLiteral("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
}

void TestWebSocketHandshake::agreesWithTheSample()
{
    const WsHandshakeOutcome outcome = checkWebSocketHandshake(sampleRequest());
    QVERIFY(std::holds_alternative<WsHandshake>(outcome));
    QCOMPARE(std::get<WsHandshake>(outcome).acceptKey, QByteArrayLiteral("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    QCOMPARE(std::get<WsHandshake>(outcome).protocol, QByteArray());
}

void TestWebSocketHandshake::headers_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<int>("status");
    const auto row = [](const char* title, const char* name, const char* value, int status) {
        QTest::newRow(title) << QByteArray(name) << QByteArray(value) << status;
    };
    row("upgrade in capitals", "upgrade", "WebSocket", 101);
    row("upgrade in a list", "upgrade", "h2c, websocket", 101);
    row("upgrade to something else", "upgrade", "h2c", 426);
    row("no upgrade", "upgrade", nullptr, 426);
    row("connection in a list", "connection", "keep-alive, UPGRADE", 101);
    row("connection without upgrade", "connection", "keep-alive", 426);
    row("no connection", "connection", nullptr, 426);
    row("version 8", "sec-websocket-version", "8", 426);
    row("version 14", "sec-websocket-version", "14", 426);
    row("version list", "sec-websocket-version", "13, 8", 426);
    row("version 013", "sec-websocket-version", "013", 426);
    row("no version", "sec-websocket-version", nullptr, 426);
    row("no key", "sec-websocket-key", nullptr, 400);
    row("empty key", "sec-websocket-key", "", 400);
    row("key of 15 bytes", "sec-websocket-key", "dGhlIHNhbXBsZSBub25j", 400);
    row("key of 17 bytes", "sec-websocket-key", "dGhlIHNhbXBsZSBub25jZWU=", 400);
    row("key of 18 bytes", "sec-websocket-key", "dGhlIHNhbXBsZSBub25jZWVl", 400);
    row("key without padding", "sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ", 400);
    row("key with a bad letter", "sec-websocket-key", "dGhlIHNhb*BsZSBub25jZQ==", 400);
    row("key in base64url", "sec-websocket-key", "-_hlIHNhbXBsZSBub25jZQ==", 400);
    row("key with + and /", "sec-websocket-key", "+/hlIHNhbXBsZSBub25jZQ==", 101);
}

void TestWebSocketHandshake::headers()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, value);
    QFETCH(int, status);
    QCOMPARE(statusOf(checkWebSocketHandshake(requestWith(name, value))), status);
}

void TestWebSocketHandshake::repeatedHeaders_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<int>("status");
    QTest::newRow("key") << QByteArrayLiteral("sec-websocket-key") << kSampleKey << 400;
    QTest::newRow("version") << QByteArrayLiteral("sec-websocket-version") << QByteArrayLiteral("13") << 426;
    QTest::newRow("connection") << QByteArrayLiteral("connection") << QByteArrayLiteral("keep-alive") << 101;
}

void TestWebSocketHandshake::repeatedHeaders()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, value);
    QFETCH(int, status);
    HttpRequest request = sampleRequest();
    request.headers.append({name, value});
    QCOMPARE(statusOf(checkWebSocketHandshake(request)), status);
}

void TestWebSocketHandshake::onlyGet()
{
    for (const char* method : {"POST", "HEAD", "get"}) {
        HttpRequest request = sampleRequest();
        request.method = method;
        const WsHandshakeOutcome outcome = checkWebSocketHandshake(request);
        QCOMPARE(statusOf(outcome), 405);
        QCOMPARE(headerOf(std::get<HttpResponse>(outcome), "Allow"), QByteArrayLiteral("GET"));
    }
}

void TestWebSocketHandshake::http10IsNoUpgrade()
{
    HttpRequest request = sampleRequest();
    request.versionMinor = 0;
    QVERIFY(!isWebSocketUpgrade(request));
    QCOMPARE(statusOf(checkWebSocketHandshake(request)), 426);
}

void TestWebSocketHandshake::refusalOfAVersionNamesOurs()
{
    const WsHandshakeOutcome outcome = checkWebSocketHandshake(requestWith("sec-websocket-version", "8"));
    const auto& response = std::get<HttpResponse>(outcome);
    QCOMPARE(headerOf(response, "Sec-WebSocket-Version"), QByteArrayLiteral("13"));
    QCOMPARE(headerOf(response, "Upgrade"), QByteArrayLiteral("websocket"));
}

void TestWebSocketHandshake::refusalHasTheErrorBody()
{
    const WsHandshakeOutcome outcome = checkWebSocketHandshake(requestWith("sec-websocket-key", "x"));
    const auto& response = std::get<HttpResponse>(outcome);
    QCOMPARE(headerOf(response, "Content-Type"), QByteArrayLiteral("application/json"));
    const QJsonObject body = QJsonDocument::fromJson(response.body).object();
    QCOMPARE(body.value(QLatin1String("code")).toString(), QStringLiteral("bad_request"));
    QVERIFY(body.value(QLatin1String("message")).toString().contains(QLatin1String("Sec-WebSocket-Key")));
}

void TestWebSocketHandshake::recognisesAnUpgrade()
{
    QVERIFY(isWebSocketUpgrade(sampleRequest()));
    QVERIFY(isWebSocketUpgrade(requestWith("sec-websocket-key", {})));
    QVERIFY(!isWebSocketUpgrade(requestWith("upgrade", {})));
    QVERIFY(!isWebSocketUpgrade(requestWith("connection", "close")));
}

void TestWebSocketHandshake::subprotocol_data()
{
    QTest::addColumn<QByteArrayList>("offered"); // one header each
    QTest::addColumn<QByteArray>("chosen");
    QTest::newRow("none offered") << QByteArrayList{} << QByteArray();
    QTest::newRow("unknown") << QByteArrayList{"soap, wamp"} << QByteArray();
    QTest::newRow("the client's order") << QByteArrayList{"soap, beta , alpha"} << QByteArrayLiteral("beta");
    QTest::newRow("in the second header") << QByteArrayList{"soap", "alpha"} << QByteArrayLiteral("alpha");
    QTest::newRow("case counts") << QByteArrayList{"ALPHA"} << QByteArray();
}

void TestWebSocketHandshake::subprotocol()
{
    QFETCH(QByteArrayList, offered);
    QFETCH(QByteArray, chosen);
    HttpRequest request = sampleRequest();
    for (const QByteArray& value : offered)
        request.headers.append({"sec-websocket-protocol", value});
    const WsHandshakeOutcome outcome = checkWebSocketHandshake(request, {"alpha", "beta"});
    QCOMPARE(std::get<WsHandshake>(outcome).protocol, chosen);
}

void TestWebSocketHandshake::responseHead()
{
    QCOMPARE(handshakeResponse(WsHandshake{QByteArrayLiteral("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), {}}),
             QByteArrayLiteral("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                               "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"));
}

void TestWebSocketHandshake::responseHeadWithSubprotocol()
{
    const QByteArray head = handshakeResponse(WsHandshake{QByteArrayLiteral("k="), QByteArrayLiteral("alpha")});
    QVERIFY(head.endsWith("Sec-WebSocket-Accept: k=\r\nSec-WebSocket-Protocol: alpha\r\n\r\n"));
}

QTEST_APPLESS_MAIN(TestWebSocketHandshake)
#include "tst_websockethandshake.moc"
