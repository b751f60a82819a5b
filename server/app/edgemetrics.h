// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ops/metrics.h"
#include "transport/edgeobserver.h"

namespace signalbox {

/// The doors' observer, told to the metrics.
class EdgeMetrics final : public EdgeObserver
{
public:
    explicit EdgeMetrics(Metrics& metrics)
        : m_metrics(metrics)
    {
    }

    void httpAnswered(int status) override { m_metrics.httpAnswered(status); }
    void authFailed(ErrorCode code) override { m_metrics.authFailed(code); }
    void rateLimited() override { m_metrics.rateLimited(); }
    void closedAsSlow() override { m_metrics.slowClientClosed(); }
    void resumed(bool recovered) override { m_metrics.resumed(recovered); }
    void pingAnswered(qint64 latencyMs) override { m_metrics.pingAnswered(static_cast<double>(latencyMs) / 1000.0); }
    void delivered(quint64 sessions, qint64 publishToDeliveryMs) override
    {
        m_metrics.delivered(sessions, static_cast<double>(publishToDeliveryMs) / 1000.0);
    }
    void connectionOpened(TransportKind transport) override { m_metrics.connectionOpened(transport); }
    void dispatchFailed(ErrorCode reason) override { m_metrics.dispatchFailed(reason); }

private:
    Metrics& m_metrics;
};

} // namespace signalbox
