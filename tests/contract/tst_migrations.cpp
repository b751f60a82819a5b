// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
class TestMigrations : public QObject
{
    Q_OBJECT
};
QTEST_GUILESS_MAIN(TestMigrations)
#include "tst_migrations.moc"
