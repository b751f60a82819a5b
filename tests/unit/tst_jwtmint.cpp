// SPDX-License-Identifier: GPL-3.0-or-later
// Tokens of our own, and the bounded memory of verified ones.
// links: server_auth
#include "auth/jwt.h"

#include <QTest>

using namespace signalbox;

namespace {

constexpr qint64 kNow = 1'700'000'000;

JwtSettings settings()
{
    JwtSettings result;
    result.secret.current = "0123456789abcdef0123456789abcdef";
    return result;
}

} // namespace

class TestJwtMint : public QObject
{
    Q_OBJECT

    const ManualClock m_clock{kNow * 1000};

private slots:
    void aMintedTokenVerifies()
    {
        JwtSettings with = settings();
        with.issuer = "https://id.example";
        with.audience = "signalbox";
        const JwtClaims wanted{"7", Role::Director, QString::fromUtf8("Аня"), {"Тверь"}, {"stream:deals"}, 600};
        const auto minted = mintJwt(with, wanted, m_clock);
        QVERIFY(minted.ok());
        const auto identity = JwtVerifier::create(with, m_clock).value()->verify(*minted);
        QVERIFY(identity.ok());
        QCOMPARE((*identity)->subject, wanted.subject);
        QCOMPARE((*identity)->role, wanted.role);
        QCOMPARE((*identity)->name, wanted.name);
        QCOMPARE((*identity)->cities, wanted.cities);
        QCOMPARE((*identity)->channels, wanted.channels);
        QCOMPARE((*identity)->expiresAtMs, (kNow + 600) * 1000);
        QVERIFY(*mintJwt(with, wanted, m_clock) != *minted);
    }

    void mintRefusesWhatWouldNotVerify_data()
    {
        QTest::addColumn<QByteArray>("subject");
        QTest::addColumn<int>("role");
        QTest::addColumn<QByteArray>("channel");
        QTest::addColumn<qint64>("lifetime");
        const int user = static_cast<int>(Role::User);
        QTest::newRow("no subject") << QByteArray() << user << QByteArray("a") << qint64(60);
        QTest::newRow("a guest") << QByteArray("7") << static_cast<int>(Role::Guest) << QByteArray("a") << qint64(60);
        QTest::newRow("a channel") << QByteArray("7") << user << QByteArray("a,b") << qint64(60);
        QTest::newRow("no time") << QByteArray("7") << user << QByteArray("a") << qint64(0);
        QTest::newRow("too long") << QByteArray("7") << user << QByteArray("a") << qint64(24 * 3600 + 1);
    }
    void mintRefusesWhatWouldNotVerify()
    {
        QFETCH(QByteArray, subject);
        QFETCH(int, role);
        QFETCH(QByteArray, channel);
        QFETCH(qint64, lifetime);
        const JwtClaims wanted{subject, static_cast<Role>(role), {}, {}, {channel}, lifetime};
        QCOMPARE(mintJwt(settings(), wanted, m_clock).error().code, ErrorCode::BadRequest);
    }

    void mintNeedsASecret()
    {
        QCOMPARE(mintJwt(JwtSettings(), {"7", Role::User, {}, {}, {}, 60}, m_clock).error().code,
                 ErrorCode::Unauthorized);
    }

    void theCacheIsBoundedAndKeepsWhatIsUsed()
    {
        TokenCache cache(100);
        const auto kept = std::make_shared<const Identity>();
        cache.insert("kept", kept);
        for (int i = 0; i < 10'000; ++i) {
            cache.insert(QByteArray::number(i), std::make_shared<const Identity>());
            QVERIFY(cache.size() <= 100);
            QCOMPARE(cache.find("kept"), kept);
        }
        QVERIFY(cache.find("9999"));
        QVERIFY(!cache.find("1"));
        cache.clear();
        QCOMPARE(cache.size(), 0);
        QVERIFY(!cache.find("kept"));
    }
};

QTEST_APPLESS_MAIN(TestJwtMint)
#include "tst_jwtmint.moc"
