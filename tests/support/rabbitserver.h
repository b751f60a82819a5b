// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QProcess>
#include <QTemporaryDir>

namespace signalbox::test {

/// A real RabbitMQ with folder, node name and epmd of its own, on free ports of the loopback interface, without
/// plugins; user and password are guest. It ends with this object, its epmd too, and also when the test is killed.
class RabbitServer
{
public:
    RabbitServer();
    ~RabbitServer();
    RabbitServer(const RabbitServer&) = delete;
    RabbitServer& operator=(const RabbitServer&) = delete;

    /// Speaks TLS, and nothing else, from the next start on.
    void setTls(const QString& certificateFile, const QString& keyFile);

    /// The first time on new ports, later on the same, with what it kept. False, with a warning, when it does not come
    /// up.
    bool start();
    void stop(); ///< SIGTERM: in good order
    void kill(); ///< SIGKILL
    /// SIGSTOP: the connections stay, nothing answers.
    void freeze();
    void thaw();
    quint16 port() const { return m_port; }
    /// "amqp://guest:guest@127.0.0.1:PORT/"
    QByteArray url() const;

    /// Runs rabbitmqctl against it (which takes seconds); true when it ends well.
    bool control(const QStringList& words);

private:
    bool launch();
    bool waitUntilReady();
    bool startNames();
    void end(int signal);
    QProcessEnvironment environment() const;
    QString shownLog() const;

    QTemporaryDir m_folder;
    QProcess m_names; ///< epmd
    QProcess m_process;
    QString m_certificateFile;
    QString m_keyFile;
    quint16 m_port = 0;
    quint16 m_namesPort = 0;
    quint16 m_nodePort = 0;
};

} // namespace signalbox::test
