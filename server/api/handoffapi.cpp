// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/handoffapi.h"

#include "api/deskrequest.h"
#include "desk/deskjson.h"
#include "desk/handoffrules.h"
#include "desk/supervision.h"

namespace signalbox {

namespace {

enum class Callers : quint8 { Everybody, Staff, Supervisors };

bool isAmong(Callers callers, const Identity& who)
{
    switch (callers) {
    case Callers::Everybody:
        return true;
    case Callers::Staff:
        return who.isStaff();
    case Callers::Supervisors:
        return who.role == Role::Director || who.role == Role::Admin;
    }
    return false;
}

Result<IdentityPtr> callerOf(const ApiRequest& request, Callers callers, qint64 dialogId)
{
    auto who = callers == Callers::Everybody ? partyOf(request, dialogId) : staffOf(request);
    if (who && !isAmong(callers, **who))
        return Error(ErrorCode::Forbidden);
    return who;
}

/// Takes a command's members out of the body; the dialog's id is set by the route.
template <typename Body> using ReadBody = Body (*)(FieldReader&, const Identity&, const DeskSettings&);
template <typename Body, typename Outcome>
using DeskCommand = Result<Outcome> (*)(DeskTransaction&, const Identity&, const Body&);
template <typename Outcome> using AnswerOf = HttpResponse (*)(const Identity&, const Outcome&);

/// A route of a dialog: who asks, what for, the command, its answer.
template <typename Body, typename Outcome>
void serve(ApiRequest request, Callers callers, ReadBody<Body> read, DeskCommand<Body, Outcome> command,
           AnswerOf<Outcome> answer)
{
    const auto dialogId = dialogIdOf(request.param(0));
    if (!dialogId) {
        request.respond(dialogId.error());
        return;
    }
    const auto who = callerOf(request, callers, *dialogId);
    if (!who) {
        request.respond(who.error());
        return;
    }
    auto fields = fieldsOf(request);
    if (!fields) {
        request.respond(fields.error());
        return;
    }
    Body body = read(*fields, **who, request.edge().settings().desk);
    body.dialogId = *dialogId;
    if (const auto finished = fields->finish(); !finished) {
        request.respond(finished.error());
        return;
    }
    runChange<Outcome>(
        std::move(request),
        [who = *who, body = std::move(body), command](DeskTransaction& transaction) {
            return command(transaction, *who, body);
        },
        [who = *who, answer](const Outcome& outcome) { return answer(*who, outcome); });
}

template <typename Body, typename Outcome>
Router::Handler route(Callers callers, ReadBody<Body> read, DeskCommand<Body, Outcome> command,
                      AnswerOf<Outcome> answer)
{
    return [=](ApiRequest request) { serve<Body, Outcome>(std::move(request), callers, read, command, answer); };
}

// Bodies

constexpr qsizetype kLongestReason = 500;
constexpr qsizetype kLongestHandoffText = 2000;
constexpr qsizetype kLargestMetadata = 16 * 1024;
constexpr qint64 kLargestFencing = 9'007'199'254'740'992;

QByteArray metadataOf(FieldReader& fields)
{
    return fields.object(QLatin1String("metadata"), kLargestMetadata);
}

std::optional<quint64> fencingOf(FieldReader& fields)
{
    const auto fencing = fields.integer(QLatin1String("fencing"), 0, kLargestFencing);
    return fencing ? std::optional(static_cast<quint64>(*fencing)) : std::nullopt;
}

HandoffRequest readRequest(FieldReader& fields, const Identity& who, const DeskSettings&)
{
    const bool isGuest = who.role == Role::Guest;
    HandoffRequest request;
    request.reason = fields.optional(QLatin1String("reason"), kLongestReason);
    request.priority =
        static_cast<int>(fields.integer(QLatin1String("priority"), 0, isGuest ? 0 : kHighestPriority).value_or(0));
    if (!isGuest)
        request.metadata = metadataOf(fields);
    return request;
}

HandoffStart readStart(FieldReader& fields, const Identity&, const DeskSettings& settings)
{
    HandoffStart start;
    start.metadata = metadataOf(fields);
    start.operatorId = fields.id(QLatin1String("operator_id"));
    start.force = fields.flag(QLatin1String("force")).value_or(false);
    start.leaseMs = settings.leaseMs;
    return start;
}

HandoffRenewal readRenewal(FieldReader& fields, const Identity&, const DeskSettings& settings)
{
    HandoffRenewal renewal;
    renewal.fencing = static_cast<quint64>(fields.requiredInteger(QLatin1String("fencing"), 0, kLargestFencing));
    renewal.leaseMs = settings.leaseMs;
    return renewal;
}

HandoffRelease readRelease(FieldReader& fields, const Identity&, const DeskSettings&)
{
    HandoffRelease release;
    release.fencing = fencingOf(fields);
    release.resolution = fields.optional(QLatin1String("resolution"), kLongestHandoffText);
    release.returnsToAi = fields.flag(QLatin1String("return_to_ai")).value_or(true);
    release.metadata = metadataOf(fields);
    return release;
}

HandoffCancel readCancel(FieldReader& fields, const Identity& who, const DeskSettings&)
{
    const QLatin1String name("cancel_type");
    HandoffCancel cancel;
    // A guest speaks for itself only.
    cancel.cancelType = who.role == Role::Guest
                            ? fields.choice(name, {"user_request", "timeout", "resolved"})
                            : fields.choice(name, {"user_request", "timeout", "operator", "system", "resolved"});
    cancel.reason = fields.optional(QLatin1String("reason"), kLongestReason);
    return cancel;
}

HandoffTransfer readTransfer(FieldReader& fields, const Identity&, const DeskSettings& settings)
{
    HandoffTransfer transfer;
    transfer.fencing = fencingOf(fields);
    transfer.operatorId = fields.id(QLatin1String("operator_id"));
    const bool toQueue = fields.flag(QLatin1String("queue")).value_or(false);
    if (toQueue == !transfer.operatorId.isEmpty())
        fields.refuse("operator_id", QStringLiteral("Either an operator or the queue is expected."));
    transfer.note = fields.optional(QLatin1String("note"), kLongestHandoffText);
    transfer.answerMs = settings.answerMs;
    return transfer;
}

TakeOver readTakeOver(FieldReader& fields, const Identity&, const DeskSettings& settings)
{
    TakeOver takeOver;
    takeOver.metadata = metadataOf(fields);
    takeOver.leaseMs = settings.leaseMs;
    return takeOver;
}

Whisper readWhisper(FieldReader& fields, const Identity&, const DeskSettings&)
{
    Whisper whisper;
    whisper.text = fields.required(QLatin1String("text"), kLongestHandoffText);
    return whisper;
}

// Answers

/// What a guest may know of its request.
QByteArray guestHandoffJson(const Handoff& handoff)
{
    return "{\"id\":" + QByteArray::number(handoff.id) + ",\"dialog_id\":" + QByteArray::number(handoff.dialogId) +
           ",\"status\":\"" + handoffStatusName(handoff.status) + "\",\"reason\":" + jsonText(handoff.reason) +
           ",\"requested_at\":" + jsonTime(handoff.requestedMs) + '}';
}

QByteArray handoffFor(const Identity& who, const Handoff& handoff)
{
    return who.role == Role::Guest ? guestHandoffJson(handoff) : handoffJson(handoff);
}

QByteArray dialogFor(const Identity& who, const Dialog& dialog)
{
    return who.role == Role::Guest ? guestDialogJson(dialog) : dialogJson(dialog);
}

QByteArray secondsJson(const std::optional<qint64>& seconds)
{
    return seconds ? QByteArray::number(*seconds) : QByteArrayLiteral("null");
}

QByteArray placeMembers(const HandoffOutcome& outcome)
{
    return "\"queue_position\":" + QByteArray::number(outcome.position) +
           ",\"estimated_wait\":" + secondsJson(outcome.estimatedWaitSeconds);
}

QByteArray leaseMembers(const Handoff& handoff)
{
    return "\"lease_until\":" + jsonTime(handoff.leaseUntilMs) + ",\"fencing\":" + QByteArray::number(handoff.fencing);
}

QByteArray bothMembers(const Identity& who, const HandoffOutcome& outcome)
{
    return "\"dialog\":" + dialogFor(who, outcome.dialog) + ",\"handoff\":" + handoffFor(who, outcome.handoff);
}

HttpResponse answerRequest(const Identity& who, const HandoffOutcome& outcome)
{
    return HttpResponse::json(outcome.repeated ? 200 : 201,
                              "{\"handoff\":" + handoffFor(who, outcome.handoff) + ',' + placeMembers(outcome) + '}');
}

HttpResponse answerClaim(const Identity& who, const HandoffOutcome& outcome)
{
    return HttpResponse::json(200, '{' + bothMembers(who, outcome) + ',' + leaseMembers(outcome.handoff) + '}');
}

HttpResponse answerRenewal(const Identity&, const HandoffOutcome& outcome)
{
    return HttpResponse::json(200, '{' + leaseMembers(outcome.handoff) + '}');
}

HttpResponse answerEnd(const Identity& who, const HandoffOutcome& outcome)
{
    return HttpResponse::json(200, '{' + bothMembers(who, outcome) + '}');
}

HttpResponse answerTransfer(const Identity& who, const HandoffOutcome& outcome)
{
    return HttpResponse::json(200, '{' + bothMembers(who, outcome) + ',' + placeMembers(outcome) + '}');
}

HttpResponse answerWhisper(const Identity&, const Operator& holder)
{
    return HttpResponse::json(200, "{\"holder\":" + operatorCardJson(holder) + '}');
}

// The queue

constexpr int kHandoffPage = 100;
constexpr int kLargestHandoffPage = 500;

QByteArray queueItemJson(const HandoffQueue::Item& item, qsizetype position)
{
    QByteArray json = handoffJson(item.handoff);
    json.chop(1);
    return json + ",\"position\":" + QByteArray::number(position) +
           ",\"estimated_wait\":" + secondsJson(item.estimatedWaitSeconds) +
           ",\"dialog\":" + dialogCardJson(item.dialog) + '}';
}

HttpResponse answerQueue(const HandoffQueue& queue)
{
    qsizetype position = 0;
    const QByteArray items =
        jsonArray(queue.items, [&](const HandoffQueue::Item& item) { return queueItemJson(item, ++position); });
    return HttpResponse::json(200, "{\"items\":" + items + ",\"total\":" + QByteArray::number(queue.total) + '}')
        .with("Cache-Control", "no-store");
}

void serveQueue(ApiRequest request)
{
    const auto who = staffOf(request);
    if (!who) {
        request.respond(who.error());
        return;
    }
    int limit = kHandoffPage;
    if (const QByteArray given = request.http().queryValue("limit"); !given.isEmpty()) {
        bool isNumber = false;
        limit = given.toInt(&isNumber);
        if (!isNumber || limit < 1 || limit > kLargestHandoffPage) {
            request.respond(
                Error(ErrorCode::InvalidField, QStringLiteral("An integer from 1 to 500 is expected."), "limit"));
            return;
        }
    }
    runQuery<HandoffQueue>(
        std::move(request),
        [who = *who, limit](DeskTransaction& transaction) { return handoffQueue(transaction, *who, limit); },
        answerQueue);
}

} // namespace

void addHandoffApi(Router& router)
{
    const auto add = [&router](const char* tail, const Router::Handler& handler) {
        router.add("POST", QByteArrayLiteral("/api/dialogs/{id}/") + tail, handler);
    };
    const auto ask = route(Callers::Everybody, readRequest, requestHandoff, answerRequest);
    const auto cancel = route(Callers::Everybody, readCancel, cancelHandoff, answerEnd);
    add("handoff", ask);
    add("handoff/cancel", cancel);
    router.add("POST", "/chat/session/{id}/handoff", ask);
    router.add("POST", "/chat/session/{id}/handoff/cancel", cancel);
    add("handoff/start", route(Callers::Staff, readStart, startHandoff, answerClaim));
    add("handoff/renew", route(Callers::Staff, readRenewal, renewHandoff, answerRenewal));
    add("handoff/release", route(Callers::Staff, readRelease, releaseHandoff, answerEnd));
    add("handoff/transfer", route(Callers::Staff, readTransfer, transferHandoff, answerTransfer));
    add("handoff/take-over", route(Callers::Supervisors, readTakeOver, takeOverHandoff, answerClaim));
    add("whisper", route(Callers::Supervisors, readWhisper, whisperToHolder, answerWhisper));
    router.add("GET", "/api/handoff/queue", serveQueue);
}

} // namespace signalbox
