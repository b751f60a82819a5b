// SPDX-License-Identifier: GPL-3.0-or-later
// How many messages of RabbitMQ one server consumes, publishes and acknowledges a second, and whether any is lost or
// doubled when it is killed in the middle. Everything real, on this machine.   bench_rabbitmq [MESSAGES [ROUNDS]]
#include "integration/rabbithouse.h"
#include "support/redisserver.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QThread>

#include <cstdio>

using namespace signalbox;
using namespace signalbox::test;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kBenchMs = 120'000;

/// Events that Redis has numbered in the channel.
int topOf(RedisServer& redis)
{
    return redis.cli({u"HGET"_s, u"{signalbox}:meta:stream:deals"_s, u"s"_s}).toInt();
}

int published(RabbitHouse& house)
{
    const Exposition metrics(get(house.server().managementPort(), "/metrics").body);
    return static_cast<int>(metrics.value("signalbox_events_total", {{"name", "deal.updated"}}).value_or(0));
}

bool waitFor(const std::function<bool()>& enough)
{
    QElapsedTimer timer;
    timer.start();
    while (!enough()) {
        if (timer.elapsed() > kBenchMs)
            return false;
        QThread::msleep(50); // asking costs the server's processor time
    }
    return true;
}

/// Messages lie ready when the server starts; the clock runs from the first that is published to the last.
bool measure(RabbitServer& rabbit, int messages, bool withRedis, bool withKill)
{
    RedisServer redis;
    AmqpClient amqp(rabbit.port());
    amqp.remove("crm.domain");
    amqp.declare("crm.domain");
    for (int i = 1; i <= messages; ++i)
        amqp.send("crm.domain", queuedDeal(i), "m" + QByteArray::number(i));
    if (!waitFor([&] { return amqp.count("crm.domain") == messages; }) || (withRedis && !redis.start()))
        return false;
    RabbitHouse house(rabbit);
    house.set("SIGNALBOX_RABBITMQ_QUEUES", "crm.domain=deals");
    if (withRedis) {
        house.set("REDIS_HOST", "127.0.0.1");
        house.set("REDIS_PORT", QByteArray::number(redis.port()));
    }
    if (!house.start())
        return false;
    const auto count = [&] { return withRedis ? topOf(redis) : published(house); };
    if (!waitFor([&] { return count() > 0; }))
        return false;
    QElapsedTimer timer;
    timer.start();
    const int first = count();
    if (withKill) {
        waitFor([&] { return count() > messages / 2; });
        house.server().kill();
        if (!house.start())
            return false;
    }
    waitFor([&] { return count() >= messages && amqp.count("crm.domain") == 0; });
    const double seconds = static_cast<double>(timer.nsecsElapsed()) / 1e9;
    const int events = count();
    house.server().stop();
    const int left = amqp.count("crm.domain"); // what was not acknowledged has come back
    std::printf("%-6s %s  %8.0f messages/s  %d messages, %d events, %d not acknowledged\n",
                withRedis ? "redis" : "memory", withKill ? "kill -9" : "       ", (events - first) / seconds, messages,
                events, left);
    std::fflush(stdout);
    return events == messages && left == 0;
}

} // namespace

int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    const int messages = argc > 1 ? std::atoi(argv[1]) : 100'000;
    const int rounds = argc > 2 ? std::atoi(argv[2]) : 3;
    RabbitServer rabbit;
    bool isRight = rabbit.start();
    for (int i = 0; isRight && i < rounds; ++i)
        isRight = measure(rabbit, messages, false, false) && measure(rabbit, messages, true, false) &&
                  measure(rabbit, messages, true, true);
    return isRight ? 0 : 1;
}
