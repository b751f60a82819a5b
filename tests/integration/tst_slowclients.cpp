// SPDX-License-Identifier: GPL-3.0-or-later
// Clients that do not read: each slow-client policy of spec section 8 on a running server.
#include "support/bystander.h"
#include "support/exposition.h"

#include <QTest>

#include <algorithm>
#include <memory>

using namespace signalbox;
using namespace signalbox::test;

namespace {

/// Publishes over one kept connection, an event at a time.
class Publisher
{
public:
    explicit Publisher(quint16 port)
        : m_wire(port)
    {
    }

    bool publish(const QByteArray& body)
    {
        m_wire.send("POST /api/v1/publish HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " +
                    ServerProcess::webhookToken() + "\r\nContent-Length: " + QByteArray::number(body.size()) +
                    "\r\n\r\n" + body);
        m_wire.readUntil([](const QByteArray& received) { return !answersIn(received).isEmpty(); });
        const QList<HttpAnswer> answers = answersIn(m_wire.take());
        return !answers.isEmpty() && answers.first().status == 200;
    }

private:
    Wire m_wire;
};

QByteArray message(const QByteArray& text)
{
    return R"({"event":"chat.message","channels":["dialog:slow"],"data":{"id":1,"sender_type":"c","body":")" + text +
           R"(","created_at":"n"}})";
}

QByteArray typing(int number)
{
    return R"({"event":"typing.start","channels":["dialog:slow"],"data":{"dialog_id":"slow","actor":{"type":"client",)"
           R"("name":null},"timestamp":)" +
           QByteArray::number(number) + "}}";
}

QJsonObject json(const QByteArray& text)
{
    return QJsonDocument::fromJson(text).object();
}

} // namespace

class SlowClientsTest : public QObject
{
    Q_OBJECT

private slots:
    void cleanup();
    void slowClientIsClosed();
    void slowClientLosesTheOldest();
    void slowClientGetsTheNewestTypingOnly();
    void slowClientDisturbsNobody();
    void slowStreamIsEnded();

private:
    bool start(const ServerProcess::Variables& variables);
    int total();
    bool becomesSlow(Publisher& publisher, int* published);

    std::unique_ptr<ServerProcess> m_server;
    quint16 m_port = 0;
};

bool SlowClientsTest::start(const ServerProcess::Variables& variables)
{
    ServerProcess::Variables all{{"SIGNALBOX_WORKERS", "1"}};
    all.insert(variables);
    m_server = std::make_unique<ServerProcess>();
    const bool started = m_server->start(all, {"--set", "server/drain_seconds=0"});
    m_port = m_server->port();
    return started;
}

/// A server that a sanitizer or a leak has something to say about does not end with 0.
void SlowClientsTest::cleanup()
{
    if (m_server)
        QCOMPARE(m_server->stop(), 0);
    m_server.reset();
}

int SlowClientsTest::total()
{
    return json(get(m_port, "/api/v1/stats/connections?limit=1", Bystander::credentials()).body)[QLatin1String("total")]
        .toInt(-1);
}

/// Publishes large messages until the connection of the dialog "slow" does not take any more.
bool SlowClientsTest::becomesSlow(Publisher& publisher, int* published)
{
    const QByteArray large(60'000, 'x');
    for (int i = 0; i < 400; ++i) {
        if (!publisher.publish(message(large)))
            return false;
        ++*published;
        const QByteArray stats = get(m_server->managementPort(), "/stats/connections?dialog=slow").body;
        if (stats.contains("\"slow\":true"))
            return true;
    }
    return false;
}

void SlowClientsTest::slowClientIsClosed()
{
    QVERIFY(start({{"SIGNALBOX_LIMIT_OUTBOUND_QUEUE_BYTES", "128KiB"}}));
    const QByteArray target = "/channel/ws?session=slow&token=" + ServerProcess::sessionToken("slow");
    WsWire reader(m_port, target, {}, 2048);
    QVERIFY(reader.isEstablished());
    Publisher publisher(m_port);
    int published = 0;
    QVERIFY(becomesSlow(publisher, &published));
    for (int i = 0; i < 4; ++i, ++published)
        QVERIFY(publisher.publish(message(QByteArray(60'000, 'y'))));
    reader.wire().widen();
    QCOMPARE(reader.closeCode(), 4413);
    QCOMPARE(reader.closeReason(), QByteArray("slow_consumer"));
    QVERIFY(reader.texts().size() < published + 1);
    reader.wire().close();
    QTRY_COMPARE_WITH_TIMEOUT(total(), 0, kPatienceMs);
    const Exposition metrics(get(m_server->managementPort(), "/metrics").body);
    QCOMPARE(metrics.error(), QByteArray());
    QVERIFY(std::any_of(metrics.samples().begin(), metrics.samples().end(), [](const Exposition::Sample& sample) {
        return sample.name.contains("slow") && sample.value == 1;
    }));
    // What it did not get is still there for it.
    WsWire again(m_port,
                 target + "&position=" +
                     json(reader.texts().at(reader.texts().size() - 2))[QLatin1String("position")].toString().toUtf8());
    QVERIFY(again.wire().readUntil([&](const QByteArray&) {
        const QByteArrayList texts = again.texts();
        return !texts.isEmpty() &&
               texts.last().contains(QByteArray(":" + QByteArray::number(published) + "\",\"cursor\""));
    }));
}

void SlowClientsTest::slowClientLosesTheOldest()
{
    QVERIFY(start(
        {{"SIGNALBOX_LIMIT_OUTBOUND_QUEUE_BYTES", "64KiB"}, {"SIGNALBOX_LIMIT_SLOW_CLIENT_POLICY", "drop_oldest"}}));
    WsWire reader(m_port, "/channel/ws?session=slow&token=" + ServerProcess::sessionToken("slow"), {}, 2048);
    QVERIFY(reader.isEstablished());
    Publisher publisher(m_port);
    int published = 0;
    QVERIFY(becomesSlow(publisher, &published));
    // Far more events than the queue has room for notices about them.
    for (int i = 0; i < 1500; ++i, ++published)
        QVERIFY(publisher.publish(message("small")));
    QVERIFY(publisher.publish(message("the last one")));
    ++published;
    qint64 dropped = 0;
    qint64 got = 0;
    reader.wire().widen();
    QVERIFY(reader.wire().readUntil([&](const QByteArray& received) {
        return received.contains("the last one") && received.contains("events_dropped");
    }));
    reader.sendText(R"({"type":"ping"})");
    QVERIFY(reader.waitForText("\"pong\""));
    qint64 last = 0;
    for (const QByteArray& text : reader.texts()) {
        const QJsonObject object = json(text);
        const QString type = object[QLatin1String("type")].toString();
        if (type == QLatin1String("warning"))
            dropped += object[QLatin1String("data")].toObject()[QLatin1String("count")].toInteger();
        if (type != QLatin1String("chat.message"))
            continue;
        ++got;
        const qint64 offset = object[QLatin1String("position")].toString().section(QLatin1Char(':'), 1).toLongLong();
        QVERIFY(offset > last);
        last = offset;
    }
    QCOMPARE(last, published);
    QVERIFY(dropped > 0);
    QCOMPARE(got + dropped, published);
}

void SlowClientsTest::slowClientGetsTheNewestTypingOnly()
{
    QVERIFY(start(
        {{"SIGNALBOX_LIMIT_OUTBOUND_QUEUE_BYTES", "640KiB"}, {"SIGNALBOX_LIMIT_SLOW_CLIENT_POLICY", "conflate"}}));
    WsWire reader(m_port, "/channel/ws?session=slow&token=" + ServerProcess::sessionToken("slow"), {}, 2048);
    QVERIFY(reader.isEstablished());
    Publisher publisher(m_port);
    int published = 0;
    QVERIFY(becomesSlow(publisher, &published));
    for (int i = 0; i < 8; ++i) // the kernel may take a little more
        QVERIFY(publisher.publish(message(QByteArray(60'000, 'y'))));
    constexpr int kTypings = 1000; // together more than the queue still has room for
    for (int i = 1; i <= kTypings; ++i)
        QVERIFY(publisher.publish(typing(i)));
    QVERIFY(publisher.publish(message("after it")));
    reader.wire().widen();
    QVERIFY(reader.waitForText("after it"));
    QByteArrayList typings;
    for (const QByteArray& text : reader.texts()) {
        if (text.startsWith("{\"type\":\"typing.start\""))
            typings.append(text);
    }
    QVERIFY2(!typings.isEmpty() && typings.size() < kTypings / 20, QByteArray::number(typings.size()));
    QVERIFY(typings.last().contains(QByteArray("\"timestamp\":" + QByteArray::number(kTypings))));
}

void SlowClientsTest::slowClientDisturbsNobody()
{
    QVERIFY(start({{"SIGNALBOX_LIMIT_OUTBOUND_QUEUE_BYTES", "64MiB"}}));
    Bystander bystander(*m_server);
    WsWire sleeper(m_port, "/channel/ws?session=slow&token=" + ServerProcess::sessionToken("slow"), {}, 2048);
    WsWire reader(m_port, "/channel/ws?session=slow&token=" + ServerProcess::sessionToken("slow"));
    QVERIFY(sleeper.isEstablished() && reader.isEstablished());
    Publisher publisher(m_port);
    int published = 0;
    const QByteArray large(60'000, 'x');
    for (; published < 100; ++published) {
        const QByteArray mark = '#' + QByteArray::number(published) + '#';
        QVERIFY(publisher.publish(message(large + mark)));
        QVERIFY(reader.wire().readUntil(
            [&mark](const QByteArray& received) { return received.right(500).contains(mark); }));
    }
    QCOMPARE(reader.texts().size(), published + 1);
    QVERIFY(bystander.isServed());
}

void SlowClientsTest::slowStreamIsEnded()
{
    QVERIFY(start({{"SIGNALBOX_LIMIT_OUTBOUND_QUEUE_BYTES", "128KiB"}}));
    Wire reader(m_port, 2048);
    QVERIFY(reader.send("GET /channel/sse?session=slow&token=" + ServerProcess::sessionToken("slow") +
                        " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    QVERIFY(reader.waitForText("connection.established"));
    Publisher publisher(m_port);
    int published = 0;
    QVERIFY(becomesSlow(publisher, &published));
    for (int i = 0; i < 4; ++i)
        QVERIFY(publisher.publish(message(QByteArray(60'000, 'y'))));
    reader.widen();
    QVERIFY(reader.waitForEnd());
    QVERIFY(reader.received().contains("event: error\ndata: {\"code\":\"slow_consumer\"}\n\n"));
    QVERIFY(!reader.received().endsWith("0\r\n\r\n")); // so that an EventSource comes back
}

QTEST_GUILESS_MAIN(SlowClientsTest)
#include "tst_slowclients.moc"
