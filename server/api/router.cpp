// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/router.h"

#include "auth/secret.h"
#include "config/logging.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr char kAllowedHeaders[] =
    "authorization, content-type, last-event-id, cache-control, idempotency-key, x-session-token";

QByteArrayList partsOf(const QByteArray& path)
{
    return path.split('/');
}

/// The path as sent, so that an escaped slash stays inside its segment.
QByteArray rawPath(const HttpRequest& http)
{
    qsizetype from = 0;
    if (const qsizetype scheme = http.target.indexOf("://"); !http.target.startsWith('/')) // absolute form
        from = scheme < 0 ? -1 : http.target.indexOf('/', scheme + 3);
    const qsizetype query = http.target.indexOf('?');
    if (from < 0 || (query >= 0 && query < from))
        return http.path;
    return http.target.sliced(from, (query < 0 ? http.target.size() : query) - from);
}

bool isPlaceholder(const QByteArray& part)
{
    return part.startsWith('{') && part.endsWith('}');
}

} // namespace

QByteArray ApiRequest::bearerToken(bool tokenToo) const
{
    const QByteArrayView header = http().header("authorization");
    constexpr qsizetype kPrefix = 7;
    if (header.size() > kPrefix && header.first(kPrefix).compare("Bearer ", Qt::CaseInsensitive) == 0)
        return header.sliced(kPrefix).trimmed().toByteArray();
    QByteArray token = http().queryValue("access_token");
    if (token.isEmpty() && tokenToo)
        token = http().queryValue("token");
    return token;
}

Result<IdentityPtr> ApiRequest::bearer(bool tokenToo) const
{
    const QByteArray token = bearerToken(tokenToo);
    auto identity =
        token.isEmpty() ? Result<IdentityPtr>(Error(ErrorCode::Unauthorized)) : m_edge->authenticator().bearer(token);
    if (identity)
        m_caller = *identity;
    else
        m_edge->observer().authFailed(identity.error().code);
    return identity;
}

QByteArray ApiRequest::clientAddress() const
{
    return forwardedAddress(http(), m_edge->settings().network.trustedProxies);
}

QList<HttpHeader> ApiRequest::corsHeaders() const
{
    return corsHeadersFor(http(), m_edge->settings().network.corsOrigins);
}

bool ApiRequest::isCrossOriginAllowed() const
{
    const QList<HttpHeader> headers = corsHeaders();
    return std::any_of(headers.begin(), headers.end(),
                       [](const HttpHeader& header) { return header.first == "Access-Control-Allow-Origin"; });
}

void ApiRequest::respond(HttpResponse response)
{
    m_edge->observer().httpAnswered(response.status);
    response.headers += corsHeaders();
    if (logHttp().isDebugEnabled() || response.status == 500) {
        const LogScope scope(id());
        qCDebug(logHttp).noquote() << http().method << http().path << response.status;
        if (response.status == 500)
            qCWarning(logHttp).noquote() << http().method << http().path << "failed";
    }
    m_exchange.respond(std::move(response));
}

const QByteArray& ApiRequest::id()
{
    constexpr qsizetype kLongest = 64;
    const QByteArrayView given = http().header("x-request-id");
    if (m_id.isEmpty())
        m_id = !given.isEmpty() && given.size() <= kLongest ? given.toByteArray() : LogScope::newId();
    return m_id;
}

void ApiRequest::respond(const Error& error)
{
    HttpResponse response = HttpResponse::json(error.httpStatus(), error.toJson());
    if (response.status == 401)
        response.with("WWW-Authenticate", "Bearer");
    if (response.status == 429 || response.status == 503)
        response.with("Retry-After", response.status == 429 ? "1" : "5");
    respond(std::move(response));
}

void Router::add(QByteArray method, const QByteArray& pattern, Handler handler, bool isFree)
{
    m_routes.push_back({std::move(method), partsOf(pattern), std::move(handler), isFree});
}

std::optional<QList<QByteArray>> Router::match(const Route& route, const QByteArrayList& parts)
{
    if (route.parts.size() != parts.size())
        return std::nullopt;
    QList<QByteArray> params;
    for (qsizetype i = 0; i < parts.size(); ++i) {
        if (isPlaceholder(route.parts[i]) && !parts[i].isEmpty())
            params.append(percentDecoded(parts[i], false));
        else if (route.parts[i] != parts[i])
            return std::nullopt;
    }
    return params;
}

bool Router::withinRate(const ApiRequest& request) const
{
    const LimitSettings& limits = m_edge.settings().limits;
    if (limits.requestsPerSecond <= 0)
        return true;
    // A client is a credential that is genuine, else an address: invented tokens buy nothing.
    const QByteArray token = request.bearerToken();
    const auto identity =
        token.isEmpty() ? Result<IdentityPtr>(Error(ErrorCode::Unauthorized)) : m_edge.authenticator().bearer(token);
    if (identity && (*identity)->role == Role::Service)
        return true;
    const QByteArray client = identity ? (*identity)->credential : request.clientAddress();
    if (m_edge.rateLimiter().take(client, limits.requestsPerSecond, limits.requestsBurst, m_edge.clock().steadyMs()))
        return true;
    m_edge.observer().rateLimited();
    return false;
}

void Router::preflight(ApiRequest request, const QByteArrayList& methods) const
{
    HttpResponse response = HttpResponse::empty(204);
    response.with("Allow", methods.join(", "));
    if (request.isCrossOriginAllowed()) {
        response.with("Access-Control-Allow-Methods", methods.join(", "));
        response.with("Access-Control-Allow-Headers", kAllowedHeaders);
        response.with("Access-Control-Max-Age", "600");
    }
    request.respond(std::move(response));
}

void Router::handleRequest(HttpExchange exchange)
{
    const HttpRequest& http = exchange.request();
    const QByteArrayList parts = partsOf(rawPath(http));
    const QByteArray method = http.method == "HEAD" ? QByteArrayLiteral("GET") : http.method;
    QByteArrayList methods;
    for (const Route& route : m_routes) {
        auto params = match(route, parts);
        if (!params)
            continue;
        if (route.method != method && route.method != kAnyMethod) {
            methods += route.method;
            continue;
        }
        ApiRequest request(std::move(exchange), m_edge, std::move(*params));
        if (route.isFree || withinRate(request))
            route.handler(std::move(request));
        else
            request.respond(Error(ErrorCode::RateLimited));
        return;
    }
    ApiRequest request(std::move(exchange), m_edge, {});
    if (methods.isEmpty() && !(method == "OPTIONS" && request.http().target == "*")) {
        request.respond(Error(ErrorCode::NotFound));
        return;
    }
    methods += QByteArrayLiteral("OPTIONS");
    if (method == "OPTIONS") {
        preflight(std::move(request), methods);
        return;
    }
    const Error error(ErrorCode::MethodNotAllowed);
    request.respond(HttpResponse::json(error.httpStatus(), error.toJson()).with("Allow", methods.join(", ")));
}

QByteArrayList Router::routes() const
{
    QByteArrayList list;
    for (const Route& route : m_routes)
        list.append(route.method + ' ' + route.parts.join('/'));
    return list;
}

} // namespace signalbox
