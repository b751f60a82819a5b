// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <algorithm>

namespace signalbox {

/// A rate with a burst: `take()` is true as long as there are tokens, which come back at `perSecond`. Starts full.
class TokenBucket
{
public:
    /// perSecond 0: no limit.
    bool take(int perSecond, int burst, qint64 nowMs)
    {
        if (perSecond <= 0)
            return true;
        const double most = std::max(1, burst);
        if (m_touchedMs == 0)
            m_tokens = most;
        else
            m_tokens = std::min(most, m_tokens + static_cast<double>(nowMs - m_touchedMs) * perSecond / 1000.0);
        m_touchedMs = std::max<qint64>(1, nowMs);
        if (m_tokens < 1.0)
            return false;
        m_tokens -= 1.0;
        return true;
    }
    qint64 touchedMs() const { return m_touchedMs; }

private:
    double m_tokens = 0;
    qint64 m_touchedMs = 0;
};

} // namespace signalbox
