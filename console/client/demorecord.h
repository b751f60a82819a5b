// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/client/demodesk.h"

namespace signalbox::console {

/// One dialog of the practice mode with its messages.
struct DemoDesk::Record
{
    Dialog dialog;
    std::vector<Message> messages;
    std::vector<Note> notes;
    quint64 sequence = 0;
    quint64 fencing = 0;
    size_t talk = 0;     ///< of the script
    int furtherSaid = 0; ///< of the talk's further words
};

} // namespace signalbox::console
