// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/backoff.h"

#include <QRandomGenerator>

namespace signalbox {

int Backoff::nextDelayMs()
{
    constexpr int kLongestMs = 10'000;
    const int full = m_attempts < 4 ? 1000 << m_attempts : kLongestMs;
    ++m_attempts;
    return full - static_cast<int>(QRandomGenerator::global()->bounded(full / 4));
}

} // namespace signalbox
