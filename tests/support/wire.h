// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/rawclient.h"

#include <QElapsedTimer>

#include <array>
#include <cerrno>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace signalbox::test {

/// A blocking TCP connection of a test, which reads only when it is told to: the misbehaving client. Needs no event
/// loop.
class Wire
{
public:
    /// `receiveBuffer`: bytes that the kernel may keep for us; 0: its default.
    explicit Wire(quint16 port, int receiveBuffer = 0)
        : m_fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        if (receiveBuffer > 0)
            ::setsockopt(m_fd, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, sizeof receiveBuffer);
        const int on = 1;
        ::setsockopt(m_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        m_open = ::connect(m_fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    ~Wire() { close(); }
    Q_DISABLE_COPY_MOVE(Wire)

    bool isOpen() const { return m_open; }
    bool hasEnded() const { return m_ended; }
    const QByteArray& received() const { return m_received; }
    QByteArray take() { return std::exchange(m_received, {}); }

    /// False when the peer does not take it all, or has gone.
    bool send(const QByteArray& bytes)
    {
        qsizetype sent = 0;
        while (sent < bytes.size()) {
            pollfd state{m_fd, POLLOUT, 0};
            if (::poll(&state, 1, kPatienceMs) <= 0)
                return false;
            const ssize_t taken = ::send(m_fd, bytes.constData() + sent, static_cast<size_t>(bytes.size() - sent),
                                         MSG_NOSIGNAL | MSG_DONTWAIT);
            if (taken < 0 && errno != EAGAIN)
                return false;
            sent += taken > 0 ? taken : 0;
        }
        return true;
    }
    /// Reads until `enough` says so; false when the time or the connection ended first.
    template <class Enough> bool readUntil(Enough enough, int timeoutMs = kPatienceMs)
    {
        QElapsedTimer timer;
        timer.start();
        while (!enough(m_received)) {
            if (m_ended || timer.elapsed() > timeoutMs)
                return false;
            readSome(static_cast<int>(timeoutMs - timer.elapsed()));
        }
        return true;
    }
    bool waitForText(const QByteArray& text)
    {
        return readUntil([&text](const QByteArray& received) { return received.contains(text); });
    }
    /// Reads until the peer has ended its direction (or reset the connection).
    bool waitForEnd(int timeoutMs = kPatienceMs)
    {
        readUntil([](const QByteArray&) { return false; }, timeoutMs);
        return m_ended;
    }
    /// Lets the kernel keep more for us from now on: a small window is slow to read through.
    void widen()
    {
        const int wide = 4 << 20;
        ::setsockopt(m_fd, SOL_SOCKET, SO_RCVBUF, &wide, sizeof wide);
    }
    /// Ends our direction.
    void finish() { ::shutdown(m_fd, SHUT_WR); }
    /// Ends with a reset.
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
        m_open = false;
    }

private:
    void readSome(int timeoutMs)
    {
        pollfd state{m_fd, POLLIN, 0};
        if (::poll(&state, 1, std::max(0, timeoutMs)) <= 0)
            return;
        std::array<char, 16384> buffer;
        const ssize_t got = ::recv(m_fd, buffer.data(), buffer.size(), 0);
        if (got > 0)
            m_received.append(buffer.data(), got);
        else
            m_ended = true;
    }

    int m_fd;
    bool m_open = false;
    bool m_ended = false;
    QByteArray m_received;
};

/// The HTTP answers in what was received, as many as are complete; each needs a Content-Length or has no body.
inline QList<HttpAnswer> answersIn(QByteArray received)
{
    QList<HttpAnswer> list;
    while (true) {
        const qsizetype end = received.indexOf("\r\n\r\n");
        if (end < 0 || !received.startsWith("HTTP/1.1 "))
            return list;
        HttpAnswer answer;
        answer.status = received.mid(9, 3).toInt();
        const QByteArrayList lines = received.first(end).split('\n');
        for (qsizetype i = 1; i < lines.size(); ++i) {
            const qsizetype colon = lines[i].indexOf(':');
            answer.headers.insert(lines[i].left(colon).toLower(), lines[i].mid(colon + 1).trimmed());
        }
        const qsizetype size = answer.headers.value("content-length", "0").toLongLong();
        if (received.size() < end + 4 + size)
            return list;
        answer.body = received.mid(end + 4, size);
        received.remove(0, end + 4 + size);
        list.append(answer);
    }
}

} // namespace signalbox::test
