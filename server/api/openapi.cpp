// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/openapi.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

namespace signalbox {

namespace {

QJsonObject read(const QString& name)
{
    QFile file(QStringLiteral(":/openapi/") + name);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QJsonDocument::fromJson(file.readAll()).object();
}

void addMembers(QJsonObject& to, const QJsonObject& from)
{
    for (auto it = from.begin(); it != from.end(); ++it)
        to.insert(it.key(), it.value());
}

/// Paths of several files may share a path with other methods.
void addPaths(QJsonObject& to, const QJsonObject& from)
{
    for (auto it = from.begin(); it != from.end(); ++it) {
        QJsonObject methods = to.value(it.key()).toObject();
        addMembers(methods, it.value().toObject());
        to.insert(it.key(), methods);
    }
}

QByteArray joined()
{
    const QString base = QStringLiteral("base.json");
    QJsonObject document = read(base);
    QJsonObject paths;
    QJsonObject components = document.value(QLatin1String("components")).toObject();
    QJsonObject schemas = components.value(QLatin1String("schemas")).toObject();
    for (const QString& name : QDir(QStringLiteral(":/openapi")).entryList({QStringLiteral("*.json")})) {
        if (name == base)
            continue;
        const QJsonObject part = read(name);
        addPaths(paths, part.value(QLatin1String("paths")).toObject());
        addMembers(schemas,
                   part.value(QLatin1String("components")).toObject().value(QLatin1String("schemas")).toObject());
    }
    components.insert(QLatin1String("schemas"), schemas);
    document.insert(QLatin1String("components"), components);
    document.insert(QLatin1String("paths"), paths);
    return QJsonDocument(document).toJson(QJsonDocument::Compact);
}

} // namespace

const QByteArray& openApiDocument()
{
    static const QByteArray document = joined();
    return document;
}

void addOpenApi(Router& router)
{
    router.add("GET", "/api/v1/openapi.json",
               [](ApiRequest request) { request.respond(HttpResponse::json(200, openApiDocument())); });
}

} // namespace signalbox
