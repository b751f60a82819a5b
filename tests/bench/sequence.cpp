// SPDX-License-Identifier: GPL-3.0-or-later
#include "sequence.h"

namespace signalbox::bench {

namespace {

constexpr size_t kMaxHoles = 4096;

} // namespace

void SequenceTracker::expect(uint64_t first)
{
    m_next = first;
    m_started = true;
}

void SequenceTracker::restart()
{
    m_started = false;
    m_holes.clear();
}

SequenceTracker::Verdict SequenceTracker::see(uint64_t number)
{
    if (!m_started)
        expect(number);
    if (number == m_next) [[likely]] {
        ++m_next;
        return Verdict::InOrder;
    }
    if (number < m_next)
        return fillHole(number) ? Verdict::Reordered : Verdict::Doubled;
    if (m_holes.size() < kMaxHoles)
        m_holes.emplace_back(m_next, number - 1);
    m_next = number + 1;
    return Verdict::AfterGap;
}

bool SequenceTracker::fillHole(uint64_t number)
{
    for (auto it = m_holes.begin(); it != m_holes.end(); ++it) {
        const auto [first, last] = *it;
        if (number < first || number > last)
            continue;
        it = m_holes.erase(it);
        if (number < last)
            it = m_holes.emplace(it, number + 1, last);
        if (number > first)
            m_holes.emplace(it, first, number - 1);
        return true;
    }
    return false;
}

uint64_t SequenceTracker::holes() const
{
    uint64_t count = 0;
    for (const auto& [first, last] : m_holes)
        count += last - first + 1;
    return count;
}

uint64_t SequenceTracker::missing(uint64_t last) const
{
    if (!m_started)
        return 0;
    return holes() + (last + 1 > m_next ? last + 1 - m_next : 0);
}

} // namespace signalbox::bench
