// SPDX-License-Identifier: GPL-3.0-or-later
// Socket notifiers on the epoll dispatcher: readiness, changes of interest, descriptors that are closed and used anew.
// links: server_net
#include "epollfixture.h"

#include <QFile>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryFile>
#include <QTimer>

#include <memory>
#include <vector>

#include <fcntl.h>

using namespace signalbox;

namespace {

/// A notifier that counts its activations.
class Watch
{
public:
    Watch(int fd, QSocketNotifier::Type type)
        : notifier(fd, type)
    {
        QObject::connect(&notifier, &QSocketNotifier::activated, &notifier, [this] {
            ++activated;
            whenActivated();
        });
    }

    QSocketNotifier notifier;
    std::function<void()> whenActivated = [] {};
    int activated = 0;
};

/// Another file under the number of a closed one.
void reuse(int number, int source)
{
    QCOMPARE(fcntl(source, F_DUPFD_CLOEXEC, number), number);
}

} // namespace

class TestEpollSockets : public EpollTest
{
    Q_OBJECT

private slots:
    void initTestCase_data() { addHomes(); }
    void readIsLevelTriggered();
    void writeWhenThereIsRoom();
    void exceptionOnUrgentData();
    void hangUpReachesEveryType();
    void waitsForTheSocket();
    void severalTypesOfOneDescriptor();
    void typesComeAndGo();
    void disabledNotifierIsSilent();
    void handlerDisablesItself();
    void handlerDisablesOtherReadyNotifier();
    void handlerDeletesOtherReadyNotifier();
    void handlerDeletesItself();
    void handlerEnablesOthersAnew();
    void handlerOfOneTypeDeletesTheOther();
    void onAndOffWithinATurnCostsNothing();
    void oneChangeForSeveralTypes();
    void closedAndReusedBetweenTurns();
    void closedAndReusedInHandler();
    void closedWhileDisabledThenEnabled();
    void copyOfClosedFileDoesNotSpin();
    void copyOfClosedFileUnderReusedNumber();
    void invalidDescriptorIsRefused();
    void plainFileIsAlwaysReady();
    void plainFileGivesWayToSocket();
    void secondNotifierReplacesTheFirst();
    void everyReadyDescriptorInOneTurn();
    void nestedTurnServesEachOnce();
    void otherThreadIsRefused();
};

void TestEpollSockets::readIsLevelTriggered()
{
    onLoop([] {
        SocketPair pair;
        Watch watch(pair.near(), QSocketNotifier::Read);
        turn();
        QCOMPARE(watch.activated, 0);
        pair.fill();
        QVERIFY(turn());
        QVERIFY(turn());
        QCOMPARE(watch.activated, 2);
        QCOMPARE(pair.drain(), 1);
        turn();
        QCOMPARE(watch.activated, 2);
    });
}

void TestEpollSockets::writeWhenThereIsRoom()
{
    onLoop([] {
        SocketPair pair;
        const QByteArray block(65536, 'x');
        while (::write(pair.near(), block.constData(), 65536) > 0) {
        }
        Watch watch(pair.near(), QSocketNotifier::Write);
        turn();
        QCOMPARE(watch.activated, 0);
        QByteArray sink(1 << 20, '\0');
        while (::read(pair.far(), sink.data(), std::size_t(sink.size())) > 0) {
        }
        turn();
        QCOMPARE(watch.activated, 1);
    });
}

void TestEpollSockets::exceptionOnUrgentData()
{
    onLoop([] {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        QTcpSocket client;
        client.connectToHost(server.serverAddress(), server.serverPort());
        QVERIFY(client.waitForConnected());
        QVERIFY(server.waitForNewConnection(5000));
        const int accepted = dup(static_cast<int>(server.nextPendingConnection()->socketDescriptor()));
        {
            Watch watch(accepted, QSocketNotifier::Exception);
            turn();
            QCOMPARE(watch.activated, 0);
            QCOMPARE(send(static_cast<int>(client.socketDescriptor()), "!", 1, MSG_OOB), 1);
            turnUntil([&] { return watch.activated > 0; });
        }
        ::close(accepted);
    });
}

void TestEpollSockets::hangUpReachesEveryType()
{
    onLoop([] {
        SocketPair pair;
        Watch read(pair.near(), QSocketNotifier::Read);
        Watch exception(pair.near(), QSocketNotifier::Exception);
        turn();
        pair.closeFar();
        turn();
        QCOMPARE(read.activated, 1);
        QCOMPARE(exception.activated, 1);
    });
}

void TestEpollSockets::waitsForTheSocket()
{
    onLoop([] {
        SocketPair pair;
        Watch watch(pair.near(), QSocketNotifier::Read);
        settle();
        LoopThread writer([&] { pair.fill(); });
        writer.start();
        turnUntil([&] { return watch.activated > 0; });
        writer.join();
    });
}

void TestEpollSockets::severalTypesOfOneDescriptor()
{
    onLoop([] {
        SocketPair pair;
        QByteArray order;
        Watch write(pair.near(), QSocketNotifier::Write);
        Watch read(pair.near(), QSocketNotifier::Read);
        write.whenActivated = [&] { order.append('w'); };
        read.whenActivated = [&] { order.append('r'); };
        pair.fill();
        turn();
        QCOMPARE(order, QByteArray("rw"));
    });
}

void TestEpollSockets::typesComeAndGo()
{
    onLoop([] {
        SocketPair pair;
        pair.fill();
        Watch read(pair.near(), QSocketNotifier::Read);
        Watch write(pair.near(), QSocketNotifier::Write);
        turn();
        read.notifier.setEnabled(false);
        turn();
        QCOMPARE(read.activated, 1);
        QCOMPARE(write.activated, 2);
        read.notifier.setEnabled(true);
        write.notifier.setEnabled(false);
        turn();
        QCOMPARE(read.activated, 2);
        QCOMPARE(write.activated, 2);
    });
}

void TestEpollSockets::disabledNotifierIsSilent()
{
    onLoop([] {
        SocketPair pair;
        Watch watch(pair.near(), QSocketNotifier::Read);
        pair.fill();
        for (int i = 1; i <= 3; ++i) {
            watch.notifier.setEnabled(true);
            turn();
            QCOMPARE(watch.activated, i);
            watch.notifier.setEnabled(false);
            turn();
            QCOMPARE(watch.activated, i);
        }
    });
}

void TestEpollSockets::handlerDisablesItself()
{
    onLoop([] {
        SocketPair pair;
        pair.fill();
        Watch watch(pair.near(), QSocketNotifier::Read);
        watch.whenActivated = [&] { watch.notifier.setEnabled(false); };
        turn();
        turn();
        QCOMPARE(watch.activated, 1);
        watch.notifier.setEnabled(true);
        turn();
        QCOMPARE(watch.activated, 2);
    });
}

void TestEpollSockets::handlerDisablesOtherReadyNotifier()
{
    onLoop([] {
        SocketPair first;
        SocketPair second;
        first.fill();
        second.fill();
        Watch one(first.near(), QSocketNotifier::Read);
        Watch other(second.near(), QSocketNotifier::Read);
        one.whenActivated = [&] { other.notifier.setEnabled(false); };
        other.whenActivated = [&] { one.notifier.setEnabled(false); };
        turn();
        QCOMPARE(one.activated + other.activated, 1);
    });
}

void TestEpollSockets::handlerDeletesOtherReadyNotifier()
{
    onLoop([] {
        SocketPair first;
        SocketPair second;
        first.fill();
        second.fill();
        auto one = std::make_unique<Watch>(first.near(), QSocketNotifier::Read);
        auto other = std::make_unique<Watch>(second.near(), QSocketNotifier::Read);
        int activated = 0;
        one->whenActivated = [&] {
            ++activated;
            other.reset();
        };
        other->whenActivated = [&] {
            ++activated;
            one.reset();
        };
        turn();
        QCOMPARE(activated, 1);
        QVERIFY(!one != !other);
    });
}

void TestEpollSockets::handlerDeletesItself()
{
    onLoop([] {
        SocketPair pair;
        pair.fill();
        const QPointer<QSocketNotifier> notifier = new QSocketNotifier(pair.near(), QSocketNotifier::Read);
        int activated = 0;
        connect(notifier, &QSocketNotifier::activated, notifier, [&] {
            ++activated;
            notifier->deleteLater();
            notifier->setEnabled(false);
        });
        turnUntil([&] { return notifier.isNull(); });
        QCOMPARE(activated, 1);
    });
}

void TestEpollSockets::handlerEnablesOthersAnew()
{
    onLoop([] {
        // Enabled anew means asked anew: what this turn knew of it before does not count.
        SocketPair first;
        SocketPair second;
        first.fill();
        second.fill();
        Watch one(first.near(), QSocketNotifier::Read);
        Watch other(second.near(), QSocketNotifier::Read);
        const auto restart = [](Watch& watch) {
            watch.notifier.setEnabled(false);
            watch.notifier.setEnabled(true);
        };
        one.whenActivated = [&] { restart(other); };
        other.whenActivated = [&] { restart(one); };
        turn();
        QCOMPARE(one.activated + other.activated, 1);
        one.whenActivated = other.whenActivated = [] {};
        turn();
        QCOMPARE(one.activated + other.activated, 3);
    });
}

void TestEpollSockets::handlerOfOneTypeDeletesTheOther()
{
    onLoop([] {
        SocketPair pair;
        pair.fill();
        Watch read(pair.near(), QSocketNotifier::Read);
        auto write = std::make_unique<Watch>(pair.near(), QSocketNotifier::Write);
        bool written = false;
        write->whenActivated = [&] { written = true; };
        read.whenActivated = [&] { write.reset(); };
        turn();
        QCOMPARE(read.activated, 1);
        QVERIFY(!written);
    });
}

void TestEpollSockets::onAndOffWithinATurnCostsNothing()
{
    onLoop([] {
        SocketPair pair;
        Watch read(pair.near(), QSocketNotifier::Read);
        settle();
        const quint64 before = dispatcher().interestChanges();
        Watch write(pair.near(), QSocketNotifier::Write);
        for (int i = 0; i < 10; ++i) {
            write.notifier.setEnabled(false);
            write.notifier.setEnabled(true);
        }
        write.notifier.setEnabled(false);
        turn();
        QCOMPARE(dispatcher().interestChanges(), before);
        SocketPair other;
        {
            Watch brief(other.near(), QSocketNotifier::Read);
        }
        turn();
        QCOMPARE(dispatcher().interestChanges(), before);
    });
}

void TestEpollSockets::oneChangeForSeveralTypes()
{
    onLoop([] {
        settle();
        const quint64 before = dispatcher().interestChanges();
        SocketPair pair;
        Watch read(pair.near(), QSocketNotifier::Read);
        Watch write(pair.near(), QSocketNotifier::Write);
        turn();
        QCOMPARE(dispatcher().interestChanges(), before + 1);
    });
}

void TestEpollSockets::closedAndReusedBetweenTurns()
{
    onLoop([] {
        SocketPair former;
        SocketPair next;
        const int number = former.near();
        auto watch = std::make_unique<Watch>(number, QSocketNotifier::Read);
        turn();
        watch.reset();
        former.closeNear();
        reuse(number, next.near());
        watch = std::make_unique<Watch>(number, QSocketNotifier::Read);
        next.fill();
        turn();
        QCOMPARE(watch->activated, 1);
        watch.reset();
        ::close(number);
    });
}

void TestEpollSockets::closedAndReusedInHandler()
{
    onLoop([] {
        // Both ready; whichever comes first puts a silent socket in the place of the other.
        SocketPair pairs[2];
        SocketPair silent;
        std::unique_ptr<Watch> watches[2];
        const int numbers[2] = {pairs[0].near(), pairs[1].near()};
        int activated = 0;
        for (int i = 0; i < 2; ++i) {
            pairs[i].fill();
            watches[i] = std::make_unique<Watch>(numbers[i], QSocketNotifier::Read);
            watches[i]->whenActivated = [&, i] {
                ++activated;
                const int other = 1 - i;
                watches[other].reset();
                pairs[other].closeNear();
                reuse(numbers[other], silent.near());
                watches[other] = std::make_unique<Watch>(numbers[other], QSocketNotifier::Read);
                watches[i]->whenActivated = [] {};
            };
        }
        turn();
        QCOMPARE(activated, 1);
        for (const auto& watch : watches)
            QVERIFY(watch->activated <= 1);
        Watch* const fresh = watches[0]->activated == 0 ? watches[0].get() : watches[1].get();
        turn();
        QCOMPARE(fresh->activated, 0);
        silent.fill();
        turn();
        QCOMPARE(fresh->activated, 1);
        const int number = static_cast<int>(fresh->notifier.socket());
        watches[0].reset();
        watches[1].reset();
        ::close(number);
    });
}

void TestEpollSockets::closedWhileDisabledThenEnabled()
{
    onLoop([] {
        SocketPair former;
        SocketPair next;
        const int number = former.near();
        Watch watch(number, QSocketNotifier::Read);
        turn();
        watch.notifier.setEnabled(false);
        turn();
        former.closeNear();
        reuse(number, next.near());
        next.fill();
        watch.notifier.setEnabled(true);
        turn();
        QCOMPARE(watch.activated, 1);
        watch.notifier.setEnabled(false);
        ::close(number);
    });
}

void TestEpollSockets::copyOfClosedFileDoesNotSpin()
{
    onLoop([] {
        SocketPair pair;
        pair.fill();
        auto watch = std::make_unique<Watch>(pair.near(), QSocketNotifier::Read);
        turn();
        QCOMPARE(watch->activated, 1);
        const int copy = dup(pair.near());
        watch.reset();
        pair.closeNear();
        QTimer timer;
        bool fired = false;
        connect(&timer, &QTimer::timeout, &timer, [&] { fired = true; });
        timer.start(20);
        int turns = 0;
        for (; !fired; ++turns)
            turn(QEventLoop::WaitForMoreEvents);
        QVERIFY2(turns <= 10, "a file that only a copy keeps open wakes the loop for ever");
        ::close(copy);
    });
}

void TestEpollSockets::copyOfClosedFileUnderReusedNumber()
{
    onLoop([] {
        SocketPair former;
        SocketPair bystander;
        SocketPair next;
        former.fill();
        const int number = former.near();
        auto watch = std::make_unique<Watch>(number, QSocketNotifier::Read);
        Watch other(bystander.near(), QSocketNotifier::Read);
        turn();
        const int copy = dup(number);
        watch.reset();
        former.closeNear();
        reuse(number, next.near());
        watch = std::make_unique<Watch>(number, QSocketNotifier::Read);
        for (int i = 0; i < 5; ++i)
            turn();
        QCOMPARE(watch->activated, 0);
        next.fill();
        bystander.fill();
        turn();
        QCOMPARE(watch->activated, 1);
        QCOMPARE(other.activated, 1);
        watch.reset();
        ::close(number);
        ::close(copy);
    });
}

void TestEpollSockets::invalidDescriptorIsRefused()
{
    onLoop([] {
        SocketPair pair;
        Watch read(pair.near(), QSocketNotifier::Read);
        Watch write(pair.near(), QSocketNotifier::Write);
        const QByteArray text = "EpollEventDispatcher: descriptor " + QByteArray::number(pair.near()) +
                                " cannot be watched, its notifiers are disabled";
        pair.closeNear();
        QTest::ignoreMessage(QtWarningMsg, text.constData());
        turn();
        QVERIFY(!read.notifier.isEnabled());
        QVERIFY(!write.notifier.isEnabled());
        QCOMPARE(read.activated, 0);
    });
}

void TestEpollSockets::plainFileIsAlwaysReady()
{
    onLoop([] {
        QTemporaryFile file;
        QVERIFY(file.open());
        settle();
        Watch watch(file.handle(), QSocketNotifier::Read);
        for (int i = 1; i <= 3; ++i) {
            QVERIFY(turn(QEventLoop::WaitForMoreEvents));
            QCOMPARE(watch.activated, i);
        }
        watch.notifier.setEnabled(false);
        turn();
        QCOMPARE(watch.activated, 3);
    });
}

void TestEpollSockets::plainFileGivesWayToSocket()
{
    onLoop([] {
        QTemporaryFile file;
        QVERIFY(file.open());
        SocketPair next;
        const int number = fcntl(file.handle(), F_DUPFD_CLOEXEC, 0);
        auto watch = std::make_unique<Watch>(number, QSocketNotifier::Read);
        turn();
        QCOMPARE(watch->activated, 1);
        watch.reset();
        ::close(number);
        reuse(number, next.near());
        watch = std::make_unique<Watch>(number, QSocketNotifier::Read);
        turn();
        QCOMPARE(watch->activated, 0);
        next.fill();
        turn();
        QCOMPARE(watch->activated, 1);
        watch.reset();
        ::close(number);
    });
}

void TestEpollSockets::secondNotifierReplacesTheFirst()
{
    onLoop([] {
        SocketPair pair;
        pair.fill();
        Watch first(pair.near(), QSocketNotifier::Read);
        const QByteArray text = "EpollEventDispatcher: second notifier of one type for descriptor " +
                                QByteArray::number(pair.near()) + "; the first is left out";
        QTest::ignoreMessage(QtWarningMsg, text.constData());
        Watch second(pair.near(), QSocketNotifier::Read);
        turn();
        QCOMPARE(first.activated, 0);
        QCOMPARE(second.activated, 1);
        first.notifier.setEnabled(false);
        turn();
        QCOMPARE(second.activated, 2);
    });
}

void TestEpollSockets::everyReadyDescriptorInOneTurn()
{
    onLoop([] {
        std::vector<std::unique_ptr<SocketPair>> pairs;
        std::vector<std::unique_ptr<Watch>> watches;
        for (int i = 0; i < 200; ++i) {
            pairs.push_back(std::make_unique<SocketPair>());
            pairs.back()->fill();
            watches.push_back(std::make_unique<Watch>(pairs.back()->near(), QSocketNotifier::Read));
        }
        for (int round = 1; round <= 3; ++round) {
            turn();
            for (const auto& watch : watches)
                QCOMPARE(watch->activated, round);
        }
    });
}

void TestEpollSockets::nestedTurnServesEachOnce()
{
    onLoop([] {
        SocketPair pairs[3];
        std::unique_ptr<Watch> watches[3];
        bool nested = false;
        int total = 0;
        for (int i = 0; i < 3; ++i) {
            pairs[i].fill();
            watches[i] = std::make_unique<Watch>(pairs[i].near(), QSocketNotifier::Read);
            watches[i]->whenActivated = [&, i] {
                ++total;
                pairs[i].drain();
                if (!std::exchange(nested, true))
                    turn();
            };
        }
        turn();
        QCOMPARE(total, 3);
        for (const auto& watch : watches)
            QCOMPARE(watch->activated, 1);
    });
}

void TestEpollSockets::otherThreadIsRefused()
{
    onLoop([] {
        SocketPair pair;
        Watch watch(pair.near(), QSocketNotifier::Read);
        watch.notifier.setEnabled(false);
        EpollEventDispatcher& loop = dispatcher();
        QTest::ignoreMessage(QtWarningMsg, "EpollEventDispatcher: a socket notifier can be enabled on its own thread "
                                           "and descriptor only");
        LoopThread other([&] { loop.registerSocketNotifier(&watch.notifier); });
        other.start();
        other.join();
        pair.fill();
        turn();
        QCOMPARE(watch.activated, 0);
    });
}

SIGNALBOX_EPOLL_MAIN(TestEpollSockets)
#include "tst_epollsockets.moc"
