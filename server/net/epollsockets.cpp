// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/epollsockets.h"

#ifdef Q_OS_LINUX

#include <QCoreApplication>
#include <QEvent>
#include <QSocketNotifier>

#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace signalbox {

namespace {

constexpr quint64 kWakeKey = std::numeric_limits<quint64>::max();

struct TypeEvents
{
    quint32 interest;
    quint32 activation;
};

/// Indexed by QSocketNotifier::Type.
constexpr std::array<TypeEvents, 3> kTypeEvents{{
    {EPOLLIN, EPOLLIN | EPOLLHUP | EPOLLERR},
    {EPOLLOUT, EPOLLOUT | EPOLLHUP | EPOLLERR},
    {EPOLLPRI, EPOLLPRI | EPOLLHUP | EPOLLERR},
}};

quint32 interestOf(quint8 types)
{
    quint32 events = 0;
    for (std::size_t type = 0; type < kTypeEvents.size(); ++type)
        events |= (types & (1u << type)) ? kTypeEvents[type].interest : 0;
    return events;
}

quint8 typesOf(quint32 events)
{
    unsigned types = 0;
    for (std::size_t type = 0; type < kTypeEvents.size(); ++type)
        types |= (events & kTypeEvents[type].activation) ? 1u << type : 0u;
    return static_cast<quint8>(types);
}

quint64 keyOf(int fd, quint32 generation)
{
    return quint64(generation) << 32 | quint32(fd);
}

int descriptorOrDie(int fd, const char* what)
{
    if (fd < 0)
        qFatal("EpollSockets: %s: %s", what, std::strerror(errno));
    return fd;
}

} // namespace

EpollSockets::EpollSockets()
    : m_epoll(descriptorOrDie(epoll_create1(EPOLL_CLOEXEC), "epoll_create1"))
    , m_wake(descriptorOrDie(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd"))
{
    watchWake();
}

EpollSockets::~EpollSockets()
{
    close(m_epoll);
    close(m_wake);
}

void EpollSockets::watchWake() const
{
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = kWakeKey;
    descriptorOrDie(epoll_ctl(m_epoll, EPOLL_CTL_ADD, m_wake, &event), "epoll_ctl");
}

void EpollSockets::add(QSocketNotifier* notifier)
{
    const int fd = static_cast<int>(notifier->socket());
    const auto type = static_cast<std::size_t>(notifier->type());
    if (static_cast<std::size_t>(fd) >= m_slots.size())
        m_slots.resize(static_cast<std::size_t>(fd) + 1);
    Slot& entry = slot(fd);
    if (entry.notifiers[type] && entry.notifiers[type] != notifier) {
        qWarning("EpollEventDispatcher: second notifier of one type for descriptor %d; the first is left out", fd);
        entry.maybeReused = true;
    }
    entry.notifiers[type] = notifier;
    entry.wanted |= static_cast<quint8>(1u << type);
    entry.ready &= static_cast<quint8>(~(1u << type));
    markDirty(fd);
}

void EpollSockets::remove(QSocketNotifier* notifier)
{
    const int fd = static_cast<int>(notifier->socket());
    const auto type = static_cast<std::size_t>(notifier->type());
    if (fd < 0 || static_cast<std::size_t>(fd) >= m_slots.size() || slot(fd).notifiers[type] != notifier)
        return;
    Slot& entry = slot(fd);
    entry.notifiers[type] = nullptr;
    entry.wanted &= static_cast<quint8>(~(1u << type));
    entry.ready &= static_cast<quint8>(~(1u << type));
    if (entry.wanted == 0)
        entry.maybeReused = true;
    markDirty(fd);
}

void EpollSockets::markDirty(int fd)
{
    if (!std::exchange(slot(fd).dirty, true))
        m_dirty.push_back(fd);
}

void EpollSockets::apply()
{
    for (std::size_t i = 0; i < m_dirty.size(); ++i) // refusing a descriptor appends
        applyTo(m_dirty[i]);
    m_dirty.clear();
}

void EpollSockets::applyTo(int fd)
{
    Slot& entry = slot(fd);
    entry.dirty = false;
    const bool maybeReused = std::exchange(entry.maybeReused, false);
    if (entry.applied != 0 && (entry.wanted == 0 || (maybeReused && entry.plainFile)))
        unwatch(fd);
    if (entry.wanted == 0 || (entry.wanted == entry.applied && !maybeReused))
        return;
    const int error = entry.plainFile ? 0 : watch(fd);
    if (error == EPERM) {
        entry.plainFile = true;
        m_plainFiles.push_back(fd);
    }
    const bool refused = error != 0 && error != EPERM;
    entry.applied = refused ? 0 : entry.wanted;
    if (refused)
        refuse(fd);
}

void EpollSockets::unwatch(int fd)
{
    Slot& entry = slot(fd);
    entry.applied = 0;
    if (std::exchange(entry.plainFile, false))
        std::erase(m_plainFiles, fd);
    else
        control(EPOLL_CTL_DEL, fd); // fails when the descriptor was closed: then the kernel knows already
}

int EpollSockets::control(int operation, int fd)
{
    epoll_event event{};
    event.events = interestOf(slot(fd).wanted);
    event.data.u64 = keyOf(fd, slot(fd).generation);
    ++m_interestChanges;
    return epoll_ctl(m_epoll, operation, fd, &event) == 0 ? 0 : errno;
}

int EpollSockets::watch(int fd)
{
    if (slot(fd).applied != 0) {
        const int error = control(EPOLL_CTL_MOD, fd);
        if (error != ENOENT) // another file under the number: the kernel dropped the former one at its close
            return error;
    }
    ++slot(fd).generation;
    const int error = control(EPOLL_CTL_ADD, fd);
    return error == EEXIST ? control(EPOLL_CTL_MOD, fd) : error;
}

void EpollSockets::refuse(int fd)
{
    qWarning("EpollEventDispatcher: descriptor %d cannot be watched, its notifiers are disabled", fd);
    const std::array<QSocketNotifier*, 3> notifiers = slot(fd).notifiers;
    for (QSocketNotifier* notifier : notifiers) {
        if (notifier)
            notifier->setEnabled(false);
    }
}

void EpollSockets::wait(int timeoutMs)
{
    const int count = epoll_wait(m_epoll, m_events.data(), static_cast<int>(m_events.size()), timeoutMs);
    bool stale = false;
    for (int i = 0; i < count; ++i)
        stale |= !noteEvent(m_events[static_cast<std::size_t>(i)]);
    for (const int fd : m_plainFiles)
        noteReady(fd, slot(fd).wanted);
    if (stale)
        rebuild();
}

void EpollSockets::waitForWake(int timeoutMs) const
{
    pollfd entry{m_wake, POLLIN, 0};
    eventfd_t value = 0;
    if (poll(&entry, 1, timeoutMs) > 0)
        eventfd_read(m_wake, &value);
}

/// False for an event of a registration that is not ours any more: its descriptor is closed, but a copy of it (in a
/// child process, or from dup) keeps the file open, and no epoll_ctl can reach it.
bool EpollSockets::noteEvent(const epoll_event& event)
{
    if (event.data.u64 == kWakeKey) {
        eventfd_t value = 0;
        eventfd_read(m_wake, &value);
        return true;
    }
    const int fd = static_cast<int>(event.data.u64 & std::numeric_limits<quint32>::max());
    const Slot& entry = slot(fd);
    if (entry.applied == 0 || keyOf(fd, entry.generation) != event.data.u64)
        return false;
    noteReady(fd, typesOf(event.events));
    return true;
}

void EpollSockets::noteReady(int fd, quint8 types)
{
    Slot& entry = slot(fd);
    entry.ready |= types & entry.wanted;
    if (entry.ready != 0 && !std::exchange(entry.queued, true))
        m_ready.push_back(fd);
}

int EpollSockets::activate()
{
    int activated = 0;
    while (m_served < m_ready.size()) {
        const int fd = m_ready[m_served++];
        slot(fd).queued = false;
        for (std::size_t type = 0; type < kTypeEvents.size(); ++type) {
            if (slot(fd).ready & (1u << type)) {
                activate(fd, type);
                ++activated;
            }
        }
    }
    m_ready.clear();
    m_served = 0;
    return activated;
}

void EpollSockets::activate(int fd, std::size_t type)
{
    Slot& entry = slot(fd);
    entry.ready &= static_cast<quint8>(~(1u << type));
    QEvent event(QEvent::SockAct);
    QCoreApplication::sendEvent(entry.notifiers[type], &event);
}

void EpollSockets::wake() const
{
    eventfd_write(m_wake, 1);
}

/// Gets rid of registrations out of reach, which would be reported for ever.
void EpollSockets::rebuild()
{
    const int fresh = epoll_create1(EPOLL_CLOEXEC);
    if (fresh < 0)
        return;
    close(std::exchange(m_epoll, fresh));
    watchWake();
    for (std::size_t fd = 0; fd < m_slots.size(); ++fd) {
        if (m_slots[fd].applied != 0 && !m_slots[fd].plainFile) {
            m_slots[fd].applied = 0;
            markDirty(static_cast<int>(fd));
        }
    }
}

} // namespace signalbox

#endif
