// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/router.h"

namespace signalbox {

// The doors in (spec section 4).

/// POST /api/v1/publish: `Authorization: Bearer` of a service or admin; one event or a batch; `Idempotency-Key`.
/// 200 `{"id","positions":{channel:"epoch:offset"}}`, for a batch `{"results":[…]}`.
/// POST /api/v1/broadcast/{…}: seed 001's bodies, `token` inside or a bearer outside.
/// 200 `{"success":true,"message","rooms","id","positions"}`.
void addPublishApi(Router& router);

} // namespace signalbox
