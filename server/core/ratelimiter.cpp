// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ratelimiter.h"

namespace signalbox {

bool RateLimiter::take(const QByteArray& client, int perSecond, int burst, qint64 nowMs)
{
    if (perSecond <= 0)
        return true;
    if (m_buckets.size() >= kMaxClients && !m_buckets.contains(client)) {
        const qint64 refillMs = 1000LL * std::max(1, burst) / perSecond + 1;
        m_buckets.removeIf([&](auto it) { return it->touchedMs() + refillMs <= nowMs; });
        if (m_buckets.size() >= kMaxClients)
            return false;
    }
    return m_buckets[client].take(perSecond, burst, nowMs);
}

} // namespace signalbox
