// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/journalreplay.h"

#include "desk/journalmerge.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr size_t kMarks = 20'000;

struct JournalPart
{
    Replay replay;
    std::optional<quint64> after; ///< where it begins
};

/// In one transaction.
JournalPart readJournal(const JournalReplay::Question& asked, const std::optional<LogCursor>& cursor,
                        JournalStore& journal, int keep)
{
    Replay replay;
    replay.cursor.journal = journal.logTop();
    for (const QByteArray& channel : asked.durable)
        replay.tops.push_back({channel, journal.top(channel)});
    std::optional<quint64> after;
    if (asked.since) {
        const Position& top = replay.cursor.journal;
        if (cursor && cursor->journal.epoch == top.epoch)
            after = cursor->journal.offset;
        else if (asked.since->epoch == top.epoch)
            after = asked.since->offset;
        else if (!cursor)
            after = journal.sequenceOf(*asked.since);
        replay.recovered = after && *after <= top.offset &&
                           std::all_of(asked.durable.begin(), asked.durable.end(), [&](const QByteArray& channel) {
                               return journal.isComplete(channel, *after, keep);
                           });
    }
    if (after && replay.recovered) {
        const int most = keep * static_cast<int>(asked.durable.size());
        for (const JournalEvent& event : journal.after(asked.durable, *after, most))
            replay.events.push_back(eventOf(event, replay.cursor.journal.epoch));
    }
    return {std::move(replay), after};
}

} // namespace

/// On its way.
struct JournalReplay::Asked : Question
{
    std::optional<LogCursor> cursor; ///< of `since`, when it is one or a position in memory
};

JournalReplay::JournalReplay(VolatileBroker& memory, StoreThread& store, ToCore toCore)
    : m_memory(memory)
    , m_store(store)
    , m_toCore(std::move(toCore))
{
}

void JournalReplay::noteDelivered(quint64 sequence, quint64 memoryOffset)
{
    m_marks.push_back({sequence, memoryOffset});
    if (m_marks.size() > kMarks)
        m_marks.pop_front();
}

void JournalReplay::ask(Question question, quint64 top, int keep)
{
    Asked asked{std::move(question), std::nullopt};
    if (asked.since) {
        asked.cursor = LogCursor::parse(*asked.since);
        if (!asked.cursor)
            asked.cursor = m_memory.cursorOf(*asked.since);
    }
    if (asked.durable.empty()) {
        askMemory(std::move(asked), top);
        return;
    }
    const auto found = std::make_shared<JournalPart>();
    m_store.postReading(
        [asked, found, keep](DeskTransaction& transaction) -> Result<void> {
            *found = readJournal(asked, asked.cursor, transaction.journal(), keep);
            return {};
        },
        [this, asked, found](const Result<void>& outcome) {
            m_toCore([this, asked, found, outcome] {
                if (outcome)
                    answer(asked, std::move(found->replay), found->after);
                else
                    asked.done(outcome.error());
            });
        });
}

void JournalReplay::askMemory(Asked asked, quint64 top)
{
    const bool isCursor = asked.since && asked.cursor;
    const bool isOfTheFuture = isCursor && asked.cursor->journal.offset > top;
    m_memory.replay(asked.channels,
                    isOfTheFuture ? Position{"-", 0}
                    : isCursor    ? asked.cursor->memory
                                  : asked.since,
                    std::move(asked.done));
}

/// Adds what memory has, and brings all into the order asked.
void JournalReplay::answer(const Asked& asked, Replay replay, std::optional<quint64> journalAfter)
{
    std::optional<Position> since;
    if (asked.since && !asked.memory.empty()) {
        since = Position{QByteArrayLiteral("-"), 0};
        const auto offset = journalAfter ? memoryOffsetAt(*journalAfter) : std::nullopt;
        if (asked.cursor)
            since = asked.cursor->memory;
        else if (offset)
            since = Position{m_memory.logTop().epoch, *offset};
    }
    if (asked.memory.empty()) { // goes on whatever becomes of memory
        Replay nothing;
        nothing.cursor.memory = m_memory.logTop();
        complete(asked, std::move(replay), nothing, journalAfter);
        return;
    }
    m_memory.replay(asked.memory, since, [this, asked, replay = std::move(replay), journalAfter](Result<Replay> own) {
        if (own.ok())
            complete(asked, replay, *own, journalAfter);
        else
            asked.done(own.error());
    });
}

void JournalReplay::complete(const Asked& asked, Replay replay, const Replay& own, std::optional<quint64> journalAfter)
{
    replay.cursor.memory = own.cursor.memory;
    replay.recovered = replay.recovered && own.recovered;
    replay.tops.insert(replay.tops.end(), own.tops.begin(), own.tops.end());
    std::vector<ChannelTop> tops;
    for (const QByteArray& channel : asked.channels)
        tops.push_back(*std::find_if(replay.tops.begin(), replay.tops.end(),
                                     [&](const ChannelTop& top) { return top.channel == channel; }));
    replay.tops = std::move(tops);
    std::vector<EventPtr> others = own.events;
    settleJournal(others, replay.cursor.journal.epoch, journalAfter.value_or(0));
    replay.events.insert(replay.events.end(), others.begin(), others.end());
    if (replay.recovered) {
        mergeByDelivery(replay.events);
        const bool isOfNow = asked.cursor && asked.cursor->memory.epoch == own.cursor.memory.epoch;
        completeCursors(replay.events, {own.cursor.memory.epoch, isOfNow ? asked.cursor->memory.offset : 0});
    } else {
        replay.events.clear();
    }
    asked.done(std::move(replay));
}

/// Where memory's log stood when the event with this number was delivered; nothing when that is not remembered.
std::optional<quint64> JournalReplay::memoryOffsetAt(quint64 sequence) const
{
    const auto mark = std::lower_bound(m_marks.begin(), m_marks.end(), sequence,
                                       [](const Mark& entry, quint64 value) { return entry.sequence < value; });
    if (mark == m_marks.end() || mark->sequence != sequence)
        return std::nullopt;
    return mark->memoryOffset;
}

} // namespace signalbox
