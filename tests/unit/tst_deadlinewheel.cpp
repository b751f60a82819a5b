// SPDX-License-Identifier: GPL-3.0-or-later
// Connection deadlines, with the time in the test's hand.
// links: server_net
#include "net/deadlinewheel.h"
#include "qtundertsan.h"

#include <QList>
#include <QTest>

#include <functional>
#include <limits>
#include <memory>
#include <random>

using namespace signalbox;

namespace {

class Party
{
public:
    std::function<void()> whenReached = [] {};
    int reached = 0;

private:
    void call()
    {
        ++reached;
        const std::function<void()> handler = whenReached; // may destroy this
        handler();
    }

public:
    Deadline deadline = Deadline::calling<&Party::call>(this);
};

} // namespace

class TestDeadlineWheel : public QObject
{
    Q_OBJECT

private slots:
    void reachedAtFullTick_data();
    void reachedAtFullTick();
    void everyMomentWithinOneTick();
    void pastCountsAsNow();
    void disarm();
    void armAgainMoves();
    void longDeadlines();
    void longPauseReachesAll();
    void timeBackIsIgnored();
    void handlerRearmsItself();
    void handlerArmsPastWaitsForNextAdvance();
    void handlerDestroysItself();
    void handlerTouchesOthersOfTheSameSlot();
    void handlerAdvances();
    void destroyedDeadlineIsForgotten();
    void wheelDisarmsAtItsEnd();
    void movesBetweenWheels();
    void agreesWithPlainList();
};

void TestDeadlineWheel::reachedAtFullTick_data()
{
    QTest::addColumn<qint64>("at");
    QTest::addColumn<qint64>("reachedAt");
    QTest::newRow("on the tick") << qint64(1100) << qint64(1100);
    QTest::newRow("right after") << qint64(1101) << qint64(1150);
    QTest::newRow("right before") << qint64(1149) << qint64(1150);
    QTest::newRow("now") << qint64(1000) << qint64(1050);
    QTest::newRow("past") << qint64(10) << qint64(1050);
    QTest::newRow("negative") << qint64(-10) << qint64(1050);
    QTest::newRow("lowest") << std::numeric_limits<qint64>::min() << qint64(1050);
    QTest::newRow("one round") << qint64(1000 + 2048 * 50) << qint64(1000 + 2048 * 50);
}

void TestDeadlineWheel::reachedAtFullTick()
{
    QFETCH(qint64, at);
    QFETCH(qint64, reachedAt);
    DeadlineWheel wheel(1000);
    Party party;
    wheel.arm(party.deadline, at);
    QCOMPARE(party.deadline.atMs(), at);
    for (qint64 now = 1000; now < reachedAt; ++now)
        QCOMPARE(wheel.advance(now), 0);
    QVERIFY(party.deadline.isArmed());
    QCOMPARE(wheel.advance(reachedAt), 1);
    QVERIFY(!party.deadline.isArmed());
    QCOMPARE(party.reached, 1);
    QCOMPARE(wheel.advance(reachedAt + 1'000'000), 0);
}

void TestDeadlineWheel::everyMomentWithinOneTick()
{
    for (qint64 at = 1001; at < 1200; ++at) {
        DeadlineWheel wheel(1000, 10);
        Party party;
        wheel.arm(party.deadline, at);
        qint64 now = 1000;
        while (party.reached == 0)
            wheel.advance(++now);
        QVERIFY(now >= at);
        QVERIFY(now - at < 10);
    }
}

void TestDeadlineWheel::pastCountsAsNow()
{
    DeadlineWheel wheel(0);
    wheel.advance(100'000);
    Party party;
    wheel.arm(party.deadline, 5);
    QCOMPARE(wheel.advance(100'050), 1);
}

void TestDeadlineWheel::disarm()
{
    DeadlineWheel wheel(0);
    Party party;
    DeadlineWheel::disarm(party.deadline);
    wheel.arm(party.deadline, 100);
    DeadlineWheel::disarm(party.deadline);
    QVERIFY(!party.deadline.isArmed());
    QCOMPARE(wheel.advance(1000), 0);
    wheel.arm(party.deadline, 1100);
    QCOMPARE(wheel.advance(1100), 1);
}

void TestDeadlineWheel::armAgainMoves()
{
    DeadlineWheel wheel(0);
    Party party;
    wheel.arm(party.deadline, 100);
    wheel.arm(party.deadline, 500);
    QCOMPARE(wheel.advance(450), 0);
    wheel.arm(party.deadline, 460);
    QCOMPARE(wheel.advance(500), 1);
    QCOMPARE(wheel.advance(1000), 0);
}

void TestDeadlineWheel::longDeadlines()
{
    DeadlineWheel wheel(0);
    Party hours;
    Party never;
    constexpr qint64 twelveHours = 12 * 3'600'000;
    wheel.arm(hours.deadline, twelveHours);
    wheel.arm(never.deadline, std::numeric_limits<qint64>::max());
    for (qint64 now = 0; now < twelveHours; now += 50)
        wheel.advance(now);
    QCOMPARE(hours.reached, 0);
    QCOMPARE(wheel.advance(twelveHours), 1);
    QVERIFY(never.deadline.isArmed());
}

void TestDeadlineWheel::longPauseReachesAll()
{
    DeadlineWheel wheel(0);
    std::vector<Party> parties(5000);
    for (std::size_t i = 0; i < parties.size(); ++i)
        wheel.arm(parties[i].deadline, static_cast<qint64>(i) * 50);
    QCOMPARE(wheel.advance(10'000'000), 5000);
}

void TestDeadlineWheel::timeBackIsIgnored()
{
    DeadlineWheel wheel(10'000);
    Party party;
    wheel.arm(party.deadline, 10'050);
    QCOMPARE(wheel.advance(0), 0);
    QCOMPARE(wheel.advance(10'050), 1);
}

void TestDeadlineWheel::handlerRearmsItself()
{
    DeadlineWheel wheel(0);
    Party party;
    party.whenReached = [&] { wheel.arm(party.deadline, party.deadline.atMs() + 100); };
    wheel.arm(party.deadline, 100);
    for (qint64 now = 0; now <= 1000; now += 50)
        wheel.advance(now);
    QCOMPARE(party.reached, 10);
}

void TestDeadlineWheel::handlerArmsPastWaitsForNextAdvance()
{
    DeadlineWheel wheel(0);
    Party party;
    party.whenReached = [&] { wheel.arm(party.deadline, 1); };
    wheel.arm(party.deadline, 100);
    QCOMPARE(wheel.advance(100'000), 1);
    QCOMPARE(wheel.advance(100'000), 0);
    QCOMPARE(wheel.advance(100'050), 1);
}

void TestDeadlineWheel::handlerDestroysItself()
{
    DeadlineWheel wheel(0);
    auto party = std::make_unique<Party>();
    party->whenReached = [&] { party.reset(); };
    wheel.arm(party->deadline, 100);
    QCOMPARE(wheel.advance(100), 1);
    QVERIFY(!party);
}

void TestDeadlineWheel::handlerTouchesOthersOfTheSameSlot()
{
    DeadlineWheel wheel(0);
    auto destroyed = std::make_unique<Party>();
    Party acting;
    Party disarmed;
    Party moved;
    Party untouched;
    Party* const first[] = {&acting, destroyed.get(), &disarmed, &moved, &untouched};
    for (Party* party : first)
        wheel.arm(party->deadline, 100);
    acting.whenReached = [&] {
        destroyed.reset();
        DeadlineWheel::disarm(disarmed.deadline);
        wheel.arm(moved.deadline, 200);
    };
    QCOMPARE(wheel.advance(100), 2);
    QCOMPARE(untouched.reached, 1);
    QCOMPARE(disarmed.reached, 0);
    QCOMPARE(wheel.advance(200), 1);
    QCOMPARE(moved.reached, 1);
}

void TestDeadlineWheel::handlerAdvances()
{
    DeadlineWheel wheel(0);
    Party outer;
    Party sameSlot;
    Party later;
    outer.whenReached = [&] { QCOMPARE(wheel.advance(200), 1); };
    wheel.arm(outer.deadline, 100);
    wheel.arm(sameSlot.deadline, 100);
    wheel.arm(later.deadline, 200);
    QCOMPARE(wheel.advance(100), 2);
    QCOMPARE(sameSlot.reached, 1);
    QCOMPARE(later.reached, 1);
}

void TestDeadlineWheel::destroyedDeadlineIsForgotten()
{
    DeadlineWheel wheel(0);
    {
        Party party;
        wheel.arm(party.deadline, 100);
    }
    QCOMPARE(wheel.advance(1000), 0);
}

void TestDeadlineWheel::wheelDisarmsAtItsEnd()
{
    Party party;
    {
        DeadlineWheel wheel(0);
        wheel.arm(party.deadline, 100);
    }
    QVERIFY(!party.deadline.isArmed());
}

void TestDeadlineWheel::movesBetweenWheels()
{
    DeadlineWheel first(0);
    DeadlineWheel second(0);
    Party party;
    first.arm(party.deadline, 100);
    second.arm(party.deadline, 100);
    QCOMPARE(first.advance(1000), 0);
    QCOMPARE(second.advance(100), 1);
}

void TestDeadlineWheel::agreesWithPlainList()
{
    std::mt19937 random(20240501);
    DeadlineWheel wheel(0, 10);
    std::vector<Party> parties(300);
    QList<qint64> expected(300, -1);
    qint64 now = 0;
    for (int step = 0; step < 3000; ++step) {
        const auto index = random() % parties.size();
        const auto place = static_cast<qsizetype>(index);
        if (random() % 4 == 0) {
            DeadlineWheel::disarm(parties[index].deadline);
            expected[place] = -1;
        } else {
            expected[place] = now + 1 + random() % 50'000;
            wheel.arm(parties[index].deadline, expected[place]);
        }
        now += random() % 200;
        wheel.advance(now);
        for (std::size_t i = 0; i < parties.size(); ++i) {
            qint64& at = expected[static_cast<qsizetype>(i)];
            const bool due = at >= 0 && (at + 9) / 10 <= now / 10;
            QCOMPARE(parties[i].reached, due ? 1 : 0);
            parties[i].reached = 0;
            at = due ? -1 : at;
        }
    }
}

QTEST_GUILESS_MAIN(TestDeadlineWheel)
#include "tst_deadlinewheel.moc"
