// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/deskevents.h"

#include "desk/deskjson.h"
#include "desk/jsonwords.h"
#include "shared/errors.h"

namespace signalbox {

namespace {

QByteArray channelOf(qint64 dialogId)
{
    return "dialog:" + number(dialogId);
}

QByteArray alertJson(qint64 dialogId, int unreadCount)
{
    return "{\"session_id\":" + number(dialogId) + ",\"unread_count\":" + number(unreadCount) + '}';
}

std::function<QByteArray(quint64)> fixed(QByteArray data)
{
    return [data = std::move(data)](quint64) { return data; };
}

/// `{"dialog_id":17,<members>,"sequence":4}`
std::function<QByteArray(quint64)> sequenced(qint64 dialogId, const QByteArray& members)
{
    return [head = QByteArray("{\"dialog_id\":" + number(dialogId) + ',' + members)](quint64 offset) -> QByteArray {
        return head + ",\"sequence\":" + QByteArray::number(offset) + '}';
    };
}

/// The same for seed 002's words: `{"session_id":17,<members>,"sequence":4}`
std::function<QByteArray(quint64)> chatSequenced(qint64 dialogId, const QByteArray& members)
{
    return [head = QByteArray("{\"session_id\":" + number(dialogId) + ',' + members)](quint64 offset) -> QByteArray {
        return head + ",\"sequence\":" + QByteArray::number(offset) + '}';
    };
}

std::vector<QByteArray> dialogAndStaff(qint64 dialogId)
{
    return {channelOf(dialogId), QByteArrayLiteral("staff")};
}

JournalDraft inDialog(const char* name, qint64 dialogId, const QByteArray& members)
{
    JournalDraft draft;
    draft.name = name;
    draft.channels = dialogAndStaff(dialogId);
    draft.data = sequenced(dialogId, members);
    return draft;
}

JournalDraft toStaff(const char* name, QByteArray data)
{
    JournalDraft draft;
    draft.name = name;
    draft.channels = {QByteArrayLiteral("staff")};
    draft.data = fixed(std::move(data));
    return draft;
}

/// Typing: of the dialog alone, and only the newest counts.
JournalDraft fleeting(const char* name, qint64 dialogId, QByteArray data, QByteArray conflateKey)
{
    JournalDraft draft;
    draft.name = name;
    draft.channels = {channelOf(dialogId)};
    draft.data = fixed(std::move(data));
    draft.conflateKey = std::move(conflateKey);
    return draft;
}

} // namespace

JournalDraft dialogCreated(const Dialog& dialog)
{
    JournalDraft draft;
    draft.name = "chat.session.created";
    draft.channels = {channelOf(dialog.id), QByteArrayLiteral("staff")};
    draft.data = chatSequenced(dialog.id, "\"status\":" + word(dialogStatusName(dialog.status)) +
                                              ",\"created_at\":" + jsonTime(dialog.createdMs) +
                                              ",\"guest\":{\"name\":" + jsonText(dialog.guestName) + '}');
    return draft;
}

JournalDraft dialogStatusChanged(const Dialog& dialog, DialogStatus before)
{
    const QByteArray status = word(dialogStatusName(dialog.status));
    const QByteArray old = word(dialogStatusName(before));
    JournalDraft draft =
        inDialog("dialog.status.changed", dialog.id, "\"old_status\":" + old + ",\"new_status\":" + status);
    draft.chatName = "chat.session.status";
    draft.chatData = chatSequenced(dialog.id, "\"status\":" + status + ",\"old_status\":" + old);
    return draft;
}

JournalDraft messageCreated(const Message& message)
{
    JournalDraft draft;
    draft.name = "dialog.message.created";
    draft.channels = dialogAndStaff(message.dialogId);
    draft.data = [&message](quint64 offset) {
        return sequenced(message.dialogId, "\"message\":{\"id\":" + number(message.id) +
                                               ",\"sender\":" + word(senderName(message.sender)) +
                                               ",\"text\":" + jsonString(message.text) + ",\"timestamp\":" +
                                               jsonTime(message.createdMs) + messageExtrasJson(message) + '}')(offset);
    };
    draft.chatName = "chat.message";
    draft.chatData = [&message](quint64 offset) -> QByteArray {
        return "{\"id\":" + number(message.id) + ",\"sender_type\":" + word(senderName(message.sender)) +
               ",\"body\":" + jsonString(message.text) + ",\"created_at\":" + jsonTime(message.createdMs) +
               messageExtrasJson(message) + ",\"sequence\":" + QByteArray::number(offset) + '}';
    };
    return draft;
}

JournalDraft messageUpdated(const Message& message)
{
    return inDialog("dialog.message.updated", message.dialogId,
                    "\"message_id\":" + number(message.id) + ",\"changes\":{\"text\":" + jsonString(message.text) +
                        ",\"edited_at\":" + jsonTime(message.editedMs) + '}');
}

JournalDraft readUpdated(qint64 dialogId, QByteArrayView reader, qint64 lastId)
{
    JournalDraft draft = fleeting("dialog.read.updated", dialogId,
                                  "{\"dialog_id\":" + number(dialogId) + ",\"reader\":" + jsonString(reader) +
                                      ",\"last_id\":" + number(lastId) + '}',
                                  "read/" + number(dialogId) + '/' + reader.toByteArray());
    draft.channels.push_back(QByteArrayLiteral("staff"));
    return draft;
}

JournalDraft noteCreated(const Note& note)
{
    return toStaff("dialog.note.created",
                   "{\"dialog_id\":" + number(note.dialogId) + ",\"note\":" + noteJson(note) + '}');
}

JournalDraft tagsChanged(const Dialog& dialog)
{
    return toStaff("dialog.tags.changed",
                   "{\"dialog_id\":" + number(dialog.id) + ",\"tags\":" +
                       jsonArray(dialog.tags, [](const QByteArray& tag) { return jsonString(tag); }) + '}');
}

JournalDraft typingChanged(qint64 dialogId, bool starts, Sender actorType, const QString& actorName, qint64 nowMs)
{
    const QByteArray type = senderName(actorType);
    return fleeting(starts ? "typing.start" : "typing.stop", dialogId,
                    "{\"dialog_id\":" + number(dialogId) + ",\"actor\":{\"type\":\"" + type +
                        "\",\"name\":" + jsonText(actorName) + "},\"timestamp\":" + jsonTime(nowMs) + '}',
                    "typing/" + number(dialogId) + '/' + type + '/' + actorName.toUtf8());
}

JournalDraft operatorTyping(qint64 dialogId, const QString& operatorName, qint64 nowMs)
{
    return fleeting("operator.typing", dialogId,
                    "{\"dialog_id\":" + number(dialogId) + ",\"operator_name\":" + jsonString(operatorName) +
                        ",\"timestamp\":" + jsonTime(nowMs) + '}',
                    "operator.typing/" + number(dialogId) + '/' + operatorName.toUtf8());
}

JournalDraft handoffRequested(const Handoff& handoff, int position, std::optional<qint64> estimatedWaitSeconds)
{
    return inDialog("handoff.requested", handoff.dialogId,
                    "\"reason\":" + jsonText(handoff.reason) + ",\"queue_position\":" + number(position) +
                        ",\"estimated_wait\":" + orNull(estimatedWaitSeconds) + ",\"priority\":" +
                        number(handoff.priority) + ",\"timestamp\":" + jsonTime(handoff.requestedMs));
}

JournalDraft handoffStarted(const Handoff& handoff, const Operator& person, const QByteArray& metadata)
{
    const QByteArray card = operatorCardJson(person);
    JournalDraft draft = inDialog("handoff.started", handoff.dialogId,
                                  "\"operator\":" + card + ",\"metadata\":" + orNull(metadata) +
                                      ",\"timestamp\":" + jsonTime(handoff.startedMs));
    draft.chatName = "chat.session.assigned";
    draft.chatData = chatSequenced(handoff.dialogId, "\"assigned_user_id\":" + jsonString(person.id) +
                                                         ",\"operator\":" + card + ",\"metadata\":" + orNull(metadata) +
                                                         ",\"timestamp\":" + jsonTime(handoff.startedMs));
    return draft;
}

JournalDraft operatorHandling(const Handoff& handoff, const Operator& person, const QString& message)
{
    return inDialog("operator.handling", handoff.dialogId,
                    "\"message\":" + jsonText(message) + ",\"operator_info\":" + operatorCardJson(person) +
                        ",\"timestamp\":" + jsonTime(handoff.startedMs));
}

JournalDraft handoffReleased(const Handoff& handoff, bool returnsToAi, const QByteArray& metadata)
{
    return inDialog("handoff.released", handoff.dialogId,
                    "\"resolution\":" + jsonText(handoff.resolution) +
                        ",\"return_to_ai\":" + (returnsToAi ? "true" : "false") + ",\"metadata\":" + orNull(metadata) +
                        ",\"timestamp\":" + jsonTime(handoff.endedMs));
}

JournalDraft handoffCancelled(const Handoff& handoff, const QString& reason)
{
    return inDialog("handoff.cancelled", handoff.dialogId,
                    "\"reason\":" + jsonText(reason) + ",\"cancel_type\":" + jsonString(handoff.cancelType) +
                        ",\"timestamp\":" + jsonTime(handoff.endedMs));
}

JournalDraft queueUpdated(int total, int change, std::optional<qint64> estimatedWaitSeconds)
{
    JournalDraft draft = toStaff("handoff.queue.updated",
                                 "{\"total_in_queue\":" + number(total) + ",\"position_change\":" + number(change) +
                                     ",\"estimated_wait\":" + orNull(estimatedWaitSeconds) + '}');
    draft.conflateKey = "handoff.queue";
    return draft;
}

JournalDraft queuePlace(qint64 dialogId, int total, int position, int change,
                        std::optional<qint64> estimatedWaitSeconds)
{
    JournalDraft draft;
    draft.name = "handoff.queue.updated";
    draft.channels = {channelOf(dialogId)};
    draft.data = fixed("{\"dialog_id\":" + number(dialogId) + ",\"total_in_queue\":" + number(total) +
                       ",\"queue_position\":" + number(position) + ",\"position_change\":" + number(change) +
                       ",\"estimated_wait\":" + orNull(estimatedWaitSeconds) + '}');
    draft.conflateKey = "handoff.queue/" + number(dialogId);
    return draft;
}

JournalDraft whisper(qint64 dialogId, const QByteArray& toOperator, const Operator& from, const QString& text,
                     qint64 nowMs)
{
    JournalDraft draft;
    draft.name = "dialog.whisper";
    draft.channels = {"operator:" + toOperator};
    draft.data = fixed("{\"dialog_id\":" + number(dialogId) + ",\"from\":" + operatorCardJson(from) +
                       ",\"text\":" + jsonString(text) + ",\"timestamp\":" + jsonTime(nowMs) + '}');
    return draft;
}

JournalDraft presenceUpdated(const Operator& person)
{
    JournalDraft draft = toStaff("operator.presence.updated",
                                 "{\"operator_id\":" + jsonString(person.id) + ",\"name\":" + jsonText(person.name) +
                                     ",\"status\":" + word(operatorStatusName(person.presence)) + ",\"capacity\":" +
                                     number(person.capacity) + ",\"current_load\":" + number(person.load) + '}');
    draft.conflateKey = "presence/" + person.id;
    return draft;
}

JournalDraft userOnline(const Operator& person, bool online)
{
    return toStaff(online ? "user:online" : "user:offline", "{\"userId\":" + jsonString(person.id) +
                                                                ",\"name\":" + jsonText(person.name) + ",\"role\":\"" +
                                                                roleName(person.role) + "\"}");
}

JournalDraft cannedUpdated(qint64 id, bool deleted)
{
    return toStaff("canned.updated", "{\"id\":" + number(id) + ",\"deleted\":" + (deleted ? "true" : "false") + '}');
}

JournalDraft chatAlert(qint64 dialogId, int unreadCount)
{
    return toStaff("chat.alert", alertJson(dialogId, unreadCount));
}

QByteArray alertCallBody(const Dialog& dialog, qint64 nowMs)
{
    return "{\"event\":\"chat.alert\",\"timestamp\":" + jsonTime(nowMs) +
           ",\"data\":" + alertJson(dialog.id, dialog.unreadCount) + '}';
}

} // namespace signalbox
