// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub.h"

#include <algorithm>

namespace signalbox {

bool Hub::join(Session& session, const QByteArray& channel)
{
    if (isMember(session, channel))
        return false;
    MembersPtr& members = m_channels[channel];
    if (!members)
        members = std::make_shared<Members>(Members{channel, {}, {}});
    members->list.push_back({&session, kAwaitingReplay, ++session.m_joins});
    session.m_channels.push_back(members->channel);
    return true;
}

bool Hub::leave(Session& session, const QByteArray& channel)
{
    const auto found = m_channels.find(channel);
    if (found == m_channels.end())
        return false;
    const MembersPtr members = *found;
    std::erase(session.m_channels, members->channel);
    auto& list = members->list;
    if (Member* member = findIn(*members, session)) {
        if (member->last == kAwaitingReplay)
            std::erase_if(session.m_early, [&](const Session::Early& e) { return e.channel == members->channel; });
        *member = list.back();
        list.pop_back();
    }
    forgetWaiting(session);
    if (!list.empty())
        return false;
    m_channels.erase(found);
    return true;
}

/// What waits for the session goes out only through a channel that it is still in and has accounted for.
void Hub::forgetWaiting(Session& session)
{
    auto& waiting = session.m_waiting;
    const auto isOpen = [&](const Session::Waiting& entry) {
        const auto& placements = entry.event->placements;
        return std::any_of(placements.begin(), placements.end(), [&](const Placement& place) {
            const Member* member = isMember(session, place.channel) ? find(session, place.channel) : nullptr;
            return member && member->last != kAwaitingReplay && place.position.offset <= member->last;
        });
    };
    const auto first = waiting.begin() + static_cast<std::ptrdiff_t>(session.m_nextWaiting);
    waiting.erase(std::remove_if(first, waiting.end(), [&](const auto& entry) { return !isOpen(entry); }),
                  waiting.end());
}

std::vector<QByteArray> Hub::leaveAll(Session& session)
{
    std::vector<QByteArray> abandoned;
    const std::vector<QByteArray> channels = session.m_channels;
    for (const QByteArray& channel : channels) {
        if (leave(session, channel))
            abandoned.push_back(channel);
    }
    return abandoned;
}

bool Hub::isMember(const Session& session, const QByteArray& channel)
{
    return std::find(session.m_channels.begin(), session.m_channels.end(), channel) != session.m_channels.end();
}

QHash<QByteArray, int> Hub::roomCounts() const
{
    QHash<QByteArray, int> counts;
    for (const MembersPtr& members : m_channels)
        counts.insert(members->channel, static_cast<int>(members->list.size()));
    return counts;
}

Hub::Member* Hub::find(const Session& session, const QByteArray& channel)
{
    const auto found = m_channels.constFind(channel);
    if (found == m_channels.cend())
        return nullptr;
    return findIn(**found, session);
}

Hub::Member* Hub::findIn(Members& members, const Session& session)
{
    auto& list = members.list;
    const auto member = std::find_if(list.begin(), list.end(), [&](const Member& m) { return m.session == &session; });
    return member == list.end() ? nullptr : &*member;
}

/// The offsets of those who are live in another epoch mean nothing any more.
void Hub::enterEpoch(Members& members, const QByteArray& epoch)
{
    if (members.epoch == epoch)
        return;
    for (const Member& member : members.list) {
        if (member.last != kAwaitingReplay)
            member.session->fail(ErrorCode::HistoryLost);
    }
    members.epoch = epoch;
}

void Hub::dispatch(const EventPtr& event)
{
    ++m_dispatchSerial;
    FrameCache frames(m_encoder, *event);
    for (size_t placement = 0; placement < event->placements.size(); ++placement) {
        const auto found = m_channels.constFind(event->placements[placement].channel);
        if (found != m_channels.cend())
            dispatchTo(**found, event, placement, frames);
    }
}

void Hub::lose(const QByteArray& channel)
{
    const MembersPtr members = m_channels.value(channel);
    if (!members)
        return;
    for (const Member& member : members->list) {
        if (member.last != kAwaitingReplay)
            member.session->fail(ErrorCode::HistoryLost);
    }
}

void Hub::dispatchTo(Members& members, const EventPtr& event, size_t placement, FrameCache& frames)
{
    enterEpoch(members, event->placements[placement].position.epoch);
    const quint64 offset = event->placements[placement].position.offset;
    for (Member& member : members.list) {
        if (member.last + 1 != offset || member.last == kAwaitingReplay) {
            outOfStep(member, event, placement);
            continue;
        }
        member.last = offset;
        if (member.session->m_dispatch != m_dispatchSerial)
            deliver(*member.session, event, placement, frames);
    }
}

/// Not the next event of this member: its replay is awaited, it has the event already, or one is missing.
void Hub::outOfStep(Member& member, const EventPtr& event, size_t placement)
{
    const Placement& place = event->placements[placement];
    if (member.last == kAwaitingReplay)
        member.session->keepForLater(event, place.channel);
    else if (place.position.offset > member.last)
        member.session->fail(ErrorCode::HistoryLost);
}

void Hub::deliver(Session& session, const EventPtr& event, size_t placement, FrameCache& frames)
{
    session.m_dispatch = m_dispatchSerial;
    if (!wants(session, *event))
        return;
    ++m_deliveries;
    if (session.mustWait(*event))
        session.appendLive(event, placement);
    else
        session.deliver(*event, frames.frame(placement, session.m_format));
}

void Hub::replayOne(Session& session, const EventPtr& event, size_t placement)
{
    if (!wants(session, *event))
        return;
    ++m_deliveries;
    session.appendReplayed(event, placement);
}

QByteArray Hub::encoded(const Session& session, const EventPtr& event, size_t placement) const
{
    return m_encoder.encode(*event, placement, session.m_format);
}

bool Hub::wants(const Session& session, const Event& event) const
{
    if (session.m_wantedVersion == 0)
        return true;
    const int served = m_catalog.servedVersion(event.name, session.m_wantedVersion);
    return served == 0 ? event.version <= session.m_wantedVersion : event.version == served;
}

/// True when the session has got this event through another of its channels.
bool Hub::hadElsewhere(const Session& session, const Event& event, const QByteArray& channel)
{
    return std::any_of(event.placements.begin(), event.placements.end(), [&](const Placement& other) {
        if (other.channel == channel || !isMember(session, other.channel))
            return false;
        const Member* member = find(session, other.channel);
        return member && member->last != kAwaitingReplay && other.position.offset > member->start &&
               other.position.offset <= member->last;
    });
}

/// The channels of the answer that wait for this very answer.
std::vector<QByteArray> Hub::awaiting(const Session& session, const Replay& replay, quint64 joinedBy)
{
    std::vector<QByteArray> channels;
    for (const ChannelTop& top : replay.tops) {
        const Member* member = find(session, top.channel);
        if (member && member->last == kAwaitingReplay && member->start <= joinedBy)
            channels.push_back(top.channel);
    }
    return channels;
}

void Hub::begin(const Session& session, const ChannelTop& top, quint64 replayed)
{
    Members& members = *m_channels.value(top.channel);
    enterEpoch(members, top.position.epoch);
    Member& member = *findIn(members, session);
    member.last = top.position.offset;
    member.start = top.position.offset - replayed;
}

void Hub::replayTo(Session& session, const Replay& replay, quint64 joinedBy)
{
    const std::vector<QByteArray> channels = awaiting(session, replay, joinedBy);
    const auto isReplayed = [&](const QByteArray& channel) {
        return std::find(channels.begin(), channels.end(), channel) != channels.end();
    };
    std::vector<std::pair<EventPtr, size_t>> missed;
    QHash<QByteArray, quint64> eventsOf;
    for (const EventPtr& event : replay.events) {
        std::optional<size_t> through;
        for (size_t i = 0; i < event->placements.size(); ++i) {
            const QByteArray& channel = event->placements[i].channel;
            if (!isReplayed(channel))
                continue;
            ++eventsOf[channel];
            if (!through)
                through = i;
        }
        if (through && !hadElsewhere(session, *event, event->placements[*through].channel))
            missed.emplace_back(event, *through);
    }
    for (const ChannelTop& top : replay.tops) {
        if (isReplayed(top.channel))
            begin(session, top, eventsOf.value(top.channel));
    }
    for (const auto& [event, placement] : missed)
        replayOne(session, event, placement);
}

/// The live events that came while the replay was awaited, as far as the replay did not have them.
void Hub::replayEarly(Session& session)
{
    std::vector<Session::Early> early;
    early.swap(session.m_early);
    for (const Session::Early& entry : early) {
        const MembersPtr members = m_channels.value(entry.channel);
        Member* member = members ? findIn(*members, session) : nullptr;
        if (!member)
            continue;
        if (member->last == kAwaitingReplay) {
            session.m_early.push_back(entry);
            continue;
        }
        const auto& placements = entry.event->placements;
        const auto place = std::find_if(placements.begin(), placements.end(),
                                        [&](const Placement& p) { return p.channel == entry.channel; });
        if (place->position.epoch != members->epoch || place->position.offset <= member->last)
            continue;
        if (place->position.offset != member->last + 1) {
            session.fail(ErrorCode::HistoryLost);
            return;
        }
        member->last = place->position.offset;
        if (hadElsewhere(session, *entry.event, entry.channel))
            continue;
        replayOne(session, entry.event, static_cast<size_t>(place - placements.begin()));
    }
}

} // namespace signalbox
