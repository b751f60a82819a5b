// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/corelimits.h"

#include <limits>

namespace signalbox {

MemoryBroker::Limits brokerLimits(const Settings& settings)
{
    MemoryBroker::Limits limits;
    limits.eventsPerChannel = settings.history.events;
    limits.ageMs = settings.history.ageMs;
    limits.totalBytes =
        settings.history.totalBytes > 0 ? settings.history.totalBytes : std::numeric_limits<qint64>::max();
    limits.channels = settings.limits.channels;
    limits.idempotencyMs = settings.limits.idempotencyMs;
    limits.idempotencyKeys = settings.limits.idempotencyKeys;
    return limits;
}

ConnectionLimits connectionLimits(const Settings& settings)
{
    const LimitSettings& limits = settings.limits;
    return {limits.connections,
            limits.connectionsPerDialog,
            limits.connectionsPerToken,
            limits.streamsPerUser,
            limits.tabsPerGuest,
            limits.operators,
            limits.unidentified,
            limits.unidentifiedPerAddress,
            settings.streams.limitPolicy == StreamLimitPolicy::EvictOldest};
}

} // namespace signalbox
