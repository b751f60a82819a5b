// SPDX-License-Identifier: GPL-3.0-or-later
// The store's thread on a real SQLite file: order, groups, failures of one and of all, what is told before what.
// links: server_desk
#include "desk/sqlstore.h"
#include "desk/storethread.h"

#include <QTemporaryDir>
#include <QTest>

#include <future>
#include <latch>
#include <mutex>

using namespace signalbox;
using namespace Qt::StringLiterals;

class StoreThreadTest final : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void whatWaitsSharesACommit();
    void anErrorUndoesItsOwnJobOnly();
    void eventsAreToldInOrderBeforeTheirAnswer();
    void readingSeesAllThatWasTold();
    void aFullQueueRefuses();
    void stopAnswersWhatWaits();
    void aLockedDatabaseIsUnavailableAndComesBack();
    void aDatabaseThatCannotBeOpenedStopsTheStart();

private:
    using Outcome = std::future<Result<void>>;

    void open(StoreThread::Limits limits = {});
    Outcome post(StoreThread::Job job);
    Outcome postReading(StoreThread::Job job);
    /// Holds the thread until the latch is released; returns when it is held.
    Outcome hold(std::shared_ptr<std::latch> release);
    static StoreThread::Job publishing(const QByteArray& data);

    std::unique_ptr<QTemporaryDir> m_folder;
    QByteArray m_url;
    SystemClock m_clock;
    std::mutex m_mutex;
    QByteArrayList m_told; ///< what was committed and answered, in order; under m_mutex
    std::unique_ptr<StoreThread> m_thread;
};

void StoreThreadTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_url = "sqlite:" + m_folder->filePath(u"desk.db"_s).toUtf8();
    m_told.clear();
}

void StoreThreadTest::cleanup()
{
    m_thread.reset();
}

void StoreThreadTest::open(StoreThread::Limits limits)
{
    m_thread = std::make_unique<StoreThread>(m_clock, Store::Access::Write, limits,
                                             [url = m_url] { return openSqlStore(url, Store::Access::Write); });
    m_thread->setCommitted([this](const std::vector<JournalEvent>& events) {
        const std::lock_guard lock(m_mutex);
        for (const JournalEvent& event : events)
            m_told.append(event.data);
    });
    QVERIFY(m_thread->start().ok());
}

StoreThreadTest::Outcome StoreThreadTest::post(StoreThread::Job job)
{
    const auto promise = std::make_shared<std::promise<Result<void>>>();
    m_thread->post(std::move(job), [promise](const Result<void>& outcome) { promise->set_value(outcome); });
    return promise->get_future();
}

StoreThreadTest::Outcome StoreThreadTest::postReading(StoreThread::Job job)
{
    const auto promise = std::make_shared<std::promise<Result<void>>>();
    m_thread->postReading(std::move(job), [promise](const Result<void>& outcome) { promise->set_value(outcome); });
    return promise->get_future();
}

StoreThreadTest::Outcome StoreThreadTest::hold(std::shared_ptr<std::latch> release)
{
    const auto held = std::make_shared<std::latch>(1);
    Outcome outcome = post([held, release = std::move(release)](DeskTransaction&) -> Result<void> {
        if (!held->try_wait())
            held->count_down();
        release->wait();
        return {};
    });
    held->wait();
    return outcome;
}

StoreThread::Job StoreThreadTest::publishing(const QByteArray& data)
{
    return [data](DeskTransaction& transaction) -> Result<void> {
        JournalDraft draft;
        draft.name = "chat.message";
        draft.channels = {"staff"};
        draft.data = [data](quint64) { return data; };
        transaction.publish(std::move(draft));
        return {};
    };
}

void StoreThreadTest::whatWaitsSharesACommit()
{
    open();
    const auto release = std::make_shared<std::latch>(1);
    Outcome first = hold(release);
    const quint64 before = m_thread->counts().commits;
    std::vector<Outcome> others;
    for (int i = 0; i < 100; ++i)
        others.push_back(post(publishing(QByteArray::number(i))));
    release->count_down();
    QVERIFY(first.get().ok());
    for (Outcome& outcome : others)
        QVERIFY(outcome.get().ok());
    QCOMPARE(m_thread->counts().commits - before, quint64{2});
    QCOMPARE(m_told.size(), 100);
}

void StoreThreadTest::anErrorUndoesItsOwnJobOnly()
{
    open();
    const auto release = std::make_shared<std::latch>(1);
    Outcome first = hold(release);
    Outcome good = post(publishing("1"));
    Outcome bad = post([](DeskTransaction& transaction) -> Result<void> {
        (void)publishing("lost")(transaction);
        return Error(ErrorCode::Conflict);
    });
    Outcome last = post(publishing("2"));
    release->count_down();
    QVERIFY(good.get().ok());
    QCOMPARE(bad.get().error().code, ErrorCode::Conflict);
    QVERIFY(last.get().ok());
    QCOMPARE(m_told, (QByteArrayList{"1", "2"}));
    quint64 top = 0;
    QVERIFY(postReading([&top](DeskTransaction& transaction) -> Result<void> {
                top = transaction.journal().top("staff").offset;
                return {};
            })
                .get()
                .ok());
    QCOMPARE(top, quint64{2});
}

void StoreThreadTest::eventsAreToldInOrderBeforeTheirAnswer()
{
    open();
    const auto release = std::make_shared<std::latch>(1);
    Outcome first = hold(release);
    for (const QByteArray& name : QByteArrayList{"a", "b", "c"}) {
        m_thread->post(publishing(name), [this, name](const Result<void>& outcome) {
            const std::lock_guard lock(m_mutex);
            m_told.append(outcome ? QByteArray("answered " + name) : QByteArray("failed"));
        });
    }
    release->count_down();
    m_thread->stop();
    QCOMPARE(m_told, (QByteArrayList{"a", "answered a", "b", "answered b", "c", "answered c"}));
}

/// Even of a job that came later but is in the same group: the answer must not be older than what was delivered.
void StoreThreadTest::readingSeesAllThatWasTold()
{
    open();
    const auto release = std::make_shared<std::latch>(1);
    Outcome first = hold(release);
    Outcome before = post(publishing("1"));
    quint64 top = 0;
    qsizetype told = -1;
    Outcome reading = postReading([&](DeskTransaction& transaction) -> Result<void> {
        top = transaction.journal().logTop().offset;
        const std::lock_guard lock(m_mutex);
        told = m_told.size();
        return {};
    });
    Outcome after = post(publishing("2"));
    release->count_down();
    QVERIFY(reading.get().ok());
    QCOMPARE(static_cast<qsizetype>(top), told);
    QCOMPARE(told, 2);
}

void StoreThreadTest::aFullQueueRefuses()
{
    open({.queuedJobs = 3});
    const auto release = std::make_shared<std::latch>(1);
    Outcome first = hold(release);
    std::vector<Outcome> waiting;
    for (int i = 0; i < 3; ++i)
        waiting.push_back(post(publishing("x")));
    QCOMPARE(post(publishing("y")).get().error().code, ErrorCode::Unavailable);
    release->count_down();
    for (Outcome& outcome : waiting)
        QVERIFY(outcome.get().ok());
    QCOMPARE(m_told.size(), 3);
}

void StoreThreadTest::stopAnswersWhatWaits()
{
    open();
    std::vector<Outcome> outcomes;
    for (int i = 0; i < 50; ++i)
        outcomes.push_back(post(publishing(QByteArray::number(i))));
    m_thread->stop();
    for (Outcome& outcome : outcomes)
        QVERIFY(outcome.get().ok());
    QCOMPARE(post(publishing("late")).get().error().code, ErrorCode::Unavailable);
    QCOMPARE(m_told.size(), 50);
}

void StoreThreadTest::aLockedDatabaseIsUnavailableAndComesBack()
{
    open();
    {
        auto other = std::move(openSqlStore(m_url, Store::Access::Write)).value();
        QVERIFY(other->begin(Store::Access::Write));
        QCOMPARE(post(publishing("1")).get().error().code, ErrorCode::Unavailable);
        other->rollback();
    }
    QVERIFY(post(publishing("2")).get().ok());
    QCOMPARE(m_told, QByteArrayList{"2"});
}

void StoreThreadTest::aDatabaseThatCannotBeOpenedStopsTheStart()
{
    StoreThread thread(m_clock, Store::Access::Write, {},
                       [] { return openSqlStore("sqlite:/proc/no/such/place.db", Store::Access::Write); });
    QVERIFY(!thread.start().ok());
    std::promise<ErrorCode> answer;
    thread.stop();
    thread.post(publishing("x"), [&answer](const Result<void>& outcome) { answer.set_value(outcome.error().code); });
    QCOMPARE(answer.get_future().get(), ErrorCode::Unavailable);
}

QTEST_GUILESS_MAIN(StoreThreadTest)
#include "tst_storethread.moc"
