// SPDX-License-Identifier: GPL-3.0-or-later
// Queues that are gone, forbidden or others' are said in the health and on their streams, and the rest goes on;
// RabbitMQ itself is away, comes back, hangs.
#include "integration/rabbithouse.h"

using namespace signalbox;
using namespace signalbox::test;
using namespace Qt::StringLiterals;

class TestRabbitMqFaults final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { QVERIFY(m_rabbit.start()); }
    void init();
    void queueIsDeleted();
    void queueIsDeletedAndNotMadeAgain();
    void queueIsForbidden();
    void queueHasOtherArguments();
    void exchangeIsMissing();
    void wrongPassword();
    void unreachableAtFirst();
    void brokerIsRestarted();
    void brokerIsKilled();
    void brokerHangs();

private:
    RabbitServer m_rabbit;
    std::unique_ptr<AmqpClient> m_amqp;
};

void TestRabbitMqFaults::init()
{
    m_amqp = std::make_unique<AmqpClient>(m_rabbit.port());
    for (const QByteArray& queue : defaultQueues())
        m_amqp->remove(queue);
    m_amqp->remove("signalbox.dead");
    QVERIFY(!m_amqp->failed());
}

void TestRabbitMqFaults::queueIsDeleted()
{
    RabbitHouse house(m_rabbit);
    QVERIFY(house.start());
    const auto deals = house.stream("deals");
    QVERIFY(deals);
    m_amqp->remove("crm.domain");
    QTRY_VERIFY_WITH_TIMEOUT(house.server().log().contains("Queue crm.domain: RabbitMQ ended the delivery"),
                             kRabbitPatienceMs);
    QVERIFY(house.waitForState("ok")); // it was made again
    m_amqp->send("crm.domain", queuedDeal(8));
    QVERIFY(waitForText(*deals, "\"version\":8"));
}

void TestRabbitMqFaults::queueIsDeletedAndNotMadeAgain()
{
    for (const QByteArray& queue : defaultQueues())
        m_amqp->declare(queue);
    RabbitHouse house(m_rabbit);
    house.set("SIGNALBOX_RABBITMQ_DECLARE", "false");
    QVERIFY(house.start());
    const auto deals = house.stream("deals");
    const auto tasks = house.stream("tasks");
    QVERIFY(deals && tasks);
    m_amqp->remove("crm.domain");
    QVERIFY(house.waitForState("degraded", "404"));
    QVERIFY(waitForText(*deals, "source_unavailable"));
    m_amqp->send("tasks.events", cloudEvent("task.reminder",
                                            R"({"task_id":"t-1","remind_at":"2025-11-08T10:30:11Z","channel":"sse"})"));
    QVERIFY(waitForText(*tasks, "event: task.reminder"));
    QVERIFY(!tasks->body().contains("source_unavailable"));
    m_amqp->declare("crm.domain", true);
    QVERIFY(house.waitForState("ok"));
    m_amqp->send("crm.domain", queuedDeal(9));
    QVERIFY(waitForText(*deals, "\"version\":9"));
}

void TestRabbitMqFaults::queueIsForbidden()
{
    QVERIFY(m_rabbit.control({u"add_user"_s, u"limited"_s, u"secret-of-limited"_s}));
    const QString others = u"^(signalbox.*|chat.*|tasks.*|notifications.*|payments.*)$"_s;
    QVERIFY(m_rabbit.control({u"set_permissions"_s, u"limited"_s, others, others, others}));
    RabbitHouse house(m_rabbit);
    QByteArray url = m_rabbit.url();
    house.set("RABBITMQ_URL", url.replace("guest:guest", "limited:secret-of-limited"));
    QVERIFY(house.start("degraded"));
    QVERIFY(house.message().contains("403"));
    QVERIFY(house.message().contains("crm.domain"));
    QVERIFY(!house.message().contains("tasks.events"));
    const auto tasks = house.stream("tasks");
    QVERIFY(tasks);
    m_amqp->send("tasks.events", cloudEvent("task.reminder",
                                            R"({"task_id":"t-1","remind_at":"2025-11-08T10:30:11Z","channel":"sse"})"));
    QVERIFY(waitForText(*tasks, "event: task.reminder"));
    QVERIFY(m_rabbit.control({u"set_permissions"_s, u"limited"_s, u".*"_s, u".*"_s, u".*"_s}));
    QVERIFY(house.waitForState("ok"));
    QVERIFY(!house.server().log().contains("secret-of-limited"));
}

void TestRabbitMqFaults::queueHasOtherArguments()
{
    m_amqp->declare("crm.domain", true);
    RabbitHouse house(m_rabbit);
    QVERIFY(house.start("degraded"));
    QVERIFY(house.message().contains("406"));
    QVERIFY(house.message().contains("SIGNALBOX_RABBITMQ_DECLARE=false"));
    const auto deals = house.stream("deals");
    QVERIFY(deals);
    QVERIFY(waitForText(*deals, "source_unavailable"));
    m_amqp->remove("crm.domain");
    QVERIFY(house.waitForState("ok"));
}

void TestRabbitMqFaults::exchangeIsMissing()
{
    RabbitHouse house(m_rabbit);
    house.set("SIGNALBOX_RABBITMQ_BINDINGS", "crm.domain=later.events/deal.#");
    QVERIFY(house.start("degraded"));
    QVERIFY(house.message().contains("no exchange 'later.events'"));
    m_amqp->declareExchange("later.events");
    QVERIFY(house.waitForState("ok"));
}

void TestRabbitMqFaults::wrongPassword()
{
    RabbitHouse house(m_rabbit);
    QByteArray url = m_rabbit.url();
    house.set("RABBITMQ_URL", url.replace("guest:guest", "guest:not-the-password"));
    QVERIFY(house.start("down"));
    QVERIFY2(house.message().contains("ACCESS_REFUSED"), house.message().constData());
    QVERIFY(!house.message().contains("not-the-password"));
    QVERIFY(!house.server().log().contains("not-the-password"));
    const auto deals = house.stream("deals");
    QVERIFY(deals);
    QVERIFY(waitForText(*deals, "source_unavailable"));
    QCOMPARE(get(house.server().managementPort(), "/health/ready").status, 200);
}

void TestRabbitMqFaults::unreachableAtFirst()
{
    RabbitServer late;
    QVERIFY(late.start());
    late.kill();
    RabbitHouse house(late);
    QVERIFY(house.start("down"));
    QVERIFY2(house.message().contains("cannot be reached"), house.message().constData());
    QVERIFY(late.start());
    QVERIFY(house.waitForState("ok"));
}

void TestRabbitMqFaults::brokerIsRestarted()
{
    RabbitHouse house(m_rabbit);
    QVERIFY(house.start());
    const auto deals = house.stream("deals");
    QVERIFY(deals);
    for (int round = 0; round < 2; ++round) {
        m_amqp.reset();
        m_rabbit.stop();
        QVERIFY(house.waitForState("down"));
        QVERIFY(m_rabbit.start());
        QVERIFY(house.waitForState("ok"));
        m_amqp = std::make_unique<AmqpClient>(m_rabbit.port());
        const QByteArray number = QByteArray::number(100 + round);
        m_amqp->send("crm.domain", queuedDeal(100 + round), number);
        QVERIFY(waitForText(*deals, "\"version\":" + number));
    }
}

void TestRabbitMqFaults::brokerIsKilled()
{
    RabbitHouse house(m_rabbit);
    QVERIFY(house.start());
    const auto deals = house.stream("deals");
    QVERIFY(deals);
    constexpr int kMessages = 3000;
    for (int i = 1; i <= kMessages; ++i)
        m_amqp->send("crm.domain", queuedDeal(i), "killed-" + QByteArray::number(i));
    m_amqp->settle(); // RabbitMQ has them all; the message store writes within moments
    m_amqp.reset();
    m_rabbit.kill();
    QVERIFY(house.waitForState("down"));
    QVERIFY(m_rabbit.start());
    QVERIFY(house.waitForState("ok"));
    m_amqp = std::make_unique<AmqpClient>(m_rabbit.port());
    m_amqp->send("crm.domain", queuedDeal(kMessages + 1), "after");
    QVERIFY(waitForText(*deals, "\"version\":" + QByteArray::number(kMessages + 1)));
    // What RabbitMQ kept and what was consumed before comes in order, and nothing twice.
    int last = 0;
    for (const SseEvent& event : deals->events(0)) {
        if (event.type != "deal.updated")
            continue;
        const int number = json(event.data).value(u"version"_s).toInt();
        QVERIFY2(number > last, QByteArray::number(number).constData());
        last = number;
    }
}

void TestRabbitMqFaults::brokerHangs()
{
    RabbitHouse house(m_rabbit);
    house.set("SIGNALBOX_RABBITMQ_HEARTBEAT_SECONDS", "2");
    QVERIFY(house.start());
    const auto deals = house.stream("deals");
    QVERIFY(deals);
    m_rabbit.freeze();
    const bool isNoticed = house.waitForState("down");
    m_rabbit.thaw();
    QVERIFY(isNoticed);
    QVERIFY(house.waitForState("ok"));
    m_amqp = std::make_unique<AmqpClient>(m_rabbit.port());
    m_amqp->send("crm.domain", queuedDeal(77));
    QVERIFY(waitForText(*deals, "\"version\":77"));
}

QTEST_GUILESS_MAIN(TestRabbitMqFaults)
#include "tst_rabbitmqfaults.moc"
