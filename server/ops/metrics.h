// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sessionmeta.h"
#include "gateway/bus.h"
#include "shared/catalog.h"
#include "shared/errors.h"

#include <QByteArray>

#include <array>
#include <memory>
#include <optional>

namespace signalbox {

/// What is read off the house rather than counted as it happens; taken when somebody asks for the metrics.
struct LoadSample
{
    std::array<int, 4> connections{}; ///< open ones, by TransportKind
    qint64 historyBytes = 0;
    qsizetype channels = 0; ///< that the broker keeps
};

/// The server's Prometheus instruments (spec section 10). The names are a contract: dashboards and alert rules use
/// them (packaging/grafana). Counting is for any thread and takes no lock but a histogram's own; every label has a
/// bounded set of values, so no client can make the exposition grow. Times are seconds.
class Metrics final : public BusObserver
{
public:
    /// The loop of the core thread, beside the workers 0 to `workers` - 1.
    static constexpr int kCoreLoop = -1;

    Metrics(const Catalog& catalog, int workers, const QByteArray& version);
    ~Metrics() override;
    Q_DISABLE_COPY_MOVE(Metrics)

    // Any thread:

    /// `signalbox_events_total{name}`: a name outside the catalogue counts as "other".
    void eventPublished(const Event& event) override;
    /// `signalbox_publishes_refused_total{code}`; the doors count what never reached the bus.
    void publishRefused(ErrorCode code) override;
    /// `signalbox_deliveries_total`, and once for the event `signalbox_publish_to_delivery_seconds`: one worker has
    /// handed an event to so many sessions, so long after its publication. Nothing for no session.
    void delivered(quint64 sessions, double seconds);
    /// `dispatch_errors{reason}`: an event did not reach a session that should have had it, or what another system said
    /// became no event.
    void dispatchFailed(ErrorCode reason);
    /// `signalbox_connections_opened_total{connection_type}`.
    void connectionOpened(TransportKind transport);
    /// `ws_ping_latency`: from a ping to its pong.
    void pingAnswered(double seconds);
    void slowClientClosed();           ///< `signalbox_slow_client_closes_total`
    void resumed(bool recovered);      ///< `signalbox_resumes_total{result="recovered|reset"}`
    void httpAnswered(int status);     ///< `signalbox_http_requests_total{status}`; "other" outside 100 to 599
    void authFailed(ErrorCode reason); ///< `signalbox_auth_failures_total{reason}`
    void rateLimited();                ///< `signalbox_rate_limited_total`
    /// `signalbox_event_loop_lag_seconds{loop}`; fed by LoopLag. Unknown loops are passed over.
    void loopLagged(int loop, double seconds);

    /// The text format of Prometheus, version 0.0.4, with the process's own figures.
    QByteArray exposition() const;

    // Core thread:

    /// `active_connections` and `websocket_connections_total` (a gauge in spite of its name, as seed 003's dashboards
    /// read it), `websocket_connections_by_type{connection_type}`, `signalbox_history_bytes`, `signalbox_channels`.
    void setLoad(const LoadSample& sample);
    /// `signalbox_part_up{part}`: 1 or 0; nothing takes the part out (it is disabled).
    void setPart(const QByteArray& part, std::optional<bool> up);

private:
    struct Instruments;
    const std::unique_ptr<Instruments> m_instruments;
};

} // namespace signalbox
