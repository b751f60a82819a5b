// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/rawclient.h"

#include <QElapsedTimer>
#include <QtEndian>

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
    explicit Wire(quint16 port, int receiveBuffer = 0) : m_fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
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

/// A WebSocket client that writes any frame, right or wrong, and shows the server's frames as they came.
class WsWire
{
public:
    struct Frame
    {
        int first = 0; ///< FIN, RSV and opcode as sent
        QByteArray payload;
    };

    WsWire(quint16 port, const QByteArray& target, const Headers& headers = {}, int receiveBuffer = 0)
        : m_wire(port, receiveBuffer)
    {
        m_wire.send(handshake(target, headers));
    }

    static QByteArray handshake(const QByteArray& target, const Headers& headers = {})
    {
        QByteArray head = "GET " + target
                          + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        for (const auto& [name, value] : headers)
            head += name + ": " + value + "\r\n";
        return head + "\r\n";
    }

    static QByteArray frame(int first, const QByteArray& payload, bool masked = true)
    {
        QByteArray bytes(1, static_cast<char>(first));
        const char mask = masked ? '\x80' : '\0';
        if (payload.size() < 126) {
            bytes += static_cast<char>(payload.size() | mask);
        } else {
            const bool isShort = payload.size() < 65536;
            bytes += static_cast<char>((isShort ? 126 : 127) | mask);
            const quint64 size = qToBigEndian(static_cast<quint64>(payload.size()));
            const QByteArray wide(reinterpret_cast<const char*>(&size), 8);
            bytes += isShort ? wide.right(2) : wide;
        }
        if (!masked)
            return bytes + payload;
        const QByteArray key("\x11\x22\x33\x44", 4);
        bytes += key;
        for (qsizetype i = 0; i < payload.size(); ++i)
            bytes += static_cast<char>(payload[i] ^ key[i % 4]);
        return bytes;
    }
    static QByteArray text(const QByteArray& payload) { return frame(0x81, payload); }
    static QByteArray closing(int code, const QByteArray& reason = {})
    {
        const quint16 wide = qToBigEndian(static_cast<quint16>(code));
        return frame(0x88, QByteArray(reinterpret_cast<const char*>(&wide), 2) + reason);
    }

    Wire& wire() { return m_wire; }
    void sendText(const QByteArray& payload) { m_wire.send(text(payload)); }

    int status()
    {
        m_wire.waitForText("\r\n\r\n");
        return m_wire.received().mid(9, 3).toInt();
    }
    QList<Frame> frames() const
    {
        QList<Frame> list;
        const QByteArray& all = m_wire.received();
        qsizetype at = all.indexOf("\r\n\r\n");
        if (at < 0)
            return list;
        at += 4;
        while (at + 2 <= all.size()) {
            const auto byte = [&all](qsizetype i) { return static_cast<quint8>(all[i]); };
            qsizetype size = byte(at + 1);
            qsizetype header = 2;
            if (size >= 126) {
                header = size == 126 ? 4 : 10;
                if (at + header > all.size())
                    break;
                size = header == 4 ? qFromBigEndian<quint16>(all.constData() + at + 2)
                                   : static_cast<qsizetype>(qFromBigEndian<quint64>(all.constData() + at + 2));
            }
            if (at + header + size > all.size())
                break;
            list.append({byte(at), all.mid(at + header, size)});
            at += header + size;
        }
        return list;
    }
    QByteArrayList texts() const
    {
        QByteArrayList list;
        for (const Frame& frame : frames()) {
            if (frame.first == 0x81)
                list.append(frame.payload);
        }
        return list;
    }
    bool waitForText(const QByteArray& part, int timeoutMs = kPatienceMs)
    {
        return m_wire.readUntil([&](const QByteArray& received) { return received.contains(part); }, timeoutMs);
    }
    bool isEstablished() { return waitForText("connection.established"); }
    /// The code of the server's close frame, once the connection has ended; 0: it ended without one, or an empty one;
    /// -1: it goes on, or something followed the close frame.
    int closeCode()
    {
        if (!m_wire.waitForEnd())
            return -1;
        const QList<Frame> all = frames();
        for (qsizetype i = 0; i < all.size(); ++i) {
            if (all[i].first != 0x88)
                continue;
            m_closeReason = all[i].payload.mid(2);
            if (i + 1 != all.size())
                return -1;
            return all[i].payload.size() < 2 ? 0 : qFromBigEndian<quint16>(all[i].payload.constData());
        }
        return 0;
    }
    const QByteArray& closeReason() const { return m_closeReason; }

private:
    Wire m_wire;
    QByteArray m_closeReason;
};

} // namespace signalbox::test
