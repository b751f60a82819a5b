// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/cannedapi.h"

#include "api/deskrequest.h"
#include "desk/cannedreplies.h"
#include "desk/deskjson.h"

namespace signalbox {

namespace {

constexpr qsizetype kLongestShortcut = 64;
constexpr qsizetype kLongestTitle = 200;
constexpr qsizetype kLongestReply = 10'000;

/// Services have no replies of their own and read none.
Result<IdentityPtr> personOf(const ApiRequest& request)
{
    auto who = staffOf(request);
    if (who && !(*who)->isStaff())
        return Error(ErrorCode::Forbidden);
    return who;
}

/// The members that are there; with `isNew` shortcut and text must be.
Result<CannedChange> cannedChangeOf(const ApiRequest& request, bool isNew)
{
    auto fields = fieldsOf(request);
    if (!fields)
        return fields.error();
    CannedChange change;
    const QLatin1String shortcut("shortcut");
    const QLatin1String text("text");
    if (isNew || fields->has(shortcut))
        change.shortcut = fields->required(shortcut, kLongestShortcut);
    if (fields->has(QLatin1String("title")))
        change.title = fields->optional(QLatin1String("title"), kLongestTitle);
    if (isNew || fields->has(text))
        change.text = fields->required(text, kLongestReply);
    change.isShared = fields->flag(QLatin1String("shared"));
    if (auto finished = fields->finish(); !finished)
        return finished.error();
    return change;
}

void listRepliesRoute(ApiRequest request)
{
    const auto who = personOf(request);
    if (!who) {
        request.respond(who.error());
        return;
    }
    runQuery<CannedReplies>(
        request, [who = *who](DeskTransaction& transaction) { return listCannedReplies(transaction, *who); },
        [](const CannedReplies& replies) {
            return HttpResponse::json(200, "{\"items\":" + jsonArray(replies, cannedReplyJson) + '}');
        });
}

void addRoute(ApiRequest request)
{
    const auto who = personOf(request);
    auto asked = who ? cannedChangeOf(request, true) : Result<CannedChange>(who.error());
    if (!asked) {
        request.respond(asked.error());
        return;
    }
    runChange<CannedReply>(
        request,
        [who = *who, asked = std::move(*asked)](DeskTransaction& transaction) {
            return addCannedReply(transaction, *who, asked);
        },
        [](const CannedReply& reply) { return HttpResponse::json(201, cannedReplyJson(reply)); });
}

Result<qint64> replyIdOf(const ApiRequest& request, const Result<IdentityPtr>& who)
{
    return who ? dialogIdOf(request.param(0)) : Result<qint64>(who.error());
}

void changeRoute(ApiRequest request)
{
    const auto who = personOf(request);
    const auto id = replyIdOf(request, who);
    auto asked = id ? cannedChangeOf(request, false) : Result<CannedChange>(id.error());
    if (!asked) {
        request.respond(asked.error());
        return;
    }
    runChange<CannedReply>(
        request,
        [who = *who, id = *id, asked = std::move(*asked)](DeskTransaction& transaction) {
            return changeCannedReply(transaction, *who, id, asked);
        },
        [](const CannedReply& reply) { return HttpResponse::json(200, cannedReplyJson(reply)); });
}

void deleteRoute(ApiRequest request)
{
    const auto who = personOf(request);
    const auto id = replyIdOf(request, who);
    if (!id) {
        request.respond(id.error());
        return;
    }
    runChange<qint64>(
        request,
        [who = *who, id = *id](DeskTransaction& transaction) { return deleteCannedReply(transaction, *who, id); },
        [](const qint64&) { return HttpResponse::empty(204); });
}

} // namespace

void addCannedApi(Router& router)
{
    router.add("GET", "/api/canned-replies", listRepliesRoute);
    router.add("POST", "/api/canned-replies", addRoute);
    router.add("PATCH", "/api/canned-replies/{id}", changeRoute);
    router.add("DELETE", "/api/canned-replies/{id}", deleteRoute);
}

} // namespace signalbox
