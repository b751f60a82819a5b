// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDeadlineTimer>

namespace signalbox {

/// Milliseconds of a clock that nobody sets: what connections and their timers live by. Tests turn Redis's clock, not
/// this one.
inline qint64 steadyNowMs()
{
    return QDeadlineTimer::current().deadline();
}

} // namespace signalbox
