// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/sqldialect.h"
#include "desk/sqldriver.h"
#include "desk/store.h"

#include <type_traits>
#include <unordered_map>
#include <variant>

namespace signalbox {

class SqlDatabase;

/// The rows of a statement that has run, read once, forward, column after column. Rows of the same statement text must
/// not be open twice at a time. Empty when the database has failed.
class SqlRows
{
public:
    SqlRows() = default;
    SqlRows(SqlDatabase* database, SqlStatement* statement)
        : m_database(database)
        , m_statement(statement)
    {
    }
    ~SqlRows()
    {
        if (m_statement)
            m_statement->finish(); // an unfinished statement keeps its locks
    }
    SqlRows(SqlRows&& other) noexcept
        : m_database(other.m_database)
        , m_statement(std::exchange(other.m_statement, nullptr))
        , m_column(other.m_column)
    {
    }
    SqlRows& operator=(SqlRows&&) = delete;

    bool next();
    // The next column of this row.
    qint64 number() { return m_statement->number(m_column++); }
    quint64 count() { return static_cast<quint64>(number()); }
    int smallNumber() { return static_cast<int>(number()); }
    template <typename Enum> Enum value() { return static_cast<Enum>(number()); }
    QByteArray bytes() { return m_statement->bytes(m_column++); }
    QString text() { return m_statement->text(m_column++); }

    qint64 insertedId() const { return m_statement ? m_statement->insertedId() : 0; }
    /// How many rows an UPDATE or DELETE has changed.
    int changed() const { return m_statement ? m_statement->changed() : 0; }

private:
    SqlDatabase* m_database = nullptr;
    SqlStatement* m_statement = nullptr;
    int m_column = 0;
};

/// A value whose type is known at run time only.
using SqlValue = std::variant<qint64, QByteArray, QString>;

/// One connection with its prepared statements. Keeps the first failure of a transaction and does nothing more until
/// the rollback (see store.h). Belongs to the thread that made it.
class SqlDatabase
{
public:
    SqlDatabase(std::unique_ptr<SqlConnection> connection, const SqlDialect& dialect)
        : m_connection(std::move(connection))
        , m_dialect(dialect)
    {
    }
    SqlDatabase(const SqlDatabase&) = delete;
    SqlDatabase& operator=(const SqlDatabase&) = delete;

    const SqlDialect& dialect() const { return m_dialect; }

    /// Runs a statement of ours with `?` for these values: integers, enumerations, bool, QByteArray, QString.
    template <typename... Values> SqlRows run(const QString& sql, const Values&... values)
    {
        SqlStatement* statement = prepared(sql);
        if (statement == nullptr)
            return {};
        int index = 0;
        (bind(*statement, index++, values), ...);
        return executed(statement);
    }
    /// Runs an INSERT of one row and tells the id it has got; 0 when it has failed. (RETURNING opens a table of its own
    /// in SQLite.)
    template <typename... Values> qint64 insert(const QString& sql, const Values&... values)
    {
        SqlRows rows = run(m_dialect.insertReturns.isEmpty() ? sql : QString(sql + m_dialect.insertReturns), values...);
        if (m_dialect.insertReturns.isEmpty())
            return rows.insertedId();
        return rows.next() ? rows.number() : 0;
    }
    SqlRows runWith(const QString& sql, const std::vector<SqlValue>& values);
    /// Statements that are run once or cannot be prepared: a pragma, a migration's.
    bool runOnce(const QString& sql);

    bool begin(Store::Access access);
    bool commit();
    void rollback();
    void savepoint();
    void releaseSavepoint();
    void rollbackToSavepoint();

    void fail();
    const std::optional<Error>& failure() const { return m_failure; }
    Error whyFailed() const { return m_failure.value_or(Error(ErrorCode::Internal)); }
    bool isConnected() const { return m_connected; }
    /// Grows with every statement that may have changed something.
    quint64 changes() const { return m_changes; }

private:
    template <typename Value> static void bind(SqlStatement& statement, int index, const Value& value)
    {
        if constexpr (std::is_integral_v<Value> || std::is_enum_v<Value>)
            statement.bind(index, static_cast<qint64>(value));
        else
            statement.bind(index, value);
    }
    struct Prepared
    {
        std::unique_ptr<SqlStatement> statement;
        bool changes = false;
    };

    SqlStatement* prepared(const QString& sql);
    SqlRows executed(SqlStatement* statement);
    bool control(const QString& sql);

    std::unique_ptr<SqlConnection> m_connection;
    const SqlDialect& m_dialect;
    std::unordered_map<QString, Prepared> m_statements;
    std::optional<Error> m_failure;
    bool m_connected = true;
    bool m_inTransaction = false;
    quint64 m_changes = 0;
};

/// The first column of the first row, 0 without one.
inline qint64 firstNumber(SqlRows rows)
{
    return rows.next() ? rows.number() : 0;
}

} // namespace signalbox
