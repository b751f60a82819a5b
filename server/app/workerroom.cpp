// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workerroom.h"

#include "api/cannedapi.h"
#include "api/connectionsapi.h"
#include "api/dialogsapi.h"
#include "api/doors.h"
#include "api/handoffapi.h"
#include "api/infoapi.h"
#include "api/messagesapi.h"
#include "api/openapi.h"
#include "api/operatorsapi.h"
#include "api/pages.h"
#include "api/publishapi.h"
#include "net/plainstream.h"
#include "net/tlsstream.h"

namespace signalbox {

namespace {

HttpLimits httpLimits(const Settings& settings)
{
    HttpLimits limits;
    limits.headTimeoutMs = settings.limits.headTimeoutMs;
    limits.bodyTimeoutMs = settings.limits.bodyTimeoutMs;
    limits.idleTimeoutMs = settings.limits.idleTimeoutMs;
    limits.maxHeadBytes = settings.limits.requestHeadBytes;
    limits.maxBodyBytes = settings.limits.requestBodyBytes;
    limits.maxPipelined = settings.limits.pipelinedRequests;
    return limits;
}

} // namespace

WorkerRoom::WorkerRoom(EdgeShared shared, Core& core, Worker& worker, const std::shared_ptr<const Settings>& settings,
                       const Health& health, Metrics& metrics, LoginParts logins, const SocketIoParts& socketIo,
                       const MoreRoutes& more)
    : m_worker(worker)
    , m_edge(shared, core, worker, settings)
    , m_sockets(std::make_shared<SocketRoster>(m_edge))
    , m_router(m_edge)
    , m_wsLimits{settings->limits.webSocketMessageBytes}
    , m_httpLimits(httpLimits(*settings))
    , m_http(worker, m_httpLimits, m_router)
{
    addPages(m_router);
    addInfoApi(m_router, health);
    addConnectionsApi(m_router);
    addPublishApi(m_router);
    addOpenApi(m_router);
    addSocketDoors(m_router, m_wsLimits);
    addStreamDoors(m_router);
    if (settings->transports.socketIo)
        addSocketIoDoor(m_router, socketIo, m_sockets);
    addAuthApi(m_router, logins);
    addOperatorsApi(m_router, logins);
    addDialogsApi(m_router);
    addMessagesApi(m_router);
    addCannedApi(m_router);
    addHandoffApi(m_router);
    if (more)
        more(m_router);
    worker.post([this, &clock = shared.clock, &metrics] {
        m_lag = std::make_unique<LoopLag>(
            clock, [this, &metrics](double seconds) { metrics.loopLagged(m_worker.index(), seconds); });
    });
}

WorkerRoom::~WorkerRoom() = default;

void WorkerRoom::accept(int fd, const std::optional<QSslConfiguration>& tls)
{
    StreamPtr stream;
    if (tls)
        stream = std::make_unique<TlsStream>(fd, *tls);
    else
        stream = std::make_unique<PlainStream>(fd);
    m_http.serve(std::move(stream));
}

void WorkerRoom::setSettings(std::shared_ptr<const Settings> settings)
{
    m_httpLimits = httpLimits(*settings);
    m_wsLimits.maxMessageBytes = settings->limits.webSocketMessageBytes;
    m_edge.setSettings(std::move(settings));
}

void WorkerRoom::beginDraining()
{
    m_edge.setDraining();
    m_http.closeIdle();
}

} // namespace signalbox
