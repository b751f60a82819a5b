// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/store/snapshot.h"

#include "console/store/recordjson.h"

namespace signalbox::console {

using namespace Qt::StringLiterals;

Result<Snapshot> snapshotOf(const QJsonObject& json)
{
    Snapshot snapshot;
    snapshot.position = json.value("position"_L1).toString();
    if (snapshot.position.isEmpty() || !json.value("dialogs"_L1).isArray())
        return Error(ErrorCode::BadJson, QStringLiteral("The server's snapshot cannot be read."));
    const QJsonArray dialogs = json.value("dialogs"_L1).toArray();
    for (const QJsonValue item : dialogs) {
        if (Dialog dialog = dialogOf(item.toObject()); dialog.id != 0)
            snapshot.dialogs.append(std::move(dialog));
    }
    const QJsonArray operators = json.value("operators"_L1).toArray();
    for (const QJsonValue item : operators) {
        if (Operator person = operatorOf(item.toObject()); !person.id.isEmpty())
            snapshot.operators.append(std::move(person));
    }
    const QJsonArray replies = json.value("canned_replies"_L1).toArray();
    for (const QJsonValue item : replies) {
        if (CannedReply reply = cannedReplyOf(item.toObject()); reply.id != 0)
            snapshot.cannedReplies.append(std::move(reply));
    }
    snapshot.me = operatorOf(json.value("me"_L1).toObject());
    return snapshot;
}

} // namespace signalbox::console
