// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/broker.h"

namespace signalbox {

void Broker::publish(Publication event, PublishOneDone done)
{
    std::vector<Publication> events;
    events.push_back(std::move(event));
    publish(std::move(events), [done = std::move(done)](Result<std::vector<Published>> result) {
        if (result.ok())
            done(std::move(result->front()));
        else
            done(result.error());
    });
}

} // namespace signalbox
