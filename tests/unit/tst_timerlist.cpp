// SPDX-License-Identifier: GPL-3.0-or-later
// The timers of an event loop, with the time in the test's hand.
// links: server_net
#include "net/timerlist.h"
#include "qtundertsan.h"

#include <QTest>

#include <limits>

using namespace signalbox;

namespace {

constexpr qint64 kMs = 1'000'000;
constexpr qint64 kMax = std::numeric_limits<qint64>::max();

} // namespace

class TestTimerList : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_list = {};
        m_fired.clear();
    }
    void firstDueTime_data();
    void firstDueTime();
    void secondDueTime_data();
    void secondDueTime();
    void firesInOrderOfTimeThenOfAdding();
    void firesOncePerCall();
    void zeroTimersFireOncePerCall();
    void rebasesAfterMissedTimes();
    void handlerRemovesOthers();
    void handlerRemovesItself();
    void handlerReplacesItself();
    void timerAddedInHandlerWaits();
    void nestedFiringLeavesRunningTimerOut();
    void runningTimerDoesNotCountAsNext();
    void removeAllOfObject();
    void listsTimersOfObject();
    void remainingTime();
    void sameIdReplaces();
    void endlessIntervalsNeverFire();
    void manyTimers();

private:
    int fire(qint64 nowNs)
    {
        return m_list.fireDue(nowNs, [this](int id, QObject*) { m_fired.append(id); });
    }

    TimerList m_list;
    QList<int> m_fired;
};

void TestTimerList::firstDueTime_data()
{
    QTest::addColumn<qint64>("now");
    QTest::addColumn<qint64>("interval");
    QTest::addColumn<Qt::TimerType>("type");
    QTest::addColumn<qint64>("due");

    QTest::newRow("precise") << 7 * kMs + 1 << qint64(13) << Qt::PreciseTimer << 20 * kMs + 1;
    QTest::newRow("precise 0") << 7 * kMs + 1 << qint64(0) << Qt::PreciseTimer << 7 * kMs + 1;
    QTest::newRow("coarse 0") << 7 * kMs + 1 << qint64(0) << Qt::CoarseTimer << 7 * kMs + 1;
    QTest::newRow("very coarse 0") << 7 * kMs + 1 << qint64(0) << Qt::VeryCoarseTimer << 7 * kMs + 1;
    QTest::newRow("negative is 0") << 7 * kMs << qint64(-5) << Qt::PreciseTimer << 7 * kMs;
    QTest::newRow("coarse below 20 ms is exact") << kMs + 1 << qint64(19) << Qt::CoarseTimer << 20 * kMs + 1;
    QTest::newRow("coarse 20 ms, by 1") << kMs + 1 << qint64(20) << Qt::CoarseTimer << 22 * kMs;
    QTest::newRow("coarse 100 ms, by 5") << 1 * kMs << qint64(100) << Qt::CoarseTimer << 105 * kMs;
    QTest::newRow("coarse 100 ms, round already") << 5 * kMs << qint64(100) << Qt::CoarseTimer << 105 * kMs;
    QTest::newRow("coarse 1 s, by 50") << 1 * kMs << qint64(1000) << Qt::CoarseTimer << 1050 * kMs;
    QTest::newRow("coarse 20 s, by 1000") << 1 * kMs << qint64(20'000) << Qt::CoarseTimer << 21'000 * kMs;
    QTest::newRow("coarse 1 h, by 1000") << 1 * kMs << qint64(3'600'000) << Qt::CoarseTimer << 3'601'000 * kMs;
    QTest::newRow("very coarse") << 1 * kMs << qint64(300) << Qt::VeryCoarseTimer << 1000 * kMs;
    QTest::newRow("very coarse, never early") << 900 * kMs << qint64(1200) << Qt::VeryCoarseTimer << 3000 * kMs;
    QTest::newRow("longest that fits") << kMax % kMs << kMax / kMs << Qt::PreciseTimer << kMax;
    QTest::newRow("too long") << kMax % kMs + 1 << kMax / kMs << Qt::PreciseTimer << kMax;
    QTest::newRow("far too long, coarse") << 5 * kMs << kMax << Qt::CoarseTimer << kMax;
    QTest::newRow("far too long, very coarse") << 5 * kMs << kMax << Qt::VeryCoarseTimer << kMax;
}

void TestTimerList::firstDueTime()
{
    QFETCH(qint64, now);
    QFETCH(qint64, interval);
    QFETCH(Qt::TimerType, type);
    QFETCH(qint64, due);
    TimerList list;
    QVERIFY(!list.nextDueNs());
    list.add(1, interval, type, this, now);
    QCOMPARE(*list.nextDueNs(), due);
    QCOMPARE(list.fireDue(due - 1, [](int, QObject*) {}), 0);
    QCOMPARE(list.fireDue(due, [](int, QObject*) {}), 1);
}

void TestTimerList::secondDueTime_data()
{
    QTest::addColumn<qint64>("interval");
    QTest::addColumn<Qt::TimerType>("type");
    QTest::addColumn<qint64>("firedAt");
    QTest::addColumn<qint64>("due");

    QTest::newRow("in time") << qint64(10) << Qt::PreciseTimer << 10 * kMs << 20 * kMs;
    QTest::newRow("late keeps the rate") << qint64(10) << Qt::PreciseTimer << 19 * kMs << 20 * kMs;
    QTest::newRow("missed one counts anew") << qint64(10) << Qt::PreciseTimer << 20 * kMs << 30 * kMs;
    QTest::newRow("missed many") << qint64(10) << Qt::PreciseTimer << 12'345 * kMs << 12'355 * kMs;
    QTest::newRow("zero") << qint64(0) << Qt::PreciseTimer << 5 * kMs << 5 * kMs;
    QTest::newRow("coarse") << qint64(110) << Qt::CoarseTimer << 110 * kMs << 220 * kMs;
    QTest::newRow("very coarse below a second") << qint64(400) << Qt::VeryCoarseTimer << 1000 * kMs << 2000 * kMs;
    QTest::newRow("very coarse") << qint64(2000) << Qt::VeryCoarseTimer << 2000 * kMs << 4000 * kMs;
}

void TestTimerList::secondDueTime()
{
    QFETCH(qint64, interval);
    QFETCH(Qt::TimerType, type);
    QFETCH(qint64, firedAt);
    QFETCH(qint64, due);
    TimerList list;
    list.add(1, interval, type, this, 0);
    QCOMPARE(list.fireDue(firedAt, [](int, QObject*) {}), 1);
    QCOMPARE(*list.nextDueNs(), due);
}

void TestTimerList::firesInOrderOfTimeThenOfAdding()
{
    m_list.add(1, 30, Qt::PreciseTimer, this, 0);
    m_list.add(2, 10, Qt::PreciseTimer, this, 0);
    m_list.add(3, 20, Qt::PreciseTimer, this, 0);
    m_list.add(4, 10, Qt::PreciseTimer, this, 0);
    QCOMPARE(fire(30 * kMs), 4);
    QCOMPARE(m_fired, QList<int>({2, 4, 3, 1}));
}

void TestTimerList::firesOncePerCall()
{
    m_list.add(1, 1, Qt::PreciseTimer, this, 0);
    QCOMPARE(fire(1000 * kMs), 1);
    QCOMPARE(fire(1000 * kMs), 0);
    QCOMPARE(fire(1001 * kMs), 1);
}

void TestTimerList::zeroTimersFireOncePerCall()
{
    m_list.add(1, 0, Qt::PreciseTimer, this, 0);
    m_list.add(2, 0, Qt::CoarseTimer, this, 0);
    m_list.add(3, 5, Qt::PreciseTimer, this, 0);
    QCOMPARE(fire(0), 2);
    QCOMPARE(fire(0), 2);
    QCOMPARE(fire(5 * kMs), 3);
    QCOMPARE(m_fired, QList<int>({1, 2, 1, 2, 1, 2, 3}));
}

void TestTimerList::rebasesAfterMissedTimes()
{
    m_list.add(1, 10, Qt::PreciseTimer, this, 0);
    QCOMPARE(fire(10'005 * kMs), 1);
    QCOMPARE(fire(10'015 * kMs - 1), 0);
    QCOMPARE(fire(10'015 * kMs), 1);
}

void TestTimerList::handlerRemovesOthers()
{
    for (int id = 1; id <= 4; ++id)
        m_list.add(id, id, Qt::PreciseTimer, this, 0);
    m_list.fireDue(10 * kMs, [this](int id, QObject*) {
        m_fired.append(id);
        if (id == 2) {
            QVERIFY(m_list.remove(1));
            QVERIFY(m_list.remove(3));
        }
    });
    QCOMPARE(m_fired, QList<int>({1, 2, 4}));
    QCOMPARE(m_list.timersOf(this).size(), 2);
}

void TestTimerList::handlerRemovesItself()
{
    m_list.add(1, 1, Qt::PreciseTimer, this, 0);
    QCOMPARE(m_list.fireDue(kMs, [this](int id, QObject*) { QVERIFY(m_list.remove(id)); }), 1);
    QVERIFY(!m_list.nextDueNs());
    QVERIFY(!m_list.remove(1));
}

void TestTimerList::handlerReplacesItself()
{
    m_list.add(1, 1, Qt::PreciseTimer, this, 0);
    const auto replace = [this](int id, QObject*) {
        m_fired.append(id);
        m_list.remove(id);
        m_list.add(id, 0, Qt::PreciseTimer, this, 5 * kMs);
    };
    QCOMPARE(m_list.fireDue(5 * kMs, replace), 1);
    QCOMPARE(m_list.timersOf(this).size(), 1);
    QCOMPARE(m_list.timersOf(this).first().interval, 0);
    QCOMPARE(fire(5 * kMs), 1);
}

void TestTimerList::timerAddedInHandlerWaits()
{
    m_list.add(1, 1, Qt::PreciseTimer, this, 0);
    m_list.add(2, 1, Qt::PreciseTimer, this, 0);
    const auto handler = [this](int id, QObject*) {
        m_fired.append(id);
        if (id == 1)
            m_list.add(3, 0, Qt::PreciseTimer, this, kMs);
    };
    QCOMPARE(m_list.fireDue(kMs, handler), 2);
    QCOMPARE(fire(kMs), 1);
    QCOMPARE(m_fired, QList<int>({1, 2, 3}));
}

void TestTimerList::nestedFiringLeavesRunningTimerOut()
{
    m_list.add(1, 1, Qt::PreciseTimer, this, 0);
    m_list.add(2, 1, Qt::PreciseTimer, this, 0);
    const auto handler = [this](int id, QObject*) {
        m_fired.append(id);
        if (id == 1)
            fire(100 * kMs);
    };
    QCOMPARE(m_list.fireDue(kMs, handler), 1);
    QCOMPARE(m_fired, QList<int>({1, 2}));
    m_fired.clear();
    QCOMPARE(fire(101 * kMs), 2);
}

void TestTimerList::runningTimerDoesNotCountAsNext()
{
    m_list.add(1, 0, Qt::PreciseTimer, this, 0);
    m_list.add(2, 50, Qt::PreciseTimer, this, 0);
    qint64 next = -1;
    m_list.fireDue(0, [&](int, QObject*) { next = m_list.nextDueNs().value_or(-1); });
    QCOMPARE(next, 50 * kMs);
    QCOMPARE(*m_list.nextDueNs(), 0);
}

void TestTimerList::removeAllOfObject()
{
    QObject other;
    m_list.add(1, 1, Qt::PreciseTimer, this, 0);
    m_list.add(2, 1, Qt::PreciseTimer, &other, 0);
    m_list.add(3, 1, Qt::PreciseTimer, this, 0);
    const auto handler = [this](int id, QObject*) {
        m_fired.append(id);
        QCOMPARE(m_list.removeAll(this), id == 1);
    };
    QCOMPARE(m_list.fireDue(kMs, handler), 2);
    QCOMPARE(m_fired, QList<int>({1, 2}));
    QVERIFY(m_list.timersOf(this).isEmpty());
    QVERIFY(m_list.removeAll(&other));
    QVERIFY(!m_list.nextDueNs());
}

void TestTimerList::listsTimersOfObject()
{
    QObject other;
    m_list.add(7, kMax, Qt::VeryCoarseTimer, this, 0);
    m_list.add(3, 40, Qt::CoarseTimer, this, 0);
    m_list.add(5, 1, Qt::PreciseTimer, &other, 0);
    const QList<TimerList::TimerInfo> infos = m_list.timersOf(this);
    QCOMPARE(infos.size(), 2);
    QCOMPARE(infos[0].timerId, 7);
    QCOMPARE(infos[0].interval, std::numeric_limits<int>::max());
    QCOMPARE(infos[0].timerType, Qt::VeryCoarseTimer);
    QCOMPARE(infos[1].timerId, 3);
    QCOMPARE(infos[1].interval, 40);
    QCOMPARE(infos[1].timerType, Qt::CoarseTimer);
}

void TestTimerList::remainingTime()
{
    m_list.add(1, 10, Qt::PreciseTimer, this, 0);
    QCOMPARE(m_list.remainingMs(2, 0), -1);
    QCOMPARE(m_list.remainingMs(1, 0), 10);
    QCOMPARE(m_list.remainingMs(1, 1), 10);
    QCOMPARE(m_list.remainingMs(1, kMs), 9);
    QCOMPARE(m_list.remainingMs(1, 10 * kMs - 1), 1);
    QCOMPARE(m_list.remainingMs(1, 10 * kMs), 0);
    QCOMPARE(m_list.remainingMs(1, 99 * kMs), 0);
    m_list.fireDue(10 * kMs, [this](int id, QObject*) { QCOMPARE(m_list.remainingMs(id, 10 * kMs), 10); });
}

void TestTimerList::sameIdReplaces()
{
    QObject other;
    m_list.add(1, 5, Qt::PreciseTimer, this, 0);
    m_list.add(1, 9, Qt::PreciseTimer, &other, 0);
    QVERIFY(m_list.timersOf(this).isEmpty());
    QCOMPARE(fire(8 * kMs), 0);
    QCOMPARE(fire(9 * kMs), 1);
}

void TestTimerList::endlessIntervalsNeverFire()
{
    m_list.add(1, kMax, Qt::PreciseTimer, this, 17);
    m_list.add(2, kMax, Qt::CoarseTimer, this, 17);
    QCOMPARE(fire(kMax - 1), 0);
    QVERIFY(m_list.remainingMs(1, 0) > 0);
}

void TestTimerList::manyTimers()
{
    constexpr int count = 20'000;
    for (int id = 1; id <= count; ++id)
        m_list.add(id, 1 + (id * 7919) % 1000, Qt::PreciseTimer, this, 0);
    for (int id = 1; id <= count; id += 2)
        QVERIFY(m_list.remove(id));
    int fired = 0;
    qint64 last = 0;
    while (fired < count / 2) {
        const qint64 due = *m_list.nextDueNs();
        QVERIFY(due >= last);
        last = due;
        fired += m_list.fireDue(due, [this](int id, QObject*) { m_list.remove(id); });
    }
    QVERIFY(!m_list.nextDueNs());
    QCOMPARE(last, 999 * kMs);
}

QTEST_GUILESS_MAIN(TestTimerList)
#include "tst_timerlist.moc"
