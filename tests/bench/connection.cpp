// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection.h"

#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <unistd.h>

namespace signalbox::bench {

Connection::Connection(Loop& loop)
    : m_loop(loop)
{
}

Connection::~Connection()
{
    close();
}

bool Connection::open(const Endpoint& endpoint)
{
    close();
    m_fd = ::socket(endpoint.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (m_fd < 0)
        return false;
    const int on = 1;
    setsockopt(m_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const auto* address = reinterpret_cast<const sockaddr*>(&endpoint.address);
    if (::connect(m_fd, address, endpoint.length) < 0 && errno != EINPROGRESS) {
        close();
        return false;
    }
    m_connecting = true;
    if (m_loop.add(m_fd, EPOLLOUT, this))
        return true;
    close();
    return false;
}

void Connection::close()
{
    if (m_fd < 0)
        return;
    m_loop.remove(m_fd);
    ::close(m_fd);
    m_fd = -1;
    m_connecting = false;
    m_out.clear();
    m_sent = 0;
}

void Connection::reset()
{
    if (m_fd < 0)
        return;
    const linger hard{1, 0};
    setsockopt(m_fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close();
}

void Connection::lost()
{
    close();
    onClosed();
}

void Connection::watch()
{
    m_loop.change(m_fd, m_out.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT, this);
}

void Connection::write(std::string_view bytes)
{
    if (m_fd < 0)
        return;
    if (m_out.empty() && !m_connecting) {
        const ssize_t sent = ::send(m_fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent > 0)
            bytes.remove_prefix(static_cast<size_t>(sent));
        if (bytes.empty())
            return;
    }
    const bool idle = m_out.empty();
    m_out += bytes;
    if (idle && !m_connecting)
        watch();
}

bool Connection::flush()
{
    const ssize_t sent = ::send(m_fd, m_out.data() + m_sent, m_out.size() - m_sent, MSG_NOSIGNAL);
    if (sent < 0)
        return errno == EAGAIN || errno == EINTR;
    m_sent += static_cast<size_t>(sent);
    if (m_sent == m_out.size()) {
        m_out.clear();
        m_sent = 0;
        watch();
    }
    return true;
}

bool Connection::finishConnect()
{
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(m_fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0)
        return false;
    m_connecting = false;
    watch();
    onConnected();
    return true;
}

void Connection::receive()
{
    std::vector<char>& buffer = m_loop.scratch();
    const ssize_t got = ::recv(m_fd, buffer.data(), buffer.size(), 0);
    if (got > 0)
        onBytes({buffer.data(), static_cast<size_t>(got)});
    else if (got == 0 || (errno != EAGAIN && errno != EINTR))
        lost();
}

void Connection::onIo(uint32_t events)
{
    if (m_fd < 0)
        return;
    if (m_connecting) {
        if (!finishConnect())
            lost();
        return;
    }
    if ((events & EPOLLOUT) && !m_out.empty() && !flush()) {
        lost();
        return;
    }
    if (events & (EPOLLIN | EPOLLERR | EPOLLHUP))
        receive();
}

} // namespace signalbox::bench
