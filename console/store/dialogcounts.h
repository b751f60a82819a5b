// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace signalbox::console {

/// How many dialogs stand where; always true of the store's rows.
struct DialogCounts
{
    int queue = 0;       ///< wait for an operator and this one may take them
    int mine = 0;        ///< this operator has them
    int all = 0;         ///< open ones
    int unreadQueue = 0; ///< of queue, those with unread messages
    int unreadMine = 0;
    int mineWaiting = 0; ///< of mine, those whose guest waits for an answer

    bool operator==(const DialogCounts&) const = default;
};

} // namespace signalbox::console
