// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/roomcensus.h"

#include <QSemaphore>

#include <algorithm>

namespace signalbox {

void RoomCensus::count(const Core::RoomsDone& done)
{
    countOwn([this, done](Core::RoomCounts counts) {
        if (m_redis)
            m_redis->addOtherRooms(counts);
        done(counts);
    });
}

void RoomCensus::countOwn(const Core::RoomsDone& done)
{
    struct Count
    {
        Core::RoomCounts rooms;
        size_t missing = 0;
    };
    const auto count = std::make_shared<Count>();
    count->missing = m_rooms.size();
    for (const auto& room : m_rooms) {
        room->worker().post([this, &edge = room->edge(), count, done] {
            m_core.post([count, done, found = edge.hub().roomCounts()] {
                for (auto it = found.cbegin(); it != found.cend(); ++it)
                    count->rooms[it.key()] += it.value();
                if (--count->missing == 0)
                    done(count->rooms);
            });
        });
    }
}

RoomPage RoomCensus::busiest(qsizetype limit) const
{
    struct Found
    {
        Core::RoomCounts rooms;
        QSemaphore counted;
    };
    constexpr int kPatienceMs = 500;
    Core::RoomCounts counts;
    for (const auto& room : m_rooms) {
        const auto found = std::make_shared<Found>();
        const auto look = [found, &edge = room->edge()] {
            found->rooms = edge.hub().roomCounts();
            found->counted.release();
        };
        if (room->worker().isCurrentThread())
            look();
        else
            room->worker().post(look);
        if (!found->counted.tryAcquire(1, kPatienceMs))
            continue;
        for (auto it = found->rooms.cbegin(); it != found->rooms.cend(); ++it)
            counts[it.key()] += it.value();
    }
    if (m_redis)
        m_redis->addOtherRooms(counts);
    RoomPage page;
    page.total = counts.size();
    for (auto it = counts.cbegin(); it != counts.cend(); ++it)
        page.busiest.push_back({it.key(), it.value()});
    std::sort(page.busiest.begin(), page.busiest.end(), [](const RoomLoad& a, const RoomLoad& b) {
        return a.sessions != b.sessions ? a.sessions > b.sessions : a.channel < b.channel;
    });
    if (static_cast<qsizetype>(page.busiest.size()) > limit)
        page.busiest.resize(static_cast<size_t>(limit));
    return page;
}

} // namespace signalbox
