// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/volatilebroker.h"
#include "desk/storethread.h"

#include <deque>
#include <functional>

namespace signalbox {

/// Reads what was missed of channels in the journal and of others, and makes one answer of it. Core thread.
class JournalReplay
{
public:
    /// Runs the task on the core thread, in the order of the calls; any thread.
    using ToCore = std::function<void(std::function<void()>)>;
    struct Question
    {
        std::vector<QByteArray> channels; ///< in the order of the answer
        std::vector<QByteArray> durable;  ///< of them: in the journal,
        std::vector<QByteArray> memory;   ///< and in memory
        std::optional<Position> since;
        Broker::ReplayDone done;
    };

    /// Everything outlives this, and this whatever the store still has to answer.
    JournalReplay(VolatileBroker& memory, StoreThread& store, ToCore toCore);

    /// Memory stood there when the event with this number was delivered. Of the last ones.
    void noteDelivered(quint64 sequence, quint64 memoryOffset);
    /// `top` is the number of the last event that was delivered, `keep` how many each channel holds.
    void ask(Question question, quint64 top, int keep);

private:
    struct Asked;
    void askMemory(Asked asked, quint64 top);
    void answer(const Asked& asked, Replay replay, std::optional<quint64> journalAfter);
    void complete(const Asked& asked, Replay replay, const Replay& own, std::optional<quint64> journalAfter);
    std::optional<quint64> memoryOffsetAt(quint64 sequence) const;

    VolatileBroker& m_memory;
    StoreThread& m_store;
    const ToCore m_toCore;
    struct Mark
    {
        quint64 sequence = 0;
        quint64 memoryOffset = 0;
    };
    std::deque<Mark> m_marks; ///< bounded
};

} // namespace signalbox
