// SPDX-License-Identifier: GPL-3.0-or-later
// The contract of QAbstractEventDispatcher: timers, posted events, wake-ups, nesting. Sockets: tst_epollsockets.
// links: server_net
#include "epollfixture.h"

#include <QEventLoop>
#include <QProcess>
#include <QSemaphore>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

#include <atomic>
#include <chrono>
#include <limits>
#include <memory>
#include <thread>
#include <vector>

using namespace signalbox;

namespace {

constexpr QEventLoop::ProcessEventsFlags kWait = QEventLoop::WaitForMoreEvents;
constexpr QEventLoop::ProcessEventsFlags kNoTimers = QEventLoop::X11ExcludeTimers;

qint64 nowNs()
{
    return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Hands its timer and user events to a function, by timer id or event type.
class Ear final : public QObject
{
public:
    explicit Ear(std::function<void(int)> handler = [](int) {}) : whenHeard(std::move(handler)) {}
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

protected:
    void customEvent(QEvent*) override { ++count; }
};

} // namespace

class TestEpollEventDispatcher : public EpollTest
{
    Q_OBJECT

private slots:
    void initTestCase_data() { addHomes(); }
    void isTheThreadsDispatcher();
    void idleTurnServesNothing();
    void timersAreNeverEarly();
    void timersFireInOrder();
    void handlerKillsOtherDueTimer();
    void handlerKillsAndRestartsItself();
    void singleShot();
    void zeroTimersOncePerTurn();
    void zeroTimersAndPostedEventsProgress();
    void timerDoesNotNestInItself();
    void registeredTimersAndRemainingTime();
    void objectTakesItsTimersAlong();
    void timerMovesWithItsObject();
    void wrongTimersAreRefused();
    void postedEventsByPriority();
    void postedEventsComeBeforeSockets();
    void postInHandlerIsNotSleptOver();
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
    void flagExcludesTimers();
    void flagExcludesSockets();
    void excludedSocketsLetOthersThrough();
    void announcesBlockingAndWaking();
    void postWhileAboutToBlock();
    void tcpServerAndSocket();
    void process();
};

void TestEpollEventDispatcher::isTheThreadsDispatcher()
{
    onLoop([] {
        QVERIFY(qobject_cast<EpollEventDispatcher*>(QAbstractEventDispatcher::instance()));
        QCOMPARE(dispatcher().thread(), QThread::currentThread());
    });
}

void TestEpollEventDispatcher::idleTurnServesNothing()
{
    onLoop([] {
        settle();
        QVERIFY(!turn());
        Ear ear;
        ear.post(1);
        QVERIFY(turn());
        QVERIFY(!turn());
    });
}

void TestEpollEventDispatcher::timersAreNeverEarly()
{
    onLoop([] {
        for (const Qt::TimerType type : {Qt::PreciseTimer, Qt::CoarseTimer, Qt::VeryCoarseTimer}) {
            Ear ear;
            const qint64 start = nowNs();
            const int id = ear.startTimer(60, type);
            turnUntil([&] { return ear.heard.size() == 2; });
            QVERIFY(nowNs() - start >= 2 * 60'000'000);
            ear.killTimer(id);
            QCOMPARE(ear.heard, QList<int>({id, id}));
        }
    });
}

void TestEpollEventDispatcher::timersFireInOrder()
{
    onLoop([] {
        Ear ear;
        const int third = ear.startTimer(30, Qt::PreciseTimer);
        const int first = ear.startTimer(10, Qt::PreciseTimer);
        const int second = ear.startTimer(20, Qt::PreciseTimer);
        QThread::msleep(35);
        turn();
        QCOMPARE(ear.heard, QList<int>({first, second, third}));
    });
}

void TestEpollEventDispatcher::handlerKillsOtherDueTimer()
{
    onLoop([] {
        Ear ear;
        const int first = ear.startTimer(1, Qt::PreciseTimer);
        const int second = ear.startTimer(2, Qt::PreciseTimer);
        ear.whenHeard = [&](int) { ear.killTimer(second); };
        QThread::msleep(5);
        turn();
        QCOMPARE(ear.heard, QList<int>({first}));
    });
}

void TestEpollEventDispatcher::handlerKillsAndRestartsItself()
{
    onLoop([] {
        Ear ear;
        int current = ear.startTimer(1, Qt::PreciseTimer);
        ear.whenHeard = [&](int id) {
            QCOMPARE(id, current);
            ear.killTimer(id);
            if (ear.heard.size() < 5)
                current = ear.startTimer(ear.heard.size() % 2 == 0 ? 1 : 0, Qt::PreciseTimer);
        };
        turnUntil([&] { return ear.heard.size() == 5; });
        QVERIFY(dispatcher().registeredTimers(&ear).isEmpty());
    });
}

void TestEpollEventDispatcher::singleShot()
{
    onLoop([] {
        QObject context;
        QList<int> order;
        QTimer::singleShot(20, Qt::PreciseTimer, &context, [&] { order.append(2); });
        QTimer::singleShot(0, &context, [&] { order.append(1); });
        QTimer::singleShot(40, Qt::CoarseTimer, &context, [&] { order.append(3); });
        turnUntil([&] { return order.size() == 3; });
        QCOMPARE(order, QList<int>({1, 2, 3}));
    });
}

void TestEpollEventDispatcher::zeroTimersOncePerTurn()
{
    onLoop([] {
        settle();
        Ear ear;
        const int first = ear.startTimer(0);
        const int second = ear.startTimer(0);
        for (int i = 1; i <= 5; ++i) {
            QVERIFY(turn(kWait));
            QCOMPARE(ear.heard.size(), 2 * i);
        }
        QCOMPARE(ear.heard.first(2), QList<int>({first, second}));
    });
}

void TestEpollEventDispatcher::zeroTimersAndPostedEventsProgress()
{
    onLoop([] {
        settle();
        Ear zero;
        Ear later;
        Ear poster;
        zero.startTimer(0);
        later.startTimer(1, Qt::PreciseTimer);
        poster.whenHeard = [&](int type) { poster.post(type); };
        poster.post(1);
        SocketPair pair;
        pair.fill();
        QSocketNotifier notifier(pair.near(), QSocketNotifier::Read);
        int activated = 0;
        connect(&notifier, &QSocketNotifier::activated, &notifier, [&] { ++activated; });
        QThread::msleep(2);
        for (int i = 1; i <= 10; ++i) {
            turn(kWait);
            QCOMPARE(zero.heard.size(), i);
            QCOMPARE(poster.heard.size(), i);
            QCOMPARE(activated, i);
        }
        QVERIFY(!later.heard.isEmpty());
    });
}

void TestEpollEventDispatcher::timerDoesNotNestInItself()
{
    onLoop([] {
        Ear ear;
        QList<int> order;
        const int outer = ear.startTimer(1, Qt::PreciseTimer);
        const int other = ear.startTimer(2, Qt::PreciseTimer);
        int depth = 0;
        ear.whenHeard = [&](int id) {
            if (id == other)
                return;
            QCOMPARE(++depth, 1);
            const qsizetype before = ear.heard.count(other);
            turnUntil([&] { return ear.heard.count(other) >= before + 3; });
            --depth;
        };
        turnUntil([&] { return ear.heard.count(outer) == 2; });
        QVERIFY(ear.heard.count(other) >= 6);
    });
}

void TestEpollEventDispatcher::registeredTimersAndRemainingTime()
{
    onLoop([] {
        Ear ear;
        const int hour = ear.startTimer(3'600'000, Qt::CoarseTimer);
        const int longest = ear.startTimer(std::numeric_limits<int>::max(), Qt::VeryCoarseTimer);
        const auto infos = dispatcher().registeredTimers(&ear);
        QCOMPARE(infos.size(), 2);
        QCOMPARE(infos[0].timerId, hour);
        QCOMPARE(infos[0].interval, 3'600'000);
        QCOMPARE(infos[0].timerType, Qt::CoarseTimer);
        QCOMPARE(infos[1].timerId, longest);
        QCOMPARE(infos[1].timerType, Qt::VeryCoarseTimer);
        QVERIFY(dispatcher().remainingTime(hour) > 3'000'000);
        QVERIFY(dispatcher().remainingTime(longest) > 2'000'000'000);
        ear.killTimer(hour);
        QCOMPARE(dispatcher().remainingTime(hour), -1);
        QVERIFY(!dispatcher().unregisterTimer(hour));
        QVERIFY(dispatcher().unregisterTimers(&ear));
        QVERIFY(!dispatcher().unregisterTimers(&ear));
        ear.startTimer(0);
        QThread::msleep(1);
        QCOMPARE(dispatcher().remainingTime(dispatcher().registeredTimers(&ear).first().timerId), 0);
    });
}

void TestEpollEventDispatcher::objectTakesItsTimersAlong()
{
    onLoop([] {
        Ear survivor;
        auto doomed = std::make_unique<Ear>();
        survivor.startTimer(1, Qt::PreciseTimer);
        doomed->startTimer(2, Qt::PreciseTimer);
        bool doomedHeard = false;
        doomed->whenHeard = [&](int) { doomedHeard = true; };
        survivor.whenHeard = [&](int) { doomed.reset(); };
        QThread::msleep(5);
        turn();
        QVERIFY(!doomed);
        QVERIFY(!doomedHeard);
    });
}

void TestEpollEventDispatcher::timerMovesWithItsObject()
{
    onLoop([] {
        QSemaphore fired;
        auto ear = std::make_unique<Ear>([&](int) { fired.release(); });
        ear->startTimer(1, Qt::PreciseTimer);
        QThread other;
        other.setEventDispatcher(new EpollEventDispatcher);
        other.start();
        ear->moveToThread(&other);
        QVERIFY(dispatcher().registeredTimers(ear.get()).isEmpty());
        fired.acquire(3);
        connect(&other, &QThread::finished, ear.get(), [&] { ear.reset(); }, Qt::DirectConnection);
        other.quit();
        other.wait();
        QVERIFY(!ear);
    });
}

void TestEpollEventDispatcher::wrongTimersAreRefused()
{
    onLoop([] {
        Ear ear;
        EpollEventDispatcher& loop = dispatcher();
        const char* text = "EpollEventDispatcher: a timer needs an id, an interval and an object";
        for (int i = 0; i < 3; ++i)
            QTest::ignoreMessage(QtWarningMsg, text);
        loop.registerTimer(0, 1, Qt::PreciseTimer, &ear);
        loop.registerTimer(1'000'000, -1, Qt::PreciseTimer, &ear);
        loop.registerTimer(1'000'000, 1, Qt::PreciseTimer, nullptr);
        QTest::ignoreMessage(QtWarningMsg, "EpollEventDispatcher: timers cannot be started from another thread");
        std::thread([&] { loop.registerTimer(1'000'000, 1, Qt::PreciseTimer, &ear); }).join();
        QVERIFY(loop.registeredTimers(&ear).isEmpty());
    });
}

void TestEpollEventDispatcher::postedEventsByPriority()
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

void TestEpollEventDispatcher::postedEventsComeBeforeSockets()
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

void TestEpollEventDispatcher::postInHandlerIsNotSleptOver()
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

void TestEpollEventDispatcher::turnsByHandSeeEachDelivery()
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
        for (int i = 4; i <= 6; ++i) {
            std::thread poster([&] { ear.post(1); });
            turnUntil([&] { return ear.heard.size() == i; });
            poster.join();
        }
    });
}

void TestEpollEventDispatcher::deferredDelete()
{
    onLoop([] {
        QEventLoop loop;
        auto* doomed = new QObject;
        connect(doomed, &QObject::destroyed, &loop, &QEventLoop::quit);
        QTimer::singleShot(0, doomed, &QObject::deleteLater);
        loop.exec();
    });
}

void TestEpollEventDispatcher::postsFromManyThreads()
{
    onLoop([] {
        constexpr int posters = 4;
        constexpr int each = 25'000;
        Counter counter;
        std::vector<std::thread> threads;
        for (int poster = 0; poster < posters; ++poster) {
            threads.emplace_back([&] {
                for (int i = 0; i < each; ++i)
                    QCoreApplication::postEvent(&counter, new QEvent(QEvent::User));
            });
        }
        turnUntil([&] { return counter.count == posters * each; });
        for (std::thread& thread : threads)
            thread.join();
    });
}

void TestEpollEventDispatcher::pingPongBetweenThreads()
{
    onLoop([] {
        // One event at a time, so that each side sleeps: a single lost wake-up stops it.
        constexpr int rounds = 3000;
        Counter mine;
        Counter theirs;
        LoopThread other([&] {
            for (int round = 1; round <= rounds; ++round) {
                turnUntil([&] { return theirs.count == round; });
                QCoreApplication::postEvent(&mine, new QEvent(QEvent::User));
            }
        });
        theirs.moveToThread(&other);
        other.start();
        for (int round = 1; round <= rounds; ++round) {
            QCoreApplication::postEvent(&theirs, new QEvent(QEvent::User));
            turnUntil([&] { return mine.count == round; });
        }
        other.wait();
        QCOMPARE(theirs.count.load(), rounds);
    });
}

void TestEpollEventDispatcher::wakeUpFromOtherThread()
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

void TestEpollEventDispatcher::wakeUpBeforeTheTurn()
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

void TestEpollEventDispatcher::wakeUpFromOwnThreadCostsNoWrite()
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

void TestEpollEventDispatcher::oneWritePerSleep()
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
                QCoreApplication::postEvent(&counter, new QEvent(QEvent::User));
        });
        turnUntil([&] { return counter.count == 10'000; });
        poster.join();
        QVERIFY(loop.wakeWrites() - before <= quint64(turns));
        disconnect(counting);
    });
}

void TestEpollEventDispatcher::interruptFromOtherThread()
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

void TestEpollEventDispatcher::interruptLeavesTheRestForLater()
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

void TestEpollEventDispatcher::exitFromOtherThread()
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

void TestEpollEventDispatcher::nestedLoops()
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

void TestEpollEventDispatcher::exitOfOuterLoopInsideNestedTurn()
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

void TestEpollEventDispatcher::flagExcludesTimers()
{
    onLoop([] {
        settle();
        Ear timer;
        timer.startTimer(0);
        QVERIFY(!turn(kNoTimers));
        QVERIFY(timer.heard.isEmpty());
        // A due timer must not keep a turn from waiting either.
        std::atomic<bool> woken{false};
        std::thread other([&, loop = &dispatcher()] {
            woken = true;
            loop->wakeUp();
        });
        while (!woken)
            turn(kWait | kNoTimers);
        other.join();
        QVERIFY(timer.heard.isEmpty());
        turn();
        QCOMPARE(timer.heard.size(), 1);
    });
}

void TestEpollEventDispatcher::flagExcludesSockets()
{
    onLoop([] {
        settle();
        SocketPair pair;
        pair.fill();
        QSocketNotifier notifier(pair.near(), QSocketNotifier::Read);
        int activated = 0;
        connect(&notifier, &QSocketNotifier::activated, &notifier, [&] { ++activated; });
        QVERIFY(!turn(QEventLoop::ExcludeSocketNotifiers));
        QCOMPARE(activated, 0);
        QVERIFY(turn());
        QCOMPARE(activated, 1);
    });
}

void TestEpollEventDispatcher::excludedSocketsLetOthersThrough()
{
    onLoop([] {
        settle();
        SocketPair pair;
        pair.fill();
        QSocketNotifier notifier(pair.near(), QSocketNotifier::Read);
        int activated = 0;
        connect(&notifier, &QSocketNotifier::activated, &notifier, [&] { ++activated; });
        const auto flags = kWait | QEventLoop::ExcludeSocketNotifiers;
        Ear timer;
        timer.startTimer(5, Qt::PreciseTimer);
        int turns = 0;
        for (; timer.heard.isEmpty(); ++turns)
            turn(flags);
        QVERIFY2(turns <= 3, "a ready socket that is not asked for keeps the loop awake");
        Ear ear;
        std::thread poster([&] { ear.post(1); });
        while (ear.heard.isEmpty())
            turn(flags);
        poster.join();
        QCOMPARE(activated, 0);
    });
}

void TestEpollEventDispatcher::announcesBlockingAndWaking()
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

void TestEpollEventDispatcher::postWhileAboutToBlock()
{
    onLoop([] {
        settle();
        QObject context;
        Ear ear;
        connect(&dispatcher(), &QAbstractEventDispatcher::aboutToBlock, &context, [&] { ear.post(1); });
        turnUntil([&] { return ear.heard.size() == 3; });
    });
}

void TestEpollEventDispatcher::tcpServerAndSocket()
{
    onLoop([] {
        constexpr qsizetype bytes = 1'000'000;
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        connect(&server, &QTcpServer::newConnection, &server, [&] {
            QTcpSocket* peer = server.nextPendingConnection();
            connect(peer, &QTcpSocket::readyRead, peer, [peer] { peer->write(peer->readAll()); });
        });
        QTcpSocket client;
        QEventLoop loop;
        QByteArray answer;
        connect(&client, &QTcpSocket::connected, &client, [&] { client.write(QByteArray(bytes, 'x')); });
        connect(&client, &QTcpSocket::readyRead, &client, [&] {
            answer += client.readAll();
            if (answer.size() == bytes)
                client.disconnectFromHost();
        });
        connect(&client, &QTcpSocket::disconnected, &loop, &QEventLoop::quit);
        client.connectToHost(server.serverAddress(), server.serverPort());
        loop.exec();
        QCOMPARE(answer, QByteArray(bytes, 'x'));
    });
}

void TestEpollEventDispatcher::process()
{
    onLoop([] {
        QProcess cat;
        QEventLoop loop;
        connect(&cat, &QProcess::started, &cat, [&] {
            cat.write("through the pipe");
            cat.closeWriteChannel();
        });
        connect(&cat, &QProcess::finished, &loop, &QEventLoop::quit);
        connect(&cat, &QProcess::errorOccurred, &loop, &QEventLoop::quit);
        QTimer::singleShot(0, &cat, [&] { cat.start(QStringLiteral("cat"), QStringList()); });
        loop.exec();
        QCOMPARE(cat.exitStatus(), QProcess::NormalExit);
        QCOMPARE(cat.readAllStandardOutput(), QByteArray("through the pipe"));
    });
}

SIGNALBOX_EPOLL_MAIN(TestEpollEventDispatcher)
#include "tst_epolleventdispatcher.moc"
