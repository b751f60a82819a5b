// SPDX-License-Identifier: GPL-3.0-or-later
#include "loadworker.h"

#include "clock.h"

#include <algorithm>

namespace signalbox::bench {

namespace {

constexpr int64_t kIdleWakeNs = 2 * kMillisecond; // how soon a new phase is noticed
constexpr size_t kMaxOutstanding = 4096;          // per publisher in the open loop

} // namespace

LoadWorker::LoadWorker(const Options& options, const LoadControl& control, size_t index)
    : fanout(options)
    , m_options(options)
    , m_control(control)
    , m_dialect(Dialect::make(options))
{
    const auto threads = static_cast<size_t>(options.threads);
    for (size_t i = index; i < static_cast<size_t>(options.subscribers); i += threads) {
        const auto dialog = options.firstChannel + static_cast<long>(i) % options.channels;
        const Subscriber::Role role{m_subscribers.size(), options.transport, dialog, false};
        m_subscribers.push_back(std::make_unique<Subscriber>(m_loop, *m_dialect, *this, role));
        m_receipts.emplace_back(static_cast<size_t>(options.publishers));
    }
    for (size_t i = index; i < static_cast<size_t>(options.publishers); i += threads)
        m_publishers.push_back(std::make_unique<Publisher>(m_loop, *m_dialect, *this, options, i));
    if (options.rate > 0 && !m_publishers.empty()) {
        const double mine = static_cast<double>(m_publishers.size()) / static_cast<double>(options.publishers);
        m_interval = static_cast<double>(kSecond) / (options.rate * mine);
    }
}

void LoadWorker::run()
{
    for (Phase phase = Phase::Wait; phase != Phase::Stop; phase = m_control.phase.load()) {
        m_loop.turn(wakeTime(phase));
        if (phase == Phase::Connect)
            connectSome();
        publishDue(phase);
        share();
    }
    for (const auto& subscriber : m_subscribers)
        subscriber->reset();
    for (const auto& publisher : m_publishers)
        publisher->reset();
}

int64_t LoadWorker::wakeTime(Phase phase) const
{
    const int64_t idle = nowNs() + kIdleWakeNs;
    if (phase != Phase::Publish || m_interval == 0 || !m_publishing)
        return idle;
    return std::min(idle, static_cast<int64_t>(m_nextAt));
}

void LoadWorker::connectSome()
{
    const auto window = static_cast<size_t>(m_options.connectWindow);
    while (m_started < m_subscribers.size() && m_started - m_count.subscribed - m_count.refused < window) {
        Subscriber& next = *m_subscribers[m_started++];
        if (!next.subscribe(m_options.endpointOf(next.role().index)))
            onEnded(next, "no descriptor or port left");
    }
}

void LoadWorker::publishDue(Phase phase)
{
    const bool begins = phase == Phase::Publish && !m_publishing;
    m_publishing = phase == Phase::Publish;
    if (!m_publishing || m_publishers.empty())
        return;
    if (m_interval == 0) {
        if (begins)
            fillWindows();
        return;
    }
    const auto now = static_cast<double>(nowNs());
    if (begins)
        m_nextAt = now;
    for (; m_nextAt <= now; m_nextAt += m_interval) {
        Publisher& publisher = *m_publishers[m_turn++ % m_publishers.size()];
        if (publisher.outstanding() >= kMaxOutstanding) {
            ++m_count.failed;
            continue;
        }
        publishOne(publisher, static_cast<int64_t>(m_nextAt)); // when it was due: waiting here is latency too
        publisher.send();
    }
}

void LoadWorker::fillWindows()
{
    for (const auto& publisher : m_publishers) {
        while (publisher->outstanding() < static_cast<size_t>(m_options.window))
            publishOne(*publisher, nowNs());
        publisher->send();
    }
}

void LoadWorker::publishOne(Publisher& publisher, int64_t sentNs)
{
    publisher.publish(sentNs);
    ++m_count.published;
    m_count.expected += subscribersOf(publisher.lastChannel(), static_cast<size_t>(m_options.subscribers),
                                      static_cast<size_t>(m_options.channels));
}

void LoadWorker::onAnswered(Publisher& publisher, bool good)
{
    good ? ++m_count.answered : ++m_count.failed;
    if (good && m_interval == 0 && m_publishing)
        publishOne(publisher, nowNs()); // leaves with the other answers' successors
}

void LoadWorker::onSubscribed(Subscriber&)
{
    ++m_count.subscribed;
    connectSome();
}

void LoadWorker::onEvent(Subscriber& subscriber, const Incoming& event, int64_t atNs)
{
    ++m_count.received;
    m_count.lastReceivedNs = atNs;
    Receipt& receipt = m_receipts[subscriber.role().index];
    if (!receipt.add(event.numbers, event.position) &&
        (event.numbers.publisher >= static_cast<uint64_t>(m_options.publishers) || event.numbers.seq == 0))
        return;
    if (event.numbers.sentNs >= m_control.measureFromNs.load(std::memory_order_relaxed))
        latency.add(atNs - event.numbers.sentNs);
    fanout.add(static_cast<size_t>(subscriber.role().dialog - m_options.firstChannel), event.numbers, atNs);
}

void LoadWorker::onReset(Subscriber&)
{
    ++endings["reset message"]; // nobody resumes here, so nothing can have been lost
}

void LoadWorker::onEnded(Subscriber& subscriber, const std::string& reason)
{
    subscriber.isSubscribed() ? ++m_count.ended : ++m_count.refused;
    ++endings[reason];
}

void LoadWorker::share()
{
    const auto put = [](auto& shared, auto value) { shared.store(value, std::memory_order_relaxed); };
    put(progress.subscribed, m_count.subscribed);
    put(progress.refused, m_count.refused);
    put(progress.ended, m_count.ended);
    put(progress.published, m_count.published);
    put(progress.answered, m_count.answered);
    put(progress.failed, m_count.failed);
    put(progress.expected, m_count.expected);
    put(progress.received, m_count.received);
    put(progress.lastReceivedNs, m_count.lastReceivedNs);
    progress.turns.fetch_add(1, std::memory_order_release); // the last: it vouches for the others
}

void LoadWorker::addPublished(std::vector<std::vector<uint64_t>>& last) const
{
    for (const auto& publisher : m_publishers) {
        for (size_t channel = 0; channel < last[publisher->index()].size(); ++channel)
            last[publisher->index()][channel] += publisher->published(channel);
    }
}

Receipt::Findings LoadWorker::findings(const std::vector<std::vector<uint64_t>>& last) const
{
    Receipt::Findings sum;
    for (const auto& subscriber : m_subscribers) {
        const auto channel = static_cast<size_t>(subscriber->role().dialog - m_options.firstChannel);
        std::vector<uint64_t> heard;
        for (const auto& counts : last)
            heard.push_back(counts[channel]);
        sum += m_receipts[subscriber->role().index].findings(heard);
    }
    return sum;
}

} // namespace signalbox::bench
