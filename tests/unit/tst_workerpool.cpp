// SPDX-License-Identifier: GPL-3.0-or-later
// Workers on the current thread and on threads of their own.
// links: server_net
#include "net/workerpool.h"
#include "qtundertsan.h"

#ifdef Q_OS_LINUX
#include "net/epolleventdispatcher.h"
#endif

#include <QAbstractEventDispatcher>
#include <QCoreApplication>
#include <QSet>
#include <QTest>
#include <QThread>

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

using namespace signalbox;

namespace {

/// A steady clock in the test's hand.
class Hand
{
public:
    std::atomic<qint64> ms{1};
    Worker::SteadyMs reading()
    {
        return [this] { return ms.load(); };
    }
};

class Alarm
{
public:
    std::atomic<int> reached{0};

private:
    void call() { ++reached; }

public:
    Deadline deadline = Deadline::calling<&Alarm::call>(this);
};

/// What a thread keeps for itself and takes its time to destroy.
struct SlowToGo
{
    static inline std::atomic<int> gone{0};
    bool used = false;

    ~SlowToGo()
    {
        QThread::msleep(50);
        ++gone;
    }
};
thread_local SlowToGo slowToGo;

} // namespace

/// Every slot runs with one worker, on the test's thread, and with three, on their own.
class TestWorkerPool : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data();
    void homes();
    void threadsHaveNames();
    void postRunsOnTheWorker();
    void endOfTurnComesAfterMailboxWork();
    void endOfTurnBringsWritesTogether();
    void endOfTurnTaskMayAskAgain();
    void deadlinesFollowTheGivenClock();
    void leastLoaded();
    void readBufferIsTheWorkersOwn();
    void storm();
    void workersPostToEachOther();
    void stopRunsPendingThenCleanup();
    void stopRunsEndOfTurnOfCleanup();
    void stopDropsWhatComesLater();
    void stopWaitsForThreadLocals();
    void stopTwice();
    void destructionWithPendingTasks();

private:
    static int count()
    {
        QFETCH_GLOBAL(int, count);
        return count;
    }
    /// Runs the body on the worker's thread and waits for its end.
    static void runOn(Worker& worker, const std::function<void()>& body)
    {
        std::atomic<bool> done{false};
        worker.post([&] {
            body();
            done = true;
        });
        QTRY_VERIFY(done);
    }

    Hand m_hand;
};

void TestWorkerPool::initTestCase_data()
{
    QTest::addColumn<int>("count");
    QTest::newRow("one, here") << 1;
    QTest::newRow("three threads") << 3;
}

void TestWorkerPool::homes()
{
    WorkerPool pool(count(), m_hand.reading());
    QCOMPARE(pool.size(), count());
    QSet<QThread*> threads;
    for (int i = 0; i < pool.size(); ++i) {
        Worker& worker = pool.worker(i);
        QCOMPARE(worker.index(), i);
        threads.insert(worker.thread());
        QCOMPARE(worker.isCurrentThread(), count() == 1);
        runOn(worker, [&] { QVERIFY(worker.isCurrentThread()); });
    }
    QCOMPARE(threads.size(), count());
    QCOMPARE(threads.contains(QThread::currentThread()), count() == 1);
}

void TestWorkerPool::threadsHaveNames()
{
    if (count() == 1)
        QSKIP("the worker lives on the test's thread");
    WorkerPool pool(count(), m_hand.reading());
    for (int i = 0; i < pool.size(); ++i) {
        QCOMPARE(pool.worker(i).thread()->objectName(), QStringLiteral("worker-%1").arg(i));
        QVERIFY(pool.worker(i).thread()->isRunning());
#ifdef Q_OS_LINUX
        QAbstractEventDispatcher* loop = pool.worker(i).thread()->eventDispatcher();
        QVERIFY(qobject_cast<EpollEventDispatcher*>(loop));
#endif
    }
}

void TestWorkerPool::postRunsOnTheWorker()
{
    WorkerPool pool(count(), m_hand.reading());
    for (int i = 0; i < pool.size(); ++i) {
        QList<int> ran;
        Worker& worker = pool.worker(i);
        for (int n = 0; n < 10; ++n)
            worker.post([&ran, n] { ran.append(n); });
        runOn(worker, [&] { QCOMPARE(ran, QList<int>({0, 1, 2, 3, 4, 5, 6, 7, 8, 9})); });
    }
}

void TestWorkerPool::endOfTurnComesAfterMailboxWork()
{
    WorkerPool pool(count(), m_hand.reading());
    Worker& worker = pool.worker(0);
    QList<int> order;
    std::atomic<bool> done{false};
    worker.post([&] {
        worker.atEndOfTurn([&] {
            order.append(3);
            done = true;
        });
        worker.post([&] { order.append(2); });
        order.append(1);
    });
    QTRY_VERIFY(done);
    QCOMPARE(order, QList<int>({1, 2, 3}));
}

void TestWorkerPool::endOfTurnBringsWritesTogether()
{
    WorkerPool pool(count(), m_hand.reading());
    Worker& worker = pool.worker(0);
    int waiting = 0;
    QList<int> flushes;
    std::atomic<bool> done{false};
    worker.post([&] {
        for (int i = 0; i < 100; ++i) {
            worker.post([&] {
                if (waiting++ == 0) {
                    worker.atEndOfTurn([&] {
                        flushes.append(std::exchange(waiting, 0));
                        done = true;
                    });
                }
            });
        }
    });
    QTRY_VERIFY(done);
    QCOMPARE(flushes, QList<int>({100}));
}

void TestWorkerPool::endOfTurnTaskMayAskAgain()
{
    WorkerPool pool(count(), m_hand.reading());
    Worker& worker = pool.worker(0);
    QList<int> order;
    std::atomic<bool> done{false};
    worker.post([&] {
        worker.atEndOfTurn([&] {
            worker.atEndOfTurn([&] {
                order.append(3);
                done = true;
            });
            order.append(1);
        });
        worker.atEndOfTurn([&] { order.append(2); });
    });
    QTRY_VERIFY(done);
    QCOMPARE(order, QList<int>({1, 2, 3}));
}

void TestWorkerPool::deadlinesFollowTheGivenClock()
{
    WorkerPool pool(count(), m_hand.reading());
    for (int i = 0; i < pool.size(); ++i) {
        Worker& worker = pool.worker(i);
        Alarm alarm;
        runOn(worker, [&] { worker.deadlines().arm(alarm.deadline, worker.steadyMs() + 60'000); });
        m_hand.ms += 59'000;
        runOn(worker, [&] {
            worker.deadlines().advance(worker.steadyMs());
            QCOMPARE(alarm.reached.load(), 0);
        });
        m_hand.ms += 2'000;
        QTRY_COMPARE(alarm.reached.load(), 1);
        runOn(worker, [&] { DeadlineWheel::disarm(alarm.deadline); });
    }
}

void TestWorkerPool::leastLoaded()
{
    WorkerPool pool(count(), m_hand.reading());
    for (int i = 0; i < 7 * pool.size(); ++i)
        pool.leastLoaded().connectionOpened();
    for (int i = 0; i < pool.size(); ++i)
        QCOMPARE(pool.worker(i).connectionCount(), 7);
    Worker& last = pool.worker(pool.size() - 1);
    last.connectionClosed();
    QCOMPARE(last.connectionCount(), 6);
    QCOMPARE(pool.leastLoaded().index(), last.index());
}

void TestWorkerPool::readBufferIsTheWorkersOwn()
{
    WorkerPool pool(count(), m_hand.reading());
    QSet<const char*> buffers;
    for (int i = 0; i < pool.size(); ++i) {
        Worker& worker = pool.worker(i);
        runOn(worker, [&] {
            QCOMPARE(worker.readBuffer().size(), Worker::kReadBufferBytes);
            worker.readBuffer().data()[Worker::kReadBufferBytes - 1] = 'x';
            buffers.insert(worker.readBuffer().constData());
        });
    }
    QCOMPARE(buffers.size(), pool.size());
}

void TestWorkerPool::storm()
{
    constexpr int posters = 4;
    constexpr int each = 10'000;
    WorkerPool pool(count(), m_hand.reading());
    std::atomic<int> ran{0};
    std::vector<std::thread> threads;
    for (int poster = 0; poster < posters; ++poster) {
        threads.emplace_back([&] {
            for (int i = 0; i < each; ++i)
                pool.worker(i % pool.size()).post([&ran] { ran.fetch_add(1, std::memory_order_relaxed); });
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    QTRY_COMPARE_WITH_TIMEOUT(ran.load(), posters * each, 30'000);
}

void TestWorkerPool::workersPostToEachOther()
{
    constexpr int hops = 3000;
    WorkerPool pool(count(), m_hand.reading());
    std::atomic<bool> done{false};
    int hop = 0; // handed on with the task, never shared
    std::function<void()> next = [&] {
        if (++hop == hops)
            done = true;
        else
            pool.worker(hop % pool.size()).post([&] { next(); });
    };
    pool.worker(0).post([&] { next(); });
    QTRY_VERIFY_WITH_TIMEOUT(done, 30'000);
    pool.stop();
    QCOMPARE(hop, hops);
}

void TestWorkerPool::stopRunsPendingThenCleanup()
{
    WorkerPool pool(count(), m_hand.reading());
    std::vector<QList<int>> order(static_cast<std::size_t>(pool.size()));
    for (int i = 0; i < pool.size(); ++i) {
        QList<int>& mine = order[static_cast<std::size_t>(i)];
        for (int n = 0; n < 3; ++n)
            pool.worker(i).post([&mine, n] { mine.append(n); });
    }
    pool.stop([&](Worker& worker) {
        QVERIFY(worker.isCurrentThread());
        order[static_cast<std::size_t>(worker.index())].append(99);
    });
    for (const QList<int>& mine : order)
        QCOMPARE(mine, QList<int>({0, 1, 2, 99}));
    if (count() > 1)
        QVERIFY(pool.worker(0).thread()->isFinished());
}

void TestWorkerPool::stopRunsEndOfTurnOfCleanup()
{
    WorkerPool pool(count(), m_hand.reading());
    std::atomic<int> flushed{0};
    pool.stop([&](Worker& worker) { worker.atEndOfTurn([&] { ++flushed; }); });
    QCOMPARE(flushed.load(), count());
}

void TestWorkerPool::stopDropsWhatComesLater()
{
    WorkerPool pool(count(), m_hand.reading());
    std::atomic<bool> ran{false};
    pool.stop([&](Worker& worker) { worker.post([&] { ran = true; }); });
    pool.worker(0).post([&] { ran = true; });
    QCoreApplication::processEvents();
    QVERIFY(!ran);
    QCOMPARE(pool.worker(0).mailbox().size(), std::size_t(0));
}

/// A process that ends right after stop() does not end in the middle of a thread's last destructors.
void TestWorkerPool::stopWaitsForThreadLocals()
{
    WorkerPool pool(count(), m_hand.reading());
    for (int i = 0; i < pool.size(); ++i)
        runOn(pool.worker(i), [] { slowToGo.used = true; });
    pool.stop();
    QCOMPARE(SlowToGo::gone.load(), count() == 1 ? 0 : count()); // the test's own thread stays
}

void TestWorkerPool::stopTwice()
{
    WorkerPool pool(count(), m_hand.reading());
    std::atomic<int> cleanups{0};
    pool.stop([&](Worker&) { ++cleanups; });
    pool.stop([&](Worker&) { ++cleanups; });
    QCOMPARE(cleanups.load(), count());
}

void TestWorkerPool::destructionWithPendingTasks()
{
    std::atomic<int> ran{0};
    {
        WorkerPool pool(count(), m_hand.reading());
        for (int i = 0; i < 1000; ++i)
            pool.worker(i % pool.size()).post([&ran] { ++ran; });
    }
    QCOMPARE(ran.load(), 1000);
}

QTEST_GUILESS_MAIN(TestWorkerPool)
#include "tst_workerpool.moc"
