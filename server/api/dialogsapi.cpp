// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/dialogsapi.h"

#include "api/dialogcursor.h"
#include "api/dialogroute.h"
#include "auth/tokenparts.h"
#include "desk/deskjson.h"
#include "desk/dialogs.h"
#include "desk/messages.h"
#include "desk/snapshot.h"
#include "shared/isotime.h"

#include <algorithm>
#include <limits>

namespace signalbox {

namespace {

constexpr qint64 kDialogPage = 50;
constexpr qint64 kLargestDialogPage = 100;
constexpr qsizetype kMostMetadataBytes = 8 * 1024;
constexpr qsizetype kLongestCloseReason = 500;
constexpr qsizetype kLongestQuery = 200;
constexpr qsizetype kMostTags = 20;
constexpr qsizetype kLongestTag = 64;
constexpr qint64 kLargestSequence = std::numeric_limits<qint64>::max();

// ---- sessions: a dialog in the words of its guest

Result<NewDialog> newDialogOf(const ApiRequest& request)
{
    auto fields = fieldsOf(request);
    if (!fields)
        return fields.error();
    NewDialog dialog;
    dialog.assistantId = fields->id(QLatin1String("assistant_id"));
    if (!dialog.assistantId.isEmpty() && !isTokenSubject(dialog.assistantId))
        fields->refuse("assistant_id", QStringLiteral("An id is expected."));
    dialog.guestName = fields->optional(QLatin1String("guest_name"), kLongestName);
    dialog.metadata = fields->object(QLatin1String("metadata"), kMostMetadataBytes);
    dialog.message = fields->optional(QLatin1String("message"), kLongestText);
    if (auto finished = fields->finish(); !finished)
        return finished.error();
    return dialog;
}

/// A widget comes without a credential; one that is there must be good.
Result<void> mayOpen(const ApiRequest& request)
{
    if (!request.bearerToken().isEmpty()) {
        if (const auto who = request.bearer(); !who)
            return who.error();
    }
    // Asked before the dialog is made: without a secret nobody could enter it.
    if (const auto token = request.edge().authenticator().sessionTokens().mint("1"); !token)
        return Error(ErrorCode::Unavailable, QStringLiteral("This server has no secret for session tokens."));
    return {};
}

/// `{"session_id":17,"token":…,"created_at":…` without its end.
Result<QByteArray> tokenMembers(const EdgeWorker& edge, qint64 dialogId)
{
    const QByteArray id = QByteArray::number(dialogId);
    const auto token = edge.authenticator().sessionTokens().mint(id);
    if (!token)
        return token.error();
    return QByteArray("{\"session_id\":" + id + ",\"token\":" + jsonString(token->token) +
                      ",\"created_at\":" + jsonTime(token->createdAt * 1000));
}

HttpResponse secretJson(int status, const QByteArray& body)
{
    HttpResponse response = HttpResponse::json(status, body);
    response.with("Cache-Control", "no-store");
    return response;
}

HttpResponse sessionOpened(const EdgeWorker& edge, const Dialog& dialog)
{
    const auto members = tokenMembers(edge, dialog.id);
    if (!members)
        return HttpResponse::json(members.error().httpStatus(), members.error().toJson());
    const QByteArray guestId = edge.authenticator().guestIds().mint(QByteArray::number(dialog.id), dialog.assistantId);
    return secretJson(201, *members + ",\"guest_id\":" + jsonText(guestId) + '}');
}

void openSessionRoute(ApiRequest request)
{
    const auto allowed = mayOpen(request);
    auto asked = allowed ? newDialogOf(request) : Result<NewDialog>(allowed.error());
    if (!asked) {
        request.respond(asked.error());
        return;
    }
    const EdgeWorker& edge = request.edge();
    runChange<Dialog>(
        std::move(request),
        [asked = std::move(*asked)](DeskTransaction& transaction) { return openDialog(transaction, asked); },
        [&edge](const Dialog& dialog) { return sessionOpened(edge, dialog); });
}

void channelTokenRoute(ApiRequest request, const IdentityPtr&, qint64 dialogId)
{
    const EdgeWorker& edge = request.edge();
    runQuery<DialogView>(
        std::move(request), [dialogId](DeskTransaction& transaction) { return viewDialog(transaction, dialogId); },
        [&edge](const DialogView& view) {
            const auto members = tokenMembers(edge, view.dialog.id);
            if (!members)
                return HttpResponse::json(members.error().httpStatus(), members.error().toJson());
            return secretJson(200, *members + '}');
        });
}

void viewRoute(ApiRequest request, const IdentityPtr& who, qint64 dialogId)
{
    runQuery<DialogView>(
        std::move(request), [dialogId](DeskTransaction& transaction) { return viewDialog(transaction, dialogId); },
        [isGuest = who->role == Role::Guest](const DialogView& view) {
            return HttpResponse::json(200, isGuest ? guestDialogJson(view) : dialogJson(view.dialog, view.handoff));
        });
}

// ---- the list

struct DialogQuery
{
    DialogFilter filter;
    ListPlace after;
    int limit = 0;
};

Result<DialogQuery> dialogQueryOf(const ApiRequest& request, const Identity& who)
{
    const HttpRequest& http = request.http();
    DialogQuery query;
    if (const QByteArray status = http.queryValue("status"); !status.isEmpty()) {
        query.filter.status = dialogStatusOf(status);
        if (!query.filter.status)
            return Error(ErrorCode::InvalidField, QStringLiteral("There is no such status."), "status");
    }
    const QByteArray person = http.queryValue("operator");
    query.filter.operatorId = person == "me" ? who.subject : person;
    query.filter.tag = http.queryValue("tag");
    query.filter.text = QString::fromUtf8(http.queryValue("q")).trimmed();
    if (query.filter.text.size() > kLongestQuery)
        return Error(ErrorCode::InvalidField, QStringLiteral("At most %1 characters are allowed.").arg(kLongestQuery),
                     "q");
    const auto limit = queryInteger(request, "limit", kDialogPage, 1, kLargestDialogPage);
    if (!limit)
        return limit.error();
    query.limit = static_cast<int>(*limit);
    if (const QByteArray cursor = http.queryValue("cursor"); !cursor.isEmpty()) {
        const auto place = parseDialogCursor(query.filter, cursor);
        if (!place)
            return place.error();
        query.after = *place;
    }
    return query;
}

void listDialogsRoute(ApiRequest request)
{
    const auto who = staffOf(request);
    const auto query = who ? dialogQueryOf(request, **who) : Result<DialogQuery>(who.error());
    if (!query) {
        request.respond(query.error());
        return;
    }
    runQuery<DialogPage>(
        request,
        [query = *query](DeskTransaction& transaction) -> Result<DialogPage> {
            return transaction.dialogs().page(query.filter, query.after, query.limit);
        },
        [filter = query->filter](const DialogPage& page) {
            const QByteArray next = page.next ? dialogCursorText(filter, *page.next) : QByteArray();
            return HttpResponse::json(
                200, "{\"items\":" + jsonArray(page.items, [](const Dialog& dialog) { return dialogJson(dialog); }) +
                         ",\"next_cursor\":" + jsonText(next) + '}');
        });
}

// ---- end and beginning again

/// The guest sees less of its dialog.
std::function<HttpResponse(const Dialog&)> dialogAnswer(const Identity& who)
{
    return [isGuest = who.role == Role::Guest](const Dialog& dialog) {
        return HttpResponse::json(200, isGuest ? guestDialogJson(dialog) : dialogJson(dialog));
    };
}

void closeRoute(ApiRequest request, const IdentityPtr& who, qint64 dialogId)
{
    auto fields = fieldsOf(request);
    if (!fields) {
        request.respond(fields.error());
        return;
    }
    const QString reason = fields->optional(QLatin1String("reason"), kLongestCloseReason);
    if (const auto finished = fields->finish(); !finished) {
        request.respond(finished.error());
        return;
    }
    runChange<Dialog>(
        request,
        [who, dialogId, reason](DeskTransaction& transaction) {
            return closeDialog(transaction, *who, dialogId, reason);
        },
        dialogAnswer(*who));
}

void reopenRoute(ApiRequest request, const IdentityPtr& who, qint64 dialogId)
{
    auto fields = fieldsOf(request);
    const auto finished = fields ? fields->finish() : Result<void>(fields.error());
    if (!finished) {
        request.respond(finished.error());
        return;
    }
    runChange<Dialog>(
        request, [who, dialogId](DeskTransaction& transaction) { return reopenDialog(transaction, *who, dialogId); },
        dialogAnswer(*who));
}

// ---- notes and tags

void listNotesRoute(ApiRequest request, const IdentityPtr&, qint64 dialogId)
{
    const auto before = queryInteger(request, "before", 0, 0, kLargestSequence);
    const auto limit = queryInteger(request, "limit", kDialogPage, 1, kLargestDialogPage);
    if (!before || !limit) {
        request.respond(before ? limit.error() : before.error());
        return;
    }
    runQuery<NotePage>(
        request,
        [dialogId, before = *before, limit = static_cast<int>(*limit)](DeskTransaction& transaction) {
            return listNotes(transaction, dialogId, before, limit);
        },
        [](const NotePage& page) {
            return HttpResponse::json(200, "{\"items\":" + jsonArray(page.items, noteJson) +
                                               ",\"has_more\":" + (page.hasMore ? "true" : "false") + '}');
        });
}

void addNoteRoute(ApiRequest request, const IdentityPtr& who, qint64 dialogId)
{
    auto fields = fieldsOf(request);
    if (!fields) {
        request.respond(fields.error());
        return;
    }
    NewNote asked;
    asked.dialogId = dialogId;
    asked.text = fields->required(QLatin1String("text"), kLongestText);
    asked.clientNoteId = fields->id(QLatin1String("client_note_id"));
    if (const auto finished = fields->finish(); !finished) {
        request.respond(finished.error());
        return;
    }
    runChange<AddedNote>(
        request,
        [who, asked = std::move(asked)](DeskTransaction& transaction) { return addNote(transaction, *who, asked); },
        [](const AddedNote& added) { return HttpResponse::json(added.isNew ? 201 : 200, noteJson(added.note)); });
}

bool isTag(const QJsonValue& value)
{
    const QString tag = value.toString();
    return value.isString() && !tag.trimmed().isEmpty() && tag.size() <= kLongestTag &&
           std::none_of(tag.begin(), tag.end(), [](QChar c) { return c.category() == QChar::Other_Control; });
}

Result<QList<QByteArray>> tagsOf(const ApiRequest& request)
{
    auto fields = fieldsOf(request);
    if (!fields)
        return fields.error();
    const auto list = fields->array(QLatin1String("tags"), kMostTags);
    if (!list)
        fields->refuse("tags", QStringLiteral("An array is expected."));
    QList<QByteArray> tags;
    for (const auto& value : list.value_or(QJsonArray())) {
        if (!isTag(value))
            fields->refuse("tags", QStringLiteral("Texts of 1 to %1 characters are expected.").arg(kLongestTag));
        tags.append(value.toString().trimmed().toUtf8());
    }
    if (auto finished = fields->finish(); !finished)
        return finished.error();
    return tags;
}

void setTagsRoute(ApiRequest request, const IdentityPtr& who, qint64 dialogId)
{
    auto tags = tagsOf(request);
    if (!tags) {
        request.respond(tags.error());
        return;
    }
    runChange<Dialog>(
        request,
        [dialogId, tags = std::move(*tags)](DeskTransaction& transaction) {
            return setTags(transaction, dialogId, tags);
        },
        dialogAnswer(*who));
}

// ---- all at once

void snapshotRoute(ApiRequest request)
{
    const auto who = staffOf(request);
    if (!who || !(*who)->isStaff()) {
        request.respond(who ? Error(ErrorCode::Forbidden) : who.error());
        return;
    }
    runQuery<DeskSnapshot>(
        request, [who = *who](DeskTransaction& transaction) { return takeSnapshot(transaction, *who); },
        [](const DeskSnapshot& snapshot) { return secretJson(200, snapshotJson(snapshot)); });
}

} // namespace

void addDialogsApi(Router& router)
{
    router.add("POST", "/chat/session", openSessionRoute);
    router.add("GET", "/chat/session/{id}", forParty(viewRoute));
    router.add("GET", "/chat/session/{id}/channel-token", forParty(channelTokenRoute));
    router.add("POST", "/chat/session/{id}/close", forParty(closeRoute));
    router.add("GET", "/api/dialogs", listDialogsRoute);
    router.add("GET", "/api/dialogs/{id}", forStaff(viewRoute));
    router.add("POST", "/api/dialogs/{id}/close", forStaff(closeRoute));
    router.add("POST", "/api/dialogs/{id}/reopen", forStaff(reopenRoute));
    router.add("GET", "/api/dialogs/{id}/notes", forStaff(listNotesRoute));
    router.add("POST", "/api/dialogs/{id}/notes", forStaff(addNoteRoute));
    router.add("PUT", "/api/dialogs/{id}/tags", forStaff(setTagsRoute));
    router.add("GET", "/api/v1/desk/snapshot", snapshotRoute);
}

} // namespace signalbox
