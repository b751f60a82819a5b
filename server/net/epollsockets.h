// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#ifdef Q_OS_LINUX

#include <array>
#include <cstddef>
#include <vector>

#include <sys/epoll.h>

QT_BEGIN_NAMESPACE
class QSocketNotifier;
QT_END_NAMESPACE

namespace signalbox {

/// The descriptors that an EpollEventDispatcher watches, the kernel's view of them, and the bell that wakes the loop.
/// One thread, except wake(). Owns its epoll and eventfd objects, not the notifiers.
///
/// An order of things: add() and remove() at any time; apply() and wait() from the turn, one right after the other;
/// activate() after that. All of them may be called again from a handler that activate() runs.
class EpollSockets
{
public:
    EpollSockets();
    ~EpollSockets();
    Q_DISABLE_COPY_MOVE(EpollSockets)

    void add(QSocketNotifier* notifier);
    void remove(QSocketNotifier* notifier);

    /// Tells the kernel what add() and remove() changed, on the whole, since the last time.
    void apply();
    /// True when a plain file is watched, which epoll cannot: do not wait then.
    bool alwaysReady() const { return !m_plainFiles.empty(); }
    /// Waits until something is ready, wake() or the time is over (-1: no limit), and notes what is ready.
    void wait(int timeoutMs);
    /// Waits for wake() only.
    void waitForWake(int timeoutMs) const;
    /// Activates what was noted, unless it was removed or added anew since. Returns the number of activations.
    int activate();

    /// From any thread: ends the wait under way, or the next one.
    void wake() const;

    /// System calls that apply() made so far.
    quint64 interestChanges() const { return m_interestChanges; }

private:
    struct Slot
    {
        std::array<QSocketNotifier*, 3> notifiers{}; ///< by QSocketNotifier::Type
        quint32 generation = 0;                      ///< tells events of an earlier registration apart
        quint8 wanted = 0;                           ///< sets of types, a bit each
        quint8 applied = 0;
        quint8 ready = 0;
        bool dirty = false;
        bool maybeReused = false; ///< nobody was interested for a moment: the number may name another file now
        bool queued = false;
        bool plainFile = false;
    };

    Slot& slot(int fd) { return m_slots[static_cast<std::size_t>(fd)]; }
    void markDirty(int fd);
    void applyTo(int fd);
    void unwatch(int fd);
    int control(int operation, int fd);
    int watch(int fd);
    void refuse(int fd);
    bool noteEvent(const epoll_event& event);
    void noteReady(int fd, quint8 types);
    void activate(int fd, std::size_t type);
    void watchWake() const;
    void rebuild();

    int m_epoll;
    const int m_wake;
    std::vector<Slot> m_slots; ///< by descriptor
    std::vector<int> m_dirty;
    std::vector<int> m_ready; ///< in the order to serve them; shared with nested loops
    std::size_t m_served = 0; ///< how many of m_ready are done
    std::vector<int> m_plainFiles;
    quint64 m_interestChanges = 0;
    std::array<epoll_event, 1024> m_events; ///< at most so many descriptors are served per turn
};

} // namespace signalbox

#endif
