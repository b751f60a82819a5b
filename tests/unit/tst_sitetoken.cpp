// SPDX-License-Identifier: GPL-3.0-or-later
// Site tokens, signed and static, spec section 5.
// links: server_auth
#include "auth/sitetoken.h"

#include <QTest>

using namespace signalbox;

namespace {

const RotatingSecret kSecret{"0123456789abcdef0123456789abcdef", {}};
constexpr qint64 kNow = 1'700'000'000;

QByteArray forged(const QByteArray& json, const QByteArray& secret = kSecret.current)
{
    const QByteArray head = "s1." + base64Url(json);
    return head + '.' + base64Url(hmacSha256(hmacSha256(secret, "signalbox/site-token/v1"), head));
}

} // namespace

class TestSiteToken : public QObject
{
    Q_OBJECT

    const ManualClock m_clock{kNow * 1000};

private slots:
    void aTokenForADialogOpensThatDialog()
    {
        const SiteTokens tokens(kSecret, "", false, m_clock);
        const auto token = tokens.mint({"shop.example", "17", kNow + 600});
        QVERIFY(token.ok());
        const auto guest = tokens.verify(*token, "17");
        QVERIFY(guest.ok());
        QCOMPARE((*guest)->role, Role::Guest);
        QCOMPARE((*guest)->dialog, QByteArray("17"));
        QCOMPARE((*guest)->site, QByteArray("shop.example"));
        QCOMPARE((*guest)->expiresAtMs, (kNow + 600) * 1000);
        QCOMPARE((*guest)->credential, credentialKey(*token));
    }

    void aTokenForADialogOpensNoOther()
    {
        const SiteTokens tokens(kSecret, "", false, m_clock);
        const auto token = tokens.mint({"shop.example", "17", kNow + 600});
        QCOMPARE(tokens.verify(*token, "18").error().code, ErrorCode::Forbidden);
        QCOMPARE(tokens.verify(*token, "").error().code, ErrorCode::Unauthorized);
    }

    void aTokenForASiteOpensItsDialogs()
    {
        const SiteTokens tokens(kSecret, "", false, m_clock);
        const auto token = tokens.mint({"shop.example", "", kNow + 600});
        QCOMPARE((*tokens.verify(*token, "17"))->dialog, QByteArray("17"));
        QCOMPARE((*tokens.verify(*token, "18"))->dialog, QByteArray("18"));
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("token");
        QTest::addColumn<int>("code");
        const int bad = static_cast<int>(ErrorCode::Unauthorized);
        const int old = static_cast<int>(ErrorCode::TokenExpired);
        const QByteArray good = forged(R"({"site":"a","exp":1700000600})");
        QByteArray oneBit = good;
        oneBit[oneBit.size() - 9] = static_cast<char>(oneBit[oneBit.size() - 9] ^ 1);
        QTest::newRow("empty") << QByteArray() << bad;
        QTest::newRow("prefix") << QByteArray("s1.") << bad;
        QTest::newRow("dots") << QByteArray("s1..") << bad;
        QTest::newRow("another version") << "s2" + good.mid(2) << bad;
        QTest::newRow("another secret") << forged(R"({"site":"a","exp":1700000600})", "guess") << bad;
        QTest::newRow("the secret itself as the key")
            << QByteArray(good.first(good.lastIndexOf('.') + 1) +
                          base64Url(hmacSha256(kSecret.current, good.first(good.lastIndexOf('.')))))
            << bad;
        QTest::newRow("one bit") << oneBit << bad;
        QTest::newRow("truncated") << good.chopped(1) << bad;
        QTest::newRow("padded") << good + '=' << bad;
        QTest::newRow("over") << forged(R"({"site":"a","exp":1699999999})") << old;
        QTest::newRow("no expiry") << forged(R"({"site":"a"})") << bad;
        QTest::newRow("expiry as text") << forged(R"({"site":"a","exp":"1700000600"})") << bad;
        QTest::newRow("expiry beyond all days") << forged(R"({"site":"a","exp":9223372036854775807})") << bad;
        QTest::newRow("no site") << forged(R"({"exp":1700000600})") << bad;
        QTest::newRow("empty dialog") << forged(R"({"site":"a","dialog":"","exp":1700000600})") << bad;
        QTest::newRow("null dialog") << forged(R"({"site":"a","dialog":null,"exp":1700000600})") << bad;
        QTest::newRow("repeated member") << forged(R"({"site":"a","dialog":"18","dialog":"17","exp":1700000600})")
                                         << bad;
        QTest::newRow("no object") << forged("[]") << bad;
        QTest::newRow("no JSON") << forged("site=a") << bad;
        QTest::newRow("huge") << QByteArray("s1." + QByteArray(1 << 20, 'A') + ".AAAA") << bad;
        QTest::newRow("Unicode") << QByteArray("s1.\xd0\x90.\xd0\x91") << bad;
        QTest::newRow("static, but not allowed") << QByteArray("widget-token") << bad;
    }

    void refuses()
    {
        QFETCH(QByteArray, token);
        const auto guest = SiteTokens(kSecret, "widget-token", false, m_clock).verify(token, "17");
        QVERIFY(!guest.ok());
        QTEST(static_cast<int>(guest.error().code), "code");
    }

    void mintRefusesWhatWouldNotVerify_data()
    {
        QTest::addColumn<QByteArray>("site");
        QTest::addColumn<QByteArray>("dialog");
        QTest::addColumn<qint64>("exp");
        QTest::newRow("no site") << QByteArray() << QByteArray("17") << kNow;
        QTest::newRow("line feed") << QByteArray("a\nb") << QByteArray("17") << kNow;
        QTest::newRow("no expiry") << QByteArray("a") << QByteArray("17") << qint64(0);
        QTest::newRow("long dialog") << QByteArray("a") << QByteArray(129, '1') << kNow;
    }

    void mintRefusesWhatWouldNotVerify()
    {
        QFETCH(QByteArray, site);
        QFETCH(QByteArray, dialog);
        QFETCH(qint64, exp);
        const SiteTokens tokens(kSecret, "", false, m_clock);
        QCOMPARE(tokens.mint({site, dialog, exp}).error().code, ErrorCode::BadRequest);
    }

    void staticTokens_data()
    {
        QTest::addColumn<QByteArray>("list");
        QTest::addColumn<QByteArray>("token");
        QTest::addColumn<bool>("ok");
        QTest::addColumn<QByteArray>("site");
        QTest::newRow("plain") << QByteArray("tok-1") << QByteArray("tok-1") << true << QByteArray();
        QTest::newRow("with a site") << QByteArray("shop=tok-1") << QByteArray("tok-1") << true << QByteArray("shop");
        QTest::newRow("the second") << QByteArray("tok-1, shop=tok-2 ,") << QByteArray("tok-2") << true
                                    << QByteArray("shop");
        QTest::newRow("base64 padding is no separator")
            << QByteArray("dG9rZQ==") << QByteArray("dG9rZQ==") << true << QByteArray();
        QTest::newRow("padding after a site")
            << QByteArray("shop=dG9rZQ==") << QByteArray("dG9rZQ==") << true << QByteArray("shop");
        QTest::newRow("the whole entry") << QByteArray("shop=tok-1") << QByteArray("shop=tok-1") << false
                                         << QByteArray();
        QTest::newRow("a beginning") << QByteArray("tok-1") << QByteArray("tok-") << false << QByteArray();
        QTest::newRow("other case") << QByteArray("tok-1") << QByteArray("TOK-1") << false << QByteArray();
        QTest::newRow("empty list, empty token") << QByteArray() << QByteArray() << false << QByteArray();
        QTest::newRow("empty entries, empty token") << QByteArray(",, ,") << QByteArray() << false << QByteArray();
        QTest::newRow("the list itself") << QByteArray("a1,b2") << QByteArray("a1,b2") << false << QByteArray();
    }

    void staticTokens()
    {
        QFETCH(QByteArray, list);
        QFETCH(QByteArray, token);
        QFETCH(bool, ok);
        const SiteTokens tokens(kSecret, list, true, m_clock);
        const auto guest = tokens.verify(token, "17");
        QCOMPARE(guest.ok(), ok);
        if (!ok)
            return;
        QTEST((*guest)->site, "site");
        QCOMPARE((*guest)->dialog, QByteArray("17"));
        QCOMPARE((*guest)->expiresAtMs, 0);
    }

    void saysWhetherStaticTokensCount()
    {
        QVERIFY(SiteTokens(kSecret, "tok", true, m_clock).takesStaticTokens());
        QVERIFY(!SiteTokens(kSecret, "tok", false, m_clock).takesStaticTokens());
        QVERIFY(!SiteTokens(kSecret, " , ", true, m_clock).takesStaticTokens());
    }

    void rotationAndMissingSecret()
    {
        const auto token = SiteTokens({"old", {}}, "", false, m_clock).mint({"a", "17", kNow + 60});
        QVERIFY(SiteTokens({"new", "old"}, "", false, m_clock).verify(*token, "17").ok());
        QVERIFY(!SiteTokens({"new", {}}, "", false, m_clock).verify(*token, "17").ok());
        const SiteTokens unset({}, "", false, m_clock);
        QCOMPARE(unset.mint({"a", "17", kNow + 60}).error().code, ErrorCode::Unauthorized);
        QVERIFY(!unset.verify(forged(R"({"site":"a","exp":1700000600})", ""), "17").ok());
    }
};

QTEST_APPLESS_MAIN(TestSiteToken)
#include "tst_sitetoken.moc"
