// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "redis/redisbroker.h"

#include <QTest>

namespace signalbox::test {

/// One of several servers on a Redis: a broker and what it told its house.
class RedisHouse final : public BrokerSink
{
public:
    static constexpr int kPatienceMs = 30'000;

    RedisHouse(const RedisAddress& address, const QByteArray& prefix, RedisFeed::Settings feed = {},
               RedisBroker::Limits limits = {})
        : m_broker(m_clock, address, prefix, limits, feed)
    {
        m_broker.setSink(this);
        m_broker.start();
    }

    RedisBroker& broker() { return m_broker; }
    bool waitUntilUp()
    {
        return QTest::qWaitFor([this] { return m_broker.state().isUp; }, kPatienceMs);
    }
    bool waitUntilDown()
    {
        return QTest::qWaitFor([this] { return !m_broker.state().isUp; }, kPatienceMs);
    }
    bool waitForEvents(qsizetype count)
    {
        return QTest::qWaitFor([this, count] { return m_data.size() >= count; }, kPatienceMs);
    }
    /// The data of what was delivered, in order.
    const QByteArrayList& data() const { return m_data; }
    const QByteArrayList& lost() const { return m_lost; }
    /// How much had been delivered when that was told.
    const QList<qsizetype>& lostAt() const { return m_lostAt; }

    Result<Published> publish(const std::vector<QByteArray>& channels, const QByteArray& data,
                              const QByteArray& key = {})
    {
        const auto answer = std::make_shared<std::optional<Result<Published>>>();
        m_broker.publish({"chat.message", 1, data, channels, {}, key},
                         [answer](Result<Published> result) { answer->emplace(std::move(result)); });
        return waitFor(answer);
    }
    Result<Replay> replay(const std::vector<QByteArray>& channels, const std::optional<Position>& since)
    {
        const auto answer = std::make_shared<std::optional<Result<Replay>>>();
        m_broker.replay(channels, since, [answer](Result<Replay> result) { answer->emplace(std::move(result)); });
        return waitFor(answer);
    }

private:
    template <typename T> T waitFor(const std::shared_ptr<std::optional<T>>& answer)
    {
        if (!QTest::qWaitFor([&] { return answer->has_value(); }, kPatienceMs))
            qFatal("No answer came.");
        return **answer;
    }
    void brokerEvent(const EventPtr& event) override { m_data.append(event->data); }
    void channelLost(const QByteArray& channel) override
    {
        m_lost.append(channel);
        m_lostAt.append(m_data.size());
    }

    SystemClock m_clock;
    QByteArrayList m_data;
    QByteArrayList m_lost;
    QList<qsizetype> m_lostAt;
    RedisBroker m_broker;
};

} // namespace signalbox::test
