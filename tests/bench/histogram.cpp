// SPDX-License-Identifier: GPL-3.0-or-later
#include "histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace signalbox::bench {

int Histogram::bucketOf(int64_t value)
{
    const auto v = static_cast<uint64_t>(std::max<int64_t>(value, 0));
    if (v < kSub)
        return static_cast<int>(v);
    const int shift = static_cast<int>(std::bit_width(v)) - 1 - kSubBits;
    const int bucket = (shift + 1) * kSub + static_cast<int>((v >> shift) - kSub);
    return std::min(bucket, kBuckets - 1);
}

int64_t Histogram::endOf(int bucket)
{
    if (bucket < kSub)
        return bucket;
    const int shift = bucket / kSub - 1;
    return (static_cast<int64_t>(kSub + bucket % kSub + 1) << shift) - 1;
}

void Histogram::add(int64_t value)
{
    ++m_buckets[static_cast<size_t>(bucketOf(value))];
    ++m_count;
    m_max = std::max(m_max, value);
}

void Histogram::merge(const Histogram& other)
{
    for (size_t i = 0; i < m_buckets.size(); ++i)
        m_buckets[i] += other.m_buckets[i];
    m_count += other.m_count;
    m_max = std::max(m_max, other.m_max);
}

int64_t Histogram::percentile(double share) const
{
    if (m_count == 0)
        return 0;
    const auto rank = std::max<uint64_t>(1, static_cast<uint64_t>(std::ceil(share * static_cast<double>(m_count))));
    uint64_t seen = 0;
    for (int i = 0; i < kBuckets; ++i) {
        seen += m_buckets[static_cast<size_t>(i)];
        if (seen >= rank)
            return std::min(endOf(i), m_max);
    }
    return m_max;
}

} // namespace signalbox::bench
