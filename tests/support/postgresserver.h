// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QProcess>
#include <QTemporaryDir>

namespace signalbox::test {

/// A real PostgreSQL with a folder of its own, on a free port of the loopback interface and a Unix socket. What it has
/// committed survives its own end, however that comes, but not the machine's (no fsync). Made from the distribution's
/// binaries; as root it runs as the user `postgres`. It ends with this object, and also when the test is killed.
class PostgresServer
{
public:
    PostgresServer();
    ~PostgresServer();
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;

    /// The first time with a new data folder, later with the old one and the same port. False, with a warning, when it
    /// does not come up.
    bool start();
    /// Sessions are cut, what was committed is written: `pg_ctl stop -m fast`.
    void stop();
    /// Everything ends at once, as when the machine fails; the next start() recovers from the log.
    void crash();
    bool isRunning() const { return m_process.state() == QProcess::Running; }

    /// A new database; its DATABASE_URL. Empty, with a warning, when it cannot be made.
    QByteArray createDatabase();
    /// Leaves nothing of what was in it: many times faster than another database. False, with a warning, when it fails.
    bool emptyDatabase(const QByteArray& url);
    /// The same database by the Unix socket.
    QByteArray socketUrl(const QByteArray& url) const;
    /// Runs statements as the superuser in the database of a URL; false, with a warning, when they fail.
    bool run(const QByteArray& url, const QString& sql);
    quint16 port() const { return m_port; }

private:
    bool initialise();
    bool launch();
    bool waitUntilReady();
    bool runTool(const QString& name, const QStringList& arguments);
    void end(int signal);

    QTemporaryDir m_folder;
    QProcess m_process;
    quint16 m_port = 0;
    int m_databases = 0;
};

} // namespace signalbox::test
