// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/infoapi.h"

#include <algorithm>

namespace signalbox {

namespace {

void answerHealth(ApiRequest request, const Health& health)
{
    const HealthReport report = health.report();
    request.respond(HttpResponse::json(report.httpStatus, report.body).with("Cache-Control", "no-store"));
}

bool isAllowed(ApiRequest& request)
{
    const auto identity = request.bearer();
    if (!identity) {
        request.respond(identity.error());
        return false;
    }
    if ((*identity)->role != Role::Admin && (*identity)->role != Role::Service) {
        request.respond(Error(ErrorCode::Forbidden));
        return false;
    }
    return true;
}

qsizetype countParameter(const HttpRequest& http, QByteArrayView name, qsizetype fallback)
{
    bool isNumber = false;
    const qsizetype value = http.queryValue(name).toLongLong(&isNumber);
    return isNumber && value >= 0 ? value : fallback;
}

QByteArray connectionJson(const SessionMeta& meta)
{
    const qint64 pong = meta.lastPongMs.load(std::memory_order_relaxed);
    QByteArray json = "{\"client_id\":\"" + meta.clientId + "\",\"transport\":\"" + transportName(meta.transport) +
                      "\",\"pool\":\"" + (meta.pool == Pool::Admin ? "admin" : "site") +
                      "\",\"user\":" + jsonString(meta.identity->subject) + ",\"role\":\"" +
                      roleName(meta.identity->role) + "\",\"door\":" + jsonString(meta.door) +
                      ",\"address\":" + jsonString(meta.address);
    json += ",\"dialog\":" + (meta.dialog.isEmpty() ? QByteArray("null") : jsonString(meta.dialog));
    json += ",\"created\":\"" + isoTime(meta.createdMs) +
            "\",\"last_pong\":" + (pong == 0 ? QByteArray("null") : '"' + isoTime(pong) + '"');
    json += ",\"in\":" + QByteArray::number(meta.messagesIn.load(std::memory_order_relaxed)) +
            ",\"out\":" + QByteArray::number(meta.messagesOut.load(std::memory_order_relaxed)) +
            ",\"slow\":" + (meta.slow.load(std::memory_order_relaxed) ? "true" : "false") + '}';
    return json;
}

QByteArray connectionsJson(std::vector<SessionMetaPtr> sessions, qsizetype offset, qsizetype limit)
{
    std::sort(sessions.begin(), sessions.end(), [](const SessionMetaPtr& a, const SessionMetaPtr& b) {
        return a->createdMs != b->createdMs ? a->createdMs < b->createdMs : a->id < b->id;
    });
    QHash<QByteArray, int> byTransport;
    int admins = 0;
    for (const SessionMetaPtr& meta : sessions) {
        ++byTransport[transportName(meta->transport)];
        admins += meta->pool == Pool::Admin ? 1 : 0;
    }
    QByteArrayList items;
    const auto total = static_cast<qsizetype>(sessions.size());
    for (qsizetype i = offset; i < std::min(total, offset + limit); ++i)
        items.append(connectionJson(*sessions[static_cast<size_t>(i)]));
    QByteArrayList transports;
    for (const TransportKind kind :
         {TransportKind::WebSocket, TransportKind::Sse, TransportKind::SocketIo, TransportKind::Polling})
        transports.append('"' + QByteArray(transportName(kind)) +
                          "\":" + QByteArray::number(byTransport.value(transportName(kind))));
    return "{\"total\":" + QByteArray::number(total) + ",\"by_transport\":{" + transports.join(',') +
           "},\"pools\":{\"admin\":" + QByteArray::number(admins) + ",\"site\":" + QByteArray::number(total - admins) +
           "},\"connections\":[" + items.join(',') + "]}";
}

QByteArray roomsJson(const QHash<QByteArray, int>& rooms, qsizetype offset, qsizetype limit)
{
    QList<QByteArray> names = rooms.keys();
    std::sort(names.begin(), names.end());
    QByteArrayList items;
    for (const QByteArray& name : names.mid(offset, limit))
        items.append("{\"room\":" + jsonString(name) + ",\"connections\":" + QByteArray::number(rooms.value(name)) +
                     '}');
    return "{\"total\":" + QByteArray::number(names.size()) + ",\"rooms\":[" + items.join(',') + "]}";
}

constexpr qsizetype kConnectionPage = 100;
constexpr qsizetype kLargestConnectionPage = 1000;

void answerConnections(ApiRequest request)
{
    if (!isAllowed(request))
        return;
    const qsizetype offset = countParameter(request.http(), "offset", 0);
    const qsizetype limit = std::min(kLargestConnectionPage, countParameter(request.http(), "limit", kConnectionPage));
    request.edge().port().listSessions([request, offset, limit](std::vector<SessionMetaPtr> sessions) mutable {
        request.respond(HttpResponse::json(200, connectionsJson(std::move(sessions), offset, limit)));
    });
}

void answerRooms(ApiRequest request)
{
    if (!isAllowed(request))
        return;
    const qsizetype offset = countParameter(request.http(), "offset", 0);
    const qsizetype limit = std::min(kLargestConnectionPage, countParameter(request.http(), "limit", kConnectionPage));
    request.edge().port().countRooms([request, offset, limit](const QHash<QByteArray, int>& rooms) mutable {
        request.respond(HttpResponse::json(200, roomsJson(rooms, offset, limit)));
    });
}

} // namespace

void addInfoApi(Router& router, const Health& health)
{
    for (const char* path : {"/health", "/healthz", "/api/sse/health"}) {
        router.add(
            "GET", path, [&health](ApiRequest request) { answerHealth(std::move(request), health); }, true);
    }
    router.add("GET", "/api/v1/catalog", [](ApiRequest request) {
        const EdgeWorker& edge = request.edge();
        request.respond(HttpResponse::json(200, edge.catalog().toJson(edge.settings().catalog.strict)));
    });
    router.add("GET", "/api/v1/stats/connections", answerConnections);
    router.add("GET", "/api/v1/stats/rooms", answerRooms);
}

} // namespace signalbox
