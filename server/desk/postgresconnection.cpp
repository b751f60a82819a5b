// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/postgresconnection.h"

#include <QSqlError>
#include <QSqlQuery>
#include <QUrl>
#include <QUrlQuery>
#include <QVariant>

#include <algorithm>
#include <atomic>

namespace signalbox {

using namespace Qt::StringLiterals;

namespace {

/// The driver's words without what follows the first line: PostgreSQL puts values into its details.
Error databaseError(ErrorCode code, const QSqlError& error)
{
    QString text = error.databaseText().isEmpty() ? error.driverText() : error.databaseText();
    text.truncate(text.indexOf(u'\n') < 0 ? text.size() : text.indexOf(u'\n'));
    return {code, u"The database failed: "_s + text};
}

SqlFailure failureOf(const QSqlError& error)
{
    const QString state = error.nativeErrorCode();
    const auto isOneOf = [&state](std::initializer_list<QLatin1StringView> starts) {
        return std::any_of(starts.begin(), starts.end(), [&](QLatin1StringView s) { return state.startsWith(s); });
    };
    // serialisation failure, deadlock
    if (isOneOf({"40001"_L1, "40P01"_L1}))
        return {databaseError(ErrorCode::Conflict, error)};
    // No state: libpq itself gave up. Connection exceptions, shutdown, idle in transaction, a standby.
    if (state.isEmpty() || isOneOf({"08"_L1, "57P"_L1, "25P03"_L1, "25006"_L1}))
        return {databaseError(ErrorCode::Unavailable, error), true};
    // insufficient resources, system errors, lock and statement timeouts
    if (isOneOf({"53"_L1, "58"_L1, "55P03"_L1, "57014"_L1}))
        return {databaseError(ErrorCode::Unavailable, error)};
    return {databaseError(ErrorCode::Internal, error)};
}

class PostgresStatement final : public SqlStatement
{
public:
    PostgresStatement(PostgresConnection& connection, QSqlQuery query)
        : m_connection(connection)
        , m_query(std::move(query))
    {
    }

    void bind(int index, qint64 value) override { m_query.bindValue(index, static_cast<qlonglong>(value)); }
    void bind(int index, const QByteArray& value) override;
    void bind(int index, const QString& value) override;
    bool execute() override { return note(m_query.exec()); }
    bool next() override { return m_query.next() || (failed() && note(false)); }
    bool failed() const override { return m_query.lastError().isValid(); }
    qint64 number(int column) override { return m_query.value(column).toLongLong(); }
    QByteArray bytes(int column) override { return m_query.value(column).toByteArray(); }
    QString text(int column) override { return m_query.value(column).toString(); }
    int changed() const override { return m_query.numRowsAffected(); }
    qint64 insertedId() const override { return 0; }
    void finish() override { m_query.finish(); }

private:
    bool note(bool succeeded);

    PostgresConnection& m_connection;
    QSqlQuery m_query;
};

/// Null to Qt is NULL to the database; an empty value is just empty to us.
void PostgresStatement::bind(int index, const QByteArray& value)
{
    m_query.bindValue(index, value.isNull() ? QByteArray("", 0) : value);
}

/// A text of PostgreSQL has no U+0000.
void PostgresStatement::bind(int index, const QString& value)
{
    if (value.contains(QChar(u'\0')))
        m_query.bindValue(index, QString(value).replace(QChar(u'\0'), QChar(QChar::ReplacementCharacter)));
    else
        m_query.bindValue(index, value.isNull() ? u""_s : value);
}

bool PostgresStatement::note(bool succeeded)
{
    if (!succeeded)
        m_connection.noteFailure(m_query.lastError());
    return succeeded;
}

/// Names are the process's: several stores live in one.
QString newConnectionName()
{
    static std::atomic<quint64> counter = 0;
    return u"signalbox-desk-"_s + QString::number(++counter);
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

} // namespace

PostgresConnection::PostgresConnection(const QUrl& url)
    : m_connection(QSqlDatabase::addDatabase(u"QPSQL"_s, newConnectionName()))
{
    const QString folder = QUrlQuery(url).queryItemValue(u"host"_s, QUrl::FullyDecoded);
    m_connection.setHostName(folder.isEmpty() ? url.host(QUrl::FullyDecoded) : folder);
    m_connection.setPort(url.port(5432));
    m_connection.setUserName(url.userName(QUrl::FullyDecoded));
    m_connection.setPassword(url.password(QUrl::FullyDecoded));
    m_connection.setDatabaseName(url.path(QUrl::FullyDecoded).mid(1));
    m_connection.setConnectOptions(postgresOptions(url));
    if (!m_connection.open())
        m_failure = {databaseError(ErrorCode::Unavailable, m_connection.lastError()), true};
}

PostgresConnection::~PostgresConnection()
{
    const QString name = m_connection.connectionName();
    m_connection.close();
    m_connection = QSqlDatabase(); // a connection that somebody holds cannot be removed
    QSqlDatabase::removeDatabase(name);
}

void PostgresConnection::noteFailure(const QSqlError& error)
{
    m_failure = failureOf(error);
}

std::unique_ptr<SqlStatement> PostgresConnection::prepare(const QString& sql)
{
    QSqlQuery query(m_connection);
    query.setForwardOnly(true);
    if (query.prepare(sql))
        return std::make_unique<PostgresStatement>(*this, std::move(query));
    noteFailure(query.lastError());
    return nullptr;
}

bool PostgresConnection::run(const QString& sql)
{
    QSqlQuery query(m_connection);
    query.setForwardOnly(true);
    if (query.exec(sql))
        return true;
    noteFailure(query.lastError());
    return false;
}

} // namespace signalbox
