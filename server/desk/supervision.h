// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/handoffs.h"

namespace signalbox {

// What directors and admins do over an operator's shoulder. Listening needs no command: they may join any dialog's
// channel.

struct TakeOver
{
    qint64 dialogId = 0;
    QByteArray metadata; ///< for the event
    qint64 leaseMs = 0;
};
/// Takes the dialog from whoever has it, with a new fencing number, so that the old holder's later messages are
/// refused. Asks for no capacity. Repeated: who asks has it already.
Result<HandoffOutcome> takeOverHandoff(DeskTransaction& transaction, const Identity& who, const TakeOver& request);

struct Whisper
{
    qint64 dialogId = 0;
    QString text;
};
/// Says something to the dialog's operator alone (`operator:{id}`), and returns that operator. Conflict when nobody
/// else has the dialog.
Result<Operator> whisperToHolder(DeskTransaction& transaction, const Identity& who, const Whisper& request);

} // namespace signalbox
