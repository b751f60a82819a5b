// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/sqldriver.h"

#include <QSqlDatabase>

class QSqlDriver;
class QSqlError;
class QUrl;

namespace signalbox {

/// PostgreSQL by Qt's driver.
class PostgresConnection final : public SqlConnection
{
public:
    /// Connects to `postgresql://user:password@host:port/database`; look at isOpen(). A query `host=` names the folder
    /// of a Unix socket, other items are options of libpq.
    explicit PostgresConnection(const QUrl& url);
    ~PostgresConnection() override;
    PostgresConnection(const PostgresConnection&) = delete;
    PostgresConnection& operator=(const PostgresConnection&) = delete;

    bool isOpen() const { return m_connection.isOpen(); }
    /// For notifications.
    QSqlDriver* driver() const { return m_connection.driver(); }
    std::unique_ptr<SqlStatement> prepare(const QString& sql) override;
    bool run(const QString& sql) override;
    SqlFailure failure() const override { return m_failure; }

    /// Called by statements, too.
    void noteFailure(const QSqlError& error);

private:
    QSqlDatabase m_connection;
    SqlFailure m_failure{Error(ErrorCode::Internal)};
};

} // namespace signalbox
