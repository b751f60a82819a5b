// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/rawclient.h"

#include <QProcess>
#include <QRegularExpression>
#include <QUrl>

namespace signalbox::test {

/// An echod of its own on a free port; ended with the test.
class EchoProcess
{
public:
    explicit EchoProcess(const QStringList& options = {})
    {
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start(QStringLiteral(ECHOD_PATH),
                        QStringList{QStringLiteral("--port"), QStringLiteral("0")} + options);
        static const QRegularExpression line(QStringLiteral("listening on port (\\d+)\\n"));
        QByteArray output;
        while (m_port == 0 && m_process.waitForReadyRead(kPatienceMs)) {
            output += m_process.readAllStandardOutput();
            m_port = line.match(QString::fromUtf8(output)).captured(1).toUShort();
        }
    }
    ~EchoProcess()
    {
        if (isRunning())
            stop();
    }
    Q_DISABLE_COPY_MOVE(EchoProcess)

    quint16 port() const { return m_port; }
    bool isRunning() const { return m_process.state() == QProcess::Running; }
    QUrl url(const QString& path = QStringLiteral("/echo")) const
    {
        return QUrl(QStringLiteral("ws://127.0.0.1:%1%2").arg(m_port).arg(path));
    }
    /// True when SIGTERM ended it in good order.
    bool stop()
    {
        m_process.terminate();
        if (!m_process.waitForFinished(kPatienceMs)) {
            m_process.kill();
            m_process.waitForFinished();
            return false;
        }
        return m_process.exitStatus() == QProcess::NormalExit && m_process.exitCode() == 0;
    }

private:
    QProcess m_process;
    quint16 m_port = 0;
};

} // namespace signalbox::test
