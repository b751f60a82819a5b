// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/records.h"

namespace signalbox {

struct DialogView;

// The desk's records as REST and events show them: compact JSON objects. Ids of dialogs and messages are numbers,
// times ISO 8601, absent things null. docs/api.md lists the members.

/// Everything staff sees of a dialog: `id`, `session_id` (the same), `status`, `guest`, `operator_id`, `tags`, times,
/// `last_message`, `unread_count`, `waiting_since`, read marks, `metadata`; and `handoff` when one is given.
QByteArray dialogJson(const Dialog& dialog, const std::optional<Handoff>& handoff = std::nullopt);
/// What a guest may see of its own dialog: no tags, no metadata, no counts of the staff.
QByteArray guestDialogJson(const Dialog& dialog);
/// With who has it, or where it waits.
QByteArray guestDialogJson(const DialogView& view);
/// What a list beside dialogs shows of one: `id`, `guest`, `last_message`, `waiting_since`.
QByteArray dialogCardJson(const Dialog& dialog);
QByteArray messageJson(const Message& message);
/// `,"member":value` of those that come with a message only when it has them.
QByteArray messageExtrasJson(const Message& message);
QByteArray noteJson(const Note& note);
/// Staff's view: with metadata (the AI's summary), lease and fencing.
QByteArray handoffJson(const Handoff& handoff);
/// Without the password's hash.
QByteArray operatorJson(const Operator& person);
QByteArray cannedReplyJson(const CannedReply& reply);

/// `{"id":"7","name":"Анна","avatar":null}`: how guests see an operator.
QByteArray operatorCardJson(const Operator& person);

/// "[a,b,c]" of objects.
template <typename Items, typename ToJson> QByteArray jsonArray(const Items& items, ToJson toJson)
{
    QByteArray json = "[";
    for (const auto& item : items) {
        if (json.size() > 1)
            json += ',';
        json += toJson(item);
    }
    json += ']';
    return json;
}

QByteArray jsonTime(qint64 ms);              ///< "\"2026-…Z\"", or null for 0
QByteArray jsonText(const QByteArray& text); ///< a string, or null when empty
QByteArray jsonText(const QString& text);

} // namespace signalbox
