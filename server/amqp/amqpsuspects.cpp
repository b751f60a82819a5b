// SPDX-License-Identifier: GPL-3.0-or-later
#include "amqp/amqpsuspects.h"

#include <algorithm>
#include <limits>

namespace signalbox {

namespace {

/// So often it was delivered before, without an acknowledgement. On a first delivery the header is somebody else's.
int deliveriesOf(const amqp_envelope_t& message)
{
    const amqp_basic_properties_t& properties = message.message.properties;
    if (!message.redelivered || !(properties._flags & AMQP_BASIC_HEADERS_FLAG))
        return 0;
    const amqp_table_t& headers = properties.headers;
    const amqp_table_entry_t* begin = headers.entries;
    const amqp_table_entry_t* end = begin + headers.num_entries;
    const auto* found = std::find_if(begin, end, [](const amqp_table_entry_t& entry) {
        return viewOf(entry.key) == QByteArrayView("x-delivery-count");
    });
    if (found == end || found->value.kind != AMQP_FIELD_KIND_I64)
        return 0;
    return static_cast<int>(std::clamp<qint64>(found->value.value.i64, 0, std::numeric_limits<int>::max()));
}

} // namespace

bool AmqpSuspects::take(size_t flow, AmqpFlow::Item& item)
{
    m_hasTaken = true;
    Held held{{}, deliveriesOf(*item.message)};
    if (!isSuspect(held) && m_inHand != flow && !m_held.contains(flow))
        return false;
    held.item = std::move(item);
    m_held[flow].push_back(std::move(held));
    return true;
}

std::optional<AmqpSuspects::Next> AmqpSuspects::next()
{
    if (m_held.empty())
        return std::nullopt;
    const auto first = m_held.begin();
    std::deque<Held>& waiting = first->second;
    Next next{first->first, {}, waiting.front().deliveries, false};
    const auto give = [&] {
        next.items.push_back(std::move(waiting.front().item));
        waiting.pop_front();
    };
    if (isSuspect(waiting.front())) {
        next.isCulprit = std::exchange(m_isFirst, false) && next.deliveries >= m_maxDeliveries;
        m_inHand = first->first;
        give();
    } else {
        while (!waiting.empty() && !isSuspect(waiting.front()))
            give();
    }
    if (waiting.empty())
        m_held.erase(first);
    return next;
}

void AmqpSuspects::forget(size_t flow)
{
    if (m_hasTaken)
        m_isFirst = false;
    const auto held = m_held.find(flow);
    if (held == m_held.end())
        return;
    std::erase_if(held->second, [](const Held& one) { return one.item.life != 0; });
    if (held->second.empty())
        m_held.erase(held);
}

void AmqpSuspects::orphan(size_t flow)
{
    if (const auto held = m_held.find(flow); held != m_held.end()) {
        for (Held& one : held->second)
            one.item.life = 0;
    }
}

} // namespace signalbox
