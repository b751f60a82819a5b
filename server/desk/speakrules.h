// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/records.h"

namespace signalbox {

// Who may say something in a dialog: one speaker at a time. Pure functions of one table.

enum class Speech : quint8 {
    Allowed,
    Reopens,      ///< allowed, and the closed dialog is the AI's again
    NotHolder,    ///< somebody else has the floor, or nobody whom this sender could speak for
    StaleFencing, ///< the claim that the speaker believes to have is not the dialog's newest
    Closed,
};

/// `subject`: the operator who speaks; `fencing`: of the claim it believes to have, if it says so.
Speech speechIn(const Dialog& dialog, Sender sender, const QByteArray& subject, std::optional<quint64> fencing);

/// Its author: the guest for the guest's, an operator for its own, a service for the AI's and the system's.
bool mayEdit(const Identity& who, const Message& message);

} // namespace signalbox
