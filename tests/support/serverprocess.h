// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/identity.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QMap>
#include <QProcess>
#include <QTemporaryDir>

namespace signalbox::test {

/// A real signalboxd on free ports of the loopback interface, with a data folder of its own, for one test. Stopped and
/// waited for when it is destroyed; if it does not end with 0 then, the test has failed.
class ServerProcess
{
public:
    using Variables = QMap<QByteArray, QByteArray>;

    ServerProcess();
    ~ServerProcess();

    /// Starts with these environment variables added; true when it listens. `arguments` follow the program's name.
    bool start(const Variables& variables = {}, const QByteArrayList& arguments = {});
    static constexpr int kEndMs = 20'000;

    /// SIGTERM and the wait for the end; the exit code, -1 when it had to be killed. A server that does not end with 0
    /// - one that a sanitizer has something to say about, for example - leaves the last of its log in the test's.
    int stop(int timeoutMs = kEndMs);
    void kill();
    void signal(int number);
    bool isRunning() const { return m_process.state() == QProcess::Running; }
    /// Waits for it to end by itself; the exit code, -1 when it has not, or crashed. Shows the log as stop() does.
    int waitForEnd(int timeoutMs = kEndMs);
    /// Standard output and the exit code of a run that is expected to end by itself.
    struct Outcome
    {
        int exitCode = -1;
        QByteArray output;
        QByteArray log;
    };
    Outcome runToEnd(const Variables& variables, const QByteArrayList& arguments);
    QByteArray dataFolder() const { return m_folder.path().toUtf8(); }
    /// Keeps the port for the next start().
    void keepPorts() { m_keepPorts = true; }

    quint16 port() const { return m_port; }
    quint16 managementPort() const { return m_managementPort; }
    qint64 pid() const { return m_process.processId(); }
    /// Everything it has written to standard error.
    QByteArray log();

    static QByteArray program(); ///< the path of signalboxd

    // Credentials under the server's secrets.
    static QByteArray webhookToken() { return "a-webhook-token-of-the-tests"; }
    static QByteArray sessionSecret() { return "the-session-secret-of-the-tests-0123456789"; }
    static QByteArray jwtSecret() { return "the-jwt-secret-of-the-tests-0123456789abcdef"; }
    static QByteArray jwt(Role role, const QByteArray& subject, const QList<QByteArray>& cities = {},
                          const QList<QByteArray>& channels = {}, qint64 lifetimeSeconds = 3600);
    static QByteArray sessionToken(const QByteArray& dialog);
    static QByteArray siteToken(const QByteArray& site, const QByteArray& dialog = {});
    static QByteArray guestId(const QByteArray& dialog, const QByteArray& assistant);
    /// "/chat/…/stream?exp=…&sig=…"
    static QByteArray linkPath(const QByteArray& dialog, qint64 lifetimeSeconds = 3600);

private:
    void launch(const Variables& variables, const QByteArrayList& arguments);
    bool waitForPorts();
    int awaitExit(int timeoutMs);

    QTemporaryDir m_folder;
    QProcess m_process;
    QByteArray m_log;
    quint16 m_port = 0;
    quint16 m_managementPort = 0;
    bool m_keepPorts = false;
};

} // namespace signalbox::test
