// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDate>
#include <QTime>

namespace signalbox::console {

// The local day and time of milliseconds since 1970, for views that ask for hundreds at once, mostly of one day:
// QDateTime has the C library look at the time zone's file at each question (half the time of a switch between
// dialogs). GUI thread.

QDate localDay(qint64 ms);
QTime localTime(qint64 ms);

} // namespace signalbox::console
