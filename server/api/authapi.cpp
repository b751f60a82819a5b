// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/authapi.h"

#include "api/deskrequest.h"
#include "api/passwordchecks.h"
#include "auth/passwords.h"
#include "config/logging.h"
#include "desk/deskjson.h"
#include "desk/logins.h"
#include "desk/operatorrules.h"

#include <QCryptographicHash>

namespace signalbox {

namespace {

using MaybeOperator = std::optional<Operator>;

constexpr qsizetype kLongestToken = 128;

QByteArray hashOf(const QByteArray& token)
{
    return QCryptographicHash::hash(token, QCryptographicHash::Sha256);
}

/// A refresh token for the client and what the desk keeps of it.
struct FreshToken
{
    QByteArray text;
    NewToken kept;
};

FreshToken freshToken(const EdgeWorker& edge)
{
    constexpr int kBytes = 32;
    QByteArray text = base64Url(randomBytes(kBytes));
    return {text, {hashOf(text), edge.settings().desk.refreshTokenMs}};
}

Error noSecret()
{
    return {ErrorCode::Unavailable, QStringLiteral("This server has no secret to sign tokens with.")};
}

/// The answer of login and refresh.
HttpResponse pairFor(const EdgeWorker& edge, const Operator& person, const QByteArray& refreshToken)
{
    JwtClaims claims;
    claims.subject = person.id;
    claims.role = person.role;
    claims.name = person.name;
    claims.cities = person.cities;
    claims.lifetimeSeconds = edge.settings().desk.accessTokenMs / 1000;
    const auto token = edge.authenticator().issueJwt(claims);
    if (!token)
        return HttpResponse::json(500, Error(ErrorCode::Internal).toJson());
    return HttpResponse::json(200, "{\"access_token\":" + jsonString(*token) +
                                       ",\"refresh_token\":" + jsonString(refreshToken) +
                                       ",\"expires_in\":" + QByteArray::number(claims.lifetimeSeconds) +
                                       ",\"operator\":" + operatorJson(person) + '}')
        .with("Cache-Control", "no-store");
}

/// The password was right; the desk says whether it still is.
void openLogin(const PasswordCheck& check, const Operator& person, const QByteArray& betterHash)
{
    constexpr int kFamilyBytes = 16;
    const FreshToken token = freshToken(check.request.edge());
    const ProvenLogin login{person.id, person.passwordHash, betterHash, base64Url(randomBytes(kFamilyBytes)),
                            token.kept};
    runChange<Operator>(
        check.request, [login](DeskTransaction& transaction) { return startLogin(transaction, login); },
        [&edge = check.request.edge(), text = token.text](const Operator& found) {
            qCInfo(logAuth).noquote() << "operator" << found.id << "logged in";
            return pairFor(edge, found, text);
        });
}

void verified(PasswordCheck check, const MaybeOperator& person, bool isRight)
{
    if (!isRight || !person) {
        check.request.respond(Error(ErrorCode::LoginRefused));
        return;
    }
    if (!needsRehash(person->passwordHash)) {
        openLogin(check, *person, {});
        return;
    }
    hashThen(check.request, check.parts, check.password,
             [check, person = *person](const ApiRequest&, const QByteArray& hash) { openLogin(check, person, hash); });
}

void login(ApiRequest request, LoginParts parts)
{
    auto fields = fieldsOf(request);
    if (!fields) {
        request.respond(fields.error());
        return;
    }
    const QByteArray account = loginOf(fields->required(QLatin1String("login"), kLongestLogin));
    const QByteArray password = fields->required(QLatin1String("password"), kLongestPassword).toUtf8();
    DeskPort* const desk = request.edge().desk();
    if (const auto complete = fields->finish(); !complete)
        request.respond(complete.error());
    else if (!desk)
        request.respond(Error(ErrorCode::NotFound, QStringLiteral("This server has no desk.")));
    else if (!request.edge().authenticator().jwt().settings().secret.isSet())
        request.respond(noSecret());
    else if (PasswordCheck check{request, parts, account, password}; isAdmitted(check))
        desk->read<MaybeOperator>(
            [account](DeskTransaction& transaction) { return findLogin(transaction, account); },
            [check](const Result<MaybeOperator>& found) mutable {
                if (!found) {
                    check.parts.guard.undecided(check.account, check.request.clientAddress());
                    check.request.respond(found.error());
                    return;
                }
                verify(check, *found ? (*found)->passwordHash : QByteArray(),
                       [person = *found](const PasswordCheck& done, bool isRight) { verified(done, person, isRight); });
            });
}

/// The hash of the body's refresh token; null when the request is answered already.
QByteArray givenToken(ApiRequest& request)
{
    auto fields = fieldsOf(request);
    if (!fields) {
        request.respond(fields.error());
        return {};
    }
    const QByteArray token = fields->required(QLatin1String("refresh_token"), kLongestToken).toUtf8();
    if (const auto complete = fields->finish(); !complete) {
        request.respond(complete.error());
        return {};
    }
    return hashOf(token);
}

void refresh(ApiRequest request)
{
    const QByteArray spent = givenToken(request);
    if (spent.isNull())
        return;
    if (!request.edge().authenticator().jwt().settings().secret.isSet()) {
        request.respond(noSecret());
        return;
    }
    const FreshToken token = freshToken(request.edge());
    runChange<MaybeOperator>(
        request,
        [spent, fresh = token.kept](DeskTransaction& transaction) { return exchangeToken(transaction, spent, fresh); },
        [&edge = request.edge(), text = token.text](const MaybeOperator& person) {
            if (person)
                return pairFor(edge, *person, text);
            const Error error(ErrorCode::Unauthorized, QStringLiteral("This refresh token does not count any more."));
            edge.observer().authFailed(error.code);
            return HttpResponse::json(error.httpStatus(), error.toJson()).with("WWW-Authenticate", "Bearer");
        });
}

void logout(ApiRequest request)
{
    const QByteArray token = givenToken(request);
    if (token.isNull())
        return;
    runChange<bool>(
        request, [token](DeskTransaction& transaction) { return endLogin(transaction, token); },
        [](bool) { return HttpResponse::empty(204); });
}

} // namespace

void addAuthApi(Router& router, LoginParts parts)
{
    router.add("POST", "/api/auth/login", [parts](ApiRequest request) { login(std::move(request), parts); });
    router.add("POST", "/api/auth/refresh", refresh);
    router.add("POST", "/api/auth/logout", logout);
}

} // namespace signalbox
