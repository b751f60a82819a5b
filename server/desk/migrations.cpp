// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/migrations.h"

#include <QDir>
#include <QFile>

// Outside of a namespace, as Q_INIT_RESOURCE wants it: the linker drops a static library's resources without this.
static void initResources()
{
    Q_INIT_RESOURCE(sql);
}

namespace signalbox {

using namespace Qt::StringLiterals;

namespace {

/// File names in the order of versions.
const QStringList& migrationFiles()
{
    static const QStringList files = [] {
        initResources();
        return QDir(u":/sql"_s).entryList({u"*.sql"_s}, QDir::Files, QDir::Name);
    }();
    return files;
}

/// The line without the mark of a database; nothing when it is for another one or a comment.
QString lineFor(QString line, const QString& dialect)
{
    const qsizetype comment = line.indexOf("--"_L1);
    if (comment < 0)
        return line;
    const QString mark = line.sliced(comment + 2).trimmed();
    const bool isForAnother = (mark == "sqlite"_L1 || mark == "postgresql"_L1) && mark != dialect;
    line.truncate(isForAnother ? 0 : comment);
    return line.trimmed();
}

/// A statement ends with the line that ends with ';'.
QStringList statementsOf(const QString& fileName, const QString& dialect)
{
    QFile file(u":/sql/"_s + fileName);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QStringList statements;
    QString current;
    const QStringList lines = QString::fromUtf8(file.readAll()).split(u'\n');
    for (const QString& whole : lines) {
        const QString line = lineFor(whole, dialect);
        if (line.isEmpty())
            continue;
        current += line + u'\n';
        if (line.endsWith(u';')) {
            statements.append(current);
            current.clear();
        }
    }
    return statements;
}

int versionOf(SqlDatabase& database)
{
    return static_cast<int>(firstNumber(database.run(u"select max(version) from schema_version"_s)));
}

Error isNewer(int version)
{
    return {ErrorCode::Internal, u"The database has schema version "_s + QString::number(version) +
                                     u"; this program knows "_s + QString::number(newestSchemaVersion()) +
                                     u". Run the newer program."_s};
}

bool beginLocked(SqlDatabase& database)
{
    const QString& lock = database.dialect().migrationLock;
    return database.begin(Store::Access::Write) && (lock.isEmpty() || database.runOnce(lock));
}

bool runFile(SqlDatabase& database, int version)
{
    const QStringList statements = statementsOf(migrationFiles().at(version - 1), database.dialect().name);
    for (const QString& statement : statements) {
        if (!database.runOnce(statement))
            return false;
    }
    database.run(u"insert into schema_version (version) values (?)"_s, version);
    return !database.failure();
}

/// One transaction: the next version. True when there was one to run.
Result<bool> migrateOnce(SqlDatabase& database)
{
    if (!beginLocked(database) ||
        !database.runOnce(u"create table if not exists schema_version (version integer primary key)"_s))
        return database.whyFailed();
    const int version = versionOf(database);
    if (version > newestSchemaVersion()) {
        database.rollback();
        return isNewer(version);
    }
    const bool isMissing = version < newestSchemaVersion();
    if (!database.failure() && isMissing)
        runFile(database, version + 1);
    if (!database.commit())
        return database.whyFailed();
    return isMissing;
}

} // namespace

int newestSchemaVersion()
{
    return static_cast<int>(migrationFiles().size());
}

Result<void> migrate(SqlDatabase& database)
{
    while (true) {
        const Result<bool> more = migrateOnce(database);
        if (!more) {
            database.rollback();
            return more.error();
        }
        if (!*more)
            return {};
    }
}

Result<void> checkSchemaVersion(SqlDatabase& database)
{
    const int version = versionOf(database);
    if (database.failure())
        return database.whyFailed();
    if (version > newestSchemaVersion())
        return isNewer(version);
    if (version < newestSchemaVersion())
        return Error(ErrorCode::Unavailable, u"The database's schema has not been brought up to date yet."_s);
    return {};
}

} // namespace signalbox
