// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/router.h"

namespace signalbox {

/// Dialogs (docs/api/dialogs.md). POST /chat/session: anybody. For the dialog's guest, staff and services:
/// GET /chat/session/{id}, /chat/session/{id}/channel-token, POST …/close. For staff and services: GET /api/dialogs,
/// /api/dialogs/{id}, POST …/close, …/reopen, GET, POST …/notes, PUT …/tags. For staff: GET /api/v1/desk/snapshot.
void addDialogsApi(Router& router);

} // namespace signalbox
