// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenarios.h"

#include "clock.h"
#include "loadworker.h"
#include "process.h"
#include "report.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

namespace signalbox::bench {

namespace {

constexpr int64_t kMaxConnectNs = 120 * kSecond;
constexpr int64_t kMaxDrainNs = 20 * kSecond;

void sleepSeconds(double seconds)
{
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

// A moment of the run: what had been counted, and what the server had used.
struct Mark
{
    int64_t atNs = 0;
    uint64_t published = 0, answered = 0, failed = 0, expected = 0, received = 0;
    ProcessSample server;
};

class LoadRun
{
public:
    explicit LoadRun(const Options& options);
    ~LoadRun() { stop(); }
    LoadRun(const LoadRun&) = delete;
    LoadRun& operator=(const LoadRun&) = delete;

    bool connect();
    void publish();
    int report();

private:
    uint64_t sum(std::atomic<uint64_t> LoadProgress::*field) const;
    int64_t lastReceived() const;
    Mark mark() const;
    void publishFor(double seconds);
    void awaitTurns() const;
    void drain();
    void stop();
    void reportServer(Report& report) const;
    Receipt::Findings check() const;

    const Options& m_options;
    LoadControl m_control;
    std::vector<std::unique_ptr<LoadWorker>> m_workers;
    std::vector<std::thread> m_threads;
    ProcessSample m_before;
    ProcessSample m_connected;
    double m_connectSeconds = 0;
    Mark m_from;
    Mark m_to;
};

LoadRun::LoadRun(const Options& options)
    : m_options(options)
    , m_before(sampleProcess(static_cast<pid_t>(options.pid)))
{
    for (size_t i = 0; i < static_cast<size_t>(options.threads); ++i)
        m_workers.push_back(std::make_unique<LoadWorker>(options, m_control, i));
    for (const auto& worker : m_workers)
        m_threads.emplace_back([&one = *worker] { one.run(); });
}

uint64_t LoadRun::sum(std::atomic<uint64_t> LoadProgress::*field) const
{
    uint64_t total = 0;
    for (const auto& worker : m_workers)
        total += (worker->progress.*field).load(std::memory_order_relaxed);
    return total;
}

int64_t LoadRun::lastReceived() const
{
    int64_t last = 0;
    for (const auto& worker : m_workers)
        last = std::max(last, worker->progress.lastReceivedNs.load(std::memory_order_relaxed));
    return last;
}

Mark LoadRun::mark() const
{
    Mark mark;
    mark.atNs = nowNs();
    mark.published = sum(&LoadProgress::published);
    mark.answered = sum(&LoadProgress::answered);
    mark.failed = sum(&LoadProgress::failed);
    mark.expected = sum(&LoadProgress::expected);
    mark.received = sum(&LoadProgress::received);
    mark.server = sampleProcess(static_cast<pid_t>(m_options.pid));
    return mark;
}

bool LoadRun::connect()
{
    const auto wanted = static_cast<uint64_t>(m_options.subscribers);
    const int64_t start = nowNs();
    const auto done = [&] { return sum(&LoadProgress::subscribed) + sum(&LoadProgress::refused) >= wanted; };
    m_control.phase = Phase::Connect;
    while (!done() && nowNs() - start < kMaxConnectNs)
        sleepSeconds(0.002);
    m_connectSeconds = static_cast<double>(nowNs() - start) / kSecond;
    m_control.phase = Phase::Wait;
    sleepSeconds(m_options.settle);
    m_connected = sampleProcess(static_cast<pid_t>(m_options.pid));
    return sum(&LoadProgress::refused) == 0 && sum(&LoadProgress::subscribed) == wanted;
}

void LoadRun::publishFor(double seconds)
{
    m_control.phase = Phase::Publish;
    sleepSeconds(seconds);
    m_control.phase = Phase::Wait;
    awaitTurns();
    drain();
}

// Until each worker has seen what was set before and has shared what came of it: the turn under way may have begun
// earlier, the one after it has not. On a busy machine that takes its time.
void LoadRun::awaitTurns() const
{
    const int64_t start = nowNs();
    for (const auto& worker : m_workers) {
        const std::atomic<uint64_t>& turns = worker->progress.turns;
        const uint64_t wanted = turns.load(std::memory_order_acquire) + 2;
        while (turns.load(std::memory_order_acquire) < wanted && nowNs() - start < kMaxDrainNs)
            sleepSeconds(0.002);
    }
}

void LoadRun::drain()
{
    const int64_t start = nowNs();
    const auto quiet = static_cast<int64_t>(m_options.quiet * kSecond);
    int64_t changed = start;
    for (Mark last = mark(); nowNs() - start < kMaxDrainNs && nowNs() - changed < quiet;) {
        const Mark now = mark();
        if (now.answered + now.failed >= now.published && now.received >= now.expected)
            return;
        if (now.received != last.received || now.answered != last.answered)
            changed = nowNs();
        last = now;
        sleepSeconds(0.005);
    }
}

void LoadRun::publish()
{
    publishFor(m_options.warmup);
    sleepSeconds(0.05);
    m_from = mark();
    m_control.measureFromNs = m_from.atNs;
    publishFor(m_options.duration);
    sleepSeconds(0.05); // doubles that come late
    awaitTurns();
    m_to = mark();
}

void LoadRun::stop()
{
    m_control.phase = Phase::Stop;
    for (std::thread& thread : m_threads)
        thread.join();
    m_threads.clear();
}

Receipt::Findings LoadRun::check() const
{
    std::vector<std::vector<uint64_t>> last(static_cast<size_t>(m_options.publishers),
                                            std::vector<uint64_t>(static_cast<size_t>(m_options.channels)));
    for (const auto& worker : m_workers)
        worker->addPublished(last);
    Receipt::Findings findings;
    for (const auto& worker : m_workers)
        findings += worker->findings(last);
    return findings;
}

void LoadRun::reportServer(Report& report) const
{
    if (!m_before.ok || !m_connected.ok)
        return;
    const auto connections = static_cast<double>(std::max(1L, m_options.subscribers));
    const auto grown = static_cast<double>(m_connected.rssKiB - m_before.rssKiB);
    const auto connectCpu = static_cast<double>(m_connected.cpuNs - m_before.cpuNs) / 1000.0;
    report.count("server_rss_kib", static_cast<uint64_t>(m_connected.rssKiB));
    if (m_options.subscribers > 0)
        report.value("rss_kib_per_connection", grown / connections).value("connect_cpu_us", connectCpu / connections);
    if (m_options.idle || !m_to.server.ok)
        return;
    const auto cpu = static_cast<double>(m_to.server.cpuNs - m_from.server.cpuNs) / 1000.0;
    if (m_to.received > m_from.received)
        report.value("server_cpu_us_per_delivery", cpu / static_cast<double>(m_to.received - m_from.received));
    if (m_to.answered > m_from.answered)
        report.value("server_cpu_us_per_publish", cpu / static_cast<double>(m_to.answered - m_from.answered));
    report.value("server_cpu_share", cpu * 1000.0 / static_cast<double>(m_to.atNs - m_from.atNs));
}

int LoadRun::report()
{
    stop();
    const Receipt::Findings found = check();
    Histogram latency;
    FanoutTable fanout(m_options);
    for (const auto& worker : m_workers) {
        latency.merge(worker->latency);
        fanout.merge(worker->fanout);
        for (const auto& [reason, times] : worker->endings)
            std::fprintf(stderr, "loadgen: %llu × %s\n", static_cast<unsigned long long>(times), reason.c_str());
    }
    const uint64_t missing = static_cast<uint64_t>(m_options.subscribers) - sum(&LoadProgress::subscribed);
    const uint64_t errors = sum(&LoadProgress::failed) + sum(&LoadProgress::ended) + missing;
    Report report;
    const char* mode = m_options.idle ? "idle" : m_options.rate > 0 ? "open" : "closed";
    report.text("mode", mode).text("target", nameOf(m_options.target)).text("transport", nameOf(m_options.transport));
    report.count("subscribers", sum(&LoadProgress::subscribed));
    report.count("channels", static_cast<uint64_t>(m_options.channels)).value("connect_s", m_connectSeconds);
    if (!m_options.idle) {
        const auto publishes = m_to.answered - m_from.answered;
        const auto deliveries = m_to.received - m_from.received;
        const auto last = std::max(lastReceived(), m_from.atNs + static_cast<int64_t>(m_options.duration * kSecond));
        const double seconds = static_cast<double>(last - m_from.atNs) / kSecond;
        report.count("publishes", publishes).count("deliveries", deliveries);
        report.value("deliveries_per_s", static_cast<double>(deliveries) / seconds);
        report.value("publish_per_s", static_cast<double>(publishes) / seconds);
        report.latency("latency", latency).latency("last", fanout.completed(m_from.atNs));
        report.count("lost", found.lost).count("doubled", found.doubled).count("reordered", found.reordered);
        report.count("position_faults", found.positionFaults);
    }
    reportServer(report);
    report.count("errors", errors);
    std::printf("%s\n", report.line().c_str());
    return errors == 0 && (m_options.idle || found.clean()) ? 0 : 1;
}

} // namespace

int runLoad(const Options& options)
{
    LoadRun run(options);
    if (run.connect() && !options.idle)
        run.publish();
    return run.report();
}

} // namespace signalbox::bench
