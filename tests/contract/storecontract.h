// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/sqlstore.h"

#include <QObject>

#include <functional>
#include <memory>

namespace signalbox {

/// A database under test, empty at first. One per test function; made by the factory, owned by the contract.
class StoreWorld
{
public:
    virtual ~StoreWorld() = default;
    virtual QByteArray url() const = 0;
};

using StoreFactory = std::function<std::unique_ptr<StoreWorld>()>;

/// The promises of desk/store.h as tests. A test program inherits this class, gives the factory of its database and
/// adds what is that database's own.
class StoreContract : public QObject
{
    Q_OBJECT

public:
    explicit StoreContract(StoreFactory factory)
        : m_factory(std::move(factory))
    {
    }

protected:
    StoreWorld& world() { return *m_world; }
    Store& store() { return *m_store; }
    /// One more connection to the same database; null, with a warning, when it cannot be had.
    std::unique_ptr<Store> connect(Store::Access access);
    /// Runs this in a transaction of its own; false, with a warning, when it cannot be committed.
    bool inTransaction(const std::function<void()>& work);

    Dialog addDialog(const QString& guestName = {}, qint64 updatedMs = 1000);
    Message addMessage(qint64 dialogId, const QString& text, Sender sender = Sender::Client);
    Handoff addHandoff(qint64 dialogId, int priority = 0, qint64 queuedMs = 1000);
    JournalEvent publish(const std::vector<QByteArray>& channels, const QByteArray& data = "{}");
    QList<qint64> idsOf(const DialogFilter& filter, int pageSize = 3);

private slots:
    void initTestCase();
    void init();
    void cleanup();

    // storecontract.cpp: transactions
    void commitIsSeenByOthers();
    void rollbackLeavesNothing();
    void savepoints();
    void savepointAfterAFailure();
    void failureSticks();
    void failedTransactionIsNotCommitted();
    void readsAreSnapshots();
    void writersExcludeEachOther();
    void aSecondOpeningKeepsWhatIsThere();
    void urlsThatCannotWork_data();
    void urlsThatCannotWork();
    void twoOpenAtOnce();

    // storecontractdialogs.cpp
    void dialogKeepsEveryField();
    void anyText_data();
    void anyText();
    void dialogsAreUpdated();
    void tags();
    void listsAreFiltered();
    void listsArePaged();
    void pagesAreStable();
    void countsAndOpen();
    void messageKeepsEveryField();
    void messagesArePaged();
    void clientMessageIdsAreUnique();
    void messagesAreEdited();
    void guestMessagesAreCounted();
    void notes();

    // storecontractsearch.cpp
    void searchFindsWords_data();
    void searchFindsWords();
    void searchFindsGuests();
    void searchIsByNewestMatch();
    void searchIsPaged();
    void searchIsFiltered();
    void searchFollowsEdits();
    void searchFollowsRollbacks();
    void searchSyntaxIsText_data();
    void searchSyntaxIsText();
    void searchOfManyWords();
    void searchOfManyHitsGoesOn();

    // storecontractdesk.cpp
    void handoffKeepsEveryField();
    void oneOpenHandoffPerDialog();
    void queueOrder();
    void activeHandoffs();
    void reservedHandoffs();
    void meanHandling();
    void operatorKeepsEveryField();
    void operatorsByName();
    void loadAndCapacity();
    void refreshTokens();
    void cannedReplies();
    void audit();
    void webhookCalls();

    // storecontractjournal.cpp
    void eventsAreNumbered();
    void eventKeepsEveryField();
    void dataMayUseTheStore();
    void epochsDiffer();
    void epochsStay();
    void rolledBackEventsLeaveNoHole();
    void sequenceOfPositions();
    void eventsAfter();
    void eventsOfSeveralChannels();
    void trimmingByCount();
    void trimmingByAge();
    void completeness();
    void idempotencyKeys();

private:
    StoreFactory m_factory;
    std::unique_ptr<StoreWorld> m_world;
    std::unique_ptr<Store> m_store;

protected:
    qint64 m_nowMs = 1000; ///< of the next event that is published
};

} // namespace signalbox
