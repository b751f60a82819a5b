// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/secret.h"
#include "auth/tokenparts.h"
#include "core/clock.h"

#include <QList>

namespace signalbox {

/// What a signed site token says.
struct SiteGrant
{
    QByteArray site;      ///< 1 to 128 bytes, UTF-8
    QByteArray dialog;    ///< the only dialog it opens; empty: every dialog of the site
    qint64 expiresAt = 0; ///< Unix seconds
};

/// Site tokens (spec section 5). Signed ones are
/// `s1.<base64url(JSON {"site","dialog"?,"exp"})>.<base64url(HMAC-SHA256(key, "s1." payload))>` with a key derived
/// from SESSION_SECRET. Static ones come from `SITE_TOKENS`, a comma list of `token` or `site=token`; they open every
/// dialog, never expire, and count only when allowed. Immutable; any thread. The clock must outlive it.
class SiteTokens
{
public:
    SiteTokens(const RotatingSecret& sessionSecret, QByteArrayView staticList, bool allowStatic, const Clock& clock);

    /// Unauthorized without a secret, BadRequest for a grant that could not be verified.
    Result<QByteArray> mint(const SiteGrant& grant) const;

    /// The guest of `dialogId`. Unauthorized for a token that is not ours, TokenExpired for a signed one whose time
    /// is over, Forbidden for one that names another dialog.
    Result<IdentityPtr> verify(QByteArrayView token, QByteArrayView dialogId) const;

    /// True when static tokens are configured and allowed: the server says so at start.
    bool takesStaticTokens() const { return !m_static.isEmpty(); }

private:
    struct StaticToken
    {
        QByteArray site;
        QByteArray token;
    };

    static QList<StaticToken> parseStatic(QByteArrayView list);
    const StaticToken* findStatic(QByteArrayView token) const;
    Result<SiteGrant> readSigned(QByteArrayView token) const;

    RotatingSecret m_keys;
    QList<StaticToken> m_static;
    const Clock& m_clock;
};

} // namespace signalbox
