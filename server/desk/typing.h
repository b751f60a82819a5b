// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/storethread.h"
#include "desk/typingboard.h"

namespace signalbox {

/// Publishes that somebody begins or ends to type. Who may begin is as with messages (checkSpeech()); anybody may end.
Result<bool> publishTyping(DeskTransaction& transaction, const Typist& typist, bool starts);

/// Publishes the end of what is over on the board; call it a few times per second. Any thread.
void endTyping(TypingBoard& board, StoreThread& writer, qint64 nowMs);

} // namespace signalbox
