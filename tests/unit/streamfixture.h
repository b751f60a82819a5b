// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/stream.h"

#include <QByteArray>
#include <QtTest>

#include <array>
#include <functional>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace signalbox {

/// Two ends of a TCP connection over the loopback interface. The ends that are not taken are closed.
struct TcpPair
{
    int server = -1;
    int client = -1;

    TcpPair()
    {
        const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        if (::bind(listener, generic, length) != 0 || ::listen(listener, 1) != 0 ||
            ::getsockname(listener, generic, &length) != 0)
            qFatal("no loopback socket");
        client = ::socket(AF_INET, SOCK_STREAM, 0);
        if (::connect(client, generic, length) != 0)
            qFatal("no loopback connection");
        server = ::accept(listener, nullptr, nullptr);
        ::close(listener);
        ::fcntl(client, F_SETFL, O_NONBLOCK);
    }
    ~TcpPair()
    {
        for (const int fd : {server, client}) {
            if (fd >= 0)
                ::close(fd);
        }
    }
    Q_DISABLE_COPY_MOVE(TcpPair)

    int takeServer() { return std::exchange(server, -1); }
    int takeClient() { return std::exchange(client, -1); }
};

/// The client's end of a connection, without any framework that could hide something.
class RawClient
{
public:
    explicit RawClient(int fd)
        : m_fd(fd)
    {
    }
    ~RawClient() { close(); }
    Q_DISABLE_COPY_MOVE(RawClient)

    void send(const QByteArray& bytes)
    {
        qsizetype sent = 0;
        while (sent < bytes.size()) {
            const ssize_t n =
                ::send(m_fd, bytes.constData() + sent, static_cast<size_t>(bytes.size() - sent), MSG_NOSIGNAL);
            if (n > 0) {
                sent += n;
            } else if (errno == EAGAIN) {
                QTest::qWait(1);
            } else {
                return;
            }
        }
    }
    /// Takes what is there; false when the server has ended or reset the connection.
    bool poll()
    {
        std::array<char, 65536> buffer;
        ssize_t n = 0;
        while (m_fd >= 0 && (n = ::recv(m_fd, buffer.data(), buffer.size(), 0)) > 0)
            received.append(buffer.data(), n);
        if (n == 0)
            m_ended = true;
        else if (n < 0 && errno != EAGAIN)
            m_reset = m_ended = true;
        return !m_ended;
    }
    bool ended()
    {
        poll();
        return m_ended;
    }
    bool wasReset() const { return m_reset; }
    bool has(const QByteArray& bytes)
    {
        poll();
        return received.contains(bytes);
    }
    qsizetype count(const QByteArray& bytes)
    {
        poll();
        return received.count(bytes);
    }
    void shutdownWrite() { ::shutdown(m_fd, SHUT_WR); }
    /// Closes with a reset.
    void reset()
    {
        const linger hard{1, 0};
        ::setsockopt(m_fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        close();
    }
    void close()
    {
        if (m_fd >= 0)
            ::close(std::exchange(m_fd, -1));
    }

    QByteArray received;

private:
    int m_fd;
    bool m_ended = false;
    bool m_reset = false;
};

/// Writes down what a stream tells.
class StreamDiary : public StreamListener
{
public:
    void streamReadable() override
    {
        ++readables;
        if (onReadable)
            onReadable();
    }
    void streamWritable() override
    {
        ++writables;
        if (onWritable)
            onWritable();
    }
    void streamClosed() override
    {
        ++closed;
        if (onClosed)
            onClosed();
    }

    int readables = 0;
    int writables = 0;
    int closed = 0;
    std::function<void()> onReadable;
    std::function<void()> onWritable;
    std::function<void()> onClosed;
};

inline qint64 writeTo(Stream& stream, const QByteArray& bytes)
{
    const iovec part{const_cast<char*>(bytes.constData()), static_cast<size_t>(bytes.size())};
    return stream.write(&part, 1);
}

/// Lets the loop run until nothing has been due for a moment: for what must not happen.
inline void letPass()
{
    QTest::qWait(60);
}

} // namespace signalbox
