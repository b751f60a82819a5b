// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/epolleventdispatcher.h"

#include <QCoreApplication>
#include <QObject>
#include <QSocketNotifier>
#include <QTest>
#include <QThread>

#include <functional>

#include <sys/socket.h>
#include <unistd.h>

namespace signalbox {

/// A thread with the dispatcher under test, which runs one function and ends.
class LoopThread final : public QThread
{
public:
    explicit LoopThread(std::function<void()> body) : m_body(std::move(body))
    {
        setEventDispatcher(new EpollEventDispatcher);
    }

protected:
    void run() override { m_body(); }

private:
    std::function<void()> m_body;
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
        thread.wait();
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
