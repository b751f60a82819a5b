// SPDX-License-Identifier: GPL-3.0-or-later
#include "ops/metrics.h"

#include "ops/processmetrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <QHash>

#include <algorithm>
#include <atomic>
#include <initializer_list>
#include <iterator>
#include <numeric>
#include <string>

namespace signalbox {

namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;
using prometheus::Registry;

constexpr std::array kTransports{TransportKind::WebSocket, TransportKind::Sse, TransportKind::SocketIo,
                                 TransportKind::Polling};

Family<Counter>& counters(Registry& registry, const char* name, const char* help)
{
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

Family<Gauge>& gauges(Registry& registry, const char* name, const char* help)
{
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}

Family<Histogram>& histograms(Registry& registry, const char* name, const char* help)
{
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
}

Histogram::BucketBoundaries latencyBuckets()
{
    return {0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10};
}

/// Counters of one family under small numbers, each made when first needed and found without a lock afterwards.
template <size_t Size> class CounterRow
{
public:
    CounterRow(Family<Counter>& family, std::string label)
        : m_family(family)
        , m_label(std::move(label))
    {
    }

    template <typename LabelValue> Counter& at(size_t index, LabelValue value)
    {
        Counter* counter = m_counters[index].load(std::memory_order_acquire);
        if (!counter) {
            counter = &m_family.Add({{m_label, value()}}); // the same one, however many threads ask
            m_counters[index].store(counter, std::memory_order_release);
        }
        return *counter;
    }

private:
    Family<Counter>& m_family;
    const std::string m_label;
    std::array<std::atomic<Counter*>, Size> m_counters{};
};

/// A counter for each error code. Those that alerts watch are there from the start, because a rate needs the zero.
class ErrorCounters
{
public:
    ErrorCounters(Family<Counter>& family, std::string label, std::initializer_list<ErrorCode> present)
        : m_row(family, std::move(label))
    {
        for (const ErrorCode code : present)
            of(code);
    }
    Counter& of(ErrorCode code)
    {
        return m_row.at(static_cast<size_t>(code), [code] { return std::string(errorInfo(code).name); });
    }

private:
    CounterRow<static_cast<size_t>(ErrorCode::Count_)> m_row;
};

template <typename Metric> std::array<Metric*, kTransports.size()> byTransport(Family<Metric>& family)
{
    std::array<Metric*, kTransports.size()> row{};
    for (const TransportKind kind : kTransports)
        row[static_cast<size_t>(kind)] = &family.Add({{"connection_type", transportName(kind)}});
    return row;
}

} // namespace

struct Metrics::Instruments
{
    Instruments(const Catalog& catalog, int workers, const QByteArray& version);
    void addEvents(const Catalog& catalog);
    void addLoops(int workers);
    void addBuildInfo(const QByteArray& version);

    Registry registry;
    const ProcessMetrics process;

    Gauge& activeConnections = gauges(registry, "active_connections", "Open client connections.").Add({});
    Gauge& connectionsTotal =
        gauges(registry, "websocket_connections_total", "Open client connections of all types.").Add({});
    std::array<Gauge*, kTransports.size()> connectionsByType =
        byTransport(gauges(registry, "websocket_connections_by_type", "Open client connections by type."));
    std::array<Counter*, kTransports.size()> connectionsOpened =
        byTransport(counters(registry, "signalbox_connections_opened_total", "Client connections admitted."));
    Histogram& pingLatency =
        histograms(registry, "ws_ping_latency", "Seconds from a ping to its pong.").Add({}, latencyBuckets());

    ErrorCounters dispatchErrors{
        counters(registry, "dispatch_errors",
                 "Events that did not reach a session which should have had them, and messages of other systems in "
                 "Redis that became no event."),
        "reason",
        {ErrorCode::HistoryLost, ErrorCode::SlowConsumer, ErrorCode::Unavailable, ErrorCode::Internal}};
    Histogram& publishToDelivery =
        histograms(registry, "signalbox_publish_to_delivery_seconds",
                   "Seconds from an event's acceptance until a worker has handed it to its sessions.")
            .Add({}, latencyBuckets());
    Counter& deliveries =
        counters(registry, "signalbox_deliveries_total", "Events handed to sessions, each session counted.").Add({});

    Family<Counter>& eventFamily = counters(registry, "signalbox_events_total", "Events accepted, by name.");
    Counter& otherEvents = eventFamily.Add({{"name", "other"}});
    QHash<QByteArray, Counter*> events; ///< complete after construction
    ErrorCounters refusals{counters(registry, "signalbox_publishes_refused_total", "Publishes refused, by error code."),
                           "code",
                           {ErrorCode::Forbidden, ErrorCode::InvalidField, ErrorCode::UnknownEvent, ErrorCode::BadJson,
                            ErrorCode::Unavailable}};

    Counter& slowCloses =
        counters(registry, "signalbox_slow_client_closes_total", "Connections closed for reading too slowly.").Add({});
    Family<Counter>& resumes = counters(registry, "signalbox_resumes_total", "Resumes, by what came of them.");
    Counter& recovered = resumes.Add({{"result", "recovered"}});
    Counter& reset = resumes.Add({{"result", "reset"}});

    Family<Counter>& requests = counters(registry, "signalbox_http_requests_total", "HTTP answers, by status.");
    Counter& otherAnswers = requests.Add({{"status", "other"}});
    CounterRow<600> answers{requests, "status"};
    ErrorCounters authFailures{counters(registry, "signalbox_auth_failures_total", "Credentials refused, by reason."),
                               "reason",
                               {ErrorCode::Unauthorized, ErrorCode::TokenExpired, ErrorCode::Forbidden}};
    Counter& limited =
        counters(registry, "signalbox_rate_limited_total", "Requests and messages refused as too many.").Add({});

    std::vector<Histogram*> loops; ///< the core's, then the workers'; complete after construction
    Gauge& historyBytes =
        gauges(registry, "signalbox_history_bytes", "Bytes of events kept for those who resume.").Add({});
    Gauge& channels = gauges(registry, "signalbox_channels", "Channels that the broker keeps.").Add({});
    Family<Gauge>& partFamily =
        gauges(registry, "signalbox_part_up", "1 while a part of the server works, 0 when it is down.");
    QHash<QByteArray, Gauge*> parts; ///< core thread
};

Metrics::Instruments::Instruments(const Catalog& catalog, int workers, const QByteArray& version)
{
    addEvents(catalog);
    addLoops(workers);
    addBuildInfo(version);
    answers.at(200, [] { return std::string("200"); });
}

void Metrics::Instruments::addEvents(const Catalog& catalog)
{
    for (const EventSpec& spec : catalog.all())
        events.insert(spec.name, &eventFamily.Add({{"name", spec.name.toStdString()}}));
}

void Metrics::Instruments::addLoops(int workers)
{
    const Histogram::BucketBoundaries buckets{0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5};
    auto& family = histograms(registry, "signalbox_event_loop_lag_seconds", "How late an event loop serves its timer.");
    loops.push_back(&family.Add({{"loop", "core"}}, buckets));
    for (int worker = 0; worker < workers; ++worker)
        loops.push_back(&family.Add({{"loop", std::to_string(worker)}}, buckets));
}

void Metrics::Instruments::addBuildInfo(const QByteArray& version)
{
    auto& family = gauges(registry, "signalbox_build_info", "1; what is running, in its labels.");
    family.Add({{"version", version.toStdString()}, {"qt", qVersion()}}).Set(1);
}

Metrics::Metrics(const Catalog& catalog, int workers, const QByteArray& version)
    : m_instruments(std::make_unique<Instruments>(catalog, workers, version))
{
}

Metrics::~Metrics() = default;

void Metrics::eventPublished(const Event& event)
{
    Counter* counter = m_instruments->events.value(event.name);
    (counter ? *counter : m_instruments->otherEvents).Increment();
}

void Metrics::publishRefused(ErrorCode code)
{
    m_instruments->refusals.of(code).Increment();
}

void Metrics::delivered(quint64 sessions, double seconds)
{
    if (sessions == 0)
        return;
    m_instruments->deliveries.Increment(static_cast<double>(sessions));
    m_instruments->publishToDelivery.Observe(std::max(0.0, seconds)); // the wall clock may have been set back
}

void Metrics::dispatchFailed(ErrorCode reason)
{
    m_instruments->dispatchErrors.of(reason).Increment();
}

void Metrics::connectionOpened(TransportKind transport)
{
    m_instruments->connectionsOpened[static_cast<size_t>(transport)]->Increment();
}

void Metrics::pingAnswered(double seconds)
{
    m_instruments->pingLatency.Observe(std::max(0.0, seconds));
}

void Metrics::slowClientClosed()
{
    m_instruments->slowCloses.Increment();
}

void Metrics::resumed(bool recovered)
{
    (recovered ? m_instruments->recovered : m_instruments->reset).Increment();
}

void Metrics::httpAnswered(int status)
{
    if (status < 100 || status > 599) {
        m_instruments->otherAnswers.Increment();
        return;
    }
    m_instruments->answers.at(static_cast<size_t>(status), [status] { return std::to_string(status); }).Increment();
}

void Metrics::authFailed(ErrorCode reason)
{
    m_instruments->authFailures.of(reason).Increment();
}

void Metrics::rateLimited()
{
    m_instruments->limited.Increment();
}

void Metrics::loopLagged(int loop, double seconds)
{
    const auto index = static_cast<size_t>(loop - kCoreLoop);
    if (index < m_instruments->loops.size())
        m_instruments->loops[index]->Observe(seconds);
}

void Metrics::setLoad(const LoadSample& sample)
{
    const int all = std::accumulate(sample.connections.begin(), sample.connections.end(), 0);
    m_instruments->activeConnections.Set(all);
    m_instruments->connectionsTotal.Set(all);
    for (size_t kind = 0; kind < sample.connections.size(); ++kind)
        m_instruments->connectionsByType[kind]->Set(sample.connections[kind]);
    m_instruments->historyBytes.Set(static_cast<double>(sample.historyBytes));
    m_instruments->channels.Set(static_cast<double>(sample.channels));
}

void Metrics::setPart(const QByteArray& part, std::optional<bool> up)
{
    if (!up) {
        if (Gauge* gone = m_instruments->parts.take(part))
            m_instruments->partFamily.Remove(gone);
        return;
    }
    Gauge*& gauge = m_instruments->parts[part];
    if (!gauge)
        gauge = &m_instruments->partFamily.Add({{"part", part.toStdString()}});
    gauge->Set(*up ? 1 : 0);
}

QByteArray Metrics::exposition() const
{
    std::vector<prometheus::MetricFamily> families = m_instruments->registry.Collect();
    std::vector<prometheus::MetricFamily> process = m_instruments->process.Collect();
    std::move(process.begin(), process.end(), std::back_inserter(families));
    return QByteArray::fromStdString(prometheus::TextSerializer().Serialize(families));
}

} // namespace signalbox
