// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strictjson.h"

#include "core/jsondom.h"

#include <QJsonArray>
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

/// simdjson keeps the grammar; numbers that no 64 bits hold, which it refuses, are left to Qt, which rounds them.
Result<QJsonValue> parseJsonAsBrowsersDo(const QByteArray& text, int maxDepth)
{
    thread_local simdjson::dom::parser parser;
    simdjson::error_code why = simdjson::SUCCESS;
    const auto root = parseDom(parser, text, maxDepth, &why);
    if (!root && why != simdjson::NUMBER_ERROR)
        return root.error();
    const QJsonDocument document = QJsonDocument::fromJson(text);
    if (document.isArray())
        return QJsonValue(document.array());
    if (document.isObject())
        return QJsonValue(document.object());
    return Error(ErrorCode::BadJson);
}

} // namespace signalbox
