// SPDX-License-Identifier: GPL-3.0-or-later
// The dispatcher under Qt: timers, flags of a turn, sockets and processes. More: tst_epollsockets, tst_epollwakeup.
// links: server_net
#include "epollfixture.h"

#include <QEventLoop>
#include <QProcess>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

#include <atomic>
#include <chrono>
#include <limits>
#include <memory>
#include <thread>

using namespace signalbox;

namespace {

constexpr QEventLoop::ProcessEventsFlags kWait = QEventLoop::WaitForMoreEvents;
constexpr QEventLoop::ProcessEventsFlags kNoTimers = QEventLoop::X11ExcludeTimers;

qint64 nowNs()
{
    return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

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
    void flagExcludesTimers();
    void flagExcludesSockets();
    void excludedSocketsLetOthersThrough();
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
        std::atomic<int> fired{0};
        auto ear = std::make_unique<Ear>([&](int) { ++fired; });
        ear->startTimer(1, Qt::PreciseTimer);
        LoopThread other([&] {
            turnUntil([&] { return fired == 3; });
            ear.reset();
        });
        ear->moveToThread(&other);
        QVERIFY(dispatcher().registeredTimers(ear.get()).isEmpty());
        other.start();
        other.join();
        QCOMPARE(fired.load(), 3);
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
        QSocketNotifier notifier(pair.near(), QSocketNotifier::Read);
        turn();
        pair.fill();
        int activated = 0;
        connect(&notifier, &QSocketNotifier::activated, &notifier, [&] { ++activated; });
        const auto flags = kWait | QEventLoop::ExcludeSocketNotifiers;
        Ear timer;
        timer.startTimer(5, Qt::PreciseTimer);
        int turns = 0;
        for (; timer.heard.isEmpty(); ++turns)
            turn(flags);
        QVERIFY2(turns <= 3, "a ready socket that is not asked for keeps the loop awake");
        Counter counter;
        std::thread poster([&] { counter.post(); });
        while (counter.count == 0)
            turn(flags);
        poster.join();
        QCOMPARE(activated, 0);
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
