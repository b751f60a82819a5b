// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/handoffexpiry.h"

#include "desk/deskevents.h"
#include "desk/handoffs.h"
#include "desk/handoffsteps.h"

#include <algorithm>
#include <limits>

namespace signalbox {

namespace {

constexpr int kAtOnce = 50;
constexpr int kAllActive = 100'000;
constexpr qint64 kEver = std::numeric_limits<qint64>::max();

/// True when it changed something.
bool expire(DeskTransaction& transaction, const Handoff& due, QueueChange& queue)
{
    auto current = lockCase(transaction, due.dialogId);
    if (!current || !current->handoff || current->handoff->id != due.id)
        return false;
    const HandoffStage stage = current->stage();
    const HandoffStep step = stepOf(HandoffAction::Expire, stage, HandoffActor::Clock);
    if (stage == HandoffStage::Closed) { // a closed dialog has none; one that had would come back here for ever
        current->handoff->cancelType = "system";
        endHandoff(transaction, *current, HandoffStatus::Cancelled, DialogStatus::Closed,
                   [](const Handoff& handoff) { return handoffCancelled(handoff, {}); });
        return true;
    }
    if (step.error)
        return false;
    if (stage == HandoffStage::Active) {
        returnToQueue(transaction, *current, queue);
        return true;
    }
    current->handoff->reservedFor.clear();
    current->handoff->leaseUntilMs = 0;
    transaction.handoffs().update(*current->handoff);
    queue.touch();
    return true;
}

/// Everything due, leases first, at most kAtOnce.
std::vector<Handoff> dueHandoffs(DeskTransaction& transaction, qint64 answerMs)
{
    const qint64 nowMs = transaction.nowMs();
    std::vector<Handoff> due = transaction.handoffs().leaseEndedBefore(nowMs + 1, kAtOnce);
    const auto addAll = [&due](std::vector<Handoff> more) {
        for (Handoff& handoff : more) {
            const bool isKnown =
                std::any_of(due.begin(), due.end(), [&](const Handoff& known) { return known.id == handoff.id; });
            if (!isKnown && due.size() < kAtOnce)
                due.push_back(std::move(handoff));
        }
    };
    addAll(transaction.handoffs().unansweredSince(nowMs - answerMs + 1, kAtOnce));
    addAll(transaction.handoffs().reservationEndedBefore(nowMs + 1, kAtOnce));
    return due;
}

std::optional<qint64> nextDueMs(DeskTransaction& transaction, qint64 answerMs)
{
    std::optional<qint64> next;
    const auto consider = [&next](const std::vector<Handoff>& first, auto when) {
        if (!first.empty())
            next = std::min(next.value_or(kEver), when(first.front()));
    };
    consider(transaction.handoffs().leaseEndedBefore(kEver, 1), [](const Handoff& h) { return h.leaseUntilMs; });
    consider(transaction.handoffs().unansweredSince(kEver, 1),
             [=](const Handoff& h) { return h.startedMs + answerMs; });
    consider(transaction.handoffs().reservationEndedBefore(kEver, 1), [](const Handoff& h) { return h.leaseUntilMs; });
    return next;
}

} // namespace

Result<HandoffExpiry> expireHandoffs(DeskTransaction& transaction, qint64 answerMs)
{
    HandoffExpiry outcome;
    if (const auto due = dueHandoffs(transaction, answerMs); !due.empty()) {
        QueueChange queue(transaction);
        for (const Handoff& handoff : due)
            outcome.changed += expire(transaction, handoff, queue) ? 1 : 0;
        queue.publish();
    }
    outcome.nextMs = nextDueMs(transaction, answerMs);
    return outcome;
}

Result<int> extendLeases(DeskTransaction& transaction, qint64 leaseMs)
{
    const qint64 untilMs = transaction.nowMs() + leaseMs;
    int extended = 0;
    for (Handoff& handoff : transaction.handoffs().active(kAllActive)) {
        if (handoff.leaseUntilMs >= untilMs)
            continue;
        renewLease(transaction, handoff, leaseMs);
        ++extended;
    }
    return extended;
}

} // namespace signalbox
