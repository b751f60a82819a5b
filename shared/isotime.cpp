// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/isotime.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace signalbox {

QByteArray isoTime(qint64 wallMs)
{
    // Once per event: QDateTime takes ten times as long.
    using namespace std::chrono;
    const sys_time<milliseconds> time{milliseconds(wallMs)};
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    std::array<char, 40> text{};
    const int size =
        std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", int(date.year()),
                      unsigned(date.month()), unsigned(date.day()), int(clock.hours().count()),
                      int(clock.minutes().count()), int(clock.seconds().count()), int(clock.subseconds().count()));
    return QByteArray(text.data(), size);
}

} // namespace signalbox
