// SPDX-License-Identifier: GPL-3.0-or-later
// MessagePack as notepack.io 3.0.1 wrote it, to JSON and back; and hostile bytes.
// links: server_cluster
#include "cluster/msgpack.h"

#include <QJsonDocument>
#include <QTest>

using namespace signalbox;

namespace {

QByteArray hex(const char* text)
{
    return QByteArray::fromHex(text);
}

QByteArray json(const char* text)
{
    const auto decoded = jsonOfMsgPack(hex(text));
    return decoded ? decoded->json : decoded.error().text().toUtf8();
}

} // namespace

class TestMsgPack final : public QObject
{
    Q_OBJECT

private slots:
    void everyType();
    void times_data();
    void times();
    void textIsValid();
    void bytesAreAttachments();
    void thereAndBack();
    void nonsense_data();
    void nonsense();
    void depthIsBounded();
};

void TestMsgPack::everyType()
{
    QCOMPARE(json("dc001ac0c0c3c2007fcc80ccffcd0100cdffffce00010000ceffffffffcf0000000100000000ffe0d0dfd080d1ff7fd1"
                  "8000d2ffff7fffd280000000d3ffffffff7fffffffcb3ff8000000000000cb7ff800000000000000cf001fffffffffffff"),
             QByteArray("[null,null,true,false,0,127,128,255,256,65535,65536,4294967295,4294967296,-1,-32,-33,-128,"
                        "-129,-32768,-32769,-2147483648,-2147483649,1.5,null,0,9007199254740991]"));
    QCOMPARE(json("ca3fc00000"), QByteArray("1.5"));
    QCOMPARE(json("80"), QByteArray("{}"));
    QCOMPARE(json("82a161c0a16290"), QByteArray(R"({"a":null,"b":[]})"));
}

void TestMsgPack::times_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("4 bytes") << hex("d6ff00000000") << QByteArray("\"1970-01-01T00:00:00.000Z\"");
    QTest::newRow("8 bytes") << hex("d7ff1d5353006553f100") << QByteArray("\"2023-11-14T22:13:20.123Z\"");
    QTest::newRow("12 bytes") << hex("c70cff3b8b87c0ffffffffffffffff") << QByteArray("\"1969-12-31T23:59:59.999Z\"");
    QTest::newRow("no time of JavaScript's") << hex("c70cff000000007fffffffffffffff") << QByteArray("null");
}

void TestMsgPack::times()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, text);
    const auto decoded = jsonOfMsgPack(bytes);
    QVERIFY(decoded);
    QCOMPARE(decoded->json, text);
}

void TestMsgPack::textIsValid()
{
    // A lone surrogate, as notepack.io writes it together with what follows; then bytes that are no UTF-8.
    QCOMPARE(json("94a4f09081b8a2c3a9a4f09f9880a100"),
             QByteArray("[\"\xf0\x90\x81\xb8\",\"\xc3\xa9\",\"\xf0\x9f\x98\x80\",\"\\u0000\"]"));
    QCOMPARE(json("a3eda080"), QByteArray("\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""));
    QCOMPARE(json("81a1ff01"), QByteArray("{\"\xef\xbf\xbd\":1}"));
}

void TestMsgPack::bytesAreAttachments()
{
    const auto decoded = jsonOfMsgPack(hex("93a16bc402010281a161c40103"));
    QVERIFY(decoded);
    QCOMPARE(decoded->json, QByteArray(R"(["k",{"_placeholder":true,"num":0},{"a":{"_placeholder":true,"num":1}}])"));
    QCOMPARE(decoded->attachments, (QByteArrayList{hex("0102"), hex("03")}));
    // Without bytes the same words are an object like any other.
    QCOMPARE(json("81ac5f706c616365686f6c646572c3"), QByteArray(R"({"_placeholder":true})"));
}

void TestMsgPack::thereAndBack()
{
    for (const char* text : {R"(["ev",{"a":[1,-1,1.5,9007199254740991,true,false,null],"ü":"😀"},{}])", R"([[[]]])",
                             R"(["\u0000"])", R"([300,70000,5000000000,-200,-70000,-5000000000,0.1,1e300])"}) {
        const QJsonArray value = QJsonDocument::fromJson(text).array();
        const auto decoded = jsonOfMsgPack(msgPackOfJson(value));
        QVERIFY(decoded);
        QCOMPARE(QJsonDocument::fromJson(decoded->json).array(), value);
    }
    const QByteArrayList attachments{"\x01", QByteArray(70'000, 'x')};
    const QJsonArray value =
        QJsonDocument::fromJson(R"([{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])").array();
    const auto decoded = jsonOfMsgPack(msgPackOfJson(value, attachments));
    QVERIFY(decoded);
    QCOMPARE(QJsonDocument::fromJson(decoded->json).array(), value);
    QCOMPARE(decoded->attachments, attachments);
}

void TestMsgPack::nonsense_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("why");
    QTest::newRow("nothing") << QByteArray() << QByteArray("no whole value");
    QTest::newRow("never used") << hex("c1") << QByteArray("no whole value");
    QTest::newRow("cut") << hex("92a1") << QByteArray("no whole value");
    QTest::newRow("text of four gigabytes") << hex("dbffffffff61") << QByteArray("no whole value");
    QTest::newRow("bytes of four gigabytes") << hex("c6ffffffff61") << QByteArray("no whole value");
    QTest::newRow("array of four thousand millions") << hex("ddffffffffc0") << QByteArray("no whole value");
    QTest::newRow("map of four thousand millions") << hex("dfffffffff") << QByteArray("no whole value");
    QTest::newRow("two values") << hex("c0c0") << QByteArray("something behind the value");
    QTest::newRow("number as a key") << hex("810102") << QByteArray("a key that is no text");
    QTest::newRow("array as a key") << hex("819001") << QByteArray("a key that is no text");
    QTest::newRow("map as a key") << hex("818001") << QByteArray("a key that is no text");
    QTest::newRow("bytes as a key") << hex("81c40101c0") << QByteArray("a key that is no text");
    QTest::newRow("time as a key") << hex("81d6ff00000000c0") << QByteArray("a key that is no text");
    QTest::newRow("unknown extension") << hex("d40100") << QByteArray("an unknown extension");
    QTest::newRow("time of a wrong size") << hex("d4ff00") << QByteArray("an unknown extension");
    QTest::newRow("extension of nothing") << hex("c70001") << QByteArray("an unknown extension");
    QTest::newRow("placeholder beside bytes")
        << hex("9281ac5f706c616365686f6c646572c3c40101") << QByteArray("an object that passes for bytes");
    QByteArray many = hex("9b");
    for (int i = 0; i < 11; ++i)
        many += hex("c400");
    QTest::newRow("eleven attachments") << many << QByteArray("too many byte strings");
}

void TestMsgPack::nonsense()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, why);
    const auto decoded = jsonOfMsgPack(bytes);
    QVERIFY(!decoded);
    QCOMPARE(decoded.error().code, ErrorCode::BadRequest);
    QCOMPARE(decoded.error().text().toUtf8(), QByteArray("MessagePack: ").append(why));
}

void TestMsgPack::depthIsBounded()
{
    QVERIFY(jsonOfMsgPack(QByteArray(31, '\x91').append('\x90')));
    QCOMPARE(jsonOfMsgPack(QByteArray(32, '\x91').append('\x90')).error().text(),
             QStringLiteral("MessagePack: too many levels"));
    QVERIFY(!jsonOfMsgPack(QByteArray(1 << 20, '\x91')));
    QByteArray maps;
    for (int i = 0; i < 100'000; ++i)
        maps += hex("81a161");
    QVERIFY(!jsonOfMsgPack(maps));
}

QTEST_APPLESS_MAIN(TestMsgPack)
#include "tst_msgpack.moc"
