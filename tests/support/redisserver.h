// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

namespace signalbox::test {

/// A port of the loopback interface that nobody listens to; somebody may a moment later.
quint16 freePort();

/// A real Redis with a folder of its own, on a free port of the loopback interface. Keeps nothing on disk unless asked
/// to. It ends with this object, and also when the test is killed.
class RedisServer
{
public:
    RedisServer();
    ~RedisServer();
    RedisServer(const RedisServer&) = delete;
    RedisServer& operator=(const RedisServer&) = delete;

    /// Added to the command line of every start, "--requirepass" and so on.
    void setArguments(const QStringList& arguments) { m_arguments = arguments; }
    /// Its clock can be turned from the next start on.
    void setTurnable() { m_isTurnable = true; }
    /// Speaks TLS, and nothing else, from the next start on; to its master and its cluster, too.
    void setTls(const QString& certificateFile, const QString& keyFile);
    /// For redis-cli.
    static QStringList tlsWords(const QString& certificateFile);

    /// The first time on a new port, later on the same. False, with a warning, when it does not come up.
    bool start();
    void stop(); ///< SIGTERM: saves when it keeps anything
    void kill(); ///< SIGKILL
    /// SIGSTOP: the connections stay, nothing answers.
    void freeze();
    void thaw();
    /// Moves its wall clock on.
    void advance(qint64 ms);
    quint16 port() const { return m_port; }
    /// The folder that it works in.
    QString folder() const { return m_folder.path(); }

    /// Runs redis-cli against it; what it prints, without the last line end.
    QByteArray cli(const QStringList& words);

private:
    bool launch();
    bool waitUntilReady();
    void end(int signal);

    QTemporaryDir m_folder;
    QProcess m_process;
    QStringList m_arguments;
    QString m_certificateFile;
    QString m_keyFile;
    bool m_isTurnable = false;
    qint64 m_aheadMs = 0;
    quint16 m_port = 0;
};

} // namespace signalbox::test
