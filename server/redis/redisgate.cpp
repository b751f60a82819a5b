// SPDX-License-Identifier: GPL-3.0-or-later
// RedisBroker beside a journal. An event of both goes to the sink once, at its place in Redis's log and in the
// journal's order: what the journal delivers behind it waits for it.
#include "redis/redisbroker.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr char kJournalKey[] = "journal ";
constexpr int kHoldMs = 2000;

} // namespace

void RedisBroker::deliver(const std::shared_ptr<Event>& event, const std::vector<QByteArray>& channels,
                          Delivered delivered)
{
    const auto gated = std::make_shared<Gated>(Gated{event, false, false, std::nullopt, std::move(delivered)});
    m_gate.push_back(gated);
    m_given = event->cursor.journal.offset;
    if (!m_held.empty() && m_held.front()->id == event->id) {
        releaseHeld(gated);
        return;
    }
    if (channels.empty() || !m_isGreeted || m_skipped.remove(event->id)) {
        gated->isReady = true;
        gated->answer.emplace(channels.empty()
                                  ? Result<EventPtr>(EventPtr(event))
                                  : Error(ErrorCode::Unavailable, QStringLiteral("Redis cannot be reached.")));
        openGate(nullptr);
        return;
    }
    m_awaited.insert(event->id, gated);
    std::vector<Draft> drafts(1);
    drafts[0].event = std::make_shared<Event>(*event);
    drafts[0].channels = channels;
    // Each server of the journal does this; the first one gives the places.
    drafts[0].key = QByteArray(kJournalKey).append(event->id);
    drafts[0].fingerprint = QByteArray(64, '0');
    send(std::move(drafts), [this, gated](const Result<std::vector<Published>>& places) { placed(gated, places); });
}

/// Another server has published an event of the journal that has not been delivered here yet: it and what is behind it
/// in Redis waits for that.
bool RedisBroker::mustHold(const Event& event) const
{
    return !m_held.empty() ||
           (!m_journal.epoch.isEmpty() && event.id.startsWith(QByteArray(m_journal.epoch).append('-')) &&
            event.cursor.journal.offset > m_given && !m_awaited.contains(event.id));
}

void RedisBroker::hold(const std::shared_ptr<Event>& event)
{
    m_held.push_back(event);
    if (m_held.size() == 1)
        m_holdTimer.start(kHoldMs);
}

/// The journal has got to the first one that was held.
void RedisBroker::releaseHeld(const GatedPtr& gated)
{
    m_holdTimer.stop();
    const std::shared_ptr<Event> copy = m_held.front();
    m_held.pop_front();
    auto& places = gated->event->placements;
    places.insert(places.end(), copy->placements.begin(), copy->placements.end());
    gated->isReady = true;
    gated->answer.emplace(EventPtr(gated->event));
    openGate(gated.get());
    takeHeld();
}

/// Up to the next one that has to wait.
void RedisBroker::takeHeld()
{
    std::deque<std::shared_ptr<Event>> held;
    held.swap(m_held);
    for (const std::shared_ptr<Event>& event : held)
        take(event);
}

/// The journal does not come: the database is away. Redis goes on; whoever listens is told that something is missing.
void RedisBroker::giveUpHolding()
{
    if (m_held.empty())
        return;
    const std::shared_ptr<Event> copy = m_held.front();
    m_held.pop_front();
    m_skipped.insert(copy->id);
    for (const Placement& place : copy->placements) {
        if (m_sink)
            m_sink->channelLost(place.channel);
    }
    takeHeld();
}

/// The answer of the script. When somebody here listens the event itself is on its way, and is the one to wait for.
void RedisBroker::placed(const GatedPtr& gated, const Result<std::vector<Published>>& places)
{
    bool isAwaited = false;
    if (places) {
        const auto whole = std::make_shared<Event>(*gated->event);
        for (const Placement& place : places->front().event->placements) {
            const auto& has = whole->placements;
            if (std::none_of(has.begin(), has.end(), [&](const Placement& p) { return p.channel == place.channel; }))
                whole->placements.push_back(place);
            isAwaited = isAwaited || m_feed.isSubscribed(place.channel);
        }
        gated->answer.emplace(EventPtr(whole));
    } else {
        gated->answer.emplace(places.error());
    }
    if (!isAwaited || !m_feed.isLive()) {
        m_awaited.remove(gated->event->id);
        gated->isReady = true;
    }
    if (gated->isEmitted)
        gated->delivered(std::move(*gated->answer));
    else
        openGate(nullptr);
}

/// Those before `upTo` are not listened to here, or they would have come before it: they need not wait.
void RedisBroker::openGate(const Gated* upTo)
{
    const bool isForced =
        upTo && std::any_of(m_gate.begin(), m_gate.end(), [upTo](const GatedPtr& one) { return one.get() == upTo; });
    bool isBefore = isForced;
    while (!m_gate.empty() && (m_gate.front()->isReady || isBefore)) {
        const GatedPtr gated = m_gate.front();
        m_gate.pop_front();
        isBefore = isBefore && gated.get() != upTo;
        m_awaited.remove(gated->event->id);
        gated->isEmitted = true;
        m_journal = gated->event->cursor.journal;
        gated->event->cursor.memory = logTop();
        tellSink(gated->event);
        if (!gated->answer)
            continue;
        if (gated->answer->ok()) {
            const auto whole = std::make_shared<Event>(***gated->answer);
            whole->cursor = gated->event->cursor;
            gated->delivered(EventPtr(whole));
        } else {
            gated->delivered(gated->answer->error());
        }
    }
}

/// What was to come by the connection comes later, read from the streams: the journal does not wait for that.
void RedisBroker::giveUpWaiting()
{
    for (const GatedPtr& gated : m_gate)
        gated->isReady = true;
    m_awaited.clear();
    openGate(nullptr);
}

} // namespace signalbox
