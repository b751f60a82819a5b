// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/router.h"

namespace signalbox {

/// Canned replies (docs/api/dialogs.md), for staff: GET, POST /api/canned-replies, PATCH, DELETE
/// /api/canned-replies/{id}.
void addCannedApi(Router& router);

} // namespace signalbox
