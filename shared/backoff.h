// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

namespace signalbox {

/// Waits between attempts to reconnect: 1, 2, 4, 8, 10, 10… seconds (spec section 8), each shortened by up to a
/// quarter at random so that clients of a restarted server do not come back at the same instant.
class Backoff
{
public:
    /// The wait before the next attempt, in milliseconds; each call counts as one failed attempt.
    int nextDelayMs();
    /// Attempts counted since the last reset.
    int attempts() const { return m_attempts; }
    /// Call when a connection has been established.
    void reset() { m_attempts = 0; }

private:
    int m_attempts = 0;
};

} // namespace signalbox
