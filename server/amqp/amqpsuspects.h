// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "amqp/amqpflow.h"

#include <map>

namespace signalbox {

/// Messages that were delivered so often that one of them may be what ends the server each time. Quorum queues count
/// deliveries in the header `x-delivery-count`; with others nobody is suspected. The last try of a suspect is made
/// alone, over all queues, and what is behind it in its queue waits: if the server ends in that moment, the culprit is
/// the first suspect after the next start. Orderly restarts and connections that break count as deliveries, too. A
/// server that has outlived such a break blames nobody any more; one that has had neither break nor suspect yet blames
/// the first. Belongs to one thread.
class AmqpSuspects
{
public:
    struct Next
    {
        size_t flow = 0;
        std::vector<AmqpFlow::Item> items; ///< a suspect, or some that waited behind one
        int deliveries = 0;                ///< of the first, before this one
        bool isCulprit = false;            ///< the only item has ended the server too often
    };

    /// At least 2.
    explicit AmqpSuspects(int maxDeliveries)
        : m_maxDeliveries(maxDeliveries)
    {
    }

    /// Takes it, if it has to wait here.
    bool take(size_t flow, AmqpFlow::Item& item);
    /// Whose is the suspect that next() gave; dealtWith() before the next.
    std::optional<size_t> inHand() const { return m_inHand; }
    void dealtWith() { m_inHand.reset(); }
    /// Whose are those that next() would give; what came before them in their queue must have been dealt with, too.
    std::optional<size_t> waiting() const
    {
        return m_held.empty() ? std::nullopt : std::optional(m_held.begin()->first);
    }
    std::optional<Next> next();
    /// The channel of these has ended, and they will be delivered again; orphans stay.
    void forget(size_t flow);
    /// The queue of these is gone: they will not.
    void orphan(size_t flow);

private:
    struct Held
    {
        AmqpFlow::Item item;
        int deliveries = 0;
    };
    bool isSuspect(const Held& held) const { return held.deliveries >= m_maxDeliveries - 1; }

    const int m_maxDeliveries;
    std::map<size_t, std::deque<Held>> m_held; ///< by the flow; none is empty
    std::optional<size_t> m_inHand;
    bool m_hasTaken = false;
    bool m_isFirst = true; ///< whoever is tried now may have ended the process before this one
};

} // namespace signalbox
