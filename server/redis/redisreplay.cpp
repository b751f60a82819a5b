// SPDX-License-Identifier: GPL-3.0-or-later
// RedisBroker's answers to who resumes.
#include "redis/redisbroker.h"
#include "redis/redisevent.h"

#include <algorithm>

namespace signalbox {

namespace {

bool isOfChannels(const Event& event, const std::vector<QByteArray>& channels)
{
    return std::any_of(event.placements.begin(), event.placements.end(), [&](const Placement& at) {
        return std::find(channels.begin(), channels.end(), at.channel) != channels.end();
    });
}

} // namespace

/// First the channels are listened to, then their history is read.
void RedisBroker::replay(const std::vector<QByteArray>& channels, const std::optional<Position>& since, ReplayDone done)
{
    const auto asked = std::make_shared<Asked>(Asked{channels, since.has_value(), std::move(done)});
    m_feed.whenListening(channels, [this, asked, since](bool isUp) {
        if (isUp && m_isGreeted)
            ask(asked, since);
        else
            asked->done(Error(ErrorCode::Unavailable, QStringLiteral("Redis cannot be reached.")));
    });
}

void RedisBroker::ask(const std::shared_ptr<Asked>& asked, const std::optional<Position>& since)
{
    asked->firstRecent = m_recentBegin + m_recent.size();
    m_asked.push_back(asked);
    RedisConnection::Words words{"1", since ? since->epoch : QByteArray(),
                                 QByteArray::number(since ? since->offset : 0),
                                 QByteArray::number(asked->channels.size())};
    for (const QByteArray& channel : asked->channels) {
        words.push_back(channel);
        words.push_back(RedisScripts::freshEpoch());
    }
    m_scripts.run(RedisScripts::Script::Replay, words, [this, asked](const Result<RedisReply>& reply) {
        replayed(*asked, reply);
        std::erase(m_asked, asked);
        forgetRecent();
    });
}

void RedisBroker::forgetRecent()
{
    const quint64 needed = m_asked.empty() ? ~quint64{0} : m_asked.front()->firstRecent;
    while (!m_recent.empty() && m_recentBegin < needed) {
        m_recent.pop_front();
        ++m_recentBegin;
    }
}

void RedisBroker::replayed(Asked& asked, const Result<RedisReply>& reply)
{
    if (!reply) {
        asked.done(reply.error());
        return;
    }
    if (reply->isError() || reply->at(2).items.size() != asked.channels.size()) {
        refused(reply->text);
        asked.done(Error(ErrorCode::Unavailable, QStringLiteral("Redis does not give its history at present.")));
        return;
    }
    Replay replay;
    replay.recovered = !asked.hasSince || reply->at(4).integer == 1;
    replay.cursor.memory = {reply->at(0).text, reply->at(1).text.toULongLong()};
    noteLog(replay.cursor.memory);
    for (size_t i = 0; i < asked.channels.size(); ++i) {
        const RedisReply& top = reply->at(2).at(i);
        replay.tops.push_back({asked.channels[i], {top.at(0).text, top.at(1).text.toULongLong()}});
    }
    for (const RedisReply& entry : reply->at(3).items) {
        const auto head = parseRedisHead(entry.at(0).text);
        const auto event = head ? eventOfRedis(*head, entry.at(1).text) : nullptr;
        if (event) {
            if (m_journal.epoch.isEmpty())
                event->cursor.journal = {};
            replay.events.push_back(event);
        } else {
            replay.recovered = false; // never a hole
        }
    }
    std::sort(replay.events.begin(), replay.events.end(),
              [](const EventPtr& a, const EventPtr& b) { return a->cursor.memory.offset < b->cursor.memory.offset; });
    if (!replay.recovered)
        replay.events.clear();
    addRecent(asked, replay);
    asked.done(std::move(replay));
}

/// What was delivered between the reading and this answer came by the other connection: the answer is not older than
/// what its asker has seen.
void RedisBroker::addRecent(const Asked& asked, Replay& replay) const
{
    for (size_t i = asked.firstRecent - m_recentBegin; i < m_recent.size(); ++i) {
        const EventPtr& event = m_recent[i];
        const Position& at = event->cursor.memory;
        if (at.epoch != replay.cursor.memory.epoch || at.offset <= replay.cursor.memory.offset ||
            !isOfChannels(*event, asked.channels))
            continue;
        for (ChannelTop& top : replay.tops) {
            for (const Placement& place : event->placements) {
                if (place.channel == top.channel)
                    top.position = place.position;
            }
        }
        replay.cursor.memory = at;
        if (asked.hasSince && replay.recovered)
            replay.events.push_back(event);
    }
}

} // namespace signalbox
