// SPDX-License-Identifier: GPL-3.0-or-later
// Session tokens: `v1.<created_at>.<HMAC>`, spec section 5.
// links: server_auth
#include "auth/sessiontoken.h"

#include <QTest>

using namespace signalbox;

namespace {

const RotatingSecret kSecret{"0123456789abcdef0123456789abcdef", {}};
constexpr qint64 kNow = 1'700'000'000;

QByteArray signedToken(const QByteArray& session, const QByteArray& createdAt, const QByteArray& key = kSecret.current)
{
    return "v1." + createdAt + '.' + base64Url(hmacSha256(key, QByteArray(session + ':' + createdAt)));
}

QByteArray at(qint64 seconds)
{
    return QByteArray::number(seconds);
}

QByteArray flippedBit(QByteArray token)
{
    token[token.size() - 10] = static_cast<char>(token[token.size() - 10] == 'A' ? 'B' : 'A');
    return token;
}

} // namespace

class TestSessionToken : public QObject
{
    Q_OBJECT

private slots:
    void aMintedTokenOpensItsSession()
    {
        const ManualClock clock(kNow * 1000 + 999);
        const SessionTokens tokens(kSecret, clock);
        const auto minted = tokens.mint("17");
        QVERIFY(minted.ok());
        QCOMPARE(minted->createdAt, kNow);
        QCOMPARE(minted->token, signedToken("17", at(kNow)));
        const auto guest = tokens.verify("17", minted->token);
        QVERIFY(guest.ok());
        QCOMPARE((*guest)->role, Role::Guest);
        QCOMPARE((*guest)->dialog, QByteArray("17"));
        QCOMPARE((*guest)->subject, QByteArray("guest:17"));
        QCOMPARE((*guest)->expiresAtMs, (kNow + 24 * 3600) * 1000);
        QCOMPARE((*guest)->credential, credentialKey(minted->token));
    }

    void theFormatIsTheOneOfTheWire()
    {
        // Computed with: printf '123:1700000000' | openssl dgst -sha256 -hmac test-secret -binary | base64url
        const ManualClock clock(kNow * 1000);
        const SessionTokens tokens({"test-secret", {}}, clock);
        QCOMPARE(tokens.mint("123")->token, QByteArray("v1.1700000000.P0zF88NG2DASzwNDC9AZSoCi1D8Ds2reb7qWH1SUoWI"));
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("token");
        QTest::addColumn<int>("code");
        const int bad = static_cast<int>(ErrorCode::Unauthorized);
        const int old = static_cast<int>(ErrorCode::TokenExpired);
        const QByteArray good = signedToken("17", at(kNow));
        QTest::newRow("empty") << QByteArray() << bad;
        QTest::newRow("only the version") << QByteArray("v1.") << bad;
        QTest::newRow("no signature") << QByteArray("v1.1700000000.") << bad;
        QTest::newRow("no second dot") << QByteArray("v1.1700000000") << bad;
        QTest::newRow("another version") << "v2" + good.mid(2) << bad;
        QTest::newRow("another session") << signedToken("18", at(kNow)) << bad;
        QTest::newRow("another secret") << signedToken("17", at(kNow), "guess") << bad;
        QTest::newRow("one bit of the signature") << flippedBit(good) << bad;
        QTest::newRow("truncated") << good.chopped(1) << bad;
        QTest::newRow("padded") << good + '=' << bad;
        QTest::newRow("trailing line feed") << good + '\n' << bad;
        QTest::newRow("another moment under the same signature")
            << QByteArray(good).replace("1700000000", "1700000001") << bad;
        QTest::newRow("leading zero, signed") << signedToken("17", "01700000000") << bad;
        QTest::newRow("sign, signed") << signedToken("17", "+1700000000") << bad;
        QTest::newRow("negative, signed") << signedToken("17", "-1") << bad;
        QTest::newRow("fraction, signed") << signedToken("17", "1700000000.5") << bad;
        QTest::newRow("milliseconds, signed") << signedToken("17", "1700000000000") << bad;
        QTest::newRow("from the future") << signedToken("17", at(kNow + 61)) << bad;
        QTest::newRow("Unicode") << QByteArray("v1.\xd9\xa1\xd9\xa7.\xd0\x90") << bad;
        QTest::newRow("huge") << QByteArray(1 << 20, 'v') << bad;
        QTest::newRow("a second too old") << signedToken("17", at(kNow - 24 * 3600 - 1)) << old;
        QTest::newRow("of 1970") << signedToken("17", "0") << old;
        QTest::newRow("old and forged") << signedToken("17", "0", "guess") << bad;
    }

    void refuses()
    {
        QFETCH(QByteArray, token);
        const ManualClock clock(kNow * 1000);
        const auto guest = SessionTokens(kSecret, clock).verify("17", token);
        QVERIFY(!guest.ok());
        QTEST(static_cast<int>(guest.error().code), "code");
    }

    void borderOfAgeAndSkewIsInside()
    {
        const ManualClock clock(kNow * 1000);
        const SessionTokens tokens(kSecret, clock);
        QVERIFY(tokens.verify("17", signedToken("17", at(kNow - 24 * 3600))).ok());
        QVERIFY(tokens.verify("17", signedToken("17", at(kNow + 60))).ok());
    }

    void maxAgeIsConfigurable()
    {
        ManualClock clock(kNow * 1000);
        const SessionTokens tokens(kSecret, clock, 600);
        const QByteArray token = tokens.mint("17")->token;
        QCOMPARE((*tokens.verify("17", token))->expiresAtMs, (kNow + 600) * 1000);
        clock.advance(600'001);
        QCOMPARE(tokens.verify("17", token).error().code, ErrorCode::TokenExpired);
    }

    void aSessionIdMustFitAChannel_data()
    {
        QTest::addColumn<QByteArray>("id");
        QTest::addColumn<bool>("ok");
        QTest::newRow("empty") << QByteArray() << false;
        QTest::newRow("number") << QByteArray("1") << true;
        QTest::newRow("uuid") << QByteArray("0b3c6a2e-7f0d-4c62-9a51-7a4b0a6d1f11") << true;
        QTest::newRow("Cyrillic") << QByteArray("\xd0\xb4\xd0\xb8") << true;
        QTest::newRow("128 bytes") << QByteArray(128, 'a') << true;
        QTest::newRow("129 bytes") << QByteArray(129, 'a') << false;
        QTest::newRow("line feed") << QByteArray("1\n2") << false;
        QTest::newRow("NUL") << QByteArray("1\0", 2) << false;
        QTest::newRow("not UTF-8") << QByteArray("\xff") << false;
    }

    void aSessionIdMustFitAChannel()
    {
        QFETCH(QByteArray, id);
        QFETCH(bool, ok);
        const ManualClock clock(kNow * 1000);
        const SessionTokens tokens(kSecret, clock);
        QCOMPARE(tokens.mint(id).ok(), ok);
        QCOMPARE(tokens.verify(id, signedToken(id, at(kNow))).ok(), ok);
    }

    void rotationKeepsOldTokensForAWhile()
    {
        const ManualClock clock(kNow * 1000);
        const QByteArray token = SessionTokens({"old", {}}, clock).mint("17")->token;
        QVERIFY(SessionTokens({"new", "old"}, clock).verify("17", token).ok());
        QVERIFY(!SessionTokens({"new", {}}, clock).verify("17", token).ok());
        QVERIFY(SessionTokens({"new", "old"}, clock).mint("17")->token != token);
    }

    void withoutASecretNothingIsMintedOrTaken()
    {
        const ManualClock clock(kNow * 1000);
        const SessionTokens tokens({}, clock);
        QCOMPARE(tokens.mint("17").error().code, ErrorCode::Unauthorized);
        QCOMPARE(tokens.verify("17", signedToken("17", at(kNow), "")).error().code, ErrorCode::Unauthorized);
    }

    void noErrorQuotesTheToken()
    {
        const ManualClock clock(kNow * 1000);
        const QByteArray token = signedToken("17", at(kNow), "guess");
        const Error error = SessionTokens(kSecret, clock).verify("17", token).error();
        QVERIFY(!error.toJson().contains(token.mid(14, 8)));
        QVERIFY(!error.toJson().contains("1700000000"));
    }
};

QTEST_APPLESS_MAIN(TestSessionToken)
#include "tst_sessiontoken.moc"
