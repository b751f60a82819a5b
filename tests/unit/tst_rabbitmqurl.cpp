// SPDX-License-Identifier: GPL-3.0-or-later
// RabbitMQ's address and queues as they stand in the settings; what is wrong is said without a password.
// links: server_config
#include "config/rabbitmqurl.h"
#include "config/settingstable.h"

#include <QTest>

using namespace signalbox;

class TestRabbitMqUrl : public QObject
{
    Q_OBJECT

private slots:
    void understands_data();
    void understands();
    void refuses_data();
    void refuses();
    void defaultQueues();
    void bindings();
    void refusesQueues_data();
    void refusesQueues();
};

void TestRabbitMqUrl::understands_data()
{
    QTest::addColumn<QByteArray>("url");
    QTest::addColumn<QByteArrayList>("parts"); // host, port, user, password, vhost
    const auto row = [](const char* url, const QByteArrayList& parts) {
        QTest::newRow(url) << QByteArray(url) << parts;
    };
    row("amqp://host", {"host", "5672", "guest", "guest", "/"});
    row("amqps://host", {"host", "5671", "guest", "guest", "/"});
    row("amqp://host/", {"host", "5672", "guest", "guest", "/"});
    row("amqp://u:p@host:1234/crm", {"host", "1234", "u", "p", "crm"});
    row("amqp://u@host", {"host", "5672", "u", "", "/"});
    row("amqp://u%40d:p%2F%3A%25@host/%2F", {"host", "5672", "u@d", "p/:%", "/"});
    row("amqp://u:p@w@host/a%20b", {"host", "5672", "u", "p@w", "a b"});
    row("amqps://u:p@[::1]:5673/v", {"::1", "5673", "u", "p", "v"});
    row("amqp://[fe80::1]", {"fe80::1", "5672", "guest", "guest", "/"});
}

void TestRabbitMqUrl::understands()
{
    QFETCH(QByteArray, url);
    QFETCH(QByteArrayList, parts);
    const auto address = parseRabbitMqUrl(url);
    QVERIFY2(address.ok(), address.ok() ? "" : qPrintable(address.error().text()));
    const QByteArrayList found{address->host, QByteArray::number(address->port), address->username, address->password,
                               address->vhost};
    QCOMPARE(found, parts);
    QCOMPARE(address->isTls, url.startsWith("amqps"));
}

void TestRabbitMqUrl::refuses_data()
{
    QTest::addColumn<QByteArray>("url");
    for (const char* url : {"",
                            "host",
                            "http://host",
                            "amqp:/host",
                            "AMQP://host",
                            "amqp://",
                            "amqp://u:secretword@",
                            "amqp:///vhost",
                            "amqp://host:0",
                            "amqp://host:65536",
                            "amqp://host:secretword",
                            "amqp://host:-1",
                            "amqp://u:%zz@host",
                            "amqp://u:secretword%2@host",
                            "amqp://u:secretword%00@host",
                            "amqp://host/a/b",
                            "amqp://host/%",
                            "amqp://a b/",
                            "amqp://host/v?heartbeat=5",
                            "amqp://host/v#part",
                            "amqp://[]"})
        QTest::newRow(*url ? url : "nothing") << QByteArray(url);
    QTest::newRow("long user") << "amqp://" + QByteArray(300, 'u') + ":secretword@host";
}

void TestRabbitMqUrl::refuses()
{
    QFETCH(QByteArray, url);
    const auto address = parseRabbitMqUrl(url);
    QVERIFY(!address);
    QCOMPARE(address.error().code, ErrorCode::InvalidField);
    QCOMPARE(address.error().field, "rabbitmq/url");
    QVERIFY(!address.error().text().isEmpty());
    QVERIFY(!address.error().text().contains(QStringLiteral("secretword")));
}

void TestRabbitMqUrl::defaultQueues()
{
    const RabbitMqSettings settings = defaultSettings().rabbitmq;
    const auto queues = parseRabbitMqQueues(settings.queues, settings.bindings);
    QVERIFY(queues.ok());
    const std::vector<RabbitMqQueue> expected{{"chat.message.sent", "staff", true, {}},
                                              {"chat.session.updated", "staff", true, {}},
                                              {"crm.domain", "stream:deals", false, {}},
                                              {"tasks.events", "stream:tasks", false, {}},
                                              {"notifications.internal", "stream:notifications", false, {}},
                                              {"payments.status", "stream:payments", false, {}}};
    QVERIFY(*queues == expected);
}

void TestRabbitMqUrl::bindings()
{
    const auto queues = parseRabbitMqQueues({"a = deals", "b=c=chat"}, {"a=crm.events/deal.#", "a=x/", "b=c=y/k/1"});
    QVERIFY(queues.ok());
    const std::vector<RabbitMqQueue> expected{{"a", "stream:deals", false, {{"crm.events", "deal.#"}, {"x", ""}}},
                                              {"b=c", "staff", true, {{"y", "k/1"}}}};
    QVERIFY(*queues == expected);
}

void TestRabbitMqUrl::refusesQueues_data()
{
    QTest::addColumn<QByteArrayList>("queues");
    QTest::addColumn<QByteArrayList>("bindings");
    QTest::addColumn<QByteArray>("field");
    const auto row = [](const char* name, const QByteArrayList& queues, const QByteArrayList& bindings) {
        QTest::newRow(name) << queues << bindings
                            << (bindings.isEmpty() ? QByteArray("rabbitmq/queues") : QByteArray("rabbitmq/bindings"));
    };
    row("no sign", {"crm.domain"}, {});
    row("no name", {"=deals"}, {});
    row("feeds nothing", {"crm.domain="}, {});
    row("feeds the unknown", {"crm.domain=weather"}, {});
    row("stands twice", {"a=deals", "a=tasks"}, {});
    row("long name", {QByteArray(256, 'q') + "=deals"}, {});
    row("bound without a key", {"a=deals"}, {"a=exchange"});
    row("bound to nothing", {"a=deals"}, {"a=/key"});
    row("unknown queue bound", {"a=deals"}, {"b=exchange/key"});
}

void TestRabbitMqUrl::refusesQueues()
{
    QFETCH(QByteArrayList, queues);
    QFETCH(QByteArrayList, bindings);
    const auto read = parseRabbitMqQueues(queues, bindings);
    QVERIFY(!read);
    QTEST(read.error().field, "field");
}

QTEST_GUILESS_MAIN(TestRabbitMqUrl)
#include "tst_rabbitmqurl.moc"
