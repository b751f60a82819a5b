// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/paint/timetext.h"

#include <QDateTime>
#include <QLocale>

namespace signalbox::console {

namespace {

constexpr qint64 kMinute = 60;
constexpr qint64 kHour = 60 * kMinute;
constexpr qint64 kDay = 24 * kHour;

QString two(qint64 number)
{
    return QString::number(number).rightJustified(2, QLatin1Char('0'));
}

QString capital(QString text)
{
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    return text;
}

} // namespace

QString TimeText::wait(qint64 ms)
{
    const qint64 s = std::max<qint64>(0, ms / 1000);
    if (s >= kDay)
        return tr("%1 d", "days").arg(s / kDay);
    if (s >= kHour)
        return QString::number(s / kHour) + QLatin1Char(':') + two(s % kHour / kMinute) + QLatin1Char(':') +
               two(s % kMinute);
    return QString::number(s / kMinute) + QLatin1Char(':') + two(s % kMinute);
}

QString TimeText::clock(qint64 msSinceEpoch)
{
    return QDateTime::fromMSecsSinceEpoch(msSinceEpoch).toString(QStringLiteral("HH:mm"));
}

QString TimeText::day(const QDate& day, const QDate& today)
{
    if (day == today)
        return tr("Today");
    if (day == today.addDays(-1))
        return tr("Yesterday");
    const QString form = day.year() == today.year() ? QStringLiteral("dddd, d MMMM") : QStringLiteral("d MMMM yyyy");
    return capital(QLocale().toString(day, form));
}

QString TimeText::brief(qint64 msSinceEpoch, const QDate& today)
{
    if (msSinceEpoch == 0)
        return {};
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(msSinceEpoch);
    if (time.date() == today)
        return clock(msSinceEpoch);
    const bool thisWeek = time.date().daysTo(today) < 7;
    return QLocale().toString(time.date(), thisWeek ? QStringLiteral("ddd") : QStringLiteral("d MMM"));
}

QString TimeText::span(qint64 ms)
{
    const qint64 s = std::max<qint64>(0, ms / 1000);
    if (s < kMinute)
        return tr("%1 s", "seconds").arg(s);
    if (s < kHour)
        return tr("%1 min", "minutes").arg(s / kMinute);
    return tr("%1 h %2 min").arg(s / kHour).arg(s % kHour / kMinute);
}

} // namespace signalbox::console
