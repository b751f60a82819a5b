// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace signalbox::console {

class Workspace;

/// What "copy diagnostics" puts on the clipboard: versions, system, connection, counts, the last lines of the log. No
/// tokens, no passwords, no names or texts of guests.
QString diagnosticsText(const Workspace& workspace, const QStringList& lastLogLines);

/// A line with everything that looks like a secret replaced by "***": tokens, passwords, keys in queries and headers.
QString redacted(QString line);

} // namespace signalbox::console
