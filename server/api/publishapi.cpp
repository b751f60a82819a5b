// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/publishapi.h"

#include "config/logging.h"

namespace signalbox {

namespace {

struct BroadcastRoute
{
    const char* path;
    const char* event;
    QByteArrayList members; ///< where the data may stand in the body
};

QByteArray positionsJson(const Event& event)
{
    QByteArray json = "{";
    for (const Placement& place : event.placements) {
        if (json.size() > 1)
            json += ',';
        json += jsonString(place.channel) + ":\"" + place.position.toString() + '"';
    }
    json += '}';
    return json;
}

QByteArray publishedMembers(const Published& published)
{
    QByteArray json = "\"id\":\"" + published.event->id + "\",\"positions\":" + positionsJson(*published.event);
    if (published.duplicate)
        json += ",\"duplicate\":true";
    return json;
}

QByteArray roomsJson(const Event& event)
{
    QByteArrayList rooms;
    for (const Placement& place : event.placements)
        rooms.append(jsonString(place.channel));
    return '[' + rooms.join(',') + ']';
}

bool hasJsonBody(const HttpRequest& http)
{
    QByteArrayView type = http.header("content-type");
    const qsizetype parameters = type.indexOf(';');
    if (parameters >= 0)
        type = type.first(parameters);
    return type.isEmpty() || type.trimmed().compare("application/json", Qt::CaseInsensitive) == 0;
}

constexpr qsizetype kLongestKey = 255;

Error keyTooLong()
{
    return {ErrorCode::BadRequest, QStringLiteral("An Idempotency-Key has at most 255 bytes."), "idempotency-key"};
}

Result<void> scopeKeys(const HttpRequest& http, EventJson::Publish& publish)
{
    const QByteArrayView key = http.header("idempotency-key");
    if (key.size() > kLongestKey)
        return keyTooLong();
    for (size_t i = 0; i < publish.events.size(); ++i) {
        QByteArray& own = publish.events[i].idempotencyKey;
        if (own.size() > kLongestKey)
            return Error(ErrorCode::InvalidField, {}, "idempotency_key");
        if (own.isEmpty() && !key.isEmpty())
            own = publish.batch ? key.toByteArray() + '#' + QByteArray::number(i) : key.toByteArray();
    }
    return {};
}

/// Ties the events to the request that brought them.
void logPublished(ApiRequest& request, const std::vector<Published>& events)
{
    if (!logCore().isDebugEnabled())
        return;
    const LogScope scope(request.id());
    for (const Published& published : events)
        qCDebug(logCore).noquote() << "published" << published.event->name << published.event->id;
}

void publish(ApiRequest request)
{
    const auto identity = request.bearer();
    if (!identity) {
        request.respond(identity.error());
        return;
    }
    if (!hasJsonBody(request.http())) {
        request.respond(Error(ErrorCode::UnsupportedMediaType, QStringLiteral("application/json is expected.")));
        return;
    }
    auto decoded = request.edge().eventJson().decodePublish(request.http().body);
    if (!decoded) {
        request.respond(decoded.error());
        return;
    }
    if (const auto scoped = scopeKeys(request.http(), *decoded); !scoped) {
        request.respond(scoped.error());
        return;
    }
    const bool batch = decoded->batch;
    request.edge().port().publish(
        *identity, std::move(decoded->events), [request, batch](const Result<std::vector<Published>>& result) mutable {
            if (!result) {
                request.respond(result.error());
                return;
            }
            logPublished(request, *result);
            QByteArrayList items;
            for (const Published& published : *result)
                items.append('{' + publishedMembers(published) + '}');
            request.respond(HttpResponse::json(200, batch ? "{\"results\":[" + items.join(',') + "]}" : items.first()));
        });
}

void broadcast(ApiRequest request, const BroadcastRoute& route)
{
    if (!hasJsonBody(request.http())) {
        request.respond(Error(ErrorCode::UnsupportedMediaType, QStringLiteral("application/json is expected.")));
        return;
    }
    IdentityPtr publisher;
    const auto checkToken = [&](const QByteArray& token) -> Result<void> {
        const auto identity = token.isEmpty() ? request.bearer() : request.edge().authenticator().bearer(token);
        if (!identity)
            return identity.error();
        publisher = *identity;
        return {};
    };
    auto decoded =
        request.edge().eventJson().decodeBroadcast(request.http().body, route.event, route.members, checkToken);
    if (!decoded) {
        request.respond(decoded.error());
        return;
    }
    const QByteArrayView key = request.http().header("idempotency-key");
    if (key.size() > kLongestKey) {
        request.respond(keyTooLong());
        return;
    }
    decoded->idempotencyKey = key.toByteArray();
    std::vector<Publication> events;
    events.push_back(std::move(*decoded));
    request.edge().port().publish(
        publisher, std::move(events), [request](const Result<std::vector<Published>>& result) mutable {
            if (!result) {
                request.respond(result.error());
                return;
            }
            logPublished(request, *result);
            const Published& published = result->front();
            request.respond(HttpResponse::json(200, "{\"success\":true,\"message\":\"" + published.event->name +
                                                        " broadcasted\",\"rooms\":" + roomsJson(*published.event) +
                                                        ',' + publishedMembers(published) + '}'));
        });
}

} // namespace

void addPublishApi(Router& router)
{
    static const QList<BroadcastRoute> kBroadcasts{
        {"call-new", "call:new", {"call", "data"}},
        {"call-updated", "call:updated", {"call", "data"}},
        {"call-ended", "call:ended", {"call", "data"}},
        {"order-new", "order:new", {"order", "data"}},
        {"order-updated", "order:updated", {"order", "data"}},
        {"order-master-assigned", "order:master-assigned", {"order", "data", "assignment"}},
        {"order-status-changed", "order:status-changed", {"order", "data", "status"}},
        {"notification", "notification", {"notification", "data"}},
    };
    router.add("POST", "/api/v1/publish", publish);
    for (const BroadcastRoute& route : kBroadcasts) {
        router.add("POST", QByteArrayLiteral("/api/v1/broadcast/") + route.path,
                   [&route](ApiRequest request) { broadcast(std::move(request), route); });
    }
}

} // namespace signalbox
