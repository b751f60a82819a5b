// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/handoffsteps.h"

#include "desk/deskevents.h"
#include "desk/messages.h"
#include "desk/operators.h"

namespace signalbox {

namespace {

Error withHolder(DeskTransaction& transaction, ErrorCode code, const HandoffCase& current)
{
    Error error(code);
    if (!current.handoff)
        return error;
    const Handoff& handoff = *current.handoff;
    const QByteArray holder = handoff.status == HandoffStatus::Active ? handoff.operatorId : handoff.reservedFor;
    if (holder.isEmpty())
        return error;
    const Operator person = operatorOrId(transaction, holder);
    error.extra = "\"holder\":{\"id\":" + jsonString(person.id) + ",\"name\":" + jsonString(person.name) + '}';
    return error;
}

void store(DeskTransaction& transaction, const HandoffCase& current)
{
    transaction.dialogs().update(current.dialog);
    transaction.handoffs().update(*current.handoff);
}

} // namespace

Result<HandoffCase> lockCase(DeskTransaction& transaction, qint64 dialogId)
{
    auto dialog = transaction.dialogs().lock(dialogId);
    if (!dialog)
        return Error(ErrorCode::NotFound);
    return HandoffCase{std::move(*dialog), transaction.handoffs().open(dialogId)};
}

Result<HandoffCase> lockCaseFor(DeskTransaction& transaction, const Identity& who, qint64 dialogId)
{
    if (who.isStaff()) {
        if (const auto person = requireEnabled(transaction, who); !person)
            return person.error();
    }
    return lockCase(transaction, dialogId);
}

Result<HandoffStep> stepFor(DeskTransaction& transaction, const HandoffCase& current, HandoffAction action,
                            const Identity& who)
{
    const HandoffStep step = stepOf(action, current.stage(), actorOf(who, current.handoff));
    if (!step.error)
        return step;
    if (step.error == ErrorCode::HandoffTaken || step.error == ErrorCode::NotHolder)
        return withHolder(transaction, *step.error, current);
    return Error(*step.error);
}

void setStatus(Dialog& dialog, DialogStatus status, qint64 nowMs)
{
    dialog.status = status;
    dialog.updatedMs = nowMs;
    if (status != DialogStatus::Operator && !dialog.operatorId.isEmpty())
        dialog.lastOperator = std::exchange(dialog.operatorId, {});
    dialog.closedMs = status == DialogStatus::Closed ? nowMs : 0;
    if (status == DialogStatus::Ai || status == DialogStatus::Closed)
        dialog.waitingSinceMs = 0;
    else if (status == DialogStatus::Queued && dialog.waitingSinceMs == 0)
        dialog.waitingSinceMs = nowMs;
}

Operator operatorOrId(DeskTransaction& transaction, const QByteArray& id)
{
    Operator person = transaction.operators().find(id).value_or(Operator{});
    person.id = id;
    if (person.name.isEmpty())
        person.name = QString::fromUtf8(id);
    return person;
}

void ensureHandoff(DeskTransaction& transaction, HandoffCase& current, const QByteArray& requestedBy)
{
    if (current.handoff)
        return;
    Handoff handoff;
    handoff.dialogId = current.dialog.id;
    handoff.requestedBy = requestedBy;
    handoff.requestedMs = transaction.nowMs();
    handoff.queuedMs = transaction.nowMs();
    transaction.handoffs().insert(handoff);
    current.handoff = std::move(handoff);
}

void claim(DeskTransaction& transaction, HandoffCase& current, const Operator& person, const QByteArray& metadata,
           qint64 leaseMs)
{
    Dialog& dialog = current.dialog;
    Handoff& handoff = *current.handoff;
    const qint64 nowMs = transaction.nowMs();
    const DialogStatus before = dialog.status;
    const QByteArray former = dialog.operatorId;
    setStatus(dialog, DialogStatus::Operator, nowMs);
    dialog.operatorId = person.id;
    dialog.lastOperator = person.id;
    dialog.fencing += 1;
    handoff.status = HandoffStatus::Active;
    handoff.operatorId = person.id;
    handoff.reservedFor.clear();
    handoff.fencing = dialog.fencing;
    handoff.leaseUntilMs = nowMs + leaseMs;
    handoff.startedMs = nowMs;
    handoff.answeredMs = 0;
    store(transaction, current);
    if (before != DialogStatus::Operator)
        transaction.publish(dialogStatusChanged(dialog, before));
    if (!former.isEmpty())
        tellOfOperator(transaction, dialog.id, "operator_left", operatorOrId(transaction, former));
    transaction.publish(handoffStarted(handoff, person, metadata));
    transaction.publish(operatorHandling(handoff, person, {}));
    tellOfOperator(transaction, dialog.id, "operator_joined", person);
    if (!former.isEmpty())
        tellLoad(transaction, former);
    tellLoad(transaction, person.id);
}

QueuePlace returnToQueue(DeskTransaction& transaction, HandoffCase& current, QueueChange& queue,
                         const QByteArray& reservedFor, qint64 reservedUntilMs)
{
    Dialog& dialog = current.dialog;
    Handoff& handoff = *current.handoff;
    const DialogStatus before = dialog.status;
    const Operator holder = operatorOrId(transaction, handoff.operatorId);
    setStatus(dialog, DialogStatus::Queued, transaction.nowMs());
    handoff.status = HandoffStatus::Queued;
    handoff.operatorId.clear();
    handoff.fencing = 0;
    handoff.priority = raisedPriority(handoff.priority);
    handoff.returns += 1;
    handoff.startedMs = 0;
    handoff.answeredMs = 0;
    handoff.reservedFor = reservedFor;
    handoff.leaseUntilMs = reservedUntilMs;
    store(transaction, current);
    transaction.publish(dialogStatusChanged(dialog, before));
    tellOfOperator(transaction, dialog.id, "operator_left", holder);
    QueuePlace place = queue.tell(dialog.id);
    transaction.publish(handoffRequested(handoff, place.position, place.estimatedWaitSeconds));
    tellLoad(transaction, holder.id);
    return place;
}

void endHandoff(DeskTransaction& transaction, HandoffCase& current, HandoffStatus outcome, DialogStatus next,
                const std::function<JournalDraft(const Handoff&)>& ended)
{
    Dialog& dialog = current.dialog;
    Handoff& handoff = *current.handoff;
    const DialogStatus before = dialog.status;
    const bool wasActive = handoff.status == HandoffStatus::Active;
    handoff.status = outcome;
    handoff.endedMs = transaction.nowMs();
    handoff.reservedFor.clear();
    handoff.leaseUntilMs = 0;
    if (before != next)
        setStatus(dialog, next, transaction.nowMs());
    store(transaction, current);
    transaction.publish(ended(handoff));
    if (before != next)
        transaction.publish(dialogStatusChanged(dialog, before));
    if (!wasActive)
        return;
    tellOfOperator(transaction, dialog.id, "operator_left", operatorOrId(transaction, handoff.operatorId));
    tellLoad(transaction, handoff.operatorId);
}

void tellOfOperator(DeskTransaction& transaction, qint64 dialogId, const QByteArray& systemType, const Operator& person)
{
    Message message;
    message.dialogId = dialogId;
    message.sender = Sender::System;
    message.senderId = person.id;
    message.senderName = person.name.isEmpty() ? QString::fromUtf8(person.id) : person.name;
    message.systemType = systemType;
    publishMessage(transaction, message);
}

void tellLoad(DeskTransaction& transaction, const QByteArray& operatorId)
{
    if (const auto person = transaction.operators().find(operatorId))
        transaction.publish(presenceUpdated(*person));
}

void noteDeed(DeskTransaction& transaction, const Identity& who, const QByteArray& action, qint64 dialogId,
              const QByteArray& details)
{
    if (!who.isStaff())
        return;
    AuditEntry entry;
    entry.atMs = transaction.nowMs();
    entry.actor = requesterOf(who);
    entry.action = action;
    entry.subject = "dialog:" + QByteArray::number(dialogId);
    entry.details = details;
    transaction.texts().insert(entry);
}

QByteArray requesterOf(const Identity& who)
{
    if (who.isStaff())
        return "operator:" + who.subject;
    if (who.role != Role::Service)
        return QByteArrayLiteral("client");
    return who.subject == "ai" ? who.subject : "service:" + who.subject;
}

} // namespace signalbox
