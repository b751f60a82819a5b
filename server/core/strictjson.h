// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QByteArray>
#include <QJsonObject>
#include <QJsonValue>

namespace signalbox {

/// Parses one JSON object from outside (a command, a REST body): valid UTF-8, nothing after it, no member named twice
/// on any level, at most `maxDepth` levels (an empty innermost one is not counted). Otherwise BadJson with the reason.
/// RFC 8259; duplicate names are refused because two readers may choose differently.
Result<QJsonObject> parseJsonObject(const QByteArray& text, int maxDepth = 32);

/// Parses one JSON array or object by the same grammar, but judges what it says as JSON.parse() does: of a member that
/// is named twice the last counts, and numbers may have any size.
Result<QJsonValue> parseJsonAsBrowsersDo(const QByteArray& text, int maxDepth = 32);

} // namespace signalbox
