// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/store.h"

#include <utility>

namespace signalbox {

/// What a command of the desk works with: the store, the time, and the events it causes. A command runs on the store's
/// thread, is one transaction together with what it emits, and may be run again from the start when the database asks
/// for it: it keeps no state of its own between runs and touches nothing but this. With an Error nothing is kept.
class DeskTransaction
{
public:
    DeskTransaction(Store& store, qint64 nowMs, Store::Access access = Store::Access::Write)
        : m_store(store)
        , m_nowMs(nowMs)
        , m_access(access)
    {
    }

    qint64 nowMs() const { return m_nowMs; }
    /// False in a query: nothing may be changed or published.
    bool mayWrite() const { return m_access == Store::Access::Write; }
    DialogStore& dialogs() { return m_store.dialogs(); }
    MessageStore& messages() { return m_store.messages(); }
    HandoffStore& handoffs() { return m_store.handoffs(); }
    OperatorStore& operators() { return m_store.operators(); }
    DeskTextStore& texts() { return m_store.texts(); }
    JournalStore& journal() { return m_store.journal(); }

    /// Publishes with the commit, in the order of the calls. Returns the event as it will be delivered; without
    /// placements when the store has failed.
    const JournalEvent& publish(JournalDraft draft);

    /// What was emitted so far; StoreThread takes it.
    std::vector<JournalEvent> takeEmitted() { return std::exchange(m_emitted, {}); }

private:
    Store& m_store;
    const qint64 m_nowMs;
    const Store::Access m_access;
    std::vector<JournalEvent> m_emitted;
};

} // namespace signalbox
