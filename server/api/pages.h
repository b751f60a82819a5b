// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/router.h"

namespace signalbox {

/// GET / and what it needs, from the resources below ":/web": the status page, with entity tags and a strict
/// Content-Security-Policy.
void addPages(Router& router);

} // namespace signalbox
