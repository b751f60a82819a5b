// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/bus.h"

#include "auth/permissions.h"

namespace signalbox {

Result<void> Bus::authorise(const Identity& publisher, const Publication& event) const
{
    const EventSpec* spec = m_catalog.find(event.name, event.version);
    if (spec && spec->publisher == Publisher::Server)
        return Error(ErrorCode::Forbidden, QStringLiteral("Only the server itself publishes this event."), "event");
    for (const QByteArray& channel : event.channels) {
        if (!mayPublish(publisher, parseChannel(channel)))
            return Error(ErrorCode::Forbidden, QStringLiteral("You may not publish in this channel."), "channels");
    }
    return {};
}

void Bus::publish(const IdentityPtr& publisher, std::vector<Publication> events, Done done)
{
    for (const Publication& event : events) {
        if (const auto allowed = authorise(*publisher, event); !allowed) {
            if (m_observer)
                m_observer->publishRefused(allowed.error().code);
            done(allowed.error());
            return;
        }
    }
    for (Publication& event : events) {
        if (!event.idempotencyKey.isEmpty())
            event.idempotencyKey = publisher->subject + '\n' + event.idempotencyKey;
    }
    m_broker.publish(std::move(events), [this, done = std::move(done)](Result<std::vector<Published>> result) {
        if (m_observer && result.ok()) {
            for (const Published& published : *result) {
                if (!published.duplicate)
                    m_observer->eventPublished(*published.event);
            }
        }
        done(std::move(result));
    });
}

} // namespace signalbox
