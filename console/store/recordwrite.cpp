// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/store/recordwrite.h"

#include "console/store/recordjson.h"

namespace signalbox::console {

using namespace Qt::StringLiterals;

namespace {

QJsonValue orNull(const QString& text)
{
    return text.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(text);
}

QJsonValue time(qint64 ms)
{
    return orNull(isoOf(ms));
}

QJsonValue lastMessage(const Dialog& dialog)
{
    if (dialog.lastMessageId == 0)
        return QJsonValue::Null;
    return QJsonObject{{u"id"_s, dialog.lastMessageId},
                       {u"sender"_s, nameOf(dialog.lastSender)},
                       {u"text"_s, dialog.lastText},
                       {u"timestamp"_s, time(dialog.lastMessageMs)}};
}

} // namespace

QJsonObject toJson(const Dialog& dialog)
{
    QJsonObject json{{u"id"_s, dialog.id},
                     {u"session_id"_s, dialog.id},
                     {u"status"_s, nameOf(dialog.status)},
                     {u"created_at"_s, time(dialog.createdMs)},
                     {u"updated_at"_s, time(dialog.updatedMs)},
                     {u"closed_at"_s, time(dialog.closedMs)},
                     {u"operator_id"_s, orNull(dialog.operatorId)},
                     {u"staff_read"_s, dialog.staffRead},
                     {u"guest_read"_s, dialog.guestRead},
                     {u"last_message"_s, lastMessage(dialog)},
                     {u"guest"_s, QJsonObject{{u"name"_s, orNull(dialog.guestName)}}},
                     {u"assistant_id"_s, orNull(dialog.assistantId)},
                     {u"last_operator"_s, orNull(dialog.lastOperator)},
                     {u"waiting_since"_s, time(dialog.waitingSinceMs)},
                     {u"unread_count"_s, dialog.unreadCount},
                     {u"tags"_s, QJsonArray::fromStringList(dialog.tags)},
                     {u"metadata"_s, dialog.metadata.isEmpty() ? QJsonValue(QJsonValue::Null) : dialog.metadata}};
    if (dialog.handoff)
        json.insert(u"handoff"_s, toJson(*dialog.handoff, dialog.id));
    return json;
}

QJsonObject toJson(const Handoff& handoff, qint64 dialogId)
{
    return {{u"id"_s, handoff.id},
            {u"dialog_id"_s, dialogId},
            {u"status"_s, handoff.operatorId.isEmpty() ? u"queued"_s : u"active"_s},
            {u"priority"_s, handoff.priority},
            {u"reason"_s, orNull(handoff.reason)},
            {u"metadata"_s, handoff.metadata},
            {u"requested_by"_s, orNull(handoff.requestedBy)},
            {u"requested_at"_s, time(handoff.requestedMs)},
            {u"queued_at"_s, time(handoff.queuedMs)},
            {u"reserved_for"_s, orNull(handoff.reservedFor)},
            {u"operator_id"_s, orNull(handoff.operatorId)},
            {u"fencing"_s, static_cast<qint64>(handoff.fencing)},
            {u"lease_until"_s, time(handoff.leaseUntilMs)},
            {u"started_at"_s, time(handoff.startedMs)},
            {u"returns"_s, handoff.returns}};
}

QJsonObject toJson(const Message& message)
{
    QJsonObject json{{u"id"_s, message.id},
                     {u"dialog_id"_s, message.dialogId},
                     {u"sequence"_s, static_cast<qint64>(message.sequence)},
                     {u"sender"_s, nameOf(message.sender)},
                     {u"text"_s, message.text},
                     {u"timestamp"_s, time(message.createdMs)}};
    const auto add = [&json](const QString& name, const QString& value) {
        if (!value.isEmpty())
            json.insert(name, value);
    };
    add(u"sender_id"_s, message.senderId);
    add(u"sender_name"_s, message.senderName);
    add(u"system_type"_s, message.systemType);
    add(u"client_message_id"_s, message.clientMessageId);
    add(u"edited_at"_s, isoOf(message.editedMs));
    if (!message.attachments.isEmpty())
        json.insert(u"attachments"_s, message.attachments);
    return json;
}

QJsonObject toJson(const Note& note)
{
    return {{u"id"_s, note.id},
            {u"dialog_id"_s, note.dialogId},
            {u"author"_s, QJsonObject{{u"id"_s, orNull(note.authorId)}, {u"name"_s, orNull(note.authorName)}}},
            {u"text"_s, note.text},
            {u"timestamp"_s, time(note.createdMs)}};
}

QJsonObject toJson(const Operator& person)
{
    return {{u"id"_s, person.id},
            {u"login"_s, orNull(person.login)},
            {u"name"_s, orNull(person.name)},
            {u"avatar"_s, orNull(person.avatar)},
            {u"role"_s, nameOf(person.role)},
            {u"cities"_s, QJsonArray::fromStringList(person.cities)},
            {u"capacity"_s, person.capacity},
            {u"current_load"_s, person.load},
            {u"status"_s, nameOf(person.presence)},
            {u"wanted_status"_s, nameOf(person.wanted)},
            {u"wanted_until"_s, time(person.wantedUntilMs)},
            {u"disabled"_s, person.disabled}};
}

QJsonObject toJson(const CannedReply& reply)
{
    return {{u"id"_s, reply.id},
            {u"shortcut"_s, reply.shortcut},
            {u"title"_s, reply.title},
            {u"text"_s, reply.text},
            {u"owner_id"_s, orNull(reply.ownerId)}};
}

} // namespace signalbox::console
