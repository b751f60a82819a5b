// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/store.h"

#include <atomic>
#include <functional>

namespace signalbox {

/// How far the events of a journal have been handed on, own ones and those that other servers write into it, each once
/// and in the order of their sequence. The store's thread's, but for isBehind().
class JournalFollower
{
public:
    using Committed = std::function<void(std::vector<JournalEvent>)>;

    /// `isShared`: others write this journal, too.
    explicit JournalFollower(bool isShared)
        : m_isShared(isShared)
    {
    }
    void setCommitted(Committed committed) { m_committed = std::move(committed); }

    /// The store has been opened, the first time or again: begins where the journal stands, or hands on events of a
    /// commit whose outcome was not known.
    void opened(Store& store, Store::Access access);
    /// What others have written and nobody has been told, up to that sequence number. In a transaction.
    std::vector<JournalEvent> othersBefore(Store& store, quint64 sequence) const;
    /// It waits, with all before it, to be told with a job's answer.
    void collected(quint64 sequence) { m_collected = sequence; }
    void tell(std::vector<JournalEvent> events);
    /// Somebody has written further than was told. Any thread.
    bool isBehind(quint64 sequence) const { return sequence > m_told; }

private:
    void readMissed(Store& store);

    const bool m_isShared;
    Committed m_committed;           ///< may be empty
    std::atomic<quint64> m_told = 0; ///< sequence up to which events were handed on
    bool m_knowsTop = false;         ///< m_told has been read
    quint64 m_collected = 0;         ///< or wait to be, with a job's answer
};

} // namespace signalbox
