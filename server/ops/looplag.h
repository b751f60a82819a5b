// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"

#include <QTimer>

#include <functional>

namespace signalbox {

/// How late an event loop serves what is due: a timer that knows when it should have fired. Lives on the loop's
/// thread: made, called and destroyed there. It wakes an idle loop once per interval.
class LoopLag
{
public:
    /// Seconds, never negative, to the clock's millisecond.
    using Report = std::function<void(double lagSeconds)>;

    LoopLag(const Clock& clock, Report report, int intervalMs = 500);

private:
    void arm();
    void measure();

    const Clock& m_clock;
    const Report m_report;
    QTimer m_timer;
    qint64 m_dueMs = 0;
};

} // namespace signalbox
