// SPDX-License-Identifier: GPL-3.0-or-later
// Servers on one RabbitMQ and one Redis: one is killed in the middle of thousands of messages, and none is lost,
// doubled or out of order; consuming and serving as roles of their own; TLS.
#include "integration/rabbithouse.h"
#include "support/redisserver.h"
#include "unit/tlsfixture.h"

using namespace signalbox;
using namespace signalbox::test;
using namespace Qt::StringLiterals;

namespace {

/// Numbers of the events of this name, in the order in which they came.
QList<int> numbers(SseClient& stream, const QByteArray& name, const QString& member)
{
    QList<int> found;
    for (const SseEvent& event : parseEventStream(stream.body())) {
        if (event.type == name)
            found.append(json(event.data).value(member).toInt());
    }
    return found;
}

QList<int> oneTo(int last)
{
    QList<int> all;
    for (int i = 1; i <= last; ++i)
        all.append(i);
    return all;
}

QByteArray overdue(int number)
{
    return cloudEvent("payment.overdue",
                      R"({"payment_id":"p","deal_id":"d","due_date":"d","amount":)" + QByteArray::number(number) + '}');
}

} // namespace

class TestRabbitMqServers final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { QVERIFY(m_rabbit.start()); }
    void init();
    void killedInTheMiddle();
    void messageThatEndsTheServer_data();
    void messageThatEndsTheServer();
    void waitsForRedis();
    void consumingAndServingApart();
    void aloneIsAll_data();
    void aloneIsAll();
    void tls();

private:
    void useRedis(RabbitHouse& house)
    {
        house.set("REDIS_HOST", "127.0.0.1");
        house.set("REDIS_PORT", QByteArray::number(m_redis->port()));
        house.set("SIGNALBOX_LIMIT_OUTBOUND_QUEUE_BYTES", "64MiB"); // a test reads when it looks
    }

    RabbitServer m_rabbit;
    std::unique_ptr<RedisServer> m_redis;
    std::unique_ptr<AmqpClient> m_amqp;
};

void TestRabbitMqServers::init()
{
    m_amqp = std::make_unique<AmqpClient>(m_rabbit.port());
    for (const QByteArray& queue : defaultQueues())
        m_amqp->remove(queue);
    m_amqp->remove("signalbox.dead");
    QVERIFY(!m_amqp->failed());
    m_redis = std::make_unique<RedisServer>();
    QVERIFY(m_redis->start());
}

void TestRabbitMqServers::killedInTheMiddle()
{
    RabbitHouse watching(m_rabbit);
    useRedis(watching);
    watching.set("SIGNALBOX_ROLE", "gateway");
    QVERIFY(watching.start("disabled") && watching.waitForRedis());
    const auto deals = watching.stream("deals");
    const auto payments = watching.stream("payments");
    QVERIFY(deals && payments);
    RabbitHouse consuming(m_rabbit);
    useRedis(consuming);
    QVERIFY(consuming.start());

    constexpr int kMessages = 6000;
    constexpr int kKills = 3;
    for (int i = 1; i <= kMessages; ++i) {
        m_amqp->send("crm.domain", queuedDeal(i), "d" + QByteArray::number(i));
        m_amqp->send("payments.status", overdue(i), "p" + QByteArray::number(i));
    }
    QVERIFY(!m_amqp->failed());
    for (int kill = 1; kill <= kKills; ++kill) {
        const int upTo = kill * kMessages / (kKills + 2);
        QVERIFY(waitForText(*deals, "\"version\":" + QByteArray::number(upTo)));
        consuming.server().kill();
        QVERIFY(consuming.start());
    }
    const QByteArray last = QByteArray::number(kMessages);
    QVERIFY(waitForText(*deals, "\"version\":" + last));
    QVERIFY(waitForText(*payments, "\"amount\":" + last));
    QCOMPARE(numbers(*deals, "deal.updated", u"version"_s), oneTo(kMessages));
    QCOMPARE(numbers(*payments, "payment.overdue", u"amount"_s), oneTo(kMessages));
    QVERIFY(waitUntilEmpty(*m_amqp, "crm.domain"));
    QCOMPARE(m_amqp->count("signalbox.dead"), -1);
}

void TestRabbitMqServers::messageThatEndsTheServer_data()
{
    QTest::addColumn<bool>("isQuorum");
    QTest::newRow("quorum: becomes a dead letter") << true;
    QTest::newRow("classic: nobody counts") << false;
}

/// No message ends a server; so it waits for Redis, and is killed with them in hand.
void TestRabbitMqServers::messageThatEndsTheServer()
{
    QFETCH(bool, isQuorum);
    isQuorum ? m_amqp->declareQuorum("crm.domain") : m_amqp->declare("crm.domain");
    m_amqp->declareExchange("signalbox.dead");
    m_amqp->declare("signalbox.dead");
    m_amqp->bind("signalbox.dead", "signalbox.dead", "#");
    RabbitHouse watching(m_rabbit);
    useRedis(watching);
    watching.set("SIGNALBOX_ROLE", "gateway");
    QVERIFY(watching.start("disabled") && watching.waitForRedis());
    const auto deals = watching.stream("deals");
    QVERIFY(deals);
    RabbitHouse consuming(m_rabbit);
    useRedis(consuming);
    consuming.set("SIGNALBOX_RABBITMQ_QUEUES", "crm.domain=deals");
    consuming.set("SIGNALBOX_RABBITMQ_DECLARE", "false");
    consuming.set("SIGNALBOX_RABBITMQ_MAX_DELIVERIES", "2");

    m_redis->freeze();
    for (int i = 1; i <= 3; ++i)
        m_amqp->send("crm.domain", queuedDeal(i), "m" + QByteArray::number(i));
    QVERIFY(!m_amqp->failed());
    const auto haveBeenDelivered = [this](int left) {
        return QTest::qWaitFor([this, left] { return m_amqp->count("crm.domain") == left; }, kRabbitPatienceMs);
    };
    for (int kill = 1; kill <= 2; ++kill) {
        QVERIFY(haveBeenDelivered(3));
        QVERIFY(consuming.start());
        QVERIFY(haveBeenDelivered(0));
        consuming.server().kill();
    }
    QVERIFY(haveBeenDelivered(3));
    QVERIFY(consuming.start());
    if (isQuorum) {
        AmqpClient::Message dead;
        QVERIFY(takeDead(*m_amqp, &dead));
        QCOMPARE(dead.id, QByteArray("m1"));
        QCOMPARE(dead.headers["x-signalbox-reason"], QByteArray("internal"));
        QVERIFY(dead.headers["x-signalbox-detail"].contains("delivered 2 times"));
    }
    m_redis->thaw();
    QVERIFY(waitForText(*deals, "\"version\":3"));
    QCOMPARE(numbers(*deals, "deal.updated", u"version"_s), isQuorum ? (QList<int>{2, 3}) : oneTo(3));
    QVERIFY(waitUntilEmpty(*m_amqp, "crm.domain"));
    QCOMPARE(m_amqp->count("signalbox.dead"), 0);
}

void TestRabbitMqServers::waitsForRedis()
{
    RabbitHouse house(m_rabbit);
    useRedis(house);
    QVERIFY(house.start() && house.waitForRedis());
    const auto deals = house.stream("deals");
    QVERIFY(deals);
    auto sendUpTo = [&, next = 1](int last) mutable {
        for (; next <= last; ++next)
            m_amqp->send("crm.domain", queuedDeal(next), "r" + QByteArray::number(next));
    };
    sendUpTo(500);
    QVERIFY(waitForText(*deals, "\"version\":500"));
    m_redis->freeze(); // and so keeps what it has
    sendUpTo(1500);
    QVERIFY(QTest::qWaitFor([&] { return m_amqp->count("crm.domain") == 800; }, kRabbitPatienceMs)); // prefetch: 200
    m_redis->thaw();
    QVERIFY(waitForText(*deals, "\"version\":1500"));
    QCOMPARE(numbers(*deals, "deal.updated", u"version"_s), oneTo(1500));
    QVERIFY(waitUntilEmpty(*m_amqp, "crm.domain"));
    QCOMPARE(m_amqp->count("signalbox.dead"), -1);
}

void TestRabbitMqServers::consumingAndServingApart()
{
    RabbitHouse dispatcher(m_rabbit);
    useRedis(dispatcher);
    QVERIFY(dispatcher.start("ok", {"--role", "dispatcher"}));
    QCOMPARE(dispatcher.server().port(), 0);
    RabbitHouse gateway(m_rabbit);
    useRedis(gateway);
    QVERIFY(gateway.start("disabled", {"--role", "gateway"}));
    QVERIFY(gateway.waitForRedis());
    const auto deals = gateway.stream("deals");
    const auto guest = gateway.guest();
    QVERIFY(deals && guest);
    m_amqp->send("crm.domain", queuedDeal(1), "one");
    m_amqp->send("chat.message.sent", queuedChat(1), "two");
    QVERIFY(waitForText(*deals, "\"version\":1"));
    QVERIFY(guest->waitForText("\"id\":1,", kRabbitPatienceMs));
    const QString foreign = QString::fromUtf8(queuedChat(2));
    QTRY_COMPARE_WITH_TIMEOUT(m_redis->cli({u"PUBSUB"_s, u"NUMPAT"_s}), "3", kRabbitPatienceMs); // the dispatcher's
    m_redis->cli({u"PUBLISH"_s, u"chat:x17"_s, foreign});
    QVERIFY(guest->waitForText("\"id\":2,", kRabbitPatienceMs));
    QCOMPARE(guest->wire().received().count("\"id\":1,"), 1);
    QCOMPARE(guest->wire().received().count("\"id\":2,"), 1);
    QVERIFY(!get(dispatcher.server().managementPort(), "/metrics").body.isEmpty());
}

void TestRabbitMqServers::aloneIsAll_data()
{
    QTest::addColumn<QByteArray>("role");
    QTest::addColumn<bool>("hasRedis");
    QTest::addColumn<QByteArray>("database");
    QTest::addColumn<QByteArray>("problem");
    QTest::newRow("dispatcher alone") << QByteArray("dispatcher") << false << QByteArray("none")
                                      << QByteArray("REDIS_HOST is not set");
    QTest::newRow("gateway alone") << QByteArray("gateway") << false << QByteArray("none")
                                   << QByteArray("REDIS_HOST is not set");
    QTest::newRow("a desk of its own") << QByteArray("dispatcher") << true << QByteArray("sqlite:/tmp/none.db")
                                       << QByteArray("share the desk");
    QTest::newRow("no role") << QByteArray("worker") << true << QByteArray("none")
                             << QByteArray("all, dispatcher, gateway");
}

void TestRabbitMqServers::aloneIsAll()
{
    QFETCH(QByteArray, role);
    QFETCH(bool, hasRedis);
    QFETCH(QByteArray, database);
    QFETCH(QByteArray, problem);
    ServerProcess server;
    const auto outcome = server.runToEnd(
        {{"SIGNALBOX_ROLE", role}, {"DATABASE_URL", database}, {"REDIS_HOST", hasRedis ? "127.0.0.1" : ""}}, {});
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY2(outcome.log.contains(problem), outcome.log.constData());
}

void TestRabbitMqServers::tls()
{
    const TlsFiles files;
    const TlsFiles others;
    RabbitServer secure;
    secure.setTls(files.certificateFile(), files.keyFile());
    QVERIFY(secure.start());
    const QByteArray address = "guest:guest@localhost:" + QByteArray::number(secure.port()) + '/';

    RabbitHouse trusting(secure);
    trusting.set("RABBITMQ_URL", "amqps://" + address);
    trusting.set("SIGNALBOX_RABBITMQ_TLS_CA_FILE", files.certificateFile().toUtf8());
    QVERIFY(trusting.start());
    RabbitHouse doubting(secure);
    doubting.set("RABBITMQ_URL", "amqps://" + address);
    doubting.set("SIGNALBOX_RABBITMQ_TLS_CA_FILE", others.certificateFile().toUtf8());
    QVERIFY(doubting.start("down"));
    QVERIFY2(doubting.message().contains("SSL"), doubting.message().constData());
    RabbitHouse wrongName(secure);
    wrongName.set("RABBITMQ_URL", "amqps://guest:guest@127.0.0.1:" + QByteArray::number(secure.port()) + '/');
    wrongName.set("SIGNALBOX_RABBITMQ_TLS_CA_FILE", files.certificateFile().toUtf8());
    QVERIFY(wrongName.start("down"));
    RabbitHouse plain(secure);
    plain.set("RABBITMQ_URL", "amqp://" + address);
    QVERIFY(plain.start("down"));
    RabbitHouse secureToPlain(m_rabbit);
    secureToPlain.set("RABBITMQ_URL", "amqps://guest:guest@localhost:" + QByteArray::number(m_rabbit.port()) + '/');
    QVERIFY(secureToPlain.start("down"));
    qInfo() << doubting.message() << wrongName.message() << plain.message() << secureToPlain.message();
}

QTEST_GUILESS_MAIN(TestRabbitMqServers)
#include "tst_rabbitmqservers.moc"
