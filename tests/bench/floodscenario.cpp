// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenarios.h"

#include "clock.h"
#include "flood.h"
#include "process.h"
#include "report.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <thread>
#include <vector>

namespace signalbox::bench {

namespace {

constexpr int64_t kMaxFloodNs = 120 * kSecond;
constexpr long kFloodWindow = 512;

class Flood
{
public:
    explicit Flood(const Options& options);
    int run();

private:
    void step();
    bool finished(int64_t startNs) const;
    int report() const;

    const Options& m_options;
    Loop m_loop;
    Attempt::Tally m_tally;
    uint64_t m_cut = 0;
    std::vector<std::unique_ptr<Attempt>> m_attempts;
    std::vector<std::unique_ptr<SlowHead>> m_slow;
    HealthProbe m_probe;
    uint64_t m_begun = 0;
    int64_t m_nextByteNs = 0;
    double m_attemptSeconds = 0;
    ProcessSample m_before;
    ProcessSample m_after;
};

Flood::Flood(const Options& options)
    : m_options(options)
    , m_probe(options)
    , m_before(sampleProcess(static_cast<pid_t>(options.pid)))
{
    for (long i = 0; i < std::min(kFloodWindow, options.attempts); ++i)
        m_attempts.push_back(std::make_unique<Attempt>(m_loop, options, m_tally));
    for (long i = 0; i < options.slowHeads; ++i)
        m_slow.push_back(std::make_unique<SlowHead>(m_loop, m_cut));
}

void Flood::step()
{
    const int64_t now = nowNs();
    for (const auto& attempt : m_attempts) {
        attempt->expire(now);
        if (!attempt->isBusy() && m_begun < static_cast<uint64_t>(m_options.attempts))
            attempt->begin(m_begun++);
    }
    if (now < m_nextByteNs)
        return;
    m_nextByteNs = now + kSecond;
    for (const auto& slow : m_slow)
        slow->sendByte();
}

bool Flood::finished(int64_t startNs) const
{
    const auto busy = [](const auto& attempt) { return attempt->isBusy(); };
    return m_begun >= static_cast<uint64_t>(m_options.attempts) &&
           std::none_of(m_attempts.begin(), m_attempts.end(), busy) &&
           nowNs() - startNs >= static_cast<int64_t>(m_options.duration * kSecond);
}

int Flood::run()
{
    std::atomic<bool> stop = false;
    std::thread prober([&] { m_probe.run(stop); });
    for (const auto& slow : m_slow)
        m_cut += !slow->open(m_options.endpoint);
    const int64_t start = nowNs();
    while (!finished(start) && nowNs() - start < kMaxFloodNs) {
        const bool attempting = m_begun < static_cast<uint64_t>(m_options.attempts);
        m_loop.turn(nowNs() + (attempting ? kMillisecond : 20 * kMillisecond));
        step();
        if (attempting)
            m_attemptSeconds = static_cast<double>(nowNs() - start) / kSecond;
    }
    stop = true;
    prober.join();
    m_after = sampleProcess(static_cast<pid_t>(m_options.pid));
    return report();
}

int Flood::report() const
{
    Histogram all = m_probe.kept;
    all.merge(m_probe.fresh);
    Report report;
    report.text("mode", "flood").text("target", nameOf(m_options.target)).count("attempts", m_begun);
    report.value("attempts_s", m_attemptSeconds).count("connected", m_tally.connected);
    report.count("lost", m_tally.lost).count("timed_out", m_tally.timedOut);
    for (const auto& [status, times] : m_tally.answers)
        report.count("status_" + std::to_string(status), times);
    report.count("slow_heads", m_slow.size()).count("slow_heads_cut", m_cut);
    report.count("health_probes", all.count()).count("health_failures", m_probe.failures);
    report.latency("health_kept", m_probe.kept).latency("health_fresh", m_probe.fresh);
    if (m_before.ok && m_after.ok) {
        report.count("server_rss_before_kib", static_cast<uint64_t>(m_before.rssKiB));
        report.count("server_rss_after_kib", static_cast<uint64_t>(m_after.rssKiB));
    }
    std::printf("%s\n", report.line().c_str());
    const bool late = m_options.healthLimitMs > 0 && all.max() > m_options.healthLimitMs * kMillisecond;
    return m_probe.failures == 0 && !late && all.count() > 0 ? 0 : 1;
}

} // namespace

int runFlood(const Options& options)
{
    return Flood(options).run();
}

} // namespace signalbox::bench
