// SPDX-License-Identifier: GPL-3.0-or-later
// What services publish through a real RabbitMQ reaches WebSocket and SSE, once and in order; what cannot becomes a
// dead letter that says why.
#include "integration/rabbithouse.h"

using namespace signalbox;
using namespace signalbox::test;
using namespace Qt::StringLiterals;

class TestRabbitMq final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { QVERIFY(m_rabbit.start()); }
    void init();
    void everyQueueIsDelivered();
    void orderOfAQueueIsKept();
    void messageIdIsDeliveredOnce();
    void boundToTopicExchange();

private:
    RabbitServer m_rabbit;
    std::unique_ptr<AmqpClient> m_amqp;
};

void TestRabbitMq::init()
{
    m_amqp = std::make_unique<AmqpClient>(m_rabbit.port());
    for (const QByteArray& queue : defaultQueues())
        m_amqp->remove(queue);
    m_amqp->remove("signalbox.dead");
    QVERIFY(!m_amqp->failed());
}

void TestRabbitMq::everyQueueIsDelivered()
{
    RabbitHouse house(m_rabbit);
    QVERIFY(house.start());
    const auto guest = house.guest();
    QVERIFY(guest);
    const auto staff = std::make_unique<SseClient>(
        house.server().port(), "/channel/sse?type=staff&access_token=" + ServerProcess::jwt(Role::Operator, "anna"));
    QVERIFY(staff->connection().waitForText("connection.established", kRabbitPatienceMs));
    const auto deals = house.stream("deals");
    const auto tasks = house.stream("tasks");
    const auto notifications = house.stream("notifications");
    const auto payments = house.stream("payments");
    QVERIFY(deals && tasks && notifications && payments);

    m_amqp->send("chat.message.sent", queuedChat(1));
    m_amqp->send("chat.session.updated",
                 R"({"type":"chat.session.assigned","session_id":"x17","data":{"assigned_user_id":5}})");
    m_amqp->send("crm.domain", queuedDeal(7));
    AmqpClient::Message bare;
    bare.body = R"({"task_id":"t-1","remind_at":"2025-11-08T10:30:11Z","channel":"sse"})";
    bare.type = "task.reminder";
    m_amqp->send("tasks.events", bare);
    m_amqp->send("notifications.internal",
                 cloudEvent("notification.read", R"({"notification_id":"n-1","read_at":"2025-11-08T10:30:11Z"})"));
    m_amqp->send("payments.status",
                 cloudEvent("payment.overdue", R"({"payment_id":"p-1","deal_id":"d1","due_date":"d","amount":12.5})"));
    QVERIFY(!m_amqp->failed());

    QVERIFY(guest->waitForText("chat.session.assigned", kRabbitPatienceMs));
    QVERIFY(guest->waitForText("\"body\":\"hello\"", kRabbitPatienceMs));
    QVERIFY(waitForText(*staff, "chat.session.assigned"));
    QVERIFY(waitForText(*staff, "\"body\":\"hello\""));
    QVERIFY(waitForText(*deals, "event: deal.updated"));
    QVERIFY(waitForText(*tasks, "event: task.reminder"));
    QVERIFY(waitForText(*notifications, "event: notification.read"));
    QVERIFY(waitForText(*payments, "event: payment.overdue"));
    house.server().stop();
    for (const QByteArray& queue : defaultQueues())
        QCOMPARE(m_amqp->count(queue), 0); // acknowledged: otherwise they were back
}

void TestRabbitMq::orderOfAQueueIsKept()
{
    RabbitHouse house(m_rabbit);
    QVERIFY(house.start());
    const auto deals = house.stream("deals");
    QVERIFY(deals);
    constexpr int kMessages = 2000;
    for (int i = 1; i <= kMessages; ++i)
        m_amqp->send("crm.domain", queuedDeal(i), "id-" + QByteArray::number(i));
    const auto versions = [](const QList<SseEvent>& events) {
        QList<int> found;
        for (const SseEvent& event : events) {
            if (event.type == "deal.updated")
                found.append(json(event.data).value(u"version"_s).toInt());
        }
        return found;
    };
    const auto events = deals->waitForEvents(
        [&](const QList<SseEvent>& all) { return versions(all).size() >= kMessages; }, kRabbitPatienceMs);
    QList<int> expected;
    for (int i = 1; i <= kMessages; ++i)
        expected.append(i);
    QCOMPARE(versions(events), expected);
}

void TestRabbitMq::messageIdIsDeliveredOnce()
{
    RabbitHouse house(m_rabbit);
    QVERIFY(house.start());
    const auto deals = house.stream("deals");
    QVERIFY(deals);
    m_amqp->send("crm.domain", queuedDeal(1), "same");
    m_amqp->send("crm.domain", queuedDeal(1), "same");
    m_amqp->send("crm.domain", queuedDeal(2), "same"); // other content under the same id
    const QByteArray envelope = cloudEvent("deal.updated", R"({"deal_id":"d1","changes":{},"updated_at":"t","version":3})",
                                           "by-the-envelope");
    m_amqp->send("crm.domain", envelope);
    m_amqp->send("crm.domain", envelope);
    m_amqp->send("crm.domain", queuedDeal(4), "last");
    QVERIFY(waitForText(*deals, "\"version\":4"));
    QCOMPARE(deals->body().count("\"version\":1"), 1);
    QCOMPARE(deals->body().count("\"version\":2"), 0);
    QCOMPARE(deals->body().count("\"version\":3"), 1);
    AmqpClient::Message dead;
    QTRY_VERIFY_WITH_TIMEOUT(m_amqp->take("signalbox.dead", &dead), kRabbitPatienceMs);
    QCOMPARE(dead.headers["x-signalbox-reason"], "idempotency_conflict");
    QCOMPARE(dead.id, "same");
    QCOMPARE(dead.body, queuedDeal(2));
}

void TestRabbitMq::boundToTopicExchange()
{
    m_amqp->declareExchange("crm.events");
    RabbitHouse house(m_rabbit);
    house.set("SIGNALBOX_RABBITMQ_BINDINGS", "crm.domain=crm.events/deal.#,payments.status=crm.events/payment.#");
    QVERIFY(house.start());
    const auto deals = house.stream("deals");
    const auto payments = house.stream("payments");
    QVERIFY(deals && payments);
    // The data alone, named by the routing key.
    m_amqp->send("deal.journal.appended",
                 {R"({"deal_id":"d1","entry_id":"e","author_id":"a","text":"t","created_at":"c"})", {}, {}, {}, false},
                 "crm.events");
    m_amqp->send("payment.overdue",
                 {R"({"payment_id":"p-1","deal_id":"d1","due_date":"d","amount":12.5})", {}, {}, {}, false},
                 "crm.events");
    QVERIFY(!m_amqp->failed());
    QVERIFY(waitForText(*deals, "event: deal.journal.appended"));
    QVERIFY(waitForText(*payments, "event: payment.overdue"));
}

QTEST_GUILESS_MAIN(TestRabbitMq)
#include "tst_rabbitmq.moc"
