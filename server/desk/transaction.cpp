// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/transaction.h"

namespace signalbox {

Position DeskTransaction::publish(JournalDraft draft)
{
    draft.timestampMs = m_nowMs;
    JournalEvent event = journal().append(draft);
    if (event.placements.empty())
        return {}; // the store has failed
    event.volatileChannels = std::move(draft.volatileChannels);
    const Position first = event.placements.front().position;
    m_emitted.push_back(std::move(event));
    return first;
}

} // namespace signalbox
