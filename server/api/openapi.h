// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/router.h"

namespace signalbox {

/// The OpenAPI 3.1 document of the public port's REST, joined from resources/openapi: base.json, and the `paths` and
/// `components.schemas` of the others. Made once; any thread.
const QByteArray& openApiDocument();

/// GET /api/v1/openapi.json
void addOpenApi(Router& router);

} // namespace signalbox
