// SPDX-License-Identifier: GPL-3.0-or-later
// The lock-out after failed logins.
// links: server_auth
#include "auth/loginguard.h"

#include <QTest>

#include <thread>

using namespace signalbox;

namespace {

constexpr LoginGuard::Limits kLimits{3, 60'000};

} // namespace

class TestLoginGuard : public QObject
{
    Q_OBJECT

private slots:
    void locksTheAccount()
    {
        ManualClock clock;
        LoginGuard guard(clock);
        for (int i = 0; i < 3; ++i) {
            QCOMPARE(guard.begin("anna", "10.0.0." + QByteArray::number(i), kLimits), 0);
            clock.advance(1000);
        }
        QCOMPARE(guard.begin("anna", "10.0.0.9", kLimits), 59'000);
        QCOMPARE(guard.begin("boris", "10.0.0.9", kLimits), 0);
        clock.advance(58'999);
        QCOMPARE(guard.begin("anna", "10.0.0.9", kLimits), 1); // and trying does not make it longer
        clock.advance(1);
        for (int i = 0; i < 3; ++i)
            QCOMPARE(guard.begin("anna", "10.0.0.9", kLimits), 0);
        QVERIFY(guard.begin("anna", "10.0.0.9", kLimits) > 0);
    }

    void locksTheAddress()
    {
        ManualClock clock;
        LoginGuard guard(clock);
        for (int i = 0; i < 30; ++i)
            QCOMPARE(guard.begin("login" + QByteArray::number(i), "10.0.0.1", kLimits), 0);
        QCOMPARE(guard.begin("anna", "10.0.0.1", kLimits), 60'000);
        QCOMPARE(guard.begin("anna", "10.0.0.2", kLimits), 0);
        clock.advance(60'000);
        QCOMPARE(guard.begin("anna", "10.0.0.1", kLimits), 0);
    }

    void failuresAreForgotten()
    {
        ManualClock clock;
        LoginGuard guard(clock);
        for (int i = 0; i < 10; ++i) {
            QCOMPARE(guard.begin("anna", "10.0.0.1", kLimits), 0);
            QCOMPARE(guard.begin("anna", "10.0.0.1", kLimits), 0);
            clock.advance(60'000);
        }
    }

    void successStartsAnew()
    {
        ManualClock clock;
        LoginGuard guard(clock);
        for (int i = 0; i < 100; ++i) {
            QCOMPARE(guard.begin("anna", "10.0.0.1", kLimits), 0);
            QCOMPARE(guard.begin("anna", "10.0.0." + QByteArray::number(i + 2), kLimits), 0);
            guard.succeeded("anna", "10.0.0.1");
        }
    }

    /// One account of one's own does not open the way to others'.
    void successDoesNotClearTheAddress()
    {
        ManualClock clock;
        LoginGuard guard(clock);
        for (int i = 0; i < 29; ++i) {
            QCOMPARE(guard.begin("login" + QByteArray::number(i), "10.0.0.1", kLimits), 0);
            QCOMPARE(guard.begin("mallory", "10.0.0.1", kLimits), 0);
            guard.succeeded("mallory", "10.0.0.1");
        }
        QCOMPARE(guard.begin("last", "10.0.0.1", kLimits), 0);
        QVERIFY(guard.begin("mallory", "10.0.0.1", kLimits) > 0);
    }

    void undecidedDoesNotCount()
    {
        ManualClock clock;
        LoginGuard guard(clock);
        for (int i = 0; i < 100; ++i) {
            QCOMPARE(guard.begin("anna", "10.0.0.1", kLimits), 0);
            guard.undecided("anna", "10.0.0.1");
        }
        QCOMPARE(guard.entries(), 0);
    }

    void networks_data()
    {
        QTest::addColumn<QByteArray>("one");
        QTest::addColumn<QByteArray>("other");
        QTest::addColumn<bool>("areOne");
        QTest::newRow("IPv4") << QByteArray("192.0.2.1") << QByteArray("192.0.2.2") << false;
        QTest::newRow("one /64") << QByteArray("2001:db8::1") << QByteArray("2001:db8::ffff:0:0:2") << true;
        QTest::newRow("two /64") << QByteArray("2001:db8::1") << QByteArray("2001:db8:0:1::1") << false;
        QTest::newRow("mapped") << QByteArray("::ffff:192.0.2.1") << QByteArray("::ffff:192.0.2.2") << false;
        QTest::newRow("spelling") << QByteArray("2001:DB8::1") << QByteArray("2001:db8:0:0::1") << true;
    }

    void networks()
    {
        QFETCH(const QByteArray, one);
        QFETCH(const QByteArray, other);
        QFETCH(const bool, areOne);
        ManualClock clock;
        LoginGuard guard(clock);
        for (int i = 0; i < 30; ++i)
            QCOMPARE(guard.begin("login" + QByteArray::number(i), one, kLimits), 0);
        QCOMPARE(guard.begin("anna", other, kLimits) > 0, areOne);
    }

    void memoryIsBounded()
    {
        ManualClock clock;
        LoginGuard guard(clock);
        for (int i = 0; i < LoginGuard::kMostEntries * 5 / 2; ++i) {
            const QByteArray number = QByteArray::number(i);
            if (i % 1000 == 0)
                clock.advance(1);
            QCOMPARE(guard.begin("login" + number, "address" + number, kLimits), 0);
        }
        QVERIFY(guard.entries() <= 2 * LoginGuard::kMostEntries);
        for (int i = 0; i < 3; ++i)
            QCOMPARE(guard.begin("anna", "10.0.0.1", kLimits), 0);
        for (int i = 0; i < 1000; ++i) // newer ones stay
            QCOMPARE(guard.begin("more" + QByteArray::number(i), "10.0.0.2", {1000, 60'000}), 0);
        QVERIFY(guard.begin("anna", "10.0.0.1", kLimits) > 0);
    }

    void boundedInOneMoment()
    {
        ManualClock clock;
        LoginGuard guard(clock);
        for (int i = 0; i < LoginGuard::kMostEntries + 10; ++i)
            QCOMPARE(guard.begin("login" + QByteArray::number(i), "address" + QByteArray::number(i), kLimits), 0);
        QVERIFY(guard.entries() <= 2 * LoginGuard::kMostEntries);
        QVERIFY(guard.entries() >= LoginGuard::kMostEntries);
    }

    /// Many at once get no further than many in a row.
    void countsAttemptsOfAllThreads()
    {
        ManualClock clock;
        LoginGuard guard(clock);
        std::atomic<int> admitted = 0;
        std::vector<std::thread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&guard, &admitted, i] {
                for (int n = 0; n < 50; ++n)
                    admitted += guard.begin("anna", "10.0.0." + QByteArray::number(i), kLimits) == 0 ? 1 : 0;
            });
        }
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(admitted.load(), 3);
    }
};

QTEST_APPLESS_MAIN(TestLoginGuard)
#include "tst_loginguard.moc"
