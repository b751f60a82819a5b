// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/localsockets.h"

#include "socketio/socketroster.h"

namespace signalbox {

void LocalSockets::emitTo(const SocketBroadcastPtr& broadcast)
{
    for (const auto& room : m_rooms)
        room->worker().post([&room = *room, broadcast] { room.sockets().emitTo(*broadcast); });
}

void LocalSockets::emitForAck(const SocketBroadcastPtr& broadcast, Counted counted, Answered answered)
{
    struct Count
    {
        size_t missing;
        int clients;
        Counted counted;
    };
    const auto count = std::make_shared<Count>(Count{m_rooms.size(), 0, std::move(counted)});
    // Copied and dropped on the workers, called on the core: it holds nothing that belongs to the core's thread.
    const auto toCore = [&core = m_core, shared = std::make_shared<Answered>(std::move(answered))](
                            const SocketValues& answer) { core.post([shared, answer] { (*shared)(answer); }); };
    for (const auto& room : m_rooms) {
        room->worker().post([&room = *room, &core = m_core, broadcast, count, toCore] {
            const int asked = room.sockets().emitForAck(*broadcast, toCore);
            core.post([count, asked] {
                count->clients += asked;
                if (--count->missing == 0)
                    count->counted(count->clients);
            });
        });
    }
}

void LocalSockets::list(const SocketSelection& of, Listed listed)
{
    struct Found
    {
        size_t missing;
        std::vector<SocketDescription> sockets;
        Listed listed;
    };
    const auto found = std::make_shared<Found>(Found{m_rooms.size(), {}, std::move(listed)});
    for (const auto& room : m_rooms) {
        room->worker().post([&room = *room, &core = m_core, of, found] {
            core.post([found, some = room.sockets().list(of)] {
                found->sockets.insert(found->sockets.end(), some.begin(), some.end());
                if (--found->missing == 0)
                    found->listed(found->sockets);
            });
        });
    }
}

void LocalSockets::join(const SocketSelection& who, const std::vector<QByteArray>& rooms)
{
    for (const auto& room : m_rooms)
        room->worker().post([&room = *room, who, rooms] { room.sockets().join(who, rooms); });
}

void LocalSockets::leave(const SocketSelection& who, const std::vector<QByteArray>& rooms)
{
    for (const auto& room : m_rooms)
        room->worker().post([&room = *room, who, rooms] { room.sockets().leave(who, rooms); });
}

void LocalSockets::disconnect(const SocketSelection& who, bool closing)
{
    for (const auto& room : m_rooms)
        room->worker().post([&room = *room, who, closing] { room.sockets().disconnect(who, closing); });
}

} // namespace signalbox
