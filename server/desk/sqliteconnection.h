// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/sqldriver.h"

struct sqlite3;

namespace signalbox {

/// SQLite by its own interface: Qt's driver describes all columns anew at every execution, which costs more than the
/// statements do (docs/decisions/0013).
class SqliteConnection final : public SqlConnection
{
public:
    /// Opens the file, which is there; look at isOpen(). Waits so long for a lock of others.
    SqliteConnection(const QString& path, int busyTimeoutMs);
    ~SqliteConnection() override;
    SqliteConnection(const SqliteConnection&) = delete;
    SqliteConnection& operator=(const SqliteConnection&) = delete;

    bool isOpen() const { return m_isOpen; }
    std::unique_ptr<SqlStatement> prepare(const QString& sql) override;
    bool run(const QString& sql) override;
    SqlFailure failure() const override;

private:
    sqlite3* m_handle = nullptr;
    bool m_isOpen = false;
};

} // namespace signalbox
