// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/memorybroker.h"
#include "hubworld.h"

#include <QRandomGenerator>

#include <algorithm>
#include <deque>
#include <map>

namespace signalbox {

/// A house in small: a core with its broker, a worker with its hub, and the two ordered queues between them. Every
/// step takes one random thing; the clients check what they are sent against the list of everything that was published.
class House final : public BrokerSink
{
public:
    House(quint32 seed, int eventsPerChannel, const Catalog& catalog)
        : m_random(seed)
        , m_broker(m_clock, limitsOf(eventsPerChannel))
        , m_hub(m_encoder, catalog)
    {
        m_broker.setSink(this);
    }

    void brokerEvent(const EventPtr& event) override
    {
        m_all.push_back(event);
        m_toWorker.push_back({event, {}, 0});
    }

    void step()
    {
        switch (m_random.bounded(12)) {
        case 0:
            arrive();
            break;
        case 1:
        case 2:
            join();
            break;
        case 3:
            leave();
            break;
        case 4:
            depart();
            break;
        case 5:
        case 6:
            core();
            break;
        case 7:
        case 8:
        case 9:
            worker();
            break;
        default:
            publish();
            break;
        }
    }
    void settle()
    {
        while (!m_toCore.empty())
            core();
        while (!m_toWorker.empty())
            worker();
    }
    const QByteArrayList& complaints() const { return m_complaints; }
    int delivered() const { return m_delivered; }

private:
    struct Membership
    {
        int serial = 0;
        bool answered = false;
        quint64 lastOffset = 0;
    };
    struct Guest
    {
        std::unique_ptr<HubClient> client;
        std::map<QByteArray, Membership> member;
        std::map<QByteArray, std::pair<QByteArray, int>> had; ///< event id → the channel and membership it came by
    };
    struct Request
    {
        int guest = 0;
        std::vector<QByteArray> channels;
        std::optional<Position> since;
        quint64 joins = 0;
        int serial = 0; ///< memberships up to this one are meant
    };
    struct Answer
    {
        EventPtr event; ///< or, when there is none, the answer to a request
        Request request;
        quint64 sinceLog = 0;
        Replay replay = {};
    };

    static MemoryBroker::Limits limitsOf(int eventsPerChannel)
    {
        MemoryBroker::Limits limits;
        limits.eventsPerChannel = eventsPerChannel;
        return limits;
    }

    int below(size_t bound) { return m_random.bounded(static_cast<int>(bound)); }
    std::vector<QByteArray> someChannels()
    {
        std::vector<QByteArray> some;
        for (const char* name : {"a", "b", "c", "d"}) {
            if (m_random.bounded(5) < 2)
                some.insert(some.begin() + below(some.size() + 1), name);
        }
        return some;
    }
    std::pair<const int, Guest>* anyGuest()
    {
        if (m_guests.empty())
            return nullptr;
        return &*std::next(m_guests.begin(), below(m_guests.size()));
    }

    void arrive()
    {
        if (m_guests.size() < 5)
            m_guests[++m_serial].client = std::make_unique<HubClient>(m_hub);
    }
    void depart()
    {
        if (const auto guest = anyGuest(); guest && m_random.bounded(4) == 0)
            m_guests.erase(guest->first);
    }
    void publish()
    {
        const std::vector<QByteArray> channels = someChannels();
        if (!channels.empty())
            m_broker.publish({"chat.message", 1, "{}", channels, {}, {}}, [](const Result<Published>&) {});
    }
    void join()
    {
        const auto entry = anyGuest();
        if (!entry)
            return;
        auto& [id, guest] = *entry;
        Request request{id, {}, {}, 0, 0};
        for (const QByteArray& name : someChannels()) {
            if (guest.member.count(name) > 0)
                continue;
            m_hub.join(guest.client->session, name);
            guest.member[name].serial = ++m_serial;
            request.channels.push_back(name);
        }
        if (request.channels.empty())
            return;
        if (!m_all.empty() && m_random.bounded(3) != 0) {
            const EventPtr& event = m_all[static_cast<size_t>(below(m_all.size()))];
            request.since = m_random.bounded(2) == 0 ? event->cursor.toPosition() : event->placements.front().position;
        }
        request.joins = guest.client->session.joins();
        request.serial = m_serial;
        m_toCore.push_back(request);
    }
    void leave()
    {
        const auto entry = anyGuest();
        if (!entry || entry->second.member.empty())
            return;
        Guest& guest = entry->second;
        const auto member = std::next(guest.member.begin(), below(guest.member.size()));
        m_hub.leave(guest.client->session, member->first);
        guest.member.erase(member);
    }

    void core()
    {
        if (m_toCore.empty())
            return;
        const Request request = m_toCore.front();
        m_toCore.pop_front();
        m_broker.replay(request.channels, request.since, [&](const Result<Replay>& replay) {
            Answer answer{nullptr, request, 0, *replay};
            for (const EventPtr& event : m_all) {
                const Position& place = event->placements[0].position;
                if (request.since && (event->cursor.toPosition() == *request.since || place == *request.since))
                    answer.sinceLog = event->cursor.memory.offset;
            }
            m_toWorker.push_back(answer);
        });
    }
    void worker()
    {
        if (m_toWorker.empty())
            return;
        const Answer answer = m_toWorker.front();
        m_toWorker.pop_front();
        if (answer.event)
            dispatch(answer.event);
        else
            goLive(answer);
    }
    void dispatch(const EventPtr& event)
    {
        m_hub.dispatch(event);
        for (auto& [id, guest] : m_guests) {
            read(guest, [&](const Event& sent) { return sent.id == event->id; });
            requireEverything(guest, event->cursor.memory.offset - 1, event->cursor.memory.offset);
        }
    }
    void goLive(const Answer& answer)
    {
        const auto found = m_guests.find(answer.request.guest);
        if (found == m_guests.end())
            return;
        Guest& guest = found->second;
        guest.client->session.goLive(answer.replay, answer.request.joins);
        const bool resumes = answer.request.since && answer.replay.recovered;
        const quint64 from = resumes ? answer.sinceLog : answer.replay.cursor.memory.offset;
        std::vector<QByteArray> begun;
        for (const QByteArray& name : answer.request.channels) {
            const auto member = guest.member.find(name);
            if (member == guest.member.end() || member->second.serial > answer.request.serial)
                continue;
            member->second.answered = true;
            begun.push_back(name);
        }
        read(guest, [&](const Event& sent) {
            return sent.cursor.memory.offset > from && sent.cursor.memory.offset <= answer.replay.cursor.memory.offset;
        });
        if (!begun.empty())
            requireEverything(guest, from, answer.replay.cursor.memory.offset, begun);
    }

    /// Checks every frame: allowed now, in the order of its channel, and not had through a channel still joined.
    template <typename Allowed> void read(Guest& guest, Allowed allowed)
    {
        if (guest.client->session.failure())
            complain("failed");
        for (const QByteArray& frame : guest.client->read()) {
            ++m_delivered;
            const QByteArray id = frame.first(frame.indexOf('@'));
            const QByteArray channel = frame.mid(id.size() + 1, frame.indexOf(':') - id.size() - 1);
            const quint64 offset = frame.sliced(frame.indexOf(':') + 1).toULongLong();
            const auto event = std::find_if(m_all.begin(), m_all.end(), [&](const EventPtr& e) { return e->id == id; });
            if (event == m_all.end() || !allowed(**event))
                complain("not expected now: " + frame);
            const auto member = guest.member.find(channel);
            if (member == guest.member.end() || !member->second.answered) {
                complain("not of a live channel: " + frame);
                continue;
            }
            if (offset <= member->second.lastOffset)
                complain("out of order: " + frame);
            member->second.lastOffset = offset;
            if (const auto before = guest.had.find(id); before != guest.had.end()) {
                const auto by = guest.member.find(before->second.first);
                if (by != guest.member.end() && by->second.serial == before->second.second)
                    complain("twice: " + frame);
            }
            guest.had[id] = {channel, member->second.serial};
        }
    }
    /// Every event of the log after `from` up to `to` in a live channel (of those named, if any) has been had.
    void requireEverything(const Guest& guest, quint64 from, quint64 to, const std::vector<QByteArray>& of = {})
    {
        for (quint64 offset = from + 1; offset <= to; ++offset) {
            const EventPtr& event = m_all[offset - 1];
            for (const Placement& placement : event->placements) {
                const auto member = guest.member.find(placement.channel);
                const bool asked = of.empty() || std::find(of.begin(), of.end(), placement.channel) != of.end();
                if (asked && member != guest.member.end() && member->second.answered && guest.had.count(event->id) == 0)
                    complain("missing: " + event->id + " of " + placement.channel);
            }
        }
    }
    void complain(const QByteArray& text) { m_complaints.append(text); }

    QRandomGenerator m_random;
    ManualClock m_clock;
    MemoryBroker m_broker;
    PlainEncoder m_encoder;
    Hub m_hub;
    std::map<int, Guest> m_guests;
    std::vector<EventPtr> m_all;
    std::deque<Request> m_toCore;
    std::deque<Answer> m_toWorker;
    QByteArrayList m_complaints;
    int m_serial = 0;
    int m_delivered = 0;
};

} // namespace signalbox
