// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/messagesapi.h"

#include "api/attachments.h"
#include "api/dialogroute.h"
#include "desk/deskjson.h"
#include "desk/messages.h"
#include "desk/typing.h"

#include <limits>

namespace signalbox {

namespace {

constexpr qint64 kLargestMessageId = std::numeric_limits<qint64>::max();
constexpr qint64 kLargestNumber = 1LL << 53; ///< that JSON holds exactly
constexpr qint64 kMessagePage = 50;
constexpr qint64 kLargestMessagePage = 200;
constexpr qsizetype kLongestClientId = 128;
constexpr qsizetype kLongestSystemType = 64;

Result<Stretch> stretchOf(const ApiRequest& request, qint64 dialogId)
{
    const auto before = queryInteger(request, "before", 0, 0, kLargestMessageId);
    const auto after = queryInteger(request, "after", 0, 0, kLargestMessageId);
    const auto limit = queryInteger(request, "limit", kMessagePage, 1, kLargestMessagePage);
    for (const auto* value : {&before, &after, &limit}) {
        if (!*value)
            return value->error();
    }
    Stretch asked;
    asked.dialogId = dialogId;
    asked.before = *before;
    asked.limit = static_cast<int>(*limit);
    if (request.http().queryValue("after").isEmpty())
        return asked;
    if (!request.http().queryValue("before").isEmpty())
        return Error(ErrorCode::InvalidField, QStringLiteral("Either before or after can be asked for."), "after");
    asked.after = *after;
    return asked;
}

void listMessagesRoute(ApiRequest request, const IdentityPtr&, qint64 dialogId)
{
    const auto asked = stretchOf(request, dialogId);
    if (!asked) {
        request.respond(asked.error());
        return;
    }
    runQuery<MessagePage>(
        request, [asked = *asked](DeskTransaction& transaction) { return listMessages(transaction, asked); },
        [](const MessagePage& page) {
            return HttpResponse::json(200, "{\"items\":" + jsonArray(page.items, messageJson) +
                                               ",\"has_more\":" + (page.hasMore ? "true" : "false") + '}');
        });
}

void readServiceFields(FieldReader& fields, NewMessage& message)
{
    const QByteArray sender = fields.choice(QLatin1String("sender"), {"ai", "system", "client"});
    message.sender = senderOf(sender).value_or(Sender::Ai);
    message.senderName = fields.optional(QLatin1String("sender_name"), kLongestName);
    message.systemType = fields.optional(QLatin1String("system_type"), kLongestSystemType).toUtf8();
    if (!message.systemType.isEmpty() && message.sender != Sender::System)
        fields.refuse("system_type", QStringLiteral("Only system messages have a type."));
}

Result<NewMessage> newMessageOf(const ApiRequest& request, const Identity& who, qint64 dialogId)
{
    auto fields = fieldsOf(request);
    if (!fields)
        return fields.error();
    NewMessage message;
    message.dialogId = dialogId;
    message.attachments = attachmentsOf(*fields);
    const QLatin1String text("text");
    message.text =
        message.attachments.isEmpty() ? fields->required(text, kLongestText) : fields->optional(text, kLongestText);
    message.callsOut = !request.edge().settings().desk.alertUrl.isEmpty();
    message.clientMessageId = fields->id(QLatin1String("client_message_id"), kLongestClientId);
    if (who.role == Role::Service)
        readServiceFields(*fields, message);
    if (who.isStaff()) {
        message.leaseMs = request.edge().settings().desk.leaseMs;
        if (const auto fencing = fields->integer(QLatin1String("fencing"), 0, kLargestNumber))
            message.fencing = static_cast<quint64>(*fencing);
    }
    if (auto finished = fields->finish(); !finished)
        return finished.error();
    return message;
}

void postMessageRoute(ApiRequest request, const IdentityPtr& who, qint64 dialogId)
{
    auto asked = newMessageOf(request, *who, dialogId);
    if (!asked) {
        request.respond(asked.error());
        return;
    }
    runChange<PostedMessage>(
        request,
        [who, asked = std::move(*asked)](DeskTransaction& transaction) {
            return postMessage(transaction, *who, asked);
        },
        [](const PostedMessage& posted) {
            return HttpResponse::json(posted.isNew ? 201 : 200, messageJson(posted.message));
        });
}

Result<MessageEdit> messageEditOf(const ApiRequest& request, qint64 dialogId)
{
    const auto messageId = dialogIdOf(request.param(1));
    if (!messageId)
        return messageId.error();
    auto fields = fieldsOf(request);
    if (!fields)
        return fields.error();
    MessageEdit edit{dialogId, *messageId, fields->required(QLatin1String("text"), kLongestText)};
    if (auto finished = fields->finish(); !finished)
        return finished.error();
    return edit;
}

void editMessageRoute(ApiRequest request, const IdentityPtr& who, qint64 dialogId)
{
    auto asked = messageEditOf(request, dialogId);
    if (!asked) {
        request.respond(asked.error());
        return;
    }
    runChange<Message>(
        request,
        [who, asked = std::move(*asked)](DeskTransaction& transaction) {
            return editMessage(transaction, *who, asked);
        },
        [](const Message& message) { return HttpResponse::json(200, messageJson(message)); });
}

Result<bool> typingStateOf(const ApiRequest& request)
{
    auto fields = fieldsOf(request);
    if (!fields)
        return fields.error();
    const QByteArray state = fields->choice(QLatin1String("state"), {"start", "stop"});
    if (state.isEmpty())
        fields->refuse("state", QStringLiteral("start or stop is expected."));
    if (auto finished = fields->finish(); !finished)
        return finished.error();
    return state == "start";
}

/// Publishes what is news; a start that is refused has not happened.
void publishTypingOf(ApiRequest request, DeskPort& desk, const Typist& typist, bool starts)
{
    desk.write<bool>(
        [typist, starts](DeskTransaction& transaction) { return publishTyping(transaction, typist, starts); },
        [request, typist, board = desk.typing()](const Result<bool>& published) mutable {
            if (published) {
                request.respond(HttpResponse::empty(204));
                return;
            }
            if (board)
                board->stop(typist);
            request.respond(published.error());
        });
}

void typingRoute(ApiRequest request, const IdentityPtr& who, qint64 dialogId)
{
    const auto starts = typingStateOf(request);
    if (!starts) {
        request.respond(starts.error());
        return;
    }
    DeskPort* desk = request.edge().desk();
    if (!desk) {
        request.respond(Error(ErrorCode::NotFound, QStringLiteral("This server has no desk.")));
        return;
    }
    const Typist typist{dialogId, speakerOf(*who), who->subject, who->name};
    TypingBoard* board = desk->typing();
    const EdgeWorker& edge = request.edge();
    const bool isNews =
        !board ||
        (*starts ? board->start(typist, edge.clock().steadyMs(), edge.settings().desk.typingMs) : board->stop(typist));
    if (isNews)
        publishTypingOf(std::move(request), *desk, typist, *starts);
    else
        request.respond(HttpResponse::empty(204));
}

void readRoute(ApiRequest request, const IdentityPtr& who, qint64 dialogId)
{
    auto fields = fieldsOf(request);
    if (!fields) {
        request.respond(fields.error());
        return;
    }
    const qint64 lastId = fields->requiredInteger(QLatin1String("last_id"), 0, kLargestNumber);
    if (const auto finished = fields->finish(); !finished) {
        request.respond(finished.error());
        return;
    }
    runChange<qint64>(
        request,
        [who, dialogId, lastId](DeskTransaction& transaction) { return markRead(transaction, *who, dialogId, lastId); },
        [](const qint64& mark) { return HttpResponse::json(200, "{\"last_id\":" + QByteArray::number(mark) + '}'); });
}

void addBelow(Router& router, const QByteArray& dialog, Router::Handler (*guarded)(DialogHandler))
{
    router.add("GET", dialog + "/messages", guarded(listMessagesRoute));
    router.add("POST", dialog + "/messages", guarded(postMessageRoute));
    router.add("PATCH", dialog + "/messages/{mid}", guarded(editMessageRoute));
    router.add("POST", dialog + "/typing", guarded(typingRoute));
    router.add("POST", dialog + "/read", guarded(readRoute));
}

} // namespace

void addMessagesApi(Router& router)
{
    addBelow(router, "/api/dialogs/{id}", forStaff);
    addBelow(router, "/chat/session/{id}", forParty);
}

} // namespace signalbox
