// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/look/contrast.h"
#include "console/views/look/icons.h"
#include "console/views/look/look.h"
#include "console/views/paint/avatar.h"
#include "console/views/paint/timetext.h"

#include <QApplication>
#include <QDir>
#include <QFontDatabase>
#include <QFontMetrics>
#include <QRawFont>
#include <QTest>

using namespace signalbox::console;

/// Colours, fonts, pictures: what every window is made of.
class TestUiLook : public QObject
{
    Q_OBJECT
private slots:
    void contrastIsMeasuredAsWcagSays();
    void everyPairInUseIsReadable_data();
    void everyPairInUseIsReadable();
    void fontHasBothScriptsAndTabularDigits();
    void everyPictureIsThere();
    void textSizeStaysWithinItsLimits();
    void themeChoiceWins();
    void urgencyGrows();
    void waitsAreShort_data();
    void waitsAreShort();
};

void TestUiLook::contrastIsMeasuredAsWcagSays()
{
    QVERIFY(qAbs(contrastRatio(Qt::black, Qt::white) - 21.0) < 0.01);
    QVERIFY(qAbs(contrastRatio(QColor(0x777777), Qt::white) - 4.48) < 0.01);
    QCOMPARE(contrastRatio(Qt::red, Qt::red), 1.0);
}

void TestUiLook::everyPairInUseIsReadable_data()
{
    QTest::addColumn<int>("scheme");
    QTest::newRow("light") << 0;
    QTest::newRow("dark") << 1;
    QTest::newRow("high contrast") << 2;
}

void TestUiLook::everyPairInUseIsReadable()
{
    QFETCH(int, scheme);
    const Colors& colors = colorsOf(static_cast<Scheme>(scheme));
    QStringList bad;
    for (const ContrastPair& pair : contrastPairs(colors)) {
        const double ratio = contrastRatio(pair.front, pair.back);
        if (ratio < pair.atLeast)
            bad << QStringLiteral("%1: %2 on %3 is %4")
                       .arg(QLatin1String(pair.what), pair.front.name(), pair.back.name())
                       .arg(ratio);
    }
    QVERIFY2(bad.isEmpty(), qPrintable(bad.join(QLatin1Char('\n'))));
}

void TestUiLook::fontHasBothScriptsAndTabularDigits()
{
    const Look look;
    const QRawFont raw = QRawFont::fromFont(look.font());
    QVERIFY(raw.familyName().contains(QLatin1String("Signalbox Inter")));
    for (const QChar letter : QStringLiteral("AZazЯяЁёЇїẞ№€→…«»"))
        QVERIFY2(raw.supportsCharacter(letter), qPrintable(QString(letter)));
    const QFontMetricsF metrics(look.font());
    for (const QChar digit : QStringLiteral("0123456789"))
        QCOMPARE(metrics.horizontalAdvance(digit), metrics.horizontalAdvance(QLatin1Char('0')));
}

void TestUiLook::everyPictureIsThere()
{
    const QStringList files = QDir(QStringLiteral(":/icons")).entryList({QStringLiteral("*-16.png")});
    QVERIFY(files.size() > 40);
    for (const QString& file : files) {
        const QString name = file.left(file.size() - 7);
        const QPixmap pixmap = stencil(name, Qt::red, 20, 1.5);
        QCOMPARE(pixmap.width(), 30);
        QCOMPARE(pixmap.devicePixelRatio(), 1.5);
    }
    QVERIFY(stencil(QStringLiteral("no-such-picture"), Qt::red, 16, 1).isNull());
    QCOMPARE(appIcon().availableSizes().size(), 7);
}

void TestUiLook::textSizeStaysWithinItsLimits()
{
    Look look;
    look.setTextSize(2);
    QCOMPARE(look.textSize(), Look::kSmallestText);
    look.setTextSize(900);
    QCOMPARE(look.textSize(), Look::kLargestText);
    QCOMPARE(look.font(2).pixelSize(), Look::kLargestText + 2);
}

void TestUiLook::themeChoiceWins()
{
    Look look;
    int changes = 0;
    connect(&look, &Look::changed, this, [&changes] { ++changes; });
    look.setTheme(ThemeChoice::Dark);
    QCOMPARE(look.colors().scheme, Scheme::Dark);
    QCOMPARE(QApplication::palette().color(QPalette::Window), colorsOf(Scheme::Dark).window);
    look.setTheme(ThemeChoice::HighContrast);
    QCOMPARE(look.colors().scheme, Scheme::HighContrast);
    QCOMPARE(changes, 2);
}

void TestUiLook::urgencyGrows()
{
    QCOMPARE(urgencyOf(0, 120000), Urgency::Calm);
    QCOMPARE(urgencyOf(59999, 120000), Urgency::Calm);
    QCOMPARE(urgencyOf(60000, 120000), Urgency::Soon);
    QCOMPARE(urgencyOf(119999, 120000), Urgency::Soon);
    QCOMPARE(urgencyOf(120000, 120000), Urgency::Late);
}

void TestUiLook::waitsAreShort_data()
{
    QTest::addColumn<qint64>("ms");
    QTest::addColumn<QString>("text");
    QTest::newRow("nothing") << qint64(0) << QStringLiteral("0:00");
    QTest::newRow("negative: clocks differ") << qint64(-5000) << QStringLiteral("0:00");
    QTest::newRow("seconds") << qint64(7999) << QStringLiteral("0:07");
    QTest::newRow("minutes") << qint64(760000) << QStringLiteral("12:40");
    QTest::newRow("last second of an hour") << qint64(3599999) << QStringLiteral("59:59");
    QTest::newRow("an hour") << qint64(3600000) << QStringLiteral("1:00:00");
    QTest::newRow("days") << qint64(3 * 86400000LL + 5) << QStringLiteral("3 d");
}

void TestUiLook::waitsAreShort()
{
    QFETCH(qint64, ms);
    QFETCH(QString, text);
    QCOMPARE(TimeText::wait(ms), text);
}

QTEST_MAIN(TestUiLook)
#include "tst_uilook.moc"
