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
    void cannotBecomeEvents_data();
    void cannotBecomeEvents();
    void deadLetterKeepsItsMessage();
    void floodOfNonsenseStopsNothing();
    void secondServerSharesTheQueues();

private:
    RabbitServer m_rabbit;
    std::unique_ptr<AmqpClient> m_amqp;
    std::unique_ptr<RabbitHouse> m_house; ///< of a table of cases
};

void TestRabbitMq::init()
{
    if (m_house && QTest::currentTestFunction() == "cannotBecomeEvents"_ba)
        return;
    m_house.reset();
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
    const QByteArray envelope =
        cloudEvent("deal.updated", R"({"deal_id":"d1","changes":{},"updated_at":"t","version":3})", "by-the-envelope");
    m_amqp->send("crm.domain", envelope);
    m_amqp->send("crm.domain", envelope);
    m_amqp->send("crm.domain", queuedDeal(4), "last");
    QVERIFY(waitForText(*deals, "\"version\":4"));
    QCOMPARE(deals->body().count("\"version\":1"), 1);
    QCOMPARE(deals->body().count("\"version\":2"), 0);
    QCOMPARE(deals->body().count("\"version\":3"), 1);
    AmqpClient::Message dead;
    QVERIFY(takeDead(*m_amqp, &dead));
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

void TestRabbitMq::cannotBecomeEvents_data()
{
    QTest::addColumn<QByteArray>("queue");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("reason");
    QTest::addColumn<QByteArray>("field");
    const auto row = [](const char* name, const char* queue, const QByteArray& body, const char* reason,
                        const char* at = "") {
        QTest::newRow(name) << QByteArray(queue) << body << QByteArray(reason) << QByteArray(at);
    };
    row("nothing", "crm.domain", "", "bad_json");
    row("garbage", "crm.domain", "\x1f\x8b\x08 not JSON at all", "bad_json");
    row("binary", "chat.message.sent", QByteArray("\0\xff\xfe\0\x01", 5), "bad_json");
    row("cut off", "crm.domain", queuedDeal(1).chopped(3), "bad_json");
    row("array", "crm.domain", "[1,2]", "bad_json");
    row("number", "chat.message.sent", "17", "bad_json");
    row("named twice", "crm.domain", R"({"type":"deal.created","type":"deal.updated","data":{}})", "bad_json");
    row("too deep", "crm.domain", QByteArray(5000, '[') + QByteArray(5000, ']'), "bad_json");
    row("no type", "crm.domain", R"({"data":{"deal_id":"d1"}})", "invalid_field", "type");
    row("type of no string", "crm.domain", R"({"type":17,"data":{}})", "invalid_field", "type");
    row("unknown event", "crm.domain", cloudEvent("deal.exploded", "{}"), "unknown_event", "event");
    row("wrong type of a field", "crm.domain",
        cloudEvent("deal.updated", R"({"deal_id":"d1","changes":"none","updated_at":"t","version":1})"),
        "invalid_field", "data.changes");
    row("missing field", "tasks.events", cloudEvent("task.reminder", R"({"task_id":"t"})"), "invalid_field",
        "data.remind_at");
    row("only the server says it", "crm.domain", cloudEvent("warning", R"({"code":"x"})"), "invalid_field", "event");
    row("chat without a session", "chat.message.sent",
        R"({"type":"chat.message","data":{"id":1,"sender_type":"ai","body":"b","created_at":"n"}})", "invalid_field",
        "session_id");
    row("chat with a wrong session", "chat.message.sent", queuedChat(1, "a,b"), "unknown_channel");
    row("giant", "crm.domain", '"' + QByteArray(2'000'000, 'x') + '"', "payload_too_large");
}

void TestRabbitMq::cannotBecomeEvents()
{
    QFETCH(QByteArray, queue);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, reason);
    QFETCH(QByteArray, field);
    if (!m_house) {
        m_house = std::make_unique<RabbitHouse>(m_rabbit);
        QVERIFY(m_house->start());
    }
    const double before = m_house->dropped(reason);
    m_amqp->send(queue, body, "the-id");
    AmqpClient::Message dead;
    QVERIFY(takeDead(*m_amqp, &dead));
    QCOMPARE(dead.headers["x-signalbox-reason"], reason);
    QCOMPARE(dead.headers["x-signalbox-field"], field);
    QCOMPARE(dead.headers["x-signalbox-queue"], queue);
    QCOMPARE(dead.body, body);
    QCOMPARE(m_house->dropped(reason), before + 1);
    const QByteArray line = "a message of the queue \"" + queue + "\" became a dead letter: " + reason;
    QTRY_VERIFY_WITH_TIMEOUT(m_house->server().log().contains(line), kRabbitPatienceMs);
}

void TestRabbitMq::deadLetterKeepsItsMessage()
{
    RabbitHouse house(m_rabbit);
    QVERIFY(house.start());
    AmqpClient::Message message;
    message.body = "{}";
    message.id = "id-1";
    message.headers = {{"traceparent", "00-1-2"}, {"x-signalbox-reason", "from a former time"}};
    message.headers.insert("long", QByteArray(120'000, 'h')); // leaves no room in a frame for ours
    m_amqp->send("crm.domain", message);
    message.headers.remove("long");
    m_amqp->send("crm.domain", message);
    AmqpClient::Message dead;
    QVERIFY(takeDead(*m_amqp, &dead));
    QCOMPARE(dead.headers["x-signalbox-reason"], "invalid_field");
    QVERIFY(takeDead(*m_amqp, &dead));
    QCOMPARE(dead.headers["x-signalbox-reason"], "invalid_field");
    QCOMPARE(dead.headers["traceparent"], "00-1-2");
    QCOMPARE(dead.headers["x-signalbox-routing-key"], "crm.domain");
    QCOMPARE(dead.headers["x-signalbox-redelivered"], "false");
    QCOMPARE(dead.id, "id-1");
    QCOMPARE(dead.body, "{}");
}

void TestRabbitMq::floodOfNonsenseStopsNothing()
{
    RabbitHouse house(m_rabbit);
    QVERIFY(house.start());
    const auto deals = house.stream("deals");
    QVERIFY(deals);
    constexpr int kBad = 3000;
    for (int i = 0; i < kBad; ++i)
        m_amqp->send("crm.domain", QByteArray("nonsense"));
    for (int i = 0; i < 30; ++i)
        m_amqp->send("crm.domain", QByteArray(1'500'000, ' '));
    m_amqp->send("crm.domain", queuedDeal(5));
    QVERIFY(waitForText(*deals, "\"version\":5"));
    QTRY_COMPARE_WITH_TIMEOUT(m_amqp->count("signalbox.dead"), kBad + 30, kRabbitPatienceMs);
    QCOMPARE(house.dropped("bad_json"), kBad);
    QVERIFY(house.server().log().count("became a dead letter") < 1000);
}

void TestRabbitMq::secondServerSharesTheQueues()
{
    RabbitHouse one(m_rabbit);
    RabbitHouse two(m_rabbit);
    for (RabbitHouse* house : {&one, &two}) {
        house->set("SIGNALBOX_RABBITMQ_PREFETCH", "10");
        QVERIFY(house->start());
    }
    const auto here = one.stream("deals");
    const auto there = two.stream("deals");
    QVERIFY(here && there);
    constexpr int kMessages = 400;
    for (int i = 0; i < kMessages; ++i)
        m_amqp->send("crm.domain", queuedDeal(i));
    const auto count = [](SseClient& client) {
        client.connection().waitForText("what never comes", 10); // reads on
        return client.body().count("event: deal.updated");
    };
    QTRY_COMPARE_WITH_TIMEOUT(count(*here) + count(*there), kMessages, kRabbitPatienceMs);
    QVERIFY(count(*here) > 0);
    QVERIFY(count(*there) > 0);
}

QTEST_GUILESS_MAIN(TestRabbitMq)
#include "tst_rabbitmq.moc"
