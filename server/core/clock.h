// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <atomic>

namespace signalbox {

/// The one source of time. Every part that ages, expires or waits asks a Clock it was given, so that a test can turn
/// it. Both readings may be taken from any thread.
class Clock
{
public:
    virtual ~Clock() = default;
    /// Milliseconds since 1970 UTC; may jump when the system's clock is set. For timestamps and token expiry.
    virtual qint64 wallMs() const = 0;
    /// Milliseconds since some fixed moment; never goes back. For waits and ages.
    virtual qint64 steadyMs() const = 0;
};

/// The machine's clocks.
class SystemClock final : public Clock
{
public:
    qint64 wallMs() const override;
    qint64 steadyMs() const override;
};

/// A clock that stands still until a test turns it.
class ManualClock final : public Clock
{
public:
    explicit ManualClock(qint64 wallMs = 1'700'000'000'000)
        : m_wallMs(wallMs)
    {
    }
    qint64 wallMs() const override { return m_wallMs; }
    qint64 steadyMs() const override { return m_steadyMs; }
    void advance(qint64 ms)
    {
        m_wallMs += ms;
        m_steadyMs += ms;
    }

private:
    std::atomic<qint64> m_wallMs;
    std::atomic<qint64> m_steadyMs{1};
};

} // namespace signalbox
