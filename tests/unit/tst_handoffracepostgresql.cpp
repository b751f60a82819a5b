// SPDX-License-Identifier: GPL-3.0-or-later
// Of all operators who take a dialog at once one gets it, and the others learn who: on PostgreSQL.
// links: server_desk postgres_support
#include "support/postgresserver.h"
#include "unit/handoffrace.h"

using namespace signalbox::test;

class TestHandoffRacePostgresql : public QObject
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
        PostgresServer postgres;
        QVERIFY(postgres.start());
        const QByteArray url = postgres.createDatabase();
        QVERIFY(!url.isEmpty());
        Servers house(url, static_cast<size_t>(servers));
        QVERIFY(house.started());
        race(house);
    }
};

QTEST_GUILESS_MAIN(TestHandoffRacePostgresql)
#include "tst_handoffracepostgresql.moc"
