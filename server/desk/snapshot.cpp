// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/snapshot.h"

#include "desk/cannedreplies.h"
#include "desk/deskjson.h"
#include "shared/errors.h"

namespace signalbox {

namespace {

constexpr int kMost = 1000;

/// As the desk knows it, or else as its credential tells: an outside auth service may have sent it this very moment.
Operator personOf(DeskTransaction& transaction, const Identity& who)
{
    if (auto person = transaction.operators().find(who.subject))
        return std::move(*person);
    Operator person;
    person.id = who.subject;
    person.name = who.name;
    person.role = who.role;
    person.cities = who.cities;
    return person;
}

QByteArray dialogWithHandoff(const Dialog& dialog, const QHash<qint64, Handoff>& handoffs)
{
    const auto handoff = handoffs.constFind(dialog.id);
    return dialogJson(dialog, handoff == handoffs.cend() ? std::nullopt : std::optional(*handoff));
}

} // namespace

Result<DeskSnapshot> takeSnapshot(DeskTransaction& transaction, const Identity& who)
{
    DeskSnapshot snapshot;
    snapshot.position = transaction.journal().logTop().toString();
    snapshot.dialogs = transaction.dialogs().open(kMost);
    snapshot.queue = transaction.handoffs().queue(kMost);
    for (const Handoff& handoff : snapshot.queue)
        snapshot.handoffs.insert(handoff.dialogId, handoff);
    for (const Handoff& handoff : transaction.handoffs().active(kMost))
        snapshot.handoffs.insert(handoff.dialogId, handoff);
    snapshot.operators = transaction.operators().all(kMost);
    snapshot.cannedReplies = transaction.texts().cannedReplies(who.subject, kMostCannedReplies);
    snapshot.me = personOf(transaction, who);
    return snapshot;
}

QByteArray snapshotJson(const DeskSnapshot& snapshot)
{
    const auto dialog = [&snapshot](const Dialog& item) { return dialogWithHandoff(item, snapshot.handoffs); };
    return "{\"position\":" + jsonString(snapshot.position) + ",\"dialogs\":" + jsonArray(snapshot.dialogs, dialog) +
           ",\"queue\":" + jsonArray(snapshot.queue, handoffJson) +
           ",\"operators\":" + jsonArray(snapshot.operators, operatorJson) +
           ",\"canned_replies\":" + jsonArray(snapshot.cannedReplies, cannedReplyJson) +
           ",\"me\":" + operatorJson(snapshot.me) + '}';
}

} // namespace signalbox
