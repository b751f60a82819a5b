// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/bus.h"

#include "auth/permissions.h"

#include <memory>
#include <optional>

namespace signalbox {

namespace {

/// Collects the broker's answers of one request, which may come in any order.
struct Gathering
{
    std::vector<Published> published;
    size_t missing = 0;
    std::optional<Error> failure;
    Bus::Done done;

    void oneLess()
    {
        if (--missing > 0)
            return;
        if (failure)
            done(*failure);
        else
            done(std::move(published));
    }
};

} // namespace

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
    const auto gathering = std::make_shared<Gathering>();
    gathering->published.resize(events.size());
    gathering->missing = events.size();
    gathering->done = std::move(done);
    for (size_t i = 0; i < events.size(); ++i) {
        if (!events[i].idempotencyKey.isEmpty())
            events[i].idempotencyKey = publisher->subject + '\n' + events[i].idempotencyKey;
        m_broker.publish(std::move(events[i]), [this, gathering, i](Result<Published> result) {
            if (result.ok()) {
                if (m_observer && !result->duplicate)
                    m_observer->eventPublished(*result->event);
                gathering->published[i] = std::move(*result);
            } else if (!gathering->failure) {
                gathering->failure = result.error();
            }
            gathering->oneLess();
        });
    }
}

} // namespace signalbox
