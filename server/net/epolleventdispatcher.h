// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractEventDispatcher>

#ifdef Q_OS_LINUX

#include "net/timerlist.h"

#include <atomic>
#include <memory>

namespace signalbox {

class EpollSockets;

/// Qt's event loop on epoll, so that a turn costs what is ready and not what is watched. Give it to a thread with
/// QThread::setEventDispatcher(), or to the main thread with QCoreApplication::setEventDispatcher() before the
/// application is made; Qt takes ownership then. Linux only.
///
/// One turn: awake(), posted events, aboutToBlock() and wait, ready socket notifiers, due timers. Every ready socket
/// (up to 1024) and every due timer is served once per turn, so that none of them starves the others. A turn does not
/// wait while events are posted.
///
/// Socket notifiers are level-triggered, in any number of types per descriptor. A hang-up or an error activates all
/// types of the descriptor. Enabling and disabling only mark it: the kernel is told the difference right before the
/// next wait. A notifier must be disabled (or deleted) before its descriptor is closed, as everywhere in Qt; the
/// number may be in use again before the next wait. A notifier that a handler of the same turn disabled, deleted or
/// enabled anew is not activated in this turn. A descriptor that epoll refuses is always ready if it is a plain file,
/// as with poll(2), and otherwise has its notifiers disabled with a warning.
///
/// Timers: see TimerList. All calls belong to the dispatcher's thread, except wakeUp() and interrupt(), which may come
/// from any thread while the dispatcher lives; they cost a system call only when the loop sleeps.
class EpollEventDispatcher final : public QAbstractEventDispatcher
{
    Q_OBJECT

public:
    /// Without the kernel's epoll and eventfd objects the program cannot go on: it ends with a message.
    explicit EpollEventDispatcher(QObject* parent = nullptr);
    ~EpollEventDispatcher() override;

    /// One turn. True when a wake-up, a socket or a timer was served. Honours ExcludeSocketNotifiers, X11ExcludeTimers
    /// and WaitForMoreEvents. After interrupt() during the posted events the rest of the turn is left for the next.
    bool processEvents(QEventLoop::ProcessEventsFlags flags) override;

    void registerSocketNotifier(QSocketNotifier* notifier) override;
    void unregisterSocketNotifier(QSocketNotifier* notifier) override;

    using QAbstractEventDispatcher::registerTimer;
    void registerTimer(int timerId, qint64 interval, Qt::TimerType timerType, QObject* object) override;
    bool unregisterTimer(int timerId) override;
    bool unregisterTimers(QObject* object) override;
    QList<TimerInfo> registeredTimers(QObject* object) const override;
    int remainingTime(int timerId) override;

    void wakeUp() override;
    void interrupt() override;

    /// How often wakeUp() had to write to the kernel. For tests and measurements; on the dispatcher's thread.
    quint64 wakeWrites() const { return m_wakeWrites.load(std::memory_order_relaxed); }
    /// How often the kernel was told of a change of interest. For tests and measurements.
    quint64 interestChanges() const;

private:
    /// What other threads find: a loop that looks for work by itself, one that sleeps, one that was called.
    enum class Attention : int { Awake, Asleep, Called };

    bool mayWait(quint64 wakesBefore) const;
    int waitMs(bool withTimers) const;
    bool wait(int timeoutMs, bool withSockets);
    int fireTimers();
    bool isOwnThread() const;

    std::unique_ptr<EpollSockets> m_sockets;
    TimerList m_timers;
    TimerList::Fire m_fire;
    std::atomic<Attention> m_attention{Attention::Awake};
    std::atomic<bool> m_interrupted{false};
    std::atomic<Qt::HANDLE> m_threadId{nullptr};
    std::atomic<quint64> m_wakeWrites{0};
    quint64 m_wakes = 0;            ///< wake-ups that this thread knows of
    quint64 m_wakesBeforePosts = 0; ///< their number when posted events were last sent
    quint64 m_wakesServed = 0;      ///< their number when the last turn ended
};

} // namespace signalbox

#endif
