// SPDX-License-Identifier: GPL-3.0-or-later
// The primitives that every credential is made of.
// links: server_auth
#include "auth/secret.h"

#include <QSet>
#include <QTest>

using namespace signalbox;

class TestSecret : public QObject
{
    Q_OBJECT

private slots:
    void hmacIsThatOfRfc4231_data()
    {
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<QByteArray>("mac");
        QTest::newRow("case 1") << QByteArray(20, '\x0b') << QByteArray("Hi There")
                                << QByteArray("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
        QTest::newRow("case 2") << QByteArray("Jefe") << QByteArray("what do ya want for nothing?")
                                << QByteArray("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        QTest::newRow("case 6, key longer than a block")
            << QByteArray(131, '\xaa') << QByteArray("Test Using Larger Than Block-Size Key - Hash Key First")
            << QByteArray("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }

    void hmacIsThatOfRfc4231()
    {
        QFETCH(QByteArray, key);
        QFETCH(QByteArray, message);
        QTEST(hmacSha256(key, message).toHex(), "mac");
    }

    void comparesContentAndLength()
    {
        QVERIFY(constantTimeEqual("abc", "abc"));
        QVERIFY(constantTimeEqual("", ""));
        QVERIFY(!constantTimeEqual("abc", "abd"));
        QVERIFY(!constantTimeEqual("abc", "abcd"));
        QVERIFY(!constantTimeEqual("abc", ""));
    }

    void base64UrlHasOneSpelling_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("ok");
        QTest::newRow("empty") << QByteArray() << true;
        QTest::newRow("one byte") << QByteArray("_w") << true;
        QTest::newRow("both special characters") << QByteArray("-_-_") << true;
        QTest::newRow("unused bits set") << QByteArray("_x") << false;
        QTest::newRow("padding") << QByteArray("_w==") << false;
        QTest::newRow("ordinary alphabet") << QByteArray("+/+/") << false;
        QTest::newRow("impossible length") << QByteArray("AAAAA") << false;
        QTest::newRow("space") << QByteArray("AA AA") << false;
        QTest::newRow("line feed at the end") << QByteArray("AAAA\n") << false;
        QTest::newRow("dot") << QByteArray("AA.AA") << false;
        QTest::newRow("NUL") << QByteArray("AA\0A", 4) << false;
        QTest::newRow("not ASCII") << QByteArray("\xd0\x90\xd0\x90") << false;
    }

    void base64UrlHasOneSpelling()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, ok);
        const auto bytes = fromBase64Url(text);
        QCOMPARE(bytes.has_value(), ok);
        if (ok)
            QCOMPARE(base64Url(*bytes), text);
    }

    void credentialKeyIsShortStableAndDistinct()
    {
        QCOMPARE(credentialKey("token-a").size(), 16);
        QCOMPARE(credentialKey("token-a"), credentialKey(QByteArray("token-a!").chopped(1)));
        QVERIFY(credentialKey("token-a") != credentialKey("token-b"));
        QVERIFY(!credentialKey("token-a").contains("token"));
    }

    void randomBytesDiffer()
    {
        QSet<QByteArray> seen;
        for (int i = 0; i < 100; ++i)
            seen.insert(randomBytes(16));
        QCOMPARE(seen.size(), 100);
        QCOMPARE(randomBytes(0).size(), 0);
        QCOMPARE(randomBytes(33).size(), 33);
    }

    void thirtyTwoBytesAreStrong()
    {
        QVERIFY(weakSecret(""));
        QVERIFY(weakSecret(QByteArray(31, 'x')));
        QVERIFY(!weakSecret(QByteArray(32, 'x')));
    }

    void macOfCurrentAndPreviousCounts()
    {
        const RotatingSecret before{"old", {}};
        const RotatingSecret rotated{"new", "old"};
        const QByteArray oldMac = macText(before, "message");
        QVERIFY(isMacText(before, "message", oldMac));
        QVERIFY(isMacText(rotated, "message", oldMac));
        QVERIFY(isMacText(rotated, "message", macText(rotated, "message")));
        QVERIFY(macText(rotated, "message") != oldMac);
        QVERIFY(!isMacText({"new", {}}, "message", oldMac));
        QVERIFY(!isMacText(rotated, "another", oldMac));
    }

    void nothingCountsWithoutASecret()
    {
        const RotatingSecret unset;
        const RotatingSecret onlyPrevious{{}, "old"};
        QCOMPARE(macText(unset, "message"), QByteArray());
        QVERIFY(!isMacText(unset, "message", ""));
        QVERIFY(!isMacText(unset, "message", base64Url(hmacSha256("", "message"))));
        QVERIFY(!isMacText(onlyPrevious, "message", base64Url(hmacSha256("old", "message"))));
        QVERIFY(!isMacText(onlyPrevious, "message", base64Url(hmacSha256("", "message"))));
        QVERIFY(!derivedKeys(unset, "label").isSet());
    }

    void noSecretIsPartOfAnEmptyPrevious()
    {
        QVERIFY(!isMacText({"new", {}}, "message", base64Url(hmacSha256("", "message"))));
    }

    void derivedKeysDifferByPurposeAndFromTheSecret()
    {
        const RotatingSecret secret{"secret", "older"};
        const RotatingSecret one = derivedKeys(secret, "one");
        const RotatingSecret two = derivedKeys(secret, "two");
        const QSet<QByteArray> all{secret.current, secret.previous, one.current,
                                   one.previous,   two.current,     two.previous};
        QCOMPARE(all.size(), 6);
    }

    void aShortenedMacIsItsBeginning()
    {
        const RotatingSecret secret{"secret", {}};
        QCOMPARE(macText(secret, "m", 22), macText(secret, "m").first(22));
        QVERIFY(isMacText(secret, "m", macText(secret, "m", 22), 22));
        QVERIFY(!isMacText(secret, "m", macText(secret, "m"), 22));
        QVERIFY(!isMacText(secret, "m", macText(secret, "m", 21), 22));
    }
};

QTEST_APPLESS_MAIN(TestSecret)
#include "tst_secret.moc"
