// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/store/records.h"

#include <QJsonObject>

namespace signalbox::console {

// Records from the server's JSON (docs/api). What is missing, of a wrong type or unknown becomes the record's default:
// a newer server does not stop an older console. A record without an id comes back with the id 0 (or an empty one), and
// the caller passes it over.

std::optional<DialogStatus> dialogStatusOf(const QString& name);
QString nameOf(DialogStatus status);
std::optional<Sender> senderOf(const QString& name);
QString nameOf(Sender sender);
Presence presenceOf(const QString& name); ///< Offline for what is unknown
QString nameOf(Presence presence);
Role roleOf(const QString& name); ///< Operator for what is unknown
QString nameOf(Role role);
Severity severityOf(const QString& name);

/// Milliseconds of an ISO 8601 text or of Unix seconds; 0 for anything else.
qint64 timeOf(const QJsonValue& value);
QString isoOf(qint64 ms);
/// A number, or a text that is one; 0 for anything else.
qint64 idOf(const QJsonValue& value);

Dialog dialogOf(const QJsonObject& json);
Handoff handoffOf(const QJsonObject& json);
Message messageOf(const QJsonObject& json);     ///< docs/api/dialogs.md, or the `message` of an event
Message chatMessageOf(const QJsonObject& json); ///< the data of `chat.message`
Note noteOf(const QJsonObject& json);
Operator operatorOf(const QJsonObject& json);
CannedReply cannedReplyOf(const QJsonObject& json);

/// As the server shortens a message for lists: 200 characters, no half of a surrogate pair at the end.
QString beginningOf(const QString& text);

} // namespace signalbox::console
