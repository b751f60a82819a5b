// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/sqldatabase.h"

namespace signalbox {

/// Connects to what a DATABASE_URL names (see sqlstore.h) and sets the connection up; no tables are looked at. SQLite:
/// makes the folder and the file (readable by its owner only) for Access::Write, and wants them there for Access::Read.
/// Unavailable when it cannot be reached now, InvalidField for a URL that can never work.
Result<std::unique_ptr<SqlDatabase>> openDatabase(const QByteArray& url, Store::Access access);

} // namespace signalbox
