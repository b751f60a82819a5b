// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace signalbox {

/// "2026-11-21T10:30:11.123Z" of milliseconds since 1970 UTC.
QByteArray isoTime(qint64 wallMs);

} // namespace signalbox
