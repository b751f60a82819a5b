// SPDX-License-Identifier: GPL-3.0-or-later
// chat.alert as a signed webhook (docs/api.md, "Webhook"): who gets it, what it is signed with, and that none is lost.
#include "app/alertcaller.h"

#include "deskclient.h"

#include <QTcpServer>
#include <QTcpSocket>

using namespace signalbox;
using namespace signalbox::test;

namespace {

const QByteArray kSecret = "the-secret-of-the-alert-calls-0123456789";

struct Call
{
    QByteArray body;
    QMap<QByteArray, QByteArray> headers;
};

/// What a service runs to hear of alerts: notes each POST and answers as it is told.
class Receiver : public QObject
{
public:
    Receiver()
    {
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket* socket = m_server.nextPendingConnection())
                connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
        });
    }

    bool listen(quint16 port = 0) { return m_server.listen(QHostAddress::LocalHost, port); }
    void close() { m_server.close(); }
    quint16 port() const { return m_server.serverPort(); }
    QByteArray address() const { return "http://127.0.0.1:" + QByteArray::number(port()) + "/alerts"; }

    QByteArray answer = "204 No Content";
    QList<Call> calls;

private:
    void read(QTcpSocket* socket)
    {
        const QByteArray sent = socket->peek(64 * 1024);
        const qsizetype end = sent.indexOf("\r\n\r\n");
        if (end < 0)
            return;
        Call call;
        for (const QByteArray& line : sent.first(end).split('\n')) {
            const qsizetype colon = line.indexOf(':');
            call.headers.insert(line.left(colon).toLower(), line.mid(colon + 1).trimmed());
        }
        call.body = sent.mid(end + 4);
        if (call.body.size() < call.headers.value("content-length").toInt())
            return;
        socket->readAll();
        calls.append(call);
        socket->write("HTTP/1.1 " + answer + "\r\nContent-Length: 0\r\nLocation: /elsewhere\r\n\r\n");
    }

    QTcpServer m_server;
};

bool isOf(const Call& call, qint64 dialog)
{
    const QByteArray member = "\"session_id\":" + QByteArray::number(dialog) + ',';
    return call.body.contains(member);
}

bool isSigned(const Call& call)
{
    const QByteArray signature = call.headers.value("x-signalbox-signature");
    const qint64 seconds = signature.mid(2, signature.indexOf(',') - 2).toLongLong();
    return qAbs(seconds - QDateTime::currentSecsSinceEpoch()) < 60 &&
           signature == callSignature(kSecret, seconds, call.body);
}

} // namespace

class TestAlertCalls : public QObject
{
    Q_OBJECT

private slots:
    void signature();
    void retries();
    void aGuestWaits();
    void nobodyIsCalledWithoutNeed();
    void refusalsAreRepeated_data();
    void refusalsAreRepeated();
    void outlivesTheServer();
    void badSettings_data();
    void badSettings();

private:
    ServerProcess::Variables settings() const
    {
        return {{"SIGNALBOX_DESK_ALERT_URL", m_receiver.address()}, {"SIGNALBOX_DESK_ALERT_SECRET", kSecret}};
    }
    HttpAnswer say(qint64 dialog, const QByteArray& clientId = "c1");
    qint64 openWaiting()
    {
        const qint64 dialog = openDialog(m_server.port());
        ask(m_server.port(), "POST", "/api/dialogs/" + QByteArray::number(dialog) + "/handoff", service(), "{}");
        return dialog;
    }

    ServerProcess m_server;
    Receiver m_receiver;
};

HttpAnswer TestAlertCalls::say(qint64 dialog, const QByteArray& clientId)
{
    return ask(m_server.port(), "POST", "/chat/session/" + QByteArray::number(dialog) + "/messages", guest(dialog),
               R"({"text":"Hello?","client_message_id":")" + clientId + "\"}");
}

void TestAlertCalls::signature()
{
    // printf '%s' '1700000000.{}' | openssl dgst -sha256 -hmac secret
    QCOMPARE(callSignature("secret", 1'700'000'000, "{}"),
             QByteArray("t=1700000000,v1=b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163"));
}

void TestAlertCalls::retries()
{
    QCOMPARE(callRetryMs(1), 2'000);
    QCOMPARE(callRetryMs(2), 4'000);
    QCOMPARE(callRetryMs(11), 2'048'000);
    QCOMPARE(callRetryMs(12), 3'600'000);
    QCOMPARE(callRetryMs(1'000'000), 3'600'000);
}

void TestAlertCalls::aGuestWaits()
{
    QVERIFY(m_receiver.listen());
    QVERIFY(m_server.start(settings()));
    const qint64 dialog = openWaiting();
    QCOMPARE(say(dialog).status, 201);
    QTRY_COMPARE(m_receiver.calls.size(), 1);
    const Call& call = m_receiver.calls.first();
    QCOMPARE(call.headers.value("x-signalbox-event"), QByteArray("chat.alert"));
    QCOMPARE(call.headers.value("content-type"), QByteArray("application/json"));
    QVERIFY(isSigned(call));
    const QJsonObject body = json(call.body);
    QCOMPARE(text(body, "event"), QByteArray("chat.alert"));
    QCOMPARE(body.value(QLatin1String("data")).toObject(),
             json("{\"session_id\":" + QByteArray::number(dialog) + ",\"unread_count\":1}"));

    QCOMPARE(say(dialog).status, 200); // the same message again
    QCOMPARE(say(dialog, "c2").status, 201);
    QTRY_COMPARE(m_receiver.calls.size(), 2);
    QVERIFY(m_receiver.calls.at(1).headers.value("x-signalbox-delivery") !=
            m_receiver.calls.at(0).headers.value("x-signalbox-delivery"));
    QVERIFY(m_receiver.calls.at(1).body.contains("\"unread_count\":2"));
}

void TestAlertCalls::nobodyIsCalledWithoutNeed()
{
    const auto before = m_receiver.calls.size();
    QCOMPARE(say(openDialog(m_server.port())).status, 201); // the AI answers
    const qint64 waiting = openWaiting();
    QCOMPARE(ask(m_server.port(), "POST", "/api/dialogs/" + QByteArray::number(waiting) + "/messages", service(),
                 R"({"text":"Somebody will come."})")
                 .status,
             201);
    QCOMPARE(say(waiting).status, 201);
    QTRY_COMPARE(m_receiver.calls.size(), before + 1);
    QVERIFY(isOf(m_receiver.calls.last(), waiting));
}

void TestAlertCalls::refusalsAreRepeated_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::newRow("an error") << QByteArray("500 Internal Server Error");
    QTest::newRow("a refusal") << QByteArray("404 Not Found");
    QTest::newRow("a redirect is not followed") << QByteArray("302 Found");
}

void TestAlertCalls::refusalsAreRepeated()
{
    QFETCH(QByteArray, answer);
    m_receiver.calls.clear();
    m_receiver.answer = answer;
    QCOMPARE(say(openWaiting()).status, 201);
    QTRY_COMPARE(m_receiver.calls.size(), 1);
    m_receiver.answer = "204 No Content";
    constexpr int kRetryMs = 15'000;
    QTRY_COMPARE_WITH_TIMEOUT(m_receiver.calls.size(), 2, kRetryMs);
    QCOMPARE(m_receiver.calls.at(1).body, m_receiver.calls.at(0).body);
    QCOMPARE(m_receiver.calls.at(1).headers.value("x-signalbox-delivery"),
             m_receiver.calls.at(0).headers.value("x-signalbox-delivery"));
    QVERIFY(isSigned(m_receiver.calls.at(1)));
    QVERIFY(m_server.log().contains("sent again later"));
    QVERIFY(!m_server.log().contains(kSecret));
}

void TestAlertCalls::outlivesTheServer()
{
    m_receiver.calls.clear();
    const quint16 port = m_receiver.port();
    m_receiver.close();
    const qint64 dialog = openWaiting();
    QCOMPARE(say(dialog).status, 201);
    m_server.kill();
    QVERIFY(m_receiver.listen(port));
    QVERIFY(m_server.start(settings()));
    constexpr int kTakenMs = 45'000; // it may have been taken right before the end
    QTRY_VERIFY_WITH_TIMEOUT(!m_receiver.calls.isEmpty(), kTakenMs);
    QVERIFY(isOf(m_receiver.calls.first(), dialog));
    QCOMPARE(m_server.stop(), 0);
}

void TestAlertCalls::badSettings_data()
{
    QTest::addColumn<QByteArray>("url");
    QTest::addColumn<QByteArray>("secret");
    QTest::addColumn<QByteArray>("key");
    QTest::newRow("no address") << QByteArray("alerts") << kSecret << QByteArray("desk/alert_url");
    QTest::newRow("another scheme") << QByteArray("ftp://host/") << kSecret << QByteArray("desk/alert_url");
    QTest::newRow("no host") << QByteArray("http:///x") << kSecret << QByteArray("desk/alert_url");
    QTest::newRow("no secret") << QByteArray("http://host/") << QByteArray() << QByteArray("desk/alert_secret");
}

void TestAlertCalls::badSettings()
{
    QFETCH(QByteArray, url);
    QFETCH(QByteArray, secret);
    QFETCH(QByteArray, key);
    ServerProcess server;
    const auto outcome = server.runToEnd({{"SIGNALBOX_DESK_ALERT_URL", url}, {"SIGNALBOX_DESK_ALERT_SECRET", secret}},
                                         {"--check-config"});
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY2(outcome.output.contains(key) || outcome.log.contains(key), outcome.log.constData());
}

QTEST_GUILESS_MAIN(TestAlertCalls)
#include "tst_alertcalls.moc"
