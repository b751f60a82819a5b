// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "amqp/amqpsource.h"
#include "app/foreigndoor.h"
#include "gateway/bus.h"
#include "gateway/sources.h"
#include "net/mailbox.h"
#include "ops/health.h"
#include "ops/metrics.h"

namespace signalbox {

/// RabbitMQ of a server, put together: its source, and what the state of that does to the health (part `rabbitmq`) and
/// to the streams that it feeds. Lives on the core thread; ends with it the source's.
class AmqpRoom
{
public:
    /// Everything outlives the room; the mailbox is the core's. An error names the setting that is wrong.
    static Result<std::unique_ptr<AmqpRoom>> make(const Settings& settings, const Clock& clock, const Catalog& catalog,
                                                  Mailbox& core, Bus& bus, Health& health, Sources& sources,
                                                  Metrics& metrics);

    void start() { m_source.start(); }
    /// The server drains: others may have what comes from now on.
    void finish() { m_source.finish(); }
    bool hasFinished() const { return m_source.hasFinished(); }

private:
    AmqpRoom(AmqpSource::Settings settings, const Clock& clock, const Catalog& catalog, Mailbox& core, Bus& bus,
             Health& health, Sources& sources, Metrics& metrics);
    AmqpSource::Calls calls(Mailbox& core);
    void publish(std::vector<Publication> events, const AmqpSource::Done& done);
    void changed(const AmqpSource::State& state);
    QStringList troubles(const AmqpSource::State& state) const;

    Bus& m_bus;
    Health& m_health;
    Sources& m_sources;
    const IdentityPtr m_publisher;
    const std::vector<RabbitMqQueue> m_queues;
    RefusalLog m_refused;
    AmqpSource m_source; ///< the last: its thread ends before the rest is gone
};

} // namespace signalbox
