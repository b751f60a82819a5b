// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/guestdirectory.h"
#include "auth/jwt.h"
#include "auth/sessiontoken.h"
#include "auth/signedlink.h"
#include "auth/sitetoken.h"

namespace signalbox {

/// Everything that authentication is configured by (spec section 11). A secret that is not set closes its way in; it
/// never opens it. Which of them must be set is the profile's decision, before this.
struct AuthSettings
{
    RotatingSecret sessionSecret; ///< SESSION_SECRET: session tokens, signed links, site tokens, guest ids
    RotatingSecret webhookToken;  ///< WEBHOOK_TOKEN
    JwtSettings jwt;
    QByteArray siteTokens; ///< SITE_TOKENS, a comma list
    bool allowStaticSiteTokens = false;
    qint64 sessionMaxAgeSeconds = kDaySeconds;
    qint64 linkMaxAheadSeconds = kDaySeconds;
};

/// Who is knocking: the one place where every door of spec section 4 turns a credential into an Identity.
///
/// Everything but reload() is const; all functions may be called from any thread at once and never wait for anything
/// but a short lock. The clock must outlive it. No error it returns holds any part of a credential.
class Authenticator
{
public:
    /// Reads the key files. `guests` answers for `assistant_id` + `guest_id`; null means DerivedGuestIds. An Error
    /// is for the log at start.
    static Result<std::unique_ptr<Authenticator>> create(const AuthSettings& settings, const Clock& clock,
                                                         std::shared_ptr<const GuestDirectory> guests = {});

    /// `Authorization: Bearer`, `access_token`, the `token` of seed 001: WEBHOOK_TOKEN is the service "webhook", which
    /// never expires; anything else is taken for a JWT.
    Result<IdentityPtr> bearer(QByteArrayView token) const;
    Result<IdentityPtr> session(QByteArrayView sessionId, QByteArrayView token) const;
    Result<IdentityPtr> site(QByteArrayView token, QByteArrayView dialogId) const;
    /// Unauthorized unless both ids belong to the dialog. Never expires.
    Result<IdentityPtr> widget(QByteArrayView dialogId, QByteArrayView assistantId, QByteArrayView guestId) const;
    Result<IdentityPtr> link(QByteArrayView sessionId, QByteArrayView sig, QByteArrayView exp) const;

    /// Reads the JWT key files again (SIGHUP). On an Error the old keys stay in force.
    Result<void> reload() { return m_jwt->reload(); }

    /// A JWT of our own, see mintJwt().
    Result<QByteArray> issueJwt(const JwtClaims& claims) const;
    const SessionTokens& sessionTokens() const { return m_sessions; }
    const SignedLinks& signedLinks() const { return m_links; }
    const SiteTokens& siteTokens() const { return m_sites; }
    const DerivedGuestIds& guestIds() const { return m_guestIds; }
    const JwtVerifier& jwt() const { return *m_jwt; }

private:
    Authenticator(const AuthSettings& settings, const Clock& clock, std::unique_ptr<JwtVerifier> jwt,
                  std::shared_ptr<const GuestDirectory> guests);

    const Clock& m_clock;
    RotatingSecret m_webhookToken;
    IdentityPtr m_webhook;
    IdentityPtr m_previousWebhook;
    SessionTokens m_sessions;
    SignedLinks m_links;
    SiteTokens m_sites;
    DerivedGuestIds m_guestIds;
    std::shared_ptr<const GuestDirectory> m_guests;
    std::unique_ptr<JwtVerifier> m_jwt;
};

} // namespace signalbox
