// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/transaction.h"

namespace signalbox {

const JournalEvent& DeskTransaction::publish(JournalDraft draft)
{
    draft.timestampMs = m_nowMs;
    JournalEvent event = journal().append(draft);
    event.isOfPublish = draft.isOfPublish;
    m_emitted.push_back(std::move(event));
    return m_emitted.back();
}

} // namespace signalbox
