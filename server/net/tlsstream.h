// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/stream.h"
#include "shared/result.h"

#include <QObject>
#include <QSslConfiguration>

#include <memory>

class QSslSocket;

namespace signalbox {

/// The configuration of a TLS server: certificate chain and private key from PEM files, TLS 1.2 or newer, ALPN
/// "http/1.1", no client certificates. The result is implicitly shared: load it once for all workers. Fails with
/// ErrorCode::Internal and a message that names the file (never the key's content).
Result<QSslConfiguration> loadTlsConfiguration(const QString& certificateFile, const QString& keyFile);

/// A Stream through TLS (QSslSocket, server side). The handshake starts by itself; its time limit is the owner's: no
/// streamReadable() comes before it is done, and its failure is streamClosed().
///
/// QSslSocket buffers on its own, so write() offers it no more than keeps it below kMaxUnsent; incoming data is held
/// to kMaxUnread decrypted and as much encrypted, the rest waits in the kernel. Differences to PlainStream, which are
/// QSslSocket's: a peer that ends its direction ends the whole connection, told by streamClosed() once all is read;
/// shutdownWrite() ends reading too, and before the handshake is done it drops what was written; while reading is
/// stopped with full buffers a break is noticed by the next write only.
class TlsStream final : public QObject, public Stream
{
    Q_OBJECT
public:
    static constexpr qint64 kMaxUnsent = 64 * 1024;
    static constexpr qint64 kMaxUnread = 64 * 1024;

    /// Takes the connected descriptor over.
    TlsStream(int fd, const QSslConfiguration& configuration);
    ~TlsStream() override;
    Q_DISABLE_COPY_MOVE(TlsStream)

    qint64 read(char* buffer, qint64 capacity) override;
    qint64 write(const iovec* parts, int count) override;
    void setReading(bool reading) override;
    void shutdownWrite() override;
    Arrival release(QThread* thread) override;
    bool isEncrypted() const override { return true; }
    QByteArray peerAddress() const override;

private:
    explicit TlsStream(std::unique_ptr<QSslSocket> socket);
    void listen();
    void onReadyRead();
    void onBytesWritten();
    void onGone();
    void schedule();
    void report();
    qint64 unsent() const;

    std::unique_ptr<QSslSocket> m_socket;
    bool m_reading = true;
    bool m_wantsRoom = false;
    bool m_gone = false;
    bool m_endSeen = false; ///< a write has failed
    bool m_closedReported = false;
    bool m_scheduled = false;
};

} // namespace signalbox
