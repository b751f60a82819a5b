// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/fdnotifier.h"
#include "net/stream.h"

#include <memory>

namespace signalbox {

/// A Stream on a connected, non-blocking TCP socket. Owns the descriptor; lives on the thread that made it.
///
/// Memory: an idle one holds one notifier (about 250 bytes in all); the notifiers for writing and for hang-ups are
/// made when they are first needed. The peer's address is asked from the kernel each time.
///
/// The end of the peer's direction is told by read() once all before it was read. After that, and while reading is
/// stopped, a reset is noticed by the hang-up notifier (POLLERR/POLLHUP) and told by streamClosed(); a peer that only
/// ended its own direction (FIN) is not "closed": it may still read our answer.
class PlainStream final : public Stream, private FdListener
{
public:
    /// Takes the descriptor over, makes it non-blocking and turns Nagle's algorithm off.
    explicit PlainStream(int fd);
    ~PlainStream() override;
    Q_DISABLE_COPY_MOVE(PlainStream)

    qint64 read(char* buffer, qint64 capacity) override;
    qint64 write(const iovec* parts, int count) override;
    void setReading(bool reading) override;
    void shutdownWrite() override;
    Arrival release(QThread* thread) override;
    bool isEncrypted() const override { return false; }
    QByteArray peerAddress() const override;

private:
    void fdReady(QSocketNotifier::Type type) override;
    void fdPosted() override;
    void checkHangup();
    void updateNotifiers();
    void breakUp();
    void waitForRoom();
    qint64 sendSome(const iovec* parts, int count) const;

    FdNotifier m_readNotifier;
    std::unique_ptr<FdNotifier> m_writeNotifier;
    std::unique_ptr<FdNotifier> m_hangupNotifier;
    int m_fd;
    bool m_reading = true;     ///< the owner wants streamReadable()
    bool m_ended = false;      ///< the peer's direction is at its end
    bool m_broken = false;     ///< nothing works any more; streamClosed() is due or done
    bool m_hangupDeaf = false; ///< urgent data would wake us without end
};

} // namespace signalbox
