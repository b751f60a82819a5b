// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/sqliteconnection.h"

#include "desk/sqlitevfs.h"

#include <QFile>

#include <mutex>
#include <vector>

#include <sqlite3.h>

namespace signalbox {

using namespace Qt::StringLiterals;

namespace {

/// Once per process, before the first connection. Savepoints keep the pages they may have to bring back in memory:
/// SQLite would write those of an average message to a temporary file. When somebody else was first (a test that opens
/// a database by Qt's driver), this is without effect, and so is nothing else.
void configureOnce()
{
    constexpr int kSpillBytes = 4 << 20;
    static std::once_flag once;
    std::call_once(once, [] {
        sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, kSpillBytes);
        sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    });
}

ErrorCode codeOf(int result)
{
    switch (result & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_READONLY:
    case SQLITE_NOMEM:
    case SQLITE_INTERRUPT:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
        return ErrorCode::Unavailable;
    default:
        return ErrorCode::Internal;
    }
}

/// After a failed fsync nobody knows what the file holds: it has to be opened again.
bool mustReopen(int result)
{
    switch (result & 0xff) {
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return true;
    default:
        return false;
    }
}

class SqliteStatement final : public SqlStatement
{
public:
    SqliteStatement(sqlite3* connection, sqlite3_stmt* statement)
        : m_connection(connection)
        , m_statement(statement)
        , m_values(static_cast<size_t>(sqlite3_bind_parameter_count(statement)))
    {
    }
    ~SqliteStatement() override { sqlite3_finalize(m_statement); }
    SqliteStatement(const SqliteStatement&) = delete;
    SqliteStatement& operator=(const SqliteStatement&) = delete;

    void bind(int index, qint64 value) override { sqlite3_bind_int64(m_statement, index + 1, value); }
    void bind(int index, const QByteArray& value) override;
    void bind(int index, const QString& value) override;
    bool execute() override;
    bool next() override;
    bool failed() const override { return m_result != SQLITE_ROW && m_result != SQLITE_DONE; }
    qint64 number(int column) override { return sqlite3_column_int64(m_statement, column); }
    QByteArray bytes(int column) override;
    QString text(int column) override;
    int changed() const override { return sqlite3_changes(m_connection); }
    qint64 insertedId() const override { return sqlite3_last_insert_rowid(m_connection); }
    void finish() override;

private:
    sqlite3* m_connection;
    sqlite3_stmt* m_statement;
    std::vector<QByteArray> m_values; ///< what is bound: SQLite reads it where it is
    int m_result = SQLITE_DONE;
    bool m_isFirst = false; ///< execute() has stepped to the row that next() goes to
};

void SqliteStatement::bind(int index, const QByteArray& value)
{
    QByteArray& held = m_values[static_cast<size_t>(index)] = value;
    // A null pointer would be NULL.
    sqlite3_bind_blob64(m_statement, index + 1, held.isEmpty() ? "" : held.constData(),
                        static_cast<sqlite3_uint64>(held.size()), SQLITE_STATIC);
}

void SqliteStatement::bind(int index, const QString& value)
{
    QByteArray& held = m_values[static_cast<size_t>(index)] = value.toUtf8();
    sqlite3_bind_text64(m_statement, index + 1, held.isEmpty() ? "" : held.constData(),
                        static_cast<sqlite3_uint64>(held.size()), SQLITE_STATIC, SQLITE_UTF8);
}

bool SqliteStatement::execute()
{
    m_result = sqlite3_step(m_statement);
    m_isFirst = m_result == SQLITE_ROW;
    return !failed();
}

bool SqliteStatement::next()
{
    if (!m_isFirst && m_result == SQLITE_ROW)
        m_result = sqlite3_step(m_statement);
    m_isFirst = false;
    return m_result == SQLITE_ROW;
}

QByteArray SqliteStatement::bytes(int column)
{
    const auto* data = static_cast<const char*>(sqlite3_column_blob(m_statement, column));
    return {data, sqlite3_column_bytes(m_statement, column)};
}

QString SqliteStatement::text(int column)
{
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(m_statement, column));
    return QString::fromUtf8(data, sqlite3_column_bytes(m_statement, column));
}

void SqliteStatement::finish()
{
    sqlite3_reset(m_statement);
    for (QByteArray& value : m_values)
        value.clear();
}

} // namespace

SqliteConnection::SqliteConnection(const QString& path, int busyTimeoutMs)
{
    configureOnce();
    // Without locks of its own: one thread uses it.
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    m_isOpen =
        sqlite3_open_v2(QFile::encodeName(path).constData(), &m_handle, flags, gatheringSqliteVfs()) == SQLITE_OK;
    sqlite3_busy_timeout(m_handle, busyTimeoutMs);
}

SqliteConnection::~SqliteConnection()
{
    sqlite3_close(m_handle);
}

std::unique_ptr<SqlStatement> SqliteConnection::prepare(const QString& sql)
{
    const QByteArray utf8 = sql.toUtf8();
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(m_handle, utf8.constData(), static_cast<int>(utf8.size()), SQLITE_PREPARE_PERSISTENT,
                           &statement, nullptr) != SQLITE_OK)
        return nullptr;
    return std::make_unique<SqliteStatement>(m_handle, statement);
}

bool SqliteConnection::run(const QString& sql)
{
    return sqlite3_exec(m_handle, sql.toUtf8().constData(), nullptr, nullptr, nullptr) == SQLITE_OK;
}

SqlFailure SqliteConnection::failure() const
{
    const int result = sqlite3_extended_errcode(m_handle);
    return {Error(codeOf(result), u"The database failed: "_s + QString::fromUtf8(sqlite3_errmsg(m_handle))),
            mustReopen(result)};
}

} // namespace signalbox
