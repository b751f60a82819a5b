// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/origins.h"
#include "net/httpexchange.h"
#include "transport/edgeworker.h"

#include <functional>
#include <optional>
#include <vector>

namespace signalbox {

/// One request on its way through a handler. Copyable like the exchange; answers carry the CORS headers of the
/// request's origin and are counted.
class ApiRequest
{
public:
    ApiRequest(HttpExchange exchange, EdgeWorker& edge, QList<QByteArray> params)
        : m_exchange(std::move(exchange))
        , m_edge(&edge)
        , m_params(std::move(params))
    {
    }

    const HttpRequest& http() const { return m_exchange.request(); }
    HttpExchange& exchange() { return m_exchange; }
    EdgeWorker& edge() const { return *m_edge; }
    /// The n-th `{…}` of the route's pattern, percent-decoded.
    const QByteArray& param(qsizetype index) const { return m_params[index]; }

    /// `Authorization: Bearer`, else the query's `access_token`; with `tokenToo` also its `token`. Empty when absent.
    QByteArray bearerToken(bool tokenToo = false) const;
    /// Who the bearer token speaks for; Unauthorized without one. Failures are counted.
    Result<IdentityPtr> bearer(bool tokenToo = false) const;
    /// Whom bearer() has found; null before, and when it found nobody.
    const IdentityPtr& caller() const { return m_caller; }
    /// The peer's address, or what a trusted proxy says it is.
    QByteArray clientAddress() const;

    /// Answers, counts, and logs the request under its id (`X-Request-Id`, or a fresh one).
    void respond(HttpResponse response);
    void respond(const Error& error);
    QList<HttpHeader> corsHeaders() const;
    bool isCrossOriginAllowed() const;
    /// The id that ties the log lines of this request and its events together; made when it is first needed.
    const QByteArray& id();

private:
    HttpExchange m_exchange;
    EdgeWorker* m_edge;
    QList<QByteArray> m_params;
    QByteArray m_id;
    mutable IdentityPtr m_caller;
};

/// The table of routes of one worker: method and path pattern → handler. Answers preflights, HEAD, unknown paths (404)
/// and methods (405), and keeps the rate limit (429) before a handler is asked.
class Router final : public HttpHandler
{
public:
    using Handler = std::function<void(ApiRequest)>;

    explicit Router(EdgeWorker& edge)
        : m_edge(edge)
    {
    }

    /// A route of this method name takes every method, and answers HEAD and preflights itself.
    static constexpr char kAnyMethod[] = "*";

    /// `pattern`: "/api/dialogs/{id}/events"; a `{}` part matches one segment. `isFree`: not rate-limited.
    void add(QByteArray method, const QByteArray& pattern, Handler handler, bool isFree = false);

    EdgeWorker& edge() const { return m_edge; }

    void handleRequest(HttpExchange exchange) override;

    /// "GET /health" and so on, for the documentation's test.
    QByteArrayList routes() const;

private:
    struct Route
    {
        QByteArray method;
        QByteArrayList parts;
        Handler handler;
        bool isFree = false;
    };

    static std::optional<QList<QByteArray>> match(const Route& route, const QByteArrayList& parts);
    bool withinRate(const ApiRequest& request) const;
    void preflight(ApiRequest request, const QByteArrayList& methods) const;

    EdgeWorker& m_edge;
    std::vector<Route> m_routes;
};

} // namespace signalbox
