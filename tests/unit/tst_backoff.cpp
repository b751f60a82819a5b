// SPDX-License-Identifier: GPL-3.0-or-later
// The waits between attempts to reconnect (spec section 8).
// links: signalbox_shared
#include "shared/backoff.h"

#include <QSet>
#include <QTest>

using namespace signalbox;

class TestBackoff : public QObject
{
    Q_OBJECT

private slots:
    void waits_data();
    void waits();
    void waitsDiffer();
    void resetStartsOver();
};

void TestBackoff::waits_data()
{
    QTest::addColumn<int>("failures");
    QTest::addColumn<int>("fullMs");
    const QList<int> seconds{1, 2, 4, 8, 10, 10, 10};
    for (int i = 0; i < seconds.size(); ++i)
        QTest::addRow("after %d failures", i) << i << seconds[i] * 1000;
    QTest::newRow("after 1000 failures") << 1000 << 10'000;
}

void TestBackoff::waits()
{
    QFETCH(int, failures);
    QFETCH(int, fullMs);
    for (int round = 0; round < 50; ++round) {
        Backoff backoff;
        for (int i = 0; i < failures; ++i)
            backoff.nextDelayMs();
        QCOMPARE(backoff.attempts(), failures);
        const int delay = backoff.nextDelayMs();
        QVERIFY2(delay <= fullMs && delay >= fullMs - fullMs / 4, qPrintable(QString::number(delay)));
    }
}

void TestBackoff::waitsDiffer()
{
    QSet<int> seen;
    for (int round = 0; round < 100; ++round)
        seen.insert(Backoff().nextDelayMs());
    QVERIFY(seen.size() > 5);
}

void TestBackoff::resetStartsOver()
{
    Backoff backoff;
    for (int i = 0; i < 6; ++i)
        backoff.nextDelayMs();
    backoff.reset();
    QCOMPARE(backoff.attempts(), 0);
    QVERIFY(backoff.nextDelayMs() <= 1000);
}

QTEST_GUILESS_MAIN(TestBackoff)
#include "tst_backoff.moc"
