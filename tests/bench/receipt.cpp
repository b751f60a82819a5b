// SPDX-License-Identifier: GPL-3.0-or-later
#include "receipt.h"

#include <charconv>
#include <functional>

namespace signalbox::bench {

using Verdict = SequenceTracker::Verdict;

Receipt::Findings& Receipt::Findings::operator+=(const Findings& other)
{
    lost += other.lost;
    doubled += other.doubled;
    reordered += other.reordered;
    positionFaults += other.positionFaults;
    return *this;
}

Receipt::Receipt(size_t publishers)
    : m_bySource(publishers)
{
    for (SequenceTracker& source : m_bySource)
        source.expect(1);
}

void Receipt::restart()
{
    for (SequenceTracker& source : m_bySource)
        source.restart();
    m_byPosition.restart();
    m_epoch = 0;
}

bool Receipt::add(const EventNumbers& numbers, std::string_view position)
{
    ++m_received;
    if (numbers.publisher >= m_bySource.size() || numbers.seq == 0) {
        ++m_seen.doubled; // nobody here sent that
        return false;
    }
    const Verdict verdict = m_bySource[numbers.publisher].see(numbers.seq);
    m_seen.doubled += verdict == Verdict::Doubled;
    m_seen.reordered += verdict == Verdict::Reordered;
    const bool positionFits = position.empty() || checkPosition(position);
    m_seen.positionFaults += !positionFits;
    return positionFits && verdict == Verdict::InOrder;
}

bool Receipt::checkPosition(std::string_view position)
{
    const size_t colon = position.rfind(':');
    if (colon == std::string_view::npos)
        return false;
    uint64_t offset = 0;
    const char* end = position.data() + position.size();
    if (std::from_chars(position.data() + colon + 1, end, offset).ptr != end)
        return false;
    const size_t epoch = std::hash<std::string_view>()(position.substr(0, colon)) | 1;
    const bool sameEpoch = m_epoch == 0 || m_epoch == epoch;
    m_epoch = epoch;
    return m_byPosition.see(offset) == Verdict::InOrder && sameEpoch;
}

Receipt::Findings Receipt::findings(const std::vector<uint64_t>& lastOf) const
{
    Findings found = m_seen;
    for (size_t i = 0; i < m_bySource.size(); ++i)
        found.lost += m_bySource[i].missing(lastOf[i]);
    return found;
}

} // namespace signalbox::bench
