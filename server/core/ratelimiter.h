// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenbucket.h"

#include <QByteArray>
#include <QHash>

namespace signalbox {

/// A token bucket per client (spec section 8), for one worker. Bounded: buckets that have been quiet long enough to be
/// full again are forgotten when there are too many. Not thread-safe.
class RateLimiter
{
public:
    static constexpr qsizetype kMaxClients = 50'000;

    /// True when the client may go on.
    bool take(const QByteArray& client, int perSecond, int burst, qint64 nowMs);
    qsizetype clients() const { return m_buckets.size(); }

private:
    QHash<QByteArray, TokenBucket> m_buckets;
};

} // namespace signalbox
