// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/signedlink.h"

namespace signalbox {

namespace {

// No session token can be signed by the same text: a session id holds no line feed.
QByteArray signedLinkText(QByteArrayView sessionId, QByteArrayView exp)
{
    return QByteArrayLiteral("GET /chat/") + sessionId + QByteArrayLiteral("/stream\n") + exp;
}

} // namespace

SignedLinks::SignedLinks(RotatingSecret secret, const Clock& clock, qint64 maxAheadSeconds)
    : m_secret(std::move(secret))
    , m_clock(clock)
    , m_maxAheadSeconds(maxAheadSeconds)
{
}

QByteArray SignedLinks::sign(QByteArrayView sessionId, qint64 exp) const
{
    return isTokenSubject(sessionId) ? macText(m_secret, signedLinkText(sessionId, QByteArray::number(exp)))
                                     : QByteArray();
}

Result<IdentityPtr> SignedLinks::verify(QByteArrayView sessionId, QByteArrayView sig, QByteArrayView exp) const
{
    const std::optional<qint64> end = parseUnixSeconds(exp);
    if (!end || !isTokenSubject(sessionId) || !isMacText(m_secret, signedLinkText(sessionId, exp), sig))
        return refusal("The link's signature is not ours");
    const qint64 nowMs = m_clock.wallMs();
    if (*end * 1000 > nowMs + (m_maxAheadSeconds + kClockSkewSeconds) * 1000)
        return refusal("The link ends too far ahead");
    if (nowMs > *end * 1000)
        return expiredToken();
    return guestIdentity(sessionId, sig, *end * 1000);
}

} // namespace signalbox
