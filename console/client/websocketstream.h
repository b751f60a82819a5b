// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/client/eventstream.h"

#include <memory>

namespace signalbox::console {

/// The feed over WebSocket; null where Qt WebSockets was missing at build time.
std::unique_ptr<EventStream> makeWebSocketStream();

} // namespace signalbox::console
