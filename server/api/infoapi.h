// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/router.h"
#include "ops/health.h"

namespace signalbox {

/// What can be asked about the server: GET /health, /healthz, /api/sse/health (200 or 503 naming each part),
/// /api/v1/catalog, and for admins and services /api/v1/stats/connections and /api/v1/stats/rooms
/// (`?limit=&offset=`).
void addInfoApi(Router& router, const Health& health);

} // namespace signalbox
