// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/healthseries.h"

#include "console/client/outbox.h"
#include "console/client/session.h"
#include "console/store/store.h"

namespace signalbox::console {

HealthSeries::HealthSeries(Store& store, Session& session, Outbox& outbox, QObject* parent)
    : QObject(parent)
    , m_store(store)
    , m_session(session)
{
    connect(&session, &Session::eventApplied, this, [this](qint64 latencyMs) {
        ++m_events;
        m_worstMs = std::max(m_worstMs, latencyMs);
    });
    connect(&outbox, &Outbox::sent, this, [this](const Intent&, const QJsonObject&, int latencyMs) {
        if (latencyMs >= 0)
            m_sendLatency.add(m_store.now(), latencyMs);
    });
    connect(&m_second, &QTimer::timeout, this, &HealthSeries::sample);
    m_second.start(1000);
}

void HealthSeries::sample()
{
    const qint64 nowMs = m_store.now();
    m_queueLength.add(nowMs, m_store.counts().queue);
    m_eventRate.add(nowMs, std::exchange(m_events, 0));
    if (const qint64 worst = std::exchange(m_worstMs, -1); worst >= 0)
        m_eventLatency.add(nowMs, static_cast<double>(worst));
    if (m_session.isLive() && m_session.latencyMs() >= 0)
        m_roundTrip.add(nowMs, m_session.latencyMs());
    emit changed();
}

} // namespace signalbox::console
