// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/broker.h"

#include <QHash>

#include <functional>
#include <vector>

namespace signalbox {

/// From the broker to the workers that have a subscriber: each event is posted once to each of them, in log order.
/// Core thread. A channel is subscribed at the broker while any worker wants it.
class Fanout final : public BrokerSink
{
public:
    /// `deliver(worker, event)` posts to that worker's hub, in order.
    using Deliver = std::function<void(int worker, const EventPtr&)>;
    /// `lose(worker, channel)` tells that worker's hub, in the same order.
    using Lose = std::function<void(int worker, const QByteArray& channel)>;

    static constexpr int kMaxWorkers = 64;

    Fanout(Broker& broker, int workers, Deliver deliver, Lose lose = {});

    /// The worker gets the channel's events from now on. Idempotent.
    void want(int worker, const QByteArray& channel);
    void unwant(int worker, const QByteArray& channel);

    void brokerEvent(const EventPtr& event) override;
    void channelLost(const QByteArray& channel) override;
    QList<QByteArray> channels() const { return m_wanted.keys(); }

    qsizetype channelCount() const { return m_wanted.size(); }

private:
    Broker& m_broker;
    const int m_workers;
    const Deliver m_deliver;
    const Lose m_lose;
    QHash<QByteArray, quint64> m_wanted; ///< channel → bit per worker
};

} // namespace signalbox
