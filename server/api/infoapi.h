// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/router.h"
#include "ops/health.h"

namespace signalbox {

/// What can be asked about the server: GET /health, /healthz, /api/sse/health (200 or 503 naming each part) and
/// /api/v1/catalog.
void addInfoApi(Router& router, const Health& health);

} // namespace signalbox
