// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialect.h"
#include "histogram.h"

#include <cstdint>
#include <vector>

namespace signalbox::bench {

// For each publish: how many subscribers have it and when the last of them got it. Each thread keeps one; together
// they give the time from a publish to the last of all its subscribers. Follows at most 4 million publishes.
class FanoutTable
{
public:
    explicit FanoutTable(const Options& options);

    void add(size_t channel, const EventNumbers& numbers, int64_t atNs);
    void merge(const FanoutTable& other);

    // Times of the publishes that were sent at or after `fromNs` and reached every subscriber of their channel.
    Histogram completed(int64_t fromNs) const;

private:
    struct Slot
    {
        uint32_t count = 0;
        int64_t sentNs = 0;
        int64_t lastNs = 0;
    };

    Slot* slot(size_t row, uint64_t seq);

    const size_t m_channels;
    const size_t m_subscribers;
    size_t m_slots = 0;
    std::vector<std::vector<Slot>> m_rows; // publisher × channel, then seq - 1
};

// How many of `subscribers`, dealt out in turn, listen to a channel.
size_t subscribersOf(size_t channel, size_t subscribers, size_t channels);

} // namespace signalbox::bench
