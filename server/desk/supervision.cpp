// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/supervision.h"

#include "desk/deskevents.h"
#include "desk/handoffsteps.h"

namespace signalbox {

Result<HandoffOutcome> takeOverHandoff(DeskTransaction& transaction, const Identity& who, const TakeOver& request)
{
    auto current = lockCaseFor(transaction, who, request.dialogId);
    if (!current)
        return current.error();
    const auto step = stepFor(transaction, *current, HandoffAction::TakeOver, who);
    if (!step)
        return step.error();
    if (step->repeats) {
        renewLease(transaction, *current->handoff, request.leaseMs);
        return HandoffOutcome{std::move(current->dialog), std::move(*current->handoff), 0, std::nullopt, true};
    }
    const QByteArray former = current->dialog.operatorId;
    QueueChange queue(transaction);
    ensureHandoff(transaction, *current, requesterOf(who));
    claim(transaction, *current, operatorOrId(transaction, who.subject), request.metadata, request.leaseMs);
    queue.publish();
    noteDeed(transaction, who, "handoff.take_over", request.dialogId,
             former.isEmpty() ? QByteArray() : "{\"from\":" + jsonString(former) + '}');
    return HandoffOutcome{std::move(current->dialog), std::move(*current->handoff), 0, std::nullopt, false};
}

Result<Operator> whisperToHolder(DeskTransaction& transaction, const Identity& who, const Whisper& request)
{
    const auto current = lockCaseFor(transaction, who, request.dialogId);
    if (!current)
        return current.error();
    if (const auto step = stepFor(transaction, *current, HandoffAction::Whisper, who); !step)
        return step.error();
    const Operator from = operatorOrId(transaction, who.subject);
    const QByteArray& holder = current->handoff->operatorId;
    transaction.publish(whisper(request.dialogId, holder, from, request.text, transaction.nowMs()));
    noteDeed(transaction, who, "dialog.whisper", request.dialogId, "{\"to\":" + jsonString(holder) + '}');
    return operatorOrId(transaction, holder);
}

} // namespace signalbox
