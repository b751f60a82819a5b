// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/worker.h"

#include "net/epolleventdispatcher.h"

#include <QCoreApplication>
#include <QEvent>
#include <QEventLoop>
#include <QThread>
#include <QTimer>

#include <future>
#include <thread>
#include <utility>

#ifdef Q_OS_LINUX
#include <pthread.h>
#endif

namespace signalbox {

/// A std::thread with Qt's loop, because join() waits for the whole of it. QThread::wait() returns while the thread
/// still destroys its thread-local state - such as the random generators that OpenSSL keeps per thread - and a process
/// that ends then does so in the middle of that, with what is not freed yet and a libcrypto that cleans up beside it.
class Worker::Thread
{
public:
    explicit Thread(int index)
    {
        std::promise<QThread*> adopted;
        std::future<QThread*> home = adopted.get_future();
        m_thread = std::thread([index, ready = std::move(adopted), start = m_start.get_future()]() mutable {
            run(index, std::move(ready), std::move(start));
        });
        m_home = home.get();
    }

    QThread* home() const { return m_home; }
    /// Lets its loop run, behind all that was made for it so far.
    void start() { m_start.set_value(); }
    void join() { m_thread.join(); }

private:
    static void run(int index, std::promise<QThread*> ready, std::future<void> start)
    {
        QThread* const self = QThread::currentThread();
        self->setObjectName(QStringLiteral("worker-%1").arg(index));
#ifdef Q_OS_LINUX
        ::pthread_setname_np(::pthread_self(), self->objectName().toLatin1().constData());
        self->setEventDispatcher(new EpollEventDispatcher);
#endif
        QEventLoop loop;
        ready.set_value(self);
        start.wait();
        loop.exec();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }

    std::promise<void> m_start;
    std::thread m_thread;
    QThread* m_home = nullptr; ///< as Qt sees it; lives as long as an object that was moved to it
};

Worker::Worker(int index, SteadyMs steadyMs, Home home)
    : m_index(index)
    , m_steadyMs(std::move(steadyMs))
    , m_thread(home == Home::OwnThread ? std::make_unique<Thread>(index) : nullptr)
    , m_home(m_thread ? m_thread->home() : QThread::currentThread())
    , m_mailbox(Qt::NormalEventPriority, m_home)
    , m_endOfTurn(Qt::LowEventPriority, m_home)
    , m_deadlines(m_steadyMs())
    , m_tick(std::make_unique<QTimer>())
    , m_readBuffer(kReadBufferBytes, Qt::Uninitialized)
{
    m_tick->setTimerType(Qt::PreciseTimer);
    m_tick->setInterval(static_cast<int>(m_deadlines.tickMs()));
    QObject::connect(m_tick.get(), &QTimer::timeout, m_tick.get(), [this] { m_deadlines.advance(m_steadyMs()); });
    start();
}

Worker::~Worker()
{
    stop();
}

void Worker::start()
{
    if (!m_thread) {
        m_tick->start();
        return;
    }
    m_tick->moveToThread(m_home);
    std::promise<void> running;
    const std::future<void> runs = running.get_future();
    m_mailbox.post([this, loop = std::move(running)]() mutable {
        m_tick->start();
        loop.set_value();
    });
    m_thread->start();
    runs.wait();
}

bool Worker::isCurrentThread() const
{
    return QThread::currentThread() == m_home;
}

void Worker::atEndOfTurn(Task task)
{
    Q_ASSERT(isCurrentThread());
    m_endOfTurn.post(std::move(task));
}

void Worker::stop(Task cleanup)
{
    if (std::exchange(m_stopped, true))
        return;
    if (!m_thread) {
        m_mailbox.runBatch();
        windUp(cleanup);
        return;
    }
    Q_ASSERT(!isCurrentThread());
    m_mailbox.post([this, &cleanup] {
        windUp(cleanup);
        m_home->quit();
    });
    m_thread->join();
}

void Worker::windUp(Task& cleanup)
{
    if (cleanup)
        cleanup();
    m_endOfTurn.runBatch();
    m_tick->stop();
    m_mailbox.close();
    m_endOfTurn.close();
}

} // namespace signalbox
