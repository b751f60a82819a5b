// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/jwtkeys.h"
#include "auth/tokenjson.h"

#include <QSet>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>

namespace signalbox {

namespace {

constexpr int kLeastRsaBits = 2048;
constexpr size_t kMostKeys = 100;

using PKeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using BioPtr = std::unique_ptr<BIO, decltype(&BIO_free_all)>;

Error unusable(const char* why)
{
    // What OpenSSL noted about it would otherwise be taken for an error of the thread's next TLS call.
    ERR_clear_error();
    return Error(ErrorCode::Internal, QString::fromLatin1(why));
}

QByteArray numberOf(const EVP_PKEY* key, const char* parameter)
{
    BIGNUM* number = nullptr;
    if (EVP_PKEY_get_bn_param(key, parameter, &number) != 1)
        return {};
    QByteArray bytes(BN_num_bytes(number), Qt::Uninitialized);
    BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
    BN_free(number);
    return bytes;
}

uint8_t* bytesOf(QByteArray& bytes)
{
    return reinterpret_cast<uint8_t*>(bytes.data());
}

Result<JwtKey> rsaKey(const EVP_PKEY* source)
{
    if (EVP_PKEY_get_bits(source) < kLeastRsaBits)
        return unusable("an RSA key must have at least 2048 bits");
    QByteArray n = numberOf(source, OSSL_PKEY_PARAM_RSA_N);
    QByteArray e = numberOf(source, OSSL_PKEY_PARAM_RSA_E);
    cjose_jwk_rsa_keyspec spec{};
    spec.n = bytesOf(n);
    spec.nlen = static_cast<size_t>(n.size());
    spec.e = bytesOf(e);
    spec.elen = static_cast<size_t>(e.size());
    JwtKey key;
    key.key.reset(cjose_jwk_create_RSA_spec(&spec, nullptr));
    key.algorithm = JwtAlgorithm::RS256;
    if (!key.key)
        return unusable("the RSA key is not usable");
    return key;
}

Result<JwtKey> ecKey(const EVP_PKEY* source)
{
    std::array<char, 64> curve{};
    if (EVP_PKEY_get_group_name(source, curve.data(), curve.size(), nullptr) != 1 ||
        QByteArrayView(curve.data()) != "prime256v1")
        return unusable("an EC key must be on the curve P-256");
    QByteArray x = numberOf(source, OSSL_PKEY_PARAM_EC_PUB_X);
    QByteArray y = numberOf(source, OSSL_PKEY_PARAM_EC_PUB_Y);
    cjose_jwk_ec_keyspec spec{};
    spec.crv = CJOSE_JWK_EC_P_256;
    spec.x = bytesOf(x);
    spec.xlen = static_cast<size_t>(x.size());
    spec.y = bytesOf(y);
    spec.ylen = static_cast<size_t>(y.size());
    JwtKey key;
    key.key.reset(cjose_jwk_create_EC_spec(&spec, nullptr));
    key.algorithm = JwtAlgorithm::ES256;
    if (!key.key)
        return unusable("the EC key is not usable");
    return key;
}

// The algorithm that a key of this type and curve is for, if it is one of ours.
std::optional<JwtAlgorithm> algorithmOfType(const json_t* jwk)
{
    const QByteArray type = jsonText(json_object_get(jwk, "kty"));
    if (type == "oct")
        return JwtAlgorithm::HS256;
    if (type == "RSA")
        return JwtAlgorithm::RS256;
    if (type == "EC" && jsonText(json_object_get(jwk, "crv")) == "P-256")
        return JwtAlgorithm::ES256;
    return std::nullopt;
}

bool isForSignatures(const json_t* jwk)
{
    const json_t* use = json_object_get(jwk, "use");
    const json_t* alg = json_object_get(jwk, "alg");
    return (!use || jsonText(use) == "sig") && (!alg || jwtAlgorithm(jsonText(alg)));
}

// Private members are nothing a verifier should hold.
void dropPrivateMembers(json_t* jwk)
{
    for (const char* member : {"d", "p", "q", "dp", "dq", "qi", "oth"})
        json_object_del(jwk, member);
}

Result<JwtKey> importKey(json_t* jwk, JwtAlgorithm algorithm)
{
    const json_t* alg = json_object_get(jwk, "alg");
    if (alg && jwtAlgorithm(jsonText(alg)) != algorithm)
        return unusable("a key's \"alg\" does not fit its type");
    dropPrivateMembers(jwk);
    JwtKey key;
    key.key.reset(cjose_jwk_import_json(jwk, nullptr));
    key.algorithm = algorithm;
    key.kid = jsonText(json_object_get(jwk, "kid"));
    key.fromSet = true;
    if (!key.key)
        return unusable("a key is malformed");
    if (algorithm == JwtAlgorithm::RS256 && cjose_jwk_get_keysize(key.key.get(), nullptr) < kLeastRsaBits)
        return unusable("an RSA key must have at least 2048 bits");
    return key;
}

} // namespace

Result<JwtKey> readPublicKey(const QByteArray& pem)
{
    const BioPtr bio(BIO_new_mem_buf(pem.constData(), static_cast<int>(pem.size())), BIO_free_all);
    const PKeyPtr source(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
    if (!source)
        return unusable("it holds no public key in PEM");
    switch (EVP_PKEY_get_base_id(source.get())) {
    case EVP_PKEY_RSA:
        return rsaKey(source.get());
    case EVP_PKEY_EC:
        return ecKey(source.get());
    default:
        return unusable("the key is neither RSA nor EC");
    }
}

Result<std::vector<JwtKey>> readKeySet(const QByteArray& json)
{
    const JsonPtr root = parseTokenJson(json);
    const json_t* array = json_object_get(root.get(), "keys");
    if (!json_is_array(array) || json_array_size(array) > kMostKeys)
        return unusable("it is no JSON key set, or one of more than 100 keys");
    std::vector<JwtKey> keys;
    QSet<QByteArray> kids;
    for (size_t i = 0; i < json_array_size(array); ++i) {
        json_t* jwk = json_array_get(array, i);
        const std::optional<JwtAlgorithm> algorithm = algorithmOfType(jwk);
        if (!algorithm || !isForSignatures(jwk))
            continue;
        Result<JwtKey> key = importKey(jwk, *algorithm);
        if (!key)
            return key.error();
        if (!key->kid.isEmpty() && kids.contains(key->kid))
            return unusable("two keys have the same \"kid\"");
        kids.insert(key->kid);
        keys.push_back(std::move(*key));
    }
    return keys;
}

} // namespace signalbox
