// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/router.h"

namespace signalbox {

/// The way of a dialog from the AI to a human and back (docs/api/handoffs.md): POST /api/dialogs/{id}/handoff and
/// …/start, /renew, /release, /cancel, /transfer, /take-over; POST /api/dialogs/{id}/whisper; GET /api/handoff/queue;
/// and for guests POST /chat/session/{id}/handoff and …/cancel.
void addHandoffApi(Router& router);

} // namespace signalbox
