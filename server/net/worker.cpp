// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/worker.h"

#include "net/epolleventdispatcher.h"

#include <QThread>
#include <QTimer>

#include <future>
#include <utility>

namespace signalbox {

namespace {

std::unique_ptr<QThread> makeThread(int index, Worker::Home home)
{
    if (home == Worker::Home::CurrentThread)
        return nullptr;
    auto thread = std::make_unique<QThread>();
    thread->setObjectName(QStringLiteral("worker-%1").arg(index));
#ifdef Q_OS_LINUX
    thread->setEventDispatcher(new EpollEventDispatcher);
#endif
    return thread;
}

} // namespace

Worker::Worker(int index, SteadyMs steadyMs, Home home)
    : m_index(index)
    , m_steadyMs(std::move(steadyMs))
    , m_thread(makeThread(index, home))
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
    m_thread->wait();
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
