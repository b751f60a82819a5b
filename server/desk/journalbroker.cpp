// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/journalbroker.h"

#include "core/channel.h"
#include "core/idempotency.h"
#include "desk/journalmerge.h"

#include <algorithm>
#include <future>

namespace signalbox {

namespace {

constexpr size_t kMarks = 20'000;
constexpr quint64 kTrimEvery = 100;

bool isDurableKind(ChannelKind kind)
{
    switch (kind) {
    case ChannelKind::Staff:
    case ChannelKind::Operators:
    case ChannelKind::Directors:
    case ChannelKind::Operator:
    case ChannelKind::City:
    case ChannelKind::Order:
    case ChannelKind::User:
    case ChannelKind::System:
        return true;
    case ChannelKind::Dialog: // decided by its id
    case ChannelKind::Stream:
    case ChannelKind::Other:
        return false;
    }
    return false;
}

/// The number of a dialog's id as the desk writes it, or 0.
qint64 deskDialog(const QByteArray& key)
{
    bool isNumber = false;
    const qint64 id = key.toLongLong(&isNumber);
    return isNumber && id > 0 && QByteArray::number(id) == key ? id : 0;
}

} // namespace

/// A publish on its way: what becomes of each of its events.
struct JournalBroker::Taken
{
    enum class Kind : quint8 { Durable, Duplicate, Volatile };
    struct Item
    {
        Publication publication;
        Kind kind = Kind::Volatile;
        quint64 sequence = 0;
        EventPtr known;     ///< a repeat of what memory remembers
        JournalEvent first; ///< a repeat of what the journal remembers
        QByteArray fingerprint;
    };
    std::vector<Item> items;
    PublishDone done;
    std::vector<Published> answers;
    size_t missing = 0; ///< answers
    std::optional<Error> failed;

    void take(size_t index, Result<Published> one)
    {
        if (one.ok())
            answers[index] = std::move(*one);
        else
            failed = one.error();
        if (--missing > 0)
            return;
        if (failed)
            done(*failed);
        else
            done(std::move(answers));
    }
};

/// A replay on its way.
struct JournalBroker::Asked
{
    std::vector<QByteArray> channels;
    std::vector<QByteArray> durable;
    std::vector<QByteArray> memory;
    std::optional<Position> since;
    std::optional<LogCursor> cursor; ///< of `since`, when it is one or a position in memory
    ReplayDone done;
};

JournalBroker::JournalBroker(VolatileBroker& memory, StoreThread& store, const Clock& clock, Limits limits,
                             ToCore toCore)
    : m_memory(memory)
    , m_store(store)
    , m_clock(clock)
    , m_limits(limits)
    , m_toCore(std::move(toCore))
{
}

Result<void> JournalBroker::start()
{
    std::promise<Result<void>> read;
    m_store.postReading(
        [this](DeskTransaction& transaction) -> Result<void> {
            m_top = transaction.journal().logTop();
            m_lastDialog = transaction.dialogs().lastId();
            return {};
        },
        [&read](const Result<void>& outcome) { read.set_value(outcome); });
    Result<void> outcome = read.get_future().get();
    m_received = m_top.offset;
    m_memory.setJournal(m_top);
    m_marks.push_back({m_top.offset, m_memory.logTop().offset});
    return outcome;
}

bool JournalBroker::isDurable(const QByteArray& channel) const
{
    const ChannelName name = parseChannel(channel);
    if (name.kind != ChannelKind::Dialog)
        return isDurableKind(name.kind);
    const qint64 id = deskDialog(name.key);
    return id > 0 && id <= m_lastDialog;
}

/// Another server may have made the dialog a moment ago.
bool JournalBroker::isUndecided(const QByteArray& channel) const
{
    if (!m_limits.isShared)
        return false;
    const ChannelName name = parseChannel(channel);
    return name.kind == ChannelKind::Dialog && deskDialog(name.key) > m_lastDialog;
}

/// Looks how far the desk's dialogs go.
void JournalBroker::decide(std::function<void(const Result<void>&)> done)
{
    const auto last = std::make_shared<qint64>(0);
    m_store.postReading(
        [last](DeskTransaction& transaction) -> Result<void> {
            *last = transaction.dialogs().lastId();
            return {};
        },
        [this, last, done = std::move(done)](const Result<void>& outcome) {
            m_toCore([this, last, outcome, done] {
                knowDialogs(*last);
                done(outcome);
            });
        });
}

void JournalBroker::setSink(BrokerSink* sink)
{
    m_sink = sink;
    m_memory.setSink(this);
}

void JournalBroker::brokerEvent(const EventPtr& event)
{
    if (m_sink)
        m_sink->brokerEvent(event);
}

/// What becomes of memory is nothing to who listens to a dialog of the desk's, which memory may have been asked for
/// before that was known.
void JournalBroker::channelLost(const QByteArray& channel)
{
    if (m_sink && !isDurable(channel))
        m_sink->channelLost(channel);
}

void JournalBroker::subscribe(const QByteArray& channel)
{
    const ChannelName name = parseChannel(channel);
    if (isDurable(channel)) {
        m_listened.insert(channel);
        return;
    }
    m_memory.subscribe(channel);
    if (name.kind == ChannelKind::Dialog && deskDialog(name.key) > 0) {
        m_listened.insert(channel);
        m_unsure.insert(channel);
    }
}

void JournalBroker::knowDialogs(qint64 last)
{
    if (last <= m_lastDialog)
        return;
    m_lastDialog = last;
    const QSet<QByteArray> unsure = m_unsure;
    for (const QByteArray& channel : unsure) {
        if (!isDurable(channel))
            continue;
        m_unsure.remove(channel);
        m_memory.unsubscribe(channel);
    }
}

void JournalBroker::unsubscribe(const QByteArray& channel)
{
    m_listened.remove(channel);
    m_unsure.remove(channel);
    m_memory.unsubscribe(channel);
}

void JournalBroker::publish(std::vector<Publication> events, PublishDone done)
{
    const auto mustWait = [this](const Publication& event) {
        return (!m_deferred.empty() && isBusy(event)) ||
               std::any_of(event.channels.begin(), event.channels.end(),
                           [this](const QByteArray& channel) { return isUndecided(channel); });
    };
    if (std::none_of(events.begin(), events.end(), mustWait)) {
        publishNow(std::move(events), std::move(done));
        return;
    }
    for (const Publication& event : events)
        noteBusy(event, 1);
    m_deferred.push_back({std::move(events), std::move(done)});
    if (m_deferred.size() == 1)
        decide([this](const Result<void>& decided) { publishDeferred(decided); });
}

/// In their order; for what is undecided still, it was decided that it is not the desk's.
void JournalBroker::publishDeferred(const Result<void>& decided)
{
    for (size_t left = m_deferred.size(); left > 0; --left) {
        Deferred one = std::move(m_deferred.front());
        m_deferred.pop_front();
        for (const Publication& event : one.events)
            noteBusy(event, -1);
        if (decided)
            publishNow(std::move(one.events), std::move(one.done));
        else
            one.done(decided.error());
    }
    if (!m_deferred.empty())
        decide([this](const Result<void>& again) { publishDeferred(again); });
}

void JournalBroker::publishNow(std::vector<Publication> events, PublishDone done)
{
    const auto goesToJournal = [this](const Publication& event) {
        return std::any_of(event.channels.begin(), event.channels.end(),
                           [this](const QByteArray& channel) { return isDurable(channel); });
    };
    const auto goesItsWay = [&](const Publication& event) { return goesToJournal(event) || isBusy(event); };
    if (std::none_of(events.begin(), events.end(), goesItsWay)) {
        m_memory.publish(std::move(events), std::move(done));
        return;
    }
    const auto isOfMemoryToo = [this](const Publication& event) {
        return !std::all_of(event.channels.begin(), event.channels.end(),
                            [this](const QByteArray& channel) { return isDurable(channel); });
    };
    if (std::any_of(events.begin(), events.end(), isOfMemoryToo) && !m_memory.hasRoomFor(events)) {
        done(Error(ErrorCode::Unavailable, QStringLiteral("There is no room for this channel at present.")));
        return;
    }
    const auto taken = std::make_shared<Taken>();
    taken->done = std::move(done);
    QSet<QByteArray> durable;
    for (Publication& event : events) {
        for (const QByteArray& channel : event.channels) {
            if (isDurable(channel))
                durable.insert(channel);
        }
        const auto kind = goesToJournal(event) ? Taken::Kind::Durable : Taken::Kind::Volatile;
        const auto known = m_memory.repeated(event);
        if (!known) {
            taken->done(known.error());
            return;
        }
        const QByteArray fingerprint = event.idempotencyKey.isEmpty() ? QByteArray() : fingerprintOf(event);
        taken->items.push_back({std::move(event), kind, 0, known->value_or(nullptr), {}, fingerprint});
    }
    for (const Taken::Item& item : taken->items)
        noteBusy(item.publication, 1);
    m_store.post(
        [taken, durable](DeskTransaction& transaction) -> Result<void> {
            for (Taken::Item& item : taken->items) {
                if (item.kind == Taken::Kind::Volatile || item.known)
                    continue;
                item.kind = Taken::Kind::Durable;
                const Publication& event = item.publication;
                if (!event.idempotencyKey.isEmpty()) {
                    if (auto known = transaction.journal().findKey(event.idempotencyKey)) {
                        if (known->fingerprint != item.fingerprint)
                            return Error(ErrorCode::IdempotencyConflict);
                        item.kind = Taken::Kind::Duplicate;
                        item.first = std::move(known->event);
                        continue;
                    }
                }
                JournalDraft draft;
                draft.name = event.name;
                draft.version = event.version;
                draft.conflateKey = event.conflateKey;
                draft.data = [&event](quint64) { return event.data; };
                draft.isFromChat = event.isFromChat;
                draft.isOfPublish = true;
                for (const QByteArray& channel : event.channels)
                    (durable.contains(channel) ? draft.channels : draft.volatileChannels).push_back(channel);
                const JournalEvent& written = transaction.publish(std::move(draft));
                item.sequence = written.sequence;
                if (!event.idempotencyKey.isEmpty())
                    transaction.journal().insertKey(event.idempotencyKey, item.fingerprint, written);
            }
            return {};
        },
        [this, taken](const Result<void>& outcome) {
            m_toCore([this, taken, outcome] { published(taken, outcome); });
        });
}

/// Its events are delivered here, in their order, those of memory among those of the journal.
void JournalBroker::published(const std::shared_ptr<Taken>& taken, const Result<void>& outcome)
{
    for (const Taken::Item& item : taken->items)
        noteBusy(item.publication, -1);
    if (!outcome) {
        taken->done(outcome.error());
        return;
    }
    taken->answers.resize(taken->items.size());
    taken->missing = taken->items.size();
    for (size_t i = 0; i < taken->items.size(); ++i) {
        Taken::Item& item = taken->items[i];
        if (item.known) {
            taken->take(i, Published{item.known, true});
        } else if (item.kind == Taken::Kind::Durable) {
            deliverOne(m_ofPublishes.take(item.sequence), [this, taken, i](const Result<EventPtr>& event) {
                const Taken::Item& delivered = taken->items[i];
                if (event && !delivered.publication.idempotencyKey.isEmpty())
                    m_memory.rememberKey(delivered.publication.idempotencyKey, **event, delivered.fingerprint);
                taken->take(i, event ? Result<Published>(Published{*event, false}) : event.error());
            });
        } else if (item.kind == Taken::Kind::Duplicate) {
            const auto first = eventOf(item.first, m_top.epoch);
            first->cursor.memory = m_memory.logTop();
            taken->take(i, Published{first, true});
        } else {
            m_memory.publish(std::move(item.publication),
                             [taken, i](Result<Published> one) { taken->take(i, std::move(one)); });
        }
    }
}

bool JournalBroker::isBusy(const Publication& event) const
{
    return !m_busy.isEmpty() && std::any_of(event.channels.begin(), event.channels.end(),
                                            [this](const QByteArray& channel) { return m_busy.contains(channel); });
}

void JournalBroker::noteBusy(const Publication& event, int change)
{
    for (const QByteArray& channel : event.channels) {
        int& count = m_busy[channel];
        count += change;
        if (count == 0)
            m_busy.remove(channel);
    }
}

void JournalBroker::committed(std::vector<JournalEvent> events)
{
    m_toCore([this, events = std::move(events)] { deliver(events); });
}

void JournalBroker::deliver(const std::vector<JournalEvent>& events)
{
    for (const JournalEvent& event : events) {
        if (event.sequence <= m_received) // was there before the start
            continue;
        if (event.sequence > m_received + 1)
            loseOthers();
        m_received = event.sequence;
        if (event.isOfPublish)
            m_ofPublishes.insert(event.sequence, event);
        else
            deliverOne(event, [](const Result<EventPtr>&) {});
    }
}

/// Some of the other servers' events were trimmed before this one had read them, and nothing says where they went.
void JournalBroker::loseOthers()
{
    const QSet<QByteArray> listened = m_listened;
    for (const QByteArray& channel : listened) {
        if (m_sink)
            m_sink->channelLost(channel);
    }
}

void JournalBroker::deliverOne(const JournalEvent& from, VolatileBroker::Delivered delivered)
{
    m_top.offset = from.sequence;
    if (m_advanced)
        m_advanced();
    for (const Placement& place : from.placements)
        noteTop(place);
    m_memory.deliver(eventOf(from, m_top.epoch), from.volatileChannels,
                     [this, sequence = from.sequence, delivered = std::move(delivered)](Result<EventPtr> event) {
                         if (event.ok())
                             m_marks.push_back({sequence, (*event)->cursor.memory.offset});
                         if (m_marks.size() > kMarks)
                             m_marks.pop_front();
                         delivered(std::move(event));
                     });
}

/// A dialog that has an event in the journal is the desk's; a channel that has grown enough is trimmed.
void JournalBroker::noteTop(const Placement& place)
{
    const ChannelName name = parseChannel(place.channel);
    if (name.kind == ChannelKind::Dialog)
        knowDialogs(deskDialog(name.key));
    if (place.position.offset % kTrimEvery != 0 ||
        place.position.offset <= static_cast<quint64>(m_limits.eventsPerChannel))
        return;
    m_store.post(
        [channel = place.channel, keep = m_limits.eventsPerChannel](DeskTransaction& transaction) -> Result<void> {
            transaction.journal().trimChannel(channel, keep);
            return {};
        },
        [](const Result<void>&) {});
}

void JournalBroker::expire()
{
    m_memory.expire();
    if (m_expiring)
        return;
    m_expiring = true;
    const qint64 now = m_clock.wallMs();
    const auto more = std::make_shared<bool>(false);
    m_store.post(
        [more, oldest = now - m_limits.ageMs,
         keys = now - m_limits.idempotencyMs](DeskTransaction& transaction) -> Result<void> {
            constexpr int kAtOnce = 500;
            *more = transaction.journal().trimOlderThan(oldest, keys, kAtOnce);
            return {};
        },
        [this, more](const Result<void>& outcome) {
            m_toCore([this, again = outcome.ok() && *more] {
                m_expiring = false;
                if (again)
                    expire();
            });
        });
}

void JournalBroker::replay(const std::vector<QByteArray>& channels, const std::optional<Position>& since,
                           ReplayDone done)
{
    if (std::none_of(channels.begin(), channels.end(), [this](const QByteArray& c) { return isUndecided(c); })) {
        replayNow(channels, since, std::move(done));
        return;
    }
    decide([this, channels, since, done = std::move(done)](const Result<void>& decided) {
        if (decided)
            replayNow(channels, since, done);
        else
            done(decided.error());
    });
}

void JournalBroker::replayNow(const std::vector<QByteArray>& channels, const std::optional<Position>& since,
                              ReplayDone done)
{
    Asked asked{channels, {}, {}, since, std::nullopt, std::move(done)};
    for (const QByteArray& channel : channels)
        (isDurable(channel) ? asked.durable : asked.memory).push_back(channel);
    if (since) {
        asked.cursor = LogCursor::parse(*since);
        if (!asked.cursor)
            asked.cursor = m_memory.cursorOf(*since);
    }
    if (asked.durable.empty()) {
        const bool isCursor = since && asked.cursor;
        const bool isOfTheFuture = isCursor && asked.cursor->journal.offset > m_top.offset;
        m_memory.replay(channels,
                        isOfTheFuture ? Position{"-", 0}
                        : isCursor    ? asked.cursor->memory
                                      : since,
                        std::move(asked.done));
        return;
    }
    struct Found
    {
        Replay replay;
        std::optional<quint64> after;
    };
    const auto found = std::make_shared<Found>();
    m_store.postReading(
        [asked, found, keep = m_limits.eventsPerChannel](DeskTransaction& transaction) -> Result<void> {
            JournalStore& journal = transaction.journal();
            Replay replay;
            replay.cursor.journal = journal.logTop();
            for (const QByteArray& channel : asked.durable)
                replay.tops.push_back({channel, journal.top(channel)});
            std::optional<quint64> after;
            if (asked.since) {
                const Position& top = replay.cursor.journal;
                if (asked.cursor && asked.cursor->journal.epoch == top.epoch)
                    after = asked.cursor->journal.offset;
                else if (asked.since->epoch == top.epoch)
                    after = asked.since->offset;
                else if (!asked.cursor)
                    after = journal.sequenceOf(*asked.since);
                replay.recovered =
                    after && *after <= top.offset &&
                    std::all_of(asked.durable.begin(), asked.durable.end(),
                                [&](const QByteArray& channel) { return journal.isComplete(channel, *after, keep); });
            }
            if (after && replay.recovered) {
                const int most = keep * static_cast<int>(asked.durable.size());
                for (const JournalEvent& event : journal.after(asked.durable, *after, most))
                    replay.events.push_back(eventOf(event, replay.cursor.journal.epoch));
            }
            *found = {std::move(replay), after};
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

/// Adds what memory has, and brings all into the order asked.
void JournalBroker::answer(const Asked& asked, Replay replay, std::optional<quint64> journalAfter)
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

void JournalBroker::complete(const Asked& asked, Replay replay, const Replay& own, std::optional<quint64> journalAfter)
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
std::optional<quint64> JournalBroker::memoryOffsetAt(quint64 sequence) const
{
    const auto mark = std::lower_bound(m_marks.begin(), m_marks.end(), sequence,
                                       [](const Mark& entry, quint64 value) { return entry.sequence < value; });
    if (mark == m_marks.end() || mark->sequence != sequence)
        return std::nullopt;
    return mark->memoryOffset;
}

} // namespace signalbox
