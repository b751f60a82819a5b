// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenarios.h"

#include "clock.h"
#include "publisher.h"
#include "receipt.h"
#include "report.h"
#include "subscriber.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <memory>
#include <queue>
#include <random>

namespace signalbox::bench {

namespace {

constexpr int64_t kMaxConnectNs = 60 * kSecond;
constexpr int64_t kMaxDrainNs = 30 * kSecond;
constexpr int64_t kLingerNs = 500 * kMillisecond; // for doubles that come late
constexpr int64_t kStepNs = 5 * kMillisecond;
constexpr size_t kMaxLines = 50;
constexpr int kMaxRefusals = 200; // in a row, of one client

struct Client
{
    std::unique_ptr<Subscriber> subscriber;
    Receipt receipt;
    int refusals = 0;
    bool known = false; // subscribed at least once
};

class Soak : public SubscriberListener, public PublisherListener
{
public:
    explicit Soak(const Options& options);
    int run();

private:
    struct Due
    {
        int64_t atNs;
        size_t client;
        bool operator>(const Due& other) const { return atNs > other.atNs; }
    };

    void onSubscribed(Subscriber& subscriber) override;
    void onEvent(Subscriber& subscriber, const Incoming& event, int64_t atNs) override;
    void onReset(Subscriber& subscriber) override;
    void onEnded(Subscriber& subscriber, const std::string& reason) override;
    void onAnswered(Publisher& publisher, bool good) override;

    void turnUntil(int64_t untilNs, const std::function<bool()>& done, const std::function<void()>& step);
    void connectSome();
    void stepChurn();
    void dropOrOpen(Client& client);
    void schedule(size_t client, double meanSeconds);
    void publishDue();
    bool complete() const;
    void violation(const Subscriber& subscriber, const std::string& what);
    std::vector<uint64_t> lastOf(const Client& client) const;
    void check();
    int report() const;

    const Options& m_options;
    Loop m_loop;
    std::unique_ptr<Dialect> m_dialect;
    std::vector<Client> m_clients;
    std::vector<std::unique_ptr<Publisher>> m_publishers;
    std::priority_queue<Due, std::vector<Due>, std::greater<>> m_due;
    std::mt19937_64 m_random;
    bool m_churning = false;
    size_t m_started = 0;
    size_t m_known = 0;
    double m_nextPublishAt = 0;
    size_t m_published = 0;
    uint64_t m_failed = 0;
    uint64_t m_received = 0;
    int64_t m_lastNewsNs = 0; // an event or a subscription came
    uint64_t m_drops = 0;
    uint64_t m_unexpected = 0;
    uint64_t m_resets = 0;
    uint64_t m_violations = 0;
    Receipt::Findings m_found;
};

Soak::Soak(const Options& options)
    : m_options(options)
    , m_dialect(Dialect::make(options))
    , m_random(static_cast<uint64_t>(options.seed))
{
    const auto count = static_cast<size_t>(options.wsClients + options.sseClients);
    m_clients.reserve(count);
    for (size_t i = 0; i < count; ++i) {
        const bool ws = i < static_cast<size_t>(options.wsClients);
        const long dialog = options.firstChannel + static_cast<long>(i) % options.channels;
        const Subscriber::Role role{i, ws ? Transport::WebSocket : Transport::Sse, dialog, true};
        m_clients.push_back({std::make_unique<Subscriber>(m_loop, *m_dialect, *this, role),
                             Receipt(static_cast<size_t>(options.publishers))});
    }
    for (size_t i = 0; i < static_cast<size_t>(options.publishers); ++i)
        m_publishers.push_back(std::make_unique<Publisher>(m_loop, *m_dialect, *this, options, i));
}

void Soak::violation(const Subscriber& subscriber, const std::string& what)
{
    if (++m_violations <= kMaxLines) {
        std::fprintf(stderr, "violation: client %zu (%s, dialog:%ld): %s\n", subscriber.role().index,
                     nameOf(subscriber.role().transport), subscriber.role().dialog, what.c_str());
    }
}

void Soak::turnUntil(int64_t untilNs, const std::function<bool()>& done, const std::function<void()>& step)
{
    while (nowNs() < untilNs && !done()) {
        m_loop.turn(nowNs() + kStepNs);
        step();
    }
}

void Soak::connectSome()
{
    while (m_started < m_clients.size() && m_started - m_known < static_cast<size_t>(m_options.connectWindow)) {
        if (!m_clients[m_started].subscriber->subscribe(m_options.endpoint))
            schedule(m_started, 0.1);
        ++m_started;
    }
    stepChurn(); // the refused ones try again
}

void Soak::schedule(size_t client, double meanSeconds)
{
    std::exponential_distribution<double> wait(1.0 / meanSeconds);
    m_due.push({nowNs() + static_cast<int64_t>(wait(m_random) * kSecond), client});
}

void Soak::stepChurn()
{
    for (const int64_t now = nowNs(); !m_due.empty() && m_due.top().atNs <= now;) {
        const size_t index = m_due.top().client;
        m_due.pop();
        dropOrOpen(m_clients[index]);
    }
}

void Soak::dropOrOpen(Client& client)
{
    Subscriber& subscriber = *client.subscriber;
    if (!subscriber.isOpen()) {
        if (!subscriber.subscribe(m_options.endpoint))
            schedule(subscriber.role().index, 0.1);
        return;
    }
    if (!m_churning)
        return;
    if (!subscriber.hasCursor()) { // nothing to resume from yet
        schedule(subscriber.role().index, m_options.churn);
        return;
    }
    ++m_drops;
    m_random() % 2 == 0 ? subscriber.reset() : subscriber.close();
    schedule(subscriber.role().index, 0.25);
}

void Soak::publishDue()
{
    const auto now = static_cast<double>(nowNs());
    for (; m_nextPublishAt <= now; m_nextPublishAt += kSecond / m_options.rate) {
        Publisher& publisher = *m_publishers[m_published++ % m_publishers.size()];
        publisher.publish(nowNs());
        publisher.send();
    }
}

void Soak::onAnswered(Publisher&, bool good)
{
    m_failed += !good;
}

void Soak::onSubscribed(Subscriber& subscriber)
{
    Client& client = m_clients[subscriber.role().index];
    client.refusals = 0;
    m_lastNewsNs = nowNs();
    m_known += !client.known;
    client.known = true;
    if (m_options.churn > 0)
        schedule(subscriber.role().index, m_options.churn);
}

void Soak::onEvent(Subscriber& subscriber, const Incoming& event, int64_t atNs)
{
    m_lastNewsNs = atNs;
    if (++m_received == static_cast<uint64_t>(m_options.withhold))
        return;
    if (!m_clients[subscriber.role().index].receipt.add(event.numbers, event.position)) {
        violation(subscriber, "unexpected event " + std::to_string(event.numbers.seq) + " of publisher " +
                                  std::to_string(event.numbers.publisher) + " at position " +
                                  std::string(event.position));
    }
}

void Soak::onReset(Subscriber& subscriber)
{
    ++m_resets;
    m_clients[subscriber.role().index].receipt.restart();
    if (!m_options.allowReset)
        violation(subscriber, "reset: the server says that history is lost");
}

void Soak::onEnded(Subscriber& subscriber, const std::string& reason)
{
    Client& client = m_clients[subscriber.role().index];
    ++m_unexpected;
    if (!subscriber.isSubscribed() && ++client.refusals == kMaxRefusals)
        violation(subscriber, "cannot subscribe: " + reason);
    if (client.refusals < kMaxRefusals)
        schedule(subscriber.role().index, 0.1);
}

std::vector<uint64_t> Soak::lastOf(const Client& client) const
{
    std::vector<uint64_t> last;
    for (const auto& publisher : m_publishers)
        last.push_back(
            publisher->published(static_cast<size_t>(client.subscriber->role().dialog - m_options.firstChannel)));
    return last;
}

bool Soak::complete() const
{
    return std::all_of(m_clients.begin(), m_clients.end(), [this](const Client& client) {
        return client.subscriber->isSubscribed() && client.receipt.findings(lastOf(client)).lost == 0;
    });
}

void Soak::check()
{
    for (const Client& client : m_clients) {
        const Receipt::Findings found = client.receipt.findings(lastOf(client));
        m_found += found;
        if (found.lost > 0)
            violation(*client.subscriber, std::to_string(found.lost) + " events never came");
    }
    if (m_failed > 0) {
        ++m_violations;
        std::fprintf(stderr, "violation: %llu publishes failed\n", static_cast<unsigned long long>(m_failed));
    }
    if (m_received == 0 || m_received < static_cast<uint64_t>(m_options.withhold)) {
        ++m_violations;
        std::fprintf(stderr, "violation: only %llu events came in all\n", static_cast<unsigned long long>(m_received));
    }
}

int Soak::report() const
{
    Report report;
    report.text("mode", "soak").text("target", nameOf(m_options.target));
    report.count("ws", static_cast<uint64_t>(m_options.wsClients));
    report.count("sse", static_cast<uint64_t>(m_options.sseClients));
    report.count("channels", static_cast<uint64_t>(m_options.channels)).count("publishes", m_published);
    report.count("deliveries", m_received).count("drops", m_drops).count("unexpected_ends", m_unexpected);
    report.count("resets", m_resets).count("lost", m_found.lost).count("doubled", m_found.doubled);
    report.count("reordered", m_found.reordered).count("position_faults", m_found.positionFaults);
    report.count("errors", m_failed).count("violations", m_violations);
    std::printf("%s\n", report.line().c_str());
    return m_violations == 0 ? 0 : 1;
}

int Soak::run()
{
    const auto never = [] { return false; };
    turnUntil(
        nowNs() + kMaxConnectNs, [this] { return m_known == m_clients.size(); }, [this] { connectSome(); });
    if (m_known == m_clients.size()) {
        m_churning = m_options.churn > 0;
        m_nextPublishAt = static_cast<double>(nowNs());
        turnUntil(nowNs() + static_cast<int64_t>(m_options.duration * kSecond), never, [this] {
            publishDue();
            stepChurn();
        });
        m_churning = false;
        m_lastNewsNs = nowNs();
        const auto quiet = static_cast<int64_t>(m_options.quiet * kSecond);
        const auto settled = [&] { return nowNs() - m_lastNewsNs > quiet || complete(); };
        turnUntil(nowNs() + kMaxDrainNs, settled, [this] { stepChurn(); });
        turnUntil(nowNs() + kLingerNs, never, [this] { stepChurn(); });
    }
    check();
    return report();
}

} // namespace

int runSoak(const Options& options)
{
    Options adjusted = options;
    if (adjusted.rate <= 0)
        adjusted.rate = 50;
    return Soak(adjusted).run();
}

} // namespace signalbox::bench
