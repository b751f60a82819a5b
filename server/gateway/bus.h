// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/broker.h"
#include "core/identity.h"
#include "shared/catalog.h"

#include <QHash>

#include <functional>
#include <vector>

namespace signalbox {

/// Counts what passes the bus. Implemented by ops; core thread.
class BusObserver
{
public:
    virtual ~BusObserver() = default;
    virtual void eventPublished(const Event& event) = 0;
    virtual void publishRefused(ErrorCode code) = 0;
};

/// The one way in for events, whatever door they come through: authorises, hands to the broker, counts. What arrives
/// here has been checked against the catalogue by EventJson. Core thread.
class Bus
{
public:
    using Done = std::function<void(Result<std::vector<Published>>)>;

    Bus(Broker& broker, const Catalog& catalog)
        : m_broker(broker)
        , m_catalog(catalog)
    {
    }
    void setObserver(BusObserver* observer) { m_observer = observer; }

    /// Publishes in order, all or none: one event that the publisher may not publish (Forbidden,
    /// with the field "event" or "channels") refuses the whole list before anything is delivered. `done` comes when
    /// every event has its positions, or with the first error of the broker. Idempotency keys are scoped to the
    /// publisher.
    void publish(const IdentityPtr& publisher, std::vector<Publication> events, Done done);

private:
    Result<void> authorise(const Identity& publisher, const Publication& event) const;

    Broker& m_broker;
    const Catalog& m_catalog;
    BusObserver* m_observer = nullptr;
};

} // namespace signalbox
