// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/infoapi.h"

namespace signalbox {

namespace {

void answerHealth(ApiRequest request, const Health& health)
{
    const HealthReport report = health.report();
    request.respond(HttpResponse::json(report.httpStatus, report.body).with("Cache-Control", "no-store"));
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
}

} // namespace signalbox
