// SPDX-License-Identifier: GPL-3.0-or-later
// RedisFeed's reading of what was missed: from the streams, for all channels, before anything newer is delivered.
#include "config/logging.h"
#include "redis/redisevent.h"
#include "redis/redisfeed.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr size_t kHealAtOnce = 200;
constexpr int kHealAgainMs = 1000;

} // namespace

/// Several batches of channels, each read at a moment of its own.
struct RedisFeed::Healing
{
    struct Top
    {
        QByteArray channel;
        Position position;
        bool isWhole = false;
    };
    size_t missing = 0; ///< answers
    bool failed = false;
    std::optional<Position> upTo; ///< where the log stood at the first batch
    std::vector<Top> tops;
    std::vector<std::shared_ptr<Event>> events;

    void take(const std::vector<QByteArray>& channels, const RedisReply& reply);
};

void RedisFeed::Healing::take(const std::vector<QByteArray>& channels, const RedisReply& reply)
{
    const Position log{reply.at(0).text, reply.at(1).text.toULongLong()};
    failed =
        failed || !reply.isArray() || reply.at(2).items.size() != channels.size() || (upTo && upTo->epoch != log.epoch);
    if (failed)
        return;
    if (!upTo)
        upTo = log;
    for (size_t i = 0; i < channels.size(); ++i) {
        const RedisReply& top = reply.at(2).at(i);
        tops.push_back({channels[i], {top.at(0).text, top.at(1).text.toULongLong()}, top.at(2).integer == 1});
    }
    for (const RedisReply& entry : reply.at(3).items) {
        const auto head = parseRedisHead(entry.at(0).text);
        if (auto event = head ? eventOfRedis(*head, entry.at(1).text) : nullptr)
            events.push_back(std::move(event));
    }
}

/// Reads everything after the last event that was delivered, of all channels.
void RedisFeed::heal()
{
    if (m_state != State::Behind || !m_hasCommands || m_healing || m_againTimer.isActive())
        return;
    m_healing = std::make_shared<Healing>();
    std::vector<std::vector<QByteArray>> batches(1);
    for (const QByteArray& channel : m_order) {
        if (batches.back().size() >= kHealAtOnce)
            batches.emplace_back();
        batches.back().push_back(channel);
    }
    m_healing->missing = batches.size();
    const auto healing = m_healing;
    for (const std::vector<QByteArray>& batch : batches) {
        RedisConnection::Words words{"0", m_delivered.epoch, QByteArray::number(m_delivered.offset),
                                     QByteArray::number(batch.size())};
        for (const QByteArray& channel : batch) {
            words.push_back(channel);
            words.push_back(RedisScripts::freshEpoch());
        }
        m_scripts.run(RedisScripts::Script::Replay, words, [this, healing, batch](const Result<RedisReply>& reply) {
            if (reply && !reply->isError())
                healing->take(batch, *reply);
            else
                healing->failed = true;
            if (--healing->missing == 0 && healing == m_healing)
                healed(healing);
        });
    }
}

void RedisFeed::healed(const std::shared_ptr<Healing>& healing)
{
    m_healing.reset();
    if (healing->failed) {
        m_againTimer.start(kHealAgainMs);
        return;
    }
    const Position upTo = *healing->upTo;
    auto& events = healing->events;
    std::sort(events.begin(), events.end(),
              [](const auto& a, const auto& b) { return a->cursor.memory.offset < b->cursor.memory.offset; });
    const auto isRepeated = [](const auto& a, const auto& b) { return a->cursor.memory == b->cursor.memory; };
    events.erase(std::unique(events.begin(), events.end(), isRepeated), events.end());
    const bool isSameLog = m_delivered.epoch == upTo.epoch;
    m_delivered.epoch = upTo.epoch;
    for (const auto& event : events) {
        if (event->cursor.memory.offset <= upTo.offset)
            deliver(event);
    }
    m_delivered = upTo;
    takeTops(*healing, upTo);
    m_isProbeDue = false;
    setState(State::Live);
    if (!isSameLog)
        qCWarning(logRedis) << "Redis has lost its log: every channel begins anew";
    drain();
}

/// Where the channels stood at the first batch: before what came between it and their own.
void RedisFeed::takeTops(const Healing& healing, const Position& upTo)
{
    QHash<QByteArray, quint64> firstLater;
    for (const auto& event : healing.events) {
        if (event->cursor.memory.offset <= upTo.offset)
            continue;
        for (const Placement& at : event->placements) {
            if (!firstLater.contains(at.channel))
                firstLater.insert(at.channel, at.position.offset);
        }
    }
    for (const Healing::Top& top : healing.tops) {
        const auto channel = m_channels.find(top.channel);
        if (channel == m_channels.end())
            continue;
        const auto later = firstLater.constFind(top.channel);
        channel->place = Position{top.position.epoch, later == firstLater.cend() ? top.position.offset : *later - 1};
        if (!top.isWhole)
            m_lost(top.channel);
    }
}

} // namespace signalbox
