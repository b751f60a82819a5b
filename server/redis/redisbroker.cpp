// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis/redisbroker.h"

#include "config/logging.h"
#include "core/idempotency.h"
#include "redis/redisevent.h"

namespace signalbox {

namespace {

Error unavailable(const QString& why)
{
    return {ErrorCode::Unavailable, why};
}

} // namespace

RedisBroker::RedisBroker(const Clock& clock, const RedisAddress& address, QByteArray prefix, Limits limits,
                         RedisFeed::Settings feed)
    : m_clock(clock)
    , m_limits(limits)
    , m_instance(RedisScripts::freshEpoch())
    , m_commands(address, RedisConnection::Use::Commands)
    , m_listening(address, RedisConnection::Use::Channels)
    , m_scripts(m_commands, std::move(prefix), limits.ageMs)
    , m_feed(
          m_listening, m_scripts, feed, [this](const std::shared_ptr<Event>& event) { take(event); },
          [this](const QByteArray& channel) {
              if (m_sink)
                  m_sink->channelLost(channel);
          })
{
    m_holdTimer.setSingleShot(true);
    m_holdTimer.callOnTimeout(this, [this] { giveUpHolding(); });
    connect(&m_commands, &RedisLink::up, this, &RedisBroker::greet);
    connect(&m_commands, &RedisLink::down, this, &RedisBroker::commandsLost);
    connect(&m_listening, &RedisLink::down, this, &RedisBroker::updateState);
    connect(&m_feed, &RedisFeed::stateChanged, this, &RedisBroker::updateState);
    connect(&m_feed, &RedisFeed::dropped, this, &RedisBroker::dropped);
}

RedisBroker::~RedisBroker()
{
    m_commands.disconnect(this);
    m_listening.disconnect(this);
    m_feed.disconnect(this);
}

void RedisBroker::start()
{
    m_commands.start();
    m_listening.start();
}

void RedisBroker::setLimits(Limits limits)
{
    m_limits = limits;
    m_scripts.setAge(limits.ageMs);
}

/// Nothing is published before it is known that the log goes on where it was.
void RedisBroker::greet()
{
    m_scripts.load();
    const Witness& last = m_witness;
    m_scripts.run(RedisScripts::Script::Greet,
                  {m_highest.epoch, QByteArray::number(m_highest.offset), last.channel, last.place.epoch,
                   QByteArray::number(last.place.offset), QByteArray::number(last.number),
                   QByteArray::number(last.timestampMs), last.id},
                  [this](const Result<RedisReply>& reply) {
                      if (!reply)
                          return;
                      if (reply->isError())
                          m_commands.restart(QString::fromUtf8(reply->text));
                      else
                          greeted(*reply);
                  });
}

void RedisBroker::greeted(const RedisReply& reply)
{
    m_isGreeted = true;
    m_refusal.clear();
    const Position log{reply.at(0).text, reply.at(1).text.toULongLong()};
    noteLog(log);
    m_feed.commandsUp(log);
    updateState();
}

void RedisBroker::commandsLost()
{
    m_isGreeted = false;
    m_feed.commandsDown();
    updateState();
}

void RedisBroker::updateState()
{
    State state;
    state.isUp = m_isGreeted && m_feed.isLive();
    state.isRefusing = state.isUp && !m_refusal.isEmpty();
    if (!state.isUp)
        state.message = !m_commands.isUp() ? m_commands.trouble() : m_listening.trouble();
    else
        state.message = QString::fromUtf8(m_refusal);
    if (!state.isUp)
        giveUpWaiting();
    if (state == m_state)
        return;
    m_state = state;
    emit stateChanged();
}

/// A server that may not write is not the one to talk to: after a fail-over the address leads to another.
void RedisBroker::refused(const QByteArray& reason)
{
    if (m_refusal != reason)
        qCWarning(logRedis).noquote() << "Redis refused a publish:" << reason;
    m_refusal = reason;
    updateState();
    if (reason.contains("READONLY") || reason.contains("MASTERDOWN"))
        m_commands.restart(QString::fromUtf8(reason));
}

void RedisBroker::noteLog(const Position& log)
{
    if (m_highest.epoch != log.epoch)
        m_witness = {};
    if (m_highest.epoch != log.epoch || m_highest.offset < log.offset)
        m_highest = log;
}

void RedisBroker::noteEvent(const Event& event)
{
    const Position& log = event.cursor.memory;
    noteLog(log);
    if (log.offset > m_witness.number && !event.placements.empty()) {
        const Placement& at = event.placements.front();
        m_witness = {at.channel, at.position, log.offset, event.timestampMs, event.id};
    }
}

void RedisBroker::take(const std::shared_ptr<Event>& event)
{
    noteEvent(*event);
    if (mustHold(*event)) {
        hold(event);
        return;
    }
    const GatedPtr gated = m_awaited.take(event->id);
    if (!gated) {
        tellSink(event);
        return;
    }
    auto& places = gated->event->placements;
    places.insert(places.end(), event->placements.begin(), event->placements.end());
    gated->isReady = true;
    openGate(gated.get());
}

/// What is held has not been delivered.
Position RedisBroker::logTop() const
{
    if (m_held.empty())
        return m_feed.delivered();
    const Position& first = m_held.front()->cursor.memory;
    return {first.epoch, first.offset - 1};
}

void RedisBroker::tellSink(const std::shared_ptr<Event>& event)
{
    event->cursor.journal = m_journal;
    if (!m_asked.empty())
        m_recent.push_back(event);
    if (m_sink)
        m_sink->brokerEvent(event);
}

std::shared_ptr<Event> RedisBroker::eventOf(Publication&& publication)
{
    auto event = std::make_shared<Event>();
    event->id = m_instance + '-' + QByteArray::number(++m_idCounter, 36);
    event->name = std::move(publication.name);
    event->version = publication.version;
    event->data = std::move(publication.data);
    event->conflateKey = std::move(publication.conflateKey);
    event->timestampMs = m_clock.wallMs();
    event->cursor.journal = m_journal;
    return event;
}

void RedisBroker::publish(std::vector<Publication> events, PublishDone done)
{
    if (!m_isGreeted) {
        done(unavailable(QStringLiteral("Redis cannot be reached.")));
        return;
    }
    if (events.empty()) {
        done(std::vector<Published>());
        return;
    }
    std::vector<Draft> drafts;
    for (Publication& publication : events) {
        Draft draft;
        draft.channels = publication.channels;
        draft.key = publication.idempotencyKey;
        draft.fingerprint = draft.key.isEmpty() ? QByteArray() : fingerprintOf(publication).toHex();
        draft.event = eventOf(std::move(publication));
        drafts.push_back(std::move(draft));
    }
    send(std::move(drafts), std::move(done));
}

void RedisBroker::send(std::vector<Draft> drafts, PublishDone done)
{
    RedisConnection::Words words{QByteArray::number(std::max(1, m_limits.eventsPerChannel)),
                                 QByteArray::number(std::max<qint64>(1, m_limits.idempotencyMs)),
                                 QByteArray::number(drafts.size())};
    std::vector<QByteArray> all;
    for (const Draft& draft : drafts) {
        all.insert(all.end(), draft.channels.begin(), draft.channels.end());
        words.push_back(draft.key);
        words.push_back(draft.fingerprint);
        words.push_back(redisPayload(*draft.event, true));
        words.push_back(draft.key.isEmpty() ? QByteArray() : redisPayload(*draft.event, false));
        words.push_back(QByteArray::number(draft.channels.size()));
        for (const QByteArray& channel : draft.channels) {
            words.push_back(channel);
            words.push_back(RedisScripts::freshEpoch());
        }
    }
    auto take = [this, drafts = std::move(drafts), done = std::move(done)](const Result<RedisReply>& reply) {
        if (reply)
            done(answered(drafts, *reply));
        else
            done(reply.error());
    };
    // Who has subscribed gets what is published after it, on this server too. While the connection that listens is
    // down nothing is awaited: it reads what it missed.
    m_feed.whenListening(all, [this, words = std::move(words), take = std::move(take)](bool) {
        m_scripts.run(RedisScripts::Script::Publish, words, take);
    });
}

Result<std::vector<Published>> RedisBroker::answered(const std::vector<Draft>& drafts, const RedisReply& reply)
{
    if (reply.isError() && reply.text.startsWith("CONFLICT"))
        return Error(ErrorCode::IdempotencyConflict);
    if (reply.isError()) {
        refused(reply.text);
        return unavailable(QStringLiteral("Redis does not take events at present."));
    }
    std::vector<Published> published;
    for (size_t i = 0; i < drafts.size(); ++i) {
        const RedisReply& answer = reply.at(i);
        const auto head = parseRedisHead(answer.at(1).text);
        if (!head)
            return unavailable(QStringLiteral("Redis gave no place to an event."));
        if (answer.at(0).integer == 1) {
            auto first = eventOfRedis(answer.at(1).text);
            if (!first)
                return unavailable(QStringLiteral("Redis holds something else than an event."));
            first->cursor.journal = m_journal;
            published.push_back({std::move(first), true});
            continue;
        }
        const std::shared_ptr<Event>& event = drafts[i].event;
        event->placements = head->places;
        event->cursor.memory = head->log;
        noteEvent(*event);
        published.push_back({event, false});
    }
    if (!std::exchange(m_refusal, {}).isEmpty())
        updateState();
    return published;
}

} // namespace signalbox
