// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/secret.h"
#include "auth/tokenparts.h"
#include "core/clock.h"

namespace signalbox {

/// A fresh session token and the moment it names.
struct SessionToken
{
    QByteArray token;
    qint64 createdAt = 0; ///< Unix seconds
};

/// The visitor's session tokens (spec section 5, seed 002):
/// `v1.<created_at>.<base64url(HMAC-SHA256(SESSION_SECRET, session_id ":" created_at))>`, Unix seconds.
/// Immutable; every function may be called from any thread. The clock must outlive it.
class SessionTokens
{
public:
    SessionTokens(RotatingSecret secret, const Clock& clock, qint64 maxAgeSeconds = kDaySeconds);

    /// A token for the session from now on. Unauthorized without a secret, BadRequest for an id that cannot name a
    /// channel.
    Result<SessionToken> mint(QByteArrayView sessionId) const;

    /// The guest of that session, until created_at + max age. Unauthorized for a token that is malformed, of another
    /// session or secret, or more than 60 s from the future; TokenExpired for a genuine one that is too old.
    Result<IdentityPtr> verify(QByteArrayView sessionId, QByteArrayView token) const;

private:
    RotatingSecret m_secret;
    const Clock& m_clock;
    qint64 m_maxAgeSeconds;
};

} // namespace signalbox
