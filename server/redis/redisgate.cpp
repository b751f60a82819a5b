// SPDX-License-Identifier: GPL-3.0-or-later
// RedisBroker beside a journal. An event of both goes to the sink once, at its place in Redis's log and in the
// journal's order: what the journal delivers behind it waits for it.
#include "redis/redisbroker.h"

#include <algorithm>

namespace signalbox {

void RedisBroker::deliver(const std::shared_ptr<Event>& event, const std::vector<QByteArray>& channels,
                          Delivered delivered)
{
    const auto gated = std::make_shared<Gated>(Gated{event, false, false, std::nullopt, std::move(delivered)});
    m_gate.push_back(gated);
    if (channels.empty() || !m_isGreeted) {
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
    send(std::move(drafts), [this, gated](const Result<std::vector<Published>>& places) { placed(gated, places); });
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
        gated->event->cursor.memory = m_feed.delivered();
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
