// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strictjson.h"

#include "core/jsondom.h"

#include <QJsonDocument>

namespace signalbox {

Result<QJsonObject> parseJsonObject(const QByteArray& text, int maxDepth)
{
    thread_local simdjson::dom::parser parser;
    const auto root = parseStrict(parser, text, maxDepth);
    if (!root)
        return root.error();
    if (!root->is_object())
        return Error(ErrorCode::BadJson, QStringLiteral("A JSON object is expected."));
    const QJsonDocument document = QJsonDocument::fromJson(text);
    if (!document.isObject())
        return Error(ErrorCode::BadJson);
    return document.object();
}

} // namespace signalbox
