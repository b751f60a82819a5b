// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/authapi.h"

namespace signalbox {

/// GET and POST /api/operators, GET /api/operators/me, PATCH /api/operators/{id} ("me" too), PUT
/// /api/operators/me/status; see docs/api/operators.md.
void addOperatorsApi(Router& router, LoginParts parts);

} // namespace signalbox
