// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/sqldialect.h"
#include "desk/store.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QVariant>

#include <type_traits>
#include <unordered_map>

namespace signalbox {

class SqlDatabase;

/// The rows of a statement that has run, read once, forward, column after column. Rows of the same statement text must
/// not be open twice at a time. Empty when the database has failed.
class SqlRows
{
public:
    SqlRows() = default;
    SqlRows(SqlDatabase* database, QSqlQuery* query)
        : m_database(database)
        , m_query(query)
    {
    }
    ~SqlRows();
    SqlRows(SqlRows&& other) noexcept
        : m_database(other.m_database)
        , m_query(std::exchange(other.m_query, nullptr))
        , m_column(other.m_column)
    {
    }
    SqlRows& operator=(SqlRows&&) = delete;

    bool next();
    // The next column of this row.
    qint64 number() { return take().toLongLong(); }
    quint64 count() { return static_cast<quint64>(number()); }
    int smallNumber() { return static_cast<int>(number()); }
    template <typename Enum> Enum value() { return static_cast<Enum>(number()); }
    QByteArray bytes() { return take().toByteArray(); }
    QString text() { return take().toString(); }

    /// How many rows an UPDATE or DELETE has changed.
    int changed() const { return m_query ? m_query->numRowsAffected() : 0; }

private:
    QVariant take() { return m_query->value(m_column++); }

    SqlDatabase* m_database = nullptr;
    QSqlQuery* m_query = nullptr;
    int m_column = 0;
};

/// One connection with its prepared statements. Keeps the first failure of a transaction and does nothing more until
/// the rollback (see store.h). Belongs to the thread that made it; removes its connection with itself.
class SqlDatabase
{
public:
    /// Of a connection that QSqlDatabase knows by this name.
    SqlDatabase(const QString& connectionName, const SqlDialect& dialect);
    ~SqlDatabase();
    SqlDatabase(const SqlDatabase&) = delete;
    SqlDatabase& operator=(const SqlDatabase&) = delete;

    const SqlDialect& dialect() const { return m_dialect; }

    /// Runs a statement of ours with `?` for these values: integers, enumerations, bool, QByteArray, QString.
    template <typename... Values> SqlRows run(const QString& sql, const Values&... values)
    {
        QSqlQuery* query = prepared(sql);
        if (query == nullptr)
            return {};
        int index = 0;
        (query->bindValue(index++, variant(values)), ...);
        return executed(query);
    }
    /// The same with values that were made by variant().
    SqlRows runWith(const QString& sql, const QVariantList& values);
    QVariant variant(const QByteArray& bytes) const;
    QVariant variant(const QString& text) const;
    template <typename Number> QVariant variant(Number number) const
    {
        static_assert(std::is_integral_v<Number> || std::is_enum_v<Number>);
        return QVariant(static_cast<qlonglong>(number)); // drivers take unsigned 64 bits for a text
    }
    /// A statement that is run once or cannot be prepared: BEGIN, a pragma, a migration's.
    bool runOnce(const QString& sql);

    bool begin(Store::Access access);
    bool commit();
    void rollback();
    void savepoint();
    void releaseSavepoint();
    void rollbackToSavepoint();

    void fail(const QSqlError& error);
    const std::optional<Error>& failure() const { return m_failure; }
    bool isConnected() const { return m_connected; }

private:
    QSqlQuery* prepared(const QString& sql);
    SqlRows executed(QSqlQuery* query);
    bool control(const QString& sql);

    QSqlDatabase m_connection;
    const SqlDialect& m_dialect;
    std::unordered_map<QString, QSqlQuery> m_statements;
    std::optional<Error> m_failure;
    bool m_connected = true;
    bool m_inTransaction = false;
};

/// The first column of the first row, 0 without one.
inline qint64 firstNumber(SqlRows rows)
{
    return rows.next() ? rows.number() : 0;
}

} // namespace signalbox
