// SPDX-License-Identifier: GPL-3.0-or-later
// Signed SSE links of spec section 11, and the guest ids of the widget's route.
// links: server_auth
#include "auth/guestdirectory.h"
#include "auth/signedlink.h"

#include <QSet>
#include <QTest>

using namespace signalbox;

namespace {

const RotatingSecret kSecret{"test-secret", {}};
constexpr qint64 kNow = 1'700'000'000;

QByteArray signature(const QByteArray& session, const QByteArray& exp, const QByteArray& key = kSecret.current)
{
    return base64Url(hmacSha256(key, QByteArray("GET /chat/" + session + "/stream\n" + exp)));
}

} // namespace

class TestSignedLink : public QObject
{
    Q_OBJECT

private slots:
    void aSignedLinkOpensItsSession()
    {
        const ManualClock clock(kNow * 1000);
        const SignedLinks links(kSecret, clock);
        // printf 'GET /chat/123/stream\n1700000600' | openssl dgst -sha256 -hmac test-secret -binary | base64url
        const QByteArray sig = links.sign("123", kNow + 600);
        QCOMPARE(sig, QByteArray("f6gGCA8NmyE_HnXK18IwlVR5DM8CVP21iMIZ0k7OB0U"));
        const auto guest = links.verify("123", sig, "1700000600");
        QVERIFY(guest.ok());
        QCOMPARE((*guest)->dialog, QByteArray("123"));
        QCOMPARE((*guest)->subject, QByteArray("guest:123"));
        QCOMPARE((*guest)->expiresAtMs, (kNow + 600) * 1000);
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("session");
        QTest::addColumn<QByteArray>("sig");
        QTest::addColumn<QByteArray>("exp");
        QTest::addColumn<int>("code");
        const int bad = static_cast<int>(ErrorCode::Unauthorized);
        const int old = static_cast<int>(ErrorCode::TokenExpired);
        const QByteArray exp = QByteArray::number(kNow + 600);
        const QByteArray sig = signature("17", exp);
        const QByteArray tooFar = QByteArray::number(kNow + 24 * 3600 + 61);
        const QByteArray over = QByteArray::number(kNow - 1);
        QTest::newRow("nothing") << QByteArray() << QByteArray() << QByteArray() << bad;
        QTest::newRow("no signature") << QByteArray("17") << QByteArray() << exp << bad;
        QTest::newRow("no expiry") << QByteArray("17") << signature("17", "") << QByteArray() << bad;
        QTest::newRow("another session") << QByteArray("18") << sig << exp << bad;
        QTest::newRow("a later expiry") << QByteArray("17") << sig << QByteArray::number(kNow + 601) << bad;
        QTest::newRow("another secret") << QByteArray("17") << signature("17", exp, "guess") << exp << bad;
        QTest::newRow("truncated") << QByteArray("17") << sig.chopped(1) << exp << bad;
        QTest::newRow("padded") << QByteArray("17") << sig + '=' << exp << bad;
        QTest::newRow("hex") << QByteArray("17") << fromBase64Url(sig)->toHex() << exp << bad;
        QTest::newRow("leading zero, signed") << QByteArray("17") << signature("17", "0" + exp) << "0" + exp << bad;
        QTest::newRow("negative, signed") << QByteArray("17") << signature("17", "-5") << QByteArray("-5") << bad;
        QTest::newRow("too far ahead, signed") << QByteArray("17") << signature("17", tooFar) << tooFar << bad;
        QTest::newRow("over") << QByteArray("17") << signature("17", over) << over << old;
        QTest::newRow("over and forged") << QByteArray("17") << sig << over << bad;
        QTest::newRow("line feed in the session")
            << QByteArray("17/stream\n1") << signature("17/stream\n1", exp) << exp << bad;
        QTest::newRow("huge") << QByteArray("17") << QByteArray(1 << 20, 'A') << exp << bad;
    }

    void refuses()
    {
        QFETCH(QByteArray, session);
        QFETCH(QByteArray, sig);
        QFETCH(QByteArray, exp);
        const ManualClock clock(kNow * 1000);
        const auto guest = SignedLinks(kSecret, clock).verify(session, sig, exp);
        QVERIFY(!guest.ok());
        QTEST(static_cast<int>(guest.error().code), "code");
    }

    void borderOfTimeIsInside()
    {
        const ManualClock clock(kNow * 1000);
        const SignedLinks links(kSecret, clock);
        for (const qint64 exp : {kNow, kNow + 24 * 3600, kNow + 24 * 3600 + 60})
            QVERIFY(links.verify("17", links.sign("17", exp), QByteArray::number(exp)).ok());
    }

    void rotationAndMissingSecret()
    {
        const ManualClock clock(kNow * 1000);
        const QByteArray exp = QByteArray::number(kNow + 5);
        const QByteArray sig = SignedLinks({"old", {}}, clock).sign("17", kNow + 5);
        QVERIFY(SignedLinks({"new", "old"}, clock).verify("17", sig, exp).ok());
        QVERIFY(!SignedLinks({"new", {}}, clock).verify("17", sig, exp).ok());
        QCOMPARE(SignedLinks({}, clock).sign("17", kNow), QByteArray());
        QVERIFY(!SignedLinks({}, clock).verify("17", signature("17", exp, ""), exp).ok());
    }

    void aGuestIdOpensItsDialogAtItsAssistantOnly()
    {
        const DerivedGuestIds ids(kSecret);
        const QByteArray id = ids.mint("17", "sales");
        QCOMPARE(id.size(), 22);
        QVERIFY(ids.opens("17", "sales", id));
        QVERIFY(!ids.opens("18", "sales", id));
        QVERIFY(!ids.opens("17", "support", id));
        QVERIFY(!ids.opens("17", "", id));
        QVERIFY(!ids.opens("", "sales", id));
        QVERIFY(!ids.opens("17", "sales", ""));
        QVERIFY(!ids.opens("17", "sales", id.chopped(1)));
        QVERIFY(!ids.opens("17", "sales", QByteArray(id + 'A')));
        QVERIFY(!ids.opens("17", "sales", QByteArray(22, 'A')));
    }

    void guestIdsCannotBeMovedBetweenDialogAndAssistant()
    {
        const DerivedGuestIds ids(kSecret);
        const QSet<QByteArray> distinct{ids.mint("a", "bc"), ids.mint("ab", "c"), ids.mint("bc", "a")};
        QCOMPARE(distinct.size(), 3);
        QCOMPARE(ids.mint("a\nb", "c"), QByteArray());
        QCOMPARE(ids.mint("a", "b\nc"), QByteArray());
    }

    void guestIdsAreMadeWithAKeyOfTheirOwn()
    {
        const DerivedGuestIds ids(kSecret);
        const QByteArray plain = base64Url(hmacSha256(kSecret.current, "17\nsales")).first(22);
        QVERIFY(!ids.opens("17", "sales", plain));
    }

    void guestIdsRotate()
    {
        const QByteArray id = DerivedGuestIds({"old", {}}).mint("17", "sales");
        QVERIFY(DerivedGuestIds({"new", "old"}).opens("17", "sales", id));
        QVERIFY(!DerivedGuestIds({"new", {}}).opens("17", "sales", id));
        QVERIFY(!DerivedGuestIds({}).opens("17", "sales", ""));
        QCOMPARE(DerivedGuestIds({}).mint("17", "sales"), QByteArray());
    }
};

QTEST_APPLESS_MAIN(TestSignedLink)
#include "tst_signedlink.moc"
