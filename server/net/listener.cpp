// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/listener.h"

#include <QString>

#include <cerrno>
#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace signalbox {

namespace {

constexpr int kRestMs = 100;
constexpr int kPortTries = 20;

struct Address
{
    sockaddr_storage storage{};
    socklen_t length = 0;

    const sockaddr* data() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

bool parseAddress(const QByteArray& text, quint16 port, Address& out)
{
    auto* v4 = reinterpret_cast<sockaddr_in*>(&out.storage);
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&out.storage);
    if (::inet_pton(AF_INET, text.constData(), &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        out.length = sizeof *v4;
        return true;
    }
    out.storage = {};
    if (::inet_pton(AF_INET6, text.constData(), &v6->sin6_addr) != 1)
        return false;
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    out.length = sizeof *v6;
    return true;
}

quint16 boundPort(int fd)
{
    Address address;
    address.length = sizeof address.storage;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address.storage), &address.length) != 0)
        return 0;
    if (address.storage.ss_family == AF_INET6)
        return ntohs(reinterpret_cast<const sockaddr_in6*>(&address.storage)->sin6_port);
    return ntohs(reinterpret_cast<const sockaddr_in*>(&address.storage)->sin_port);
}

Error listenError(const QByteArray& address, quint16 port, int error)
{
    const QString reason =
        error == EADDRINUSE ? QStringLiteral("the address is in use") : QString::fromLocal8Bit(std::strerror(error));
    return Error(ErrorCode::Internal, QStringLiteral("Cannot listen on %1 port %2: %3.")
                                          .arg(QString::fromUtf8(address), QString::number(port), reason));
}

int openReserve()
{
    return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

// Errors of accept4 that belong to the one connection, or say that nobody waits; the rest are the system's.
bool isPassing(int error)
{
    return error != ENOBUFS && error != ENOMEM && error != EBADF && error != EINVAL && error != ENOTSOCK;
}

void enable(int fd, int level, int option)
{
    const int on = 1;
    ::setsockopt(fd, level, option, &on, sizeof on);
}

} // namespace

Result<std::unique_ptr<Listener>> Listener::open(const QList<QByteArray>& addresses, quint16 port,
                                                 AcceptHandler handler)
{
    std::unique_ptr<Listener> listener(new Listener(std::move(handler)));
    Result<void> outcome = Error(ErrorCode::Internal, QStringLiteral("There is no address to listen on."));
    // A port that is free on the first address may be taken on the next one: then another is chosen.
    for (int i = 0; i < (port == 0 ? kPortTries : 1); ++i) {
        outcome = listener->listenOnAll(addresses, port);
        if (outcome)
            break;
        listener->close();
    }
    if (!outcome)
        return outcome.error();
    listener->start();
    return listener;
}

Listener::Listener(AcceptHandler handler)
    : m_handler(std::move(handler))
    , m_reserve(openReserve())
{
    m_rest.setSingleShot(true);
    QObject::connect(&m_rest, &QTimer::timeout, &m_rest, [this] { setNotifying(!m_paused); });
}

Listener::~Listener()
{
    close();
    if (m_reserve >= 0)
        ::close(m_reserve);
}

Result<void> Listener::listenOnAll(const QList<QByteArray>& addresses, quint16 port)
{
    Result<void> outcome = Error(ErrorCode::Internal, QStringLiteral("There is no address to listen on."));
    m_port = port;
    for (const QByteArray& address : addresses) {
        bool familyMissing = false;
        outcome = listenOn(address, m_port, familyMissing);
        if (!outcome && !familyMissing)
            return outcome;
    }
    return m_sockets.empty() ? outcome : Result<void>();
}

Result<void> Listener::listenOn(const QByteArray& text, quint16 port, bool& familyMissing)
{
    Address address;
    if (!parseAddress(text, port, address))
        return listenError(text, port, EINVAL);
    const int fd = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        familyMissing = errno == EAFNOSUPPORT;
        return listenError(text, port, errno);
    }
    enable(fd, SOL_SOCKET, SO_REUSEADDR);
    if (address.storage.ss_family == AF_INET6)
        enable(fd, IPPROTO_IPV6, IPV6_V6ONLY);
    if (::bind(fd, address.data(), address.length) != 0 || ::listen(fd, kBacklog) != 0) {
        const int error = errno;
        familyMissing = error == EADDRNOTAVAIL && text == "::";
        ::close(fd);
        return listenError(text, port, error);
    }
    m_port = boundPort(fd);
    m_sockets.push_back({fd, nullptr});
    m_addresses.append(text);
    return {};
}

void Listener::start()
{
    for (Socket& socket : m_sockets)
        socket.notifier =
            std::make_unique<FdNotifier>(socket.fd, QSocketNotifier::Read, static_cast<FdListener*>(this));
}

void Listener::pause()
{
    m_paused = true;
    setNotifying(false);
}

void Listener::resume()
{
    m_paused = false;
    setNotifying(true);
}

// The notifiers stay: close() may be called from inside one of them.
void Listener::close()
{
    m_rest.stop();
    setNotifying(false);
    for (Socket& socket : m_sockets) {
        if (socket.fd >= 0)
            ::close(std::exchange(socket.fd, -1));
    }
    const bool started = !m_sockets.empty() && m_sockets.front().notifier;
    if (!started)
        m_sockets.clear();
    m_addresses.clear();
}

void Listener::setNotifying(bool on)
{
    for (const Socket& socket : m_sockets) {
        if (socket.notifier)
            socket.notifier->setEnabled(on && socket.fd >= 0);
    }
}

// Which socket it was is not worth a lookup: asking an idle one costs one system call.
void Listener::fdReady(QSocketNotifier::Type)
{
    for (size_t i = 0; i < m_sockets.size(); ++i)
        acceptFrom(i);
}

void Listener::acceptFrom(size_t index)
{
    for (int i = 0; i < kMaxAccepts; ++i) {
        const int listenFd = m_sockets[index].fd;
        if (listenFd < 0 || m_paused)
            return;
        const int fd = ::accept4(listenFd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            m_handler(fd);
            continue;
        }
        if (errno == EMFILE || errno == ENFILE) {
            if (!shedOne(listenFd))
                return;
        } else if (!isPassing(errno)) {
            rest();
            return;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return;
        }
    }
}

// False when there is nothing more to do in this turn. The kernel says EMFILE even when nobody waits.
bool Listener::shedOne(int listenFd)
{
    if (m_reserve < 0)
        m_reserve = openReserve();
    if (m_reserve < 0) {
        rest();
        return false;
    }
    ::close(m_reserve);
    const int fd = ::accept4(listenFd, nullptr, nullptr, SOCK_CLOEXEC);
    const bool nobody = fd < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    if (fd >= 0) {
        ::close(fd);
        ++m_shed;
    }
    m_reserve = openReserve();
    if (fd < 0 && !nobody)
        rest();
    return fd >= 0;
}

void Listener::rest()
{
    setNotifying(false);
    m_rest.start(kRestMs);
}

} // namespace signalbox
