// SPDX-License-Identifier: GPL-3.0-or-later
#include "fanout.h"

#include <algorithm>

namespace signalbox::bench {

namespace {

constexpr size_t kMaxSlots = 4'000'000;

} // namespace

size_t subscribersOf(size_t channel, size_t subscribers, size_t channels)
{
    return subscribers / channels + (channel < subscribers % channels ? 1 : 0);
}

FanoutTable::FanoutTable(const Options& options)
    : m_channels(static_cast<size_t>(options.channels))
    , m_subscribers(static_cast<size_t>(options.subscribers))
    , m_rows(m_channels * static_cast<size_t>(options.publishers))
{
}

FanoutTable::Slot* FanoutTable::slot(size_t row, uint64_t seq)
{
    std::vector<Slot>& slots = m_rows[row];
    if (seq > slots.size()) {
        if (seq > kMaxSlots || m_slots + seq - slots.size() > kMaxSlots)
            return nullptr;
        m_slots += seq - slots.size();
        slots.resize(seq);
    }
    return &slots[seq - 1];
}

void FanoutTable::add(size_t channel, const EventNumbers& numbers, int64_t atNs)
{
    Slot* found = slot(numbers.publisher * m_channels + channel, numbers.seq);
    if (!found)
        return;
    ++found->count;
    found->sentNs = numbers.sentNs;
    found->lastNs = atNs;
}

void FanoutTable::merge(const FanoutTable& other)
{
    for (size_t row = 0; row < m_rows.size(); ++row) {
        for (size_t i = 0; i < other.m_rows[row].size(); ++i) {
            const Slot& theirs = other.m_rows[row][i];
            Slot* ours = slot(row, i + 1);
            if (!ours)
                return;
            ours->count += theirs.count;
            ours->sentNs = std::max(ours->sentNs, theirs.sentNs);
            ours->lastNs = std::max(ours->lastNs, theirs.lastNs);
        }
    }
}

Histogram FanoutTable::completed(int64_t fromNs) const
{
    Histogram times;
    for (size_t row = 0; row < m_rows.size(); ++row) {
        const size_t wanted = subscribersOf(row % m_channels, m_subscribers, m_channels);
        for (const Slot& slot : m_rows[row]) {
            if (slot.sentNs >= fromNs && slot.count == wanted)
                times.add(slot.lastNs - slot.sentNs);
        }
    }
    return times;
}

} // namespace signalbox::bench
