// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/authapi.h"
#include "api/router.h"
#include "api/socketiodoor.h"
#include "net/httpconnections.h"
#include "net/httplimits.h"
#include "net/websocketdecoder.h"
#include "ops/health.h"
#include "ops/looplag.h"
#include "ops/metrics.h"

#include <QSslConfiguration>

#include <functional>
#include <optional>

namespace signalbox {

/// Adds routes of another program to a worker's router. Called once per worker, before it serves anybody.
using MoreRoutes = std::function<void(Router& router)>;

/// Everything that lives on one worker's thread, put together: its edge, its routes, its HTTP connections. Made on the
/// main thread before the first connection; used and destroyed on the worker's.
class WorkerRoom
{
public:
    WorkerRoom(EdgeShared shared, Core& core, Worker& worker, const std::shared_ptr<const Settings>& settings,
               const Health& health, Metrics& metrics, LoginParts logins, const SocketIoParts& socketIo,
               const MoreRoutes& more = {});
    ~WorkerRoom();
    WorkerRoom(const WorkerRoom&) = delete;
    WorkerRoom& operator=(const WorkerRoom&) = delete;

    Worker& worker() { return m_worker; }
    EdgeWorker& edge() { return m_edge; }
    /// For the worker's thread.
    SocketRoster& sockets() { return *m_sockets; }

    /// Takes an accepted descriptor, which Worker::connectionOpened() has counted.
    void accept(int fd, const std::optional<QSslConfiguration>& tls);
    void setSettings(std::shared_ptr<const Settings> settings);
    void beginDraining();

private:
    Worker& m_worker;
    EdgeWorker m_edge;
    const std::shared_ptr<SocketRoster> m_sockets;
    Router m_router;
    WsLimits m_wsLimits;
    HttpLimits m_httpLimits;
    HttpConnections m_http;
    std::unique_ptr<LoopLag> m_lag;
};

} // namespace signalbox
