// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fanout.h"
#include "histogram.h"
#include "publisher.h"
#include "receipt.h"
#include "subscriber.h"

#include <atomic>
#include <limits>
#include <map>
#include <memory>
#include <vector>

namespace signalbox::bench {

enum class Phase { Wait, Connect, Publish, Stop };

// What the coordinator tells all workers.
struct LoadControl
{
    std::atomic<Phase> phase{Phase::Wait};
    std::atomic<int64_t> measureFromNs{std::numeric_limits<int64_t>::max()}; // latencies of events sent from then on
};

// What a worker tells the coordinator, refreshed after every turn of its loop.
struct LoadProgress
{
    std::atomic<uint64_t> subscribed{0};
    std::atomic<uint64_t> refused{0};   // subscriptions that did not come about
    std::atomic<uint64_t> ended{0};     // subscriptions that ended before their time
    std::atomic<uint64_t> published{0}; // sent
    std::atomic<uint64_t> answered{0};  // with 2xx
    std::atomic<uint64_t> failed{0};    // otherwise, or never
    std::atomic<uint64_t> expected{0};  // deliveries that the answered publishes must lead to
    std::atomic<uint64_t> received{0};
    std::atomic<int64_t> lastReceivedNs{0};
    std::atomic<uint64_t> turns{0}; // of its loop, ended
};

// One thread of load: its share of the subscribers and publishers on a loop of its own. The public data may be read
// when run() has returned, `progress` at any time.
class LoadWorker : public SubscriberListener, public PublisherListener
{
public:
    LoadWorker(const Options& options, const LoadControl& control, size_t index);

    void run();

    LoadProgress progress;
    Histogram latency;
    FanoutTable fanout;
    std::map<std::string, uint64_t> endings; // why subscriptions ended, and how often

    // Adds each publisher's counts to `last[publisher][channel]`.
    void addPublished(std::vector<std::vector<uint64_t>>& last) const;
    Receipt::Findings findings(const std::vector<std::vector<uint64_t>>& last) const;

private:
    struct Counters
    {
        uint64_t subscribed = 0, refused = 0, ended = 0, published = 0, answered = 0, failed = 0, expected = 0,
                 received = 0;
        int64_t lastReceivedNs = 0;
    };

    void onSubscribed(Subscriber& subscriber) override;
    void onEvent(Subscriber& subscriber, const Incoming& event, int64_t atNs) override;
    void onReset(Subscriber& subscriber) override;
    void onEnded(Subscriber& subscriber, const std::string& reason) override;
    void onAnswered(Publisher& publisher, bool good) override;

    void connectSome();
    void publishDue(Phase phase);
    void fillWindows();
    void publishOne(Publisher& publisher, int64_t sentNs);
    int64_t wakeTime(Phase phase) const;
    void share();

    const Options& m_options;
    const LoadControl& m_control;
    Loop m_loop;
    std::unique_ptr<Dialect> m_dialect;
    std::vector<std::unique_ptr<Subscriber>> m_subscribers;
    std::vector<Receipt> m_receipts;
    std::vector<std::unique_ptr<Publisher>> m_publishers;
    size_t m_started = 0; // subscribers that were told to connect
    Counters m_count;
    bool m_publishing = false;
    double m_interval = 0; // open loop: nanoseconds between this worker's publishes
    double m_nextAt = 0;
    size_t m_turn = 0;
};

} // namespace signalbox::bench
