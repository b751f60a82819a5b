// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/jwt.h"
#include "core/channel.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace signalbox {

namespace {

QJsonArray jsonArray(const QList<QByteArray>& strings)
{
    QJsonArray array;
    for (const QByteArray& text : strings)
        array.append(QString::fromUtf8(text));
    return array;
}

bool isUsable(const JwtClaims& claims, qint64 longestSeconds)
{
    return isTokenSubject(claims.subject) && claims.role != Role::Guest && claims.lifetimeSeconds > 0 &&
           claims.lifetimeSeconds <= longestSeconds &&
           std::all_of(claims.channels.begin(), claims.channels.end(), isValidChannelName);
}

QJsonObject payloadOf(const JwtSettings& settings, const JwtClaims& claims, qint64 nowSeconds)
{
    QJsonObject payload{
        {QStringLiteral("sub"), QString::fromUtf8(claims.subject)},
        {QStringLiteral("role"), QString::fromLatin1(roleName(claims.role))},
        {QStringLiteral("iat"), nowSeconds},
        {QStringLiteral("exp"), nowSeconds + claims.lifetimeSeconds},
        {QStringLiteral("jti"), QString::fromLatin1(base64Url(randomBytes(12)))},
    };
    if (!claims.name.isEmpty())
        payload.insert(QStringLiteral("name"), claims.name);
    if (!claims.cities.isEmpty())
        payload.insert(QStringLiteral("cities"), jsonArray(claims.cities));
    if (!claims.channels.isEmpty())
        payload.insert(QStringLiteral("channels"), jsonArray(claims.channels));
    if (!settings.issuer.isEmpty())
        payload.insert(QStringLiteral("iss"), QString::fromUtf8(settings.issuer));
    if (!settings.audience.isEmpty())
        payload.insert(QStringLiteral("aud"), QString::fromUtf8(settings.audience));
    return payload;
}

} // namespace

Result<QByteArray> mintJwt(const JwtSettings& settings, const JwtClaims& claims, const Clock& clock)
{
    if (!settings.secret.isSet())
        return refusal("This server has no secret to sign tokens with");
    if (!isUsable(claims, settings.maxAheadSeconds))
        return Error(ErrorCode::BadRequest, QStringLiteral("The claims are not usable"));
    const QJsonDocument payload(payloadOf(settings, claims, clock.wallMs() / 1000));
    const QByteArray head =
        base64Url(R"({"alg":"HS256","typ":"JWT"})") + '.' + base64Url(payload.toJson(QJsonDocument::Compact));
    return QByteArray(head + '.' + macText(settings.secret, head));
}

} // namespace signalbox
