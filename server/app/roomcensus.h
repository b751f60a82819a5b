// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/redisroom.h"
#include "app/workerroom.h"
#include "ops/managementserver.h"

#include <memory>
#include <vector>

namespace signalbox {

/// How many sessions each channel has: every worker knows its own, and of the other servers Redis knows what they said
/// last. Core thread.
class RoomCensus
{
public:
    /// Everything outlives the census. `redis` may be null: there are no other servers.
    RoomCensus(const std::vector<std::unique_ptr<WorkerRoom>>& rooms, Mailbox& core,
               const std::unique_ptr<RedisRoom>& redis)
        : m_rooms(rooms)
        , m_core(core)
        , m_redis(redis)
    {
    }

    /// Answers on the core thread, later.
    void count(const Core::RoomsDone& done);
    void countOwn(const Core::RoomsDone& done);
    /// The management port answers at once: this waits for each worker's turn, but not for one that hangs.
    RoomPage busiest(qsizetype limit) const;

private:
    const std::vector<std::unique_ptr<WorkerRoom>>& m_rooms;
    Mailbox& m_core;
    const std::unique_ptr<RedisRoom>& m_redis;
};

} // namespace signalbox
