// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/sqldatabase.h"

namespace signalbox {

// The versions of the schema are the files resources/sql/NNN_name.sql, counted from 1 without holes. A file that has
// been released is never changed.

/// The version that this program knows.
int newestSchemaVersion();

/// Runs what is missing, each version in a transaction of its own. Any number of programs may do this at once. An Error
/// for a database that is newer than the program; nothing is changed then.
Result<void> migrate(SqlDatabase& database);

/// An Error unless the database has this program's version.
Result<void> checkSchemaVersion(SqlDatabase& database);

} // namespace signalbox
