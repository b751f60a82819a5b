// SPDX-License-Identifier: GPL-3.0-or-later
// Positions as text (spec section 2): what a client may send back, and nothing else.
// links: server_core
#include "core/position.h"

#include <QTest>

using namespace signalbox;
using namespace Qt::StringLiterals;

class TestPosition : public QObject
{
    Q_OBJECT

private slots:
    void roundTrip_data();
    void roundTrip();
    void refuses_data();
    void refuses();
};

void TestPosition::roundTrip_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("epoch");
    QTest::addColumn<quint64>("offset");
    QTest::newRow("before the first") << "e:0"_ba
                                      << "e"_ba << quint64{0};
    QTest::newRow("first") << "e:1"_ba
                           << "e"_ba << quint64{1};
    QTest::newRow("all letters") << "aZ09._-:42"_ba
                                 << "aZ09._-"_ba << quint64{42};
    QTest::newRow("largest") << "e:18446744073709551615"_ba
                             << "e"_ba << ~quint64{0};
    QTest::newRow("64 bytes") << QByteArray(62, 'e') + ":7" << QByteArray(62, 'e') << quint64{7};
}

void TestPosition::roundTrip()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, epoch);
    QFETCH(quint64, offset);
    const auto parsed = Position::parse(text);
    QVERIFY(parsed);
    QCOMPARE(parsed->epoch, epoch);
    QCOMPARE(parsed->offset, offset);
    QCOMPARE(parsed->toString(), text);
}

void TestPosition::refuses_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("no colon") << "abc"_ba;
    QTest::newRow("colon alone") << ":"_ba;
    QTest::newRow("no epoch") << ":5"_ba;
    QTest::newRow("no offset") << "e:"_ba;
    QTest::newRow("two colons") << "e:1:2"_ba;
    QTest::newRow("negative") << "e:-1"_ba;
    QTest::newRow("plus") << "e:+1"_ba;
    QTest::newRow("space before") << " e:1"_ba;
    QTest::newRow("space in offset") << "e: 1"_ba;
    QTest::newRow("space after") << "e:1 "_ba;
    QTest::newRow("line break") << "e:1\n"_ba;
    QTest::newRow("NUL") << QByteArray("e:1\0", 4);
    QTest::newRow("NUL in epoch") << QByteArray("e\0f:1", 5);
    QTest::newRow("hexadecimal") << "e:0x1"_ba;
    QTest::newRow("exponent") << "e:1e3"_ba;
    QTest::newRow("overflow by one") << "e:18446744073709551616"_ba;
    QTest::newRow("overflow by far") << "e:99999999999999999999999999"_ba;
    QTest::newRow("leading zero") << "e:01"_ba;
    QTest::newRow("double zero") << "e:00"_ba;
    QTest::newRow("65 bytes") << QByteArray(63, 'e') + ":7";
    QTest::newRow("comma") << "a,b:1"_ba;
    QTest::newRow("slash") << "a/b:1"_ba;
    QTest::newRow("quote") << "a\"b:1"_ba;
    QTest::newRow("Cyrillic") << "эпоха:1"_ba;
    QTest::newRow("invalid UTF-8") << "\xff:1"_ba;
}

void TestPosition::refuses()
{
    QFETCH(QByteArray, text);
    QVERIFY(!Position::parse(text));
}

QTEST_GUILESS_MAIN(TestPosition)
#include "tst_position.moc"
