// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/connectionsapi.h"

#include "ops/connectionstats.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr qsizetype kConnectionPage = 100;
constexpr qsizetype kLargestConnectionPage = 1000;

bool isAllowed(ApiRequest& request, std::initializer_list<Role> roles)
{
    const auto identity = request.bearer();
    if (!identity) {
        request.respond(identity.error());
        return false;
    }
    if (std::find(roles.begin(), roles.end(), (*identity)->role) == roles.end()) {
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

qsizetype pageSize(const HttpRequest& http)
{
    return std::min(kLargestConnectionPage, countParameter(http, "limit", kConnectionPage));
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

QByteArray countsJson(const std::vector<SessionMetaPtr>& sessions)
{
    QHash<QByteArray, int> byTransport;
    qsizetype admins = 0;
    for (const SessionMetaPtr& meta : sessions) {
        ++byTransport[transportName(meta->transport)];
        admins += meta->pool == Pool::Admin ? 1 : 0;
    }
    const auto total = static_cast<qsizetype>(sessions.size());
    QByteArrayList transports;
    for (const TransportKind kind :
         {TransportKind::WebSocket, TransportKind::Sse, TransportKind::SocketIo, TransportKind::Polling})
        transports.append('"' + QByteArray(transportName(kind)) +
                          "\":" + QByteArray::number(byTransport.value(transportName(kind))));
    return "\"total\":" + QByteArray::number(total) + ",\"by_transport\":{" + transports.join(',') +
           "},\"pools\":{\"admin\":" + QByteArray::number(admins) + ",\"site\":" + QByteArray::number(total - admins) +
           '}';
}

QByteArray connectionsJson(std::vector<SessionMetaPtr> sessions, const ConnectionQuery& query)
{
    const ConnectionMatches found = findConnections(std::move(sessions), query);
    QByteArrayList items;
    for (const SessionMetaPtr& meta : found.page)
        items.append(connectionJson(*meta));
    return '{' + countsJson(found.all) + ",\"connections\":[" + items.join(',') + "]}";
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

void answerConnections(ApiRequest request)
{
    if (!isAllowed(request, {Role::Admin, Role::Service}))
        return;
    const HttpRequest& http = request.http();
    const ConnectionQuery query{http.queryValue("transport"), http.queryValue("user"), http.queryValue("dialog"),
                                countParameter(http, "offset", 0), pageSize(http)};
    request.edge().port().listSessions([request, query](std::vector<SessionMetaPtr> sessions) mutable {
        request.respond(HttpResponse::json(200, connectionsJson(std::move(sessions), query)));
    });
}

void answerRooms(ApiRequest request)
{
    if (!isAllowed(request, {Role::Admin, Role::Service}))
        return;
    const qsizetype offset = countParameter(request.http(), "offset", 0);
    const qsizetype limit = pageSize(request.http());
    request.edge().port().countRooms([request, offset, limit](const QHash<QByteArray, int>& rooms) mutable {
        request.respond(HttpResponse::json(200, roomsJson(rooms, offset, limit)));
    });
}

CorePort::ClosedDone answerClosed(ApiRequest request)
{
    return [request = std::move(request)](int count) mutable {
        if (count == 0)
            request.respond(Error(ErrorCode::NotFound, QStringLiteral("There is no such connection.")));
        else
            request.respond(HttpResponse::json(200, "{\"closed\":" + QByteArray::number(count) + '}'));
    };
}

void closeConnection(ApiRequest request)
{
    if (isAllowed(request, {Role::Admin}))
        request.edge().port().closeClient(request.param(0), ErrorCode::ClosedByAdmin, answerClosed(request));
}

void closeConnectionsOfUser(ApiRequest request)
{
    if (isAllowed(request, {Role::Admin}))
        request.edge().port().closeUser(request.param(0), ErrorCode::ClosedByAdmin, answerClosed(request));
}

} // namespace

void addConnectionsApi(Router& router)
{
    router.add("GET", "/api/v1/stats/connections", answerConnections);
    router.add("GET", "/api/v1/stats/rooms", answerRooms);
    router.add("DELETE", "/api/v1/connections/{client_id}", closeConnection);
    router.add("DELETE", "/api/v1/users/{user}/connections", closeConnectionsOfUser);
}

} // namespace signalbox
