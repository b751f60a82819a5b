// SPDX-License-Identifier: GPL-3.0-or-later
// One channel's recent events: what it holds and how far back it is complete, in both numberings.
// links: server_core
#include "core/history.h"

#include <QTest>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

EventPtr eventAt(quint64 logOffset)
{
    auto event = std::make_shared<Event>();
    event->cursor.memory = {"log"_ba, logOffset};
    return event;
}

/// Offsets 1…n of the channel at these places of the log.
ChannelHistory historyOf(std::initializer_list<quint64> logOffsets, quint64 completeAfter = 0)
{
    ChannelHistory history("e"_ba, completeAfter);
    for (const quint64 offset : logOffsets)
        history.append(eventAt(offset));
    return history;
}

QList<quint64> after(const ChannelHistory& history, quint64 logOffset)
{
    std::vector<EventPtr> events;
    history.collectAfter(logOffset, events);
    QList<quint64> offsets;
    for (const EventPtr& event : events)
        offsets.append(event->cursor.memory.offset);
    return offsets;
}

using Offsets = QList<quint64>;

} // namespace

class TestHistory : public QObject
{
    Q_OBJECT

private slots:
    void empty();
    void offsetsGrowByOne();
    void collects_data();
    void collects();
    void collectsBehindWhatIsThere();
    void dropping();
    void droppingAll();
    void laterLife();
};

void TestHistory::empty()
{
    const ChannelHistory history = historyOf({});
    QVERIFY(history.isEmpty());
    QCOMPARE(history.size(), size_t{0});
    QCOMPARE(history.top().toString(), "e:0"_ba);
    QCOMPARE(history.nextOffset(), quint64{1});
    QCOMPARE(history.logOffsetOf(0), std::optional<quint64>(0));
    QCOMPARE(history.logOffsetOf(1), std::nullopt);
    QCOMPARE(history.logOffsetOf(~quint64{0}), std::nullopt);
    QCOMPARE(after(history, 0), Offsets());
}

void TestHistory::offsetsGrowByOne()
{
    ChannelHistory history = historyOf({});
    for (quint64 i = 1; i <= 5; ++i) {
        QCOMPARE(history.nextOffset(), i);
        history.append(eventAt(i * 10));
        QCOMPARE(history.topOffset(), i);
        QCOMPARE(history.oldestOffset(), quint64{1});
        QCOMPARE(history.logOffsetOf(i), std::optional<quint64>(i * 10));
    }
    QCOMPARE(history.oldest()->cursor.memory.offset, quint64{10});
    QCOMPARE(history.logOffsetOf(6), std::nullopt);
}

void TestHistory::collects_data()
{
    QTest::addColumn<quint64>("from");
    QTest::addColumn<Offsets>("expected");
    QTest::newRow("all") << quint64{0} << Offsets{3, 5, 9};
    QTest::newRow("before the first") << quint64{2} << Offsets{3, 5, 9};
    QTest::newRow("the first") << quint64{3} << Offsets{5, 9};
    QTest::newRow("between") << quint64{4} << Offsets{5, 9};
    QTest::newRow("before the last") << quint64{8} << Offsets{9};
    QTest::newRow("the last") << quint64{9} << Offsets();
    QTest::newRow("the future") << ~quint64{0} << Offsets();
}

void TestHistory::collects()
{
    QFETCH(quint64, from);
    QFETCH(Offsets, expected);
    QCOMPARE(after(historyOf({3, 5, 9}), from), expected);
}

void TestHistory::collectsBehindWhatIsThere()
{
    std::vector<EventPtr> events{eventAt(1)};
    historyOf({3, 5}).collectAfter(3, events);
    QCOMPARE(events.size(), size_t{2});
    QCOMPARE(events[1]->cursor.memory.offset, quint64{5});
}

void TestHistory::dropping()
{
    ChannelHistory history = historyOf({3, 5, 9});
    history.dropOldest();
    QCOMPARE(history.size(), size_t{2});
    QCOMPARE(history.oldestOffset(), quint64{2});
    QCOMPARE(history.completeAfter(), quint64{3});
    QCOMPARE(history.logOffsetOf(0), std::nullopt);
    QCOMPARE(history.logOffsetOf(1), std::optional<quint64>(3)); // somebody who has it misses nothing
    QCOMPARE(history.logOffsetOf(2), std::optional<quint64>(5));
    history.dropOldest();
    QCOMPARE(history.logOffsetOf(1), std::nullopt);
    QCOMPARE(history.logOffsetOf(2), std::optional<quint64>(5));
}

void TestHistory::droppingAll()
{
    ChannelHistory history = historyOf({3, 5});
    history.dropOldest();
    history.dropOldest();
    QVERIFY(history.isEmpty());
    QCOMPARE(history.top().toString(), "e:2"_ba);
    QCOMPARE(history.completeAfter(), quint64{5});
    QCOMPARE(history.logOffsetOf(1), std::nullopt);
    QCOMPARE(history.logOffsetOf(2), std::optional<quint64>(5));
    history.append(eventAt(8));
    QCOMPARE(history.topOffset(), quint64{3});
    QCOMPARE(history.oldestOffset(), quint64{3});
    QCOMPARE(history.logOffsetOf(2), std::optional<quint64>(5));
    QCOMPARE(after(history, 5), Offsets{8});
}

void TestHistory::laterLife()
{
    const ChannelHistory history = historyOf({21, 22}, 20);
    QCOMPARE(history.completeAfter(), quint64{20});
    QCOMPARE(history.logOffsetOf(0), std::optional<quint64>(20));
    QCOMPARE(history.logOffsetOf(2), std::optional<quint64>(22));
}

QTEST_GUILESS_MAIN(TestHistory)
#include "tst_history.moc"
