// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/desktop/singleinstance.h"

#include <QCryptographicHash>
#include <QDir>
#include <QLocalSocket>
#include <QTimer>

namespace signalbox::console {

namespace {

constexpr int kAnswerMs = 1000;

QString socketName(const QString& folder)
{
    const QByteArray hash = QCryptographicHash::hash(folder.toUtf8(), QCryptographicHash::Sha256).toHex().left(16);
    return QStringLiteral("signalbox-console-") + QString::fromLatin1(hash);
}

} // namespace

SingleInstance::SingleInstance(const QString& folder, QObject* parent)
    : QObject(parent)
    , m_name(socketName(folder))
    , m_lock(folder + QStringLiteral("/console.lock"))
{
    QDir().mkpath(folder);
    m_lock.setStaleLockTime(0); // a process that lives keeps it, however long
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    m_server.setMaxPendingConnections(8);
    connect(&m_server, &QLocalServer::newConnection, this, &SingleInstance::accept);
}

bool SingleInstance::claim()
{
    if (!m_lock.tryLock(0))
        return false;
    if (!m_server.listen(m_name)) {
        QLocalServer::removeServer(m_name); // of a process that died: we have the lock
        m_server.listen(m_name);
    }
    return true;
}

bool SingleInstance::send(const QString& message) const
{
    QLocalSocket socket;
    socket.connectToServer(m_name);
    if (!socket.waitForConnected(kAnswerMs))
        return false;
    socket.write(message.toUtf8().left(kLongestMessage) + '\n');
    return socket.waitForBytesWritten(kAnswerMs);
}

void SingleInstance::accept()
{
    while (QLocalSocket* socket = m_server.nextPendingConnection()) {
        QTimer::singleShot(kAnswerMs * 5, socket, [socket] { socket->deleteLater(); });
        connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
        connect(socket, &QLocalSocket::readyRead, this, [this, socket] {
            if (socket->bytesAvailable() > kLongestMessage + 1)
                return socket->abort();
            if (!socket->canReadLine())
                return;
            emit messageReceived(QString::fromUtf8(socket->readLine()).trimmed());
            socket->disconnectFromServer();
        });
    }
}

} // namespace signalbox::console
