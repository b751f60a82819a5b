// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/httpconnections.h"

#include "net/httpconnection.h"
#include "net/worker.h"

#include <algorithm>
#include <utility>

#include <time.h>

namespace signalbox {

HttpConnections::HttpConnections(Worker& worker, const HttpLimits& limits, HttpHandler& handler)
    : m_worker(worker)
    , m_limits(limits)
    , m_handler(handler)
{
}

HttpConnections::~HttpConnections()
{
    closeAll();
}

void HttpConnections::serve(StreamPtr stream)
{
    m_all.push_back(std::make_unique<HttpConnection>(*this, std::move(stream), m_all.size()));
}

// From the back: one that goes leaves its place to the last, which has been visited.
void HttpConnections::closeIdle()
{
    m_draining = true;
    for (size_t i = m_all.size(); i-- > 0;) {
        if (i < m_all.size())
            m_all[i]->closeIfIdle();
    }
}

void HttpConnections::closeAll()
{
    m_draining = true;
    for (size_t i = m_all.size(); i-- > 0;) {
        if (i < m_all.size())
            m_all[i]->end();
    }
}

void HttpConnections::remove(HttpConnection& connection)
{
    for (std::vector<HttpConnection*>* list : {&m_due, &m_flushing})
        std::replace(list->begin(), list->end(), &connection, static_cast<HttpConnection*>(nullptr));
    const size_t index = connection.index();
    std::unique_ptr<HttpConnection> last = std::move(m_all.back());
    m_all.pop_back();
    if (index < m_all.size()) {
        last->setIndex(index);
        std::swap(m_all[index], last);
    }
    last.reset();
    m_worker.connectionClosed();
}

void HttpConnections::flushAtEndOfTurn(HttpConnection& connection)
{
    m_due.push_back(&connection);
    if (m_due.size() > 1)
        return;
    m_worker.atEndOfTurn([this, alive = std::weak_ptr<bool>(m_alive)] {
        if (!alive.expired())
            flushDue();
    });
}

void HttpConnections::flushDue()
{
    m_flushing.swap(m_due);
    for (size_t i = 0; i < m_flushing.size(); ++i) {
        if (m_flushing[i])
            std::exchange(m_flushing[i], nullptr)->endOfTurn();
    }
    m_flushing.clear();
}

const QByteArray& HttpConnections::date()
{
    return m_date.text(static_cast<qint64>(::time(nullptr)));
}

} // namespace signalbox
