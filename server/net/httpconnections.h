// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/httpconnection.h"
#include "net/worker.h"

#include <unordered_map>

namespace signalbox {

/// The HTTP connections of one worker. Lives on the worker's thread, except that it is made before the loop serves it.
class HttpConnections
{
public:
    /// All outlive it. Each connection that ends here, or whose stream is taken over, is counted off the worker
    /// (Worker::connectionClosed()); whoever took the stream counts on.
    HttpConnections(Worker& worker, const HttpLimits& limits, HttpHandler& handler);
    ~HttpConnections();
    HttpConnections(const HttpConnections&) = delete;
    HttpConnections& operator=(const HttpConnections&) = delete;

    /// Serves a connection, which the worker has counted already.
    void serve(StreamPtr stream);
    /// Draining: idle connections end, the others after their answers.
    void closeIdle();
    qsizetype count() const { return static_cast<qsizetype>(m_connections.size()); }

private:
    friend class HttpConnection;

    void wantFlush(HttpConnection& connection);
    void retire(HttpConnection& connection);
    void endTurn();
    void scheduleEndOfTurn();

    Worker& m_worker;
    const HttpLimits& m_limits;
    HttpHandler& m_handler;
    HttpDate m_date;
    std::unordered_map<HttpConnection*, std::unique_ptr<HttpConnection>> m_connections;
    std::vector<HttpConnection*> m_writers;
    std::vector<HttpConnection*> m_retired;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
    bool m_endOfTurnScheduled = false;
    bool m_draining = false;
};

} // namespace signalbox
