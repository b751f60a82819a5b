// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/deskjson.h"

#include "desk/dialogs.h"
#include "desk/jsonwords.h"
#include "shared/errors.h"
#include "shared/isotime.h"

namespace signalbox {

namespace {

QByteArray textsJson(const QList<QByteArray>& texts)
{
    return jsonArray(texts, [](const QByteArray& text) { return jsonString(text); });
}

QByteArray lastMessageJson(const Dialog& dialog)
{
    if (dialog.lastMessageId == 0)
        return QByteArrayLiteral("null");
    return "{\"id\":" + number(dialog.lastMessageId) + ",\"sender\":" + word(senderName(dialog.lastSender)) +
           ",\"text\":" + jsonString(dialog.lastText) + ",\"timestamp\":" + jsonTime(dialog.lastMessageMs) + '}';
}

QByteArray commonDialogMembers(const Dialog& dialog)
{
    return "\"id\":" + number(dialog.id) + ",\"session_id\":" + number(dialog.id) +
           ",\"status\":" + word(dialogStatusName(dialog.status)) + ",\"created_at\":" + jsonTime(dialog.createdMs) +
           ",\"updated_at\":" + jsonTime(dialog.updatedMs) + ",\"closed_at\":" + jsonTime(dialog.closedMs) +
           ",\"operator_id\":" + jsonText(dialog.operatorId) + ",\"staff_read\":" + number(dialog.staffRead) +
           ",\"guest_read\":" + number(dialog.guestRead) + ",\"last_message\":" + lastMessageJson(dialog);
}

} // namespace

QByteArray jsonTime(qint64 ms)
{
    return ms == 0 ? QByteArrayLiteral("null") : '"' + isoTime(ms) + '"';
}

QByteArray jsonText(const QByteArray& text)
{
    return text.isEmpty() ? QByteArrayLiteral("null") : jsonString(text);
}

QByteArray jsonText(const QString& text)
{
    return text.isEmpty() ? QByteArrayLiteral("null") : jsonString(text);
}

QByteArray dialogJson(const Dialog& dialog, const std::optional<Handoff>& handoff)
{
    QByteArray json = '{' + commonDialogMembers(dialog);
    json += ",\"guest\":{\"name\":" + jsonText(dialog.guestName) + '}';
    json += ",\"assistant_id\":" + jsonText(dialog.assistantId);
    json += ",\"last_operator\":" + jsonText(dialog.lastOperator);
    json += ",\"waiting_since\":" + jsonTime(dialog.waitingSinceMs);
    json += ",\"unread_count\":" + number(dialog.unreadCount);
    json += ",\"tags\":" + textsJson(dialog.tags);
    json += ",\"metadata\":" + orNull(dialog.metadata);
    if (handoff)
        json += ",\"handoff\":" + handoffJson(*handoff);
    return json + '}';
}

QByteArray guestDialogJson(const Dialog& dialog)
{
    return '{' + commonDialogMembers(dialog) + '}';
}

QByteArray guestDialogJson(const DialogView& view)
{
    const QByteArray place = view.place.position == 0 ? QByteArrayLiteral("null") : number(view.place.position);
    return '{' + commonDialogMembers(view.dialog) +
           ",\"operator\":" + (view.holder ? operatorCardJson(*view.holder) : QByteArrayLiteral("null")) +
           ",\"queue_position\":" + place + ",\"estimated_wait\":" + orNull(view.place.estimatedWaitSeconds) + '}';
}

QByteArray dialogCardJson(const Dialog& dialog)
{
    return "{\"id\":" + number(dialog.id) + ",\"guest\":{\"name\":" + jsonText(dialog.guestName) +
           "},\"last_message\":" + lastMessageJson(dialog) + ",\"waiting_since\":" + jsonTime(dialog.waitingSinceMs) +
           '}';
}

QByteArray messageExtrasJson(const Message& message)
{
    QByteArray json;
    if (!message.senderId.isEmpty())
        json += ",\"sender_id\":" + jsonString(message.senderId);
    if (!message.senderName.isEmpty())
        json += ",\"sender_name\":" + jsonString(message.senderName);
    if (!message.systemType.isEmpty())
        json += ",\"system_type\":" + jsonString(message.systemType);
    if (!message.attachments.isEmpty())
        json += ",\"attachments\":" + message.attachments;
    if (!message.clientMessageId.isEmpty())
        json += ",\"client_message_id\":" + jsonString(message.clientMessageId);
    return json;
}

QByteArray messageJson(const Message& message)
{
    QByteArray json = "{\"id\":" + number(message.id) + ",\"dialog_id\":" + number(message.dialogId) +
                      ",\"sequence\":" + QByteArray::number(message.sequence) +
                      ",\"sender\":" + word(senderName(message.sender)) + ",\"text\":" + jsonString(message.text) +
                      ",\"timestamp\":" + jsonTime(message.createdMs) + messageExtrasJson(message);
    if (message.editedMs != 0)
        json += ",\"edited_at\":" + jsonTime(message.editedMs);
    return json + '}';
}

QByteArray noteJson(const Note& note)
{
    QByteArray json = "{\"id\":" + number(note.id) + ",\"dialog_id\":" + number(note.dialogId) +
                      ",\"author\":{\"id\":" + jsonText(note.authorId) + ",\"name\":" + jsonText(note.authorName) +
                      "},\"text\":" + jsonString(note.text) + ",\"timestamp\":" + jsonTime(note.createdMs);
    if (!note.clientNoteId.isEmpty())
        json += ",\"client_note_id\":" + jsonString(note.clientNoteId);
    return json + '}';
}

QByteArray handoffJson(const Handoff& handoff)
{
    return "{\"id\":" + number(handoff.id) + ",\"dialog_id\":" + number(handoff.dialogId) +
           ",\"status\":" + word(handoffStatusName(handoff.status)) + ",\"priority\":" + number(handoff.priority) +
           ",\"reason\":" + jsonText(handoff.reason) + ",\"metadata\":" + orNull(handoff.metadata) +
           ",\"requested_by\":" + jsonText(handoff.requestedBy) + ",\"requested_at\":" + jsonTime(handoff.requestedMs) +
           ",\"queued_at\":" + jsonTime(handoff.queuedMs) + ",\"reserved_for\":" + jsonText(handoff.reservedFor) +
           ",\"operator_id\":" + jsonText(handoff.operatorId) + ",\"fencing\":" + QByteArray::number(handoff.fencing) +
           ",\"lease_until\":" + jsonTime(handoff.leaseUntilMs) + ",\"started_at\":" + jsonTime(handoff.startedMs) +
           ",\"answered_at\":" + jsonTime(handoff.answeredMs) + ",\"ended_at\":" + jsonTime(handoff.endedMs) +
           ",\"resolution\":" + jsonText(handoff.resolution) + ",\"cancel_type\":" + jsonText(handoff.cancelType) +
           ",\"returns\":" + number(handoff.returns) + '}';
}

QByteArray operatorJson(const Operator& person)
{
    return "{\"id\":" + jsonString(person.id) + ",\"login\":" + jsonText(person.login) +
           ",\"name\":" + jsonText(person.name) + ",\"avatar\":" + jsonText(person.avatar) +
           ",\"role\":" + word(roleName(person.role)) + ",\"cities\":" + textsJson(person.cities) +
           ",\"capacity\":" + number(person.capacity) + ",\"current_load\":" + number(person.load) +
           ",\"status\":" + word(operatorStatusName(person.presence)) +
           ",\"wanted_status\":" + word(operatorStatusName(person.wanted)) +
           ",\"wanted_until\":" + jsonTime(person.wantedUntilMs) + ",\"disabled\":" + flag(person.disabled) +
           ",\"created_at\":" + jsonTime(person.createdMs) + '}';
}

QByteArray operatorCardJson(const Operator& person)
{
    return "{\"id\":" + jsonString(person.id) +
           ",\"name\":" + jsonString(person.name.isEmpty() ? QString::fromUtf8(person.id) : person.name) +
           ",\"avatar\":" + jsonText(person.avatar) + '}';
}

QByteArray cannedReplyJson(const CannedReply& reply)
{
    return "{\"id\":" + number(reply.id) + ",\"shortcut\":" + jsonString(reply.shortcut) +
           ",\"title\":" + jsonString(reply.title) + ",\"text\":" + jsonString(reply.text) +
           ",\"owner_id\":" + jsonText(reply.ownerId) + ",\"updated_at\":" + jsonTime(reply.updatedMs) + '}';
}

} // namespace signalbox
