// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/redisserver.h"

#include <QDeadlineTimer>
#include <QTcpServer>
#include <QTcpSocket>

#include <csignal>

#include <sys/prctl.h>

namespace signalbox::test {

using namespace Qt::StringLiterals;

namespace {

constexpr int kPatienceMs = 30'000;

} // namespace

quint16 freePort()
{
    QTcpServer server;
    return server.listen(QHostAddress::LocalHost) ? server.serverPort() : quint16{0};
}

RedisServer::RedisServer() = default;

RedisServer::~RedisServer()
{
    kill();
}

void RedisServer::setTls(const QString& certificateFile, const QString& keyFile)
{
    m_certificateFile = certificateFile;
    m_keyFile = keyFile;
}

QStringList RedisServer::tlsWords(const QString& certificateFile)
{
    return {u"--tls"_s, u"--cacert"_s, certificateFile};
}

bool RedisServer::start()
{
    if (m_port != 0)
        return launch() && waitUntilReady();
    // A port that is free now may be somebody's a moment later.
    constexpr int kAttempts = 3;
    for (int i = 0; i < kAttempts; ++i) {
        m_port = freePort();
        if (m_port != 0 && launch() && waitUntilReady())
            return true;
        kill();
    }
    return false;
}

bool RedisServer::launch()
{
    const QString port = QString::number(m_port);
    QStringList arguments{u"--bind"_s, u"127.0.0.1"_s,    u"--dir"_s, m_folder.path(),  u"--save"_s,
                          u""_s,       u"--appendonly"_s, u"no"_s,    u"--daemonize"_s, u"no"_s};
    if (m_certificateFile.isEmpty())
        arguments << u"--port"_s << port;
    else
        arguments << u"--port"_s << u"0"_s << u"--tls-port"_s << port << u"--tls-cert-file"_s << m_certificateFile
                  << u"--tls-key-file"_s << m_keyFile << u"--tls-auth-clients"_s << u"no"_s << u"--tls-ca-cert-file"_s
                  << m_certificateFile << u"--tls-replication"_s << u"yes"_s << u"--tls-cluster"_s << u"yes"_s;
    if (m_isTurnable) {
        advance(0);
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"LD_PRELOAD"_s, QStringLiteral(TURNED_CLOCK));
        environment.insert(u"TURNED_CLOCK_FILE"_s, m_folder.filePath(u"clock"_s));
        m_process.setProcessEnvironment(environment);
    }
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.setStandardOutputFile(m_folder.filePath(u"log"_s), QIODevice::Append);
    m_process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    m_process.start(u"redis-server"_s, arguments + m_arguments);
    return m_process.waitForStarted();
}

bool RedisServer::waitUntilReady()
{
    const QDeadlineTimer deadline(kPatienceMs);
    while (!deadline.hasExpired()) {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress(QHostAddress::LocalHost), m_port);
        if (socket.waitForConnected(1000))
            return m_process.state() == QProcess::Running;
        if (m_process.waitForFinished(20))
            break; // it has ended: the port was taken, or worse
    }
    QFile log(m_folder.filePath(u"log"_s));
    const QByteArray last = log.open(QIODevice::ReadOnly) ? log.readAll().right(2000) : QByteArray();
    qWarning("Redis does not come up: %s", last.constData());
    return false;
}

void RedisServer::end(int signal)
{
    if (m_process.state() != QProcess::Running)
        return;
    ::kill(static_cast<pid_t>(m_process.processId()), signal);
    if (!m_process.waitForFinished(kPatienceMs)) {
        m_process.kill();
        m_process.waitForFinished(kPatienceMs);
    }
}

void RedisServer::stop()
{
    end(SIGTERM);
}

void RedisServer::kill()
{
    end(SIGKILL);
}

void RedisServer::freeze()
{
    ::kill(static_cast<pid_t>(m_process.processId()), SIGSTOP);
}

void RedisServer::thaw()
{
    ::kill(static_cast<pid_t>(m_process.processId()), SIGCONT);
}

void RedisServer::advance(qint64 ms)
{
    m_aheadMs += ms;
    QFile clock(m_folder.filePath(u"clock"_s));
    if (!clock.open(QIODevice::ReadWrite) ||
        clock.write(reinterpret_cast<const char*>(&m_aheadMs), sizeof m_aheadMs) != sizeof m_aheadMs)
        qWarning("The clock of Redis cannot be turned.");
}

QByteArray RedisServer::cli(const QStringList& words)
{
    QProcess cli;
    cli.start(u"redis-cli"_s, QStringList{u"-p"_s, QString::number(m_port)} +
                                  (m_certificateFile.isEmpty() ? QStringList() : tlsWords(m_certificateFile)) + words);
    cli.waitForFinished(kPatienceMs);
    return cli.readAllStandardOutput().trimmed();
}

} // namespace signalbox::test
