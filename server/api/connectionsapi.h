// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/router.h"

namespace signalbox {

/// Who is connected, for admins and services:
/// | GET /api/v1/stats/connections?limit=&offset=&transport=&user=&dialog= | a page, oldest first, and the counts of
/// all | | GET /api/v1/stats/rooms?limit=&offset= | channels with their subscribers | For admins alone: | DELETE
/// /api/v1/connections/{client_id} | closes one | | DELETE /api/v1/users/{user}/connections | closes all of a user |
/// Both answer `{"closed":n}`, or 404 when there is none; the closed ones see closed_by_admin and should not come back
/// by themselves.
void addConnectionsApi(Router& router);

} // namespace signalbox
