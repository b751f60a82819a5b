// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/router.h"
#include "socketio/engineconnection.h"

#include <array>
#include <functional>
#include <memory>

namespace signalbox {

class EngineDoor;

/// The doors of all workers at one path, by worker: how a request finds the worker of its session. Filled while the
/// routes are added, before anybody is served; read by all workers then.
struct EngineDoors
{
    struct Place
    {
        Worker* worker = nullptr;
        EngineDoor* door = nullptr; ///< for tasks of the worker only: it may be gone when that has stopped
    };
    std::array<Place, Fanout::kMaxWorkers> byWorker{};
};

/// Makes a session for a handshake. `polling`: it begins by long-polling.
using MakeEngineSession = std::function<std::unique_ptr<EngineConnection>(
    const ApiRequest& request, SessionMetaPtr meta, std::shared_ptr<EngineSessions> sessions, bool polling)>;

/// Engine.IO v4 at `path` ("/socket.io/"), the slash at its end included, on this router's worker: handshakes,
/// long-polling, WebSockets and upgrades, answered and refused like the official server does. An Origin that
/// CORS_ORIGIN does not allow gets 403. Handshakes and whatever is refused, such as requests for unknown sessions, are
/// rate-limited per address; the requests of a session are not.
void addEngineDoor(Router& router, const QByteArray& path, const std::shared_ptr<EngineDoors>& doors,
                   MakeEngineSession make);

} // namespace signalbox
