// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/secret.h"
#include "auth/tokenparts.h"
#include "core/clock.h"

namespace signalbox {

/// The signed SSE link `GET /chat/{session_id}/stream?sig=&exp=` (spec section 11): `exp` in Unix seconds,
/// `sig` = base64url(HMAC-SHA256(SESSION_SECRET, "GET /chat/{session_id}/stream\n{exp}")), with the session id as it
/// is, not percent-encoded. Immutable; any thread. The clock must outlive it.
class SignedLinks
{
public:
    SignedLinks(RotatingSecret secret, const Clock& clock, qint64 maxAheadSeconds = kDaySeconds);

    /// The signature for a link that ends at `exp`; empty without a secret or for an unusable id.
    QByteArray sign(QByteArrayView sessionId, qint64 exp) const;

    /// The guest of that session until `exp`. Unauthorized for a wrong signature or an `exp` further ahead than
    /// allowed (and 60 s), TokenExpired for a genuine link whose time is over.
    Result<IdentityPtr> verify(QByteArrayView sessionId, QByteArrayView sig, QByteArrayView exp) const;

private:
    RotatingSecret m_secret;
    const Clock& m_clock;
    qint64 m_maxAheadSeconds;
};

} // namespace signalbox
