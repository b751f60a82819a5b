// SPDX-License-Identifier: GPL-3.0-or-later
// Words as the search of dialogs understands them (searchwords.h).
// links: server_desk
#include "desk/searchwords.h"

#include <QTest>

using namespace signalbox;

class TestSearchWords : public QObject
{
    Q_OBJECT

private slots:
    void words_data();
    void words();
    void longWordsAreCut();
    void aPairIsNotCut();
    void longTexts();
    void terms();
};

void TestSearchWords::words_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, const QString& text, const QString& words) {
        QTest::newRow(name) << text << words;
    };
    row("nothing", {}, {});
    row("no word", QStringLiteral("... --\n\t*\""), {});
    row("capitals", QStringLiteral("Order ЗАКАЗ"), QStringLiteral("order заказ"));
    row("yo", QStringLiteral("Ёлка ёж"), QStringLiteral("елка еж"));
    row("short i stays", QStringLiteral("Йод й"), QStringLiteral("йод й"));
    row("short i of two parts", QStringLiteral("\u0438\u0306"), QStringLiteral("й"));
    row("accents", QStringLiteral("Café Łódź"), QStringLiteral("cafe łodz"));
    row("query syntax", QStringLiteral("a AND \"b\" NEAR(c) -d* e:f"), QStringLiteral("a and b near c d e f"));
    row("digits", QStringLiteral("№10482/3"), QStringLiteral("10482 3"));
    row("other scripts", QStringLiteral("日本 مرحبا"), QStringLiteral("日本 مرحبا"));
}

void TestSearchWords::words()
{
    QFETCH(const QString, text);
    QFETCH(const QString, words);
    QCOMPARE(searchWordsOf(text), words);
}

void TestSearchWords::longWordsAreCut()
{
    QCOMPARE(searchWordsOf(QString(100, u'a') + QStringLiteral(" b")), QString(64, u'a') + QStringLiteral(" b"));
}

void TestSearchWords::aPairIsNotCut()
{
    const QString pair = QStringLiteral("\U00020000");
    QCOMPARE(searchWordsOf(u'a' + pair.repeated(40)), QString(u'a' + pair.repeated(31)));
}

void TestSearchWords::longTexts()
{
    const QString words = searchWordsOf(QStringLiteral("a ").repeated(100'000));
    QCOMPARE(words.size(), 65'535);
}

void TestSearchWords::terms()
{
    const SearchTerms terms(QStringLiteral("Refund ord"));
    QCOMPARE(terms.words(), QStringList({QStringLiteral("refund"), QStringLiteral("ord")}));
    QVERIFY(terms.match(QStringLiteral("my order wants a refund")));
    QVERIFY(!terms.match(QStringLiteral("my order wants refunds")));
    QVERIFY(!terms.match(QStringLiteral("border refund")));
    QVERIFY(SearchTerms(QStringLiteral(" * ")).isEmpty());
    QCOMPARE(SearchTerms(QStringLiteral("a ").repeated(100)).words().size(), 16);
}

QTEST_APPLESS_MAIN(TestSearchWords)
#include "tst_searchwords.moc"
