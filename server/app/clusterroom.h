// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/localsockets.h"
#include "app/redisroom.h"
#include "cluster/pythonmanager.h"
#include "cluster/redisadapter.h"
#include "cluster/streamsadapter.h"

namespace signalbox {

/// This server's part in a cluster of Socket.IO servers, put together (decisions/0022): its sockets, and the ways by
/// which the others speak, as far as `socketio/cluster` names them. Core thread; what is given outlives its use.
class ClusterRoom
{
public:
    ClusterRoom(const Settings& settings, RedisRoom& redis, const LocalSockets::Rooms& rooms, Mailbox& core);
    Q_DISABLE_COPY_MOVE(ClusterRoom)

    /// Begins to listen; a dispatcher, which has no sockets, only writes.
    void start();

private:
    const bool m_isListening;
    LocalSockets m_sockets;
    std::unique_ptr<RedisAdapter> m_adapter; ///< null, as the others: this way is not wanted
    std::unique_ptr<StreamsAdapter> m_streams;
    std::unique_ptr<PythonManager> m_python;
};

} // namespace signalbox
