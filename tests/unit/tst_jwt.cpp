// SPDX-License-Identifier: GPL-3.0-or-later
// JSON Web Tokens: what is refused and why, what the claims become. Symmetric keys only here.
// links: server_auth
#include "auth/jwt.h"

#include <QTest>

#include <atomic>
#include <thread>
#include <vector>

using namespace signalbox;

namespace {

// JSON as the rows below write it: with ' for ".
QByteArray json(const char* text)
{
    return QByteArray(text).replace('\'', '"');
}

const QByteArray kSecret("0123456789abcdef0123456789abcdef");
const QByteArray kHeader = json("{'alg':'HS256','typ':'JWT'}");
constexpr qint64 kNow = 1'700'000'000;

QByteArray token(const QByteArray& claims, const QByteArray& header = kHeader, const QByteArray& secret = kSecret)
{
    const QByteArray head = base64Url(header) + '.' + base64Url(claims);
    return head + '.' + base64Url(hmacSha256(secret, head));
}

// Claims that verify, with more members behind them.
QByteArray claims(const QByteArray& more = {})
{
    return json("{'sub':'7','exp':1700000600") + more + '}';
}

JwtSettings settings()
{
    JwtSettings result;
    result.secret.current = kSecret;
    return result;
}

QByteArray changedAt(QByteArray text, qsizetype position)
{
    text[position] = static_cast<char>(text[position] == 'A' ? 'B' : 'A');
    return text;
}

} // namespace

class TestJwt : public QObject
{
    Q_OBJECT

    const ManualClock m_clock{kNow * 1000};

    std::unique_ptr<JwtVerifier> verifier(const JwtSettings& with = settings())
    {
        return JwtVerifier::create(with, m_clock).value();
    }

    static void refusalColumns()
    {
        QTest::addColumn<QByteArray>("given");
        QTest::addColumn<QString>("reason");
    }

    // The reason shows that a row fails for what it is about and for nothing else.
    void checkRefusal(const JwtSettings& with = settings())
    {
        QFETCH(QByteArray, given);
        QFETCH(QString, reason);
        const auto identity = verifier(with)->verify(given);
        QVERIFY(!identity.ok());
        QCOMPARE(identity.error().message, reason);
        QCOMPARE(identity.error().code, reason.isEmpty() ? ErrorCode::TokenExpired : ErrorCode::Unauthorized);
    }

private slots:
    void aGenuineTokenSpeaksForItsSubject()
    {
        const QByteArray given = token(claims(
            json(",'role':'operator','name':'Аня','cities':['Тверь','Omsk'],'channels':['order:5'],'iat':1700000000")));
        const auto identity = verifier()->verify(given);
        QVERIFY(identity.ok());
        QCOMPARE((*identity)->role, Role::Operator);
        QCOMPARE((*identity)->subject, QByteArray("7"));
        QCOMPARE((*identity)->name, QString::fromUtf8("Аня"));
        QCOMPARE((*identity)->cities, (QList<QByteArray>{"Тверь", "Omsk"}));
        QCOMPARE((*identity)->channels, QList<QByteArray>{"order:5"});
        QCOMPARE((*identity)->expiresAtMs, 1'700'000'600'000);
        QCOMPARE((*identity)->credential, credentialKey(given));
        QVERIFY((*identity)->dialog.isEmpty());
    }

    void refusesMalformed_data()
    {
        refusalColumns();
        const QString malformed = QStringLiteral("The token is malformed");
        const QString wrong = QStringLiteral("The token's signature is wrong");
        const QByteArray good = token(claims());
        const qsizetype dot = good.lastIndexOf('.');
        QTest::newRow("empty") << QByteArray() << malformed;
        QTest::newRow("no dots") << QByteArray("AAAA") << malformed;
        QTest::newRow("one dot") << good.first(dot) << malformed;
        QTest::newRow("two dots and nothing") << QByteArray("..") << malformed;
        QTest::newRow("no signature") << good.first(dot + 1) << malformed;
        QTest::newRow("a fourth part") << good + ".AAAA" << malformed;
        QTest::newRow("a dot at the end") << good + '.' << malformed;
        QTest::newRow("a dot in front") << '.' + good << malformed;
        QTest::newRow("encrypted, five parts") << good + ".AAAA.AAAA" << malformed;
        QTest::newRow("JSON serialisation")
            << json("{'payload':'e30','protected':'") + base64Url(kHeader) + json("','signature':'AAAA'}") << malformed;
        QTest::newRow("padding") << good + '=' << malformed;
        QTest::newRow("space in front") << ' ' + good << malformed;
        QTest::newRow("line feed behind") << good + '\n' << malformed;
        QTest::newRow("NUL behind") << good + '\0' << malformed;
        QTest::newRow("Unicode") << QByteArray("ключ.от.двери") << malformed;
        QTest::newRow("not UTF-8") << QByteArray("\xff\xfe.\xff.\xff") << malformed;
        QTest::newRow("unused bits of the signature") << good.chopped(1) + char(good.back() + 1) << malformed;
        QTest::newRow("signature cut by three") << good.chopped(3) << wrong;
        QTest::newRow("signature cut by a character") << good.chopped(1) << malformed;
        QTest::newRow("one bit of the signature") << changedAt(good, dot + 5) << wrong;
        const QByteArray other = base64Url(claims(json(",'role':'admin'")));
        QTest::newRow("another payload") << good.first(good.indexOf('.') + 1) + other + good.mid(dot) << wrong;
        QTest::newRow("another secret") << token(claims(), kHeader, "guess") << wrong;
        QTest::newRow("empty secret") << token(claims(), kHeader, "") << wrong;
        QTest::newRow("huge") << token(claims(json(",'pad':'") + QByteArray(8192, 'x') + '"')) << malformed;
        QTest::newRow("huge, no token") << QByteArray(1 << 20, '.') << malformed;
    }
    void refusesMalformed() { checkRefusal(); }

    void refusesHeaders_data()
    {
        refusalColumns();
        const QString algorithm = QStringLiteral("The token's algorithm is not accepted");
        const QString key = QStringLiteral("The token's algorithm or key is not accepted");
        const QString extension = QStringLiteral("The token's header asks for an extension");
        const QString malformed = QStringLiteral("The token is malformed");
        const auto row = [](const char* name, const QByteArray& header, const QString& reason) {
            QTest::newRow(name) << token(claims(), header) << reason;
        };
        QTest::newRow("none, unsigned") << base64Url(json("{'alg':'none'}")) + '.' + base64Url(claims()) + '.'
                                        << malformed;
        row("none", json("{'alg':'none'}"), algorithm);
        row("None", json("{'alg':'None'}"), algorithm);
        row("lower case", json("{'alg':'hs256'}"), algorithm);
        row("HS512", json("{'alg':'HS512'}"), algorithm);
        row("HS256 and NUL", json("{'alg':'HS256\\u0000'}"), malformed);
        row("PS256", json("{'alg':'PS256'}"), algorithm);
        row("RS256 without such a key", json("{'alg':'RS256'}"), key);
        row("ES256 without such a key", json("{'alg':'ES256'}"), key);
        row("no algorithm", json("{'typ':'JWT'}"), algorithm);
        row("algorithm as number", json("{'alg':256}"), algorithm);
        row("list of algorithms", json("{'alg':['HS256']}"), algorithm);
        row("two algorithms", json("{'alg':'none','alg':'HS256'}"), malformed);
        row("two algorithms, one escaped", json("{'alg':'HS256','\\u0061lg':'HS256'}"), malformed);
        row("crit", json("{'alg':'HS256','crit':['exp'],'exp':1}"), extension);
        row("empty crit", json("{'alg':'HS256','crit':[]}"), extension);
        row("b64", json("{'alg':'HS256','b64':true}"), extension);
        row("nested", json("{'alg':'HS256','cty':'JWT'}"), extension);
        row("encrypted", json("{'alg':'HS256','enc':'A128GCM'}"), extension);
        row("compressed", json("{'alg':'HS256','zip':'DEF'}"), extension);
        row("kid as number", json("{'alg':'HS256','kid':1}"), malformed);
        row("no object", json("['HS256']"), malformed);
        row("text behind", json("{'alg':'HS256'} x"), malformed);
        row("no JSON", "alg=HS256", malformed);
        row("empty", "", malformed);
        const QByteArray deep = QByteArray(9, '[') + QByteArray(9, ']');
        QTest::newRow("deep") << token(claims(), json("{'alg':'HS256','x':") + deep + '}') << malformed;
    }
    void refusesHeaders() { checkRefusal(); }

    void refusesClaims_data()
    {
        refusalColumns();
        const QString malformed = QStringLiteral("The token's claims are malformed");
        const QString expiry = QStringLiteral("The token has no usable expiry");
        const QString early = QStringLiteral("The token is not valid yet");
        const QString subject = QStringLiteral("The token has no usable subject");
        const QString lists = QStringLiteral("The token's cities or channels are not usable");
        const QString far = QStringLiteral("The token expires too far ahead");
        const QString expired;
        const auto row = [](const char* name, const QByteArray& given, const QString& reason) {
            QTest::newRow(name) << token(given) << reason;
        };
        row("no JSON", "sub=7", malformed);
        row("array", "[]", malformed);
        row("not UTF-8", "{\"sub\":\"\xff\",\"exp\":1700000600}", malformed);
        row("two subjects", json("{'sub':'8','exp':1700000600,'sub':'7'}"), malformed);
        row("two roles, one escaped", claims(json(",'role':'user','r\\u006fle':'admin'")), malformed);
        row("repeated deep inside", claims(json(",'x':{'a':1,'a':2}")), malformed);
        row("deep", claims(json(",'x':") + QByteArray(8, '[') + QByteArray(8, ']')), malformed);
        row("very deep", claims(json(",'x':") + QByteArray(2900, '[') + QByteArray(2900, ']')), malformed);
        row("no expiry", json("{'sub':'7'}"), expiry);
        row("null expiry", json("{'sub':'7','exp':null}"), expiry);
        row("expiry as text", json("{'sub':'7','exp':'1700000600'}"), expiry);
        row("negative expiry", json("{'sub':'7','exp':-1}"), expiry);
        row("expiry in milliseconds", json("{'sub':'7','exp':1700000600000}"), expiry);
        row("expiry out of range", json("{'sub':'7','exp':1e300}"), expiry);
        row("expiry beyond numbers", json("{'sub':'7','exp':99999999999999999999}"), malformed);
        row("expired", json("{'sub':'7','exp':1699999969}"), expired);
        row("expired in 1970", json("{'sub':'7','exp':0}"), expired);
        row("too far ahead", json("{'sub':'7','exp':1700086461}"), far);
        row("not before", claims(json(",'nbf':1700000061")), early);
        row("not before as text", claims(json(",'nbf':'1600000000'")), early);
        row("issued tomorrow", claims(json(",'iat':1700000061")), early);
        row("no subject", json("{'exp':1700000600}"), subject);
        row("empty subject", json("{'sub':'','exp':1700000600}"), subject);
        row("null subject", json("{'sub':null,'exp':1700000600}"), subject);
        row("fraction as subject", json("{'sub':7.5,'exp':1700000600}"), subject);
        row("comma in the subject", json("{'sub':'7,8','exp':1700000600}"), subject);
        row("line feed in the subject", json("{'sub':'7\\n8','exp':1700000600}"), subject);
        row("long subject", json("{'exp':1700000600,'sub':'") + QByteArray(129, '7') + json("'}"), subject);
        row("cities as object", claims(json(",'cities':{}")), lists);
        row("number among cities", claims(json(",'cities':['a',1]")), lists);
        row("channels as number", claims(json(",'channels':1")), lists);
        row("null among channels", claims(json(",'channels':['stream:deals',null]")), lists);
        row("malformed channel", claims(json(",'channels':['a,b']")), lists);
    }
    void refusesClaims() { checkRefusal(); }

    void refusesOtherParties_data()
    {
        refusalColumns();
        const QString issuer = QStringLiteral("The token is of another issuer");
        const QString audience = QStringLiteral("The token is for another audience");
        const auto row = [](const char* name, const QByteArray& more, const QString& reason) {
            QTest::newRow(name) << token(claims(more)) << reason;
        };
        row("neither", "", issuer);
        row("other issuer", json(",'iss':'them','aud':'signalbox'"), issuer);
        row("issuer with more behind it", json(",'iss':'https://id.example/x','aud':'signalbox'"), issuer);
        row("issuer as list", json(",'iss':['https://id.example'],'aud':'signalbox'"), issuer);
        row("no audience", json(",'iss':'https://id.example'"), audience);
        row("other audience", json(",'iss':'https://id.example','aud':'crm'"), audience);
        row("other audiences", json(",'iss':'https://id.example','aud':['crm','mail']"), audience);
        row("no audience in the list", json(",'iss':'https://id.example','aud':[]"), audience);
        row("audience as object", json(",'iss':'https://id.example','aud':{'signalbox':1}"), audience);
    }
    void refusesOtherParties()
    {
        JwtSettings with = settings();
        with.issuer = "https://id.example";
        with.audience = "signalbox";
        checkRefusal(with);
    }

    void accepts_data()
    {
        QTest::addColumn<QByteArray>("given");
        QTest::newRow("exp 30 s ago") << QByteArray(json("{'sub':'7','exp':1699999970}"));
        QTest::newRow("exp 24 h and 60 s ahead") << QByteArray(json("{'sub':'7','exp':1700086460}"));
        QTest::newRow("exp with a fraction") << QByteArray(json("{'sub':'7','exp':1700000600.25}"));
        QTest::newRow("nbf and iat 60 s ahead") << claims(json(",'nbf':1700000060,'iat':1700000060"));
        QTest::newRow("audience nobody asked for") << claims(json(",'aud':'crm','iss':'them'"));
        QTest::newRow("null lists and name") << claims(json(",'cities':null,'channels':null,'name':null"));
        QTest::newRow("depth within the limit") << claims(json(",'x':") + QByteArray(7, '[') + QByteArray(7, ']'));
        QTest::newRow("subject of 128 bytes") << json("{'exp':1700000600,'sub':'") + QByteArray(128, '7') + json("'}");
    }
    void accepts()
    {
        QFETCH(QByteArray, given);
        QVERIFY(verifier()->verify(token(given)).ok());
    }

    void audienceMayBeOneOfAList()
    {
        JwtSettings with = settings();
        with.audience = "signalbox";
        QVERIFY(verifier(with)->verify(token(claims(json(",'aud':['crm','signalbox']")))).ok());
        QVERIFY(verifier(with)->verify(token(claims(json(",'aud':'signalbox'")))).ok());
    }

    void rolesAreOursOrUser_data()
    {
        QTest::addColumn<QByteArray>("role");
        QTest::addColumn<int>("expected");
        const auto row = [](const QByteArray& value, Role role) {
            QTest::newRow(value.constData()) << value << static_cast<int>(role);
        };
        row(json("'operator'"), Role::Operator);
        row(json("'director'"), Role::Director);
        row(json("'admin'"), Role::Admin);
        row(json("'service'"), Role::Service);
        row(json("'user'"), Role::User);
        row(json("'guest'"), Role::User);
        row(json("'Admin'"), Role::User);
        row(json("'admin '"), Role::User);
        row(json("['admin']"), Role::User);
        row("4", Role::User);
        row("null", Role::User);
    }
    void rolesAreOursOrUser()
    {
        QFETCH(QByteArray, role);
        const auto identity = verifier()->verify(token(claims(",\"role\":" + role)));
        QVERIFY(identity.ok());
        QTEST(static_cast<int>((*identity)->role), "expected");
    }

    void subjectAndCitiesMayBeSimple()
    {
        const auto identity = verifier()->verify(token(json("{'sub':42,'exp':1700000600,'cities':'Omsk'}")));
        QVERIFY(identity.ok());
        QCOMPARE((*identity)->subject, QByteArray("42"));
        QCOMPARE((*identity)->cities, QList<QByteArray>{"Omsk"});
    }

    void howFarAheadIsConfigurable()
    {
        JwtSettings with = settings();
        with.maxAheadSeconds = 100;
        QVERIFY(verifier(with)->verify(token(json("{'sub':'7','exp':1700000160}"))).ok());
        QVERIFY(!verifier(with)->verify(token(json("{'sub':'7','exp':1700000161}"))).ok());
    }

    void aRememberedTokenStillExpires()
    {
        ManualClock clock(kNow * 1000);
        const auto jwt = JwtVerifier::create(settings(), clock).value();
        const QByteArray given = token(claims());
        const auto first = jwt->verify(given);
        QVERIFY(first.ok());
        const auto second = jwt->verify(given);
        QCOMPARE(second->get(), first->get());
        clock.advance(630'000);
        QVERIFY(jwt->verify(given).ok());
        clock.advance(1);
        QCOMPARE(jwt->verify(given).error().code, ErrorCode::TokenExpired);
        QCOMPARE(jwt->verify(changedAt(given, given.size() - 5)).error().code, ErrorCode::Unauthorized);
    }

    void rotationTakesBothSecrets()
    {
        JwtSettings with = settings();
        with.secret = {"another-secret-of-thirty-two-byt", kSecret};
        QVERIFY(verifier(with)->verify(token(claims())).ok());
        with.secret.previous.clear();
        QVERIFY(!verifier(with)->verify(token(claims())).ok());
    }

    void withoutKeysNothingVerifies()
    {
        const auto jwt = verifier(JwtSettings());
        QVERIFY(!jwt->hasKeys());
        QVERIFY(!jwt->verify(token(claims(), kHeader, "")).ok());
        QVERIFY(!jwt->verify(token(claims(), json("{'alg':'none'}"), "")).ok());
        QVERIFY(verifier()->hasKeys());
    }

    void saysWhenASecretIsWeak()
    {
        JwtSettings with;
        with.secret.current = QByteArray(32, 'x');
        QVERIFY(!verifier(with)->hasWeakSecret());
        with.secret.previous = QByteArray(31, 'x');
        QVERIFY(verifier(with)->hasWeakSecret());
        QVERIFY(!verifier(JwtSettings())->hasWeakSecret());
    }

    void manyThreadsVerifyAndReloadAtOnce()
    {
        const auto jwt = verifier();
        std::atomic<int> wrong{0};
        const auto work = [&](int seed) {
            for (int i = 0; i < 200; ++i) {
                const QByteArray sub = QByteArray::number((seed * 7 + i) % 20);
                const auto identity = jwt->verify(token("{\"exp\":1700000600,\"sub\":\"" + sub + "\"}"));
                wrong += !identity.ok() || (*identity)->subject != sub;
                wrong += jwt->verify(token(claims(), kHeader, "guess")).ok();
                wrong += i % 50 == 0 && !jwt->reload().ok();
            }
        };
        std::vector<std::thread> threads;
        for (int seed = 0; seed < 4; ++seed)
            threads.emplace_back(work, seed);
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(wrong.load(), 0);
    }
};

QTEST_APPLESS_MAIN(TestJwt)
#include "tst_jwt.moc"
