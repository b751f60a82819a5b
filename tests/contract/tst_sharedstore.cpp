// SPDX-License-Identifier: GPL-3.0-or-later
// One PostgreSQL written by several: each is told of everything, once, in one order; one of them leads.
#include "core/memorybroker.h"
#include "desk/journalbroker.h"
#include "desk/journalwatch.h"
#include "desk/sqlstore.h"
#include "desk/storethread.h"
#include "net/mailbox.h"
#include "support/postgresserver.h"

#include <QTest>

#include <future>
#include <mutex>

using namespace signalbox;
using namespace signalbox::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int kLongMs = 30'000;

StoreThread::Limits shared()
{
    StoreThread::Limits limits;
    limits.isShared = true;
    return limits;
}

/// A server's writer, and what it was told.
class Writer
{
public:
    explicit Writer(const QByteArray& url)
        : m_store(m_clock, Store::Access::Write, shared(), [url] { return openSqlStore(url, Store::Access::Write); })
    {
        m_store.setCommitted([this](const std::vector<JournalEvent>& events) {
            const std::lock_guard lock(m_mutex);
            for (const JournalEvent& event : events) {
                m_sequences.append(event.sequence);
                m_data.append(event.data);
            }
        });
    }
    bool start() { return m_store.start().ok(); }
    std::future<Result<void>> publish(const QByteArray& data)
    {
        return post([data](DeskTransaction& transaction) -> Result<void> {
            JournalDraft draft;
            draft.name = "chat.message";
            draft.channels = {"staff"};
            draft.data = [data](quint64) { return data; };
            transaction.publish(std::move(draft));
            return {};
        });
    }
    std::future<Result<void>> post(StoreThread::Job job)
    {
        const auto promise = std::make_shared<std::promise<Result<void>>>();
        m_store.post(std::move(job), [promise](const Result<void>& outcome) { promise->set_value(outcome); });
        return promise->get_future();
    }
    StoreThread& store() { return m_store; }
    QList<quint64> sequences()
    {
        const std::lock_guard lock(m_mutex);
        return m_sequences;
    }
    QByteArrayList data()
    {
        const std::lock_guard lock(m_mutex);
        return m_data;
    }

private:
    SystemClock m_clock;
    std::mutex m_mutex;
    QList<quint64> m_sequences; ///< under m_mutex
    QByteArrayList m_data;      ///< under m_mutex
    StoreThread m_store;
};

} // namespace

class SharedStoreTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { QVERIFY(m_postgres.start()); }
    void init() { m_url = m_postgres.createDatabase(); }
    void eachIsToldOfAllInOneOrder();
    void readingSeesWhatWasTold();
    void followingHandsOn();
    void abortedConnectionsLoseNothing();
    void whatWasTrimmedIsLost();
    void oneLeads();
    void watchOutlivesTheDatabase();

private:
    PostgresServer m_postgres;
    QByteArray m_url;
};

void SharedStoreTest::eachIsToldOfAllInOneOrder()
{
    Writer first(m_url);
    Writer second(m_url);
    QVERIFY(first.start() && second.start());
    constexpr int kEach = 300;
    std::vector<std::future<Result<void>>> answers;
    for (int i = 0; i < kEach; ++i) {
        answers.push_back(first.publish("a" + QByteArray::number(i)));
        answers.push_back(second.publish("b" + QByteArray::number(i)));
    }
    for (auto& answer : answers)
        QVERIFY(answer.get().ok());
    for (Writer* writer : {&first, &second}) {
        writer->store().follow(2 * kEach);
        QTRY_COMPARE_WITH_TIMEOUT(writer->sequences().size(), 2 * kEach, kLongMs);
        const QList<quint64> sequences = writer->sequences();
        for (int i = 0; i < 2 * kEach; ++i)
            QCOMPARE(sequences[i], static_cast<quint64>(i + 1));
    }
    QCOMPARE(first.data(), second.data());
}

/// Of others' commits as well.
void SharedStoreTest::readingSeesWhatWasTold()
{
    Writer first(m_url);
    Writer second(m_url);
    QVERIFY(first.start() && second.start());
    for (int i = 0; i < 100; ++i) {
        first.publish("x");
        const auto top = std::make_shared<quint64>(0);
        const auto told = std::make_shared<std::promise<qsizetype>>();
        second.store().postReading(
            [top](DeskTransaction& transaction) -> Result<void> {
                *top = transaction.journal().logTop().offset;
                return {};
            },
            [&second, told](const Result<void>&) { told->set_value(second.sequences().size()); });
        const qsizetype count = told->get_future().get();
        QCOMPARE(static_cast<quint64>(count), *top);
    }
}

void SharedStoreTest::followingHandsOn()
{
    Writer first(m_url);
    Writer second(m_url);
    QVERIFY(first.start() && second.start());
    QVERIFY(first.publish("x").get().ok());
    QCOMPARE(second.sequences().size(), 0);
    second.store().follow(1);
    QTRY_COMPARE_WITH_TIMEOUT(second.sequences().size(), 1, kLongMs);
}

void SharedStoreTest::abortedConnectionsLoseNothing()
{
    Writer first(m_url);
    Writer second(m_url);
    QVERIFY(first.start() && second.start());
    int taken = 0;
    const auto publishThrough = [&](Writer& writer) {
        return QTest::qWaitFor([&] { return writer.publish("x").get().ok() && ++taken > 0; }, kLongMs);
    };
    for (int round = 0; round < 3; ++round) {
        QVERIFY(publishThrough(first) && publishThrough(second));
        m_postgres.crash();
        QVERIFY(m_postgres.start());
        QVERIFY(publishThrough(second) && publishThrough(first));
    }
    for (Writer* writer : {&first, &second}) {
        writer->store().follow(1'000'000);
        QTRY_VERIFY_WITH_TIMEOUT(writer->sequences().size() >= taken, kLongMs);
        const QList<quint64> sequences = writer->sequences();
        for (qsizetype i = 0; i < sequences.size(); ++i)
            QCOMPARE(sequences[i], static_cast<quint64>(i + 1));
    }
}

/// A server that slept for too long says so to who listens.
void SharedStoreTest::whatWasTrimmedIsLost()
{
    struct Sink final : BrokerSink
    {
        void brokerEvent(const EventPtr& event) override { data.append(event->data); }
        void channelLost(const QByteArray& channel) override { lost.append(channel); }
        QByteArrayList data;
        QByteArrayList lost;
    };
    Sink sink;
    SystemClock clock;
    MemoryBroker memory(clock, {});
    Mailbox mailbox;
    StoreThread store(clock, Store::Access::Write, shared(),
                      [this] { return openSqlStore(m_url, Store::Access::Write); });
    JournalBroker::Limits limits;
    limits.isShared = true;
    JournalBroker broker(memory, store, clock, limits,
                         [&mailbox](std::function<void()> task) { mailbox.post(std::move(task)); });
    store.setCommitted([&broker](std::vector<JournalEvent> events) { broker.committed(std::move(events)); });
    QVERIFY(store.start().ok() && broker.start().ok());
    broker.setSink(&sink);
    broker.subscribe("staff");
    broker.subscribe("stream:deals");

    Writer other(m_url);
    QVERIFY(other.start());
    for (int i = 1; i <= 5; ++i)
        QVERIFY(other.publish(QByteArray::number(i)).get().ok());
    QVERIFY(other
                .post([](DeskTransaction& transaction) -> Result<void> {
                    transaction.journal().trimChannel("staff", 2);
                    return {};
                })
                .get()
                .ok());
    store.follow(5);
    QTRY_COMPARE_WITH_TIMEOUT((mailbox.runBatch(), sink.data), QByteArrayList({"4", "5"}), kLongMs);
    QCOMPARE(sink.lost, QByteArrayList({"staff"}));
    store.stop();
}

void SharedStoreTest::oneLeads()
{
    Writer writer(m_url);
    QVERIFY(writer.start());
    std::atomic<int> leaders = 0;
    std::atomic<quint64> heard = 0;
    const auto makeWatch = [&] {
        auto watch = std::make_unique<JournalWatch>(
            m_url, [&heard](quint64 sequence) { heard = std::max(heard.load(), sequence); },
            [&leaders](bool leads) { leaders += leads ? 1 : -1; });
        watch->start();
        return watch;
    };
    auto first = makeWatch();
    QTRY_COMPARE_WITH_TIMEOUT(leaders.load(), 1, kLongMs);
    auto second = makeWatch();
    QVERIFY(writer.publish("x").get().ok());
    QTRY_COMPARE_WITH_TIMEOUT(heard.load(), 1U, kLongMs);
    QCOMPARE(leaders.load(), 1);
    first.reset();
    QTRY_COMPARE_WITH_TIMEOUT(leaders.load(), 1, kLongMs);
    second.reset();
    QCOMPARE(leaders.load(), 0);
}

void SharedStoreTest::watchOutlivesTheDatabase()
{
    std::atomic<bool> leads = false;
    JournalWatch watch(
        m_url, [](quint64) {}, [&leads](bool isLeading) { leads = isLeading; });
    {
        Writer writer(m_url); // makes the tables
        QVERIFY(writer.start());
    }
    watch.start();
    QTRY_VERIFY_WITH_TIMEOUT(leads.load(), kLongMs);
    m_postgres.crash();
    QTRY_VERIFY_WITH_TIMEOUT(!leads.load(), kLongMs);
    QVERIFY(m_postgres.start());
    QTRY_VERIFY_WITH_TIMEOUT(leads.load(), kLongMs);
}

QTEST_GUILESS_MAIN(SharedStoreTest)
#include "tst_sharedstore.moc"
