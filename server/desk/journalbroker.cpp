// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/journalbroker.h"

#include "core/idempotency.h"
#include "desk/journalmerge.h"

#include <algorithm>
#include <future>

namespace signalbox {

namespace {

constexpr quint64 kTrimEvery = 100;

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

JournalBroker::JournalBroker(VolatileBroker& memory, StoreThread& store, const Clock& clock, Limits limits,
                             ToCore toCore)
    : m_memory(memory)
    , m_store(store)
    , m_clock(clock)
    , m_limits(limits)
    , m_toCore(std::move(toCore))
    , m_deferred(
          m_busy, [this](DeferredPublishes::Decided decided) { decide(std::move(decided)); },
          [this](std::vector<Publication> events, PublishDone done) { publishNow(std::move(events), std::move(done)); })
    , m_replay(memory, store, m_toCore)
{
}

Result<void> JournalBroker::start()
{
    std::promise<Result<void>> read;
    m_store.postReading(
        [this](DeskTransaction& transaction) -> Result<void> {
            m_top = transaction.journal().logTop();
            m_channels.learnLastDialog(transaction.dialogs().lastId());
            return {};
        },
        [&read](const Result<void>& outcome) { read.set_value(outcome); });
    Result<void> outcome = read.get_future().get();
    m_received = m_top.offset;
    m_memory.setJournal(m_top);
    m_replay.noteDelivered(m_top.offset, m_memory.logTop().offset);
    return outcome;
}

/// Another server may have made the dialog a moment ago.
bool JournalBroker::isUndecided(const QByteArray& channel) const
{
    return m_limits.isShared && m_channels.mayBecomeDurable(channel);
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
                if (m_channels.learnLastDialog(*last))
                    leaveMemory();
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
    if (isDurable(channel)) {
        m_listened.insert(channel);
        return;
    }
    m_memory.subscribe(channel);
    if (DeskChannels::isNumberedDialog(channel)) {
        m_listened.insert(channel);
        m_unsure.insert(channel);
    }
}

/// More dialogs are known to be the desk's.
void JournalBroker::leaveMemory()
{
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
        return (!m_deferred.isEmpty() && m_busy.concerns(event)) ||
               std::any_of(event.channels.begin(), event.channels.end(),
                           [this](const QByteArray& channel) { return isUndecided(channel); });
    };
    if (std::none_of(events.begin(), events.end(), mustWait)) {
        publishNow(std::move(events), std::move(done));
        return;
    }
    m_deferred.add(std::move(events), std::move(done));
}

void JournalBroker::publishNow(std::vector<Publication> events, PublishDone done)
{
    const auto goesToJournal = [this](const Publication& event) {
        return std::any_of(event.channels.begin(), event.channels.end(),
                           [this](const QByteArray& channel) { return isDurable(channel); });
    };
    const auto goesItsWay = [&](const Publication& event) { return goesToJournal(event) || m_busy.concerns(event); };
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
        m_busy.note(item.publication, 1);
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
        m_busy.note(item.publication, -1);
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
                             m_replay.noteDelivered(sequence, (*event)->cursor.memory.offset);
                         delivered(std::move(event));
                     });
}

/// A dialog that has an event in the journal is the desk's; a channel that has grown enough is trimmed.
void JournalBroker::noteTop(const Placement& place)
{
    if (m_channels.learn(place.channel))
        leaveMemory();
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
    JournalReplay::Question question{channels, {}, {}, since, std::move(done)};
    for (const QByteArray& channel : channels)
        (isDurable(channel) ? question.durable : question.memory).push_back(channel);
    m_replay.ask(std::move(question), m_top.offset, m_limits.eventsPerChannel);
}

} // namespace signalbox
