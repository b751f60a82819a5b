// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/epolleventdispatcher.h"

#ifdef Q_OS_LINUX

#include "net/epollsockets.h"

#include <QCoreApplication>
#include <QSocketNotifier>
#include <QThread>

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace signalbox {

namespace {

qint64 nowNs()
{
    return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

} // namespace

EpollEventDispatcher::EpollEventDispatcher(QObject* parent)
    : QAbstractEventDispatcher(parent)
    , m_sockets(std::make_unique<EpollSockets>())
    , m_fire([](int id, QObject* object) {
        QTimerEvent event(id);
        QCoreApplication::sendEvent(object, &event);
    })
{
}

EpollEventDispatcher::~EpollEventDispatcher() = default;

bool EpollEventDispatcher::processEvents(QEventLoop::ProcessEventsFlags flags)
{
    m_threadId.store(QThread::currentThreadId(), std::memory_order_relaxed);
    m_interrupted.store(false, std::memory_order_relaxed);
    // A wake-up since the last turn, or during this one, forbids to wait. A loop that somebody turns by hand looks for
    // its condition between turns only: there a turn that may have delivered posted events does not wait either.
    const quint64 wakesBefore = m_wakes;
    const bool delivers = m_wakesBeforePosts != wakesBefore;
    const bool called = flags.testFlag(QEventLoop::EventLoopExec) ? m_wakesServed != wakesBefore : delivers;
    m_wakesBeforePosts = m_wakesServed = wakesBefore;
    emit awake();
    QCoreApplication::sendPostedEvents();

    const bool withTimers = !flags.testFlag(QEventLoop::X11ExcludeTimers);
    const bool withSockets = !flags.testFlag(QEventLoop::ExcludeSocketNotifiers);
    const bool wantsWait = flags.testFlag(QEventLoop::WaitForMoreEvents) && !called;
    if (wantsWait && mayWait(wakesBefore))
        emit aboutToBlock();
    if (m_interrupted.load(std::memory_order_relaxed))
        return false;

    const int timeout = wantsWait && mayWait(wakesBefore) ? waitMs(withTimers) : 0;
    bool served = wait(timeout, withSockets) || delivers || m_wakes != wakesBefore;
    if (withSockets)
        served |= m_sockets->activate() > 0;
    if (withTimers)
        served |= fireTimers() > 0;
    m_wakesServed = m_wakes;
    return served;
}

bool EpollEventDispatcher::mayWait(quint64 wakesBefore) const
{
    return m_wakes == wakesBefore && m_attention.load(std::memory_order_relaxed) != Attention::Called;
}

int EpollEventDispatcher::waitMs(bool withTimers) const
{
    const std::optional<qint64> due = withTimers ? m_timers.nextDueNs() : std::nullopt;
    if (!due)
        return -1;
    const qint64 remaining = std::max<qint64>(*due - nowNs(), 0);
    const qint64 ms = remaining / 1'000'000 + (remaining % 1'000'000 != 0 ? 1 : 0);
    return static_cast<int>(std::min<qint64>(ms, std::numeric_limits<int>::max()));
}

/// Waits at most so long; 0 only looks. True when another thread called wakeUp().
bool EpollEventDispatcher::wait(int timeoutMs, bool withSockets)
{
    if (withSockets) {
        m_sockets->apply();
        if (m_sockets->alwaysReady())
            timeoutMs = 0;
    }
    Attention expected = Attention::Awake;
    if (timeoutMs != 0 && !m_attention.compare_exchange_strong(expected, Attention::Asleep, std::memory_order_acq_rel))
        timeoutMs = 0;
    if (withSockets)
        m_sockets->wait(timeoutMs);
    else if (timeoutMs != 0)
        m_sockets->waitForWake(timeoutMs);
    if (m_attention.exchange(Attention::Awake, std::memory_order_acq_rel) != Attention::Called)
        return false;
    // Counted, so that an outer turn, when this one is nested in it, does not wait either.
    ++m_wakes;
    return true;
}

int EpollEventDispatcher::fireTimers()
{
    return m_timers.nextDueNs() ? m_timers.fireDue(nowNs(), m_fire) : 0;
}

void EpollEventDispatcher::registerSocketNotifier(QSocketNotifier* notifier)
{
    if (notifier->thread() != thread() || !isOwnThread() || notifier->socket() < 0) {
        qWarning("EpollEventDispatcher: a socket notifier can be enabled on its own thread and descriptor only");
        return;
    }
    m_sockets->add(notifier);
}

void EpollEventDispatcher::unregisterSocketNotifier(QSocketNotifier* notifier)
{
    if (notifier->thread() != thread() || !isOwnThread()) {
        qWarning("EpollEventDispatcher: a socket notifier can be disabled on its own thread only");
        return;
    }
    m_sockets->remove(notifier);
}

void EpollEventDispatcher::registerTimer(int timerId, qint64 interval, Qt::TimerType timerType, QObject* object)
{
    if (timerId < 1 || interval < 0 || !object) {
        qWarning("EpollEventDispatcher: a timer needs an id, an interval and an object");
    } else if (object->thread() != thread() || !isOwnThread()) {
        qWarning("EpollEventDispatcher: timers cannot be started from another thread");
    } else {
        m_timers.add(timerId, interval, timerType, object, nowNs());
    }
}

bool EpollEventDispatcher::unregisterTimer(int timerId)
{
    if (!isOwnThread()) {
        qWarning("EpollEventDispatcher: timers cannot be stopped from another thread");
        return false;
    }
    return m_timers.remove(timerId);
}

bool EpollEventDispatcher::unregisterTimers(QObject* object)
{
    if (!isOwnThread()) {
        qWarning("EpollEventDispatcher: timers cannot be stopped from another thread");
        return false;
    }
    return m_timers.removeAll(object);
}

QList<QAbstractEventDispatcher::TimerInfo> EpollEventDispatcher::registeredTimers(QObject* object) const
{
    return m_timers.timersOf(object);
}

int EpollEventDispatcher::remainingTime(int timerId)
{
    return static_cast<int>(std::min<qint64>(m_timers.remainingMs(timerId, nowNs()), std::numeric_limits<int>::max()));
}

bool EpollEventDispatcher::isOwnThread() const
{
    return thread() == QThread::currentThread();
}

void EpollEventDispatcher::wakeUp()
{
    if (m_threadId.load(std::memory_order_relaxed) == QThread::currentThreadId()) {
        ++m_wakes;
        return;
    }
    if (m_attention.exchange(Attention::Called, std::memory_order_acq_rel) == Attention::Asleep) {
        m_wakeWrites.fetch_add(1, std::memory_order_relaxed);
        m_sockets->wake();
    }
}

void EpollEventDispatcher::interrupt()
{
    m_interrupted.store(true, std::memory_order_relaxed);
    wakeUp();
}

quint64 EpollEventDispatcher::interestChanges() const
{
    return m_sockets->interestChanges();
}

} // namespace signalbox

#endif
