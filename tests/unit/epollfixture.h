// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/epolleventdispatcher.h"
#include "qtundertsan.h"

#include <QCoreApplication>
#include <QEvent>
#include <QList>
#include <QObject>
#include <QSocketNotifier>
#include <QTest>
#include <QThread>

#include <atomic>
#include <functional>

#include <sys/socket.h>
#include <unistd.h>

namespace signalbox {

/// A thread with the dispatcher under test, which runs one function and ends.
class LoopThread final : public QThread
{
public:
    explicit LoopThread(std::function<void()> body)
        : m_body(std::move(body))
    {
        setEventDispatcher(new EpollEventDispatcher);
    }

    void join()
    {
        wait();
        m_ended.load(std::memory_order_acquire);
    }

protected:
    void run() override
    {
        m_body();
        m_ended.store(true, std::memory_order_release);
    }

private:
    std::function<void()> m_body;
    std::atomic<bool> m_ended{false}; ///< says what wait() says to ThreadSanitizer, which does not see into Qt
};

/// Base of tests whose every slot runs twice: on the main thread and on a QThread, each with the dispatcher.
class EpollTest : public QObject
{
protected:
    static void addHomes()
    {
        QTest::addColumn<bool>("ownThread");
        QTest::newRow("main") << false;
        QTest::newRow("thread") << true;
    }

    static void onLoop(std::function<void()> body)
    {
        QFETCH_GLOBAL(bool, ownThread);
        if (!ownThread)
            return body();
        LoopThread thread(std::move(body));
        thread.start();
        thread.join();
    }

    static EpollEventDispatcher& dispatcher()
    {
        return *qobject_cast<EpollEventDispatcher*>(QAbstractEventDispatcher::instance());
    }
    static bool turn(QEventLoop::ProcessEventsFlags flags = QEventLoop::AllEvents)
    {
        return dispatcher().processEvents(flags);
    }
    /// Turns the loop until the condition holds; hangs, and so fails by the test's time limit, when it never does.
    static void turnUntil(const std::function<bool()>& condition)
    {
        while (!condition())
            turn(QEventLoop::WaitForMoreEvents);
    }
    /// Empties what earlier tests or Qt itself left behind.
    static void settle()
    {
        while (turn()) {
        }
    }
};

/// Hands its timer and user events to a function, by timer id or event type.
class Ear final : public QObject
{
public:
    explicit Ear(std::function<void(int)> handler = [](int) {})
        : whenHeard(std::move(handler))
    {
    }
    std::function<void(int)> whenHeard;
    QList<int> heard;

    void post(int type, int priority = Qt::NormalEventPriority)
    {
        QCoreApplication::postEvent(this, new QEvent(static_cast<QEvent::Type>(QEvent::User + type)), priority);
    }

protected:
    void timerEvent(QTimerEvent* event) override { note(event->timerId()); }
    void customEvent(QEvent* event) override { note(event->type() - QEvent::User); }

private:
    void note(int what)
    {
        heard.append(what);
        whenHeard(what);
    }
};

/// Counts deliveries from any thread; never looks at the event.
class Counter final : public QObject
{
public:
    std::atomic<int> count{0};

    void post() { QCoreApplication::postEvent(this, new QEvent(QEvent::User)); }

protected:
    void customEvent(QEvent*) override { ++count; }
};

/// Two connected descriptors.
class SocketPair
{
public:
    SocketPair() { [[maybe_unused]] const int failed = socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, m_ends); }
    ~SocketPair()
    {
        closeNear();
        closeFar();
    }
    Q_DISABLE_COPY_MOVE(SocketPair)

    int near() const { return m_ends[0]; }
    int far() const { return m_ends[1]; }
    void closeNear() { closeEnd(m_ends[0]); }
    void closeFar() { closeEnd(m_ends[1]); }
    void fill() const { QCOMPARE(::write(far(), "x", 1), 1); }
    int drain() const
    {
        char bytes[64];
        return static_cast<int>(::read(near(), bytes, sizeof(bytes)));
    }

private:
    static void closeEnd(int& fd)
    {
        if (fd >= 0)
            ::close(fd);
        fd = -1;
    }

    int m_ends[2] = {-1, -1};
};

} // namespace signalbox

/// QTEST_GUILESS_MAIN with the dispatcher under test on the main thread.
#define SIGNALBOX_EPOLL_MAIN(TestClass)                                                                                \
    int main(int argc, char** argv)                                                                                    \
    {                                                                                                                  \
        QCoreApplication::setEventDispatcher(new signalbox::EpollEventDispatcher);                                     \
        QCoreApplication app(argc, argv);                                                                              \
        TestClass test;                                                                                                \
        return QTest::qExec(&test, argc, argv);                                                                        \
    }
