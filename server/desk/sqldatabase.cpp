// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/sqldatabase.h"

#include <QSqlError>

namespace signalbox {

using namespace Qt::StringLiterals;

SqlRows::~SqlRows()
{
    if (m_query)
        m_query->finish(); // an unfinished statement keeps its locks
}

bool SqlRows::next()
{
    if (!m_query)
        return false;
    m_column = 0;
    if (m_query->next())
        return true;
    if (m_query->lastError().isValid())
        m_database->fail(m_query->lastError());
    return false;
}

SqlDatabase::SqlDatabase(const QString& connectionName, const SqlDialect& dialect)
    : m_connection(QSqlDatabase::database(connectionName, false))
    , m_dialect(dialect)
{
}

SqlDatabase::~SqlDatabase()
{
    const QString name = m_connection.connectionName();
    m_statements.clear();
    m_connection.close();
    m_connection = QSqlDatabase();
    QSqlDatabase::removeDatabase(name);
}

/// Null to Qt is NULL to the database; an empty value is just empty to us.
QVariant SqlDatabase::variant(const QByteArray& bytes) const
{
    return bytes.isNull() ? QVariant(QByteArray("", 0)) : QVariant(bytes);
}

QVariant SqlDatabase::variant(const QString& text) const
{
    if (text.isNull())
        return QVariant(u""_s);
    if (m_dialect.textHoldsNul || !text.contains(QChar(u'\0')))
        return QVariant(text);
    return QVariant(QString(text).replace(QChar(u'\0'), QChar(QChar::ReplacementCharacter)));
}

QSqlQuery* SqlDatabase::prepared(const QString& sql)
{
    if (m_failure)
        return nullptr;
    const auto known = m_statements.find(sql);
    if (known != m_statements.end())
        return &known->second;
    QSqlQuery query(m_connection);
    query.setForwardOnly(true);
    if (!query.prepare(sql)) {
        fail(query.lastError());
        return nullptr;
    }
    return &m_statements.emplace(sql, std::move(query)).first->second;
}

SqlRows SqlDatabase::executed(QSqlQuery* query)
{
    SqlRows rows(this, query);
    if (query->exec())
        return rows;
    fail(query->lastError());
    return {};
}

SqlRows SqlDatabase::runWith(const QString& sql, const QVariantList& values)
{
    QSqlQuery* query = prepared(sql);
    if (query == nullptr)
        return {};
    for (int i = 0; i < static_cast<int>(values.size()); ++i)
        query->bindValue(i, values[i]);
    return executed(query);
}

bool SqlDatabase::runOnce(const QString& sql)
{
    if (m_failure)
        return false;
    QSqlQuery query(m_connection);
    query.setForwardOnly(true);
    if (!query.exec(sql))
        fail(query.lastError());
    return !m_failure;
}

bool SqlDatabase::control(const QString& sql)
{
    if (!m_dialect.preparesControl)
        return runOnce(sql);
    run(sql);
    return !m_failure;
}

void SqlDatabase::fail(const QSqlError& error)
{
    SqlDialect::Failure failure = m_dialect.failureOf(error);
    if (failure.connectionLost)
        m_connected = false;
    if (!m_failure)
        m_failure = std::move(failure.error);
}

bool SqlDatabase::begin(Store::Access access)
{
    if (m_inTransaction || m_failure)
        rollback();
    m_inTransaction = control(access == Store::Access::Read ? m_dialect.beginRead : m_dialect.beginWrite);
    return m_inTransaction;
}

bool SqlDatabase::commit()
{
    if (m_inTransaction && !m_failure && control(u"commit"_s)) {
        m_inTransaction = false;
        return true;
    }
    // What failed stays to be asked for; the transaction ends here.
    const std::optional<Error> failure = m_failure;
    rollback();
    m_failure = failure ? failure : Error(ErrorCode::Internal, u"There is no transaction to commit."_s);
    return false;
}

void SqlDatabase::rollback()
{
    if (m_connected)
        m_failure.reset();
    // It may have been ended by the database (disk full): then this fails, and all is well.
    if (m_connected && m_inTransaction)
        control(u"rollback"_s);
    m_inTransaction = false;
    if (m_connected)
        m_failure.reset();
}

void SqlDatabase::savepoint()
{
    control(u"savepoint job"_s);
}

void SqlDatabase::releaseSavepoint()
{
    control(u"release savepoint job"_s);
}

void SqlDatabase::rollbackToSavepoint()
{
    if (!m_connected)
        return;
    const std::optional<Error> failure = std::exchange(m_failure, std::nullopt);
    // A database that ended the whole transaction (SQLite: disk full) knows the savepoint no more. The failure stays.
    if (!control(u"rollback to savepoint job"_s) || !control(u"release savepoint job"_s))
        m_failure = failure ? failure : m_failure;
}

} // namespace signalbox
