// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/admission.h"
#include "api/doors.h"

#include "auth/permissions.h"
#include "core/channel.h"
#include "transport/sseconnection.h"

namespace signalbox {

namespace {

struct StreamKind
{
    Envelope envelope = Envelope::Channel;
    SseStyle style;
    QByteArray streamChannel = {}; ///< seed 004: limited per user and replaced per channel
    int wantedVersion = 0;
};

/// 200 with the stream's head alone: HEAD must not hang.
void answerHead(ApiRequest& request)
{
    request.respond(HttpResponse::empty(200).with("Content-Type", "text/event-stream"));
}

/// The automatic retry of a stream that was refused or replaced: 204 stops a browser for good.
bool isStoppedRetry(const QByteArray& since, bool admitted)
{
    return since == SseConnection::replacedId() || (since == SseConnection::deniedId() && !admitted);
}

void refuse(ApiRequest& request, const Error& error)
{
    if (error.code == ErrorCode::Forbidden)
        request.respond(SseConnection::deniedResponse(static_cast<int>(request.edge().settings().streams.retryMs)));
    else
        request.respond(error);
}

bool refusedBeforeOpening(ApiRequest& request)
{
    if (!request.edge().settings().transports.sse)
        request.respond(Error(ErrorCode::NotFound, QStringLiteral("Event streams are switched off here.")));
    else if (request.edge().isDraining())
        request.respond(Error(ErrorCode::GoingAway));
    else
        return false;
    return true;
}

void openStream(ApiRequest request, Result<Admission> admitted, const StreamKind& kind)
{
    if (refusedBeforeOpening(request))
        return;
    const Result<Admission> admission = stillValid(std::move(admitted), request.edge().clock());
    QByteArray since = resumePlace(request.http());
    if (isStoppedRetry(since, admission.ok())) {
        request.respond(HttpResponse::empty(204));
        return;
    }
    if (!admission) {
        refuse(request, admission.error());
        return;
    }
    if (request.http().method == "HEAD") {
        answerHead(request);
        return;
    }
    if (!request.exchange().canTakeOver()) {
        request.respond(Error(ErrorCode::BadRequest, QStringLiteral("A stream cannot follow an unanswered request.")));
        return;
    }
    if (since == SseConnection::deniedId())
        since.clear();
    EdgeWorker& edge = request.edge();
    const SessionMetaPtr meta = describe(request, *admission, TransportKind::Sse);
    meta->countsAsStream = !kind.streamChannel.isEmpty();
    meta->streamChannel = kind.streamChannel;
    const Framing framing = request.http().versionMinor == 0 ? Framing::SsePlain : Framing::SseChunked;
    const WireFormat format{kind.envelope, framing, admission->channels.size() > 1};
    ClientConnection& connection = edge.add(
        std::make_unique<SseConnection>(edge, meta, format, kind.style, request.exchange(), request.corsHeaders()));
    connection.session().setWantedVersion(kind.wantedVersion);
    connection.attach(admission->channels, since);
}

void openTypedStream(ApiRequest request)
{
    const QByteArray& name = request.param(0);
    const QByteArray channel = name.startsWith("stream:") ? name : "stream:" + name;
    if (parseChannel(channel).kind != ChannelKind::Stream) {
        request.respond(Error(ErrorCode::UnknownChannel));
        return;
    }
    const QByteArray versionText = request.http().queryValue("version");
    bool isNumber = true;
    const int version = versionText.isNull() ? 1 : versionText.toInt(&isNumber);
    if (!isNumber || version < 1) {
        request.respond(Error(ErrorCode::BadRequest, QStringLiteral("A version is a positive integer."), "version"));
        return;
    }
    const auto identity = request.bearer();
    Result<Admission> admission = Error(ErrorCode::Forbidden);
    if (!identity)
        admission = identity.error();
    else if (mayJoin(**identity, parseChannel(channel)))
        admission = Admission{*identity, {channel}, {}, Pool::Admin};
    openStream(std::move(request), std::move(admission),
               {Envelope::Stream, {.greets = false, .eventHeartbeat = true}, channel, version});
}

Result<Admission> admitByLink(const ApiRequest& request)
{
    const QByteArray& session = request.param(0);
    const auto identity = request.edge().authenticator().link(session, request.http().queryValue("sig"),
                                                              request.http().queryValue("exp"));
    if (!identity) {
        request.edge().observer().authFailed(identity.error().code);
        return identity.error();
    }
    return Admission{*identity, {dialogChannel(session)}, session, Pool::Site};
}

} // namespace

void addStreamDoors(Router& router)
{
    router.add("GET", "/channel/sse", [](const ApiRequest& request) {
        openStream(request, admitToChannels(request), {Envelope::Channel, {}});
    });
    router.add("GET", "/chat/{session}/stream", [](const ApiRequest& request) {
        openStream(request, admitByLink(request), {Envelope::Channel, {}});
    });
    const auto dialogDoor = [&router](const QByteArray& pattern, DialogCredentials accepted) {
        router.add("GET", pattern, [accepted](const ApiRequest& request) {
            openStream(request, admitToDialog(request, request.param(0), accepted), {Envelope::Dialog, {}});
        });
    };
    dialogDoor("/api/dialogs/{id}/events", {.bearer = true, .siteToken = true, .guestIds = true});
    dialogDoor("/api/site/dialogs/{id}/events", {.siteToken = true});
    dialogDoor("/api/widget/dialogs/{id}/events", {.guestIds = true});
    router.add("GET", "/api/v1/streams/{channel}", openTypedStream);
}

} // namespace signalbox
