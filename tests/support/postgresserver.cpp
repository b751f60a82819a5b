// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/postgresserver.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QThread>
#include <QUrl>

#include <atomic>
#include <csignal>

#include <arpa/inet.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace signalbox::test {

using namespace Qt::StringLiterals;

namespace {

constexpr int kPatienceMs = 60'000;
const char kUser[] = "desk";
const char kPassword[] = "a'b c:/@?";

/// The newest of the distribution's; empty when there is none.
QString binaryFolder()
{
    QDir root(u"/usr/lib/postgresql"_s);
    QStringList versions = root.entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    std::sort(versions.begin(), versions.end(),
              [](const QString& a, const QString& b) { return a.toInt() > b.toInt(); });
    return versions.isEmpty() ? QString() : root.filePath(versions.first() + u"/bin/"_s);
}

/// Whom the server runs as: PostgreSQL refuses root.
const passwd* serverUser()
{
    return ::geteuid() == 0 ? ::getpwnam("postgres") : ::getpwuid(::geteuid());
}

/// In the child, before the program: leaves root, and ends when the test does. (Changing the user forgets the latter.)
void prepareChild(const passwd* user)
{
    if (::geteuid() == 0 &&
        (::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0))
        ::_exit(126);
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
}

quint16 freePort()
{
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const bool bound = ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                       ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    ::close(fd);
    return bound ? ntohs(address.sin_port) : 0;
}

QString databaseOf(const QByteArray& url)
{
    return QUrl(QString::fromUtf8(url)).path(QUrl::FullyDecoded).mid(1);
}

/// A connection of one statement; the error, empty when there was none.
QString runSql(const QString& host, quint16 port, const QString& database, const QString& sql)
{
    static std::atomic<int> counter = 0;
    const QString name = u"postgres-of-a-test-"_s + QString::number(++counter);
    QString error;
    {
        QSqlDatabase connection = QSqlDatabase::addDatabase(u"QPSQL"_s, name);
        connection.setHostName(host);
        connection.setPort(port);
        connection.setUserName(QString::fromLatin1(kUser));
        connection.setDatabaseName(database);
        if (!connection.open()) {
            error = connection.lastError().text();
        } else if (!sql.isEmpty()) {
            QSqlQuery query(connection);
            if (!query.exec(sql))
                error = query.lastError().text();
        }
    }
    QSqlDatabase::removeDatabase(name);
    return error;
}

} // namespace

PostgresServer::PostgresServer() = default;

PostgresServer::~PostgresServer()
{
    stop();
}

bool PostgresServer::start()
{
    if (!m_folder.isValid() || serverUser() == nullptr || binaryFolder().isEmpty()) {
        qWarning("PostgreSQL, its user, or a temporary folder is missing.");
        return false;
    }
    if (m_port != 0)
        return launch() && waitUntilReady();
    if (!initialise())
        return false;
    // A port that is free now may be somebody's a moment later.
    constexpr int kAttempts = 3;
    for (int i = 0; i < kAttempts; ++i) {
        m_port = freePort();
        if (m_port != 0 && launch() && waitUntilReady())
            return true;
        stop();
    }
    return false;
}

bool PostgresServer::initialise()
{
    // Users other than ours have to get in.
    const passwd* user = serverUser();
    const QByteArray folder = QFile::encodeName(m_folder.path());
    QFile password(m_folder.filePath(u"password"_s));
    if (!password.open(QIODevice::WriteOnly) || password.write(kPassword) < 0)
        return false;
    password.close();
    if (::chown(folder.constData(), user->pw_uid, user->pw_gid) != 0 ||
        ::chown(QFile::encodeName(password.fileName()).constData(), user->pw_uid, user->pw_gid) != 0)
        return false;
    return runTool(u"initdb"_s, {u"-D"_s, m_folder.filePath(u"data"_s), u"-U"_s, QString::fromLatin1(kUser), u"-E"_s,
                                 u"UTF8"_s, u"--no-locale"_s, u"--no-sync"_s, u"--auth-local=trust"_s,
                                 u"--auth-host=scram-sha-256"_s, u"--pwfile"_s, password.fileName()});
}

bool PostgresServer::runTool(const QString& name, const QStringList& arguments)
{
    QProcess tool;
    tool.setProcessChannelMode(QProcess::MergedChannels);
    tool.setWorkingDirectory(u"/"_s);
    tool.setChildProcessModifier([user = serverUser()] { prepareChild(user); });
    tool.start(binaryFolder() + name, arguments);
    if (tool.waitForFinished(kPatienceMs) && tool.exitStatus() == QProcess::NormalExit && tool.exitCode() == 0)
        return true;
    qWarning("%s: %s", qPrintable(name), tool.readAll().constData());
    return false;
}

bool PostgresServer::launch()
{
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.setStandardOutputFile(m_folder.filePath(u"log"_s), QIODevice::Append);
    m_process.setWorkingDirectory(u"/"_s);
    m_process.setChildProcessModifier([user = serverUser()] { prepareChild(user); });
    m_process.start(binaryFolder() + u"postgres"_s,
                    {u"-D"_s, m_folder.filePath(u"data"_s), u"-k"_s, m_folder.path(), u"-h"_s, u"127.0.0.1"_s, u"-p"_s,
                     QString::number(m_port), u"-c"_s, u"max_connections=50"_s, u"-c"_s, u"shared_buffers=16MB"_s,
                     u"-c"_s, u"fsync=off"_s, u"-c"_s, u"log_min_error_statement=panic"_s});
    return m_process.waitForStarted();
}

bool PostgresServer::waitUntilReady()
{
    const QDeadlineTimer deadline(kPatienceMs);
    QString error;
    while (!deadline.hasExpired()) {
        error = runSql(m_folder.path(), m_port, u"postgres"_s, {});
        if (error.isEmpty())
            return true;
        if (m_process.waitForFinished(20))
            break; // it has ended: the port was taken, or worse
    }
    QFile log(m_folder.filePath(u"log"_s));
    const QByteArray last = log.open(QIODevice::ReadOnly) ? log.readAll().right(2000) : QByteArray();
    qWarning("PostgreSQL does not come up: %s\n%s", qPrintable(error), last.constData());
    return false;
}

void PostgresServer::end(int signal)
{
    if (!isRunning())
        return;
    ::kill(static_cast<pid_t>(m_process.processId()), signal);
    if (m_process.waitForFinished(kPatienceMs))
        return;
    // Not SIGKILL: its children would go on without it.
    ::kill(static_cast<pid_t>(m_process.processId()), SIGQUIT);
    m_process.waitForFinished(kPatienceMs);
}

void PostgresServer::stop()
{
    end(SIGINT);
}

void PostgresServer::crash()
{
    end(SIGQUIT);
}

QByteArray PostgresServer::createDatabase()
{
    const QByteArray name = "desk " + QByteArray::number(++m_databases);
    const QString sql = u"create database \""_s + QString::fromLatin1(name) + u"\""_s;
    const QString error = runSql(m_folder.path(), m_port, u"postgres"_s, sql);
    if (!error.isEmpty()) {
        qWarning("create database: %s", qPrintable(error));
        return {};
    }
    return QByteArray("postgresql://") + kUser + ':' + QUrl::toPercentEncoding(QString::fromLatin1(kPassword)) +
           "@127.0.0.1:" + QByteArray::number(m_port) + '/' + QUrl::toPercentEncoding(QString::fromLatin1(name));
}

bool PostgresServer::emptyDatabase(const QByteArray& url)
{
    return run(url, u"set client_min_messages = error; drop schema public cascade; create schema public"_s);
}

QByteArray PostgresServer::socketUrl(const QByteArray& url) const
{
    return QByteArray("postgresql://") + kUser + "@:" + QByteArray::number(m_port) + url.sliced(url.lastIndexOf('/')) +
           "?host=" + QUrl::toPercentEncoding(m_folder.path());
}

bool PostgresServer::run(const QByteArray& url, const QString& sql)
{
    const QString error = runSql(m_folder.path(), m_port, databaseOf(url), sql);
    if (!error.isEmpty())
        qWarning("%s: %s", qPrintable(sql), qPrintable(error));
    return error.isEmpty();
}

} // namespace signalbox::test
