// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/localtime.h"

#include <QDateTime>

namespace signalbox::console {

namespace {

constexpr qint64 kUsualDayMs = 24LL * 3600 * 1000;

/// The day that was asked for last.
struct Day
{
    QDate date;
    qint64 begins = 0;
    qint64 ends = 0;
};

const Day& dayWith(qint64 ms)
{
    static Day day;
    if (ms < day.begins || ms >= day.ends) {
        day.date = QDateTime::fromMSecsSinceEpoch(ms).date();
        day.begins = day.date.startOfDay().toMSecsSinceEpoch();
        day.ends = day.date.addDays(1).startOfDay().toMSecsSinceEpoch();
    }
    return day;
}

} // namespace

QDate localDay(qint64 ms)
{
    return dayWith(ms).date;
}

QTime localTime(qint64 ms)
{
    const Day& day = dayWith(ms);
    if (day.ends - day.begins != kUsualDayMs) // clocks are changed on it
        return QDateTime::fromMSecsSinceEpoch(ms).time();
    return QTime::fromMSecsSinceStartOfDay(static_cast<int>(ms - day.begins));
}

} // namespace signalbox::console
