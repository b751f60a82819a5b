// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/authenticator.h"

namespace signalbox {

namespace {

IdentityPtr webhookIdentity(const QByteArray& token)
{
    auto identity = std::make_shared<Identity>();
    identity->role = Role::Service;
    identity->subject = QByteArrayLiteral("webhook");
    identity->credential = credentialKey(token);
    return identity;
}

// An unset secret is nobody's token, not the empty token.
bool isToken(const QByteArray& secret, QByteArrayView token)
{
    return !secret.isEmpty() && constantTimeEqual(secret, token);
}

} // namespace

Result<std::unique_ptr<Authenticator>> Authenticator::create(const AuthSettings& settings, const Clock& clock,
                                                             std::shared_ptr<const GuestDirectory> guests)
{
    Result<std::unique_ptr<JwtVerifier>> jwt = JwtVerifier::create(settings.jwt, clock);
    if (!jwt)
        return jwt.error();
    return std::unique_ptr<Authenticator>(new Authenticator(settings, clock, std::move(*jwt), std::move(guests)));
}

Authenticator::Authenticator(const AuthSettings& settings, const Clock& clock, std::unique_ptr<JwtVerifier> jwt,
                             std::shared_ptr<const GuestDirectory> guests)
    : m_clock(clock)
    , m_webhookToken(settings.webhookToken)
    , m_webhook(webhookIdentity(m_webhookToken.current))
    , m_previousWebhook(webhookIdentity(m_webhookToken.previous))
    , m_sessions(settings.sessionSecret, clock, settings.sessionMaxAgeSeconds)
    , m_links(settings.sessionSecret, clock, settings.linkMaxAheadSeconds)
    , m_sites(settings.sessionSecret, settings.siteTokens, settings.allowStaticSiteTokens, clock)
    , m_guestIds(settings.sessionSecret)
    , m_guests(std::move(guests))
    , m_jwt(std::move(jwt))
{
}

Result<IdentityPtr> Authenticator::bearer(QByteArrayView token) const
{
    const bool current = isToken(m_webhookToken.current, token);
    const bool previous = m_webhookToken.isSet() && isToken(m_webhookToken.previous, token);
    if (current || previous)
        return current ? m_webhook : m_previousWebhook;
    return m_jwt->verify(token);
}

Result<IdentityPtr> Authenticator::session(QByteArrayView sessionId, QByteArrayView token) const
{
    return m_sessions.verify(sessionId, token);
}

Result<IdentityPtr> Authenticator::site(QByteArrayView token, QByteArrayView dialogId) const
{
    return m_sites.verify(token, dialogId);
}

Result<IdentityPtr> Authenticator::widget(QByteArrayView dialogId, QByteArrayView assistantId,
                                          QByteArrayView guestId) const
{
    const GuestDirectory& guests = m_guests ? *m_guests : m_guestIds;
    if (!isTokenSubject(dialogId) || assistantId.isEmpty() || guestId.isEmpty() ||
        !guests.opens(dialogId, assistantId, guestId))
        return refusal("The assistant and guest ids do not open this dialog");
    return guestIdentity(dialogId, guestId, 0);
}

Result<IdentityPtr> Authenticator::link(QByteArrayView sessionId, QByteArrayView sig, QByteArrayView exp) const
{
    return m_links.verify(sessionId, sig, exp);
}

Result<QByteArray> Authenticator::issueJwt(const JwtClaims& claims) const
{
    return mintJwt(m_jwt->settings(), claims, m_clock);
}

} // namespace signalbox
