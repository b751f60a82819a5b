// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/store/records.h"

namespace signalbox::console {

// Records as the server writes them: recordjson.h the other way round, for the practice mode and for tests.

QJsonObject toJson(const Dialog& dialog);
QJsonObject toJson(const Handoff& handoff, qint64 dialogId);
QJsonObject toJson(const Message& message);
QJsonObject toJson(const Note& note);
QJsonObject toJson(const Operator& person);
QJsonObject toJson(const CannedReply& reply);

} // namespace signalbox::console
