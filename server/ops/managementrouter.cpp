// SPDX-License-Identifier: GPL-3.0-or-later
#include "ops/managementrouter.h"

#include <QJsonDocument>

#include <optional>
#include <utility>

namespace signalbox {

namespace {

/// What the path has at the pattern's stars; nothing when they differ.
std::optional<QList<QByteArray>> match(const QList<QByteArray>& pattern, const QList<QByteArray>& segments)
{
    if (pattern.size() != segments.size())
        return {};
    QList<QByteArray> captured;
    for (qsizetype i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == "*" && !segments[i].isEmpty())
            captured += QByteArray::fromPercentEncoding(segments[i]);
        else if (pattern[i] != segments[i])
            return {};
    }
    return captured;
}

bool changesSomething(const QByteArray& method)
{
    return method != "GET" && method != "HEAD";
}

} // namespace

QByteArray ManagementRequest::parameter(const char* name) const
{
    return query.queryItemValue(QLatin1String(name), QUrl::FullyDecoded).toUtf8();
}

Result<qsizetype> ManagementRequest::number(const char* name, qsizetype fallback, qsizetype min, qsizetype max) const
{
    if (!query.hasQueryItem(QLatin1String(name)))
        return fallback;
    bool ok = false;
    const qlonglong value = parameter(name).toLongLong(&ok);
    if (ok && value >= min && value <= max)
        return static_cast<qsizetype>(value);
    return Error(ErrorCode::BadRequest, QStringLiteral("Not a whole number from %1 to %2.").arg(min).arg(max), name);
}

ManagementAnswer::ManagementAnswer(const QJsonObject& json, int httpStatus)
    : status(httpStatus)
    , body(QJsonDocument(json).toJson(QJsonDocument::Compact))
{
}

ManagementAnswer::ManagementAnswer(QByteArray text, QByteArray type, int httpStatus)
    : status(httpStatus)
    , body(std::move(text))
    , contentType(std::move(type))
{
}

ManagementAnswer::ManagementAnswer(const Error& error)
    : status(error.httpStatus())
    , body(error.toJson())
{
}

void ManagementRouter::add(const char* method, const char* pattern, Handler handler)
{
    m_routes.push_back({method, QByteArray(pattern).split('/'), std::move(handler)});
}

ManagementAnswer ManagementRouter::answer(ManagementRequest request) const
{
    if (request.body.size() > kMaxBodyBytes)
        return Error(ErrorCode::PayloadTooLarge);
    if (request.fromBrowser && changesSomething(request.method))
        return Error(ErrorCode::Forbidden, QStringLiteral("Web pages may not change anything here."));
    const QByteArray method = request.method == "HEAD" ? QByteArrayLiteral("GET") : request.method;
    const QList<QByteArray> segments = request.path.split('/');
    QByteArray allowed;
    for (const Route& route : m_routes) {
        auto captured = match(route.segments, segments);
        if (!captured)
            continue;
        if (route.method == method) {
            request.captured = std::move(*captured);
            return route.handler(request);
        }
        allowed += (allowed.isEmpty() ? "" : ", ") + route.method + (route.method == "GET" ? ", HEAD" : "");
    }
    if (allowed.isEmpty())
        return Error(ErrorCode::NotFound);
    ManagementAnswer refusal{Error(ErrorCode::MethodNotAllowed)};
    refusal.allow = allowed;
    return refusal;
}

} // namespace signalbox
