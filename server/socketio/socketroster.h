// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clustersockets.h"

#include <QHash>

namespace signalbox {

class EdgeWorker;
class GatewaySocket;

/// The Socket.IO sockets of one worker that have said who they are, found by id and by room. On the worker's thread;
/// sockets enter and leave by themselves. See ClusterSockets for what is asked of it.
class SocketRoster
{
public:
    explicit SocketRoster(EdgeWorker& edge)
        : m_edge(edge)
    {
    }
    Q_DISABLE_COPY_MOVE(SocketRoster)

    void add(GatewaySocket& socket);
    void remove(const GatewaySocket& socket);

    /// Encoded once for all sockets of one format. With recovery a client takes an event's last argument, if it is a
    /// text, for the place to resume from: `null` goes behind that.
    void emitTo(const SocketBroadcast& broadcast) const;
    /// How many sockets were asked.
    int emitForAck(const SocketBroadcast& broadcast, const ClusterSockets::Answered& answered) const;
    std::vector<SocketDescription> list(const SocketSelection& of) const;
    void join(const SocketSelection& who, const std::vector<QByteArray>& rooms) const;
    void leave(const SocketSelection& who, const std::vector<QByteArray>& rooms) const;
    void disconnect(const SocketSelection& who, bool closing) const;

private:
    std::vector<GatewaySocket*> select(const SocketSelection& who) const;
    std::vector<GatewaySocket*> candidates(const std::vector<QByteArray>& rooms) const;

    EdgeWorker& m_edge;
    QHash<QByteArray, GatewaySocket*> m_byId; ///< the socket's id
    QHash<quint64, GatewaySocket*> m_bySession;
};

} // namespace signalbox
