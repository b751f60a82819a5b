// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>

namespace signalbox::bench {

// Counts of non-negative values (nanoseconds here) in buckets of at most 1.6 % width. Fixed size, no allocation,
// one thread at a time; histograms of several threads are merged afterwards.
class Histogram
{
public:
    void add(int64_t value);
    void merge(const Histogram& other);

    uint64_t count() const { return m_count; }
    int64_t max() const { return m_max; }

    // The smallest value that `share` (0..1) of all values do not exceed, rounded up to its bucket's end; 0 when empty.
    int64_t percentile(double share) const;

private:
    static constexpr int kSubBits = 6;
    static constexpr int kSub = 1 << kSubBits;
    static constexpr int kBuckets = (42 - kSubBits) * kSub;

    static int bucketOf(int64_t value);
    static int64_t endOf(int bucket);

    std::array<uint64_t, kBuckets> m_buckets{};
    uint64_t m_count = 0;
    int64_t m_max = 0;
};

} // namespace signalbox::bench
