// SPDX-License-Identifier: GPL-3.0-or-later
// Who may do what with a handoff in which stage, the queue's order, and the estimated wait.
// links: server_desk
#include "desk/handoffrules.h"

#include <QTest>

#include <limits>

using namespace signalbox;

namespace {

using Action = HandoffAction;
using Stage = HandoffStage;
using Actor = HandoffActor;

constexpr Stage kStages[] = {Stage::Ai, Stage::Queued, Stage::Reserved, Stage::Active, Stage::Closed};
// Guest Service Operator Owner sUpervisor oWning supervisor Clock
constexpr Actor kActors[] = {Actor::Guest,      Actor::Service,          Actor::Operator, Actor::Owner,
                             Actor::Supervisor, Actor::OwningSupervisor, Actor::Clock};

/// For each stage (columns) one letter per actor, in the order of kActors:
///   A Q R O C  goes to Ai, Queued, Reserved, Active, Closed      =  stays, nothing changes
///   t handoff_taken   n not_holder   s stale_fencing   d dialog_closed   c conflict   .  forbidden
struct Row
{
    Action action;
    const char* ai;
    const char* queued;
    const char* reserved;
    const char* active;
    const char* closed;
};

constexpr Row kRows[] = {
    {Action::Request, "QQQQQQ.", "======.", "======.", "tttttt.", "dddddd."},
    {Action::Start, "..OOOO.", "..OOOO.", "..tOOO.", "..t=t=.", "..dddd."},
    {Action::Renew, "..ssss.", "..ssss.", "..ssss.", "..s=s=.", "..ssss."},
    {Action::Release, "..cccc.", "..cccc.", "..cccc.", "..nAAA.", "..dddd."},
    {Action::ReleaseAndClose, "..cccc.", "..cccc.", "..cccc.", "..nCCC.", "..dddd."},
    {Action::Cancel, "cccccc.", "AAAAAA.", "AAAAAA.", "ttnAAA.", "dddddd."},
    {Action::TransferToQueue, "..cccc.", "..cccc.", "..cccc.", "..nQQQ.", "..dddd."},
    {Action::TransferToOperator, "..cccc.", "..cccc.", "..cccc.", "..nRRR.", "..dddd."},
    {Action::TakeOver, "....OO.", "....OO.", "....OO.", "....O=.", "....dd."},
    {Action::Whisper, "....cc.", "....cc.", "....cc.", "....=c.", "....dd."},
    {Action::Expire, "......c", "......c", "......Q", "......Q", "......d"},
};

char letterOf(const HandoffStep& step)
{
    if (step.error) {
        switch (*step.error) {
        case ErrorCode::HandoffTaken:
            return 't';
        case ErrorCode::NotHolder:
            return 'n';
        case ErrorCode::StaleFencing:
            return 's';
        case ErrorCode::DialogClosed:
            return 'd';
        case ErrorCode::Conflict:
            return 'c';
        case ErrorCode::Forbidden:
            return '.';
        default:
            return '?';
        }
    }
    return step.repeats ? '=' : "AQROC"[static_cast<size_t>(step.next)];
}

Handoff waiting(qint64 id, int priority, qint64 queuedMs)
{
    Handoff handoff;
    handoff.id = id;
    handoff.priority = priority;
    handoff.queuedMs = queuedMs;
    return handoff;
}

} // namespace

class TestHandoffRules : public QObject
{
    Q_OBJECT

private slots:
    void everyStep();
    void stages();
    void actors_data();
    void actors();
    void order();
    void priorities();
    void waits_data();
    void waits();
    void waitNeverShrinksWithThePlace();
};

void TestHandoffRules::everyStep()
{
    for (const Row& row : kRows) {
        const char* columns[] = {row.ai, row.queued, row.reserved, row.active, row.closed};
        for (size_t stage = 0; stage < std::size(kStages); ++stage) {
            QByteArray letters;
            for (const Actor actor : kActors) {
                const HandoffStep step = stepOf(row.action, kStages[stage], actor);
                letters += letterOf(step);
                QVERIFY(!step.repeats || step.next == kStages[stage]);
            }
            QVERIFY2(letters == columns[stage],
                     qPrintable(QStringLiteral("action %1, stage %2: %3 instead of %4")
                                    .arg(static_cast<int>(row.action))
                                    .arg(stage)
                                    .arg(QString::fromUtf8(letters), QString::fromUtf8(columns[stage]))));
        }
    }
}

void TestHandoffRules::stages()
{
    Dialog dialog;
    QCOMPARE(stageOf(dialog, std::nullopt), Stage::Ai);
    Handoff handoff;
    QCOMPARE(stageOf(dialog, handoff), Stage::Queued);
    handoff.reservedFor = "7";
    QCOMPARE(stageOf(dialog, handoff), Stage::Reserved);
    handoff.status = HandoffStatus::Active;
    QCOMPARE(stageOf(dialog, handoff), Stage::Active);
    dialog.status = DialogStatus::Closed;
    QCOMPARE(stageOf(dialog, handoff), Stage::Closed);
    QCOMPARE(stageOf(dialog, std::nullopt), Stage::Closed);
}

void TestHandoffRules::actors_data()
{
    QTest::addColumn<Role>("role");
    QTest::addColumn<QByteArray>("subject");
    QTest::addColumn<Actor>("free");    // nothing is open, or it waits for anybody
    QTest::addColumn<Actor>("ofSeven"); // operator 7 has it, or it is reserved for 7
    QTest::newRow("guest") << Role::Guest << QByteArray("guest:17") << Actor::Guest << Actor::Guest;
    QTest::newRow("guest who calls itself 7") << Role::Guest << QByteArray("7") << Actor::Guest << Actor::Guest;
    QTest::newRow("user") << Role::User << QByteArray("7") << Actor::Guest << Actor::Guest;
    QTest::newRow("service") << Role::Service << QByteArray("7") << Actor::Service << Actor::Service;
    QTest::newRow("operator 7") << Role::Operator << QByteArray("7") << Actor::Operator << Actor::Owner;
    QTest::newRow("operator 8") << Role::Operator << QByteArray("8") << Actor::Operator << Actor::Operator;
    QTest::newRow("nameless operator") << Role::Operator << QByteArray() << Actor::Operator << Actor::Operator;
    QTest::newRow("director 7") << Role::Director << QByteArray("7") << Actor::Supervisor << Actor::OwningSupervisor;
    QTest::newRow("director 8") << Role::Director << QByteArray("8") << Actor::Supervisor << Actor::Supervisor;
    QTest::newRow("admin 7") << Role::Admin << QByteArray("7") << Actor::Supervisor << Actor::OwningSupervisor;
    QTest::newRow("admin 8") << Role::Admin << QByteArray("8") << Actor::Supervisor << Actor::Supervisor;
}

void TestHandoffRules::actors()
{
    QFETCH(const Role, role);
    QFETCH(const QByteArray, subject);
    QFETCH(const Actor, free);
    QFETCH(const Actor, ofSeven);
    Identity who;
    who.role = role;
    who.subject = subject;
    QCOMPARE(actorOf(who, std::nullopt), free);
    Handoff handoff;
    handoff.operatorId = "7"; // a former holder's: it waits now
    QCOMPARE(actorOf(who, handoff), free);
    handoff.reservedFor = "7";
    QCOMPARE(actorOf(who, handoff), ofSeven);
    handoff.reservedFor = "9"; // of no account once somebody has it
    handoff.status = HandoffStatus::Active;
    QCOMPARE(actorOf(who, handoff), ofSeven);
}

void TestHandoffRules::order()
{
    const std::vector<Handoff> ordered{waiting(9, 100, 500), waiting(8, 20, 100), waiting(2, 20, 101),
                                       waiting(1, 0, 7),     waiting(3, 0, 7),    waiting(4, 0, 8)};
    for (size_t i = 0; i < ordered.size(); ++i) {
        for (size_t j = 0; j < ordered.size(); ++j)
            QCOMPARE(waitsBefore(ordered[i], ordered[j]), i < j);
    }
}

void TestHandoffRules::priorities()
{
    QCOMPARE(raisedPriority(0), 10);
    QCOMPARE(raisedPriority(100), 110);
    QCOMPARE(raisedPriority(189), 199);
    QCOMPARE(raisedPriority(190), 200);
    QCOMPARE(raisedPriority(195), 200);
    QCOMPARE(raisedPriority(200), 200);
}

void TestHandoffRules::waits_data()
{
    QTest::addColumn<int>("place");
    QTest::addColumn<int>("free");
    QTest::addColumn<int>("total");
    QTest::addColumn<qint64>("meanMs");  // -1: none
    QTest::addColumn<qint64>("seconds"); // -1: none
    const auto row = [](const char* name, int place, int free, int total, qint64 meanMs, qint64 seconds) {
        QTest::newRow(name) << place << free << total << meanMs << seconds;
    };
    row("nobody is online", 1, 0, 0, 60'000, -1);
    row("a free hand", 1, 1, 1, 60'000, 15);
    row("a free hand, nothing measured", 1, 1, 1, -1, 15);
    row("the last free hand", 5, 5, 10, 60'000, 15);
    row("the first behind", 6, 5, 10, 60'000, 60);
    row("the first behind, nothing measured", 6, 5, 10, -1, -1);
    row("the end of the first round", 15, 5, 10, 60'000, 60);
    row("the second round", 16, 5, 10, 60'000, 120);
    row("all busy", 1, 0, 3, 90'000, 90);
    row("all busy, the last of the round", 3, 0, 3, 90'000, 90);
    row("all busy, the next round", 4, 0, 3, 90'000, 180);
    row("a started second counts", 1, 0, 1, 60'001, 61);
    row("never shorter than picking up", 1, 0, 1, 1, 15);
    row("no time at all", 1, 0, 1, 0, 15);
    row("one pair of hands, long queue", 1'000'000, 0, 1, 3'600'000, 3'600'000'000);
    row("more free than there are", 3, 9, 4, 60'000, 15);
}

void TestHandoffRules::waits()
{
    QFETCH(const int, place);
    QFETCH(const int, free);
    QFETCH(const int, total);
    QFETCH(const qint64, meanMs);
    QFETCH(const qint64, seconds);
    const auto wait = estimatedWaitSeconds(place, {free, total}, meanMs < 0 ? std::nullopt : std::optional(meanMs));
    QCOMPARE(wait.value_or(-1), seconds);
}

void TestHandoffRules::waitNeverShrinksWithThePlace()
{
    for (const int free : {0, 1, 3, 7}) {
        qint64 last = 0;
        for (int place = 1; place < 60; ++place) {
            const qint64 wait = estimatedWaitSeconds(place, {free, 7}, 9'000).value();
            QVERIFY(wait >= last);
            last = wait;
        }
    }
}

QTEST_GUILESS_MAIN(TestHandoffRules)
#include "tst_handoffrules.moc"
