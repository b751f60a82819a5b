// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/jwt.h"

#include <cjose/jwk.h>

#include <functional>
#include <vector>

namespace signalbox {

// The keys behind JwtVerifier. Inside this library only.

enum class JwtAlgorithm : quint8 { HS256, RS256, ES256 };

/// Its name in `alg` (RFC 7518 3.1), or nothing for every other algorithm.
std::optional<JwtAlgorithm> jwtAlgorithm(QByteArrayView name);

struct JwkFree
{
    void operator()(cjose_jwk_t* key) const { cjose_jwk_release(key); }
};

using JwkPtr = std::unique_ptr<cjose_jwk_t, JwkFree>;

/// A key and the one algorithm it is for.
struct JwtKey
{
    JwkPtr key;
    JwtAlgorithm algorithm = JwtAlgorithm::HS256;
    QByteArray kid;       ///< of the key set, may be empty there too
    bool fromSet = false; ///< from the JWKS file
};

/// All keys in force. Immutable, shared among threads: cjose and OpenSSL only read a key to verify with it.
class JwtKeySet
{
public:
    static Result<std::shared_ptr<const JwtKeySet>> load(const JwtSettings& settings);

    /// The keys a token with this header may be verified with: pinned to `algorithm` and selected by `kid`.
    std::vector<const JwtKey*> matching(JwtAlgorithm algorithm, const std::optional<QByteArray>& kid) const;

    bool isEmpty() const { return m_keys.empty(); }
    bool hasWeakSecret() const;

private:
    Result<void> addSecret(const QByteArray& secret);
    Result<void> addPublicKeyFile(const JwtSettings& settings);
    Result<void> addKeySetFile(const JwtSettings& settings);
    bool selects(const JwtKey& key, const std::optional<QByteArray>& kid) const;

    std::vector<JwtKey> m_keys;
    size_t m_fromSet = 0;
};

/// Reads a public key in PEM. The algorithm follows from its type.
Result<JwtKey> readPublicKey(const QByteArray& pem);

/// Reads an RFC 7517 key set: the keys that are for signatures and of one of our algorithms, the others are passed
/// over as that text asks.
Result<std::vector<JwtKey>> readKeySet(const QByteArray& json);

} // namespace signalbox
