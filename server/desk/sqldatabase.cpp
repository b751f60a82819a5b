// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/sqldatabase.h"

namespace signalbox {

using namespace Qt::StringLiterals;

namespace {

bool mayChange(const QString& sql)
{
    return !sql.startsWith("select "_L1) && !sql.startsWith("with recursive "_L1);
}

} // namespace

bool SqlRows::next()
{
    if (!m_statement)
        return false;
    m_column = 0;
    if (m_statement->next())
        return true;
    if (m_statement->failed())
        m_database->fail();
    return false;
}

SqlStatement* SqlDatabase::prepared(const QString& sql)
{
    if (m_failure)
        return nullptr;
    auto known = m_statements.find(sql);
    if (known == m_statements.end()) {
        std::unique_ptr<SqlStatement> statement = m_connection->prepare(sql);
        if (!statement) {
            fail();
            return nullptr;
        }
        known = m_statements.emplace(sql, Prepared{std::move(statement), mayChange(sql)}).first;
    }
    if (known->second.changes)
        ++m_changes;
    return known->second.statement.get();
}

SqlRows SqlDatabase::executed(SqlStatement* statement)
{
    SqlRows rows(this, statement);
    if (statement->execute())
        return rows;
    fail();
    return {};
}

SqlRows SqlDatabase::runWith(const QString& sql, const std::vector<SqlValue>& values)
{
    SqlStatement* statement = prepared(sql);
    if (statement == nullptr)
        return {};
    for (size_t i = 0; i < values.size(); ++i)
        std::visit([&](const auto& value) { statement->bind(static_cast<int>(i), value); }, values[i]);
    return executed(statement);
}

bool SqlDatabase::runOnce(const QString& sql)
{
    if (!m_failure && !m_connection->run(sql))
        fail();
    return !m_failure;
}

bool SqlDatabase::control(const QString& sql)
{
    if (!m_dialect.preparesControl)
        return runOnce(sql);
    run(sql);
    return !m_failure;
}

void SqlDatabase::fail()
{
    SqlFailure failure = m_connection->failure();
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
