// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/foreigndoor.h"
#include "app/redisbridge.h"
#include "gateway/fanout.h"
#include "gateway/sources.h"
#include "ops/health.h"
#include "ops/metrics.h"
#include "redis/redisboard.h"
#include "redis/redisbroker.h"
#include "redis/redislastseen.h"
#include "redis/redispresence.h"
#include "redis/redissockets.h"

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
                                                   Sources& sources, const Catalog& catalog, Metrics& metrics);

    /// Begins to connect; what others publish in Redis goes to `broker`, which outlives the room's use as the fan-out
    /// does.
    void start(const Fanout& fanout, Broker& broker, IsElsewhere isElsewhere);
    void setSettings(const Settings& settings);
    RedisBroker& broker() { return m_broker; }
    const RedisBroker& broker() const { return m_broker; }
    RedisBoard& board() { return m_board; }
    RedisPresence& presence() { return m_presence; }
    RedisLastSeen& lastSeen() { return m_lastSeen; }
    RedisSavedSockets& savedSockets() { return m_savedSockets; }
    const RedisAddress& address() const { return m_address; }
    /// What the keys of this deployment begin with.
    const QByteArray& prefix() const { return m_prefix; }
    /// For the server's bus.
    BusObserver* observer();
    /// Null: nothing is written for others.
    RedisOutward* outward() { return m_bridge ? &m_bridge->outward() : nullptr; }

    using RoomCounts = QHash<QByteArray, int>;
    /// Channel → sessions of this server, for the others.
    void tellRooms(const RoomCounts& rooms);
    /// Adds the sessions of the others, as they told them last.
    void addOtherRooms(RoomCounts& rooms) const;
    /// Counts and logs a message that somebody put into a channel or stream and that was not understood.
    void dropped(const QByteArray& channel, const Error& why) { m_dropped.note(channel, why); }

private:
    RedisRoom(const Settings& settings, const Clock& clock, const RedisAddress& address, Health& health,
              Sources& sources, const Catalog& catalog, Metrics& metrics);
    void changed();

    const RedisAddress m_address;
    const QByteArray m_prefix;
    Health& m_health;
    Metrics& m_metrics;
    Sources& m_sources;
    const Fanout* m_fanout = nullptr;
    IsElsewhere m_isElsewhere;
    QSet<QByteArray> m_silent; ///< channels that were marked as unavailable
    RedisBroker m_broker;
    RedisBoard m_board;
    RedisPresence m_presence;
    RedisLastSeen m_lastSeen;
    RedisSavedSockets m_savedSockets;
    std::unique_ptr<RedisBridge> m_bridge; ///< null: it is not wanted
    RoomCounts m_rooms;                    ///< as told
    RefusalLog m_dropped;
};

} // namespace signalbox
