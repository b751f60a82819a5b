// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/transaction.h"
#include "shared/result.h"

namespace signalbox {

// Commands of the handoff from the AI to a human and back (spec section 6). Each locks its dialog, so that of any
// number of operators who take a dialog at once, on any number of servers, one gets it. Who may do what when is the
// table in handoffrules.cpp; refusals are HandoffTaken and NotHolder (with `holder`), StaleFencing, DialogClosed,
// Conflict, Forbidden, and NotFound for a dialog that is not here. Staff pass requireEnabled() first.

/// How a dialog and its handoff stand after a command.
struct HandoffOutcome
{
    Dialog dialog;
    Handoff handoff;
    int position = 0; ///< in the queue; 0: does not wait
    std::optional<qint64> estimatedWaitSeconds;
    bool repeated = false; ///< it was so before: nothing changed
};

struct HandoffRequest
{
    qint64 dialogId = 0;
    QString reason;
    int priority = 0;
    QByteArray metadata;
};
/// Puts the dialog into the queue; repeated: it waits already.
Result<HandoffOutcome> requestHandoff(DeskTransaction& transaction, const Identity& who, const HandoffRequest& request);

struct HandoffStart
{
    qint64 dialogId = 0;
    QByteArray operatorId; ///< to whom a director gives it; empty: who asks takes it
    QByteArray metadata;   ///< for the event, which the guest sees too
    bool force = false;    ///< beyond the operator's capacity
    qint64 leaseMs = 0;
};
/// The claim. Repeated: this operator has it already, and the lease is renewed.
Result<HandoffOutcome> startHandoff(DeskTransaction& transaction, const Identity& who, const HandoffStart& request);

struct HandoffRenewal
{
    qint64 dialogId = 0;
    quint64 fencing = 0;
    qint64 leaseMs = 0;
};
Result<HandoffOutcome> renewHandoff(DeskTransaction& transaction, const Identity& who, const HandoffRenewal& request);

struct HandoffRelease
{
    qint64 dialogId = 0;
    std::optional<quint64> fencing; ///< given: StaleFencing unless it is the claim's
    QString resolution;
    bool returnsToAi = true; ///< or else the dialog is closed
    QByteArray metadata;     ///< for the event
};
Result<HandoffOutcome> releaseHandoff(DeskTransaction& transaction, const Identity& who, const HandoffRelease& request);

struct HandoffCancel
{
    qint64 dialogId = 0;
    QByteArray cancelType; ///< empty: by who asks
    QString reason;
};
Result<HandoffOutcome> cancelHandoff(DeskTransaction& transaction, const Identity& who, const HandoffCancel& request);

struct HandoffTransfer
{
    qint64 dialogId = 0;
    std::optional<quint64> fencing;
    QByteArray operatorId; ///< for whom it is reserved; empty: back to the queue, for anybody
    QString note;          ///< kept as an internal note
    qint64 answerMs = 0;   ///< how long the reservation stands
};
Result<HandoffOutcome> transferHandoff(DeskTransaction& transaction, const Identity& who,
                                       const HandoffTransfer& request);

struct HandoffQueue
{
    struct Item
    {
        Handoff handoff;
        Dialog dialog;
        std::optional<qint64> estimatedWaitSeconds;
    };
    std::vector<Item> items; ///< in order, from the first
    int total = 0;
};
/// For staff and services.
Result<HandoffQueue> handoffQueue(DeskTransaction& transaction, const Identity& who, int limit);

/// For the holder's messages: stores the open handoff with a lease that ends `leaseMs` from now, or later if it did.
void renewLease(DeskTransaction& transaction, Handoff& handoff, qint64 leaseMs);

} // namespace signalbox
