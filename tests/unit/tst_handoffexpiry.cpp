// SPDX-License-Identifier: GPL-3.0-or-later
// Leases, answers and reservations that end, on a real database and a clock that is turned.
// links: server_desk
#include "unit/handoffdesk.h"

#include <QTest>

using namespace signalbox;
using namespace signalbox::test;

namespace {

const Identity kSeven = person(Role::Operator, "7");
const Identity kEight = person(Role::Operator, "8");
const Identity kBot = person(Role::Service, "ai");

} // namespace

class TestHandoffExpiry : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { m_desk.reset(); }
    void nothingToDo();
    void leaseEnds();
    void renewedLeaseLasts();
    void unanswered();
    void answeredKeeps();
    void reservationEnds();
    void bounded();
    void guestsLearnTheirPlaces();
    void closedDialogsHaveNone();
    void leasesExtended();

private:
    HandoffDesk& desk() { return *m_desk; }
    void answer(qint64 dialogId);
    std::unique_ptr<HandoffDesk> m_desk;
    qint64 m_dialog = 0;
};

void TestHandoffExpiry::init()
{
    m_desk = std::make_unique<HandoffDesk>();
    desk().addOperator("7", 1000);
    desk().addOperator("8", 1000);
    m_dialog = desk().addDialog();
}

/// As the holder's first message does.
void TestHandoffExpiry::answer(qint64 dialogId)
{
    desk().with([dialogId](DeskTransaction& transaction) {
        Handoff handoff = transaction.handoffs().open(dialogId).value();
        handoff.answeredMs = transaction.nowMs();
        renewLease(transaction, handoff, HandoffDesk::kLeaseMs);
        return true;
    });
}

void TestHandoffExpiry::nothingToDo()
{
    QVERIFY(desk().request(kBot, m_dialog).ok());
    desk().takeEvents();
    desk().clock().advance(1'000'000);
    const HandoffExpiry expiry = desk().expire();
    QCOMPARE(expiry.changed, 0);
    QVERIFY(!expiry.nextMs);
    QVERIFY(desk().takeEvents().empty());
}

void TestHandoffExpiry::leaseEnds()
{
    QVERIFY(desk().request(kBot, m_dialog, 3).ok());
    const qint64 queuedMs = desk().clock().wallMs();
    desk().clock().advance(5000);
    const auto claim = desk().start(kSeven, m_dialog);
    desk().takeEvents();
    desk().clock().advance(HandoffDesk::kLeaseMs - 1);
    HandoffExpiry expiry = desk().expire();
    QCOMPARE(expiry.changed, 0);
    QCOMPARE(expiry.nextMs.value_or(0), claim->handoff.leaseUntilMs);
    desk().clock().advance(1);
    expiry = desk().expire();
    QCOMPARE(expiry.changed, 1);
    QVERIFY(!expiry.nextMs);
    const Handoff handoff = desk().open(m_dialog).value();
    QCOMPARE(handoff.status, HandoffStatus::Queued);
    QCOMPARE(handoff.queuedMs, queuedMs);
    QCOMPARE(handoff.priority, 13);
    QCOMPARE(handoff.returns, 1);
    QVERIFY(handoff.operatorId.isEmpty());
    const Dialog dialog = desk().dialog(m_dialog);
    QCOMPARE(dialog.status, DialogStatus::Queued);
    QVERIFY(dialog.operatorId.isEmpty());
    QCOMPARE(dialog.lastOperator, QByteArray("7"));
    QCOMPARE(dialog.fencing, 1U);
    QCOMPARE(desk().messages(m_dialog).back().systemType, QByteArray("operator_left"));
    QCOMPARE(desk().takeNames(), QByteArrayList({"dialog.status.changed", "dialog.message.created", "handoff.requested",
                                                 "operator.presence.updated", "handoff.queue.updated"}));
    QCOMPARE(desk().renew(kSeven, m_dialog, 1).error().code, ErrorCode::StaleFencing);
    QCOMPARE(desk().expire().changed, 0);
    QCOMPARE(desk().start(kEight, m_dialog)->handoff.fencing, 2U);
}

void TestHandoffExpiry::renewedLeaseLasts()
{
    QVERIFY(desk().start(kSeven, m_dialog).ok());
    answer(m_dialog);
    for (int i = 0; i < 5; ++i) {
        desk().clock().advance(HandoffDesk::kLeaseMs - 1);
        QCOMPARE(desk().expire().changed, 0);
        QVERIFY(desk().renew(kSeven, m_dialog, 1).ok());
    }
    desk().clock().advance(HandoffDesk::kLeaseMs);
    QVERIFY(desk().renew(kSeven, m_dialog, 1).ok()); // late, but nobody has noticed
    QCOMPARE(desk().expire().changed, 0);
}

void TestHandoffExpiry::unanswered()
{
    QVERIFY(desk().start(kSeven, m_dialog).ok());
    for (int i = 0; i < 3; ++i) {
        desk().clock().advance(HandoffDesk::kAnswerMs / 3 - (i == 2 ? 1 : 0));
        QVERIFY(desk().renew(kSeven, m_dialog, 1).ok());
    }
    QCOMPARE(desk().expire().changed, 0);
    desk().clock().advance(1);
    QCOMPARE(desk().expire().changed, 1);
    QCOMPARE(desk().dialog(m_dialog).status, DialogStatus::Queued);
    QCOMPARE(desk().messages(m_dialog).back().systemType, QByteArray("operator_left"));
}

void TestHandoffExpiry::answeredKeeps()
{
    QVERIFY(desk().start(kSeven, m_dialog).ok());
    answer(m_dialog);
    for (int i = 0; i < 10; ++i) {
        desk().clock().advance(HandoffDesk::kLeaseMs / 2);
        QVERIFY(desk().renew(kSeven, m_dialog, 1).ok());
    }
    QCOMPARE(desk().expire().changed, 0);
}

void TestHandoffExpiry::reservationEnds()
{
    QVERIFY(desk().start(kSeven, m_dialog).ok());
    QVERIFY(desk().transfer(kSeven, m_dialog, "8").ok());
    desk().takeEvents();
    desk().clock().advance(HandoffDesk::kAnswerMs - 1);
    HandoffExpiry expiry = desk().expire();
    QCOMPARE(expiry.changed, 0);
    QCOMPARE(expiry.nextMs.value_or(0), desk().clock().wallMs() + 1);
    QCOMPARE(desk().start(kSeven, m_dialog).error().code, ErrorCode::HandoffTaken);
    desk().clock().advance(1);
    expiry = desk().expire();
    QCOMPARE(expiry.changed, 1);
    QVERIFY(!expiry.nextMs);
    QVERIFY(desk().open(m_dialog)->reservedFor.isEmpty());
    QCOMPARE(desk().takeNames(), QByteArrayList({"handoff.queue.updated"}));
    QVERIFY(desk().start(kSeven, m_dialog).ok());
}

void TestHandoffExpiry::bounded()
{
    std::vector<qint64> dialogs{m_dialog};
    while (dialogs.size() < 120)
        dialogs.push_back(desk().addDialog());
    for (const qint64 id : dialogs)
        QVERIFY(desk().start(kSeven, id).ok());
    desk().clock().advance(HandoffDesk::kAnswerMs); // lease and answer at once: each counts once
    desk().takeEvents();
    HandoffExpiry expiry = desk().expire();
    QCOMPARE(expiry.changed, 50);
    QVERIFY(expiry.nextMs.value_or(0) <= desk().clock().wallMs());
    QCOMPARE(desk().takeNames().count("handoff.requested"), 50);
    QCOMPARE(desk().expire().changed, 50);
    expiry = desk().expire();
    QCOMPARE(expiry.changed, 20);
    QVERIFY(!expiry.nextMs);
    QCOMPARE(desk().queue().size(), 120U);
}

void TestHandoffExpiry::guestsLearnTheirPlaces()
{
    const qint64 second = desk().addDialog();
    const qint64 waiting = desk().addDialog();
    QVERIFY(desk().start(kSeven, m_dialog).ok());
    QVERIFY(desk().start(kEight, second).ok());
    QVERIFY(desk().request(kBot, waiting).ok());
    desk().takeEvents();
    desk().clock().advance(HandoffDesk::kLeaseMs);
    QCOMPARE(desk().expire().changed, 2);
    QCOMPARE(desk().queue(), std::vector<qint64>({m_dialog, second, waiting}));
    int toStaff = 0;
    for (const JournalEvent& event : desk().takeEvents()) {
        if (event.name != "handoff.queue.updated")
            continue;
        const QByteArray channel = event.placements.front().channel;
        toStaff += channel == "staff" ? 1 : 0;
        QVERIFY(channel == "staff" || channel == "dialog:" + QByteArray::number(waiting));
        if (channel != "staff")
            QCOMPARE(dataOf(event)[QLatin1String("queue_position")].toInt(), 3);
    }
    QCOMPARE(toStaff, 1);
}

void TestHandoffExpiry::closedDialogsHaveNone()
{
    QVERIFY(desk().start(kSeven, m_dialog).ok());
    desk().with([this](DeskTransaction& transaction) {
        Dialog dialog = transaction.dialogs().find(m_dialog).value();
        dialog.status = DialogStatus::Closed; // as no command leaves it
        transaction.dialogs().update(dialog);
        return true;
    });
    desk().clock().advance(HandoffDesk::kLeaseMs);
    QCOMPARE(desk().expire().changed, 1);
    QVERIFY(!desk().open(m_dialog));
    QCOMPARE(desk().dialog(m_dialog).status, DialogStatus::Closed);
    QCOMPARE(desk().expire().changed, 0);
}

void TestHandoffExpiry::leasesExtended()
{
    QVERIFY(desk().start(kSeven, m_dialog).ok());
    answer(m_dialog);
    desk().clock().advance(10 * HandoffDesk::kLeaseMs); // the server was away
    const auto extend = [](DeskTransaction& transaction) {
        return extendLeases(transaction, HandoffDesk::kLeaseMs).value();
    };
    QCOMPARE(desk().with(extend), 1);
    QCOMPARE(desk().with(extend), 0);
    QCOMPARE(desk().expire().changed, 0);
    desk().clock().advance(HandoffDesk::kLeaseMs);
    QCOMPARE(desk().expire().changed, 1);
}

QTEST_GUILESS_MAIN(TestHandoffExpiry)
#include "tst_handoffexpiry.moc"
