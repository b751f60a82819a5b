// SPDX-License-Identifier: GPL-3.0-or-later
// The facade of the doors: every way in, rotation, threads, and that no error quotes a credential.
// links: server_auth
#include "auth/authenticator.h"

#include <QTest>

#include <atomic>
#include <thread>
#include <vector>

using namespace signalbox;

namespace {

constexpr qint64 kNow = 1'700'000'000;

AuthSettings settings()
{
    AuthSettings result;
    result.sessionSecret.current = "session-secret-of-thirty-two-byt";
    result.webhookToken.current = "webhook-token-1";
    result.jwt.secret.current = "jwt-secret-0123456789abcdef01234";
    result.siteTokens = "shop=static-token";
    result.allowStaticSiteTokens = true;
    return result;
}

class OneGuest final : public GuestDirectory
{
public:
    bool opens(QByteArrayView dialogId, QByteArrayView assistantId, QByteArrayView guestId) const override
    {
        return dialogId == "17" && assistantId == "sales" && constantTimeEqual(guestId, "stored-guest-id");
    }
};

} // namespace

class TestAuthenticator : public QObject
{
    Q_OBJECT

    const ManualClock m_clock{kNow * 1000};

    std::unique_ptr<Authenticator> make(const AuthSettings& with = settings(),
                                        std::shared_ptr<const GuestDirectory> guests = {})
    {
        return Authenticator::create(with, m_clock, std::move(guests)).value();
    }

private slots:
    void theWebhookTokenIsAService()
    {
        const auto service = make()->bearer("webhook-token-1");
        QVERIFY(service.ok());
        QCOMPARE((*service)->role, Role::Service);
        QCOMPARE((*service)->subject, QByteArray("webhook"));
        QCOMPARE((*service)->expiresAtMs, 0);
        QCOMPARE((*service)->credential, credentialKey("webhook-token-1"));
    }

    void anythingElseIsNot_data()
    {
        QTest::addColumn<QByteArray>("token");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("beginning") << QByteArray("webhook-token-");
        QTest::newRow("more") << QByteArray("webhook-token-12");
        QTest::newRow("other case") << QByteArray("Webhook-token-1");
        QTest::newRow("NUL behind") << QByteArray("webhook-token-1\0", 16);
        QTest::newRow("the session secret") << settings().sessionSecret.current;
        QTest::newRow("a static site token") << QByteArray("static-token");
    }

    void anythingElseIsNot()
    {
        QFETCH(QByteArray, token);
        const auto identity = make()->bearer(token);
        QVERIFY(!identity.ok());
        QCOMPARE(identity.error().code, ErrorCode::Unauthorized);
    }

    void webhookTokenRotates()
    {
        AuthSettings with = settings();
        with.webhookToken = {"webhook-token-2", "webhook-token-1"};
        const auto both = make(with);
        QCOMPARE((*both->bearer("webhook-token-1"))->credential, credentialKey("webhook-token-1"));
        QCOMPARE((*both->bearer("webhook-token-2"))->credential, credentialKey("webhook-token-2"));
        with.webhookToken.current.clear();
        QVERIFY(!make(with)->bearer("webhook-token-1").ok());
    }

    void aJwtIsABearer()
    {
        ManualClock clock(kNow * 1000);
        const auto auth = Authenticator::create(settings(), clock).value();
        const auto token = auth->issueJwt({"7", Role::Operator, {}, {}, {}, 600});
        QVERIFY(token.ok());
        const auto identity = auth->bearer(*token);
        QVERIFY(identity.ok());
        QCOMPARE((*identity)->role, Role::Operator);
        clock.advance(631'000);
        QCOMPARE(auth->bearer(*token).error().code, ErrorCode::TokenExpired);
    }

    void guestsComeInFourWays()
    {
        const auto auth = make();
        const qint64 exp = kNow + 60;
        const QList<Result<IdentityPtr>> ways{
            auth->session("17", auth->sessionTokens().mint("17")->token),
            auth->link("17", auth->signedLinks().sign("17", exp), QByteArray::number(exp)),
            auth->site(*auth->siteTokens().mint({"shop", "17", exp}), "17"),
            auth->site("static-token", "17"),
            auth->widget("17", "sales", auth->guestIds().mint("17", "sales")),
        };
        for (const auto& way : ways) {
            QVERIFY(way.ok());
            QCOMPARE((*way)->role, Role::Guest);
            QCOMPARE((*way)->dialog, QByteArray("17"));
            QCOMPARE((*way)->subject, QByteArray("guest:17"));
        }
    }

    void aCredentialOpensItsOwnDoorOnly()
    {
        const auto auth = make();
        const QByteArray session = auth->sessionTokens().mint("17")->token;
        const QByteArray site = *auth->siteTokens().mint({"shop", "17", kNow + 60});
        const QByteArray guest = auth->guestIds().mint("17", "sales");
        const QByteArray jwt = *auth->issueJwt({"17", Role::Admin, {}, {}, {}, 60});
        QVERIFY(!auth->bearer(session).ok());
        QVERIFY(!auth->bearer(site).ok());
        QVERIFY(!auth->bearer(guest).ok());
        QVERIFY(!auth->session("17", site).ok());
        QVERIFY(!auth->session("17", jwt).ok());
        QVERIFY(!auth->session("17", "webhook-token-1").ok());
        QVERIFY(!auth->site(session, "17").ok());
        QVERIFY(!auth->site("webhook-token-1", "17").ok());
        QVERIFY(!auth->widget("17", "sales", session).ok());
        QVERIFY(!auth->link("17", guest, QByteArray::number(kNow + 60)).ok());
    }

    void anotherDirectoryAnswersForGuests()
    {
        const auto auth = make(settings(), std::make_shared<OneGuest>());
        QVERIFY(auth->widget("17", "sales", "stored-guest-id").ok());
        QVERIFY(!auth->widget("18", "sales", "stored-guest-id").ok());
        QVERIFY(!auth->widget("17", "sales", auth->guestIds().mint("17", "sales")).ok());
        QCOMPARE(auth->widget("17", "", "stored-guest-id").error().code, ErrorCode::Unauthorized);
    }

    void withoutSecretsEveryDoorIsClosed()
    {
        const auto auth = make(AuthSettings());
        const QByteArray exp = QByteArray::number(kNow + 60);
        QVERIFY(!auth->bearer("").ok());
        QVERIFY(!auth->session("17", "").ok());
        QVERIFY(!auth->link("17", "", exp).ok());
        QVERIFY(!auth->site("", "17").ok());
        QVERIFY(!auth->widget("17", "sales", "").ok());
    }

    void anUnusableKeyFileStopsTheStart()
    {
        AuthSettings with = settings();
        with.jwt.jwksFile = QStringLiteral("no-such-file.json");
        QVERIFY(!Authenticator::create(with, m_clock).ok());
    }

    void noErrorQuotesACredential()
    {
        const auto auth = make();
        const QByteArray mark("QUOTEDMARK");
        const QByteArray jwt = *auth->issueJwt({"7", Role::Operator, {}, {}, {}, 600}) + mark;
        const QList<Error> errors{
            auth->bearer(mark).error(),
            auth->bearer(jwt).error(),
            auth->session("17", mark).error(),
            auth->session("17", QByteArray("v1.1700000000." + mark)).error(),
            auth->site(mark, "17").error(),
            auth->widget("17", "sales", mark).error(),
            auth->link("17", mark, "1700000060").error(),
        };
        for (const Error& error : errors)
            QVERIFY2(!error.toJson().contains(mark), error.toJson().constData());
    }

    void manyThreadsComeInAtOnce()
    {
        const auto auth = make();
        const QByteArray jwt = *auth->issueJwt({"7", Role::Operator, {}, {}, {}, 600});
        std::atomic<int> wrong{0};
        const auto work = [&] {
            for (int i = 0; i < 100; ++i) {
                const QByteArray id = QByteArray::number(i);
                wrong += !auth->bearer(jwt).ok() + !auth->bearer("webhook-token-1").ok();
                wrong += !auth->session(id, auth->sessionTokens().mint(id)->token).ok();
                wrong += !auth->widget(id, "sales", auth->guestIds().mint(id, "sales")).ok();
                wrong += !auth->site("static-token", id).ok() + !auth->reload().ok();
            }
        };
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back(work);
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(wrong.load(), 0);
    }
};

QTEST_APPLESS_MAIN(TestAuthenticator)
#include "tst_authenticator.moc"
