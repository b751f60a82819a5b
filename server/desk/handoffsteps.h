// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/handoffrules.h"
#include "desk/journalevent.h"
#include "desk/queuechange.h"
#include "shared/result.h"

#include <functional>

namespace signalbox {

// The steps that the commands of handoffs.h, handoffexpiry.h and supervision.h are made of. Each stores what it changes
// and publishes what it tells.

/// A dialog, locked, and its open handoff.
struct HandoffCase
{
    Dialog dialog;
    std::optional<Handoff> handoff;

    HandoffStage stage() const { return stageOf(dialog, handoff); }
};

Result<HandoffCase> lockCase(DeskTransaction& transaction, qint64 dialogId);
/// The same for somebody's command: staff must be enabled, and whoever a token from outside vouches for is an operator
/// from now on, see requireEnabled().
Result<HandoffCase> lockCaseFor(DeskTransaction& transaction, const Identity& who, qint64 dialogId);

/// What the rules say; a refusal names the holder where there is one.
Result<HandoffStep> stepFor(DeskTransaction& transaction, const HandoffCase& current, HandoffAction action,
                            const Identity& who);

/// With what belongs to it: who had it, whether the guest waits, the time of closing. Not stored here.
void setStatus(Dialog& dialog, DialogStatus status, qint64 nowMs);

/// The operator, or one who has nothing but the id.
Operator operatorOrId(DeskTransaction& transaction, const QByteArray& id);

/// Makes the open handoff when there is none: `requestedBy` wants a human for the dialog now.
void ensureHandoff(DeskTransaction& transaction, HandoffCase& current, const QByteArray& requestedBy);

/// The operator gets the dialog, from the AI, the queue or another operator: a new fencing number, a lease.
void claim(DeskTransaction& transaction, HandoffCase& current, const Operator& person, const QByteArray& metadata,
           qint64 leaseMs);

/// Its operator gives the dialog back to the queue, where it goes before others that came at the same time.
/// `reservedFor`: who alone may start it until `reservedUntilMs`; empty: anybody.
QueuePlace returnToQueue(DeskTransaction& transaction, HandoffCase& current, QueueChange& queue,
                         const QByteArray& reservedFor = {}, qint64 reservedUntilMs = 0);

/// The handoff ends as `outcome` and the dialog goes on as `next`. Publishes the dialog's change of status, behind
/// `ended`, and what the departure of an operator brings.
void endHandoff(DeskTransaction& transaction, HandoffCase& current, HandoffStatus outcome, DialogStatus next,
                const std::function<JournalDraft(const Handoff&)>& ended);

/// A message of the system about an operator: "operator_joined", "operator_left".
void tellOfOperator(DeskTransaction& transaction, qint64 dialogId, const QByteArray& systemType,
                    const Operator& person);
/// The operator's load has changed.
void tellLoad(DeskTransaction& transaction, const QByteArray& operatorId);

/// Keeps what a person of the staff did to a dialog; guests' and services' doings are in the journal alone.
void noteDeed(DeskTransaction& transaction, const Identity& who, const QByteArray& action, qint64 dialogId,
              const QByteArray& details = {});

/// "client", "ai", "service:crm", "operator:7".
QByteArray requesterOf(const Identity& who);

} // namespace signalbox
