// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/opendatabase.h"

#include "desk/postgresconnection.h"
#include "desk/sqliteconnection.h"

#include <QDir>
#include <QFileInfo>
#include <QThread>
#include <QUrl>

#include <fcntl.h>
#include <unistd.h>

namespace signalbox {

using namespace Qt::StringLiterals;

namespace {

using Opened = Result<std::unique_ptr<SqlDatabase>>;

constexpr int kBusyTimeoutMs = 2000;

Error badUrl(const QString& text)
{
    return {ErrorCode::InvalidField, text, "DATABASE_URL"_ba};
}

/// Messages of people are in it: nobody but its owner reads the file. SQLite gives the files beside it the same mode.
Result<void> makeSqliteFile(const QString& path)
{
    if (!QDir().mkpath(QFileInfo(path).absolutePath()))
        return Error(ErrorCode::Unavailable, u"The folder of "_s + path + u" cannot be made."_s);
    const int file = ::open(QFile::encodeName(path).constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        return Error(ErrorCode::Unavailable, path + u" cannot be opened: "_s + qt_error_string());
    ::close(file);
    return {};
}

/// Two programs that change a new file to WAL at once get SQLITE_BUSY without waiting.
bool enterWalMode(SqlDatabase& database)
{
    constexpr int kAttempts = 100;
    constexpr unsigned long kPauseMs = 20;
    for (int i = 0; i < kAttempts; ++i) {
        if (database.runOnce(u"pragma journal_mode = wal"_s))
            return true;
        if (!database.isConnected() || database.failure()->code != ErrorCode::Unavailable)
            return false;
        if (i + 1 < kAttempts) {
            database.rollback();
            QThread::msleep(kPauseMs);
        }
    }
    return false;
}

bool setUpSqlite(SqlDatabase& database, Store::Access access)
{
    const bool writes = access == Store::Access::Write;
    return (!writes || enterWalMode(database)) && database.runOnce(u"pragma synchronous = full"_s) &&
           database.runOnce(u"pragma foreign_keys = on"_s) && database.runOnce(u"pragma secure_delete = fast"_s) &&
           // Many times the inner pages of every index; the rest is the kernel's page cache, which is no memory of
           // ours.
           database.runOnce(writes ? u"pragma cache_size = -8192"_s : u"pragma cache_size = -4096"_s) &&
           // A page that changes again and again is copied back once in so many.
           (!writes || database.runOnce(u"pragma wal_autocheckpoint = 4000"_s)) &&
           (writes || database.runOnce(u"pragma query_only = on"_s));
}

Opened openSqlite(const QString& path, Store::Access access)
{
    if (path.isEmpty())
        return badUrl(u"DATABASE_URL names no file; write sqlite:PATH."_s);
    if (access == Store::Access::Write) {
        if (const auto made = makeSqliteFile(path); !made)
            return made.error();
    } else if (!QFileInfo::exists(path)) {
        return Error(ErrorCode::Unavailable, path + u" does not exist."_s);
    }
    auto connection = std::make_unique<SqliteConnection>(path, kBusyTimeoutMs);
    if (!connection->isOpen())
        return connection->failure().error;
    auto database = std::make_unique<SqlDatabase>(std::move(connection), sqliteDialect());
    if (!setUpSqlite(*database, access))
        return *database->failure();
    return database;
}

Opened openPostgres(const QUrl& url)
{
    auto connection = std::make_unique<PostgresConnection>(url);
    if (!connection->isOpen())
        return connection->failure().error;
    return std::make_unique<SqlDatabase>(std::move(connection), postgresDialect());
}

} // namespace

Opened openDatabase(const QByteArray& url, Store::Access access)
{
    if (url.startsWith("sqlite:"))
        return openSqlite(QString::fromUtf8(url.sliced(7)), access);
    const QUrl parsed(QString::fromUtf8(url), QUrl::StrictMode);
    const bool isPostgres = parsed.scheme() == "postgresql"_L1 || parsed.scheme() == "postgres"_L1;
    if (!parsed.isValid() || !isPostgres || parsed.path().size() < 2)
        return badUrl(u"DATABASE_URL is neither sqlite:PATH nor postgresql://user:password@host:port/database."_s);
    return openPostgres(parsed);
}

} // namespace signalbox
