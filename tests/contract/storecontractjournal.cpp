// SPDX-License-Identifier: GPL-3.0-or-later
// The journal of events.
#include "contract/storecontract.h"
#include "contract/storesamples.h"

#include "core/channel.h"

#include <QSet>
#include <QTest>

namespace signalbox {

using namespace Qt::StringLiterals;

namespace {

QList<quint64> sequencesOf(const std::vector<JournalEvent>& events)
{
    QList<quint64> sequences;
    for (const JournalEvent& event : events)
        sequences.append(event.sequence);
    return sequences;
}

bool isSame(const Placement& a, const Placement& b)
{
    return a.channel == b.channel && a.position == b.position;
}

bool isSame(const JournalEvent& a, const JournalEvent& b)
{
    return a.sequence == b.sequence && a.id == b.id && a.name == b.name && a.version == b.version && a.data == b.data &&
           a.chatName == b.chatName && a.chatData == b.chatData && a.conflateKey == b.conflateKey &&
           a.timestampMs == b.timestampMs &&
           std::equal(a.placements.begin(), a.placements.end(), b.placements.begin(), b.placements.end(),
                      [](const Placement& x, const Placement& y) { return isSame(x, y); });
}

} // namespace

void StoreContract::eventsAreNumbered()
{
    QVERIFY(inTransaction([&] {
        QCOMPARE(store().journal().logTop().offset, quint64{0});
        const JournalEvent first = publish({"a", "b"});
        const JournalEvent second = publish({"b"});
        const Position log = store().journal().logTop();
        QCOMPARE(first.sequence, quint64{1});
        QCOMPARE(second.sequence, quint64{2});
        QCOMPARE(log.offset, quint64{2});
        QCOMPARE(first.id, QByteArray(log.epoch + "-1"));
        QCOMPARE(first.placements.size(), size_t{2});
        QCOMPARE(first.placements[0].channel, QByteArray("a"));
        QCOMPARE(first.placements[0].position.offset, quint64{1});
        QCOMPARE(first.placements[1].channel, QByteArray("b"));
        QCOMPARE(second.placements[0].position.offset, quint64{2});
        QCOMPARE(second.placements[0].position.epoch, first.placements[1].position.epoch);
        QCOMPARE(store().journal().top("a"), first.placements[0].position);
        QCOMPARE(store().journal().top("b"), second.placements[0].position);
    }));
    QVERIFY(inTransaction([&] {
        QCOMPARE(publish({"a"}).sequence, quint64{3});
        QCOMPARE(store().journal().top("a").offset, quint64{2});
    }));
    QVERIFY(inTransaction([&] {
        for (int i = 4; i <= 36; ++i)
            publish({"c"});
        QVERIFY(store().journal().allAfter(35, 9).front().id.endsWith("-10")); // 36 in base 36
    }));
}

void StoreContract::eventKeepsEveryField()
{
    JournalDraft draft;
    draft.name = "dialog.message.created";
    draft.version = 2;
    draft.channels = {"dialog:17", "city:Нижний Новгород", "operator:a b:c"};
    draft.conflateKey = "key" + byteSample();
    draft.data = [](quint64 offset) -> QByteArray { return "{\"sequence\":" + QByteArray::number(offset) + '}'; };
    draft.chatName = "chat.message";
    draft.chatData = [](quint64 offset) -> QByteArray { return "{\"n\":" + QByteArray::number(offset + 1) + '}'; };
    draft.timestampMs = 1'700'000'000'001;
    for (const QByteArray& channel : draft.channels)
        QVERIFY(isValidChannelName(channel));
    JournalEvent event;
    QVERIFY(inTransaction([&] {
        publish({"dialog:17"});
        event = store().journal().append(draft);
    }));
    QCOMPARE(event.name, draft.name);
    QCOMPARE(event.version, 2);
    QCOMPARE(event.data, QByteArray(R"({"sequence":2})"));
    QCOMPARE(event.chatName, draft.chatName);
    QCOMPARE(event.chatData, QByteArray(R"({"n":3})"));
    QCOMPARE(event.conflateKey, draft.conflateKey);
    QCOMPARE(event.timestampMs, draft.timestampMs);
    QVERIFY(inTransaction([&] {
        for (const QByteArray& channel : draft.channels) {
            const auto events = store().journal().after({channel}, 1, 10);
            QCOMPARE(events.size(), size_t{1});
            QVERIFY(isSame(events.front(), event));
        }
    }));
}

/// The message of an event is written when its place is known.
void StoreContract::dataMayUseTheStore()
{
    Message message;
    JournalEvent event;
    QVERIFY(inTransaction([&] {
        message.dialogId = addDialog().id;
        publish({"dialog:1"});
        JournalDraft draft;
        draft.name = "n";
        draft.channels = {"dialog:1", "staff"};
        draft.data = [&](quint64 offset) {
            message.sequence = offset;
            store().messages().insert(message);
            return QByteArray::number(message.id);
        };
        event = store().journal().append(draft);
    }));
    QVERIFY(inTransaction([&] {
        QCOMPARE(store().messages().find(1, message.id)->sequence, quint64{2});
        QVERIFY(isSame(store().journal().after({"staff"}, 0, 10).front(), event));
    }));
}

void StoreContract::epochsDiffer()
{
    constexpr int kChannels = 50;
    QSet<QByteArray> epochs;
    QVERIFY(inTransaction([&] {
        epochs.insert(store().journal().logTop().epoch);
        for (int i = 0; i < kChannels; ++i) {
            const QByteArray name = "c" + QByteArray::number(i);
            if (i % 2 == 0)
                publish({name});
            epochs.insert(store().journal().top(name).epoch);
        }
    }));
    QCOMPARE(epochs.size(), kChannels + 1);
    for (const QByteArray& epoch : epochs)
        QVERIFY(Position::parse(Position{epoch, 1}.toString()));
}

/// A channel has its epoch before its first event, also for a reader, and keeps it.
void StoreContract::epochsStay()
{
    const auto reader = connect(Store::Access::Read);
    QVERIFY(reader != nullptr);
    QVERIFY(reader->begin(Store::Access::Read));
    const Position start = reader->journal().top("a");
    const Position log = reader->journal().logTop();
    QCOMPARE(start.offset, quint64{0});
    QVERIFY(!start.epoch.isEmpty());
    QCOMPARE(reader->journal().sequenceOf(start).value_or(99), quint64{0});
    QVERIFY(reader->journal().isComplete("a", 0, 10));
    QVERIFY(reader->commit());
    QVERIFY(inTransaction([&] {
        const JournalEvent event = publish({"a"});
        QCOMPARE(event.placements.front().position, (Position{start.epoch, 1}));
        QCOMPARE(store().journal().logTop(), (Position{log.epoch, 1}));
        QCOMPARE(store().journal().sequenceOf(start).value_or(99), quint64{0});
    }));
}

void StoreContract::rolledBackEventsLeaveNoHole()
{
    QVERIFY(inTransaction([&] {
        publish({"a"});
        store().savepoint();
        publish({"a", "b"});
        store().rollbackToSavepoint();
        store().savepoint();
        publish({"a", "c"});
        store().releaseSavepoint();
    }));
    QVERIFY(store().begin(Store::Access::Write));
    publish({"a", "b"});
    store().rollback();
    QVERIFY(inTransaction([&] {
        const JournalEvent event = publish({"a", "b"});
        QCOMPARE(event.sequence, quint64{3});
        QCOMPARE(event.placements[0].position.offset, quint64{3});
        QCOMPARE(event.placements[1].position.offset, quint64{1});
        QCOMPARE(sequencesOf(store().journal().allAfter(0, 10)), (QList<quint64>{1, 2, 3}));
    }));
}

void StoreContract::sequenceOfPositions()
{
    QVERIFY(inTransaction([&] {
        JournalStore& journal = store().journal();
        publish({"b"});
        const Position first = publish({"a"}).placements.front().position;
        publish({"b"});
        publish({"a"});
        QCOMPARE(journal.sequenceOf(first).value_or(0), quint64{2});
        QCOMPARE(journal.sequenceOf({first.epoch, 2}).value_or(0), quint64{4});
        QCOMPARE(journal.sequenceOf({first.epoch, 0}).value_or(99), quint64{0});
        QVERIFY(!journal.sequenceOf({first.epoch, 3}));
        QVERIFY(!journal.sequenceOf({first.epoch, ~quint64{0}}));
        QVERIFY(!journal.sequenceOf({"elsewhere", 1}));
        QVERIFY(!journal.sequenceOf({"elsewhere", 0}));
        QVERIFY(!journal.sequenceOf({{}, 0}));
        QVERIFY(!journal.sequenceOf(journal.logTop()));
        QVERIFY(!journal.sequenceOf({first.epoch + "x", 1}));
    }));
}

void StoreContract::eventsAfter()
{
    QVERIFY(inTransaction([&] {
        for (int i = 0; i < 100; ++i)
            publish({i % 3 == 0 ? "a" : "b"}, QByteArray::number(i)); // a: 1, 4, 7 … 100
        JournalStore& journal = store().journal();
        QCOMPARE(journal.after({"a"}, 0, 1000).size(), size_t{34});
        QCOMPARE(sequencesOf(journal.after({"a"}, 0, 3)), (QList<quint64>{1, 4, 7}));
        QCOMPARE(sequencesOf(journal.after({"a"}, 1, 2)), (QList<quint64>{4, 7}));
        QCOMPARE(sequencesOf(journal.after({"a"}, 2, 2)), (QList<quint64>{4, 7}));
        QCOMPARE(sequencesOf(journal.after({"a"}, 96, 9)), (QList<quint64>{97, 100}));
        QVERIFY(journal.after({"a"}, 100, 9).empty());
        QVERIFY(journal.after({"a"}, 1000, 9).empty());
        QVERIFY(journal.after({"c"}, 0, 9).empty());
        QVERIFY(journal.after({}, 0, 9).empty());
        for (quint64 i = 0; i < 100; ++i) // wherever it begins
            QCOMPARE(journal.after({"a"}, i, 1000).size(), size_t{34} - (i + 2) / 3);
        QCOMPARE(sequencesOf(journal.allAfter(97, 9)), (QList<quint64>{98, 99, 100}));
        QCOMPARE(sequencesOf(journal.allAfter(0, 2)), (QList<quint64>{1, 2}));
        QVERIFY(journal.allAfter(100, 2).empty());
        QCOMPARE(journal.allAfter(99, 2).front().data, QByteArray("99"));
    }));
}

void StoreContract::eventsOfSeveralChannels()
{
    QVERIFY(inTransaction([&] {
        publish({"a", "b"});
        publish({"b", "c"});
        publish({"c"});
        publish({"a", "b", "c"});
        JournalStore& journal = store().journal();
        QCOMPARE(sequencesOf(journal.after({"a", "b"}, 0, 9)), (QList<quint64>{1, 2, 4}));
        QCOMPARE(sequencesOf(journal.after({"b", "a"}, 0, 2)), (QList<quint64>{1, 2}));
        QCOMPARE(sequencesOf(journal.after({"a", "c", "unknown"}, 1, 9)), (QList<quint64>{2, 3, 4}));
        QCOMPARE(journal.after({"a"}, 1, 9).front().placements.size(), size_t{3});
    }));
}

void StoreContract::trimmingByCount()
{
    QVERIFY(inTransaction([&] {
        for (int i = 0; i < 10; ++i)
            publish({"a"});
        publish({"a", "b"});
        publish({"c"});
    }));
    QVERIFY(inTransaction([&] {
        JournalStore& journal = store().journal();
        const QByteArray epoch = journal.top("a").epoch;
        journal.trimChannel("a", 3);
        journal.trimChannel("a", 5); // nothing more to drop
        journal.trimChannel("unknown", 3);
        QCOMPARE(sequencesOf(journal.after({"a"}, 0, 99)), (QList<quint64>{9, 10, 11}));
        QCOMPARE(sequencesOf(journal.allAfter(0, 99)), (QList<quint64>{9, 10, 11, 12}));
        QCOMPARE(journal.top("a"), (Position{epoch, 11}));
        QVERIFY(!journal.sequenceOf({epoch, 7}));
        QCOMPARE(journal.sequenceOf({epoch, 8}).value_or(0), quint64{8}); // everything behind it is there
        QCOMPARE(journal.sequenceOf({epoch, 9}).value_or(0), quint64{9});
        journal.trimChannel("a", 0);
        // The other channel still keeps the event of both.
        QCOMPARE(sequencesOf(journal.after({"b"}, 0, 99)), (QList<quint64>{11}));
        QVERIFY(journal.after({"a"}, 0, 99).empty());
        QCOMPARE(publish({"a"}).placements.front().position, (Position{epoch, 12}));
        QCOMPARE(sequencesOf(journal.after({"a"}, 0, 99)), (QList<quint64>{13}));
        QCOMPARE(sequencesOf(journal.after({"a"}, 12, 99)), (QList<quint64>{13}));
    }));
}

void StoreContract::trimmingByAge()
{
    QVERIFY(inTransaction([&] {
        for (int i = 1; i <= 10; ++i) {
            m_nowMs = i == 3 ? 9999 : i * 100; // the clock was wrong for a moment
            publish({"a", i % 2 == 0 ? "even" : "odd"});
        }
    }));
    QVERIFY(inTransaction([&] {
        JournalStore& journal = store().journal();
        QVERIFY(!journal.trimOlderThan(100, 0, 5));
        QCOMPARE(journal.allAfter(0, 99).size(), size_t{10});
        QVERIFY(journal.trimOlderThan(601, 0, 2));
        QVERIFY(journal.trimOlderThan(601, 0, 2));
        QVERIFY(!journal.trimOlderThan(601, 0, 3));
        QCOMPARE(sequencesOf(journal.allAfter(0, 99)), (QList<quint64>{7, 8, 9, 10}));
        QCOMPARE(sequencesOf(journal.after({"even"}, 0, 99)), (QList<quint64>{8, 10}));
        QVERIFY(!journal.isComplete("a", 5, 100));
        QVERIFY(journal.isComplete("a", 6, 100));
        QVERIFY(journal.isComplete("odd", 5, 100));
        QVERIFY(!journal.isComplete("even", 5, 100));
        journal.trimOlderThan(99'999, 0, 100);
        QVERIFY(journal.allAfter(0, 99).empty());
        QCOMPARE(journal.logTop().offset, quint64{10});
        QCOMPARE(journal.top("a").offset, quint64{10});
        QCOMPARE(journal.sequenceOf(journal.top("a")).value_or(0), quint64{10});
        QVERIFY(journal.isComplete("a", 10, 100));
        QCOMPARE(publish({"a"}).sequence, quint64{11});
    }));
}

void StoreContract::completeness()
{
    QVERIFY(inTransaction([&] {
        for (int i = 0; i < 10; ++i)
            publish({i % 2 == 0 ? "a" : "b"}); // a: 1, 3, 5, 7, 9
        JournalStore& journal = store().journal();
        QVERIFY(journal.isComplete("a", 0, 5));
        QVERIFY(!journal.isComplete("a", 0, 4)); // the first of five is beyond the bound
        QVERIFY(journal.isComplete("a", 1, 4));
        QVERIFY(!journal.isComplete("a", 4, 2));
        QVERIFY(journal.isComplete("a", 5, 2));
        QVERIFY(journal.isComplete("a", 9, 0));
        QVERIFY(!journal.isComplete("a", 8, 0));
        QVERIFY(journal.isComplete("nothing yet", 0, 0));
        journal.trimChannel("a", 2);
        QVERIFY(!journal.isComplete("a", 4, 100));
        QVERIFY(journal.isComplete("a", 5, 100));
        QVERIFY(journal.isComplete("a", 5, 2));
        QVERIFY(journal.isComplete("b", 0, 100));
    }));
}

void StoreContract::idempotencyKeys()
{
    const QByteArray key = "crm " + byteSample();
    JournalEvent event;
    QVERIFY(inTransaction([&] {
        m_nowMs = 500;
        event = publish({"a", "b"}, "{\"x\":1}");
        store().journal().insertKey(key, "fingerprint" + byteSample(), event);
        m_nowMs = 900;
        store().journal().insertKey("later", "f", publish({"a"}));
    }));
    QVERIFY(inTransaction([&] {
        JournalStore& journal = store().journal();
        auto known = journal.findKey(key);
        QVERIFY(known);
        QCOMPARE(known->fingerprint, QByteArray("fingerprint" + byteSample()));
        known->event.data = event.data; // is not kept
        QVERIFY(isSame(known->event, event));
        QVERIFY(!journal.findKey("crm"));
        QVERIFY(!journal.findKey(""));
        journal.trimOlderThan(99'999, 0, 100); // the events go, the keys stay
        QCOMPARE(journal.findKey(key)->event.placements.size(), size_t{2});
        QVERIFY(!journal.trimOlderThan(0, 500, 1));
        QVERIFY(journal.findKey(key));
        QVERIFY(journal.trimOlderThan(0, 501, 1));
        QVERIFY(!journal.findKey(key));
        QVERIFY(journal.findKey("later"));
        QVERIFY(!journal.trimOlderThan(0, 9999, 5));
        QVERIFY(!journal.findKey("later"));
    }));
    QVERIFY(inTransaction([&] { store().journal().insertKey(key, "f", event); }));
    QVERIFY(store().begin(Store::Access::Write));
    store().journal().insertKey(key, "f", event);
    QVERIFY(store().failure());
    store().rollback();
}

} // namespace signalbox
