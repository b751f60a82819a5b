// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/jwt.h"

#include "auth/jwtclaims.h"
#include "auth/jwtkeys.h"
#include "auth/tokenjson.h"

#include <cjose/jws.h>
#include <openssl/err.h>

#include <algorithm>
#include <array>

namespace signalbox {

namespace {

constexpr qsizetype kLongestJwtBytes = 8 * 1024;
constexpr qsizetype kRememberedTokens = 10'000;

struct JwsFree
{
    void operator()(cjose_jws_t* jws) const { cjose_jws_release(jws); }
};

using JwsPtr = std::unique_ptr<cjose_jws_t, JwsFree>;

// The three parts of the compact serialisation (RFC 7515 7.1), decoded.
struct TokenParts
{
    QByteArray header;
    QByteArray payload;
    QByteArray signature;
};

std::optional<TokenParts> takeApart(QByteArrayView token)
{
    const qsizetype first = token.indexOf('.');
    const qsizetype second = first < 0 ? -1 : token.indexOf('.', first + 1);
    if (second < 0)
        return std::nullopt;
    const auto header = fromBase64Url(token.first(first));
    const auto payload = fromBase64Url(token.sliced(first + 1, second - first - 1));
    const auto signature = fromBase64Url(token.sliced(second + 1)); // a third dot is no base64url
    if (!header || !payload || !signature || signature->isEmpty())
        return std::nullopt;
    return TokenParts{*header, *payload, *signature};
}

struct Header
{
    JwtAlgorithm algorithm;
    std::optional<QByteArray> kid;
};

// `crit` and `b64` change how a token is verified, `cty` announces a token inside a token: none of them is for us.
Result<Header> readHeader(const QByteArray& text)
{
    const JsonPtr header = parseTokenJson(text);
    if (!header)
        return refusal("The token is malformed");
    constexpr std::array kRefused{"crit", "b64", "cty", "enc", "zip"};
    if (std::any_of(kRefused.begin(), kRefused.end(),
                    [&](const char* name) { return json_object_get(header.get(), name) != nullptr; }))
        return refusal("The token's header asks for an extension");
    const auto algorithm = jwtAlgorithm(jsonText(json_object_get(header.get(), "alg")));
    if (!algorithm)
        return refusal("The token's algorithm is not accepted");
    const json_t* kid = json_object_get(header.get(), "kid");
    if (kid && !json_is_string(kid))
        return refusal("The token is malformed");
    return Header{*algorithm, kid ? std::optional(jsonText(kid)) : std::nullopt};
}

// ECDSA here is R and S of 32 bytes each (RFC 7518 3.4); the library splits what it gets in half.
bool hasRightLength(JwtAlgorithm algorithm, const QByteArray& signature)
{
    constexpr qsizetype kEs256Bytes = 64;
    return algorithm != JwtAlgorithm::ES256 || signature.size() == kEs256Bytes;
}

bool isSignedBy(QByteArrayView token, const JwtKey& key)
{
    const JwsPtr jws(cjose_jws_import(token.data(), static_cast<size_t>(token.size()), nullptr));
    const bool genuine = jws && cjose_jws_verify(jws.get(), key.key.get(), nullptr);
    // What OpenSSL noted would otherwise be taken for an error of this thread's next TLS call.
    if (!genuine)
        ERR_clear_error();
    return genuine;
}

Result<std::shared_ptr<Identity>> verifyWith(const JwtKeySet& keys, const JwtSettings& settings, QByteArrayView token,
                                             qint64 nowMs)
{
    const std::optional<TokenParts> parts = takeApart(token);
    if (!parts)
        return refusal("The token is malformed");
    const Result<Header> header = readHeader(parts->header);
    if (!header)
        return header.error();
    const auto candidates = keys.matching(header->algorithm, header->kid);
    if (candidates.empty())
        return refusal("The token's algorithm or key is not accepted");
    const bool genuine = hasRightLength(header->algorithm, parts->signature) &&
                         std::any_of(candidates.begin(), candidates.end(),
                                     [token](const JwtKey* key) { return isSignedBy(token, *key); });
    if (!genuine)
        return refusal("The token's signature is wrong");
    const JsonPtr claims = parseTokenJson(parts->payload);
    if (!claims)
        return refusal("The token's claims are malformed");
    return readClaims(claims.get(), settings, nowMs);
}

} // namespace

Result<std::unique_ptr<JwtVerifier>> JwtVerifier::create(JwtSettings settings, const Clock& clock)
{
    Result<std::shared_ptr<const JwtKeySet>> keys = JwtKeySet::load(settings);
    if (!keys)
        return keys.error();
    return std::unique_ptr<JwtVerifier>(new JwtVerifier(std::move(settings), clock, std::move(*keys)));
}

JwtVerifier::JwtVerifier(JwtSettings settings, const Clock& clock, std::shared_ptr<const JwtKeySet> keys)
    : m_settings(std::move(settings))
    , m_clock(clock)
    , m_keys(std::move(keys))
    , m_cache(kRememberedTokens)
{
}

JwtVerifier::~JwtVerifier() = default;

std::shared_ptr<const JwtKeySet> JwtVerifier::keys() const
{
    const std::lock_guard lock(m_mutex);
    return m_keys;
}

IdentityPtr JwtVerifier::remembered(const QByteArray& key) const
{
    const std::lock_guard lock(m_mutex);
    return m_cache.find(key);
}

void JwtVerifier::remember(const QByteArray& key, const IdentityPtr& identity,
                           const std::shared_ptr<const JwtKeySet>& verifiedBy) const
{
    const std::lock_guard lock(m_mutex);
    // A reload in between may have taken the key away that verified it.
    if (m_keys == verifiedBy)
        m_cache.insert(key, identity);
}

Result<IdentityPtr> JwtVerifier::verify(QByteArrayView token) const
{
    if (token.isEmpty() || token.size() > kLongestJwtBytes)
        return refusal("The token is malformed");
    const QByteArray key = credentialKey(token);
    const qint64 nowMs = m_clock.wallMs();
    if (IdentityPtr known = remembered(key)) {
        if (nowMs > known->expiresAtMs + kExpiryLeewaySeconds * 1000)
            return expiredToken();
        return known;
    }
    const std::shared_ptr<const JwtKeySet> inForce = keys();
    const Result<std::shared_ptr<Identity>> verified = verifyWith(*inForce, m_settings, token, nowMs);
    if (!verified)
        return verified.error();
    (*verified)->credential = key;
    remember(key, *verified, inForce);
    return IdentityPtr(*verified);
}

Result<void> JwtVerifier::reload()
{
    Result<std::shared_ptr<const JwtKeySet>> fresh = JwtKeySet::load(m_settings);
    if (!fresh)
        return fresh.error();
    const std::lock_guard lock(m_mutex);
    m_keys = std::move(*fresh);
    m_cache.clear();
    return {};
}

bool JwtVerifier::hasKeys() const
{
    return !keys()->isEmpty();
}

bool JwtVerifier::hasWeakSecret() const
{
    return keys()->hasWeakSecret();
}

} // namespace signalbox
