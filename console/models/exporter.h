// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/store/thread.h"

#include <QAbstractItemModel>
#include <QStringList>

namespace signalbox::console {

/// One cell of CSV: quoted where needed, and defused: what a spreadsheet would take for a formula (=, +, -, @, tab, CR
/// at the beginning) gets an apostrophe in front. Plain numbers stay numbers.
QString csvCell(const QString& text);
/// Cells joined by commas, ended by CR LF (RFC 4180).
QString csvLine(const QStringList& cells);

/// A byte order mark, a head, and a line for each item: time (ISO), sender, kind, text.
QByteArray threadCsv(const QList<ThreadItem>& items);
/// For people: "2026-11-21 10:30  Анна: …", days as headings; times of the local zone.
QByteArray threadText(const Dialog& dialog, const QList<ThreadItem>& items);
/// A table as it is shown: the headers, then the display texts of all rows.
QByteArray tableCsv(const QAbstractItemModel& model);
QByteArray dialogsCsv(const QList<Dialog>& dialogs);

} // namespace signalbox::console
