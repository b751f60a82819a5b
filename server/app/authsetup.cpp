// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/authsetup.h"

#include <QUrl>

namespace signalbox {

namespace {

QByteArray algorithmName(JwtKeyAlgorithm algorithm)
{
    switch (algorithm) {
    case JwtKeyAlgorithm::Auto:
        return {};
    case JwtKeyAlgorithm::Hs256:
        return "HS256";
    case JwtKeyAlgorithm::Rs256:
        return "RS256";
    case JwtKeyAlgorithm::Es256:
        return "ES256";
    }
    return {};
}

Role roleOf(TokenKind kind)
{
    switch (kind) {
    case TokenKind::Operator:
        return Role::Operator;
    case TokenKind::Director:
        return Role::Director;
    case TokenKind::Admin:
        return Role::Admin;
    case TokenKind::Service:
        return Role::Service;
    default:
        return Role::User;
    }
}

Result<QByteArray> mintLink(const Authenticator& authenticator, const Clock& clock, const TokenRequest& request)
{
    const qint64 exp = (clock.wallMs() + request.ttlMs) / 1000;
    const QByteArray sig = authenticator.signedLinks().sign(request.dialog, exp);
    if (sig.isEmpty())
        return Error(ErrorCode::BadRequest, QStringLiteral("This dialog id cannot be used."));
    return QByteArray("/chat/" + QUrl::toPercentEncoding(QString::fromUtf8(request.dialog)) +
                      "/stream?exp=" + QByteArray::number(exp) + "&sig=" + sig);
}

} // namespace

Result<std::unique_ptr<Authenticator>> makeAuthenticator(const Settings& settings, const Clock& clock)
{
    const CredentialSettings& from = settings.auth;
    AuthSettings auth;
    auth.sessionSecret.current = from.sessionSecret;
    auth.webhookToken.current = from.webhookToken;
    auth.jwt.secret.current = from.jwtSecret;
    auth.jwt.publicKeyFile = QString::fromUtf8(from.jwtPublicKeyFile);
    auth.jwt.jwksFile = QString::fromUtf8(from.jwksFile);
    auth.jwt.algorithm = algorithmName(from.jwtAlgorithm);
    auth.jwt.issuer = from.jwtIssuer;
    auth.jwt.audience = from.jwtAudience;
    auth.siteTokens = from.siteTokens.join(',');
    auth.allowStaticSiteTokens = from.allowStaticSiteTokens || settings.server.profile == Profile::Development;
    return Authenticator::create(auth, clock);
}

Result<QByteArray> mintToken(const Settings& settings, const TokenRequest& request)
{
    const SystemClock clock;
    const auto made = makeAuthenticator(settings, clock);
    if (!made)
        return made.error();
    const Authenticator& authenticator = **made;
    switch (request.kind) {
    case TokenKind::Session: {
        const auto minted = authenticator.sessionTokens().mint(request.dialog);
        return minted ? Result<QByteArray>(minted->token) : minted.error();
    }
    case TokenKind::Site:
        return authenticator.siteTokens().mint({request.site, request.dialog, (clock.wallMs() + request.ttlMs) / 1000});
    case TokenKind::Link:
        return mintLink(authenticator, clock, request);
    case TokenKind::Guest: {
        const QByteArray id = authenticator.guestIds().mint(request.dialog, request.assistant);
        return id.isEmpty() ? Result<QByteArray>(Error(ErrorCode::BadRequest)) : Result<QByteArray>(id);
    }
    default:
        break;
    }
    JwtClaims claims;
    claims.subject = request.sub;
    claims.role = roleOf(request.kind);
    claims.name = QString::fromUtf8(request.name);
    claims.cities = request.cities;
    claims.channels = request.channels;
    claims.lifetimeSeconds = request.ttlMs / 1000;
    return authenticator.issueJwt(claims);
}

} // namespace signalbox
