// SPDX-License-Identifier: GPL-3.0-or-later
// UTF-8 as it arrives: the table of Markus Kuhn's decoder test, every code point, every split.
// links: server_net
#include "net/utf8validator.h"

#include <QTest>

using namespace signalbox;

namespace {

/// The index of the first byte at which a validator fed byte by byte says no; -1 when it never does.
qsizetype firstBadByte(QByteArrayView bytes)
{
    Utf8Validator utf8;
    for (qsizetype i = 0; i < bytes.size(); ++i) {
        if (!utf8.feed(bytes.sliced(i, 1)))
            return i;
    }
    return -1;
}

bool isWhole(QByteArrayView bytes)
{
    Utf8Validator utf8;
    return utf8.feed(bytes) && utf8.complete();
}

/// The bit pattern of UTF-8 for any number up to 21 bits, valid or not.
QByteArray pattern(char32_t code)
{
    const auto tail = [code](int shift) { return static_cast<char>(0x80 | ((code >> shift) & 0x3F)); };
    if (code < 0x80)
        return QByteArray(1, static_cast<char>(code));
    if (code < 0x800)
        return QByteArray(1, static_cast<char>(0xC0 | (code >> 6))) + tail(0);
    if (code < 0x10000)
        return QByteArray(1, static_cast<char>(0xE0 | (code >> 12))) + tail(6) + tail(0);
    return QByteArray(1, static_cast<char>(0xF0 | (code >> 18))) + tail(12) + tail(6) + tail(0);
}

} // namespace

class TestUtf8Validator : public QObject
{
    Q_OBJECT

private slots:
    void stateIsSmall();
    void kuhn_data();
    void kuhn();
    void everyCodePoint();
    void everyPairOfBytesAsQtJudgesIt();
    void asciiPathFindsABadByteAnywhere();
    void everySplitGivesTheSame();
    void unfinishedCharacterIsPossibleButNotComplete();
    void staysBrokenUntilReset();
    void nothingIsComplete();
};

void TestUtf8Validator::stateIsSmall()
{
    QVERIFY(sizeof(Utf8Validator) <= 8);
}

void TestUtf8Validator::kuhn_data()
{
    QTest::addColumn<QByteArray>("hex");
    QTest::addColumn<int>("badByte"); // -1: valid; the index of the first impossible byte
    QTest::addColumn<bool>("complete");
    const auto valid = [](const char* name, const char* hex) { QTest::newRow(name) << QByteArray(hex) << -1 << true; };
    const auto cut = [](const char* name, const char* hex) { QTest::newRow(name) << QByteArray(hex) << -1 << false; };
    const auto bad = [](const char* name, const char* hex, int at) {
        QTest::newRow(name) << QByteArray(hex) << at << false;
    };
    valid("1 kosme", "cebae1bdb9cf83cebcceb5");
    valid("2.1.1 U+0000", "00");
    valid("2.1.2 U+0080", "c280");
    valid("2.1.3 U+0800", "e0a080");
    valid("2.1.4 U+10000", "f0908080");
    bad("2.1.5 five bytes", "f888808080", 0);
    bad("2.1.6 six bytes", "fc8480808080", 0);
    valid("2.2.1 U+007F", "7f");
    valid("2.2.2 U+07FF", "dfbf");
    valid("2.2.3 U+FFFF", "efbfbf");
    bad("2.2.4 U+1FFFFF", "f7bfbfbf", 0);
    bad("2.2.5 U+3FFFFFF", "fbbfbfbfbf", 0);
    bad("2.2.6 U+7FFFFFFF", "fdbfbfbfbfbf", 0);
    valid("2.3.1 U+D7FF", "ed9fbf");
    valid("2.3.2 U+E000", "ee8080");
    valid("2.3.3 U+FFFD", "efbfbd");
    valid("2.3.4 U+10FFFF", "f48fbfbf");
    bad("2.3.5 U+110000", "f4908080", 1);
    bad("3.1.1 continuation 80", "80", 0);
    bad("3.1.2 continuation BF", "bf", 0);
    bad("3.1.3 two continuations", "80bf", 0);
    bad("3.2.1 lonely C3", "c320", 1);
    bad("3.2.2 lonely E1", "e120", 1);
    bad("3.2.3 lonely F1", "f120", 1);
    bad("3.2.4 lonely F8", "f820", 0);
    bad("3.2.5 lonely FC", "fc20", 0);
    cut("3.3.1 two bytes, last missing", "c3");
    bad("3.3.2 overlong beginning", "e080", 1);
    cut("3.3.2 three bytes, last missing", "e1bf");
    bad("3.3.3 overlong beginning", "f08080", 1);
    cut("3.3.3 four bytes, last missing", "f1bfbf");
    bad("3.4 incomplete ones in a row", "c3e0a0", 1);
    bad("3.5.1 FE", "fe", 0);
    bad("3.5.2 FF", "ff", 0);
    bad("4.1.1 overlong slash, 2", "c0af", 0);
    bad("4.1.2 overlong slash, 3", "e080af", 1);
    bad("4.1.3 overlong slash, 4", "f08080af", 1);
    bad("4.2.1 overlong U+007F", "c1bf", 0);
    bad("4.2.2 overlong U+07FF", "e09fbf", 1);
    bad("4.2.3 overlong U+FFFF", "f08fbfbf", 1);
    bad("4.3.1 overlong NUL, 2", "c080", 0);
    bad("4.3.2 overlong NUL, 3", "e08080", 1);
    bad("4.3.3 overlong NUL, 4", "f0808080", 1);
    bad("5.1.1 U+D800", "eda080", 1);
    bad("5.1.4 U+DB80", "edae80", 1);
    bad("5.1.7 U+DFFF", "edbfbf", 1);
    bad("5.2.1 surrogate pair", "eda080edb080", 1);
    valid("5.3.1 noncharacter U+FFFE", "efbfbe");
    valid("5.3.2 noncharacter U+FFFF", "efbfbf");
    valid("5.3.3 noncharacter U+FDD0", "efb790");
    valid("5.3.4 noncharacter U+1FFFE", "f09fbfbe");
    bad("bad last byte of three", "e18041", 2);
    bad("bad last byte of four", "f1808041", 3);
    bad("F5", "f5808080", 0);
}

void TestUtf8Validator::kuhn()
{
    QFETCH(QByteArray, hex);
    QFETCH(int, badByte);
    QFETCH(bool, complete);
    const QByteArray bytes = QByteArray::fromHex(hex);
    QCOMPARE(firstBadByte(bytes), qsizetype(badByte));
    Utf8Validator utf8;
    QCOMPARE(utf8.feed(bytes), badByte < 0);
    QCOMPARE(utf8.complete(), complete);
}

void TestUtf8Validator::everyCodePoint()
{
    for (char32_t code = 0; code <= 0x1FFFFF; ++code) {
        const bool expected = code < 0xD800 || (code > 0xDFFF && code <= 0x10FFFF);
        if (isWhole(pattern(code)) != expected)
            QFAIL(qPrintable(QStringLiteral("U+%1").arg(static_cast<uint>(code), 0, 16)));
    }
}

void TestUtf8Validator::everyPairOfBytesAsQtJudgesIt()
{
    for (int first = 0; first < 256; ++first) {
        for (int second = 0; second < 256; ++second) {
            const char pair[] = {static_cast<char>(first), static_cast<char>(second), '\x80', '\x80'};
            for (qsizetype size = 1; size <= 4; ++size) {
                const QByteArrayView bytes(pair, size);
                if (isWhole(bytes) != bytes.isValidUtf8())
                    QFAIL(bytes.toByteArray().toHex().constData());
            }
        }
    }
}

void TestUtf8Validator::asciiPathFindsABadByteAnywhere()
{
    for (int at = 0; at < 70; ++at) {
        QByteArray text(70, 'a');
        QVERIFY(isWhole(text));
        text[at] = '\xFF';
        QVERIFY2(!isWhole(text), qPrintable(QString::number(at)));
        QCOMPARE(firstBadByte(text), qsizetype(at));
        text.replace(at, 1, "\xF0\x9F\x98\x80");
        QVERIFY2(isWhole(text), qPrintable(QString::number(at)));
    }
}

void TestUtf8Validator::everySplitGivesTheSame()
{
    const QByteArray text = QByteArray(20, 'a') + "\xD0\x96\xE2\x82\xAC\xF0\x9F\x98\x80" + QByteArray(20, 'b');
    const QByteArray broken = QByteArray(text).replace("\xE2\x82\xAC", "\xE2\x82\x41");
    for (qsizetype split = 0; split <= text.size(); ++split) {
        Utf8Validator utf8;
        QVERIFY(utf8.feed(text.first(split)) && utf8.feed(text.sliced(split)) && utf8.complete());
        utf8.reset();
        QVERIFY(!(utf8.feed(broken.first(split)) && utf8.feed(broken.sliced(split))));
    }
}

void TestUtf8Validator::unfinishedCharacterIsPossibleButNotComplete()
{
    Utf8Validator utf8;
    for (const char* byte : {"\xF0", "\x9F", "\x98"}) {
        QVERIFY(utf8.feed(byte));
        QVERIFY(!utf8.complete());
    }
    QVERIFY(utf8.feed("\x80"));
    QVERIFY(utf8.complete());
}

void TestUtf8Validator::staysBrokenUntilReset()
{
    Utf8Validator utf8;
    QVERIFY(!utf8.feed("\xFF"));
    QVERIFY(!utf8.feed("a"));
    QVERIFY(!utf8.feed({}));
    QVERIFY(!utf8.complete());
    utf8.reset();
    QVERIFY(utf8.feed("a"));
    QVERIFY(utf8.complete());
}

void TestUtf8Validator::nothingIsComplete()
{
    Utf8Validator utf8;
    QVERIFY(utf8.complete());
    QVERIFY(utf8.feed({}));
    QVERIFY(utf8.complete());
}

QTEST_APPLESS_MAIN(TestUtf8Validator)
#include "tst_utf8validator.moc"
