// SPDX-License-Identifier: GPL-3.0-or-later
#include "contract/storecontract.h"

#include "contract/storesamples.h"

#include <QTest>

#include <atomic>
#include <thread>

namespace signalbox {

using namespace Qt::StringLiterals;

void StoreContract::initTestCase()
{
    QVERIFY(m_factory != nullptr);
}

void StoreContract::init()
{
    m_world = m_factory();
    QVERIFY(m_world != nullptr);
    m_store = connect(Store::Access::Write);
    QVERIFY(m_store != nullptr);
}

void StoreContract::cleanup()
{
    m_store.reset();
    m_world.reset();
}

std::unique_ptr<Store> StoreContract::connect(Store::Access access)
{
    auto opened = openSqlStore(m_world->url(), access);
    if (opened)
        return std::move(opened).value();
    qWarning("%s", qPrintable(opened.error().text()));
    return nullptr;
}

bool StoreContract::inTransaction(const std::function<void()>& work)
{
    bool kept = store().begin(Store::Access::Write);
    if (kept) {
        work();
        kept = store().commit();
    }
    if (!kept)
        qWarning("%s", qPrintable(store().failure()->text()));
    return kept;
}

Dialog StoreContract::addDialog(const QString& guestName, qint64 updatedMs)
{
    Dialog dialog;
    dialog.guestName = guestName;
    dialog.createdMs = updatedMs;
    dialog.updatedMs = updatedMs;
    store().dialogs().insert(dialog);
    return dialog;
}

Message StoreContract::addMessage(qint64 dialogId, const QString& text, Sender sender)
{
    Message message;
    message.dialogId = dialogId;
    message.sender = sender;
    message.text = text;
    store().messages().insert(message);
    return message;
}

Handoff StoreContract::addHandoff(qint64 dialogId, int priority, qint64 queuedMs)
{
    Handoff handoff;
    handoff.dialogId = dialogId;
    handoff.priority = priority;
    handoff.queuedMs = queuedMs;
    store().handoffs().insert(handoff);
    return handoff;
}

JournalEvent StoreContract::publish(const std::vector<QByteArray>& channels, const QByteArray& data)
{
    JournalDraft draft;
    draft.name = "chat.message";
    draft.channels = channels;
    draft.data = [&data](quint64) { return data; };
    draft.timestampMs = m_nowMs;
    return store().journal().append(draft);
}

QList<qint64> StoreContract::idsOf(const DialogFilter& filter, int pageSize)
{
    constexpr int kMostPages = 1000;
    QList<qint64> ids;
    ListPlace place;
    for (int i = 0; i < kMostPages; ++i) {
        const DialogPage page = store().dialogs().page(filter, place, pageSize);
        for (const Dialog& dialog : page.items)
            ids.append(dialog.id);
        if (!page.next)
            return ids;
        place = *page.next;
    }
    qWarning("The pages have no end.");
    return {};
}

void StoreContract::commitIsSeenByOthers()
{
    const auto reader = connect(Store::Access::Read);
    QVERIFY(reader != nullptr);
    QVERIFY(store().begin(Store::Access::Write));
    const qint64 id = addDialog(u"Anna"_s).id;
    QCOMPARE(id, qint64{1});
    QVERIFY(reader->begin(Store::Access::Read));
    QVERIFY(!reader->dialogs().find(id));
    QVERIFY(reader->commit());
    QVERIFY(store().commit());
    QVERIFY(reader->begin(Store::Access::Read));
    QVERIFY(reader->dialogs().find(id));
    QCOMPARE(reader->dialogs().find(id)->guestName, u"Anna"_s);
    QVERIFY(reader->commit());
    QVERIFY(!reader->failure() && reader->isConnected());
}

void StoreContract::rollbackLeavesNothing()
{
    QVERIFY(store().begin(Store::Access::Write));
    const qint64 id = addDialog().id;
    addMessage(id, u"gone"_s);
    publish({"a"});
    store().rollback();
    QVERIFY(!store().failure());
    QVERIFY(inTransaction([&] {
        QVERIFY(!store().dialogs().find(id));
        QCOMPARE(store().dialogs().lastId(), qint64{0});
        QCOMPARE(store().journal().logTop().offset, quint64{0});
        QVERIFY(store().messages().after(id, 0, 10).empty());
    }));
}

void StoreContract::savepoints()
{
    qint64 first = 0;
    qint64 second = 0;
    qint64 third = 0;
    QVERIFY(inTransaction([&] {
        store().savepoint();
        first = addDialog().id;
        store().releaseSavepoint();
        store().savepoint();
        second = addDialog().id;
        publish({"a"});
        store().rollbackToSavepoint();
        QVERIFY(!store().dialogs().find(second));
        store().savepoint();
        third = addDialog(u"third"_s).id;
        store().releaseSavepoint();
    }));
    QVERIFY(inTransaction([&] {
        QVERIFY(store().dialogs().find(first));
        QCOMPARE(store().dialogs().find(third)->guestName, u"third"_s);
        QCOMPARE(store().dialogs().counts().value(DialogStatus::Ai), 2);
        QCOMPARE(store().journal().logTop().offset, quint64{0});
    }));
}

/// One job fails in the database: only its own work is undone, and the transaction goes on.
void StoreContract::savepointAfterAFailure()
{
    qint64 kept = 0;
    qint64 later = 0;
    QVERIFY(inTransaction([&] {
        kept = addDialog().id;
        store().savepoint();
        addMessage(kept, u"undone"_s);
        addMessage(kept + 999, u"a dialog that is not there"_s);
        QVERIFY(store().failure());
        store().rollbackToSavepoint();
        QVERIFY(!store().failure());
        store().savepoint();
        later = addMessage(kept, u"later"_s).id;
        store().releaseSavepoint();
    }));
    QVERIFY(inTransaction([&] {
        const auto messages = store().messages().after(kept, 0, 10);
        QCOMPARE(messages.size(), size_t{1});
        QCOMPARE(messages.front().id, later);
    }));
}

void StoreContract::failureSticks()
{
    qint64 id = 0;
    QVERIFY(inTransaction([&] { id = addDialog(u"Anna"_s).id; }));
    QVERIFY(store().begin(Store::Access::Write));
    addMessage(id + 999, u"a dialog that is not there"_s);
    QVERIFY(store().failure());
    QVERIFY(store().failure()->code == ErrorCode::Internal);
    QVERIFY(store().isConnected());
    // Nothing is returned or done any more.
    QVERIFY(!store().dialogs().find(id));
    QVERIFY(!store().dialogs().lock(id));
    QVERIFY(store().dialogs().page({}, {}, 10).items.empty());
    QVERIFY(!store().dialogs().page({}, {}, 10).next);
    QCOMPARE(addDialog().id, qint64{0});
    QVERIFY(publish({"a"}).placements.empty());
    QCOMPARE(store().journal().top("a"), Position());
    QVERIFY(!store().journal().isComplete("a", 0, 10));
    QCOMPARE(store().handoffs().queueLength(), 0);
    QVERIFY(!store().handoffs().meanHandlingMs(10));
    QCOMPARE(store().operators().capacity().total, 0);
    store().savepoint();
    store().releaseSavepoint();
    QVERIFY(store().failure());
    store().rollback();
    QVERIFY(!store().failure());
    QVERIFY(inTransaction([&] { QCOMPARE(store().dialogs().find(id)->guestName, u"Anna"_s); }));
}

void StoreContract::failedTransactionIsNotCommitted()
{
    QVERIFY(store().begin(Store::Access::Write));
    const qint64 id = addDialog().id;
    addMessage(id + 999, u"a dialog that is not there"_s);
    const Error failure = *store().failure();
    QVERIFY(!store().commit());
    QVERIFY(store().failure());
    QCOMPARE(store().failure()->message, failure.message);
    store().rollback();
    QVERIFY(inTransaction([&] { QVERIFY(!store().dialogs().find(id)); }));
    QVERIFY(!store().commit()); // nothing has begun
    QVERIFY(store().failure());
    QVERIFY(store().begin(Store::Access::Write)); // begins afresh
    QVERIFY(!store().failure());
    store().rollback();
}

void StoreContract::readsAreSnapshots()
{
    const auto reader = connect(Store::Access::Read);
    QVERIFY(reader != nullptr);
    qint64 id = 0;
    QVERIFY(inTransaction([&] { id = addDialog(u"before"_s).id; }));
    QVERIFY(reader->begin(Store::Access::Read));
    QVERIFY(inTransaction([&] {
        auto dialog = store().dialogs().lock(id);
        dialog->guestName = u"after"_s;
        store().dialogs().update(*dialog);
        publish({"a"});
    }));
    QCOMPARE(reader->dialogs().find(id)->guestName, u"before"_s);
    QCOMPARE(reader->journal().logTop().offset, quint64{0});
    QVERIFY(reader->commit());
    QVERIFY(reader->begin(Store::Access::Read));
    QCOMPARE(reader->dialogs().find(id)->guestName, u"after"_s);
    QCOMPARE(reader->journal().logTop().offset, quint64{1});
    QVERIFY(reader->commit());
}

/// Two servers, one database: each reads, adds one and writes, and nothing is lost.
void StoreContract::writersExcludeEachOther()
{
    constexpr int kRounds = 25;
    qint64 id = 0;
    QVERIFY(inTransaction([&] { id = addDialog().id; }));
    std::atomic<int> done = 0;
    const auto count = [&] {
        const auto own = connect(Store::Access::Write);
        for (int i = 0; own && i < kRounds; ++i) {
            if (!own->begin(Store::Access::Write))
                return;
            auto dialog = own->dialogs().lock(id);
            if (!dialog)
                return;
            ++dialog->unreadCount;
            own->dialogs().update(*dialog);
            JournalDraft draft;
            draft.name = "n";
            draft.channels = {"a", "b" + QByteArray::number(i)};
            own->journal().append(draft);
            if (own->commit())
                ++done;
        }
    };
    std::thread other(count);
    std::thread another(count);
    other.join();
    another.join();
    QCOMPARE(done.load(), 2 * kRounds);
    QVERIFY(inTransaction([&] {
        QCOMPARE(store().dialogs().find(id)->unreadCount, 2 * kRounds);
        const auto events = store().journal().after({"a"}, 0, 1000);
        QCOMPARE(events.size(), size_t{2 * kRounds});
        for (size_t i = 0; i < events.size(); ++i) {
            QCOMPARE(events[i].sequence, quint64{i + 1});
            QCOMPARE(events[i].placements.front().position.offset, quint64{i + 1});
        }
    }));
}

void StoreContract::aSecondOpeningKeepsWhatIsThere()
{
    qint64 id = 0;
    Position log;
    Position channel;
    QVERIFY(inTransaction([&] {
        id = addDialog(u"Anna"_s).id;
        publish({"a"});
        log = store().journal().logTop();
        channel = store().journal().top("a");
    }));
    m_store.reset();
    m_store = connect(Store::Access::Write);
    QVERIFY(m_store != nullptr);
    QVERIFY(inTransaction([&] {
        QVERIFY(store().dialogs().find(id));
        QCOMPARE(store().journal().logTop(), log);
        QCOMPARE(store().journal().top("a"), channel);
    }));
}

void StoreContract::urlsThatCannotWork_data()
{
    QTest::addColumn<QByteArray>("url");
    for (const char* url : {"", "sqlite:", "mysql://localhost/desk", "postgresql://localhost", "postgresql://",
                            "desk.db", "http://localhost/desk"})
        QTest::addRow("'%s'", url) << QByteArray(url);
}

void StoreContract::urlsThatCannotWork()
{
    QFETCH(const QByteArray, url);
    const auto opened = openSqlStore(url, Store::Access::Write);
    QVERIFY(!opened.ok());
    QVERIFY(opened.error().code == ErrorCode::InvalidField);
}

void StoreContract::twoOpenAtOnce()
{
    std::atomic<int> opened = 0;
    const auto open = [&] { opened += connect(Store::Access::Write) ? 1 : 0; };
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back(open);
    for (std::thread& thread : threads)
        thread.join();
    QCOMPARE(opened.load(), 4);
}

} // namespace signalbox
