// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/worker.h"

#include "net/epolleventdispatcher.h"

#include <QThread>
#include <QTimer>

#include <future>
#include <utility>

namespace signalbox {

class Worker::Thread final : public QThread
{
public:
    explicit Thread(int index)
    {
        setObjectName(QStringLiteral("worker-%1").arg(index));
#ifdef Q_OS_LINUX
        setEventDispatcher(new EpollEventDispatcher);
#endif
    }

    void join()
    {
        wait();
        m_ended.load(std::memory_order_acquire);
    }

protected:
    void run() override
    {
        exec();
        m_ended.store(true, std::memory_order_release);
    }

private:
    /// Says once more what wait() says, to tools that do not see into Qt.
    std::atomic<bool> m_ended{false};
};

Worker::Worker(int index, SteadyMs steadyMs, Home home)
    : m_index(index)
    , m_steadyMs(std::move(steadyMs))
    , m_thread(home == Home::OwnThread ? std::make_unique<Thread>(index) : nullptr)
    , m_home(m_thread ? m_thread.get() : QThread::currentThread())
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
        m_thread->quit();
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
