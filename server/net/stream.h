// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <functional>
#include <memory>

#include <sys/uio.h>

QT_BEGIN_NAMESPACE
class QThread;
QT_END_NAMESPACE

namespace signalbox {

/// What a Stream tells its owner. Called on the stream's thread only, from the event loop, never from inside a call
/// that the owner makes on the stream. The owner may destroy the stream inside any of these.
class StreamListener
{
public:
    virtual ~StreamListener() = default;
    /// Bytes can be read, or the peer has ended: read() tells which.
    virtual void streamReadable() = 0;
    /// write() took less than it was offered before; now it will take more.
    virtual void streamWritable() = 0;
    /// The connection is gone (reset, TLS failure). At most once; nothing comes after it.
    virtual void streamClosed() = 0;
};

/// A connected byte stream: plain TCP or TLS. Lives on one thread; non-blocking; never buffers what write() did not
/// take, so that the one bounded queue of a connection is its owner's.
class Stream
{
public:
    /// Makes a stream of a connection that another thread let go of. Called once, on the thread it was let go for;
    /// destroyed without a call it closes the connection.
    using Arrival = std::function<std::unique_ptr<Stream>()>;

    virtual ~Stream() = default; ///< closes the connection at once

    void setListener(StreamListener* listener) { m_listener = listener; }
    StreamListener* listener() const { return m_listener; }

    /// Reads up to `capacity` bytes. >0: bytes read; 0: nothing there now; -1: the peer ended or the connection broke.
    virtual qint64 read(char* buffer, qint64 capacity) = 0;
    /// Writes the parts in order. Returns the bytes taken (0 to their sum); after less than the sum, streamWritable()
    /// comes once. -1: the connection broke (streamClosed() follows from the loop).
    virtual qint64 write(const iovec* parts, int count) = 0;
    /// Stops or resumes streamReadable(): the way to put back pressure on the peer. Reading at first. While reading is
    /// stopped a break of the connection is still reported by streamClosed().
    virtual void setReading(bool reading) = 0;
    /// Ends our direction (TCP FIN / TLS close_notify) after what was written; reading goes on.
    virtual void shutdownWrite() = 0;
    /// Lets the connection go, to `thread`; only the destructor may follow. Nothing that was written may still wait.
    virtual Arrival release(QThread* thread) = 0;
    /// True when this is TLS.
    virtual bool isEncrypted() const = 0;
    /// Text of the peer's address without port.
    virtual QByteArray peerAddress() const = 0;

private:
    StreamListener* m_listener = nullptr;
};

using StreamPtr = std::unique_ptr<Stream>;

} // namespace signalbox
