// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/journalmerge.h"

#include <QHash>

#include <algorithm>

namespace signalbox {

namespace {

/// The event with the other's places as well.
void addPlaces(EventPtr& event, const Event& other)
{
    std::shared_ptr<Event> whole;
    for (const Placement& place : other.placements) {
        const auto& has = event->placements;
        if (std::any_of(has.begin(), has.end(), [&](const Placement& p) { return p.channel == place.channel; }))
            continue;
        if (!whole)
            whole = std::make_shared<Event>(*event);
        whole->placements.push_back(place);
    }
    if (whole)
        event = std::move(whole);
}

} // namespace

std::shared_ptr<Event> eventOf(const JournalEvent& from, const QByteArray& epoch)
{
    auto event = std::make_shared<Event>();
    event->id = from.id;
    event->name = from.name;
    event->version = from.version;
    event->data = from.data;
    event->chatName = from.chatName;
    event->chatData = from.chatData;
    event->conflateKey = from.conflateKey;
    event->timestampMs = from.timestampMs;
    event->placements = from.placements;
    event->cursor.journal = {epoch, from.sequence};
    return event;
}

void mergeByDelivery(std::vector<EventPtr>& events)
{
    std::stable_sort(events.begin(), events.end(), [](const EventPtr& a, const EventPtr& b) {
        const auto key = [](const Event& e) { return std::pair(e.cursor.journal.offset, e.cursor.memory.offset); };
        return key(*a) < key(*b);
    });
    QHash<QByteArray, size_t> seen;
    std::vector<EventPtr> once;
    for (auto it = events.rbegin(); it != events.rend(); ++it) {
        if (const auto later = seen.constFind((*it)->id); later != seen.cend()) {
            addPlaces(once[*later], **it);
            continue;
        }
        seen.insert((*it)->id, once.size());
        once.push_back(*it);
    }
    std::reverse(once.begin(), once.end());
    events.swap(once);
}

void settleJournal(std::vector<EventPtr>& events, const QByteArray& epoch, quint64 from)
{
    for (EventPtr& event : events) {
        const Position& journal = event->cursor.journal;
        if (journal.epoch == epoch)
            from = std::max(from, journal.offset);
        if (journal == Position{epoch, from})
            continue;
        const auto settled = std::make_shared<Event>(*event);
        settled->cursor.journal = {epoch, from};
        event = settled;
    }
}

void completeCursors(std::vector<EventPtr>& events, Position memory)
{
    for (EventPtr& event : events) {
        if (event->cursor.memory.epoch.isEmpty()) {
            auto complete = std::make_shared<Event>(*event);
            complete->cursor.memory = memory;
            event = std::move(complete);
        } else {
            memory = event->cursor.memory;
        }
    }
}

} // namespace signalbox
