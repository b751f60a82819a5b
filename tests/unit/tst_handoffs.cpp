// SPDX-License-Identifier: GPL-3.0-or-later
// The commands of the handoff on a real database: what they store, answer and publish.
// links: server_desk
#include "unit/handoffdesk.h"

#include <QTest>

using namespace signalbox;
using namespace signalbox::test;

namespace {

const Identity kSeven = person(Role::Operator, "7");
const Identity kEight = person(Role::Operator, "8");
const Identity kDirector = person(Role::Director, "d");
const Identity kBot = person(Role::Service, "ai");
const Identity kCrm = person(Role::Service, "crm");

const JournalEvent* find(const std::vector<JournalEvent>& events, const char* name, const char* channel = nullptr)
{
    for (const JournalEvent& event : events) {
        if (event.name == name && (!channel || event.placements.front().channel == channel))
            return &event;
    }
    return nullptr;
}

template <typename T> ErrorCode codeOf(const Result<T>& result)
{
    return result ? ErrorCode::Count_ : result.error().code;
}

} // namespace

class TestHandoffs : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { m_desk.reset(); }
    void requested();
    void requestedTwice();
    void requestedBy_data();
    void requestedBy();
    void requestRefused();
    void started();
    void startedAgain();
    void startRefused();
    void startedFromTheAi();
    void capacity();
    void assigned();
    void renewed();
    void released();
    void releasedAndClosed();
    void releaseRefused();
    void cancelledWhileQueued();
    void cancelledWhileActive();
    void transferredToTheQueue();
    void transferredToAnOperator();
    void transferRefused();
    void takenOver();
    void takeOverWithoutHolder();
    void whispered();
    void queueTellsWhoMoved();
    void priorityGoesFirst();
    void queueListed();
    void nowhere();
    void firstSight();
    void disabled();

private:
    HandoffDesk& desk() { return *m_desk; }
    std::unique_ptr<HandoffDesk> m_desk;
    qint64 m_dialog = 0;
};

void TestHandoffs::init()
{
    m_desk = std::make_unique<HandoffDesk>();
    for (const char* id : {"7", "8", "d"})
        desk().addOperator(id);
    m_dialog = desk().addDialog();
}

void TestHandoffs::requested()
{
    const auto outcome = desk().request(kBot, m_dialog, 30);
    QVERIFY(outcome.ok());
    QVERIFY(!outcome->repeated);
    QCOMPARE(outcome->position, 1);
    QCOMPARE(outcome->estimatedWaitSeconds.value_or(0), 15);
    QCOMPARE(outcome->handoff.priority, 30);
    QCOMPARE(outcome->handoff.reason, QStringLiteral("please"));
    const Dialog dialog = desk().dialog(m_dialog);
    QCOMPARE(dialog.status, DialogStatus::Queued);
    QCOMPARE(dialog.waitingSinceMs, desk().clock().wallMs());
    const auto events = desk().takeEvents();
    QCOMPARE(events.size(), 3U);
    QCOMPARE(events[0].name, QByteArray("dialog.status.changed"));
    QCOMPARE(events[1].name, QByteArray("handoff.requested"));
    QCOMPARE(events[2].name, QByteArray("handoff.queue.updated"));
    QCOMPARE(dataOf(events[1])[QLatin1String("queue_position")].toInt(), 1);
    QCOMPARE(dataOf(events[1])[QLatin1String("sequence")].toInt(), 2);
    QCOMPARE(dataOf(events[2])[QLatin1String("total_in_queue")].toInt(), 1);
    QCOMPARE(dataOf(events[2])[QLatin1String("position_change")].toInt(), 1);
}

void TestHandoffs::requestedTwice()
{
    const auto first = desk().request(kBot, m_dialog, 30);
    desk().takeEvents();
    const auto again = desk().request(guestOf(m_dialog), m_dialog);
    QVERIFY(again.ok());
    QVERIFY(again->repeated);
    QCOMPARE(again->handoff.id, first->handoff.id);
    QCOMPARE(again->handoff.priority, 30);
    QCOMPARE(again->position, 1);
    QVERIFY(desk().takeEvents().empty());
}

void TestHandoffs::requestedBy_data()
{
    QTest::addColumn<Role>("role");
    QTest::addColumn<QByteArray>("subject");
    QTest::addColumn<QByteArray>("requestedBy");
    QTest::newRow("guest") << Role::Guest << QByteArray("guest:1") << QByteArray("client");
    QTest::newRow("bot") << Role::Service << QByteArray("ai") << QByteArray("ai");
    QTest::newRow("service") << Role::Service << QByteArray("crm") << QByteArray("service:crm");
    QTest::newRow("operator") << Role::Operator << QByteArray("7") << QByteArray("operator:7");
    QTest::newRow("admin") << Role::Admin << QByteArray("1") << QByteArray("operator:1");
}

void TestHandoffs::requestedBy()
{
    QFETCH(const Role, role);
    QFETCH(const QByteArray, subject);
    QFETCH(const QByteArray, requestedBy);
    QCOMPARE(desk().request(person(role, subject), m_dialog)->handoff.requestedBy, requestedBy);
}

void TestHandoffs::requestRefused()
{
    QVERIFY(desk().start(kSeven, m_dialog).ok());
    const auto taken = desk().request(guestOf(m_dialog), m_dialog);
    QCOMPARE(codeOf(taken), ErrorCode::HandoffTaken);
    QCOMPARE(taken.error().extra, QByteArray("\"holder\":{\"id\":\"7\",\"name\":\"Operator 7\"}"));
    QVERIFY(desk().release(kSeven, m_dialog, false).ok());
    QCOMPARE(codeOf(desk().request(guestOf(m_dialog), m_dialog)), ErrorCode::DialogClosed);
}

void TestHandoffs::started()
{
    QVERIFY(desk().request(kBot, m_dialog).ok());
    desk().takeEvents();
    desk().clock().advance(1000);
    const auto outcome = desk().start(kSeven, m_dialog);
    QVERIFY(outcome.ok());
    QCOMPARE(outcome->handoff.fencing, 1U);
    QCOMPARE(outcome->handoff.leaseUntilMs, desk().clock().wallMs() + HandoffDesk::kLeaseMs);
    QCOMPARE(outcome->handoff.startedMs, desk().clock().wallMs());
    const Dialog dialog = desk().dialog(m_dialog);
    QCOMPARE(dialog.status, DialogStatus::Operator);
    QCOMPARE(dialog.operatorId, QByteArray("7"));
    QCOMPARE(dialog.lastOperator, QByteArray("7"));
    QCOMPARE(dialog.fencing, 1U);
    const auto events = desk().takeEvents();
    QByteArrayList names;
    for (const JournalEvent& event : events)
        names.append(event.name);
    QCOMPARE(names, QByteArrayList({"dialog.status.changed", "handoff.started", "operator.handling",
                                    "dialog.message.created", "operator.presence.updated", "handoff.queue.updated"}));
    QCOMPARE(dataOf(events[4])[QLatin1String("current_load")].toInt(), 1);
    QCOMPARE(dataOf(events[5])[QLatin1String("position_change")].toInt(), -1);
    const auto messages = desk().messages(m_dialog);
    QCOMPARE(messages.size(), 1U);
    QCOMPARE(messages[0].systemType, QByteArray("operator_joined"));
    QCOMPARE(messages[0].senderName, QStringLiteral("Operator 7"));
    QCOMPARE(messages[0].sequence, 6U);
    QCOMPARE(dataOf(events[3])[QLatin1String("sequence")].toInt(), 6);
}

void TestHandoffs::startedAgain()
{
    const auto first = desk().start(kSeven, m_dialog);
    desk().takeEvents();
    desk().clock().advance(5000);
    const auto again = desk().start(kSeven, m_dialog);
    QVERIFY(again.ok());
    QVERIFY(again->repeated);
    QCOMPARE(again->handoff.id, first->handoff.id);
    QCOMPARE(again->handoff.fencing, first->handoff.fencing);
    QCOMPARE(again->handoff.startedMs, first->handoff.startedMs);
    QCOMPARE(again->handoff.leaseUntilMs, first->handoff.leaseUntilMs + 5000);
    QCOMPARE(desk().open(m_dialog)->leaseUntilMs, again->handoff.leaseUntilMs);
    QVERIFY(desk().takeEvents().empty());
}

void TestHandoffs::startRefused()
{
    QVERIFY(desk().request(kBot, m_dialog).ok());
    QVERIFY(desk().start(kSeven, m_dialog).ok());
    desk().takeEvents();
    for (const Identity& other : {kEight, kDirector}) {
        const auto taken = desk().start(other, m_dialog);
        QCOMPARE(codeOf(taken), ErrorCode::HandoffTaken);
        QCOMPARE(taken.error().extra, QByteArray("\"holder\":{\"id\":\"7\",\"name\":\"Operator 7\"}"));
    }
    QCOMPARE(codeOf(desk().start(kBot, m_dialog)), ErrorCode::Forbidden);
    QCOMPARE(codeOf(desk().start(guestOf(m_dialog), m_dialog)), ErrorCode::Forbidden);
    QVERIFY(desk().takeEvents().empty());
}

void TestHandoffs::startedFromTheAi()
{
    const auto outcome = desk().start(kSeven, m_dialog);
    QVERIFY(outcome.ok());
    QCOMPARE(outcome->handoff.requestedBy, QByteArray("operator:7"));
    QCOMPARE(outcome->handoff.queuedMs, desk().clock().wallMs());
    QVERIFY(outcome->handoff.reason.isEmpty());
    QVERIFY(!desk().takeNames().contains("handoff.queue.updated"));
}

void TestHandoffs::capacity()
{
    desk().change("7", [](Operator& person) { person.capacity = 1; });
    QVERIFY(desk().start(kSeven, m_dialog).ok());
    const qint64 second = desk().addDialog();
    const auto full = desk().start(kSeven, second);
    QCOMPARE(codeOf(full), ErrorCode::Conflict);
    QCOMPARE(full.error().field, QByteArray("capacity"));
    QVERIFY(!desk().open(second));
    QVERIFY(desk().start(kSeven, m_dialog).ok()); // what it has already needs no room
    QVERIFY(desk().start(kSeven, second, {}, true).ok());
    QVERIFY(desk().release(kSeven, m_dialog).ok());
    QVERIFY(desk().release(kSeven, second).ok());
    QVERIFY(desk().start(kSeven, second).ok());
}

void TestHandoffs::assigned()
{
    QCOMPARE(codeOf(desk().start(kSeven, m_dialog, "8")), ErrorCode::Forbidden);
    QVERIFY(desk().start(kSeven, desk().addDialog(), "7").ok());
    const auto unknown = desk().start(kDirector, m_dialog, "nobody");
    QCOMPARE(codeOf(unknown), ErrorCode::InvalidField);
    QCOMPARE(unknown.error().field, QByteArray("operator_id"));
    const auto outcome = desk().start(kDirector, m_dialog, "8");
    QVERIFY(outcome.ok());
    QCOMPARE(outcome->handoff.operatorId, QByteArray("8"));
    QCOMPARE(outcome->handoff.requestedBy, QByteArray("operator:d"));
    QVERIFY(desk().start(kDirector, m_dialog, "8")->repeated);
    QCOMPARE(codeOf(desk().start(kDirector, m_dialog, "7")), ErrorCode::HandoffTaken);
    const auto deeds = desk().with([](DeskTransaction& transaction) { return transaction.texts().audit(0, 10); });
    QCOMPARE(deeds.front().actor, QByteArray("operator:d"));
    QCOMPARE(deeds.front().action, QByteArray("handoff.start"));
    QCOMPARE(deeds.front().details, QByteArray("{\"operator_id\":\"8\"}"));
}

void TestHandoffs::renewed()
{
    const auto claim = desk().start(kSeven, m_dialog);
    desk().takeEvents();
    desk().clock().advance(30'000);
    const auto outcome = desk().renew(kSeven, m_dialog, 1);
    QVERIFY(outcome.ok());
    QCOMPARE(outcome->handoff.leaseUntilMs, claim->handoff.leaseUntilMs + 30'000);
    QCOMPARE(codeOf(desk().renew(kSeven, m_dialog, 0)), ErrorCode::StaleFencing);
    QCOMPARE(codeOf(desk().renew(kSeven, m_dialog, 2)), ErrorCode::StaleFencing);
    QCOMPARE(codeOf(desk().renew(kEight, m_dialog, 1)), ErrorCode::StaleFencing);
    QCOMPARE(codeOf(desk().renew(kDirector, m_dialog, 1)), ErrorCode::StaleFencing);
    QVERIFY(desk().takeEvents().empty());
    QVERIFY(desk().release(kSeven, m_dialog).ok());
    QCOMPARE(codeOf(desk().renew(kSeven, m_dialog, 1)), ErrorCode::StaleFencing);
}

void TestHandoffs::released()
{
    QVERIFY(desk().request(kBot, m_dialog).ok());
    QVERIFY(desk().start(kSeven, m_dialog).ok());
    desk().takeEvents();
    desk().clock().advance(90'000);
    const auto outcome = desk().release(kSeven, m_dialog, true, 1);
    QVERIFY(outcome.ok());
    QCOMPARE(outcome->handoff.status, HandoffStatus::Released);
    QCOMPARE(outcome->handoff.resolution, QStringLiteral("done"));
    QCOMPARE(outcome->handoff.operatorId, QByteArray("7"));
    const Dialog dialog = desk().dialog(m_dialog);
    QCOMPARE(dialog.status, DialogStatus::Ai);
    QVERIFY(dialog.operatorId.isEmpty());
    QCOMPARE(dialog.lastOperator, QByteArray("7"));
    QCOMPARE(dialog.waitingSinceMs, 0);
    QCOMPARE(desk().takeNames(), QByteArrayList({"handoff.released", "dialog.status.changed", "dialog.message.created",
                                                 "operator.presence.updated"}));
    QVERIFY(!desk().open(m_dialog));
    const auto meanMs =
        desk().with([](DeskTransaction& transaction) { return transaction.handoffs().meanHandlingMs(50); });
    QCOMPARE(meanMs.value_or(0), 90'000);
    QCOMPARE(codeOf(desk().release(kSeven, m_dialog)), ErrorCode::Conflict);
    QVERIFY(desk().request(kBot, m_dialog).ok());
    QCOMPARE(desk().start(kEight, m_dialog)->handoff.fencing, 2U);
}

void TestHandoffs::releasedAndClosed()
{
    QVERIFY(desk().start(kSeven, m_dialog).ok());
    const auto outcome = desk().release(kDirector, m_dialog, false);
    QVERIFY(outcome.ok());
    QCOMPARE(desk().dialog(m_dialog).status, DialogStatus::Closed);
    QCOMPARE(desk().dialog(m_dialog).closedMs, desk().clock().wallMs());
    QCOMPARE(codeOf(desk().release(kSeven, m_dialog)), ErrorCode::DialogClosed);
    QCOMPARE(codeOf(desk().start(kSeven, m_dialog)), ErrorCode::DialogClosed);
    QCOMPARE(codeOf(desk().cancel(kSeven, m_dialog)), ErrorCode::DialogClosed);
    QCOMPARE(codeOf(desk().transfer(kSeven, m_dialog)), ErrorCode::DialogClosed);
    QCOMPARE(codeOf(desk().takeOver(kDirector, m_dialog)), ErrorCode::DialogClosed);
    QCOMPARE(codeOf(desk().whisper(kDirector, m_dialog)), ErrorCode::DialogClosed);
}

void TestHandoffs::releaseRefused()
{
    QVERIFY(desk().start(kSeven, m_dialog).ok());
    desk().takeEvents();
    const auto other = desk().release(kEight, m_dialog);
    QCOMPARE(codeOf(other), ErrorCode::NotHolder);
    QCOMPARE(other.error().extra, QByteArray("\"holder\":{\"id\":\"7\",\"name\":\"Operator 7\"}"));
    QCOMPARE(codeOf(desk().release(kSeven, m_dialog, true, 2)), ErrorCode::StaleFencing);
    QCOMPARE(codeOf(desk().release(kBot, m_dialog)), ErrorCode::Forbidden);
    QVERIFY(desk().takeEvents().empty());
    QCOMPARE(desk().dialog(m_dialog).status, DialogStatus::Operator);
}

void TestHandoffs::cancelledWhileQueued()
{
    const std::pair<Identity, const char*> callers[] = {
        {guestOf(m_dialog), "user_request"}, {kCrm, "system"}, {kSeven, "operator"}, {kDirector, "operator"}};
    for (const auto& [who, type] : callers) {
        QVERIFY(desk().request(kBot, m_dialog).ok());
        desk().takeEvents();
        const auto outcome = desk().cancel(who, m_dialog);
        QVERIFY(outcome.ok());
        QCOMPARE(outcome->handoff.cancelType, QByteArray(type));
        QCOMPARE(desk().dialog(m_dialog).status, DialogStatus::Ai);
        QCOMPARE(desk().takeNames(),
                 QByteArrayList({"handoff.cancelled", "dialog.status.changed", "handoff.queue.updated"}));
        QCOMPARE(codeOf(desk().cancel(who, m_dialog)), ErrorCode::Conflict);
    }
    QVERIFY(desk().request(kBot, m_dialog).ok());
    QCOMPARE(desk().cancel(kCrm, m_dialog, "resolved")->handoff.cancelType, QByteArray("resolved"));
}

void TestHandoffs::cancelledWhileActive()
{
    QVERIFY(desk().start(kSeven, m_dialog).ok());
    QCOMPARE(codeOf(desk().cancel(guestOf(m_dialog), m_dialog)), ErrorCode::HandoffTaken);
    QCOMPARE(codeOf(desk().cancel(kBot, m_dialog)), ErrorCode::HandoffTaken);
    QCOMPARE(codeOf(desk().cancel(kEight, m_dialog)), ErrorCode::NotHolder);
    desk().takeEvents();
    QVERIFY(desk().cancel(kSeven, m_dialog).ok());
    QCOMPARE(desk().takeNames(), QByteArrayList({"handoff.cancelled", "dialog.status.changed", "dialog.message.created",
                                                 "operator.presence.updated"}));
}

void TestHandoffs::transferredToTheQueue()
{
    QVERIFY(desk().request(kBot, m_dialog, 5).ok());
    const qint64 queuedMs = desk().clock().wallMs();
    desk().clock().advance(10'000);
    QVERIFY(desk().start(kSeven, m_dialog).ok());
    desk().takeEvents();
    const auto outcome = desk().transfer(kSeven, m_dialog, {}, QStringLiteral("wants a refund"), 1);
    QVERIFY(outcome.ok());
    QCOMPARE(outcome->position, 1);
    QCOMPARE(outcome->handoff.priority, 15);
    QCOMPARE(outcome->handoff.queuedMs, queuedMs);
    QCOMPARE(outcome->handoff.returns, 1);
    QVERIFY(outcome->handoff.reservedFor.isEmpty());
    QCOMPARE(desk().dialog(m_dialog).status, DialogStatus::Queued);
    const auto events = desk().takeEvents();
    QByteArrayList names;
    for (const JournalEvent& event : events)
        names.append(event.name);
    QCOMPARE(names, QByteArrayList({"dialog.note.created", "dialog.status.changed", "dialog.message.created",
                                    "handoff.requested", "operator.presence.updated", "handoff.queue.updated"}));
    QCOMPARE(events[0].placements.size(), 1U);
    QCOMPARE(events[0].placements[0].channel, QByteArray("staff"));
    QCOMPARE(dataOf(events[4])[QLatin1String("current_load")].toInt(), 0);
    QCOMPARE(desk().messages(m_dialog).back().systemType, QByteArray("operator_left"));
    const auto notes =
        desk().with([this](DeskTransaction& transaction) { return transaction.messages().notes(m_dialog, 0, 10); });
    QCOMPARE(notes.size(), 1U);
    QCOMPARE(notes[0].text, QStringLiteral("wants a refund"));
    QCOMPARE(notes[0].authorName, QStringLiteral("Operator 7"));
    QCOMPARE(desk().start(kSeven, m_dialog)->handoff.fencing, 2U);
}

void TestHandoffs::transferredToAnOperator()
{
    QVERIFY(desk().start(kSeven, m_dialog).ok());
    const auto outcome = desk().transfer(kSeven, m_dialog, "8");
    QVERIFY(outcome.ok());
    QCOMPARE(outcome->handoff.reservedFor, QByteArray("8"));
    const auto taken = desk().start(kSeven, m_dialog);
    QCOMPARE(codeOf(taken), ErrorCode::HandoffTaken);
    QCOMPARE(taken.error().extra, QByteArray("\"holder\":{\"id\":\"8\",\"name\":\"Operator 8\"}"));
    QVERIFY(desk().request(guestOf(m_dialog), m_dialog)->repeated);
    const auto claim = desk().start(kEight, m_dialog);
    QVERIFY(claim.ok());
    QVERIFY(claim->handoff.reservedFor.isEmpty());
    QCOMPARE(claim->handoff.fencing, 2U);
    QVERIFY(desk().transfer(kDirector, m_dialog, "7").ok());
    QVERIFY(desk().start(kDirector, m_dialog).ok());
}

void TestHandoffs::transferRefused()
{
    QVERIFY(desk().start(kSeven, m_dialog).ok());
    desk().change("d", [](Operator& person) { person.disabled = true; });
    desk().takeEvents();
    for (const char* target : {"nobody", "d", "7"}) {
        const auto refused = desk().transfer(kSeven, m_dialog, target, QStringLiteral("a note"));
        QCOMPARE(codeOf(refused), ErrorCode::InvalidField);
        QCOMPARE(refused.error().field, QByteArray("operator_id"));
    }
    QCOMPARE(codeOf(desk().transfer(kEight, m_dialog)), ErrorCode::NotHolder);
    QCOMPARE(codeOf(desk().transfer(kBot, m_dialog)), ErrorCode::Forbidden);
    QCOMPARE(codeOf(desk().transfer(kSeven, m_dialog, "8", {}, 9)), ErrorCode::StaleFencing);
    QVERIFY(desk().takeEvents().empty());
    QVERIFY(desk().transfer(kSeven, m_dialog).ok());
    QCOMPARE(codeOf(desk().transfer(kSeven, m_dialog)), ErrorCode::Conflict);
}

void TestHandoffs::takenOver()
{
    QVERIFY(desk().start(kSeven, m_dialog).ok());
    desk().takeEvents();
    QCOMPARE(codeOf(desk().takeOver(kEight, m_dialog)), ErrorCode::Forbidden);
    desk().change("d", [](Operator& person) { person.capacity = 0; });
    const auto outcome = desk().takeOver(kDirector, m_dialog);
    QVERIFY(outcome.ok());
    QCOMPARE(outcome->handoff.fencing, 2U);
    QCOMPARE(outcome->handoff.operatorId, QByteArray("d"));
    QCOMPARE(desk().takeNames(),
             QByteArrayList({"dialog.message.created", "handoff.started", "operator.handling", "dialog.message.created",
                             "operator.presence.updated", "operator.presence.updated"}));
    const auto messages = desk().messages(m_dialog);
    QCOMPARE(messages.size(), 3U);
    QCOMPARE(messages[1].systemType, QByteArray("operator_left"));
    QCOMPARE(messages[1].senderName, QStringLiteral("Operator 7"));
    QCOMPARE(messages[2].systemType, QByteArray("operator_joined"));
    QCOMPARE(codeOf(desk().renew(kSeven, m_dialog, 1)), ErrorCode::StaleFencing);
    QCOMPARE(codeOf(desk().release(kSeven, m_dialog)), ErrorCode::NotHolder);
    QVERIFY(desk().takeOver(kDirector, m_dialog)->repeated);
    QVERIFY(desk().takeEvents().empty());
}

void TestHandoffs::takeOverWithoutHolder()
{
    QVERIFY(desk().takeOver(kDirector, m_dialog).ok());
    QVERIFY(desk().transfer(kDirector, m_dialog, "8").ok());
    const auto outcome = desk().takeOver(kDirector, m_dialog);
    QVERIFY(outcome.ok());
    QCOMPARE(outcome->handoff.fencing, 2U);
    QVERIFY(desk().queue().empty());
}

void TestHandoffs::whispered()
{
    QCOMPARE(codeOf(desk().whisper(kDirector, m_dialog)), ErrorCode::Conflict);
    QVERIFY(desk().start(kSeven, m_dialog).ok());
    desk().takeEvents();
    const auto holder = desk().whisper(kDirector, m_dialog);
    QVERIFY(holder.ok());
    QCOMPARE(holder->id, QByteArray("7"));
    const auto events = desk().takeEvents();
    QCOMPARE(events.size(), 1U);
    QCOMPARE(events[0].name, QByteArray("dialog.whisper"));
    QCOMPARE(events[0].placements.size(), 1U);
    QCOMPARE(events[0].placements[0].channel, QByteArray("operator:7"));
    QCOMPARE(codeOf(desk().whisper(kEight, m_dialog)), ErrorCode::Forbidden);
    QVERIFY(desk().takeOver(kDirector, m_dialog).ok());
    QCOMPARE(codeOf(desk().whisper(kDirector, m_dialog)), ErrorCode::Conflict);
}

void TestHandoffs::queueTellsWhoMoved()
{
    const qint64 second = desk().addDialog();
    const qint64 third = desk().addDialog();
    for (const qint64 id : {m_dialog, second, third}) {
        QVERIFY(desk().request(kBot, id).ok());
        desk().clock().advance(1000);
    }
    desk().takeEvents();
    QVERIFY(desk().start(kSeven, second).ok());
    const auto events = desk().takeEvents();
    QVERIFY(!find(events, "handoff.queue.updated", QByteArray("dialog:" + QByteArray::number(m_dialog))));
    const JournalEvent* moved =
        find(events, "handoff.queue.updated", QByteArray("dialog:" + QByteArray::number(third)));
    QVERIFY(moved);
    QCOMPARE(dataOf(*moved)[QLatin1String("queue_position")].toInt(), 2);
    QCOMPARE(dataOf(*moved)[QLatin1String("position_change")].toInt(), -1);
    QCOMPARE(moved->placements.size(), 1U);
    const JournalEvent* staff = find(events, "handoff.queue.updated", "staff");
    QVERIFY(staff);
    QCOMPARE(dataOf(*staff)[QLatin1String("total_in_queue")].toInt(), 2);
}

void TestHandoffs::priorityGoesFirst()
{
    QVERIFY(desk().request(kBot, m_dialog).ok());
    desk().takeEvents();
    const qint64 urgent = desk().addDialog();
    QCOMPARE(desk().request(kBot, urgent, 100)->position, 1);
    QCOMPARE(desk().queue(), std::vector<qint64>({urgent, m_dialog}));
    const auto events = desk().takeEvents();
    const JournalEvent* moved =
        find(events, "handoff.queue.updated", QByteArray("dialog:" + QByteArray::number(m_dialog)));
    QVERIFY(moved);
    QCOMPARE(dataOf(*moved)[QLatin1String("queue_position")].toInt(), 2);
    QCOMPARE(dataOf(*moved)[QLatin1String("position_change")].toInt(), 1);
    QVERIFY(!find(events, "handoff.queue.updated", QByteArray("dialog:" + QByteArray::number(urgent))));
}

void TestHandoffs::queueListed()
{
    const qint64 second = desk().addDialog();
    QVERIFY(desk().request(kBot, m_dialog).ok());
    QVERIFY(desk().request(kBot, second, 1).ok());
    const HandoffQueue queue =
        desk().with([](DeskTransaction& transaction) { return handoffQueue(transaction, kBot, 1).value(); });
    QCOMPARE(queue.total, 2);
    QCOMPARE(queue.items.size(), 1U);
    QCOMPARE(queue.items[0].dialog.id, second);
    QCOMPARE(queue.items[0].handoff.dialogId, second);
    QCOMPARE(queue.items[0].estimatedWaitSeconds.value_or(0), 15);
}

void TestHandoffs::nowhere()
{
    QCOMPARE(codeOf(desk().request(kBot, 999)), ErrorCode::NotFound);
    QCOMPARE(codeOf(desk().start(kSeven, 999)), ErrorCode::NotFound);
    QCOMPARE(codeOf(desk().renew(kSeven, 999, 1)), ErrorCode::NotFound);
    QCOMPARE(codeOf(desk().release(kSeven, 999)), ErrorCode::NotFound);
    QCOMPARE(codeOf(desk().cancel(kSeven, 999)), ErrorCode::NotFound);
    QCOMPARE(codeOf(desk().transfer(kSeven, 999)), ErrorCode::NotFound);
    QCOMPARE(codeOf(desk().takeOver(kDirector, 999)), ErrorCode::NotFound);
    QCOMPARE(codeOf(desk().whisper(kDirector, 999)), ErrorCode::NotFound);
    QVERIFY(desk().takeEvents().empty());
}

void TestHandoffs::firstSight()
{
    const Identity stranger = person(Role::Operator, "auth|9", QStringLiteral("Анна"));
    const auto claim = desk().start(stranger, m_dialog);
    QVERIFY(claim.ok());
    QCOMPARE(claim->handoff.operatorId, QByteArray("auth|9"));
    QCOMPARE(desk().messages(m_dialog).front().senderName, QStringLiteral("Анна"));
    const auto admin = person(Role::Admin, "boss", QStringLiteral("Борис"));
    QVERIFY(desk().whisper(admin, m_dialog).ok());
    QVERIFY(desk().takeOver(admin, m_dialog).ok());
    QCOMPARE(desk().messages(m_dialog).back().senderName, QStringLiteral("Борис"));
}

void TestHandoffs::disabled()
{
    QVERIFY(desk().start(kSeven, m_dialog).ok());
    desk().change("7", [](Operator& person) { person.disabled = true; });
    desk().change("d", [](Operator& person) { person.disabled = true; });
    desk().takeEvents();
    for (const Identity& who : {kSeven, kDirector}) {
        QCOMPARE(codeOf(desk().request(who, m_dialog)), ErrorCode::Forbidden);
        QCOMPARE(codeOf(desk().start(who, m_dialog)), ErrorCode::Forbidden);
        QCOMPARE(codeOf(desk().renew(who, m_dialog, 1)), ErrorCode::Forbidden);
        QCOMPARE(codeOf(desk().release(who, m_dialog)), ErrorCode::Forbidden);
        QCOMPARE(codeOf(desk().cancel(who, m_dialog)), ErrorCode::Forbidden);
        QCOMPARE(codeOf(desk().transfer(who, m_dialog)), ErrorCode::Forbidden);
        QCOMPARE(codeOf(desk().takeOver(who, m_dialog)), ErrorCode::Forbidden);
        QCOMPARE(codeOf(desk().whisper(who, m_dialog)), ErrorCode::Forbidden);
        const bool listed =
            desk().with([&](DeskTransaction& transaction) { return handoffQueue(transaction, who, 1).ok(); });
        QVERIFY(!listed);
    }
    QVERIFY(desk().takeEvents().empty());
}

QTEST_GUILESS_MAIN(TestHandoffs)
#include "tst_handoffs.moc"
