// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/store.h"

namespace signalbox {

/// Opens the database that a DATABASE_URL names: `sqlite:PATH` (WAL, synchronous=FULL) or
/// `postgresql://user:password@host:port/database`. Runs the migrations that are missing (Access::Write; a reader finds
/// them done). The store belongs to the calling thread. An Error names the problem, never the password.
Result<std::unique_ptr<Store>> openSqlStore(const QByteArray& url, Store::Access access);

} // namespace signalbox
