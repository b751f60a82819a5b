// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/edgeworker.h"

#include "transport/clientconnection.h"

namespace signalbox {

namespace {

SlowPolicy slowPolicy(SlowClientPolicy policy)
{
    switch (policy) {
    case SlowClientPolicy::Close:
        return SlowPolicy::Close;
    case SlowClientPolicy::DropOldest:
        return SlowPolicy::DropOldest;
    case SlowClientPolicy::Conflate:
        return SlowPolicy::Conflate;
    }
    return SlowPolicy::Close;
}

EventJson::Limits jsonLimits(const Settings& settings)
{
    return {settings.limits.jsonDepth, settings.limits.publishBatch, settings.limits.channelsPerConnection,
            settings.catalog.strict};
}

} // namespace

EdgeWorker::EdgeWorker(EdgeShared shared, Core& core, Worker& worker, std::shared_ptr<const Settings> settings)
    : m_shared(shared)
    , m_worker(worker)
    , m_hub(m_codec, shared.catalog)
    , m_port(core, worker)
    , m_desk(shared.desk ? std::optional<DeskPort>(std::in_place, *shared.desk, worker) : std::nullopt)
{
    setSettings(std::move(settings));
}

EdgeWorker::~EdgeWorker()
{
    *m_alive = false;
}

void EdgeWorker::setSettings(std::shared_ptr<const Settings> settings)
{
    m_settings = std::move(settings);
    m_sessionSettings.maxQueueBytes = m_settings->limits.outboundQueueBytes;
    m_sessionSettings.slowPolicy = slowPolicy(m_settings->limits.slowClientPolicy);
    m_eventJson = std::make_unique<EventJson>(m_shared.catalog, jsonLimits(*m_settings));
}

quint64 EdgeWorker::nextSessionId()
{
    return (++m_sessionCounter << 8) | static_cast<quint64>(m_worker.index());
}

ClientConnection& EdgeWorker::add(std::unique_ptr<ClientConnection> connection)
{
    ClientConnection& added = *connection;
    m_connections.emplace(added.id(), std::move(connection));
    m_worker.connectionOpened();
    observer().connectionOpened(added.session().meta().transport);
    return added;
}

ClientConnection* EdgeWorker::find(quint64 sessionId) const
{
    const auto found = m_connections.find(sessionId);
    return found == m_connections.end() ? nullptr : found->second.get();
}

void EdgeWorker::retire(quint64 sessionId)
{
    m_retired.push_back(sessionId);
    scheduleEndOfTurn();
}

void EdgeWorker::needsTurn(ClientConnection& connection)
{
    m_writers.push_back(&connection);
    scheduleEndOfTurn();
}

void EdgeWorker::scheduleEndOfTurn()
{
    if (m_endOfTurnScheduled)
        return;
    m_endOfTurnScheduled = true;
    // The worker's last turn ends after its room is gone.
    m_worker.atEndOfTurn([this, alive = m_alive] {
        if (*alive)
            endTurn();
    });
}

void EdgeWorker::endTurn()
{
    m_endOfTurnScheduled = false;
    std::vector<ClientConnection*> writers;
    writers.swap(m_writers);
    for (ClientConnection* connection : writers)
        connection->writeTurn();
    if (m_writers.empty()) { // keeps the memory for the next turn
        writers.clear();
        m_writers.swap(writers);
    }
    const qint64 now = clock().wallMs();
    for (const Dispatched& event : m_dispatched)
        observer().delivered(event.sessions, now - event.acceptedMs);
    m_dispatched.clear();
    std::vector<quint64> retired;
    retired.swap(m_retired);
    for (const quint64 id : retired) {
        const auto found = m_connections.find(id);
        if (found == m_connections.end())
            continue;
        std::erase(m_writers, found->second.get());
        m_connections.erase(found);
        m_worker.connectionClosed();
    }
}

void EdgeWorker::dispatch(const EventPtr& event)
{
    const quint64 before = m_hub.deliveries();
    m_hub.dispatch(event);
    m_dispatched.push_back({event->timestampMs, m_hub.deliveries() - before});
    scheduleEndOfTurn();
}

void EdgeWorker::close(quint64 sessionId, ErrorCode why)
{
    if (ClientConnection* connection = find(sessionId))
        connection->close(why);
}

void EdgeWorker::setUnavailableSources(QSet<QByteArray> channels)
{
    m_unavailable = std::move(channels);
    for (const auto& [id, connection] : m_connections)
        connection->sourcesChanged();
}

} // namespace signalbox
