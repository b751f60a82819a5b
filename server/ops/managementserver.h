// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/presence.h"
#include "gateway/core.h"
#include "ops/health.h"
#include "ops/managementrouter.h"
#include "ops/metrics.h"

#include <QByteArray>

#include <functional>
#include <memory>
#include <vector>

QT_BEGIN_NAMESPACE
class QHttpServer;
class QTcpServer;
QT_END_NAMESPACE

namespace signalbox {

struct BrokerLoad
{
    qint64 historyBytes = 0;
    qsizetype channels = 0;
};

struct RoomLoad
{
    QByteArray channel;
    int sessions = 0;
};

struct RoomPage
{
    qsizetype total = 0;           ///< channels with a session
    std::vector<RoomLoad> busiest; ///< most sessions first, as many as were asked for
};

/// What the management port shows and steers. Everything outlives the server and is used on the core thread; the
/// functions are called inside a request and must return at once.
struct ManagementAccess
{
    Core& core;
    const Presence& presence;
    const Health& health;
    Metrics& metrics;
    std::function<BrokerLoad()> brokerLoad;
    std::function<RoomPage(qsizetype limit)> rooms;
    std::function<void()> drain; ///< begins to drain; may come again
};

/// The private port of spec section 4, on QHttpServer, with synchronous handlers on the core thread. There are no
/// tokens: whoever reaches the port may use it, so it stays on a private address. No answer holds a secret. Errors
/// have the body of spec section 9. QHttpServer takes in a body before it asks, so the bound of ManagementRouter spares
/// the work and not the memory.
///
/// | route | answer |
/// | --- | --- |
/// | GET /metrics | Prometheus text |
/// | GET /health/live | 200 while the core's loop turns |
/// | GET /health/ready | HealthReport's status and body |
/// | GET /stats/connections?limit=&offset=&transport=&user=&dialog= | connectionPage(); limit 1 to 1000, default 100 |
/// | GET /stats/summary |
/// `{"connections":{connectionSummary()},"channels","subscribed_channels","history_bytes","users_present"}` | | GET
/// /stats/rooms?limit= | `{"items":[{"channel","sessions"}],"total"}` | | GET /stats/last-seen?dialog= |
/// `{"dialog","marks":{"who":last_id}}` | | DELETE /connections/{client_id}, /users/{user}/connections | closes:
/// `{"closed":n}`, 404 for none | | GET /sources | `{"unavailable":["channel"]}`, sorted | | PUT /sources/{channel}
/// `{"available":bool}` | `{"channel","available"}` | | POST /drain | 202 `{"status":"draining"}` |
///
/// Path segments are percent-encoded: a user `guest:17` may be written as it is, a `/` in a name is `%2F`.
class ManagementServer
{
public:
    explicit ManagementServer(ManagementAccess access);
    ~ManagementServer();
    Q_DISABLE_COPY_MOVE(ManagementServer)

    /// Binds; the host is an address or "localhost". Port 0: any free one. Unavailable with the reason when it cannot.
    Result<void> listen(const QByteArray& host, int port);
    int port() const; ///< 0 before listen()

private:
    void addHealthRoutes();
    void addStatsRoutes();
    void addActionRoutes();
    ManagementAnswer metrics();
    ManagementAnswer connections(const ManagementRequest& request) const;
    ManagementAnswer summary() const;
    ManagementAnswer rooms(const ManagementRequest& request) const;
    ManagementAnswer lastSeen(const ManagementRequest& request) const;
    ManagementAnswer sources() const;
    ManagementAnswer setSource(const ManagementRequest& request);

    const ManagementAccess m_access;
    ManagementRouter m_router;
    const std::unique_ptr<QHttpServer> m_http;
    QTcpServer* m_socket = nullptr; ///< owned by m_http
};

} // namespace signalbox
