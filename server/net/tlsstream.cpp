// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/tlsstream.h"

#include <QFile>
#include <QHostAddress>
#include <QPointer>
#include <QSslCertificate>
#include <QSslKey>
#include <QSslSocket>

#include <algorithm>

#include <unistd.h>

namespace signalbox {

namespace {

Error tlsError(const QString& text, const QString& file)
{
    return Error(ErrorCode::Internal, text.arg(file));
}

QSslKey keyFromPem(const QByteArray& pem)
{
    for (const QSsl::KeyAlgorithm algorithm : {QSsl::Ec, QSsl::Rsa}) {
        QSslKey key(pem, algorithm);
        if (!key.isNull())
            return key;
    }
    return {};
}

} // namespace

Result<QSslConfiguration> loadTlsConfiguration(const QString& certificateFile, const QString& keyFile)
{
    if (!QSslSocket::supportsSsl())
        return Error(ErrorCode::Internal, QStringLiteral("TLS is not available: Qt found no TLS library."));
    const QList<QSslCertificate> chain = QSslCertificate::fromPath(certificateFile);
    if (chain.isEmpty())
        return tlsError(QStringLiteral("No TLS certificate (PEM) can be read from \"%1\"."), certificateFile);
    QFile file(keyFile);
    if (!file.open(QIODevice::ReadOnly))
        return tlsError(QStringLiteral("The TLS key file \"%1\" cannot be opened."), keyFile);
    const QSslKey key = keyFromPem(file.readAll());
    if (key.isNull())
        return tlsError(QStringLiteral("No unencrypted EC or RSA private key (PEM) can be read from \"%1\"."), keyFile);

    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setLocalCertificateChain(chain);
    configuration.setPrivateKey(key);
    configuration.setProtocol(QSsl::TlsV1_2OrLater);
    configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
    configuration.setAllowedNextProtocols({QByteArray(QSslConfiguration::NextProtocolHttp1_1)});
    return configuration;
}

TlsStream::TlsStream(int fd, const QSslConfiguration& configuration)
    : m_socket(std::make_unique<QSslSocket>())
{
    listen();
    m_socket->setSslConfiguration(configuration);
    m_socket->setReadBufferSize(kMaxUnread);
    if (!m_socket->setSocketDescriptor(fd)) {
        ::close(fd);
        onGone();
        return;
    }
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_socket->startServerEncryption();
}

TlsStream::TlsStream(std::unique_ptr<QSslSocket> socket)
    : m_socket(std::move(socket))
{
    listen();
    m_gone = m_socket->state() != QAbstractSocket::ConnectedState;
    schedule(); // what came while nobody listened
}

void TlsStream::listen()
{
    connect(m_socket.get(), &QIODevice::readyRead, this, &TlsStream::onReadyRead);
    connect(m_socket.get(), &QIODevice::bytesWritten, this, &TlsStream::onBytesWritten);
    connect(m_socket.get(), &QSslSocket::encryptedBytesWritten, this, &TlsStream::onBytesWritten);
    connect(m_socket.get(), &QAbstractSocket::errorOccurred, this, &TlsStream::onGone);
    connect(m_socket.get(), &QAbstractSocket::disconnected, this, &TlsStream::onGone);
}

// At once: after the last turn of a loop nobody would do it later. A QSslSocket cannot be destroyed inside its own
// signals, but this is never called there: schedule() keeps the listener out of them.
TlsStream::~TlsStream()
{
    if (!m_socket)
        return;
    m_socket->disconnect(this);
    m_socket->abort();
}

Stream::Arrival TlsStream::release(QThread* thread)
{
    m_socket->disconnect(this);
    m_socket->moveToThread(thread);
    // Unclaimed it is destroyed where it lives, whoever drops it.
    struct Held
    {
        explicit Held(std::unique_ptr<QSslSocket> given)
            : socket(std::move(given))
        {
        }
        Q_DISABLE_COPY_MOVE(Held)
        std::unique_ptr<QSslSocket> socket;
        ~Held()
        {
            if (socket)
                socket.release()->deleteLater();
        }
    };
    const auto held = std::make_shared<Held>(std::move(m_socket));
    return [held]() -> StreamPtr { return StreamPtr(new TlsStream(std::move(held->socket))); };
}

qint64 TlsStream::read(char* buffer, qint64 capacity)
{
    if (capacity <= 0)
        return 0;
    const qint64 got = m_socket->bytesAvailable() > 0 ? m_socket->read(buffer, capacity) : 0;
    if (got > 0)
        return got;
    if (!m_gone)
        return 0;
    schedule();
    return -1;
}

qint64 TlsStream::write(const iovec* parts, int count)
{
    if (m_gone) {
        m_endSeen = true; // what is unread now has nobody to go to
        schedule();
        return -1;
    }
    qint64 taken = 0;
    for (int i = 0; i < count; ++i) {
        const auto size = static_cast<qint64>(parts[i].iov_len);
        const qint64 offered = std::min(size, kMaxUnsent - unsent());
        if (offered > 0)
            taken += std::max<qint64>(0, m_socket->write(static_cast<const char*>(parts[i].iov_base), offered));
        if (offered < size) {
            m_wantsRoom = true;
            break;
        }
    }
    return taken;
}

void TlsStream::setReading(bool reading)
{
    if (reading == m_reading)
        return;
    m_reading = reading;
    if (m_reading)
        schedule();
}

// Before the handshake is done QSslSocket would wait for its end without ever closing.
void TlsStream::shutdownWrite()
{
    if (m_socket->isEncrypted())
        m_socket->disconnectFromHost();
    else
        m_socket->abort();
}

QByteArray TlsStream::peerAddress() const
{
    bool mapped = false;
    const quint32 v4 = m_socket->peerAddress().toIPv4Address(&mapped);
    return (mapped ? QHostAddress(v4) : m_socket->peerAddress()).toString().toLatin1();
}

qint64 TlsStream::unsent() const
{
    return m_socket->bytesToWrite() + m_socket->encryptedBytesToWrite();
}

void TlsStream::onReadyRead()
{
    if (m_reading)
        schedule();
}

void TlsStream::onBytesWritten()
{
    if (m_wantsRoom && unsent() <= kMaxUnsent / 2)
        schedule();
}

void TlsStream::onGone()
{
    m_gone = true;
    schedule();
}

// Signals come from inside QSslSocket's loops, and some from inside calls of ours: the listener is called from the
// event loop, after them.
void TlsStream::schedule()
{
    if (m_scheduled || m_closedReported)
        return;
    m_scheduled = true;
    QMetaObject::invokeMethod(this, &TlsStream::report, Qt::QueuedConnection);
}

void TlsStream::report()
{
    m_scheduled = false;
    if (!listener())
        return;
    const QPointer<TlsStream> alive(this);
    if (m_wantsRoom && !m_gone && unsent() <= kMaxUnsent / 2) {
        m_wantsRoom = false;
        listener()->streamWritable();
        if (!alive)
            return;
    }
    if (m_reading && !m_endSeen && m_socket->bytesAvailable() > 0 && listener()) {
        listener()->streamReadable();
        if (alive && m_reading && (m_socket->bytesAvailable() > 0 || m_gone))
            schedule();
        return;
    }
    if (m_gone && !m_closedReported && listener()) {
        m_closedReported = true;
        listener()->streamClosed();
    }
}

} // namespace signalbox
