// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis/redisfeed.h"

#include "config/logging.h"
#include "redis/redisevent.h"
#include "redis/steadytime.h"

#include <QUuid>

#include <algorithm>

namespace signalbox {

namespace {

constexpr int kIdleEveryMs = 1000;
constexpr size_t kProbeAtOnce = 500;
constexpr qint64 kMaxInboxBytes = 64LL << 20;

} // namespace

RedisFeed::RedisFeed(RedisLink& link, RedisScripts& scripts, Settings settings, Deliver deliver, Lost lost)
    : m_scripts(scripts)
    , m_link(link)
    , m_settings(settings)
    , m_deliver(std::move(deliver))
    , m_lost(std::move(lost))
    , m_service(scripts.prefix() + ":server:" + QUuid::createUuid().toByteArray(QUuid::Id128))
    , m_pubSub(link)
{
    m_pubSub.add(m_service);
    connect(&m_pubSub, &RedisChannels::confirmed, this, &RedisFeed::listening);
    connect(&m_pubSub, &RedisChannels::lost, this, &RedisFeed::linkLost);
    connect(&m_pubSub, &RedisChannels::message, this, &RedisFeed::take);
    connect(&m_probeTimer, &QTimer::timeout, this, &RedisFeed::probe);
    connect(&m_idleTimer, &QTimer::timeout, this, &RedisFeed::dropIdle);
    m_againTimer.setSingleShot(true);
    connect(&m_againTimer, &QTimer::timeout, this, &RedisFeed::heal);
    m_probeTimer.start(static_cast<int>(m_settings.probeMs));
    m_idleTimer.start(std::min<int>(kIdleEveryMs, static_cast<int>(m_settings.lingerMs) / 2 + 1));
}

RedisFeed::~RedisFeed() = default;

QByteArray RedisFeed::pubSubName(const QByteArray& channel) const
{
    return m_scripts.prefix() + ":channel:" + channel;
}

void RedisFeed::subscribe(const QByteArray& channel)
{
    Channel& held = m_channels[channel];
    if (held.subscriptions++ > 0)
        return;
    m_order.insert(channel);
    m_pubSub.add(pubSubName(channel));
}

void RedisFeed::unsubscribe(const QByteArray& channel)
{
    const auto found = m_channels.find(channel);
    if (found == m_channels.end() || found->subscriptions == 0 || --found->subscriptions > 0)
        return;
    found->endsMs = steadyNowMs() + m_settings.lingerMs;
    m_idle.push_back(channel);
}

void RedisFeed::dropIdle()
{
    const qint64 now = steadyNowMs();
    for (size_t i = m_idle.size(); i > 0; --i) {
        const QByteArray channel = m_idle.front();
        const auto found = m_channels.constFind(channel);
        const bool isIdle = found != m_channels.cend() && found->subscriptions == 0;
        const bool isBeingAsked = m_link.isUp() && !m_pubSub.isConfirmed(pubSubName(channel));
        if (isIdle && found->endsMs > now && !isBeingAsked)
            return; // those behind it end later
        m_idle.pop_front();
        if (isIdle && (found->endsMs > now || isBeingAsked)) {
            m_idle.push_back(channel);
        } else if (isIdle) {
            m_channels.erase(found);
            m_order.erase(channel);
            m_pubSub.remove(pubSubName(channel));
        }
    }
}

void RedisFeed::whenListening(const std::vector<QByteArray>& channels, std::function<void(bool)> done)
{
    if (!m_link.isUp() || m_waiters.size() >= m_settings.maxWaiting)
        done(false);
    else if (isListening(channels))
        done(true);
    else
        m_waiters.push_back({channels, std::move(done)});
}

bool RedisFeed::isListening(const std::vector<QByteArray>& channels) const
{
    return std::all_of(channels.begin(), channels.end(), [this](const QByteArray& channel) {
        return !isSubscribed(channel) || m_pubSub.isConfirmed(pubSubName(channel));
    });
}

void RedisFeed::answerWaiters(bool isUp)
{
    for (Waiter& waiter : std::exchange(m_waiters, {})) {
        if (!isUp || isListening(waiter.channels))
            waiter.done(isUp);
        else
            m_waiters.push_back(std::move(waiter));
    }
}

void RedisFeed::listening()
{
    answerWaiters(true);
    if (m_state == State::Down && m_pubSub.areAllConfirmed()) {
        setState(State::Behind);
        heal();
    }
}

void RedisFeed::linkLost()
{
    m_inbox.clear();
    m_inboxBytes = 0;
    m_healing.reset();
    m_isProbeDue = false;
    setState(State::Down);
    answerWaiters(false);
}

void RedisFeed::commandsUp(const Position& log)
{
    m_hasCommands = true;
    if (m_delivered.epoch.isEmpty())
        m_delivered = log;
    heal();
}

void RedisFeed::setState(State state)
{
    if (std::exchange(m_state, state) != state)
        emit stateChanged();
}

void RedisFeed::take(const QByteArray& name, const QByteArray& text)
{
    if (m_inbox.size() >= m_settings.maxWaiting || m_inboxBytes > kMaxInboxBytes) {
        m_link.restart(QStringLiteral("Too many messages wait for what was missed."));
        return;
    }
    m_inbox.push_back({name, text});
    m_inboxBytes += text.size();
    drain();
}

void RedisFeed::drain()
{
    while (m_state == State::Live && !m_inbox.empty()) {
        const Message& first = m_inbox.front();
        if (first.name == m_service ? takeProbe(first) : takeEvent(first)) {
            if (m_inbox.empty())
                return; // delivering has ended the connection
            m_inboxBytes -= m_inbox.front().text.size();
            m_inbox.pop_front();
        } else {
            setState(State::Behind);
            heal();
        }
    }
}

/// False when something before it is missing: it stays.
bool RedisFeed::takeEvent(const Message& message)
{
    const auto event = eventOfRedis(message.text);
    if (!event) {
        drop(message, QStringLiteral("It is no event."));
        return true;
    }
    if (event->cursor.memory.epoch != m_delivered.epoch)
        return false;
    if (event->cursor.memory.offset <= m_delivered.offset)
        return true; // it came through another of its channels, or was read
    if (!isNext(*event))
        return false;
    deliver(event);
    return true;
}

bool RedisFeed::isNext(const Event& event) const
{
    return std::all_of(event.placements.begin(), event.placements.end(), [this](const Placement& at) {
        const auto channel = m_channels.constFind(at.channel);
        if (channel == m_channels.cend() || !channel->place)
            return true;
        if (channel->place->epoch != at.position.epoch)
            return at.position.offset == 1; // a new life, from its beginning
        return channel->place->offset + 1 == at.position.offset;
    });
}

void RedisFeed::deliver(const std::shared_ptr<Event>& event)
{
    for (const Placement& at : event->placements) {
        if (const auto channel = m_channels.find(at.channel); channel != m_channels.end())
            channel->place = at.position;
    }
    m_delivered = event->cursor.memory;
    m_deliver(event);
}

bool RedisFeed::takeProbe(const Message& message)
{
    const auto head = parseRedisHead(message.text);
    if (!head) {
        drop(message, QStringLiteral("It is no probe."));
        return true;
    }
    if (head->log.epoch != m_delivered.epoch)
        return false;
    for (const Placement& at : head->places) {
        const auto channel = m_channels.find(at.channel);
        if (channel == m_channels.end())
            continue;
        if (channel->place && *channel->place != at.position)
            return false;
        channel->place = at.position;
    }
    m_isProbeDue = false;
    m_delivered.offset = std::max(m_delivered.offset, head->log.offset);
    return true;
}

/// An unanswered probe: the connection that should bring it is dead. So is one that does not confirm the channels.
void RedisFeed::probe()
{
    if (m_state == State::Down && m_link.isUp() && std::exchange(m_isProbeDue, true))
        m_link.restart(QStringLiteral("Redis does not confirm subscriptions."));
    if (m_state != State::Live || !m_hasCommands)
        return;
    if (m_isProbeDue) {
        m_link.restart(QStringLiteral("Redis does not deliver what is published."));
        return;
    }
    RedisConnection::Words words{m_service};
    auto next = m_order.upper_bound(m_lastProbed);
    for (size_t i = 0; i < std::min(kProbeAtOnce, m_order.size()); ++i) {
        if (next == m_order.end())
            next = m_order.begin();
        if (m_pubSub.isConfirmed(pubSubName(*next)))
            words.push_back(*next);
        m_lastProbed = *next++;
    }
    m_isProbeDue = true;
    m_scripts.run(RedisScripts::Script::Probe, words, [this](const Result<RedisReply>& reply) {
        if (!reply || reply->isError())
            m_isProbeDue = false;
    });
}

void RedisFeed::drop(const Message& message, const QString& reason)
{
    ++m_malformed;
    emit dropped(message.name, reason);
}

} // namespace signalbox
