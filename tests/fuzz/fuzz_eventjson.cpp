// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as the body of a publish or a broadcast: what is taken keeps every promise of a Publication.
// links: server_core
#include "core/channel.h"
#include "core/eventjson.h"
#include "core/strictjson.h"

#include <QJsonDocument>
#include <QSet>

#include <cstdlib>

using namespace signalbox;

namespace {

void require(bool condition)
{
    if (!condition)
        std::abort();
}

void check(const Publication& publication, bool isStrict)
{
    static const Catalog catalog;
    const EventSpec* spec = catalog.find(publication.name, publication.version);
    require(spec || (!isStrict && !catalog.knows(publication.name)));
    require(!spec || spec->publisher == Publisher::Service);
    require(publication.data.isValidUtf8() && !publication.data.contains('\n') && !publication.data.contains('\r'));
    require(publication.data.startsWith('{') && publication.data.endsWith('}'));
    require(QJsonDocument::fromJson(publication.data).isObject());
    require(!publication.channels.empty() && publication.channels.size() <= 100);
    QSet<QByteArray> channels;
    for (const QByteArray& channel : publication.channels) {
        require(isValidChannelName(channel) && !channels.contains(channel));
        channels.insert(channel);
    }
    require(publication.idempotencyKey.size() <= 200);
}

void check(const Error& error)
{
    require(error.httpStatus() == 400 || error.httpStatus() == 422);
    require(QJsonDocument::fromJson(error.toJson()).isObject());
}

void feed(EventJson& json, const QByteArray& body, bool isStrict)
{
    if (const auto published = json.decodePublish(body)) {
        require(!published->events.empty() && published->events.size() <= 8);
        for (const Publication& publication : published->events)
            check(publication, isStrict);
        return;
    } else {
        check(published.error());
    }
    const auto everybody = [](const QByteArray&) { return Result<void>(); };
    if (const auto publication = json.decodeBroadcast(body, "call:new", {"call", "data"}, everybody))
        check(*publication, isStrict);
    else
        check(publication.error());
}

} // namespace

/// Strict and lax, each with its buffers from the bodies before.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    static const Catalog catalog;
    static EventJson strict(catalog, {.maxBatch = 8});
    static EventJson lax(catalog, {.maxBatch = 8, .strictCatalog = false});
    const QByteArray body(reinterpret_cast<const char*>(data), static_cast<qsizetype>(size));
    feed(strict, body, true);
    feed(lax, body, false);
    if (const auto object = parseJsonObject(body))
        require(body.isValidUtf8());
    return 0;
}
