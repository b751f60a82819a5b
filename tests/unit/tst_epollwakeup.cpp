// SPDX-License-Identifier: GPL-3.0-or-later
// The dispatcher asleep and awake: posted events, wake-ups from all sides, interruption, nested loops.
// links: server_net
#include "epollfixture.h"

#include <QEventLoop>
#include <QTimer>

#include <atomic>
#include <thread>
#include <vector>

using namespace signalbox;

namespace {

constexpr QEventLoop::ProcessEventsFlags kWait = QEventLoop::WaitForMoreEvents;

} // namespace

class TestEpollWakeUp : public EpollTest
{
    Q_OBJECT

private slots:
    void initTestCase_data() { addHomes(); }
    void postedEventsByPriority();
    void postedEventsComeBeforeSockets();
    void postInHandlerIsNotSleptOver();
    void loopSleepsRightAfterDelivery();
    void turnsByHandSeeEachDelivery();
    void deferredDelete();
    void postsFromManyThreads();
    void pingPongBetweenThreads();
    void wakeUpFromOtherThread();
    void wakeUpBeforeTheTurn();
    void wakeUpFromOwnThreadCostsNoWrite();
    void oneWritePerSleep();
    void interruptFromOtherThread();
    void interruptLeavesTheRestForLater();
    void exitFromOtherThread();
    void nestedLoops();
    void exitOfOuterLoopInsideNestedTurn();
    void announcesBlockingAndWaking();
    void postWhileAboutToBlock();
};

void TestEpollWakeUp::postedEventsByPriority()
{
    onLoop([] {
        Ear ear;
        ear.post(1, Qt::LowEventPriority);
        ear.post(2);
        ear.post(3, Qt::HighEventPriority);
        ear.post(4);
        turn();
        QCOMPARE(ear.heard, QList<int>({3, 2, 4, 1}));
    });
}

void TestEpollWakeUp::postedEventsComeBeforeSockets()
{
    onLoop([] {
        QList<int> order;
        SocketPair pair;
        pair.fill();
        QSocketNotifier notifier(pair.near(), QSocketNotifier::Read);
        connect(&notifier, &QSocketNotifier::activated, &notifier, [&] { order.append(2); });
        Ear timer([&](int) { order.append(3); });
        timer.startTimer(0);
        Ear poster([&](int) { order.append(1); });
        poster.post(1);
        turn();
        QCOMPARE(order, QList<int>({1, 2, 3}));
    });
}

void TestEpollWakeUp::postInHandlerIsNotSleptOver()
{
    onLoop([] {
        QEventLoop loop;
        Ear ear;
        ear.whenHeard = [&](int type) {
            if (type == 1000)
                loop.quit();
            else
                ear.post(type + 1);
        };
        ear.post(0);
        loop.exec();
        QCOMPARE(ear.heard.size(), 1001);
    });
}

void TestEpollWakeUp::loopSleepsRightAfterDelivery()
{
    onLoop([] {
        settle();
        QByteArray log;
        QEventLoop loop;
        connect(&dispatcher(), &QAbstractEventDispatcher::awake, &loop, [&] { log.append('w'); });
        connect(&dispatcher(), &QAbstractEventDispatcher::aboutToBlock, &loop, [&] { log.append('b'); });
        Ear poster([&](int) { log.append('p'); });
        QTimer timer;
        connect(&timer, &QTimer::timeout, &timer, [&] {
            if (log.contains('p'))
                return loop.quit();
            log = "t";
            poster.post(1);
        });
        timer.start(20);
        loop.exec();
        QVERIFY2(log.startsWith("twpb"), log.constData());
    });
}

void TestEpollWakeUp::turnsByHandSeeEachDelivery()
{
    onLoop([] {
        settle();
        Ear ear;
        SocketPair pair;
        QSocketNotifier notifier(pair.near(), QSocketNotifier::Read);
        connect(&notifier, &QSocketNotifier::activated, &notifier, [&] {
            pair.drain();
            ear.post(1);
        });
        for (int i = 1; i <= 3; ++i) {
            pair.fill();
            turnUntil([&] { return ear.heard.size() == i; });
        }
        Counter counter;
        for (int i = 1; i <= 3; ++i) {
            std::thread poster([&] { counter.post(); });
            turnUntil([&] { return counter.count == i; });
            poster.join();
        }
    });
}

void TestEpollWakeUp::deferredDelete()
{
    onLoop([] {
        QEventLoop loop;
        auto* doomed = new QObject;
        connect(doomed, &QObject::destroyed, &loop, &QEventLoop::quit);
        QTimer::singleShot(0, doomed, &QObject::deleteLater);
        loop.exec();
    });
}

void TestEpollWakeUp::postsFromManyThreads()
{
    onLoop([] {
        constexpr int posters = 4;
        constexpr int each = 25'000;
        Counter counter;
        std::vector<std::thread> threads;
        for (int poster = 0; poster < posters; ++poster) {
            threads.emplace_back([&] {
                for (int i = 0; i < each; ++i)
                    counter.post();
            });
        }
        turnUntil([&] { return counter.count == posters * each; });
        for (std::thread& thread : threads)
            thread.join();
    });
}

void TestEpollWakeUp::pingPongBetweenThreads()
{
    onLoop([] {
        // One event at a time, so that each side sleeps: a single lost wake-up stops it.
        constexpr int rounds = 3000;
        Counter mine;
        Counter theirs;
        LoopThread other([&] {
            for (int round = 1; round <= rounds; ++round) {
                turnUntil([&] { return theirs.count == round; });
                mine.post();
            }
        });
        theirs.moveToThread(&other);
        other.start();
        for (int round = 1; round <= rounds; ++round) {
            theirs.post();
            turnUntil([&] { return mine.count == round; });
        }
        other.join();
        QCOMPARE(theirs.count.load(), rounds);
    });
}

void TestEpollWakeUp::wakeUpFromOtherThread()
{
    onLoop([] {
        settle();
        EpollEventDispatcher& loop = dispatcher();
        for (int i = 0; i < 200; ++i) {
            std::atomic<bool> done{false};
            std::thread other([&] {
                done = true;
                loop.wakeUp();
            });
            turnUntil([&] { return done.load(); });
            other.join();
        }
    });
}

void TestEpollWakeUp::wakeUpBeforeTheTurn()
{
    onLoop([] {
        settle();
        EpollEventDispatcher& loop = dispatcher();
        loop.wakeUp();
        QVERIFY(turn(kWait));
        std::thread([&] { loop.wakeUp(); }).join();
        QVERIFY(turn(kWait));
        loop.wakeUp();
        QVERIFY(turn(kWait | QEventLoop::ExcludeSocketNotifiers));
    });
}

void TestEpollWakeUp::wakeUpFromOwnThreadCostsNoWrite()
{
    onLoop([] {
        settle();
        const quint64 before = dispatcher().wakeWrites();
        Ear ear;
        ear.whenHeard = [&](int type) {
            if (type < 100)
                ear.post(type + 1);
        };
        ear.post(1);
        turnUntil([&] { return ear.heard.size() == 100; });
        for (int i = 0; i < 100; ++i)
            dispatcher().wakeUp();
        QCOMPARE(dispatcher().wakeWrites(), before);
    });
}

void TestEpollWakeUp::oneWritePerSleep()
{
    onLoop([] {
        settle();
        EpollEventDispatcher& loop = dispatcher();
        const quint64 before = loop.wakeWrites();
        int turns = 0;
        const auto counting = connect(&loop, &QAbstractEventDispatcher::aboutToBlock, &loop, [&] { ++turns; });
        Counter counter;
        std::thread poster([&] {
            for (int i = 0; i < 10'000; ++i)
                counter.post();
        });
        turnUntil([&] { return counter.count == 10'000; });
        poster.join();
        QVERIFY(loop.wakeWrites() - before <= quint64(turns));
        disconnect(counting);
    });
}

void TestEpollWakeUp::interruptFromOtherThread()
{
    onLoop([] {
        settle();
        EpollEventDispatcher& loop = dispatcher();
        for (int i = 0; i < 100; ++i) {
            std::atomic<bool> done{false};
            std::thread other([&] {
                done = true;
                loop.interrupt();
            });
            turnUntil([&] { return done.load(); });
            other.join();
            settle();
        }
    });
}

void TestEpollWakeUp::interruptLeavesTheRestForLater()
{
    onLoop([] {
        settle();
        Ear ear([](int) { dispatcher().interrupt(); });
        Ear timer;
        timer.startTimer(0);
        ear.post(1);
        QVERIFY(!turn(kWait));
        QCOMPARE(ear.heard.size(), 1);
        QVERIFY(timer.heard.isEmpty());
        turn(kWait);
        QCOMPARE(timer.heard.size(), 1);
    });
}

void TestEpollWakeUp::exitFromOtherThread()
{
    onLoop([] {
        for (int i = 0; i < 300; ++i) {
            QEventLoop loop;
            std::thread other([&] { loop.exit(i); });
            other.join(); // an exit before exec() does not count
            QTimer::singleShot(0, &loop, [&] { other = std::thread([&] { loop.exit(i); }); });
            QCOMPARE(loop.exec(), i);
            other.join();
        }
    });
}

void TestEpollWakeUp::nestedLoops()
{
    onLoop([] {
        QList<int> order;
        QEventLoop outer;
        QEventLoop inner;
        QTimer::singleShot(0, &outer, [&] {
            order.append(1);
            QTimer::singleShot(5, &inner, [&] {
                order.append(2);
                outer.exit(7);
                inner.quit();
            });
            inner.exec();
            order.append(3);
        });
        QCOMPARE(outer.exec(), 7);
        QCOMPARE(order, QList<int>({1, 2, 3}));
    });
}

void TestEpollWakeUp::exitOfOuterLoopInsideNestedTurn()
{
    onLoop([] {
        // The nested turn uses up the wake-up of the exit: the outer one must not fall asleep all the same.
        QEventLoop outer;
        Ear ear;
        ear.whenHeard = [&](int) {
            outer.exit(3);
            turn();
        };
        ear.post(1);
        QCOMPARE(outer.exec(), 3);
        ear.whenHeard = [&](int) {
            std::thread([&] { outer.exit(4); }).join();
            turn();
        };
        ear.post(1);
        QCOMPARE(outer.exec(), 4);
    });
}

void TestEpollWakeUp::announcesBlockingAndWaking()
{
    onLoop([] {
        settle();
        QObject context;
        QByteArray log;
        connect(&dispatcher(), &QAbstractEventDispatcher::awake, &context, [&] { log.append('w'); });
        connect(&dispatcher(), &QAbstractEventDispatcher::aboutToBlock, &context, [&] { log.append('b'); });
        turn();
        QCOMPARE(log, QByteArray("w"));
        Ear ear([&](int) { log.append('t'); });
        ear.startTimer(1, Qt::PreciseTimer);
        turnUntil([&] { return !ear.heard.isEmpty(); });
        QVERIFY(log.startsWith("wwb"));
        QVERIFY(log.endsWith("t"));
        log.clear();
        ear.post(1);
        turn(kWait); // delivers, so it does not wait
        QVERIFY(!log.contains('b'));
    });
}

void TestEpollWakeUp::postWhileAboutToBlock()
{
    onLoop([] {
        settle();
        QObject context;
        Ear ear;
        connect(&dispatcher(), &QAbstractEventDispatcher::aboutToBlock, &context, [&] { ear.post(1); });
        turnUntil([&] { return ear.heard.size() == 3; });
    });
}

SIGNALBOX_EPOLL_MAIN(TestEpollWakeUp)
#include "tst_epollwakeup.moc"
