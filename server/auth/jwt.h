// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/secret.h"
#include "auth/tokencache.h"
#include "auth/tokenparts.h"
#include "core/clock.h"

#include <mutex>

namespace signalbox {

/// Where the keys of JWTs come from (`JWT_…`, `JWKS_FILE`, spec section 11). Sources add up; with none of them no JWT
/// verifies.
struct JwtSettings
{
    RotatingSecret secret; ///< HS256, the bytes themselves; also what mintJwt() signs with
    QString publicKeyFile; ///< PEM (SubjectPublicKeyInfo): RSA of at least 2048 bits, or EC P-256
    QString jwksFile;      ///< RFC 7517 key set; its RSA keys of at least 2048 bits too
    QByteArray algorithm;  ///< "RS256", "ES256", "HS256"; pins the keys of the files; empty: by each key's type
    QByteArray issuer;     ///< `iss` must equal it; empty: not looked at
    QByteArray audience;   ///< `aud` must be or hold it; empty: not looked at
    qint64 maxAheadSeconds = kDaySeconds; ///< how far `exp` may lie ahead
};

/// The claims of a token of our own.
struct JwtClaims
{
    QByteArray subject; ///< 1 to 128 bytes, see isTokenSubject()
    Role role = Role::User;
    QString name;
    QList<QByteArray> cities;
    QList<QByteArray> channels;
    qint64 lifetimeSeconds = 3600;
};

class JwtKeySet;

/// Verifies JSON Web Tokens (RFC 7519, RFC 8725; spec section 5) in compact serialisation, at most 8 KiB.
///
/// Each key has one algorithm, pinned when it is loaded. The header's `alg` must be that of a configured key before
/// anything is verified, and a key is only ever used with its own. A `kid` selects a key of the key set; a token
/// without one reaches the set only when it has a single key. `crit`, `b64`, `cty`, repeated members and
/// non-canonical base64url are refused.
///
/// All functions may be called from any thread at once. Verified tokens are remembered (at most 10,000) until their
/// `exp`, so a bearer that calls often costs one hash. The clock must outlive it.
class JwtVerifier
{
public:
    /// Reads the files. An Error says which file or setting is not usable and why; it is for the log at start.
    static Result<std::unique_ptr<JwtVerifier>> create(JwtSettings settings, const Clock& clock);
    ~JwtVerifier();

    /// Who the token speaks for; expiresAtMs = `exp`, credential = credentialKey(token). TokenExpired for a genuine
    /// token more than 30 s past `exp`; Unauthorized for everything else, with a fixed reason in the message.
    Result<IdentityPtr> verify(QByteArrayView token) const;

    /// Reads the files again (SIGHUP) and forgets the remembered tokens. On an Error the old keys stay in force.
    Result<void> reload();

    bool hasKeys() const;
    /// A symmetric key in force is shorter than 32 bytes, see weakSecret().
    bool hasWeakSecret() const;
    const JwtSettings& settings() const { return m_settings; }

private:
    JwtVerifier(JwtSettings settings, const Clock& clock, std::shared_ptr<const JwtKeySet> keys);
    std::shared_ptr<const JwtKeySet> keys() const;
    IdentityPtr remembered(const QByteArray& key) const;
    void remember(const QByteArray& key, const IdentityPtr& identity,
                  const std::shared_ptr<const JwtKeySet>& verifiedBy) const;

    const JwtSettings m_settings;
    const Clock& m_clock;
    mutable std::mutex m_mutex;
    std::shared_ptr<const JwtKeySet> m_keys; ///< guarded by m_mutex; the set itself never changes
    mutable TokenCache m_cache;              ///< guarded by m_mutex
};

/// A HS256 token signed with the settings' current secret, with their `iss` and `aud`, `iat`, `exp` and a random
/// `jti`. BadRequest for claims that would not verify (a guest, an unusable subject or channel, a lifetime beyond
/// maxAheadSeconds), Unauthorized without a secret.
Result<QByteArray> mintJwt(const JwtSettings& settings, const JwtClaims& claims, const Clock& clock);

} // namespace signalbox
