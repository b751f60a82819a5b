// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QDate>
#include <QString>

namespace signalbox::console {

/// Times as people read them, in the language that is chosen now.
class TimeText
{
    Q_DECLARE_TR_FUNCTIONS(signalbox::console::TimeText)
public:
    /// A wait that runs: "0:07", "12:40", "1:05:09"; "3 d" from a day on.
    static QString wait(qint64 ms);
    /// The time of day, "14:05".
    static QString clock(qint64 msSinceEpoch);
    /// "Today", "Yesterday", "Monday, 23 November".
    static QString day(const QDate& day, const QDate& today);
    /// The clock today, "Mon" within a week, else the date: for lists.
    static QString brief(qint64 msSinceEpoch, const QDate& today);
    /// "38 s", "2 min": for sentences.
    static QString span(qint64 ms);
};

} // namespace signalbox::console
