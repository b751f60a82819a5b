// SPDX-License-Identifier: GPL-3.0-or-later
#include "ops/looplag.h"

#include <algorithm>
#include <utility>

namespace signalbox {

LoopLag::LoopLag(const Clock& clock, Report report, int intervalMs)
    : m_clock(clock)
    , m_report(std::move(report))
{
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setSingleShot(true);
    m_timer.setInterval(intervalMs);
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { measure(); });
    arm();
}

void LoopLag::arm()
{
    m_dueMs = m_clock.steadyMs() + m_timer.interval();
    m_timer.start();
}

void LoopLag::measure()
{
    const qint64 lateMs = std::max<qint64>(0, m_clock.steadyMs() - m_dueMs);
    m_report(static_cast<double>(lateMs) / 1000);
    arm();
}

} // namespace signalbox
