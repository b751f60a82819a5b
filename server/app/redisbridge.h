// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/settings.h"
#include "gateway/bus.h"
#include "redis/redisbroker.h"
#include "redis/redisforeign.h"
#include "redis/redisoutward.h"

#include <memory>

namespace signalbox {

/// Between the channels of Redis that the seeds' systems use and this server's events, both ways. What comes from there
/// is published as a service's; what this server publishes is written there, but for what came from there. Core thread.
class RedisBridge final : public QObject, public BusObserver
{
    Q_OBJECT

public:
    /// `observer` is told of everything that passes the bus; everything outlives the bridge.
    RedisBridge(const Settings& settings, const RedisAddress& address, RedisBroker& redis, const Catalog& catalog,
                BusObserver& observer);

    /// True for a channel of the desk's journal, which is relayed from there.
    using IsOfJournal = std::function<bool(const QByteArray& channel)>;

    /// Begins to listen, but for a gateway; events go to this broker.
    void start(Broker& broker, IsOfJournal isOfJournal);
    RedisOutward& outward() { return m_outward; }

    /// Of the server's bus.
    void eventPublished(const Event& event) override;
    void publishRefused(ErrorCode code) override { m_observer.publishRefused(code); }

signals:
    /// A message became no event, or an event was not written.
    void dropped(const QByteArray& channel, const signalbox::Error& why);

private:
    void publish(Publication event, bool isOfChat, const RedisForeign::Done& done);
    void tell(const Event& event, RedisOutward::Way way);

    const Catalog& m_catalog;
    BusObserver& m_observer;
    const bool m_isListening; ///< to what others publish
    const IdentityPtr m_publisher;
    ForeignJson m_json;
    RedisForeign m_foreign;
    RedisOutward m_outward;
    IsOfJournal m_isOfJournal;
    std::unique_ptr<Bus> m_bus; ///< beside the server's: what comes from there is not written there
};

} // namespace signalbox
