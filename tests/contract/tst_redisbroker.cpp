// SPDX-License-Identifier: GPL-3.0-or-later
// The broker of several servers keeps the contract of all brokers on a real Redis, whose clock the test turns.
#include "contract/brokercontract.h"
#include "redis/redisbroker.h"
#include "support/redisserver.h"

#include <QTest>
#include <QUuid>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

class RedisWorld final : public BrokerWorld
{
public:
    RedisWorld(test::RedisServer& server, const Bounds& bounds)
        : m_server(server)
        , m_broker(m_clock, {u"127.0.0.1"_s, server.port(), {}, {}, 0, {}}, prefix(),
                   {bounds.eventsPerChannel, bounds.ageMs, bounds.idempotencyMs}, {})
    {
        m_broker.start();
        if (!QTest::qWaitFor([this] { return m_broker.state().isUp; }, 20'000))
            qFatal("The broker does not come up: %s", qPrintable(m_broker.state().message));
    }
    Broker& broker() override { return m_broker; }
    bool advance(qint64 ms) override
    {
        m_server.advance(ms);
        return true;
    }

private:
    static QByteArray prefix() { return "{" + QUuid::createUuid().toByteArray(QUuid::Id128) + "}"; }

    test::RedisServer& m_server;
    SystemClock m_clock;
    RedisBroker m_broker;
};

} // namespace

class TestRedisBroker final : public BrokerContract
{
    Q_OBJECT

public:
    explicit TestRedisBroker(test::RedisServer& server)
        : BrokerContract(
              [&server](const BrokerWorld::Bounds& bounds) { return std::make_unique<RedisWorld>(server, bounds); })
    {
    }
};

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    test::RedisServer server;
    server.setTurnable();
    if (!server.start())
        return 1;
    TestRedisBroker test(server);
    return QTest::qExec(&test, argc, argv);
}

#include "tst_redisbroker.moc"
