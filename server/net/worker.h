// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/deadlinewheel.h"
#include "net/mailbox.h"

#include <QByteArray>

#include <atomic>
#include <functional>
#include <memory>

QT_BEGIN_NAMESPACE
class QThread;
class QTimer;
QT_END_NAMESPACE

namespace signalbox {

/// An event loop and what everything on its thread shares. Connections are given to a worker and stay on its thread.
///
/// The worker is made and destroyed on one thread, its maker's. There it may use that thread's own loop; else it has a
/// thread of its own, named "worker-N", with an EpollEventDispatcher (on Linux), whose loop runs before the
/// constructor returns.
class Worker
{
public:
    enum class Home { CurrentThread, OwnThread };
    /// Milliseconds that never go back; called from the worker's thread, and from its maker's in the constructor.
    using SteadyMs = std::function<qint64()>;

    static constexpr qsizetype kReadBufferBytes = 64 * 1024;

    Worker(int index, SteadyMs steadyMs, Home home);
    /// stop() without a cleanup, if it was not called before.
    ~Worker();
    Q_DISABLE_COPY_MOVE(Worker)

    // From any thread:

    int index() const { return m_index; }
    bool isCurrentThread() const;
    QThread* thread() const { return m_home; }
    /// Runs the task on the worker's thread; see Mailbox for the order. Dropped after stop().
    void post(Task task) { m_mailbox.post(std::move(task)); }
    Mailbox& mailbox() { return m_mailbox; }

    /// Connections that the worker has or was promised, for WorkerPool::leastLoaded(). Counted by those who hand them
    /// out and close them; a hint, which orders nothing.
    int connectionCount() const { return m_connections.load(std::memory_order_relaxed); }
    void connectionOpened() { m_connections.fetch_add(1, std::memory_order_relaxed); }
    void connectionClosed() { m_connections.fetch_sub(1, std::memory_order_relaxed); }

    // On the worker's thread only:

    /// Runs the task once, after the posted events of normal priority (mailbox batches, queued signals) that are due
    /// before it: where the writes of one turn are brought together. Tasks run in the order given; one given by such a
    /// task runs at the end of the next turn.
    void atEndOfTurn(Task task);
    /// Served by the worker's loop once per tick.
    DeadlineWheel& deadlines() { return m_deadlines; }
    /// Scratch space of kReadBufferBytes for reading from descriptors. Its content is valid up to the reader's return
    /// to the loop, or the next read.
    QByteArray& readBuffer() { return m_readBuffer; }
    qint64 steadyMs() const { return m_steadyMs(); }

    // On the maker's thread:

    /// Runs the tasks posted so far, then `cleanup`, then what was given to atEndOfTurn() so far, all on the worker's
    /// thread; drops what is posted later; ends and joins the worker's own thread, of which nothing is left then. The
    /// second call does nothing. Must not be called by a task of a worker on its own thread, which it would wait for.
    void stop(Task cleanup = {});

private:
    class Thread;

    void start();
    void windUp(Task& cleanup);

    const int m_index;
    const SteadyMs m_steadyMs;
    const std::unique_ptr<Thread> m_thread; ///< null: the worker lives on its maker's
    QThread* const m_home;
    Mailbox m_mailbox;
    Mailbox m_endOfTurn;
    DeadlineWheel m_deadlines;
    std::unique_ptr<QTimer> m_tick;
    QByteArray m_readBuffer;
    std::atomic<int> m_connections{0};
    bool m_stopped = false;
};

} // namespace signalbox
