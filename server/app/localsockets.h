// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workerroom.h"
#include "core/clustersockets.h"

#include <memory>
#include <vector>

namespace signalbox {

/// The Socket.IO sockets of all workers of this server (socketio/socketroster.h). Core thread; outlives no worker.
class LocalSockets final : public ClusterSockets
{
public:
    using Rooms = std::vector<std::unique_ptr<WorkerRoom>>;

    /// Both outlive it; the rooms may be filled later.
    LocalSockets(const Rooms& rooms, Mailbox& core)
        : m_rooms(rooms)
        , m_core(core)
    {
    }

    void emitTo(const SocketBroadcastPtr& broadcast) override;
    void emitForAck(const SocketBroadcastPtr& broadcast, Counted counted, Answered answered) override;
    void list(const SocketSelection& of, Listed listed) override;
    void join(const SocketSelection& who, const std::vector<QByteArray>& rooms) override;
    void leave(const SocketSelection& who, const std::vector<QByteArray>& rooms) override;
    void disconnect(const SocketSelection& who, bool closing) override;

private:
    const Rooms& m_rooms;
    Mailbox& m_core;
};

} // namespace signalbox
