// SPDX-License-Identifier: GPL-3.0-or-later
// What a lost Socket.IO connection leaves behind, and for how long.
// links: server_core
#include "core/savedsockets.h"

#include <QTest>

using namespace signalbox;

class TestSavedSockets : public QObject
{
    Q_OBJECT

private slots:
    void isTakenOnce()
    {
        SavedSockets saved;
        saved.save("p", {"s", {"operators"}, std::make_shared<Identity>()}, 100);
        const auto socket = saved.take("p", 99);
        QVERIFY(socket.has_value());
        QCOMPARE(socket->socketId, QByteArray("s"));
        QVERIFY(socket->rooms == std::vector<QByteArray>{"operators"});
        QVERIFY(!saved.take("p", 99).has_value());
        QVERIFY(!saved.take("q", 99).has_value());
    }

    void isForgottenInTime()
    {
        SavedSockets saved;
        saved.save("p", {}, 100);
        saved.save("q", {}, 200);
        QVERIFY(!saved.take("p", 100).has_value());
        QCOMPARE(saved.count(), 1);
        QVERIFY(saved.take("q", 150).has_value());
    }

    void theOldestGoFirst()
    {
        SavedSockets saved;
        for (size_t i = 0; i <= SavedSockets::kMost; ++i)
            saved.save(QByteArray::number(i), {}, 100);
        QCOMPARE(saved.count(), static_cast<qsizetype>(SavedSockets::kMost));
        QVERIFY(!saved.take("0", 1).has_value());
        QVERIFY(saved.take("1", 1).has_value());
    }
};

QTEST_GUILESS_MAIN(TestSavedSockets)
#include "tst_savedsockets.moc"
