// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/transaction.h"

namespace signalbox {

// Canned replies: everybody's, which directors and admins keep, and each operator's own, which nobody else sees.
// Commands, see DeskTransaction.

struct CannedChange
{
    std::optional<QString> shortcut;
    std::optional<QString> title;
    std::optional<QString> text;
    std::optional<bool> isShared;
};

constexpr int kMostCannedReplies = 1000; ///< that one person is shown

using CannedReplies = std::vector<CannedReply>;
Result<CannedReplies> listCannedReplies(DeskTransaction& transaction, const Identity& who);
/// Forbidden when it is to be everybody's and `who` keeps only its own.
Result<CannedReply> addCannedReply(DeskTransaction& transaction, const Identity& who, const CannedChange& asked);
/// NotFound for another's own one; Forbidden as above.
Result<CannedReply> changeCannedReply(DeskTransaction& transaction, const Identity& who, qint64 id,
                                      const CannedChange& asked);
Result<qint64> deleteCannedReply(DeskTransaction& transaction, const Identity& who, qint64 id);

} // namespace signalbox
