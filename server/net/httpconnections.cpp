// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/httpconnections.h"

namespace signalbox {

HttpConnections::HttpConnections(Worker& worker, const HttpLimits& limits, HttpHandler& handler)
    : m_worker(worker), m_limits(limits), m_handler(handler)
{
}

HttpConnections::~HttpConnections()
{
    *m_alive = false;
    m_connections.clear();
}

void HttpConnections::serve(StreamPtr stream)
{
    auto connection = std::make_unique<HttpConnection>(*this, std::move(stream));
    HttpConnection* key = connection.get();
    m_connections.emplace(key, std::move(connection));
    if (m_draining)
        key->closeWhenIdle();
}

void HttpConnections::closeIdle()
{
    m_draining = true;
    for (const auto& [key, connection] : m_connections)
        connection->closeWhenIdle();
}

void HttpConnections::wantFlush(HttpConnection& connection)
{
    m_writers.push_back(&connection);
    scheduleEndOfTurn();
}

void HttpConnections::retire(HttpConnection& connection)
{
    m_retired.push_back(&connection);
    scheduleEndOfTurn();
}

void HttpConnections::scheduleEndOfTurn()
{
    if (m_endOfTurnScheduled)
        return;
    m_endOfTurnScheduled = true;
    m_worker.atEndOfTurn([this, alive = m_alive] {
        if (*alive)
            endTurn();
    });
}

void HttpConnections::endTurn()
{
    m_endOfTurnScheduled = false;
    std::vector<HttpConnection*> writers;
    writers.swap(m_writers);
    for (HttpConnection* connection : writers)
        connection->flush();
    std::vector<HttpConnection*> retired;
    retired.swap(m_retired);
    for (HttpConnection* connection : retired) {
        std::erase(m_writers, connection);
        if (m_connections.erase(connection) > 0)
            m_worker.connectionClosed();
    }
}

} // namespace signalbox
