// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/router.h"

namespace signalbox {

/// GET / with the status page (":/web") and GET /widget/… with the web widget, the page that frames hold and the demo
/// shop (":/widget"): with entity tags, compressed for who takes that, under a strict Content-Security-Policy. Pages of
/// the origins in CORS_ORIGIN may hold /widget/chat in a frame.
void addPages(Router& router);

} // namespace signalbox
