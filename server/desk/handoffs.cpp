// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/handoffs.h"

#include "desk/deskevents.h"
#include "desk/handoffsteps.h"
#include "desk/operators.h"

#include <algorithm>

namespace signalbox {

namespace {

HandoffOutcome outcomeOf(HandoffCase current, QueuePlace place = {}, bool repeated = false)
{
    return {std::move(current.dialog), std::move(*current.handoff), place.position, place.estimatedWaitSeconds,
            repeated};
}

bool isSupervisor(const Identity& who)
{
    return who.role == Role::Director || who.role == Role::Admin;
}

/// Who will have the dialog: who asks, or the one a director names.
Result<Operator> claimantOf(DeskTransaction& transaction, const Identity& who, const QByteArray& named)
{
    const bool isAssigned = !named.isEmpty() && named != who.subject;
    if (!who.isStaff() || (isAssigned && !isSupervisor(who)))
        return Error(ErrorCode::Forbidden);
    auto person = transaction.operators().find(isAssigned ? named : who.subject);
    if (person && !person->disabled)
        return std::move(*person);
    if (isAssigned)
        return Error(ErrorCode::InvalidField, QStringLiteral("There is no such operator."), "operator_id");
    return Error(ErrorCode::Forbidden);
}

/// The rules' answer for somebody who names the claim it believes to have.
Result<HandoffStep> fencedStepFor(DeskTransaction& transaction, const HandoffCase& current, HandoffAction action,
                                  const Identity& who, const std::optional<quint64>& fencing)
{
    auto step = stepFor(transaction, current, action, who);
    if (step && fencing && current.handoff && *fencing != current.handoff->fencing)
        return Error(ErrorCode::StaleFencing);
    return step;
}

Result<void> checkTransferTarget(DeskTransaction& transaction, const Handoff& handoff, const QByteArray& target)
{
    if (target.isEmpty())
        return {};
    const auto person = transaction.operators().find(target);
    if (!person || person->disabled)
        return Error(ErrorCode::InvalidField, QStringLiteral("There is no such operator."), "operator_id");
    if (target == handoff.operatorId)
        return Error(ErrorCode::InvalidField, QStringLiteral("This operator has the dialog already."), "operator_id");
    return {};
}

void keepNote(DeskTransaction& transaction, const Identity& who, const HandoffTransfer& request)
{
    if (request.note.isEmpty())
        return;
    Note note;
    note.dialogId = request.dialogId;
    note.authorId = who.subject;
    note.authorName = operatorOrId(transaction, who.subject).name;
    note.text = request.note;
    note.createdMs = transaction.nowMs();
    transaction.messages().insertNote(note);
    transaction.publish(noteCreated(note));
}

QByteArray defaultCancelType(const Identity& who)
{
    if (who.isStaff())
        return QByteArrayLiteral("operator");
    return who.role == Role::Service ? QByteArrayLiteral("system") : QByteArrayLiteral("user_request");
}

} // namespace

Result<HandoffOutcome> requestHandoff(DeskTransaction& transaction, const Identity& who, const HandoffRequest& request)
{
    auto current = lockCaseFor(transaction, who, request.dialogId);
    if (!current)
        return current.error();
    const auto step = stepFor(transaction, *current, HandoffAction::Request, who);
    if (!step)
        return step.error();
    if (step->repeats)
        return outcomeOf(std::move(*current), placeInQueue(transaction, request.dialogId), true);

    QueueChange queue(transaction);
    Handoff handoff;
    handoff.dialogId = request.dialogId;
    handoff.priority = request.priority;
    handoff.reason = request.reason;
    handoff.metadata = request.metadata;
    handoff.requestedBy = requesterOf(who);
    handoff.requestedMs = transaction.nowMs();
    handoff.queuedMs = transaction.nowMs();
    transaction.handoffs().insert(handoff);
    Dialog& dialog = current->dialog;
    const DialogStatus before = dialog.status;
    setStatus(dialog, DialogStatus::Queued, transaction.nowMs());
    transaction.dialogs().update(dialog);
    transaction.publish(dialogStatusChanged(dialog, before));
    const QueuePlace place = queue.tell(dialog.id);
    transaction.publish(handoffRequested(handoff, place.position, place.estimatedWaitSeconds));
    queue.publish();
    current->handoff = std::move(handoff);
    return outcomeOf(std::move(*current), place);
}

Result<HandoffOutcome> startHandoff(DeskTransaction& transaction, const Identity& who, const HandoffStart& request)
{
    auto current = lockCaseFor(transaction, who, request.dialogId);
    if (!current)
        return current.error();
    const auto person = claimantOf(transaction, who, request.operatorId);
    if (!person)
        return person.error();
    Identity claimant = who;
    claimant.subject = person->id;
    const auto step = stepFor(transaction, *current, HandoffAction::Start, claimant);
    if (!step)
        return step.error();
    if (step->repeats) {
        renewLease(transaction, *current->handoff, request.leaseMs);
        return outcomeOf(std::move(*current), {}, true);
    }
    if (person->load >= person->capacity && !request.force)
        return Error(ErrorCode::Conflict, QStringLiteral("The operator has as many dialogs as it can."), "capacity");

    QueueChange queue(transaction);
    ensureHandoff(transaction, *current, requesterOf(who));
    claim(transaction, *current, *person, request.metadata, request.leaseMs);
    queue.publish();
    noteDeed(transaction, who, "handoff.start", request.dialogId,
             person->id == who.subject ? QByteArray() : "{\"operator_id\":" + jsonString(person->id) + '}');
    return outcomeOf(std::move(*current));
}

Result<HandoffOutcome> renewHandoff(DeskTransaction& transaction, const Identity& who, const HandoffRenewal& request)
{
    auto current = lockCaseFor(transaction, who, request.dialogId);
    if (!current)
        return current.error();
    const auto step = fencedStepFor(transaction, *current, HandoffAction::Renew, who, request.fencing);
    if (!step)
        return step.error();
    renewLease(transaction, *current->handoff, request.leaseMs);
    return outcomeOf(std::move(*current), {}, true);
}

Result<HandoffOutcome> releaseHandoff(DeskTransaction& transaction, const Identity& who, const HandoffRelease& request)
{
    auto current = lockCaseFor(transaction, who, request.dialogId);
    if (!current)
        return current.error();
    const auto action = request.returnsToAi ? HandoffAction::Release : HandoffAction::ReleaseAndClose;
    const auto step = fencedStepFor(transaction, *current, action, who, request.fencing);
    if (!step)
        return step.error();
    current->handoff->resolution = request.resolution;
    endHandoff(transaction, *current, HandoffStatus::Released,
               request.returnsToAi ? DialogStatus::Ai : DialogStatus::Closed,
               [&](const Handoff& handoff) { return handoffReleased(handoff, request.returnsToAi, request.metadata); });
    noteDeed(transaction, who, "handoff.release", request.dialogId);
    return outcomeOf(std::move(*current));
}

Result<HandoffOutcome> cancelHandoff(DeskTransaction& transaction, const Identity& who, const HandoffCancel& request)
{
    auto current = lockCaseFor(transaction, who, request.dialogId);
    if (!current)
        return current.error();
    const auto step = stepFor(transaction, *current, HandoffAction::Cancel, who);
    if (!step)
        return step.error();
    QueueChange queue(transaction);
    current->handoff->cancelType = request.cancelType.isEmpty() ? defaultCancelType(who) : request.cancelType;
    endHandoff(transaction, *current, HandoffStatus::Cancelled, DialogStatus::Ai,
               [&](const Handoff& handoff) { return handoffCancelled(handoff, request.reason); });
    queue.publish();
    noteDeed(transaction, who, "handoff.cancel", request.dialogId);
    return outcomeOf(std::move(*current));
}

Result<HandoffOutcome> transferHandoff(DeskTransaction& transaction, const Identity& who,
                                       const HandoffTransfer& request)
{
    auto current = lockCaseFor(transaction, who, request.dialogId);
    if (!current)
        return current.error();
    const auto action =
        request.operatorId.isEmpty() ? HandoffAction::TransferToQueue : HandoffAction::TransferToOperator;
    const auto step = fencedStepFor(transaction, *current, action, who, request.fencing);
    if (!step)
        return step.error();
    if (const auto target = checkTransferTarget(transaction, *current->handoff, request.operatorId); !target)
        return target.error();
    QueueChange queue(transaction);
    keepNote(transaction, who, request);
    const qint64 untilMs = request.operatorId.isEmpty() ? 0 : transaction.nowMs() + request.answerMs;
    const QueuePlace place = returnToQueue(transaction, *current, queue, request.operatorId, untilMs);
    queue.publish();
    noteDeed(transaction, who, "handoff.transfer", request.dialogId,
             request.operatorId.isEmpty() ? QByteArray() : "{\"operator_id\":" + jsonString(request.operatorId) + '}');
    return outcomeOf(std::move(*current), place);
}

Result<HandoffQueue> handoffQueue(DeskTransaction& transaction, const Identity& who, int limit)
{
    if (const auto person = requireEnabled(transaction, who); !person)
        return person.error();
    HandoffQueue queue;
    queue.total = transaction.handoffs().queueLength();
    const OperatorStore::Capacity capacity = transaction.operators().capacity();
    const auto meanMs = transaction.handoffs().meanHandlingMs(kMeasuredHandoffs);
    int place = 0;
    for (Handoff& handoff : transaction.handoffs().queue(limit)) {
        Dialog dialog = transaction.dialogs().find(handoff.dialogId).value_or(Dialog{});
        queue.items.push_back({std::move(handoff), std::move(dialog), estimatedWaitSeconds(++place, capacity, meanMs)});
    }
    return queue;
}

void renewLease(DeskTransaction& transaction, Handoff& handoff, qint64 leaseMs)
{
    handoff.leaseUntilMs = std::max(handoff.leaseUntilMs, transaction.nowMs() + leaseMs);
    transaction.handoffs().update(handoff);
}

} // namespace signalbox
