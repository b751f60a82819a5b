// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/transaction.h"

#include <QHash>

namespace signalbox {

/// A place in the queue: 1 is the first; 0, with nothing, for who does not wait.
struct QueuePlace
{
    int position = 0;
    std::optional<qint64> estimatedWaitSeconds;
};

QueuePlace placeInQueue(DeskTransaction& transaction, qint64 dialogId);

/// What a command does to the queue. Made before it touches the queue, told at its end: the staff once, when anything
/// has changed, and each guest among the first 50 whose own place is another one now (`handoff.queue.updated`).
class QueueChange
{
public:
    explicit QueueChange(DeskTransaction& transaction);

    /// Where a dialog waits now, for an event of the caller's own that tells it so.
    QueuePlace tell(qint64 dialogId);
    /// Something about a place changed that is neither its number nor its dialog.
    void touch() { m_touched = true; }
    void publish();

private:
    struct View
    {
        int total = 0;
        std::vector<qint64> dialogs; ///< of the first places, in order
    };
    View look();
    void tellGuests(const View& now, const OperatorStore::Capacity& capacity, std::optional<qint64> meanMs);

    DeskTransaction& m_transaction;
    const View m_before;
    QHash<qint64, int> m_known; ///< dialog → the place its guest knows
    bool m_touched = false;
};

} // namespace signalbox
