// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/sessiontoken.h"

namespace signalbox {

namespace {

constexpr QByteArrayView kSessionPrefix("v1.");
constexpr qsizetype kLongestSessionTokenBytes = 64;

QByteArray signedSession(QByteArrayView sessionId, QByteArrayView createdAt)
{
    return sessionId.toByteArray() + QByteArrayLiteral(":") + createdAt;
}

} // namespace

SessionTokens::SessionTokens(RotatingSecret secret, const Clock& clock, qint64 maxAgeSeconds)
    : m_secret(std::move(secret))
    , m_clock(clock)
    , m_maxAgeSeconds(maxAgeSeconds)
{
}

Result<SessionToken> SessionTokens::mint(QByteArrayView sessionId) const
{
    if (!m_secret.isSet())
        return refusal("Session tokens are not set up on this server");
    if (!isTokenSubject(sessionId))
        return Error(ErrorCode::BadRequest, QStringLiteral("The session id is not usable"));
    const qint64 createdAt = m_clock.wallMs() / 1000;
    const QByteArray seconds = QByteArray::number(createdAt);
    const QByteArray mac = macText(m_secret, signedSession(sessionId, seconds));
    return SessionToken{kSessionPrefix.toByteArray() + seconds + '.' + mac, createdAt};
}

Result<IdentityPtr> SessionTokens::verify(QByteArrayView sessionId, QByteArrayView token) const
{
    if (!isTokenSubject(sessionId) || token.size() > kLongestSessionTokenBytes || !token.startsWith(kSessionPrefix))
        return refusal("Not a session token");
    const QByteArrayView rest = token.sliced(kSessionPrefix.size());
    const qsizetype dot = rest.indexOf('.');
    if (dot < 0)
        return refusal("Not a session token");
    const QByteArrayView seconds = rest.first(dot);
    const std::optional<qint64> createdAt = parseUnixSeconds(seconds);
    if (!createdAt || !isMacText(m_secret, signedSession(sessionId, seconds), rest.sliced(dot + 1)))
        return refusal("Not a token of this session");
    const qint64 nowMs = m_clock.wallMs();
    if (*createdAt * 1000 > nowMs + kClockSkewSeconds * 1000)
        return refusal("The session token is from the future");
    const qint64 expiresAtMs = (*createdAt + m_maxAgeSeconds) * 1000;
    if (nowMs > expiresAtMs)
        return expiredToken();
    return guestIdentity(sessionId, token, expiresAtMs);
}

} // namespace signalbox
