// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/transaction.h"
#include "shared/result.h"

namespace signalbox {

// What becomes of handoffs by the passing of time.

struct HandoffExpiry
{
    int changed = 0;
    std::optional<qint64> nextMs; ///< when the next is due, as things stand; nothing: nothing is running
};

/// Puts back into the queue what its operator lost: whose lease has ended, and whose operator has not written within
/// `answerMs` of taking it. Frees what was reserved for an operator who did not come. At most 50 at a time, then
/// `nextMs` is now. Meant for every second; any number of servers may do it.
Result<HandoffExpiry> expireHandoffs(DeskTransaction& transaction, qint64 answerMs);

/// Lets no lease end before `leaseMs` from now, and returns how many that concerned: for the start of a server, which
/// no operator could reach to renew one.
Result<int> extendLeases(DeskTransaction& transaction, qint64 leaseMs);

} // namespace signalbox
