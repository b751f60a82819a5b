// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/sqlconnection.h"

#include <QDir>
#include <QFileInfo>
#include <QSqlError>
#include <QThread>
#include <QUrl>
#include <QUrlQuery>

#include <atomic>

#include <fcntl.h>
#include <unistd.h>

namespace signalbox {

using namespace Qt::StringLiterals;

namespace {

using Opened = Result<std::unique_ptr<SqlDatabase>>;

Error badUrl(const QString& text)
{
    return {ErrorCode::InvalidField, text, "DATABASE_URL"_ba};
}

/// Names are the process's: several stores live in one.
QSqlDatabase newConnection(const QString& driver)
{
    static std::atomic<quint64> counter = 0;
    return QSqlDatabase::addDatabase(driver, u"signalbox-desk-"_s + QString::number(++counter));
}

/// Keeps the driver's error in the database that it gives back.
std::unique_ptr<SqlDatabase> opened(QSqlDatabase&& connection, const SqlDialect& dialect)
{
    auto database = std::make_unique<SqlDatabase>(connection.connectionName(), dialect);
    if (!connection.open())
        database->fail(connection.lastError());
    connection = QSqlDatabase(); // a connection that somebody holds cannot be removed
    return database;
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
    QSqlDatabase connection = newConnection(u"QSQLITE"_s);
    connection.setConnectOptions(u"QSQLITE_BUSY_TIMEOUT=2000"_s);
    connection.setDatabaseName(path);
    auto database = opened(std::move(connection), sqliteDialect());
    if (database->failure() || !setUpSqlite(*database, access))
        return *database->failure();
    return database;
}

/// A value of libpq's connection string; Qt separates options by semicolons and gives them on as they are.
QString quoted(QString value)
{
    value.replace(u'\\', u"\\\\"_s).replace(u'\'', u"\\'"_s);
    return u'\'' + value + u'\'';
}

/// How long a server that does not answer is waited for, and what a writer that hangs may keep from others.
QString postgresOptions(const QUrl& url)
{
    QString options = u"connect_timeout=5;keepalives_idle=10;keepalives_interval=5;keepalives_count=3;"
                      "tcp_user_timeout=20000;application_name=signalbox;"
                      "options='-c client_min_messages=warning -c synchronous_commit=on"
                      " -c idle_in_transaction_session_timeout=20000 -c lock_timeout=5000'"_s;
    const auto items = QUrlQuery(url).queryItems(QUrl::FullyDecoded);
    for (const auto& [name, value] : items) {
        if (name != "host"_L1 && !value.contains(u';'))
            options += u';' + name + u'=' + quoted(value);
    }
    return options;
}

Opened openPostgres(const QUrl& url)
{
    QSqlDatabase connection = newConnection(u"QPSQL"_s);
    const QString folder = QUrlQuery(url).queryItemValue(u"host"_s, QUrl::FullyDecoded); // of a Unix socket
    connection.setHostName(folder.isEmpty() ? url.host(QUrl::FullyDecoded) : folder);
    connection.setPort(url.port(5432));
    connection.setUserName(url.userName(QUrl::FullyDecoded));
    connection.setPassword(url.password(QUrl::FullyDecoded));
    connection.setDatabaseName(url.path(QUrl::FullyDecoded).mid(1));
    connection.setConnectOptions(postgresOptions(url));
    auto database = opened(std::move(connection), postgresDialect());
    if (database->failure())
        return Error(ErrorCode::Unavailable, database->failure()->message);
    return database;
}

} // namespace

Opened connectSqlDatabase(const QByteArray& url, Store::Access access)
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
