// SPDX-License-Identifier: GPL-3.0-or-later
// The broker of a server with a desk keeps the contract of all brokers on durable channels, on channels of memory and
// on both at once; and what it alone promises: durable history survives the process, one cursor covers both kinds.
#include "contract/journalhouse.h"

#include <QCoreApplication>
#include <QTest>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

template <typename T> T waitFor(const std::shared_ptr<std::optional<T>>& answer)
{
    if (!QTest::qWaitFor([&] { return answer->has_value(); }, 20'000))
        qFatal("No answer came.");
    return **answer;
}

Published publish(Broker& broker, const std::vector<QByteArray>& channels, const QByteArray& data = "{}")
{
    const auto answer = std::make_shared<std::optional<Result<Published>>>();
    broker.publish({"chat.message"_ba, 1, data, channels, {}, {}},
                   [answer](Result<Published> result) { answer->emplace(std::move(result)); });
    return waitFor(answer).value();
}

Replay replay(Broker& broker, const std::vector<QByteArray>& channels, const Position& since)
{
    const auto answer = std::make_shared<std::optional<Result<Replay>>>();
    broker.replay(channels, since, [answer](Result<Replay> result) { answer->emplace(std::move(result)); });
    return waitFor(answer).value();
}

QList<QByteArray> dataOf(const Replay& replay)
{
    QList<QByteArray> list;
    for (const EventPtr& event : replay.events)
        list.append(event->data);
    return list;
}

} // namespace

class DurableContract final : public BrokerContract
{
    Q_OBJECT
public:
    DurableContract()
        : BrokerContract(journalFactory(JournalKind::Durable))
    {
    }
};

class MemoryContract final : public BrokerContract
{
    Q_OBJECT
public:
    MemoryContract()
        : BrokerContract(journalFactory(JournalKind::Memory))
    {
    }
};

class MixedContract final : public BrokerContract
{
    Q_OBJECT
public:
    MixedContract()
        : BrokerContract(journalFactory(JournalKind::Mixed))
    {
    }
};

class JournalBrokerTest final : public QObject
{
    Q_OBJECT

private slots:
    void durableHistorySurvivesTheProcess();
    void memoryIsResetAfterTheProcess();
    void cursorCoversBothKinds();
    void replayedEventsAreGoodToResumeFrom();
    void publishesOfBothKindsKeepTheirOrder();
    void dialogsBecomeTheDesks();
    void keysSurviveTheProcess();

private:
    std::unique_ptr<JournalHouse> open()
    {
        return std::make_unique<JournalHouse>("sqlite:" + m_folder.filePath(u"desk.db"_s).toUtf8(), m_clock,
                                              BrokerWorld::Bounds{});
    }
    QTemporaryDir m_folder;
    ManualClock m_clock;
};

void JournalBrokerTest::durableHistorySurvivesTheProcess()
{
    auto house = open();
    const Published first = publish(house->broker(), {"staff", "operator:7"}, R"({"n":1})");
    publish(house->broker(), {"operator:7"}, R"({"n":2})");
    house = open();
    publish(house->broker(), {"staff"}, R"({"n":3})");
    const QList<QByteArray> missed{R"({"n":2})", R"({"n":3})"};
    QCOMPARE(dataOf(replay(house->broker(), {"staff", "operator:7"}, first.event->cursor.toPosition())), missed);
    const Position inChannel = first.event->placements[1].position;
    QCOMPARE(dataOf(replay(house->broker(), {"staff", "operator:7"}, inChannel)), missed);
    QCOMPARE(publish(house->broker(), {"operator:7"}).event->placements[0].position.offset, inChannel.offset + 2);
}

void JournalBrokerTest::memoryIsResetAfterTheProcess()
{
    auto house = open();
    const Published both = publish(house->broker(), {"staff", "stream:deals"});
    const Position cursor = both.event->cursor.toPosition();
    QVERIFY(replay(house->broker(), {"staff", "stream:deals"}, cursor).recovered);
    house = open();
    QVERIFY(replay(house->broker(), {"staff"}, cursor).recovered);
    QVERIFY(!replay(house->broker(), {"staff", "stream:deals"}, cursor).recovered);
    QVERIFY(!replay(house->broker(), {"stream:deals"}, cursor).recovered);
}

void JournalBrokerTest::cursorCoversBothKinds()
{
    const auto house = open();
    std::vector<Published> all;
    for (int i = 0; i < 30; ++i) {
        const QByteArray data = "{\"n\":" + QByteArray::number(i) + '}';
        const std::vector<QByteArray> to = i % 3 == 0   ? std::vector<QByteArray>{"staff", "dialog:x"}
                                           : i % 3 == 1 ? std::vector<QByteArray>{"staff"}
                                                        : std::vector<QByteArray>{"dialog:x"};
        all.push_back(publish(house->broker(), to, data));
    }
    for (size_t from = 0; from < all.size(); ++from) {
        QList<QByteArray> expected;
        for (size_t i = from + 1; i < all.size(); ++i)
            expected.append(all[i].event->data);
        QCOMPARE(dataOf(replay(house->broker(), {"dialog:x", "staff"}, all[from].event->cursor.toPosition())),
                 expected);
        QCOMPARE(dataOf(replay(house->broker(), {"dialog:x", "staff"}, all[from].event->placements[0].position)),
                 expected);
    }
}

void JournalBrokerTest::replayedEventsAreGoodToResumeFrom()
{
    const auto house = open();
    const Position begin = publish(house->broker(), {"staff"}).event->cursor.toPosition();
    for (int i = 0; i < 20; ++i)
        publish(house->broker(), {i % 2 == 0 ? "staff" : "dialog:y"}, "{\"n\":" + QByteArray::number(i) + '}');
    const std::vector<QByteArray> channels{"staff", "dialog:y"};
    const Replay whole = replay(house->broker(), channels, begin);
    QCOMPARE(whole.events.size(), size_t{20});
    for (size_t i = 0; i < whole.events.size(); ++i) {
        const Replay rest = replay(house->broker(), channels, whole.events[i]->cursor.toPosition());
        QVERIFY(rest.recovered);
        QCOMPARE(dataOf(rest), dataOf(whole).sliced(static_cast<qsizetype>(i) + 1));
    }
}

/// What goes to memory alone does not overtake what goes through the journal, in a batch or behind it.
void JournalBrokerTest::publishesOfBothKindsKeepTheirOrder()
{
    struct Sink final : BrokerSink
    {
        void brokerEvent(const EventPtr& event) override { data.append(event->data); }
        QByteArrayList data;
    } sink;
    const auto house = open();
    house->broker().setSink(&sink);
    QByteArrayList expected;
    int answered = 0;
    for (int round = 0; round < 20; ++round) {
        std::vector<Publication> batch;
        for (int i = 0; i < 5; ++i) {
            const QByteArray data = QByteArray::number(round * 10 + i);
            const bool isMixed = (round + i) % 3 == 0;
            batch.push_back(
                {"chat.message"_ba,
                 1,
                 data,
                 isMixed ? std::vector<QByteArray>{"staff", "dialog:z"} : std::vector<QByteArray>{"dialog:z"},
                 {},
                 {}});
            expected.append(data);
        }
        house->broker().publish(std::move(batch), [&](const Result<std::vector<Published>>& result) {
            answered += result.ok() && result->size() == 5 ? 1 : 0;
        });
        const QByteArray alone = QByteArray::number(round * 10 + 9);
        expected.append(alone);
        house->broker().publish({"chat.message"_ba, 1, alone, {"dialog:z"}, {}, {}},
                                [&](const Result<Published>& result) { answered += result.ok() ? 1 : 0; });
    }
    QTRY_COMPARE_WITH_TIMEOUT(answered, 40, 20'000);
    QCOMPARE(sink.data, expected);
}

/// A dialog of another service lives in memory until the desk has one of that number.
void JournalBrokerTest::dialogsBecomeTheDesks()
{
    const auto house = open();
    QVERIFY(!house->broker().isDurable("dialog:1"));
    QVERIFY(!house->broker().isDurable("dialog:abc"));
    QVERIFY(house->broker().isDurable("staff"));
    QVERIFY(!house->broker().isDurable("stream:deals"));
    JournalEvent event;
    event.sequence = 1000;
    event.id = "x";
    event.placements = {{"dialog:2", {"e", 1}}};
    house->broker().committed({event});
    QTRY_VERIFY(house->broker().isDurable("dialog:2"));
    QVERIFY(house->broker().isDurable("dialog:1"));
    QVERIFY(!house->broker().isDurable("dialog:3"));
    QVERIFY(!house->broker().isDurable("dialog:02"));
}

void JournalBrokerTest::keysSurviveTheProcess()
{
    auto house = open();
    const auto keyed = [&](const QByteArray& data) {
        const auto answer = std::make_shared<std::optional<Result<Published>>>();
        house->broker().publish({"chat.message"_ba, 1, data, {"staff"}, {}, "key"},
                                [answer](Result<Published> result) { answer->emplace(std::move(result)); });
        return waitFor(answer);
    };
    const QByteArray id = keyed("{}")->event->id;
    house = open();
    const auto again = keyed("{}");
    QVERIFY(again->duplicate);
    QCOMPARE(again->event->id, id);
    QCOMPARE(keyed(R"({"other":1})").error().code, ErrorCode::IdempotencyConflict);
}

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    int failed = 0;
    DurableContract durable;
    MemoryContract memory;
    MixedContract mixed;
    JournalBrokerTest own;
    for (QObject* test : std::initializer_list<QObject*>{&durable, &memory, &mixed, &own})
        failed += QTest::qExec(test, argc, argv);
    return failed;
}

#include "tst_journalbroker.moc"
