// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/plainstream.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace signalbox {

namespace {

#ifdef IOV_MAX
constexpr int kMaxParts = IOV_MAX;
#else
constexpr int kMaxParts = 1024;
#endif

qint64 sumOf(const iovec* parts, int count)
{
    qint64 sum = 0;
    for (int i = 0; i < count; ++i)
        sum += static_cast<qint64>(parts[i].iov_len);
    return sum;
}

bool wouldBlock(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS;
}

} // namespace

PlainStream::PlainStream(int fd)
    : m_readNotifier(fd, QSocketNotifier::Read, this)
    , m_fd(fd)
{
    ::fcntl(m_fd, F_SETFL, ::fcntl(m_fd, F_GETFL) | O_NONBLOCK);
    const int on = 1;
    ::setsockopt(m_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

PlainStream::~PlainStream()
{
    m_readNotifier.setEnabled(false);
    m_writeNotifier.reset();
    m_hangupNotifier.reset();
    if (m_fd >= 0)
        ::close(m_fd);
}

Stream::Arrival PlainStream::release(QThread*)
{
    struct Held
    {
        explicit Held(int descriptor)
            : fd(descriptor)
        {
        }
        Q_DISABLE_COPY_MOVE(Held)
        int fd;
        ~Held()
        {
            if (fd >= 0)
                ::close(fd);
        }
    };
    m_readNotifier.setEnabled(false);
    m_writeNotifier.reset();
    m_hangupNotifier.reset();
    const auto held = std::make_shared<Held>(std::exchange(m_fd, -1));
    return [held]() -> StreamPtr { return std::make_unique<PlainStream>(std::exchange(held->fd, -1)); };
}

qint64 PlainStream::read(char* buffer, qint64 capacity)
{
    if (m_broken || m_ended)
        return -1;
    if (capacity <= 0)
        return 0;
    ssize_t got = 0;
    do {
        got = ::recv(m_fd, buffer, static_cast<size_t>(capacity), 0);
    } while (got < 0 && errno == EINTR);
    if (got > 0)
        return got;
    if (got < 0 && wouldBlock(errno))
        return 0;
    if (got == 0) {
        m_ended = true;
        updateNotifiers();
    } else {
        breakUp();
    }
    return -1;
}

qint64 PlainStream::write(const iovec* parts, int count)
{
    if (m_broken)
        return -1;
    qint64 taken = 0;
    while (count > 0) {
        const int batch = std::min(count, kMaxParts);
        const qint64 sent = sendSome(parts, batch);
        if (sent < 0) {
            breakUp();
            return -1;
        }
        taken += sent;
        if (sent < sumOf(parts, batch)) {
            waitForRoom();
            break;
        }
        parts += batch;
        count -= batch;
    }
    return taken;
}

qint64 PlainStream::sendSome(const iovec* parts, int count) const
{
    for (;;) {
        ssize_t sent = 0;
        if (count == 1) {
            sent = ::send(m_fd, parts->iov_base, parts->iov_len, MSG_NOSIGNAL);
        } else {
            msghdr message{};
            message.msg_iov = const_cast<iovec*>(parts);
            message.msg_iovlen = static_cast<decltype(message.msg_iovlen)>(count);
            sent = ::sendmsg(m_fd, &message, MSG_NOSIGNAL);
        }
        if (sent >= 0)
            return sent;
        if (errno != EINTR)
            return wouldBlock(errno) ? 0 : -1;
    }
}

void PlainStream::setReading(bool reading)
{
    if (reading == m_reading && !(reading && m_ended))
        return;
    m_reading = reading;
    m_ended = m_ended && !reading; // a new owner is told of the end once more
    m_hangupDeaf = false;
    updateNotifiers();
}

void PlainStream::shutdownWrite()
{
    if (!m_broken)
        ::shutdown(m_fd, SHUT_WR);
}

QByteArray PlainStream::peerAddress() const
{
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    if (::getpeername(m_fd, reinterpret_cast<sockaddr*>(&address), &length) != 0)
        return {};
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address.ss_family == AF_INET) {
        const auto* v4 = reinterpret_cast<const sockaddr_in*>(&address);
        ::inet_ntop(AF_INET, &v4->sin_addr, text.data(), text.size());
    } else if (address.ss_family == AF_INET6) {
        const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&address);
        if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr))
            ::inet_ntop(AF_INET, &v6->sin6_addr.s6_addr[12], text.data(), text.size());
        else
            ::inet_ntop(AF_INET6, &v6->sin6_addr, text.data(), text.size());
    }
    return QByteArray(text.data());
}

// Every branch ends with its call of the listener, which may destroy this stream.
void PlainStream::fdReady(QSocketNotifier::Type type)
{
    switch (type) {
    case QSocketNotifier::Read:
        if (listener())
            listener()->streamReadable();
        else
            setReading(false);
        return;
    case QSocketNotifier::Write:
        m_writeNotifier->setEnabled(false);
        if (listener())
            listener()->streamWritable();
        return;
    case QSocketNotifier::Exception:
        checkHangup();
        return;
    }
}

void PlainStream::checkHangup()
{
    pollfd state{m_fd, 0, 0};
    if (::poll(&state, 1, 0) > 0 && (state.revents & (POLLERR | POLLHUP)) != 0) {
        breakUp();
        return;
    }
    m_hangupDeaf = true;
    updateNotifiers();
}

void PlainStream::fdPosted()
{
    if (listener())
        listener()->streamClosed();
}

void PlainStream::updateNotifiers()
{
    const bool wantsRead = m_reading && !m_ended && !m_broken;
    const bool wantsHangup = !wantsRead && !m_broken && !m_hangupDeaf;
    if (m_readNotifier.isEnabled() != wantsRead)
        m_readNotifier.setEnabled(wantsRead);
    if (wantsHangup && !m_hangupNotifier)
        m_hangupNotifier =
            std::make_unique<FdNotifier>(m_fd, QSocketNotifier::Exception, static_cast<FdListener*>(this));
    else if (m_hangupNotifier && m_hangupNotifier->isEnabled() != wantsHangup)
        m_hangupNotifier->setEnabled(wantsHangup);
}

void PlainStream::waitForRoom()
{
    if (m_writeNotifier)
        m_writeNotifier->setEnabled(true);
    else
        m_writeNotifier = std::make_unique<FdNotifier>(m_fd, QSocketNotifier::Write, static_cast<FdListener*>(this));
}

// The listener hears of it from the loop, never from inside a call of its own.
void PlainStream::breakUp()
{
    m_broken = true;
    if (m_writeNotifier)
        m_writeNotifier->setEnabled(false);
    updateNotifiers();
    m_readNotifier.post();
}

} // namespace signalbox
