// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/transaction.h"

#include <QHash>

namespace signalbox {

/// The desk as a console shows it when it opens, all of one moment.
struct DeskSnapshot
{
    QByteArray position;             ///< of the journal: what comes after it is not in here
    std::vector<Dialog> dialogs;     ///< open ones, newest change first
    QHash<qint64, Handoff> handoffs; ///< the open ones, by dialog
    std::vector<Handoff> queue;      ///< in order
    std::vector<Operator> operators;
    std::vector<CannedReply> cannedReplies;
    Operator me;
};

/// A command that only reads, see DeskTransaction.
Result<DeskSnapshot> takeSnapshot(DeskTransaction& transaction, const Identity& who);

QByteArray snapshotJson(const DeskSnapshot& snapshot);

} // namespace signalbox
