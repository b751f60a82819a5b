// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/fanout.h"

namespace signalbox {

Fanout::Fanout(Broker& broker, int workers, Deliver deliver, Lose lose)
    : m_broker(broker)
    , m_workers(workers)
    , m_deliver(std::move(deliver))
    , m_lose(std::move(lose))
{
    Q_ASSERT(workers <= kMaxWorkers);
    m_broker.setSink(this);
}

void Fanout::want(int worker, const QByteArray& channel)
{
    quint64& workers = m_wanted[channel];
    if (workers == 0)
        m_broker.subscribe(channel);
    workers |= quint64{1} << worker;
}

void Fanout::unwant(int worker, const QByteArray& channel)
{
    const auto found = m_wanted.find(channel);
    if (found == m_wanted.end())
        return;
    *found &= ~(quint64{1} << worker);
    if (*found != 0)
        return;
    m_wanted.erase(found);
    m_broker.unsubscribe(channel);
}

void Fanout::brokerEvent(const EventPtr& event)
{
    quint64 workers = 0;
    for (const Placement& placement : event->placements)
        workers |= m_wanted.value(placement.channel);
    for (int worker = 0; worker < m_workers; ++worker) {
        if (workers & (quint64{1} << worker))
            m_deliver(worker, event);
    }
}

void Fanout::channelLost(const QByteArray& channel)
{
    const quint64 workers = m_wanted.value(channel);
    for (int worker = 0; worker < m_workers; ++worker) {
        if (m_lose && workers & (quint64{1} << worker))
            m_lose(worker, channel);
    }
}

} // namespace signalbox
