// SPDX-License-Identifier: GPL-3.0-or-later
// Frames on their way to one connection: order, bounds and what the policies do when the reader is slow.
// links: server_core
#include "core/outboundqueue.h"

#include <QRandomGenerator>
#include <QTest>

#include <array>
#include <deque>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kMax = 100;

OutboundQueue::Frame eventFrame(const QByteArray& bytes, size_t conflateHash = 0)
{
    return {bytes, conflateHash, true};
}

OutboundQueue::Frame controlFrame(const QByteArray& bytes)
{
    return {bytes, 0, false};
}

/// All bytes that wait, as a socket would get them from parts of `capacity`.
QByteArray waiting(const OutboundQueue& queue)
{
    std::vector<iovec> parts(queue.frames() + 1);
    const int count = queue.gather(parts.data(), static_cast<int>(parts.size()));
    QByteArray bytes;
    for (int i = 0; i < count; ++i)
        bytes.append(static_cast<const char*>(parts[static_cast<size_t>(i)].iov_base),
                     static_cast<qsizetype>(parts[static_cast<size_t>(i)].iov_len));
    return bytes;
}

} // namespace

class TestOutboundQueue : public QObject
{
    Q_OBJECT

private slots:
    void startsEmpty();
    void keepsOrder();
    void gatherStopsAtCapacity();
    void consumedAnywhere_data();
    void consumedAnywhere();
    void bytesAreShared();
    void closeRefusesBeyondTheBound();
    void lastWordsGoBeyondTheBound();
    void dropOldestMakesRoom();
    void dropOldestKeepsControlFrames();
    void dropOldestKeepsWhatIsHalfWritten();
    void dropOldestMakesRoomForControlFrames();
    void dropOldestRefusesControlFramesThatCannotFit();
    void dropOldestDropsWhatCannotFit();
    void conflateReplaces();
    void conflateOnlyWhenBlocked();
    void conflateOnlyByPolicy();
    void conflateKeepsWhatIsHalfWritten();
    void conflateKeepsTheBound();
    void conflateRefusesLikeClose();
    void dropsWhatIsUnwritten();
    void longBacklogStaysRight();
    void anyUseAgainstAModel();
};

void TestOutboundQueue::startsEmpty()
{
    OutboundQueue queue;
    iovec part{};
    QVERIFY(queue.isEmpty());
    QCOMPARE(queue.bytes(), qint64{0});
    QCOMPARE(queue.frames(), size_t{0});
    QCOMPARE(queue.gather(&part, 1), 0);
    QCOMPARE(queue.takeDropped(), 0);
}

void TestOutboundQueue::keepsOrder()
{
    OutboundQueue queue;
    for (const char* text : {"one", "two", "three"})
        QVERIFY(queue.push(eventFrame(text), kMax, SlowPolicy::Close, false));
    QCOMPARE(queue.frames(), size_t{3});
    QCOMPARE(queue.bytes(), qint64{11});
    QCOMPARE(waiting(queue), "onetwothree"_ba);
}

void TestOutboundQueue::gatherStopsAtCapacity()
{
    OutboundQueue queue;
    for (const char* text : {"one", "two", "three"})
        QVERIFY(queue.push(eventFrame(text), kMax, SlowPolicy::Close, false));
    std::array<iovec, 2> parts{};
    QCOMPARE(queue.gather(parts.data(), 2), 2);
    QCOMPARE(parts[1].iov_len, size_t{3});
    QCOMPARE(queue.gather(parts.data(), 0), 0);
}

void TestOutboundQueue::consumedAnywhere_data()
{
    QTest::addColumn<int>("step");
    for (const int step : {1, 2, 3, 4, 7, 11})
        QTest::addRow("%d", step) << step;
}

void TestOutboundQueue::consumedAnywhere()
{
    QFETCH(int, step);
    OutboundQueue queue;
    for (const char* text : {"one", "", "two", "three"})
        QVERIFY(queue.push(eventFrame(text), kMax, SlowPolicy::Close, false));
    QByteArray expected = "onetwothree";
    while (!expected.isEmpty()) {
        const qsizetype count = qMin<qsizetype>(step, expected.size());
        queue.consumed(count);
        expected.remove(0, count);
        QCOMPARE(waiting(queue), expected);
        QCOMPARE(queue.bytes(), qint64{expected.size()});
    }
    QVERIFY(queue.isEmpty());
    QVERIFY(queue.push(eventFrame("next"), kMax, SlowPolicy::Close, false));
    QCOMPARE(waiting(queue), "next"_ba);
}

void TestOutboundQueue::bytesAreShared()
{
    const QByteArray bytes = "a frame of many connections";
    OutboundQueue queue;
    QVERIFY(queue.push(eventFrame(bytes), kMax, SlowPolicy::Close, false));
    iovec part{};
    QCOMPARE(queue.gather(&part, 1), 1);
    QCOMPARE(static_cast<const char*>(part.iov_base), bytes.constData());
}

void TestOutboundQueue::closeRefusesBeyondTheBound()
{
    OutboundQueue queue;
    QVERIFY(queue.push(eventFrame(QByteArray(60, 'a')), kMax, SlowPolicy::Close, true));
    QVERIFY(!queue.push(eventFrame(QByteArray(41, 'b')), kMax, SlowPolicy::Close, true));
    QCOMPARE(queue.bytes(), qint64{60});
    QVERIFY(queue.push(eventFrame(QByteArray(40, 'c')), kMax, SlowPolicy::Close, true));
    QVERIFY(!queue.push(controlFrame("x"), kMax, SlowPolicy::Close, true));
    queue.consumed(1);
    QVERIFY(queue.push(controlFrame("x"), kMax, SlowPolicy::Close, true));
    QCOMPARE(waiting(queue), QByteArray(QByteArray(59, 'a') + QByteArray(40, 'c') + "x"));
    QCOMPARE(queue.takeDropped(), 0);
}

void TestOutboundQueue::lastWordsGoBeyondTheBound()
{
    OutboundQueue queue;
    QVERIFY(queue.push(eventFrame(QByteArray(kMax, 'a')), kMax, SlowPolicy::Close, true));
    queue.pushAlways("bye");
    QCOMPARE(queue.bytes(), kMax + 3);
    QVERIFY(waiting(queue).endsWith("abye"));
}

void TestOutboundQueue::dropOldestMakesRoom()
{
    OutboundQueue queue;
    for (const char letter : {'a', 'b', 'c', 'd'})
        QVERIFY(queue.push(eventFrame(QByteArray(25, letter)), kMax, SlowPolicy::DropOldest, true));
    QVERIFY(queue.push(eventFrame(QByteArray(30, 'e')), kMax, SlowPolicy::DropOldest, true));
    QCOMPARE(waiting(queue), QByteArray(QByteArray(25, 'c') + QByteArray(25, 'd') + QByteArray(30, 'e')));
    QCOMPARE(queue.bytes(), qint64{80});
    QCOMPARE(queue.takeDropped(), 2);
    QCOMPARE(queue.takeDropped(), 0);
}

void TestOutboundQueue::dropOldestKeepsControlFrames()
{
    OutboundQueue queue;
    QVERIFY(queue.push(eventFrame(QByteArray(40, 'a')), kMax, SlowPolicy::DropOldest, true));
    QVERIFY(queue.push(controlFrame(QByteArray(20, 'P')), kMax, SlowPolicy::DropOldest, true));
    QVERIFY(queue.push(eventFrame(QByteArray(40, 'b')), kMax, SlowPolicy::DropOldest, true));
    QVERIFY(queue.push(eventFrame(QByteArray(70, 'c')), kMax, SlowPolicy::DropOldest, true));
    QCOMPARE(waiting(queue), QByteArray(QByteArray(20, 'P') + QByteArray(70, 'c')));
    QCOMPARE(queue.bytes(), qint64{90});
    QCOMPARE(queue.takeDropped(), 2);
}

void TestOutboundQueue::dropOldestKeepsWhatIsHalfWritten()
{
    OutboundQueue queue;
    QVERIFY(queue.push(eventFrame(QByteArray(50, 'a')), kMax, SlowPolicy::DropOldest, true));
    QVERIFY(queue.push(eventFrame(QByteArray(50, 'b')), kMax, SlowPolicy::DropOldest, true));
    queue.consumed(10);
    QVERIFY(queue.push(eventFrame(QByteArray(30, 'c')), kMax, SlowPolicy::DropOldest, true));
    QCOMPARE(waiting(queue), QByteArray(QByteArray(40, 'a') + QByteArray(30, 'c')));
    QCOMPARE(queue.bytes(), qint64{70});
    QCOMPARE(queue.takeDropped(), 1);
}

/// A ping to a slow reader must not cost it the connection while there are events to drop.
void TestOutboundQueue::dropOldestMakesRoomForControlFrames()
{
    OutboundQueue queue;
    for (const char letter : {'a', 'b'})
        QVERIFY(queue.push(eventFrame(QByteArray(50, letter)), kMax, SlowPolicy::DropOldest, true));
    QVERIFY(queue.push(controlFrame("ping"), kMax, SlowPolicy::DropOldest, true));
    QCOMPARE(waiting(queue), QByteArray(QByteArray(50, 'b') + "ping"));
    QCOMPARE(queue.takeDropped(), 1);
}

void TestOutboundQueue::dropOldestRefusesControlFramesThatCannotFit()
{
    OutboundQueue queue;
    QVERIFY(queue.push(controlFrame(QByteArray(kMax, 'P')), kMax, SlowPolicy::DropOldest, true));
    QVERIFY(!queue.push(controlFrame("x"), kMax, SlowPolicy::DropOldest, true));
    QCOMPARE(queue.bytes(), kMax);
}

void TestOutboundQueue::dropOldestDropsWhatCannotFit()
{
    OutboundQueue queue;
    QVERIFY(queue.push(controlFrame(QByteArray(90, 'P')), kMax, SlowPolicy::DropOldest, true));
    QVERIFY(queue.push(eventFrame(QByteArray(11, 'a')), kMax, SlowPolicy::DropOldest, true));
    QCOMPARE(waiting(queue), QByteArray(90, 'P'));
    QCOMPARE(queue.takeDropped(), 1);
    QVERIFY(queue.push(eventFrame(QByteArray(10, 'b')), kMax, SlowPolicy::DropOldest, true));
    QCOMPARE(queue.bytes(), kMax);
}

void TestOutboundQueue::conflateReplaces()
{
    OutboundQueue queue;
    QVERIFY(queue.push(eventFrame("first", 1), kMax, SlowPolicy::Conflate, true));
    QVERIFY(queue.push(eventFrame("other", 3), kMax, SlowPolicy::Conflate, true));
    QVERIFY(queue.push(eventFrame("plain"), kMax, SlowPolicy::Conflate, true));
    QVERIFY(queue.push(eventFrame("newer one", 1), kMax, SlowPolicy::Conflate, true));
    QVERIFY(queue.push(eventFrame("plain"), kMax, SlowPolicy::Conflate, true));
    QCOMPARE(waiting(queue), "otherplainnewer oneplain"_ba);
    QCOMPARE(queue.bytes(), qint64{24});
    QCOMPARE(queue.frames(), size_t{4});
    QCOMPARE(queue.takeDropped(), 0);
}

void TestOutboundQueue::conflateOnlyWhenBlocked()
{
    OutboundQueue queue;
    QVERIFY(queue.push(eventFrame("a", 1), kMax, SlowPolicy::Conflate, false));
    QVERIFY(queue.push(eventFrame("b", 1), kMax, SlowPolicy::Conflate, false));
    QCOMPARE(waiting(queue), "ab"_ba);
}

void TestOutboundQueue::conflateOnlyByPolicy()
{
    for (const SlowPolicy policy : {SlowPolicy::Close, SlowPolicy::DropOldest}) {
        OutboundQueue queue;
        QVERIFY(queue.push(eventFrame("a", 1), kMax, policy, true));
        QVERIFY(queue.push(eventFrame("b", 1), kMax, policy, true));
        QCOMPARE(waiting(queue), "ab"_ba);
    }
}

void TestOutboundQueue::conflateKeepsWhatIsHalfWritten()
{
    OutboundQueue queue;
    QVERIFY(queue.push(eventFrame("abc", 1), kMax, SlowPolicy::Conflate, true));
    queue.consumed(1);
    QVERIFY(queue.push(eventFrame("def", 1), kMax, SlowPolicy::Conflate, true));
    QVERIFY(queue.push(eventFrame("ghi", 1), kMax, SlowPolicy::Conflate, true));
    QCOMPARE(waiting(queue), "bcghi"_ba);
    QCOMPARE(queue.bytes(), qint64{5});
}

/// A newer frame that is larger than the one it replaces does not get around the bound.
void TestOutboundQueue::conflateKeepsTheBound()
{
    OutboundQueue queue;
    QVERIFY(queue.push(eventFrame(QByteArray(90, 'a')), kMax, SlowPolicy::Conflate, true));
    QVERIFY(queue.push(eventFrame(QByteArray(10, 'b'), 1), kMax, SlowPolicy::Conflate, true));
    QVERIFY(!queue.push(eventFrame(QByteArray(11, 'c'), 1), kMax, SlowPolicy::Conflate, true));
    QVERIFY(queue.bytes() <= kMax);
    QVERIFY(queue.push(eventFrame(QByteArray(10, 'd'), 1), kMax, SlowPolicy::Conflate, true));
    QCOMPARE(waiting(queue), QByteArray(QByteArray(90, 'a') + QByteArray(10, 'd')));
}

void TestOutboundQueue::conflateRefusesLikeClose()
{
    OutboundQueue queue;
    QVERIFY(queue.push(eventFrame(QByteArray(kMax, 'a')), kMax, SlowPolicy::Conflate, true));
    QVERIFY(!queue.push(eventFrame("b", 1), kMax, SlowPolicy::Conflate, true));
    QVERIFY(!queue.push(eventFrame("b"), kMax, SlowPolicy::Conflate, true));
}

/// What a client has the beginning of it gets whole.
void TestOutboundQueue::dropsWhatIsUnwritten()
{
    OutboundQueue queue;
    for (const char* text : {"one", "two", "three"})
        QVERIFY(queue.push(eventFrame(text), kMax, SlowPolicy::Close, false));
    queue.consumed(1);
    queue.dropUnwritten();
    QCOMPARE(waiting(queue), "ne"_ba);
    QCOMPARE(queue.bytes(), qint64{2});
    queue.pushAlways("bye");
    QCOMPARE(waiting(queue), "nebye"_ba);
    queue.consumed(2);
    queue.dropUnwritten();
    QVERIFY(queue.isEmpty());
    QCOMPARE(queue.bytes(), qint64{0});
    QVERIFY(queue.push(eventFrame("next"), kMax, SlowPolicy::Close, false));
    QCOMPARE(waiting(queue), "next"_ba);
}

void TestOutboundQueue::longBacklogStaysRight()
{
    OutboundQueue queue;
    QByteArray expected;
    for (int i = 0; i < 2000; ++i) {
        const QByteArray bytes = QByteArray::number(i) + ' ';
        QVERIFY(queue.push(eventFrame(bytes), 1 << 20, SlowPolicy::Close, true));
        expected += bytes;
        if (i % 3 != 0)
            continue;
        const qsizetype taken = qMin<qsizetype>(expected.size(), 7);
        queue.consumed(taken);
        expected.remove(0, taken);
        QCOMPARE(queue.bytes(), qint64{expected.size()});
    }
    QCOMPARE(waiting(queue), expected);
}

/// Random use of all policies beside a plain list of the frames that must be waiting.
void TestOutboundQueue::anyUseAgainstAModel()
{
    struct Waiting
    {
        QByteArray bytes;
        size_t hash;
        bool droppable;
    };
    QRandomGenerator random(20251121);
    for (int round = 0; round < 300; ++round) {
        const auto policy = static_cast<SlowPolicy>(round % 3);
        OutboundQueue queue;
        std::deque<Waiting> model;
        qsizetype written = 0;
        int dropped = 0;
        const auto size = [&] {
            qint64 bytes = -written;
            for (const Waiting& frame : model)
                bytes += frame.bytes.size();
            return bytes;
        };
        for (int step = 0; step < 200; ++step) {
            if (random.bounded(3) == 0) {
                qint64 taken = random.bounded(static_cast<int>(size()) + 1);
                queue.consumed(taken);
                for (written += taken; !model.empty() && written >= model.front().bytes.size(); model.pop_front())
                    written -= model.front().bytes.size();
            } else {
                Waiting frame{QByteArray(random.bounded(1, 40), static_cast<char>('a' + step % 26)), 0, true};
                frame.hash = random.bounded(3) == 0 ? random.bounded(1, 4) : 0;
                frame.droppable = frame.hash != 0 || random.bounded(4) != 0;
                const bool accepted = queue.push({frame.bytes, frame.hash, frame.droppable}, kMax, policy, true);
                const auto first = model.begin() + (written > 0 ? 1 : 0);
                const auto older = std::find_if(first, model.end(), [&](const Waiting& other) {
                    return policy == SlowPolicy::Conflate && frame.hash != 0 && other.hash == frame.hash;
                });
                const qint64 replaced = older == model.end() ? 0 : older->bytes.size();
                while (policy == SlowPolicy::DropOldest && size() + frame.bytes.size() > kMax) {
                    const auto victim = std::find_if(model.begin() + (written > 0 ? 1 : 0), model.end(),
                                                     [](const Waiting& other) { return other.droppable; });
                    if (victim == model.end())
                        break;
                    model.erase(victim);
                    ++dropped;
                }
                const bool fits = size() - replaced + frame.bytes.size() <= kMax;
                QCOMPARE(accepted, fits || (policy == SlowPolicy::DropOldest && frame.droppable));
                if (fits && replaced > 0)
                    model.erase(older);
                if (fits)
                    model.push_back(frame);
                else if (accepted)
                    ++dropped;
            }
            QByteArray expected;
            for (const Waiting& frame : model)
                expected += frame.bytes;
            QCOMPARE(waiting(queue), expected.sliced(written));
            QCOMPARE(queue.bytes(), size());
            QVERIFY(queue.bytes() <= kMax);
        }
        QCOMPARE(queue.takeDropped(), dropped);
    }
}

QTEST_GUILESS_MAIN(TestOutboundQueue)
#include "tst_outboundqueue.moc"
