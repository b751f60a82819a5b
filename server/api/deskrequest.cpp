// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/deskrequest.h"

#include "core/strictjson.h"

namespace signalbox {

namespace {

bool isJson(const HttpRequest& http)
{
    QByteArrayView type = http.header("content-type");
    if (const qsizetype parameters = type.indexOf(';'); parameters >= 0)
        type = type.first(parameters);
    return type.isEmpty() || type.trimmed().compare("application/json", Qt::CaseInsensitive) == 0;
}

/// The guest's credential, if the request carries one.
std::optional<Result<IdentityPtr>> guestOf(const ApiRequest& request, const QByteArray& dialog)
{
    const HttpRequest& http = request.http();
    const Authenticator& authenticator = request.edge().authenticator();
    if (const QByteArrayView header = http.header("x-session-token"); !header.isEmpty())
        return authenticator.session(dialog, header);
    if (const QByteArray site = http.queryValue("site_token"); !site.isEmpty())
        return authenticator.site(site, dialog);
    if (const QByteArray guest = http.queryValue("guest_id"); !guest.isEmpty())
        return authenticator.widget(dialog, http.queryValue("assistant_id"), guest);
    if (const QByteArray token = http.queryValue("token"); !token.isEmpty() && request.bearerToken().isEmpty())
        return authenticator.session(dialog, token);
    return std::nullopt;
}

} // namespace

Result<FieldReader> fieldsOf(const ApiRequest& request)
{
    if (!isJson(request.http()))
        return Error(ErrorCode::UnsupportedMediaType, QStringLiteral("application/json is expected."));
    if (request.http().body.isEmpty())
        return FieldReader({});
    auto object = parseJsonObject(request.http().body, request.edge().settings().limits.jsonDepth);
    if (!object)
        return object.error();
    return FieldReader(std::move(*object));
}

Result<qint64> dialogIdOf(const QByteArray& text)
{
    bool isNumber = false;
    const qint64 id = text.toLongLong(&isNumber);
    if (!isNumber || id <= 0 || QByteArray::number(id) != text)
        return Error(ErrorCode::NotFound);
    return id;
}

Result<IdentityPtr> staffOf(const ApiRequest& request)
{
    auto identity = request.bearer();
    if (!identity)
        return identity;
    if (!(*identity)->isStaff() && (*identity)->role != Role::Service)
        return Error(ErrorCode::Forbidden);
    return identity;
}

Result<IdentityPtr> partyOf(const ApiRequest& request, qint64 dialogId)
{
    const auto guest = guestOf(request, QByteArray::number(dialogId));
    if (!guest)
        return staffOf(request);
    if (!*guest)
        request.edge().observer().authFailed(guest->error().code);
    return *guest;
}

} // namespace signalbox
