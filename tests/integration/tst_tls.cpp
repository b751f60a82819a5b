// SPDX-License-Identifier: GPL-3.0-or-later
// The public port with TLS: REST, WebSocket and event streams through a self-signed certificate.
#include "support/serverprocess.h"
#include "support/wire.h"

#include <QFile>
#include <QProcess>
#include <QSignalSpy>
#include <QSslConfiguration>
#include <QSslSocket>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>
#include <QWebSocket>

#include <csignal>
#include <memory>

using namespace signalbox;
using namespace signalbox::test;

class TlsTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();
    void publishReachesSocketAndStream();
    void oldProtocolsAreRefused();
    void plainTextOnTheTlsPort();
    void handshakeThatStalls();
    void clientsThatVanish();
    void drainSaysGoodbye();
    void stopWithOpenConnections_data();
    void stopWithOpenConnections();
    void wrongKeyStopsTheStart();

private:
    std::unique_ptr<QSslSocket> connected(quint16 port);
    QByteArray exchange(const QByteArray& request, const QByteArray& until);
    std::unique_ptr<QWebSocket> socket(quint16 port, const QByteArray& target, QStringList* texts);
    ServerProcess::Variables variables() const;

    QTemporaryDir m_folder;
    QSslConfiguration m_trust;
    std::unique_ptr<ServerProcess> m_server;
};

namespace {

bool waitForBytes(QSslSocket& socket, QByteArray& received, const QByteArray& text)
{
    QElapsedTimer timer;
    timer.start();
    while (!received.contains(text) && timer.elapsed() < kPatienceMs) {
        QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
        received += socket.readAll();
        if (!received.contains(text) && socket.state() == QAbstractSocket::UnconnectedState)
            return false;
        QThread::msleep(1);
    }
    return received.contains(text);
}

} // namespace

void TlsTest::initTestCase()
{
    if (!QSslSocket::supportsSsl())
        QFAIL("Qt has no TLS library here.");
    for (const char* name : {"a", "b"}) {
        const QString base = m_folder.filePath(QLatin1String(name));
        QCOMPARE(QProcess::execute(
                     QStringLiteral("openssl"),
                     {QStringLiteral("req"), QStringLiteral("-x509"), QStringLiteral("-newkey"), QStringLiteral("ec"),
                      QStringLiteral("-pkeyopt"), QStringLiteral("ec_paramgen_curve:P-256"), QStringLiteral("-nodes"),
                      QStringLiteral("-days"), QStringLiteral("2"), QStringLiteral("-subj"),
                      QStringLiteral("/CN=localhost"), QStringLiteral("-addext"),
                      QStringLiteral("subjectAltName=DNS:localhost,IP:127.0.0.1"), QStringLiteral("-keyout"),
                      base + QLatin1String(".key"), QStringLiteral("-out"), base + QLatin1String(".pem")}),
                 0);
    }
    m_trust = QSslConfiguration::defaultConfiguration();
    m_trust.setCaCertificates(QSslCertificate::fromPath(m_folder.filePath(QStringLiteral("a.pem"))));
    QCOMPARE(m_trust.caCertificates().size(), 1);
    m_server = std::make_unique<ServerProcess>();
    QVERIFY(m_server->start(variables()));
}

/// A server that a sanitizer or a leak has something to say about does not end with 0.
void TlsTest::cleanupTestCase()
{
    if (m_server)
        QCOMPARE(m_server->stop(), 0);
}

ServerProcess::Variables TlsTest::variables() const
{
    return {{"SIGNALBOX_TLS_CERTIFICATE_FILE", m_folder.filePath(QStringLiteral("a.pem")).toUtf8()},
            {"SIGNALBOX_TLS_PRIVATE_KEY_FILE", m_folder.filePath(QStringLiteral("a.key")).toUtf8()},
            {"SIGNALBOX_LIMIT_HEAD_TIMEOUT_SECONDS", "3"},
            {"SIGNALBOX_DRAIN_SECONDS", "0"}};
}

/// Trusts the server's certificate and nothing else; encrypted when it comes back.
std::unique_ptr<QSslSocket> TlsTest::connected(quint16 port)
{
    auto socket = std::make_unique<QSslSocket>();
    socket->setSslConfiguration(m_trust);
    socket->connectToHostEncrypted(QStringLiteral("127.0.0.1"), port);
    return socket->waitForEncrypted(kPatienceMs) ? std::move(socket) : nullptr;
}

QByteArray TlsTest::exchange(const QByteArray& request, const QByteArray& until)
{
    const auto socket = connected(m_server->port());
    if (!socket)
        return "no connection";
    socket->write(request);
    QByteArray received;
    waitForBytes(*socket, received, until);
    return received;
}

std::unique_ptr<QWebSocket> TlsTest::socket(quint16 port, const QByteArray& target, QStringList* texts)
{
    auto socket = std::make_unique<QWebSocket>();
    socket->setSslConfiguration(m_trust);
    QObject::connect(socket.get(), &QWebSocket::textMessageReceived, socket.get(),
                     [texts](const QString& text) { texts->append(text); });
    socket->open(QUrl(QStringLiteral("wss://127.0.0.1:%1%2").arg(port).arg(QString::fromUtf8(target))));
    return socket;
}

void TlsTest::publishReachesSocketAndStream()
{
    const QByteArray credentials = "?session=17&token=" + ServerProcess::sessionToken("17");
    QStringList texts;
    const auto web = socket(m_server->port(), "/channel/ws" + credentials, &texts);
    QTRY_COMPARE_WITH_TIMEOUT(texts.size(), 1, kPatienceMs);
    const auto stream = connected(m_server->port());
    QVERIFY(stream);
    stream->write("GET /channel/sse" + credentials + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    QByteArray streamed;
    QVERIFY(waitForBytes(*stream, streamed, "connection.established"));

    // Large enough that TLS takes it in several steps.
    const QByteArray body =
        R"({"event":"chat.message","channels":["dialog:17"],"data":{"id":1,"sender_type":"c","body":")" +
        QByteArray(300'000, 'x') + R"(the end","created_at":"n"}})";
    const QByteArray answer = exchange("POST /api/v1/publish HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " +
                                           ServerProcess::webhookToken() +
                                           "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body,
                                       "positions");
    QVERIFY2(answer.startsWith("HTTP/1.1 200 "), answer.left(200));
    QTRY_COMPARE_WITH_TIMEOUT(texts.size(), 2, kPatienceMs);
    QVERIFY(texts.last().contains(QLatin1String("the end")));
    QVERIFY(waitForBytes(*stream, streamed, "the end"));
    web->close();
}

void TlsTest::oldProtocolsAreRefused()
{
    QSslSocket socket;
    QSslConfiguration old = m_trust;
    QT_WARNING_PUSH
    QT_WARNING_DISABLE_DEPRECATED
    old.setProtocol(QSsl::TlsV1_1);
    QT_WARNING_POP
    socket.setSslConfiguration(old);
    socket.connectToHostEncrypted(QStringLiteral("127.0.0.1"), m_server->port());
    QVERIFY(!socket.waitForEncrypted(kPatienceMs));
    QVERIFY(exchange("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n", "parts").startsWith("HTTP/1.1 200 "));
}

void TlsTest::plainTextOnTheTlsPort()
{
    Wire wire(m_server->port());
    wire.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    QVERIFY(wire.waitForEnd());
    QVERIFY(!wire.received().contains("HTTP/1.1 200"));
    QVERIFY(exchange("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n", "parts").startsWith("HTTP/1.1 200 "));
}

/// The time for a request's head covers the handshake.
void TlsTest::handshakeThatStalls()
{
    ServerProcess server;
    ServerProcess::Variables quick = variables();
    quick["SIGNALBOX_LIMIT_HEAD_TIMEOUT_SECONDS"] = "200ms";
    QVERIFY(server.start(quick));
    Wire silent(server.port());
    Wire half(server.port());
    half.send(QByteArray::fromHex("16030100c8010000c40303"));
    QVERIFY(silent.waitForEnd());
    QVERIFY(half.waitForEnd());
}

void TlsTest::clientsThatVanish()
{
    for (int i = 0; i < 20; ++i) {
        Wire wire(m_server->port());
        wire.send(QByteArray::fromHex("16030100c8010000c40303").left(i));
        if (i % 2 == 0)
            wire.reset();
    }
    for (int i = 0; i < 5; ++i) {
        QStringList texts;
        const auto web =
            socket(m_server->port(), "/channel/ws?session=9&token=" + ServerProcess::sessionToken("9"), &texts);
        QTRY_COMPARE_WITH_TIMEOUT(texts.size(), 1, kPatienceMs);
        web->abort();
    }
    const auto isEmpty = [this] {
        return get(m_server->managementPort(), "/stats/connections").body.contains("\"total\":0");
    };
    QTRY_VERIFY_WITH_TIMEOUT(isEmpty(), kPatienceMs);
}

void TlsTest::drainSaysGoodbye()
{
    ServerProcess server;
    QVERIFY(server.start(variables()));
    QStringList texts;
    const auto web = socket(server.port(), "/channel/ws?session=17&token=" + ServerProcess::sessionToken("17"), &texts);
    QTRY_COMPARE_WITH_TIMEOUT(texts.size(), 1, kPatienceMs);
    QSignalSpy closed(web.get(), &QWebSocket::disconnected);
    server.signal(SIGTERM);
    QTRY_COMPARE_WITH_TIMEOUT(closed.size(), 1, kPatienceMs);
    QCOMPARE(static_cast<int>(web->closeCode()), 1001);
    QCOMPARE(server.waitForEnd(), 0);
}

void TlsTest::stopWithOpenConnections_data()
{
    QTest::addColumn<QByteArray>("workers");
    QTest::newRow("on the main thread") << QByteArray("1");
    QTest::newRow("on threads") << QByteArray("3");
}

/// Connections in every state, those that the drain does not ask to go among them, and nothing is left of them.
void TlsTest::stopWithOpenConnections()
{
    QFETCH(QByteArray, workers);
    ServerProcess server;
    ServerProcess::Variables some = variables();
    some["SIGNALBOX_WORKERS"] = workers;
    some["SIGNALBOX_LIMIT_HEAD_TIMEOUT_SECONDS"] = "60";
    QVERIFY(server.start(some));
    QStringList texts;
    const auto web = socket(server.port(), "/channel/ws?session=17&token=" + ServerProcess::sessionToken("17"), &texts);
    QTRY_COMPARE_WITH_TIMEOUT(texts.size(), 1, kPatienceMs);
    const auto idle = connected(server.port());
    const auto asking = connected(server.port());
    QVERIFY(idle && asking);
    asking->write("GET /health HTTP/1.1\r\nHost");
    QVERIFY(asking->waitForBytesWritten(kPatienceMs));
    Wire silent(server.port());
    Wire half(server.port());
    half.send(QByteArray::fromHex("16030100c8010000c40303"));
    QCOMPARE(server.stop(), 0);
}

void TlsTest::wrongKeyStopsTheStart()
{
    ServerProcess server;
    ServerProcess::Variables wrong = variables();
    wrong["SIGNALBOX_TLS_PRIVATE_KEY_FILE"] = m_folder.filePath(QStringLiteral("a.pem")).toUtf8();
    const auto outcome = server.runToEnd(wrong, {});
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY(outcome.log.contains("a.pem"));
}

QTEST_GUILESS_MAIN(TlsTest)
#include "tst_tls.moc"
