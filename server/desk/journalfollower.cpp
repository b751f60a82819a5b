// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/journalfollower.h"

#include <algorithm>
#include <iterator>

namespace signalbox {

namespace {

constexpr int kPage = 500;

} // namespace

void JournalFollower::opened(Store& store, Store::Access access)
{
    m_collected = m_told;
    if (access == Store::Access::Read)
        return;
    if (m_knowsTop) {
        readMissed(store);
    } else if (store.begin(Store::Access::Read)) {
        m_told = m_collected = store.journal().logTop().offset;
        m_knowsTop = !store.failure();
        store.rollback();
    }
}

std::vector<JournalEvent> JournalFollower::othersBefore(Store& store, quint64 sequence) const
{
    std::vector<JournalEvent> others;
    if (!m_isShared || !m_committed)
        return others;
    quint64 last = m_collected;
    while (last + 1 < sequence) {
        std::vector<JournalEvent> page = store.journal().allAfter(last, kPage);
        const auto behind = std::find_if(page.begin(), page.end(),
                                         [sequence](const JournalEvent& event) { return event.sequence >= sequence; });
        page.erase(behind, page.end());
        if (page.empty())
            break;
        last = page.back().sequence;
        std::move(page.begin(), page.end(), std::back_inserter(others));
    }
    return others;
}

void JournalFollower::readMissed(Store& store)
{
    while (store.begin(Store::Access::Read)) {
        std::vector<JournalEvent> events = store.journal().allAfter(m_told, kPage);
        store.rollback();
        if (events.empty())
            return;
        tell(std::move(events));
    }
}

void JournalFollower::tell(std::vector<JournalEvent> events)
{
    if (events.empty())
        return;
    m_told = events.back().sequence;
    m_collected = std::max<quint64>(m_collected, m_told);
    if (m_committed)
        m_committed(std::move(events));
}

} // namespace signalbox
