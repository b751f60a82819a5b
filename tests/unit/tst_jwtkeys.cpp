// SPDX-License-Identifier: GPL-3.0-or-later
// Key files of JWTs: PEM and key sets, pinned algorithms, confusion between them, reload.
// links: server_auth OpenSSL::Crypto
#include "auth/jwt.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

using namespace signalbox;

namespace {

// JSON as the rows below write it: with ' for ".
QByteArray json(const char* text)
{
    return QByteArray(text).replace('\'', '"');
}

constexpr qint64 kNow = 1'700'000'000;
const QByteArray kClaims = json("{'sub':'7','exp':1700000600}");

using Key = std::shared_ptr<EVP_PKEY>;

Key rsa(unsigned bits = 2048)
{
    return Key(EVP_RSA_gen(bits), EVP_PKEY_free);
}

Key ec(const char* curve = "P-256")
{
    return Key(EVP_EC_gen(curve), EVP_PKEY_free);
}

QByteArray pem(const Key& key, bool isPrivate = false)
{
    BIO* bio = BIO_new(BIO_s_mem());
    if (isPrivate)
        PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    else
        PEM_write_bio_PUBKEY(bio, key.get());
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    const QByteArray text(data, size);
    BIO_free(bio);
    return text;
}

QByteArray number(const Key& key, const char* name, int bytes = 0)
{
    BIGNUM* value = nullptr;
    EVP_PKEY_get_bn_param(key.get(), name, &value);
    QByteArray raw(qMax(bytes, BN_num_bytes(value)), '\0');
    BN_bn2binpad(value, reinterpret_cast<unsigned char*>(raw.data()), static_cast<int>(raw.size()));
    BN_free(value);
    return base64Url(raw);
}

QByteArray rsaJwk(const Key& key, const QByteArray& more)
{
    return json("{'kty':'RSA','n':'") + number(key, OSSL_PKEY_PARAM_RSA_N) + json("','e':'") +
           number(key, OSSL_PKEY_PARAM_RSA_E) + '"' + more + '}';
}

QByteArray ecJwk(const Key& key, const QByteArray& more, const QByteArray& curve = "P-256", int bytes = 32)
{
    return json("{'kty':'EC','crv':'") + curve + json("','x':'") + number(key, OSSL_PKEY_PARAM_EC_PUB_X, bytes) +
           json("','y':'") + number(key, OSSL_PKEY_PARAM_EC_PUB_Y, bytes) + '"' + more + '}';
}

QByteArray octJwk(const QByteArray& secret, const QByteArray& more)
{
    return json("{'kty':'oct','k':'") + base64Url(secret) + '"' + more + '}';
}

QByteArray keySet(const QList<QByteArray>& keys)
{
    return json("{'keys':[") + keys.join(',') + "]}";
}

// R and S as they stand in a DER signature, 32 bytes each.
QByteArray rawEcdsa(const QByteArray& der)
{
    const auto* at = reinterpret_cast<const unsigned char*>(der.constData());
    ECDSA_SIG* signature = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
    QByteArray raw(64, '\0');
    auto* out = reinterpret_cast<unsigned char*>(raw.data());
    BN_bn2binpad(ECDSA_SIG_get0_r(signature), out, 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(signature), out + 32, 32);
    ECDSA_SIG_free(signature);
    return raw;
}

QByteArray signature(const Key& key, const QByteArray& text)
{
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    size_t size = 1024;
    QByteArray out(static_cast<qsizetype>(size), '\0');
    EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key.get());
    EVP_DigestSign(context, reinterpret_cast<unsigned char*>(out.data()), &size,
                   reinterpret_cast<const unsigned char*>(text.constData()), static_cast<size_t>(text.size()));
    EVP_MD_CTX_free(context);
    out.truncate(static_cast<qsizetype>(size));
    return EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_EC ? rawEcdsa(out) : out;
}

QByteArray header(const QByteArray& algorithm, const QByteArray& kid = {})
{
    return json("{'alg':'") + algorithm + '"' + (kid.isEmpty() ? QByteArray() : json(",'kid':'") + kid + '"') + '}';
}

QByteArray token(const Key& key, const QByteArray& head)
{
    const QByteArray text = base64Url(head) + '.' + base64Url(kClaims);
    return text + '.' + base64Url(signature(key, text));
}

QByteArray token(const QByteArray& secret, const QByteArray& head)
{
    const QByteArray text = base64Url(head) + '.' + base64Url(kClaims);
    return text + '.' + base64Url(hmacSha256(secret, text));
}

} // namespace

class TestJwtKeys : public QObject
{
    Q_OBJECT

    QTemporaryDir m_dir;
    const ManualClock m_clock{kNow * 1000};
    Key m_rsa = rsa();
    Key m_ec = ec();

    QString write(const QByteArray& content, const QString& name = QStringLiteral("key"))
    {
        QFile file(m_dir.filePath(name));
        if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate) || file.write(content) != content.size())
            qFatal("cannot write a key file");
        return file.fileName();
    }

    Result<std::unique_ptr<JwtVerifier>> withPem(const QByteArray& content, const QByteArray& algorithm = {})
    {
        JwtSettings settings;
        settings.publicKeyFile = write(content);
        settings.algorithm = algorithm;
        return JwtVerifier::create(settings, m_clock);
    }

    Result<std::unique_ptr<JwtVerifier>> withSet(const QByteArray& content, const QByteArray& algorithm = {})
    {
        JwtSettings settings;
        settings.jwksFile = write(content);
        settings.algorithm = algorithm;
        return JwtVerifier::create(settings, m_clock);
    }

private slots:
    void aPemKeyVerifiesItsAlgorithm()
    {
        const auto byRsa = withPem(pem(m_rsa), "RS256");
        QVERIFY((*byRsa)->verify(token(m_rsa, header("RS256"))).ok());
        QVERIFY((*byRsa)->verify(token(m_rsa, header("RS256", "any"))).ok());
        QVERIFY(!(*byRsa)->verify(token(rsa(), header("RS256"))).ok());
        const auto byEc = withPem(pem(m_ec));
        QVERIFY((*byEc)->verify(token(m_ec, header("ES256"))).ok());
        QVERIFY(!(*byEc)->verify(token(ec(), header("ES256"))).ok());
    }

    void aPublicKeyIsNeverASecret()
    {
        const QByteArray text = pem(m_rsa);
        const auto jwt = withPem(text);
        QVERIFY(jwt.ok());
        for (const QByteArray& guess : {text, text.trimmed(), QByteArray(text + '\n')})
            QVERIFY(!(*jwt)->verify(token(guess, header("HS256"))).ok());
        QVERIFY(!(*jwt)->hasWeakSecret());
    }

    void aSecretBesideAPublicKeyKeepsItsOwnAlgorithm()
    {
        JwtSettings settings;
        settings.secret.current = "0123456789abcdef0123456789abcdef";
        settings.publicKeyFile = write(pem(m_rsa));
        const auto jwt = JwtVerifier::create(settings, m_clock);
        QVERIFY((*jwt)->verify(token(settings.secret.current, header("HS256"))).ok());
        QVERIFY((*jwt)->verify(token(m_rsa, header("RS256"))).ok());
        QVERIFY(!(*jwt)->verify(token(pem(m_rsa), header("HS256"))).ok());
        QVERIFY(!(*jwt)->verify(token(settings.secret.current, header("RS256"))).ok());
        QVERIFY(!(*jwt)->verify(token(m_rsa, header("HS256"))).ok());
    }

    void anEcSignatureHasOneLength()
    {
        const auto jwt = withPem(pem(m_ec));
        const QByteArray text = base64Url(header("ES256")) + '.' + base64Url(kClaims);
        const QByteArray raw = signature(m_ec, text);
        QVERIFY((*jwt)->verify(QByteArray(text + '.' + base64Url(raw))).ok());
        const QByteArray padded = '\0' + raw.first(32) + '\0' + raw.last(32);
        QVERIFY(!(*jwt)->verify(QByteArray(text + '.' + base64Url(padded))).ok());
        QVERIFY(!(*jwt)->verify(QByteArray(text + '.' + base64Url(QByteArray(64, '\0')))).ok());
        QVERIFY(!(*jwt)->verify(QByteArray(text + '.' + base64Url(QByteArray(raw + '\0')))).ok());
        QByteArray oneBit = raw;
        oneBit[40] = static_cast<char>(oneBit[40] ^ 1);
        QVERIFY(!(*jwt)->verify(QByteArray(text + '.' + base64Url(oneBit))).ok());
    }

    void refusesPemFiles_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QByteArray>("algorithm");
        QTest::addColumn<QString>("reason");
        const QString none = QStringLiteral("it holds no public key in PEM");
        QTest::newRow("empty") << QByteArray() << QByteArray() << none;
        QTest::newRow("no PEM") << QByteArray("secret") << QByteArray() << none;
        QTest::newRow("private key") << pem(m_rsa, true) << QByteArray() << none;
        QTest::newRow("cut") << pem(m_rsa).first(200) << QByteArray() << none;
        QTest::newRow("short RSA") << pem(rsa(1024)) << QByteArray()
                                   << QStringLiteral("an RSA key must have at least 2048 bits");
        QTest::newRow("other curve") << pem(ec("P-384")) << QByteArray()
                                     << QStringLiteral("an EC key must be on the curve P-256");
        QTest::newRow("neither") << pem(Key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free))
                                 << QByteArray() << QStringLiteral("the key is neither RSA nor EC");
        const QString unfit = QStringLiteral("the key is not for the configured algorithm");
        QTest::newRow("RSA for ES256") << pem(m_rsa) << QByteArray("ES256") << unfit;
        QTest::newRow("RSA for HS256") << pem(m_rsa) << QByteArray("HS256") << unfit;
        QTest::newRow("no algorithm of ours")
            << pem(m_rsa) << QByteArray("none") << QStringLiteral("the JWT algorithm must be HS256, RS256 or ES256");
    }

    void refusesPemFiles()
    {
        QFETCH(QByteArray, content);
        QFETCH(QByteArray, algorithm);
        QFETCH(QString, reason);
        const auto jwt = withPem(content, algorithm);
        QVERIFY(!jwt.ok());
        QVERIFY2(jwt.error().message.endsWith(reason), qPrintable(jwt.error().message));
        QVERIFY(!jwt.error().message.contains(QStringLiteral("BEGIN")));
    }

    void aMissingFileIsNamed()
    {
        JwtSettings settings;
        settings.jwksFile = m_dir.filePath(QStringLiteral("absent.json"));
        const auto jwt = JwtVerifier::create(settings, m_clock);
        QVERIFY(!jwt.ok());
        QVERIFY(jwt.error().message.contains(QStringLiteral("absent.json")));
    }

    void aHugeFileIsRefused()
    {
        const auto jwt = withPem(QByteArray(1024 * 1024 + 1, ' '));
        QVERIFY(!jwt.ok());
        QVERIFY(jwt.error().message.endsWith(QStringLiteral("larger than 1 MiB")));
    }

    void aKeySetIsSelectedByKid()
    {
        const QByteArray secret("0123456789abcdef0123456789abcdef");
        const auto jwt = withSet(keySet({rsaJwk(m_rsa, json(",'kid':'r','alg':'RS256','use':'sig'")),
                                         ecJwk(m_ec, json(",'kid':'e'")), octJwk(secret, json(",'kid':'o'"))}));
        QVERIFY(jwt.ok());
        QVERIFY((*jwt)->verify(token(m_rsa, header("RS256", "r"))).ok());
        QVERIFY((*jwt)->verify(token(m_ec, header("ES256", "e"))).ok());
        QVERIFY((*jwt)->verify(token(secret, header("HS256", "o"))).ok());
        QVERIFY(!(*jwt)->verify(token(m_rsa, header("RS256", "e"))).ok());
        QVERIFY(!(*jwt)->verify(token(m_rsa, header("RS256", "x"))).ok());
        QVERIFY(!(*jwt)->verify(token(m_rsa, header("RS256"))).ok());
        QVERIFY(!(*jwt)->verify(token(secret, header("HS256", "r"))).ok());
    }

    void aSingleKeyNeedsNoKid()
    {
        const auto jwt = withSet(keySet({rsaJwk(m_rsa, json(",'kid':'r'"))}));
        QVERIFY((*jwt)->verify(token(m_rsa, header("RS256"))).ok());
        QVERIFY(!(*jwt)->verify(token(m_rsa, header("RS256", "other"))).ok());
        QVERIFY(!(*jwt)->verify(token(m_rsa, header("RS256", "R"))).ok());
    }

    void foreignKeysOfASetArePassedOver()
    {
        const auto jwt = withSet(
            keySet({json("{'kty':'OKP','crv':'Ed25519','x':'AA','kid':'1'}"),
                    rsaJwk(m_rsa, json(",'kid':'2','use':'enc'")), rsaJwk(m_rsa, json(",'kid':'3','alg':'PS256'")),
                    ecJwk(ec("P-384"), json(",'kid':'4'"), "P-384", 48), "17", rsaJwk(m_rsa, json(",'kid':'5'"))}));
        QVERIFY(jwt.ok());
        QVERIFY((*jwt)->verify(token(m_rsa, header("RS256", "5"))).ok());
        QVERIFY(!(*jwt)->verify(token(m_rsa, header("RS256", "2"))).ok());
        QVERIFY(!(*jwt)->verify(token(m_rsa, header("RS256", "3"))).ok());
    }

    void theConfiguredAlgorithmNarrowsASet()
    {
        const QByteArray set = keySet({rsaJwk(m_rsa, json(",'kid':'r'")), ecJwk(m_ec, json(",'kid':'e'"))});
        const auto jwt = withSet(set, "ES256");
        QVERIFY((*jwt)->verify(token(m_ec, header("ES256", "e"))).ok());
        QVERIFY(!(*jwt)->verify(token(m_rsa, header("RS256", "r"))).ok());
        QVERIFY(!withSet(set, "HS256").ok());
    }

    void aWeakSecretOfASetIsSeen()
    {
        QVERIFY((*withSet(keySet({octJwk(QByteArray(31, 'x'), "")})))->hasWeakSecret());
        QVERIFY(!(*withSet(keySet({octJwk(QByteArray(32, 'x'), "")})))->hasWeakSecret());
    }

    void refusesKeySets_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("reason");
        const QString noSet = QStringLiteral("it is no JSON key set, or one of more than 100 keys");
        const QString nothing = QStringLiteral("it has no key that can be used");
        const QString malformed = QStringLiteral("a key is malformed");
        const QString unfit = QStringLiteral("a key's \"alg\" does not fit its type");
        QTest::newRow("empty") << QByteArray() << noSet;
        QTest::newRow("a single key") << rsaJwk(m_rsa, "") << noSet;
        QTest::newRow("keys as object") << json("{'keys':{}}") << noSet;
        QTest::newRow("repeated member") << json("{'keys':[],'keys':[]}") << noSet;
        QTest::newRow("too many") << keySet(QList<QByteArray>(101, octJwk(QByteArray(32, 'x'), ""))) << noSet;
        QTest::newRow("no keys") << keySet({}) << nothing;
        QTest::newRow("only foreign keys") << keySet({json("{'kty':'OKP'}")}) << nothing;
        QTest::newRow("RSA with HS256") << keySet({rsaJwk(m_rsa, json(",'alg':'HS256'"))}) << unfit;
        QTest::newRow("secret with RS256") << keySet({octJwk("x", json(",'alg':'RS256'"))}) << unfit;
        QTest::newRow("no modulus") << keySet({json("{'kty':'RSA','e':'AQAB'}")}) << malformed;
        QTest::newRow("off the curve") << keySet({json("{'kty':'EC','crv':'P-256','x':'") +
                                                  base64Url(QByteArray(32, '\1')) + json("','y':'") +
                                                  base64Url(QByteArray(32, '\1')) + json("'}")})
                                       << malformed;
        QTest::newRow("empty secret") << keySet({json("{'kty':'oct','k':''}")}) << malformed;
        QTest::newRow("short RSA") << keySet({rsaJwk(rsa(1024), "")})
                                   << QStringLiteral("an RSA key must have at least 2048 bits");
        const QByteArray sameKid = json(",'kid':'a'");
        QTest::newRow("the same kid twice") << keySet({rsaJwk(m_rsa, sameKid), ecJwk(m_ec, sameKid)})
                                            << QStringLiteral("two keys have the same \"kid\"");
    }

    void refusesKeySets()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, reason);
        const auto jwt = withSet(content);
        QVERIFY(!jwt.ok());
        QVERIFY2(jwt.error().message.endsWith(reason), qPrintable(jwt.error().message));
    }

    void reloadReplacesKeysAndForgetsTokens()
    {
        const auto jwt = withPem(pem(m_rsa));
        const QByteArray before = token(m_rsa, header("RS256"));
        QVERIFY((*jwt)->verify(before).ok());
        const Key fresh = rsa();
        write(pem(fresh));
        QVERIFY((*jwt)->verify(before).ok());
        QVERIFY((*jwt)->reload().ok());
        QVERIFY(!(*jwt)->verify(before).ok());
        QVERIFY((*jwt)->verify(token(fresh, header("RS256"))).ok());
    }

    void aFailedReloadKeepsTheOldKeys()
    {
        const auto jwt = withPem(pem(m_rsa));
        write("half a fi");
        const auto reloaded = (*jwt)->reload();
        QVERIFY(!reloaded.ok());
        QVERIFY((*jwt)->verify(token(m_rsa, header("RS256"))).ok());
    }
};

QTEST_APPLESS_MAIN(TestJwtKeys)
#include "tst_jwtkeys.moc"
