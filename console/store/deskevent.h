// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QByteArray>
#include <QJsonObject>

namespace signalbox::console {

/// An event of the operator's stream (docs/protocol.md, the channel envelope), as it came.
struct DeskEvent
{
    QString type;
    int version = 1;
    QString channel;
    QString position; ///< in its channel; empty for control messages
    QString cursor;   ///< in the operator's feed; where a resume begins
    QString id;       ///< of the event; the same when it is delivered again
    qint64 timestampMs = 0;
    qint64 dialogId = 0; ///< 0: about no dialog
    QJsonObject data;

    bool isControl() const { return position.isEmpty(); }
};

inline constexpr qsizetype kLargestEventBytes = 1 << 20;

/// BadJson for what is no JSON object with a `type`, PayloadTooLarge beyond kLargestEventBytes.
Result<DeskEvent> parseDeskEvent(const QByteArray& json);

} // namespace signalbox::console
