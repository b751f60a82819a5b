// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/memorybroker.h"

#include "core/idempotency.h"

#include <QRandomGenerator>
#include <QSet>

#include <algorithm>

namespace signalbox {

namespace {

QByteArray randomStem()
{
    return QByteArray::number(QRandomGenerator::system()->generate64() | (1ULL << 62), 36).left(10);
}

qint64 bytesOf(const Event& event)
{
    constexpr qint64 kOverheadBytes = 200;
    return kOverheadBytes + event.data.size() + event.name.size();
}

/// What a repeated publish is answered with: the event without its data, which its history alone keeps.
EventPtr receiptOf(const Event& event)
{
    auto receipt = std::make_shared<Event>(event);
    receipt->data.clear();
    return receipt;
}

/// Several channels may hold the same event: order by log, each once.
void sortUnique(std::vector<EventPtr>& events)
{
    const auto byCursor = [](const EventPtr& a, const EventPtr& b) {
        return a->cursor.memory.offset < b->cursor.memory.offset;
    };
    std::sort(events.begin(), events.end(), byCursor);
    events.erase(std::unique(events.begin(), events.end()), events.end());
}

} // namespace

MemoryBroker::MemoryBroker(const Clock& clock, Limits limits)
    : m_clock(clock)
    , m_limits(limits)
    , m_instance(randomStem())
    , m_log{newEpoch(), 0}
{
}

void MemoryBroker::publish(std::vector<Publication> events, PublishDone done)
{
    expire();
    if (const auto checked = check(events); !checked) {
        done(checked.error());
        return;
    }
    std::vector<Published> published;
    published.reserve(events.size());
    for (Publication& event : events)
        published.push_back(publishOne(std::move(event)));
    done(std::move(published));
}

/// Nothing is placed before everything is known to have a place.
Result<void> MemoryBroker::check(const std::vector<Publication>& events) const
{
    QHash<QByteArray, QByteArray> keys;
    for (const Publication& event : events) {
        if (event.idempotencyKey.isEmpty())
            continue;
        const QByteArray fingerprint = fingerprintOf(event);
        const auto known = m_keys.constFind(event.idempotencyKey);
        const QByteArray earlier = known != m_keys.cend() ? known->fingerprint : keys.value(event.idempotencyKey);
        if (!earlier.isEmpty() && earlier != fingerprint)
            return Error(ErrorCode::IdempotencyConflict);
        keys.insert(event.idempotencyKey, fingerprint);
    }
    if (!hasRoomFor(events))
        return Error(ErrorCode::Unavailable, QStringLiteral("Too many channels."));
    return {};
}

Published MemoryBroker::publishOne(Publication&& publication)
{
    const QByteArray key = publication.idempotencyKey;
    if (const auto known = m_keys.constFind(key); !key.isEmpty() && known != m_keys.cend())
        return {known->event, true};
    const QByteArray fingerprint = key.isEmpty() ? QByteArray() : fingerprintOf(publication);
    const EventPtr event = place(std::move(publication));
    if (!key.isEmpty())
        rememberKey(key, *event, fingerprint);
    if (m_sink)
        m_sink->brokerEvent(event);
    return {event, false};
}

Result<std::optional<EventPtr>> MemoryBroker::repeated(const Publication& publication) const
{
    const auto known = m_keys.constFind(publication.idempotencyKey);
    if (publication.idempotencyKey.isEmpty() || known == m_keys.cend())
        return std::optional<EventPtr>();
    if (known->fingerprint != fingerprintOf(publication))
        return Error(ErrorCode::IdempotencyConflict);
    return std::optional(known->event);
}

void MemoryBroker::rememberKey(const QByteArray& key, const Event& event, QByteArray fingerprint)
{
    m_keys.insert(key, {receiptOf(event), std::move(fingerprint)});
    m_keysByAge.emplace_back(key, m_clock.steadyMs());
}

EventPtr MemoryBroker::place(Publication&& publication)
{
    auto event = std::make_shared<Event>();
    event->name = std::move(publication.name);
    event->version = publication.version;
    event->data = std::move(publication.data);
    event->conflateKey = std::move(publication.conflateKey);
    event->timestampMs = m_clock.wallMs();
    event->id = m_instance + '-' + QByteArray::number(m_log.offset + 1, 36);
    placeIn(event, publication.channels);
    return event;
}

void MemoryBroker::placeIn(const std::shared_ptr<Event>& event, const std::vector<QByteArray>& names)
{
    event->cursor = {{m_log.epoch, ++m_log.offset}, m_journal};
    std::vector<ChannelPtr> channels;
    for (const QByteArray& name : names) {
        channels.push_back(channelFor(name));
        const ChannelHistory& history = channels.back()->history;
        event->placements.push_back({channels.back()->name, {history.epoch(), history.nextOffset()}});
    }
    for (const ChannelPtr& channel : channels)
        append(channel, event);
}

void MemoryBroker::deliver(const std::shared_ptr<Event>& event, const std::vector<QByteArray>& channels,
                           Delivered delivered)
{
    m_journal = event->cursor.journal;
    if (channels.empty())
        event->cursor.memory = m_log;
    else
        placeIn(event, channels);
    if (m_sink)
        m_sink->brokerEvent(event);
    delivered(EventPtr(event));
}

std::optional<LogCursor> MemoryBroker::cursorOf(const Position& position) const
{
    const auto channel = m_channelOfEpoch.constFind(position.epoch);
    if (channel == m_channelOfEpoch.cend())
        return std::nullopt;
    return (*channel)->history.cursorOf(position.offset);
}

void MemoryBroker::append(const ChannelPtr& channel, const EventPtr& event)
{
    channel->history.append(event);
    m_bytes += bytesOf(*event);
    ++m_events;
    m_aging.push_back({channel, channel->history.topOffset(), m_clock.steadyMs()});
    while (channel->history.size() > static_cast<size_t>(std::max(1, m_limits.eventsPerChannel)))
        dropOldest(*channel);
}

void MemoryBroker::dropOldest(Channel& channel)
{
    m_bytes -= bytesOf(*channel.history.oldest());
    --m_events;
    channel.history.dropOldest();
}

void MemoryBroker::expire()
{
    const qint64 now = m_clock.steadyMs();
    dropAged(now - m_limits.ageMs);
    forgetIdle(now - m_limits.ageMs);
    forgetKeys(now - m_limits.idempotencyMs);
    compactAging();
}

void MemoryBroker::dropAged(qint64 beforeMs)
{
    while (!m_aging.empty()) {
        const Aging& first = m_aging.front();
        ChannelHistory& history = first.channel->history;
        const bool stale = history.isEmpty() || history.oldestOffset() > first.offset;
        if (!stale) {
            if (first.atMs > beforeMs && m_bytes <= m_limits.totalBytes)
                return;
            dropOldest(*first.channel);
            noteIdle(first.channel, first.atMs);
        }
        m_aging.pop_front();
    }
}

void MemoryBroker::noteIdle(const ChannelPtr& channel, qint64 sinceMs)
{
    channel->lastUsedMs = std::max(channel->lastUsedMs, sinceMs);
    if (channel->isListedIdle || channel->subscriptions > 0 || !channel->history.isEmpty())
        return;
    channel->isListedIdle = true;
    m_idle.emplace_back(channel, channel->lastUsedMs);
}

void MemoryBroker::forgetIdle(qint64 beforeMs)
{
    while (!m_idle.empty() && m_idle.front().second <= beforeMs) {
        const ChannelPtr channel = m_idle.front().first;
        m_idle.pop_front();
        channel->isListedIdle = false;
        if (channel->subscriptions > 0 || !channel->history.isEmpty())
            continue;
        if (channel->lastUsedMs > beforeMs) {
            noteIdle(channel, channel->lastUsedMs);
            continue;
        }
        m_lostUpTo = std::max(m_lostUpTo, channel->history.completeAfter());
        m_channelOfEpoch.remove(channel->history.epoch());
        m_channels.remove(channel->name);
    }
}

void MemoryBroker::forgetKeys(qint64 beforeMs)
{
    const auto limit = static_cast<size_t>(std::max(1, m_limits.idempotencyKeys));
    while (!m_keysByAge.empty() && (m_keysByAge.front().second <= beforeMs || m_keysByAge.size() > limit)) {
        m_keys.remove(m_keysByAge.front().first);
        m_keysByAge.pop_front();
    }
}

void MemoryBroker::compactAging()
{
    constexpr size_t kSlack = 4096;
    if (m_aging.size() <= 2 * m_events + kSlack)
        return;
    std::erase_if(m_aging, [](const Aging& entry) {
        return entry.channel->history.isEmpty() || entry.channel->history.oldestOffset() > entry.offset;
    });
}

bool MemoryBroker::hasRoomFor(const std::vector<Publication>& events) const
{
    QSet<QByteArray> unknown;
    for (const Publication& event : events) {
        for (const QByteArray& name : event.channels) {
            if (!m_channels.contains(name))
                unknown.insert(name);
        }
    }
    return unknown.isEmpty() || m_channels.size() + unknown.size() <= m_limits.channels;
}

const MemoryBroker::ChannelPtr& MemoryBroker::channelFor(const QByteArray& name)
{
    ChannelPtr& channel = m_channels[name];
    if (!channel) {
        channel = std::make_shared<Channel>(Channel{name, ChannelHistory(newEpoch(), m_lostUpTo)});
        m_channelOfEpoch.insert(channel->history.epoch(), channel);
    }
    return channel;
}

QByteArray MemoryBroker::newEpoch()
{
    return m_instance + QByteArray::number(m_epochCounter++, 36);
}

void MemoryBroker::subscribe(const QByteArray& channel)
{
    if (!m_channels.contains(channel) && m_channels.size() >= m_limits.channels)
        return; // the replay that is asked for next says so
    ++channelFor(channel)->subscriptions;
}

void MemoryBroker::unsubscribe(const QByteArray& channel)
{
    const auto found = m_channels.constFind(channel);
    if (found == m_channels.cend() || (*found)->subscriptions == 0)
        return;
    const ChannelPtr& held = *found;
    --held->subscriptions;
    noteIdle(held, m_clock.steadyMs());
}

std::optional<quint64> MemoryBroker::logOffsetOf(const Position& position) const
{
    if (position.epoch == m_log.epoch)
        return position.offset <= m_log.offset ? std::optional(position.offset) : std::nullopt;
    const auto channel = m_channelOfEpoch.constFind(position.epoch);
    if (channel == m_channelOfEpoch.cend())
        return std::nullopt;
    return (*channel)->history.logOffsetOf(position.offset);
}

bool MemoryBroker::isComplete(const QByteArray& channel, quint64 afterLogOffset) const
{
    const auto found = m_channels.constFind(channel);
    return afterLogOffset >= (found == m_channels.cend() ? m_lostUpTo : (*found)->history.completeAfter());
}

void MemoryBroker::replay(const std::vector<QByteArray>& channels, const std::optional<Position>& since,
                          ReplayDone done)
{
    expire();
    const auto unknown = std::count_if(channels.begin(), channels.end(),
                                       [this](const QByteArray& name) { return !m_channels.contains(name); });
    if (unknown > 0 && m_channels.size() + unknown > m_limits.channels) {
        done(Error(ErrorCode::Unavailable, QStringLiteral("Too many channels.")));
        return;
    }
    Replay answer;
    answer.cursor = {m_log, m_journal};
    for (const QByteArray& name : channels) {
        const ChannelPtr channel = channelFor(name);
        noteIdle(channel, m_clock.steadyMs());
        answer.tops.push_back({name, channel->history.top()});
    }
    if (since) {
        const auto after = logOffsetOf(*since);
        answer.recovered = after && std::all_of(channels.begin(), channels.end(),
                                                [&](const QByteArray& name) { return isComplete(name, *after); });
        if (answer.recovered) {
            for (const QByteArray& name : channels)
                channelFor(name)->history.collectAfter(*after, answer.events);
            sortUnique(answer.events);
        }
    }
    done(std::move(answer));
}

} // namespace signalbox
