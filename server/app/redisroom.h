// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/settings.h"
#include "gateway/fanout.h"
#include "gateway/sources.h"
#include "ops/health.h"
#include "redis/redisboard.h"
#include "redis/redisbroker.h"
#include "redis/redislastseen.h"
#include "redis/redispresence.h"

#include <functional>
#include <memory>

namespace signalbox {

/// Redis of a server, put together: its broker, what its state does to the health and to the streams that it feeds, and
/// what the servers know of each other. Lives on the core thread.
class RedisRoom
{
public:
    /// True for a channel that does not depend on Redis.
    using IsElsewhere = std::function<bool(const QByteArray& channel)>;

    /// An error names the file of certificates that cannot be read.
    static Result<std::unique_ptr<RedisRoom>> make(const Settings& settings, const Clock& clock, Health& health,
                                                   Sources& sources);

    /// Begins to connect. The fan-out outlives the room.
    void start(const Fanout& fanout, IsElsewhere isElsewhere);
    void setSettings(const Settings& settings);
    RedisBroker& broker() { return m_broker; }
    const RedisBroker& broker() const { return m_broker; }
    RedisBoard& board() { return m_board; }
    RedisPresence& presence() { return m_presence; }
    RedisLastSeen& lastSeen() { return m_lastSeen; }

    using RoomCounts = QHash<QByteArray, int>;
    /// Channel → sessions of this server, for the others.
    void tellRooms(const RoomCounts& rooms);
    /// Adds the sessions of the others, as they told them last.
    void addOtherRooms(RoomCounts& rooms) const;

private:
    RedisRoom(const Settings& settings, const Clock& clock, const RedisAddress& address, Health& health,
              Sources& sources);
    void changed();

    Health& m_health;
    Sources& m_sources;
    const Fanout* m_fanout = nullptr;
    IsElsewhere m_isElsewhere;
    QSet<QByteArray> m_silent; ///< channels that were marked as unavailable
    RedisBroker m_broker;
    RedisBoard m_board;
    RedisPresence m_presence;
    RedisLastSeen m_lastSeen;
    RoomCounts m_rooms; ///< as told
};

} // namespace signalbox
