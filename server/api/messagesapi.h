// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/router.h"

namespace signalbox {

/// What is said in a dialog (docs/api/dialogs.md), for staff and services below /api/dialogs/{id}, for its guest too
/// below /chat/session/{id}: GET, POST …/messages, PATCH …/messages/{mid}, POST …/typing, POST …/read.
void addMessagesApi(Router& router);

} // namespace signalbox
