// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace signalbox::console {

/// Sends the program's log (qDebug and so on) to `folder`/console.log, and to stderr as before. At 1 MiB the file is
/// renamed to console.1.log, whose predecessor goes. Secrets are taken out. Any thread may log. Call it once.
void startLogFile(const QString& folder);
/// The newest lines of the log, at most `count`.
QStringList lastLogLines(int count);

/// When the program dies of a signal, an abort or an uncaught exception: where it was, in `folder`/crash.txt.
void startCrashFile(const QString& folder);
/// What the last crash left; empty: nothing. It is renamed, so that it is offered once.
QString takeCrashReport(const QString& folder);

} // namespace signalbox::console
