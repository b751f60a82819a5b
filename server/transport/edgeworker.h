// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/authenticator.h"
#include "config/settings.h"
#include "core/eventjson.h"
#include "core/hub.h"
#include "core/ratelimiter.h"
#include "gateway/coreport.h"
#include "gateway/deskport.h"
#include "transport/edgeobserver.h"
#include "transport/eventcodec.h"

#include <QHash>
#include <QSet>

#include <memory>
#include <unordered_map>
#include <vector>

namespace signalbox {

class ClientConnection;

/// What all workers share: immutable or thread-safe, made by App, outlives the workers.
struct EdgeShared
{
    const Clock& clock;
    const Catalog& catalog;
    Authenticator& authenticator;
    EdgeObserver& observer;
    const DeskStores* desk = nullptr; ///< null: there is no desk (DATABASE_URL=none)
};

/// The doors' side of one worker: its hub, its live connections, its way to the core. Lives on the worker's thread.
///
/// Writing: a connection whose session gets frames is noted once, and all noted ones write at the end of the turn, so
/// that whatever came in one turn leaves in one system call per connection.
class EdgeWorker
{
public:
    EdgeWorker(EdgeShared shared, Core& core, Worker& worker, std::shared_ptr<const Settings> settings);
    ~EdgeWorker();
    EdgeWorker(const EdgeWorker&) = delete;
    EdgeWorker& operator=(const EdgeWorker&) = delete;

    const Clock& clock() const { return m_shared.clock; }
    const Catalog& catalog() const { return m_shared.catalog; }
    const Authenticator& authenticator() const { return m_shared.authenticator; }
    EdgeObserver& observer() const { return m_shared.observer; }
    const Settings& settings() const { return *m_settings; }
    void setSettings(std::shared_ptr<const Settings> settings);
    const Session::Settings& sessionSettings() const { return m_sessionSettings; }
    Worker& worker() { return m_worker; }
    Hub& hub() { return m_hub; }
    CorePort& port() { return m_port; }
    /// The way to the desk; null when there is none.
    DeskPort* desk() { return m_desk ? &*m_desk : nullptr; }
    EventJson& eventJson() { return *m_eventJson; }
    RateLimiter& rateLimiter() { return m_rateLimiter; }

    /// Ids are unique over the workers.
    quint64 nextSessionId();
    /// Takes a connection into the set of live ones.
    ClientConnection& add(std::unique_ptr<ClientConnection> connection);
    /// Null when it has gone: how late answers find their connection.
    ClientConnection* find(quint64 sessionId) const;
    /// Destroys the connection at the end of this turn.
    void retire(quint64 sessionId);
    /// The connection writes at the end of this turn.
    void needsTurn(ClientConnection& connection);
    /// Hands an event of the core to this worker's sessions.
    void dispatch(const EventPtr& event);
    /// See Hub::lose().
    void lose(const QByteArray& channel) { m_hub.lose(channel); }
    void close(quint64 sessionId, ErrorCode why);

    /// The channels whose source is down changed.
    void setUnavailableSources(QSet<QByteArray> channels);
    const QSet<QByteArray>& unavailableSources() const { return m_unavailable; }

    /// No new connections any more; health says so too.
    void setDraining() { m_draining = true; }
    bool isDraining() const { return m_draining; }
    qsizetype connectionCount() const { return static_cast<qsizetype>(m_connections.size()); }

private:
    void endTurn();
    void scheduleEndOfTurn();

    const EdgeShared m_shared;
    Worker& m_worker;
    std::shared_ptr<const Settings> m_settings;
    Session::Settings m_sessionSettings;
    EventCodec m_codec;
    Hub m_hub;
    CorePort m_port;
    std::optional<DeskPort> m_desk;
    std::unique_ptr<EventJson> m_eventJson;
    RateLimiter m_rateLimiter;
    QSet<QByteArray> m_unavailable;
    std::vector<ClientConnection*> m_writers; ///< they write at the end of this turn; none is destroyed before that
    std::vector<quint64> m_retired;
    struct Dispatched
    {
        qint64 acceptedMs = 0;
        quint64 sessions = 0;
    };
    std::vector<Dispatched> m_dispatched; ///< in this turn, to be counted when it is written
    quint64 m_sessionCounter = 0;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
    bool m_endOfTurnScheduled = false;
    bool m_draining = false;
    std::unordered_map<quint64, std::unique_ptr<ClientConnection>> m_connections;
};

} // namespace signalbox
