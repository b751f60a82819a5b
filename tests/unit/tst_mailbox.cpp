// SPDX-License-Identifier: GPL-3.0-or-later
// Tasks and the mailbox that brings them to their thread.
// links: server_net
#include "net/mailbox.h"
#include "qtundertsan.h"

#include <QCoreApplication>
#include <QTest>
#include <QThread>

#include <array>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

using namespace signalbox;

namespace {

/// Counts its living copies.
class Token
{
public:
    explicit Token(int& alive)
        : m_alive(&alive)
    {
        ++alive;
    }
    Token(Token&& other) noexcept
        : m_alive(std::exchange(other.m_alive, nullptr))
    {
    }
    ~Token()
    {
        if (m_alive)
            --*m_alive;
    }

private:
    int* m_alive;
};

template <std::size_t bytes> struct Ballast
{
    std::array<char, bytes> content{};
};

template <std::size_t bytes> void checkTaskOf()
{
    int alive = 0;
    int calls = 0;
    {
        Task first([token = Token(alive), ballast = Ballast<bytes>(), &calls]() mutable { ++calls; });
        Task second(std::move(first));
        QVERIFY(!first);
        QVERIFY(second);
        second();
        Task third([] {});
        third = std::move(second);
        third();
        QCOMPARE(alive, 1);
    }
    QCOMPARE(calls, 2);
    QCOMPARE(alive, 0);
}

/// A thread with an event loop; join() also tells ThreadSanitizer, which does not see into Qt, of the order of things.
class Home final : public QThread
{
public:
    void join()
    {
        wait();
        m_ended.load(std::memory_order_acquire);
    }

protected:
    void run() override
    {
        exec();
        m_ended.store(true, std::memory_order_release);
    }

private:
    std::atomic<bool> m_ended{false};
};

void turn()
{
    QCoreApplication::processEvents();
}

} // namespace

class TestMailbox : public QObject
{
    Q_OBJECT

private slots:
    void taskOwnsItsCallable();
    void emptyTask();
    void taskHoldsFunctionPointer();
    void taskAssignmentDestroysFormer();
    void runsFromTheLoopInOrder();
    void wakesOncePerBatch();
    void taskPostedByTaskComesLater();
    void nestedLoopKeepsOrder();
    void sizeCountsWhatWaits();
    void destructionDropsTasks();
    void taskDestroysMailbox();
    void closeDropsAndRefuses();
    void closeInsideTaskEndsBatch();
    void droppedTaskMayPost();
    void lowPriorityRunsAfterNormal();
    void manyPosters();
    void largeBatchThenSmall();
};

void TestMailbox::taskOwnsItsCallable()
{
    checkTaskOf<1>();
    checkTaskOf<40>();
    checkTaskOf<41>();
    checkTaskOf<500>();
}

void TestMailbox::emptyTask()
{
    Task task;
    QVERIFY(!task);
    Task moved(std::move(task));
    QVERIFY(!moved);
    moved = Task([] {});
    QVERIFY(moved);
}

void TestMailbox::taskHoldsFunctionPointer()
{
    static int calls = 0;
    Task task(+[] { ++calls; });
    task();
    QCOMPARE(calls, 1);
}

void TestMailbox::taskAssignmentDestroysFormer()
{
    int alive = 0;
    Task task([token = Token(alive)] {});
    QCOMPARE(alive, 1);
    task = Task([] {});
    QCOMPARE(alive, 0);
}

void TestMailbox::runsFromTheLoopInOrder()
{
    Mailbox mailbox;
    QList<int> ran;
    for (int i = 0; i < 5; ++i)
        mailbox.post([&ran, i] { ran.append(i); });
    QVERIFY(ran.isEmpty());
    turn();
    QCOMPARE(ran, QList<int>({0, 1, 2, 3, 4}));
}

void TestMailbox::wakesOncePerBatch()
{
    Mailbox mailbox;
    int ran = 0;
    for (int batch = 1; batch <= 3; ++batch) {
        for (int i = 0; i < 100; ++i)
            mailbox.post([&ran] { ++ran; });
        QCOMPARE(mailbox.wakeUps(), quint64(batch));
        turn();
        QCOMPARE(ran, batch * 100);
    }
}

void TestMailbox::taskPostedByTaskComesLater()
{
    Mailbox mailbox;
    QList<int> ran;
    mailbox.post([&] {
        mailbox.post([&] { ran.append(3); });
        ran.append(1);
    });
    mailbox.post([&] { ran.append(2); });
    QCOMPARE(mailbox.runBatch(), std::size_t(2));
    QCOMPARE(ran, QList<int>({1, 2}));
    QTRY_COMPARE(ran, QList<int>({1, 2, 3}));
}

void TestMailbox::nestedLoopKeepsOrder()
{
    Mailbox mailbox;
    QList<int> ran;
    mailbox.post([&] {
        ran.append(1);
        mailbox.post([&] { ran.append(3); });
        turn();
        QCOMPARE(mailbox.runBatch(), std::size_t(0));
        QCOMPARE(ran, QList<int>({1}));
    });
    mailbox.post([&] { ran.append(2); });
    QTRY_COMPARE(ran, QList<int>({1, 2, 3}));
    mailbox.post([&] { ran.append(4); });
    QTRY_COMPARE(ran, QList<int>({1, 2, 3, 4}));
}

void TestMailbox::sizeCountsWhatWaits()
{
    Mailbox mailbox;
    QList<std::size_t> sizes;
    QCOMPARE(mailbox.size(), std::size_t(0));
    for (int i = 0; i < 3; ++i)
        mailbox.post([&] { sizes.append(mailbox.size()); });
    QCOMPARE(mailbox.size(), std::size_t(3));
    mailbox.runBatch();
    QCOMPARE(sizes, QList<std::size_t>({3, 2, 1}));
    QCOMPARE(mailbox.size(), std::size_t(0));
}

void TestMailbox::destructionDropsTasks()
{
    int alive = 0;
    bool ran = false;
    {
        Mailbox mailbox;
        mailbox.post([&ran, token = Token(alive)] { ran = true; });
        QCOMPARE(alive, 1);
    }
    QCOMPARE(alive, 0);
    turn();
    QVERIFY(!ran);
}

void TestMailbox::taskDestroysMailbox()
{
    int alive = 0;
    bool ran = false;
    auto mailbox = std::make_unique<Mailbox>();
    mailbox->post([&] { mailbox.reset(); });
    mailbox->post([&ran, token = Token(alive)] { ran = true; });
    turn();
    QVERIFY(!mailbox);
    QVERIFY(!ran);
    QCOMPARE(alive, 0);
}

void TestMailbox::closeDropsAndRefuses()
{
    int alive = 0;
    Mailbox mailbox;
    mailbox.post([token = Token(alive)] {});
    mailbox.close();
    mailbox.post([token = Token(alive)] {});
    QCOMPARE(alive, 0);
    QCOMPARE(mailbox.size(), std::size_t(0));
    QCOMPARE(mailbox.runBatch(), std::size_t(0));
}

void TestMailbox::closeInsideTaskEndsBatch()
{
    Mailbox mailbox;
    QList<int> ran;
    mailbox.post([&] {
        ran.append(1);
        mailbox.close();
    });
    mailbox.post([&] { ran.append(2); });
    turn();
    QCOMPARE(ran, QList<int>({1}));
}

void TestMailbox::droppedTaskMayPost()
{
    struct Poster
    {
        Mailbox& mailbox;
        ~Poster()
        {
            mailbox.post([] {});
        }
    };
    Mailbox mailbox;
    mailbox.post([poster = std::make_unique<Poster>(mailbox)] {});
    mailbox.close();
    QCOMPARE(mailbox.size(), std::size_t(0));
}

void TestMailbox::lowPriorityRunsAfterNormal()
{
    Mailbox late(Qt::LowEventPriority);
    Mailbox early;
    QList<int> ran;
    late.post([&] { ran.append(2); });
    early.post([&] { ran.append(1); });
    turn();
    QCOMPARE(ran, QList<int>({1, 2}));
}

void TestMailbox::manyPosters()
{
    constexpr int posters = 4;
    constexpr int each = 25'000;
    Home home;
    Mailbox mailbox(Qt::NormalEventPriority, &home);
    std::array<int, posters> next{};
    bool inOrder = true;
    home.start();
    std::vector<std::thread> threads;
    for (int poster = 0; poster < posters; ++poster) {
        threads.emplace_back([&, poster] {
            for (int i = 0; i < each; ++i)
                mailbox.post([&, poster, i] { inOrder &= next[static_cast<std::size_t>(poster)]++ == i; });
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    mailbox.post([&home] { home.quit(); });
    home.join();
    QVERIFY(inOrder);
    for (const int count : next)
        QCOMPARE(count, each);
    QVERIFY(mailbox.wakeUps() <= quint64(posters * each + 1));
}

void TestMailbox::largeBatchThenSmall()
{
    Mailbox mailbox;
    int ran = 0;
    for (const int count : {10'000, 3, 0, 5'000, 1}) {
        ran = 0;
        for (int i = 0; i < count; ++i)
            mailbox.post([&ran] { ++ran; });
        QCOMPARE(mailbox.runBatch(), static_cast<std::size_t>(count));
        QCOMPARE(ran, count);
    }
}

QTEST_GUILESS_MAIN(TestMailbox)
#include "tst_mailbox.moc"
