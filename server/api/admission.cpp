// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/admission.h"

#include "auth/permissions.h"
#include "auth/secret.h"
#include "core/channel.h"

#include <algorithm>

namespace signalbox {

namespace {

Result<void> addAsked(std::vector<QByteArray>& channels, const Identity& identity, const QByteArray& asked, int most)
{
    for (const QByteArray& name : asked.split(',')) {
        const QByteArray channel = name.trimmed();
        if (channel.isEmpty())
            continue;
        const ChannelName parsed = parseChannel(channel);
        if (!isValidChannelName(channel))
            return Error(ErrorCode::UnknownChannel, {}, "channels");
        if (!mayJoin(identity, parsed))
            return Error(ErrorCode::Forbidden, {}, "channels");
        if (std::find(channels.begin(), channels.end(), channel) == channels.end())
            channels.push_back(channel);
    }
    if (channels.size() > static_cast<size_t>(most))
        return Error(ErrorCode::ConnectionLimit, QStringLiteral("Too many channels on this connection."), "channels");
    return {};
}

Result<Admission> admitStaff(const ApiRequest& request)
{
    auto identity = request.bearer();
    if (!identity)
        return identity.error();
    if (!(*identity)->isStaff() && (*identity)->role != Role::Service)
        return Error(ErrorCode::Forbidden);
    Admission admission;
    admission.identity = *identity;
    admission.channels = ownChannels(**identity);
    admission.pool = Pool::Admin;
    const int most = request.edge().settings().limits.channelsPerConnection;
    if (const auto added = addAsked(admission.channels, **identity, request.http().queryValue("channels"), most);
        !added)
        return added.error();
    return admission;
}

Result<Admission> guestOf(const ApiRequest& request, Result<IdentityPtr> identity, const QByteArray& dialog)
{
    if (!identity) {
        request.edge().observer().authFailed(identity.error().code);
        return identity.error();
    }
    return Admission{*identity, {dialogChannel(dialog)}, dialog, Pool::Site};
}

} // namespace

Result<Admission> admitToChannels(const ApiRequest& request)
{
    const HttpRequest& http = request.http();
    const QByteArray session = http.queryValue("session");
    if (http.queryValue("type") == "staff" || (session.isEmpty() && !request.bearerToken().isEmpty()))
        return admitStaff(request);
    if (!isValidChannelName(dialogChannel(session)) || session.isEmpty())
        return Error(ErrorCode::Unauthorized,
                     QStringLiteral("A session and its token, or type=staff and access_token."));
    QByteArray token = http.queryValue("token");
    if (token.isEmpty())
        token = http.header("x-session-token").toByteArray();
    auto admission = guestOf(request, request.edge().authenticator().session(session, token), session);
    if (!admission)
        return admission;
    const int most = request.edge().settings().limits.channelsPerConnection;
    if (const auto added = addAsked(admission->channels, *admission->identity, http.queryValue("channels"), most);
        !added)
        return added.error();
    return admission;
}

Result<Admission> admitToDialog(const ApiRequest& request, const QByteArray& dialog, DialogCredentials accepted)
{
    const QByteArray channel = dialogChannel(dialog);
    if (dialog.isEmpty() || !isValidChannelName(channel))
        return Error(ErrorCode::NotFound);
    const HttpRequest& http = request.http();
    const Authenticator& authenticator = request.edge().authenticator();
    const QByteArray siteToken = http.queryValue("site_token");
    if (accepted.siteToken && !siteToken.isNull())
        return guestOf(request, authenticator.site(siteToken, dialog), dialog);
    if (accepted.guestIds && !http.queryValue("guest_id").isNull()) {
        return guestOf(request,
                       authenticator.widget(dialog, http.queryValue("assistant_id"), http.queryValue("guest_id")),
                       dialog);
    }
    if (!accepted.bearer)
        return Error(ErrorCode::Unauthorized);
    const auto identity = request.bearer(true);
    if (!identity)
        return identity.error();
    if (!mayJoin(**identity, parseChannel(channel)))
        return Error(ErrorCode::Forbidden);
    return Admission{*identity, {channel}, dialog, Pool::Admin};
}

Result<Admission> stillValid(Result<Admission> admission, const Clock& clock)
{
    if (!admission)
        return admission;
    const qint64 end = admission->identity->expiresAtMs;
    if (end != 0 && end <= clock.wallMs())
        return Error(ErrorCode::TokenExpired);
    return admission;
}

QByteArray resumePlace(const HttpRequest& request)
{
    const QByteArrayView header = request.header("last-event-id");
    if (!header.isEmpty())
        return header.toByteArray();
    for (const char* name : {"last_event_id", "lastEventId", "position"}) {
        QByteArray value = request.queryValue(name);
        if (!value.isEmpty())
            return value;
    }
    return {};
}

SessionMetaPtr describe(const ApiRequest& request, const Admission& admission, TransportKind transport)
{
    constexpr int kClientIdBytes = 12;
    auto meta = std::make_shared<SessionMeta>();
    meta->id = request.edge().nextSessionId();
    meta->worker = request.edge().worker().index();
    meta->transport = transport;
    meta->pool = admission.pool;
    meta->clientId = base64Url(randomBytes(kClientIdBytes));
    meta->door = request.http().path.left(64);
    meta->address = request.clientAddress();
    meta->dialog = admission.dialog;
    meta->identity = admission.identity;
    meta->createdMs = request.edge().clock().wallMs();
    return meta;
}

} // namespace signalbox
