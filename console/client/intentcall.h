// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/client/backend.h"
#include "console/client/intent.h"

namespace signalbox::console {

/// The call that an intent is.
Call callOf(const Intent& intent);

/// An intent was sent before and no answer came, and now the server refuses it: true when the refusal says that it has
/// been done (the dialog is closed already, the claim is no longer ours).
bool meansDone(const Intent& intent, const CallError& error);

} // namespace signalbox::console
