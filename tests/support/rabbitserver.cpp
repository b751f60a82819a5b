// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/rabbitserver.h"

#include <QDeadlineTimer>
#include <QFile>
#include <QTcpServer>
#include <QTcpSocket>

#include <csignal>

#include <sys/prctl.h>

namespace signalbox::test {

using namespace Qt::StringLiterals;

namespace {

constexpr int kBrokerPatienceMs = 240'000;

// Debian's wrappers insist on a user and a terminal of their own; the program itself does not.
constexpr char kBrokerProgram[] = "/usr/lib/rabbitmq/bin/rabbitmq-server";
constexpr char kControlProgram[] = "/usr/lib/rabbitmq/bin/rabbitmqctl";

bool writeFile(const QString& name, const QByteArray& content)
{
    QFile file(name);
    return file.open(QIODevice::WriteOnly) && file.write(content) == content.size();
}

bool answers(quint16 port)
{
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    return socket.waitForConnected(1000);
}

} // namespace

RabbitServer::RabbitServer() = default;

RabbitServer::~RabbitServer()
{
    kill();
    m_names.kill();
    m_names.waitForFinished(kBrokerPatienceMs);
}

void RabbitServer::setTls(const QString& certificateFile, const QString& keyFile)
{
    m_certificateFile = certificateFile;
    m_keyFile = keyFile;
}

bool RabbitServer::start()
{
    if (m_port != 0)
        return launch() && waitUntilReady();
    // A port that is free now may be somebody's a moment later.
    constexpr int kAttempts = 3;
    for (int i = 0; i < kAttempts; ++i) {
        QTcpServer three[3];
        for (QTcpServer& server : three)
            server.listen(QHostAddress::LocalHost);
        m_port = three[0].serverPort();
        m_namesPort = three[1].serverPort();
        m_nodePort = three[2].serverPort();
        for (QTcpServer& server : three)
            server.close();
        if (startNames() && launch() && waitUntilReady())
            return true;
        kill();
        m_names.kill();
        m_names.waitForFinished(kBrokerPatienceMs);
    }
    return false;
}

QProcessEnvironment RabbitServer::environment() const
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    const auto set = [&environment](const char* name, const QString& value) {
        environment.insert(QString::fromLatin1(name), value);
    };
    set("HOME", m_folder.path()); // of the cookie
    set("ERL_EPMD_PORT", QString::number(m_namesPort));
    set("ERL_EPMD_ADDRESS", u"127.0.0.1"_s);
    set("RABBITMQ_NODENAME", u"test%1@localhost"_s.arg(m_port));
    set("RABBITMQ_NODE_IP_ADDRESS", u"127.0.0.1"_s);
    set("RABBITMQ_NODE_PORT", QString::number(m_port));
    set("RABBITMQ_DIST_PORT", QString::number(m_nodePort));
    set("RABBITMQ_MNESIA_BASE", m_folder.filePath(u"db"_s));
    set("RABBITMQ_LOG_BASE", m_folder.filePath(u"log"_s));
    set("RABBITMQ_LOGS", u"-"_s);
    set("RABBITMQ_CONFIG_FILE", m_folder.filePath(u"rabbitmq"_s));
    set("RABBITMQ_CONF_ENV_FILE", m_folder.filePath(u"environment"_s));
    set("RABBITMQ_ENABLED_PLUGINS_FILE", m_folder.filePath(u"plugins"_s));
    set("RABBITMQ_ALLOW_INPUT", u"1"_s); // the shell becomes the server instead of waiting for it
    set("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", u"-noinput +S 2:2 -kernel inet_dist_use_interface {127,0,0,1}"_s);
    return environment;
}

/// A node without one would start one that stays.
bool RabbitServer::startNames()
{
    m_names.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    m_names.setStandardOutputFile(QProcess::nullDevice());
    m_names.setStandardErrorFile(QProcess::nullDevice());
    m_names.start(u"epmd"_s, {u"-port"_s, QString::number(m_namesPort), u"-address"_s, u"127.0.0.1"_s});
    const QDeadlineTimer deadline(kBrokerPatienceMs);
    while (m_names.waitForStarted() && !deadline.hasExpired() && !m_names.waitForFinished(20)) {
        if (answers(m_namesPort))
            return true;
    }
    return false;
}

bool RabbitServer::launch()
{
    QByteArray config = "disk_free_limit.absolute = 1MB\n";
    if (!m_certificateFile.isEmpty())
        config += "listeners.tcp = none\nlisteners.ssl.1 = 127.0.0.1:" + QByteArray::number(m_port) +
                  "\nssl_options.certfile = " + m_certificateFile.toUtf8() +
                  "\nssl_options.keyfile = " + m_keyFile.toUtf8() + "\nssl_options.verify = verify_none\n";
    if (!writeFile(m_folder.filePath(u"rabbitmq.conf"_s), config) ||
        !writeFile(m_folder.filePath(u"plugins"_s), "[].\n"))
        return false;
    m_process.setProcessEnvironment(environment());
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.setStandardOutputFile(m_folder.filePath(u"output"_s), QIODevice::Append);
    m_process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    m_process.start(QString::fromLatin1(kBrokerProgram), {});
    return m_process.waitForStarted();
}

/// It listens before it knows its users.
bool RabbitServer::waitUntilReady()
{
    const qsizetype before = shownLog().count(u"Server startup complete"_s);
    const QDeadlineTimer deadline(kBrokerPatienceMs);
    while (!deadline.hasExpired()) {
        if (m_process.waitForFinished(50))
            break; // it has ended: a port was taken, or worse
        if (shownLog().count(u"Server startup complete"_s) > before)
            return true;
    }
    qWarning("RabbitMQ does not come up: %s", qUtf8Printable(shownLog().right(3000)));
    return false;
}

QString RabbitServer::shownLog() const
{
    QFile log(m_folder.filePath(u"output"_s));
    return log.open(QIODevice::ReadOnly) ? QString::fromUtf8(log.readAll()) : QString();
}

void RabbitServer::end(int signal)
{
    if (m_process.state() != QProcess::Running)
        return;
    ::kill(static_cast<pid_t>(m_process.processId()), signal);
    if (!m_process.waitForFinished(kBrokerPatienceMs)) {
        m_process.kill();
        m_process.waitForFinished(kBrokerPatienceMs);
    }
}

void RabbitServer::stop()
{
    end(SIGTERM);
}

void RabbitServer::kill()
{
    end(SIGKILL);
}

void RabbitServer::freeze()
{
    ::kill(static_cast<pid_t>(m_process.processId()), SIGSTOP);
}

void RabbitServer::thaw()
{
    ::kill(static_cast<pid_t>(m_process.processId()), SIGCONT);
}

QByteArray RabbitServer::url() const
{
    return "amqp://guest:guest@127.0.0.1:" + QByteArray::number(m_port) + '/';
}

bool RabbitServer::control(const QStringList& words)
{
    QProcess process;
    process.setProcessEnvironment(environment());
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(QString::fromLatin1(kControlProgram), words);
    if (!process.waitForFinished(kBrokerPatienceMs) || process.exitCode() != 0) {
        qWarning("rabbitmqctl: %s", process.readAll().constData());
        return false;
    }
    return true;
}

} // namespace signalbox::test
