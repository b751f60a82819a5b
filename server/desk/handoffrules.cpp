// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/handoffrules.h"

#include <algorithm>
#include <array>

namespace signalbox {

namespace {

using Action = HandoffAction;
using Stage = HandoffStage;

constexpr unsigned bit(HandoffActor actor)
{
    return 1U << static_cast<unsigned>(actor);
}

constexpr unsigned kGuest = bit(HandoffActor::Guest);
constexpr unsigned kService = bit(HandoffActor::Service);
constexpr unsigned kOperator = bit(HandoffActor::Operator);
constexpr unsigned kOwner = bit(HandoffActor::Owner) | bit(HandoffActor::OwningSupervisor);
constexpr unsigned kSupervisor = bit(HandoffActor::Supervisor) | bit(HandoffActor::OwningSupervisor);
constexpr unsigned kStaff = kOperator | kOwner | kSupervisor;
constexpr unsigned kAnybody = kGuest | kService | kStaff;
constexpr unsigned kClock = bit(HandoffActor::Clock);

constexpr unsigned bit(Stage stage)
{
    return 1U << static_cast<unsigned>(stage);
}

constexpr unsigned kAi = bit(Stage::Ai);
constexpr unsigned kQueued = bit(Stage::Queued);
constexpr unsigned kReserved = bit(Stage::Reserved);
constexpr unsigned kWaiting = kQueued | kReserved;
constexpr unsigned kActive = bit(Stage::Active);
constexpr unsigned kClosed = bit(Stage::Closed);

constexpr HandoffStep to(Stage next)
{
    return {next, false, std::nullopt};
}

constexpr HandoffStep stays(Stage stage)
{
    return {stage, true, std::nullopt};
}

constexpr HandoffStep refused(ErrorCode code)
{
    return {Stage::Ai, false, code};
}

struct Rule
{
    Action action;
    unsigned stages;
    unsigned actors;
    HandoffStep step;
};

/// The first row that fits counts.
constexpr std::array kRules{
    Rule{Action::Request, kAi, kAnybody, to(Stage::Queued)},
    Rule{Action::Request, kQueued, kAnybody, stays(Stage::Queued)},
    Rule{Action::Request, kReserved, kAnybody, stays(Stage::Reserved)},
    Rule{Action::Request, kActive, kAnybody, refused(ErrorCode::HandoffTaken)},
    Rule{Action::Request, kClosed, kAnybody, refused(ErrorCode::DialogClosed)},

    // An operator may also take a dialog that nobody has handed over.
    Rule{Action::Start, kAi | kQueued, kStaff, to(Stage::Active)},
    Rule{Action::Start, kReserved, kOwner | kSupervisor, to(Stage::Active)},
    Rule{Action::Start, kReserved, kOperator, refused(ErrorCode::HandoffTaken)},
    Rule{Action::Start, kActive, kOwner, stays(Stage::Active)},
    Rule{Action::Start, kActive, kStaff, refused(ErrorCode::HandoffTaken)},
    Rule{Action::Start, kClosed, kStaff, refused(ErrorCode::DialogClosed)},

    Rule{Action::Renew, kActive, kOwner, stays(Stage::Active)},
    Rule{Action::Renew, kAi | kWaiting | kActive | kClosed, kStaff, refused(ErrorCode::StaleFencing)},

    Rule{Action::Release, kActive, kOwner | kSupervisor, to(Stage::Ai)},
    Rule{Action::Release, kActive, kOperator, refused(ErrorCode::NotHolder)},
    Rule{Action::Release, kAi | kWaiting, kStaff, refused(ErrorCode::Conflict)},
    Rule{Action::Release, kClosed, kStaff, refused(ErrorCode::DialogClosed)},

    Rule{Action::ReleaseAndClose, kActive, kOwner | kSupervisor, to(Stage::Closed)},
    Rule{Action::ReleaseAndClose, kActive, kOperator, refused(ErrorCode::NotHolder)},
    Rule{Action::ReleaseAndClose, kAi | kWaiting, kStaff, refused(ErrorCode::Conflict)},
    Rule{Action::ReleaseAndClose, kClosed, kStaff, refused(ErrorCode::DialogClosed)},

    // Who asked for an operator may change their mind until one is there; a bot must not end the work of a human.
    Rule{Action::Cancel, kWaiting, kAnybody, to(Stage::Ai)},
    Rule{Action::Cancel, kActive, kOwner | kSupervisor, to(Stage::Ai)},
    Rule{Action::Cancel, kActive, kGuest | kService, refused(ErrorCode::HandoffTaken)},
    Rule{Action::Cancel, kActive, kOperator, refused(ErrorCode::NotHolder)},
    Rule{Action::Cancel, kAi, kAnybody, refused(ErrorCode::Conflict)},
    Rule{Action::Cancel, kClosed, kAnybody, refused(ErrorCode::DialogClosed)},

    Rule{Action::TransferToQueue, kActive, kOwner | kSupervisor, to(Stage::Queued)},
    Rule{Action::TransferToQueue, kActive, kOperator, refused(ErrorCode::NotHolder)},
    Rule{Action::TransferToQueue, kAi | kWaiting, kStaff, refused(ErrorCode::Conflict)},
    Rule{Action::TransferToQueue, kClosed, kStaff, refused(ErrorCode::DialogClosed)},

    Rule{Action::TransferToOperator, kActive, kOwner | kSupervisor, to(Stage::Reserved)},
    Rule{Action::TransferToOperator, kActive, kOperator, refused(ErrorCode::NotHolder)},
    Rule{Action::TransferToOperator, kAi | kWaiting, kStaff, refused(ErrorCode::Conflict)},
    Rule{Action::TransferToOperator, kClosed, kStaff, refused(ErrorCode::DialogClosed)},

    // A holder may vanish while a supervisor reaches for the dialog: then it is a start.
    Rule{Action::TakeOver, kActive, bit(HandoffActor::OwningSupervisor), stays(Stage::Active)},
    Rule{Action::TakeOver, kAi | kWaiting | kActive, kSupervisor, to(Stage::Active)},
    Rule{Action::TakeOver, kClosed, kSupervisor, refused(ErrorCode::DialogClosed)},

    Rule{Action::Whisper, kActive, bit(HandoffActor::OwningSupervisor), refused(ErrorCode::Conflict)},
    Rule{Action::Whisper, kActive, kSupervisor, stays(Stage::Active)},
    Rule{Action::Whisper, kAi | kWaiting, kSupervisor, refused(ErrorCode::Conflict)},
    Rule{Action::Whisper, kClosed, kSupervisor, refused(ErrorCode::DialogClosed)},

    Rule{Action::Expire, kActive | kReserved, kClock, to(Stage::Queued)},
    Rule{Action::Expire, kAi | kQueued, kClock, refused(ErrorCode::Conflict)},
    Rule{Action::Expire, kClosed, kClock, refused(ErrorCode::DialogClosed)},
};

constexpr qint64 kPickupSeconds = 15;

} // namespace

HandoffStage stageOf(const Dialog& dialog, const std::optional<Handoff>& open)
{
    if (dialog.status == DialogStatus::Closed)
        return Stage::Closed;
    if (!open)
        return Stage::Ai;
    if (open->status == HandoffStatus::Active)
        return Stage::Active;
    return open->reservedFor.isEmpty() ? Stage::Queued : Stage::Reserved;
}

HandoffActor actorOf(const Identity& who, const std::optional<Handoff>& open)
{
    if (!who.isStaff())
        return who.role == Role::Service ? HandoffActor::Service : HandoffActor::Guest;
    const QByteArray owner = !open                                   ? QByteArray()
                             : open->status == HandoffStatus::Active ? open->operatorId
                                                                     : open->reservedFor;
    const bool owns = !owner.isEmpty() && owner == who.subject;
    if (who.role == Role::Operator)
        return owns ? HandoffActor::Owner : HandoffActor::Operator;
    return owns ? HandoffActor::OwningSupervisor : HandoffActor::Supervisor;
}

HandoffStep stepOf(HandoffAction action, HandoffStage stage, HandoffActor actor)
{
    const auto rule = std::find_if(kRules.begin(), kRules.end(), [=](const Rule& row) {
        return row.action == action && (row.stages & bit(stage)) != 0 && (row.actors & bit(actor)) != 0;
    });
    return rule != kRules.end() ? rule->step : refused(ErrorCode::Forbidden);
}

bool waitsBefore(const Handoff& left, const Handoff& right)
{
    if (left.priority != right.priority)
        return left.priority > right.priority;
    return left.queuedMs != right.queuedMs ? left.queuedMs < right.queuedMs : left.id < right.id;
}

int raisedPriority(int priority)
{
    constexpr int kStep = 10;
    return std::min(priority + kStep, 2 * kHighestPriority);
}

std::optional<qint64> estimatedWaitSeconds(int place, OperatorStore::Capacity capacity,
                                           std::optional<qint64> meanHandlingMs)
{
    if (capacity.total <= 0)
        return std::nullopt;
    if (place <= capacity.free)
        return kPickupSeconds;
    if (!meanHandlingMs)
        return std::nullopt;
    const qint64 behind = place - capacity.free;
    const qint64 rounds = (behind + capacity.total - 1) / capacity.total;
    return std::max(kPickupSeconds, (rounds * *meanHandlingMs + 999) / 1000);
}

} // namespace signalbox
