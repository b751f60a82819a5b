// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/store.h"
#include "shared/errors.h"

namespace signalbox {

// The rules of a handoff: pure functions. Who may do what when is one table (handoffrules.cpp).

/// Where a dialog stands on its way to a human.
enum class HandoffStage : quint8 {
    Ai,       ///< nobody has asked for an operator
    Queued,   ///< waits for anybody
    Reserved, ///< waits for one operator, to whom it was transferred
    Active,   ///< an operator has it
    Closed,   ///< the dialog is closed
};
HandoffStage stageOf(const Dialog& dialog, const std::optional<Handoff>& open);

enum class HandoffAction : quint8 {
    Request,
    Start,
    Renew,
    Release,         ///< back to the AI
    ReleaseAndClose, ///< the dialog is finished
    Cancel,
    TransferToQueue,
    TransferToOperator,
    TakeOver,
    Whisper,
    Expire, ///< a lease, an answer or a reservation is overdue
};

/// Who acts, seen from one handoff. The owner is the operator who has it or for whom it is reserved.
enum class HandoffActor : quint8 {
    Guest,
    Service,
    Operator, ///< not the owner
    Owner,
    Supervisor, ///< director or admin, not the owner
    OwningSupervisor,
    Clock, ///< the desk itself
};
HandoffActor actorOf(const Identity& who, const std::optional<Handoff>& open);

struct HandoffStep
{
    HandoffStage next = HandoffStage::Ai;
    bool repeats = false;           ///< allowed, and it is so already: nothing changes, nobody is told
    std::optional<ErrorCode> error; ///< then nothing else counts
};
/// What comes of it. Forbidden for whoever the table does not name.
HandoffStep stepOf(HandoffAction action, HandoffStage stage, HandoffActor actor);

/// The queue's order: priority, then who waits longer, then who came first.
bool waitsBefore(const Handoff& left, const Handoff& right);

constexpr int kHighestPriority = 100; ///< that can be asked for
/// Of a dialog that was with an operator and comes back to the queue: ten more, at most twice the highest.
int raisedPriority(int priority);

constexpr int kMeasuredHandoffs = 50; ///< of which the mean handling time is taken
/// How long the guest at this place of the queue will wait, in seconds: 15 while there is a free hand for everybody up
/// to this place, then a mean handling time for each round of all hands. Nothing when no operator is online, or when
/// nothing was measured yet and it would matter.
std::optional<qint64> estimatedWaitSeconds(int place, OperatorStore::Capacity capacity,
                                           std::optional<qint64> meanHandlingMs);

} // namespace signalbox
