// SPDX-License-Identifier: GPL-3.0-or-later
// The memory broker keeps the contract of all brokers, and its own bounds.
#include "contract/brokercontract.h"
#include "core/memorybroker.h"

#include <QRandomGenerator>
#include <QSet>
#include <QTest>

#include <deque>
#include <map>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

class MemoryWorld final : public BrokerWorld
{
public:
    explicit MemoryWorld(const MemoryBroker::Limits& limits)
        : m_broker(m_clock, limits)
    {
    }
    Broker& broker() override { return m_broker; }
    MemoryBroker& memory() { return m_broker; }
    bool advance(qint64 ms) override
    {
        m_clock.advance(ms);
        m_broker.expire();
        return true;
    }

private:
    ManualClock m_clock;
    MemoryBroker m_broker;
};

std::unique_ptr<BrokerWorld> makeWorld(const BrokerWorld::Bounds& bounds)
{
    MemoryBroker::Limits limits;
    limits.eventsPerChannel = bounds.eventsPerChannel;
    limits.ageMs = bounds.ageMs;
    limits.idempotencyMs = bounds.idempotencyMs;
    return std::make_unique<MemoryWorld>(limits);
}

/// A broker with its clock, for what only this one promises: answers come before the call returns.
class Direct
{
public:
    explicit Direct(const MemoryBroker::Limits& limits)
        : world(limits)
    {
    }

    Result<Published> publish(const std::vector<QByteArray>& channels, const QByteArray& data = "{}",
                              const QByteArray& key = {})
    {
        std::optional<Result<Published>> answer;
        broker().publish({"n"_ba, 1, data, channels, {}, key}, [&](Result<Published> r) { answer = std::move(r); });
        return *answer;
    }
    Replay replay(const std::vector<QByteArray>& channels, const std::optional<Position>& since)
    {
        std::optional<Result<Replay>> answer;
        broker().replay(channels, since, [&](Result<Replay> result) { answer = std::move(result); });
        return **answer;
    }
    MemoryBroker& broker() { return world.memory(); }

    MemoryWorld world;
};

constexpr qint64 kHourMs = 3'600'000;

} // namespace

class TestMemoryBroker : public BrokerContract
{
    Q_OBJECT

public:
    TestMemoryBroker()
        : BrokerContract(makeWorld)
    {
    }

private slots:
    void answersBeforeReturning();
    void instancesDiffer();
    void bytesAreBounded();
    void bytesComeBack();
    void oneGiantEventDoesNotStay();
    void agingAlone();
    void channelsAreBounded();
    void channelsAreForgotten();
    void askingDoesNotKeepChannels();
    void subscribedChannelsAreKept();
    void idleTimeCountsFromTheLastSubscription();
    void idempotencyKeysAreBounded();
    void refusedPublishLeavesNothing();
    void limitsCanChange();
    void bookkeepingAfterManyPublishes();
    void anyUseAgainstAModel();
};

void TestMemoryBroker::answersBeforeReturning()
{
    Direct direct({});
    const auto published = direct.publish({"a"});
    QVERIFY(published.ok());
    QCOMPARE(direct.replay({"a"}, std::nullopt).tops[0].position, published->event->placements[0].position);
}

/// Another life of the process: nothing of the first is taken for its own.
void TestMemoryBroker::instancesDiffer()
{
    Direct first({});
    Direct second({});
    const auto a = first.publish({"a"});
    const auto b = second.publish({"a"});
    QVERIFY(a->event->id != b->event->id);
    QVERIFY(a->event->cursor.memory.epoch != b->event->cursor.memory.epoch);
    QVERIFY(!second.replay({"a"}, a->event->cursor.toPosition()).recovered);
    QVERIFY(!second.replay({"a"}, a->event->placements[0].position).recovered);
}

void TestMemoryBroker::bytesAreBounded()
{
    MemoryBroker::Limits limits;
    limits.totalBytes = 100'000;
    Direct direct(limits);
    const QByteArray data(1000, 'x');
    for (int i = 0; i < 500; ++i)
        QVERIFY(direct.publish({"a" + QByteArray::number(i % 7)}, data).ok());
    direct.broker().expire();
    QVERIFY(direct.broker().historyBytes() <= limits.totalBytes);
    QVERIFY(direct.broker().historyBytes() > limits.totalBytes / 2);
    // The youngest are what is left.
    const auto last = direct.publish({"a0"}, data);
    const Position position = last->event->placements[0].position;
    const Replay some = direct.replay({"a0"}, Position{position.epoch, position.offset - 5});
    QVERIFY(some.recovered);
    QCOMPARE(some.events.size(), size_t{5});
    QVERIFY(!direct.replay({"a0"}, Position{position.epoch, 1}).recovered);
}

void TestMemoryBroker::bytesComeBack()
{
    Direct direct({});
    for (int i = 0; i < 100; ++i)
        QVERIFY(direct.publish({"a", "b", "c" + QByteArray::number(i)}, QByteArray(i, 'x')).ok());
    QVERIFY(direct.broker().historyBytes() > 0);
    direct.world.advance(25 * kHourMs);
    QCOMPARE(direct.broker().historyBytes(), qint64{0});
}

void TestMemoryBroker::oneGiantEventDoesNotStay()
{
    MemoryBroker::Limits limits;
    limits.totalBytes = 5000;
    Direct direct(limits);
    const auto giant = direct.publish({"a"}, QByteArray(100'000, 'x'));
    QVERIFY(giant.ok());
    direct.broker().expire();
    QCOMPARE(direct.broker().historyBytes(), qint64{0});
    const auto next = direct.publish({"a"});
    QCOMPARE(next->event->placements[0].position.offset, quint64{2});
    QCOMPARE(direct.replay({"a"}, giant->event->placements[0].position).events.size(), size_t{1});
}

/// Nobody publishes: expire() alone keeps the age.
void TestMemoryBroker::agingAlone()
{
    Direct direct({});
    const auto published = direct.publish({"a"});
    QVERIFY(published.ok());
    direct.world.advance(24 * kHourMs - 1);
    QVERIFY(direct.broker().historyBytes() > 0);
    direct.world.advance(1);
    QCOMPARE(direct.broker().historyBytes(), qint64{0});
}

void TestMemoryBroker::channelsAreBounded()
{
    MemoryBroker::Limits limits;
    limits.channels = 3;
    Direct direct(limits);
    QVERIFY(direct.publish({"a", "b"}).ok());
    const auto refused = direct.publish({"c", "d"});
    QVERIFY(!refused.ok());
    QVERIFY(refused.error().code == ErrorCode::Unavailable);
    QCOMPARE(direct.broker().channelCount(), qsizetype{2});
    QVERIFY(direct.publish({"c", "a"}).ok());
    QVERIFY(!direct.publish({"d"}).ok());
    QVERIFY(direct.publish({"a", "b", "c"}).ok());
    direct.world.advance(25 * kHourMs);
    QVERIFY(direct.publish({"d", "e", "f"}).ok());
}

void TestMemoryBroker::channelsAreForgotten()
{
    Direct direct({});
    for (int i = 0; i < 1000; ++i)
        QVERIFY(direct.publish({"c" + QByteArray::number(i), "staff"}).ok());
    QCOMPARE(direct.broker().channelCount(), qsizetype{1001});
    direct.world.advance(49 * kHourMs);
    direct.world.advance(1);
    QCOMPARE(direct.broker().channelCount(), qsizetype{0});
}

/// A replay of channels that nobody listens to leaves nothing for ever.
void TestMemoryBroker::askingDoesNotKeepChannels()
{
    Direct direct({});
    for (int i = 0; i < 100; ++i)
        QCOMPARE(direct.replay({"c" + QByteArray::number(i)}, std::nullopt).tops.size(), size_t{1});
    direct.world.advance(49 * kHourMs);
    direct.world.advance(1);
    QCOMPARE(direct.broker().channelCount(), qsizetype{0});
}

void TestMemoryBroker::subscribedChannelsAreKept()
{
    Direct direct({});
    direct.broker().subscribe("a");
    const auto published = direct.publish({"a"});
    for (int day = 0; day < 5; ++day)
        direct.world.advance(24 * kHourMs);
    const Replay answer = direct.replay({"a"}, published->event->placements[0].position);
    QVERIFY(answer.recovered);
    QVERIFY(answer.events.empty());
    QCOMPARE(direct.publish({"a"})->event->placements[0].position,
             (Position{published->event->placements[0].position.epoch, 2}));
}

void TestMemoryBroker::idleTimeCountsFromTheLastSubscription()
{
    Direct direct({});
    direct.broker().subscribe("a");
    direct.broker().unsubscribe("a");
    direct.world.advance(23 * kHourMs);
    direct.broker().subscribe("a");
    const Position start = direct.replay({"a"}, std::nullopt).tops[0].position;
    direct.broker().unsubscribe("a");
    direct.world.advance(2 * kHourMs);
    QVERIFY(direct.publish({"a"}).ok());
    const Replay answer = direct.replay({"a"}, start);
    QVERIFY(answer.recovered);
    QCOMPARE(answer.events.size(), size_t{1});
}

void TestMemoryBroker::idempotencyKeysAreBounded()
{
    MemoryBroker::Limits limits;
    limits.idempotencyKeys = 10;
    Direct direct(limits);
    for (int i = 0; i < 30; ++i)
        QVERIFY(!direct.publish({"a"}, "{}", "k" + QByteArray::number(i))->duplicate);
    direct.broker().expire();
    int remembered = 0;
    for (int i = 29; i >= 20; --i)
        remembered += direct.publish({"a"}, "{}", "k" + QByteArray::number(i))->duplicate ? 1 : 0;
    QCOMPARE(remembered, 10);
    QVERIFY(!direct.publish({"a"}, "{}", "k0")->duplicate);
}

void TestMemoryBroker::refusedPublishLeavesNothing()
{
    MemoryBroker::Limits limits;
    limits.channels = 1;
    Direct direct(limits);
    const auto first = direct.publish({"a"}, "{}", "k");
    QVERIFY(!direct.publish({"a", "b"}, "{}", "other").ok());
    QVERIFY(!direct.publish({"a"}, "{\"x\":1}", "k").ok());
    const Replay answer = direct.replay({"a"}, std::nullopt);
    QCOMPARE(answer.cursor, first->event->cursor);
    QCOMPARE(answer.tops[0].position.offset, quint64{1});
    QVERIFY(!direct.publish({"a"}, "{}", "other")->duplicate); // the refused one did not use its key up
}

void TestMemoryBroker::limitsCanChange()
{
    Direct direct({});
    for (int i = 0; i < 50; ++i)
        QVERIFY(direct.publish({"a"}).ok());
    MemoryBroker::Limits limits;
    limits.eventsPerChannel = 5;
    direct.broker().setLimits(limits);
    const auto last = direct.publish({"a"});
    const QByteArray epoch = last->event->placements[0].position.epoch;
    QVERIFY(!direct.replay({"a"}, Position{epoch, 45}).recovered);
    QCOMPARE(direct.replay({"a"}, Position{epoch, 46}).events.size(), size_t{5});
}

/// What is counted stays what is there, whatever drops it and however long it goes on.
void TestMemoryBroker::bookkeepingAfterManyPublishes()
{
    MemoryBroker::Limits limits;
    limits.eventsPerChannel = 20;
    limits.ageMs = 60'000;
    Direct direct(limits);
    const auto one = direct.publish({"a"}, QByteArray(100, 'x'));
    QVERIFY(one.ok());
    const qint64 eventBytes = direct.broker().historyBytes();
    direct.world.advance(120'000);
    QCOMPARE(direct.broker().historyBytes(), qint64{0});
    for (int i = 0; i < 3; ++i) // nothing but age drops these
        QVERIFY(direct.publish({"quiet"}, QByteArray(100, 'x')).ok());
    for (int i = 0; i < 100'000; ++i) {
        QVERIFY(direct.publish({"c" + QByteArray::number(i % 10)}, QByteArray(100, 'x')).ok());
        if (i % 1000 == 999)
            direct.world.advance(10);
    }
    QCOMPARE(direct.broker().historyBytes(), (10 * 20 + 3) * eventBytes);
    for (int i = 0; i < 10; ++i) {
        const QByteArray name = "c" + QByteArray::number(i);
        const Position top = direct.replay({name}, std::nullopt).tops[0].position;
        QCOMPARE(top.offset, quint64{10'000});
        QCOMPARE(direct.replay({name}, Position{top.epoch, top.offset - 20}).events.size(), size_t{20});
        QVERIFY(!direct.replay({name}, Position{top.epoch, top.offset - 21}).recovered);
    }
    direct.world.advance(120'000);
    QCOMPARE(direct.broker().historyBytes(), qint64{0});
    direct.world.advance(120'000);
    QCOMPARE(direct.broker().channelCount(), qsizetype{0});
}

/// Random publishes, replays and time beside a list of everything: an answer is the truth or a reset, and a reset only
/// when something is really gone.
void TestMemoryBroker::anyUseAgainstAModel()
{
    QRandomGenerator random(7);
    for (int round = 0; round < 40; ++round) {
        MemoryBroker::Limits limits;
        limits.eventsPerChannel = random.bounded(1, 12);
        limits.ageMs = 1000;
        Direct direct(limits);
        std::vector<EventPtr> all;
        std::map<QByteArray, qint64> ages;
        qint64 now = 0;
        for (int step = 0; step < 300; ++step) {
            if (random.bounded(8) == 0) {
                const int ms = random.bounded(1, 400);
                now += ms;
                direct.world.advance(ms);
            }
            std::vector<QByteArray> some;
            for (const char* name : {"a", "b", "c", "d"}) {
                if (random.bounded(3) == 0)
                    some.push_back(name);
            }
            if (some.empty())
                some.push_back("a");
            if (random.bounded(3) != 0) {
                const auto published = direct.publish(some);
                QVERIFY(published.ok());
                all.push_back(published->event);
                ages[published->event->id] = now;
                continue;
            }
            if (all.empty())
                continue;
            const EventPtr since = all[static_cast<size_t>(random.bounded(static_cast<int>(all.size())))];
            const bool byCursor = random.bounded(2) == 0;
            const Replay answer =
                direct.replay(some, byCursor ? since->cursor.toPosition() : since->placements[0].position);
            std::vector<QByteArray> expected;
            bool young = now - ages[since->id] < limits.ageMs;
            std::map<QByteArray, int> counts;
            for (const EventPtr& event : all) {
                if (event->cursor.memory.offset <= since->cursor.memory.offset)
                    continue;
                bool asked = false;
                for (const Placement& placement : event->placements) {
                    ++counts[placement.channel];
                    asked |= std::find(some.begin(), some.end(), placement.channel) != some.end();
                }
                if (asked)
                    expected.push_back(event->id);
            }
            bool whole = young;
            for (const QByteArray& name : some)
                whole &= counts[name] <= limits.eventsPerChannel;
            // By a channel's position: that channel must still know the place.
            if (!byCursor)
                whole &= counts[since->placements[0].channel] <= limits.eventsPerChannel;
            if (whole)
                QVERIFY(answer.recovered);
            if (!answer.recovered) {
                QVERIFY(answer.events.empty());
                continue;
            }
            std::vector<QByteArray> got;
            for (const EventPtr& event : answer.events)
                got.push_back(event->id);
            QCOMPARE(got, expected);
        }
    }
}

QTEST_GUILESS_MAIN(TestMemoryBroker)
#include "tst_memorybroker.moc"
