// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/store/deskevent.h"

#include "console/store/recordjson.h"

#include <QJsonDocument>

namespace signalbox::console {

using namespace Qt::StringLiterals;

namespace {

/// The envelope's `session_id`, else the data's own name for it.
qint64 dialogIn(const QJsonObject& envelope, const QJsonObject& data)
{
    for (const QJsonValue& value :
         {envelope.value("session_id"_L1), data.value("dialog_id"_L1), data.value("session_id"_L1)}) {
        if (const qint64 id = idOf(value); id != 0)
            return id;
    }
    return 0;
}

} // namespace

Result<DeskEvent> parseDeskEvent(const QByteArray& json)
{
    if (json.size() > kLargestEventBytes)
        return Error(ErrorCode::PayloadTooLarge);
    const QJsonDocument document = QJsonDocument::fromJson(json);
    const QJsonObject envelope = document.object();
    DeskEvent event;
    event.type = envelope.value("type"_L1).toString();
    if (event.type.isEmpty())
        return Error(ErrorCode::BadJson, QStringLiteral("An event without a type."), "type");
    event.version = envelope.value("version"_L1).toInt(1);
    event.channel = envelope.value("channel"_L1).toString();
    event.cursor = envelope.value("cursor"_L1).toString();
    event.id = envelope.value("id"_L1).toString();
    if (!event.id.isEmpty() && !event.channel.isEmpty())
        event.position = envelope.value("position"_L1).toString();
    event.timestampMs = timeOf(envelope.value("timestamp"_L1));
    // Control messages may carry their members beside `data` only.
    event.data = event.isControl() ? envelope : envelope.value("data"_L1).toObject();
    if (event.isControl()) {
        const QJsonObject data = envelope.value("data"_L1).toObject();
        for (auto it = data.begin(); it != data.end(); ++it)
            event.data.insert(it.key(), it.value());
    }
    event.dialogId = dialogIn(envelope, event.data);
    return event;
}

} // namespace signalbox::console
