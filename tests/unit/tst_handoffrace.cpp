// SPDX-License-Identifier: GPL-3.0-or-later
// Of all operators who take a dialog at once one gets it, and the others learn who: on SQLite.
// links: server_desk
#include "unit/handoffrace.h"

using namespace signalbox::test;

class TestHandoffRace : public QObject
{
    Q_OBJECT

private slots:
    void oneWins_data()
    {
        QTest::addColumn<int>("servers");
        QTest::newRow("one server") << 1;
        QTest::newRow("two servers") << 2;
    }
    void oneWins()
    {
        QFETCH(const int, servers);
        const QTemporaryDir folder;
        Servers house("sqlite:" + folder.filePath(QStringLiteral("desk.db")).toUtf8(), static_cast<size_t>(servers));
        QVERIFY(house.started());
        race(house);
    }
};

QTEST_GUILESS_MAIN(TestHandoffRace)
#include "tst_handoffrace.moc"
