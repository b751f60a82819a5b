// SPDX-License-Identifier: GPL-3.0-or-later
// JSON objects from outside: what is accepted and what is not (RFC 8259).
// links: server_core
#include "core/strictjson.h"

#include <QJsonArray>
#include <QTest>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

/// An object of `levels` levels of objects and arrays in turn.
QByteArray nested(int levels)
{
    QByteArray text;
    for (int i = 0; i < levels; ++i)
        text += i % 2 == 0 ? "{\"a\":" : "[";
    text += '1';
    for (int i = levels; i > 0; --i)
        text += i % 2 == 1 ? '}' : ']';
    return text;
}

QByteArray manyMembers(int count, int twice)
{
    QByteArray text = "{";
    for (int i = 0; i < count; ++i)
        text += "\"m" + QByteArray::number(i) + "\":0,";
    return text + "\"m" + QByteArray::number(twice) + "\":1}";
}

} // namespace

class TestStrictJson : public QObject
{
    Q_OBJECT

private slots:
    void accepts_data();
    void accepts();
    void refuses_data();
    void refuses();
    void keepsValues();
    void depthIsOfEachCall();
    void worksAfterARefusal();
    void readsOnlyItsBytes();
};

void TestStrictJson::accepts_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty object") << "{}"_ba;
    QTest::newRow("white space around") << " \t\r\n{ \"a\" : 1 } \n"_ba;
    QTest::newRow("same name on other levels") << R"({"a":{"a":[{"a":1},{"a":2}]}})"_ba;
    QTest::newRow("empty name") << R"({"":1})"_ba;
    QTest::newRow("names that differ in case") << R"({"a":1,"A":2})"_ba;
    QTest::newRow("escaped NUL") << R"({"a":"x\u0000y"})"_ba;
    QTest::newRow("surrogate pair") << R"({"a":"\ud83d\ude00"})"_ba;
    QTest::newRow("100 members") << manyMembers(100, 100);
    QTest::newRow("32 levels") << nested(32);
}

void TestStrictJson::accepts()
{
    QFETCH(QByteArray, text);
    const auto parsed = parseJsonObject(text);
    QVERIFY2(parsed.ok(), parsed ? "" : qPrintable(parsed.error().text()));
}

void TestStrictJson::refuses_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("white space") << "  "_ba;
    QTest::newRow("array") << "[]"_ba;
    QTest::newRow("number") << "1"_ba;
    QTest::newRow("string") << "\"a\""_ba;
    QTest::newRow("null") << "null"_ba;
    QTest::newRow("unclosed") << R"({"a":1)"_ba;
    QTest::newRow("unclosed string") << R"({"a":"1})"_ba;
    QTest::newRow("trailing garbage") << "{}x"_ba;
    QTest::newRow("two objects") << "{}{}"_ba;
    QTest::newRow("trailing comma") << R"({"a":1,})"_ba;
    QTest::newRow("comment") << "{/**/}"_ba;
    QTest::newRow("single quotes") << "{'a':1}"_ba;
    QTest::newRow("bare name") << "{a:1}"_ba;
    QTest::newRow("NaN") << R"({"a":NaN})"_ba;
    QTest::newRow("hexadecimal") << R"({"a":0x10})"_ba;
    QTest::newRow("leading zero") << R"({"a":01})"_ba;
    QTest::newRow("plus") << R"({"a":+1})"_ba;
    QTest::newRow("point without digit") << R"({"a":1.})"_ba;
    QTest::newRow("overflowing double") << R"({"a":1e999})"_ba;
    QTest::newRow("BOM") << "\xef\xbb\xbf{}"_ba;
    QTest::newRow("NUL after") << QByteArray("{}\0", 3);
    QTest::newRow("NUL in string") << QByteArray("{\"a\":\"\0\"}", 9);
    QTest::newRow("line break in string") << "{\"a\":\"\n\"}"_ba;
    QTest::newRow("tab in string") << "{\"a\":\"\t\"}"_ba;
    QTest::newRow("invalid UTF-8") << "{\"a\":\"\xff\"}"_ba;
    QTest::newRow("cut UTF-8") << "{\"a\":\"\xd0\"}"_ba;
    QTest::newRow("overlong UTF-8") << "{\"a\":\"\xc0\xaf\"}"_ba;
    QTest::newRow("surrogate as UTF-8") << "{\"a\":\"\xed\xa0\x80\"}"_ba;
    QTest::newRow("lone high surrogate") << R"({"a":"\ud83d"})"_ba;
    QTest::newRow("lone low surrogate") << R"({"a":"\ude00"})"_ba;
    QTest::newRow("high surrogate and a letter") << R"({"a":"\ud83dx"})"_ba;
    QTest::newRow("surrogates in the wrong order") << R"({"a":"\ude00\ud83d"})"_ba;
    QTest::newRow("lone surrogate in a name") << R"({"\ude00":1})"_ba;
    QTest::newRow("bad escape") << R"({"a":"\x"})"_ba;
    QTest::newRow("named twice") << R"({"a":1,"a":1})"_ba;
    QTest::newRow("named twice by escape") << R"({"a":1,"\u0061":1})"_ba;
    QTest::newRow("named twice below") << R"({"x":[{"y":{"a":1,"b":2,"a":3}}]})"_ba;
    QTest::newRow("first of 100 named twice") << manyMembers(100, 0);
    QTest::newRow("last of 100 named twice") << manyMembers(100, 99);
    QTest::newRow("13th named twice") << manyMembers(13, 12);
    QTest::newRow("12th named twice") << manyMembers(12, 11);
    QTest::newRow("33 levels") << nested(33);
    QTest::newRow("100000 levels") << nested(100'000);
}

void TestStrictJson::refuses()
{
    QFETCH(QByteArray, text);
    const auto parsed = parseJsonObject(text);
    QVERIFY(!parsed.ok());
    QCOMPARE(QByteArray(parsed.error().name()), "bad_json"_ba);
    QVERIFY(!parsed.error().text().isEmpty());
}

void TestStrictJson::keepsValues()
{
    const auto parsed = parseJsonObject(
        R"({"text":"Привет \u0000\"","number":9007199254740993,"real":0.5,"yes":true,"no":null,"list":[1,"2"]})"_ba);
    QVERIFY(parsed.ok());
    const QJsonObject& object = *parsed;
    QCOMPARE(object.value("text"_L1).toString(), u"Привет "_s + QChar(0) + u'"');
    QCOMPARE(object.value("number"_L1).toInteger(), 9007199254740993LL);
    QCOMPARE(object.value("real"_L1).toDouble(), 0.5);
    QCOMPARE(object.value("yes"_L1).toBool(), true);
    QVERIFY(object.value("no"_L1).isNull());
    QCOMPARE(object.value("list"_L1).toArray().size(), 2);
}

void TestStrictJson::depthIsOfEachCall()
{
    QVERIFY(!parseJsonObject(nested(3), 2).ok());
    QVERIFY(parseJsonObject(nested(2), 2).ok());
    QVERIFY(parseJsonObject(nested(3), 3).ok());
    QVERIFY(!parseJsonObject(nested(3), 2).ok());
    QVERIFY(parseJsonObject("{}"_ba, 1).ok());
    QVERIFY(!parseJsonObject(R"({"a":{"b":1}})"_ba, 1).ok());
}

void TestStrictJson::worksAfterARefusal()
{
    QVERIFY(!parseJsonObject("{\"a\":[1,2"_ba).ok());
    const auto parsed = parseJsonObject(R"({"b":2})"_ba);
    QVERIFY(parsed.ok());
    QCOMPARE(parsed->keys(), QStringList{u"b"_s});
}

void TestStrictJson::readsOnlyItsBytes()
{
    const QByteArray whole = R"({"a":1}, garbage)";
    QVERIFY(parseJsonObject(QByteArray::fromRawData(whole.constData(), 7)).ok());
}

QTEST_GUILESS_MAIN(TestStrictJson)
#include "tst_strictjson.moc"
