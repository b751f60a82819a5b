// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "echorecovery.h"

#include "api/enginedoor.h"

namespace signalbox::test {

/// Engine.IO at `path`: every message comes back as it came, text as text and bytes as bytes.
void addEngineEcho(Router& router, const QByteArray& path, const std::shared_ptr<EngineDoors>& doors);

/// Socket.IO at `path`, with the namespaces `/` and `/custom`; `/refused` lets nobody in and says why, all others are
/// "Invalid namespace". On connect it emits `auth` with the handshake's auth. `message` comes back as `message-back`
/// with the same arguments, `message-with-ack` is acknowledged with them, `ask` is emitted back for an acknowledgement
/// whose values come as `answered`, and `disconnect-me` ends the namespace (with the argument true, the connection).
void addSocketIoEcho(Router& router, const QByteArray& path, const std::shared_ptr<EngineDoors>& doors,
                     const std::shared_ptr<EchoRecovery>& recovery);

} // namespace signalbox::test
