// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/identity.h"

#include <QByteArray>

#include <atomic>
#include <memory>

namespace signalbox {

enum class TransportKind : quint8 { WebSocket, Sse, SocketIo, Polling };
const char* transportName(TransportKind kind); ///< "ws", "sse", "socketio", "polling": the metric's label

/// Which pool a connection counts in (seed 000): the admin panel's or the site's widgets.
enum class Pool : quint8 { Admin, Site };

/// What is known about one connection. Made by the worker, shared with the core thread, which counts and lists it.
/// The plain members never change after the session is attached; the atomics are written by the worker.
struct SessionMeta
{
    quint64 id = 0; ///< unique in this process
    int worker = 0;
    std::atomic<TransportKind> transport{TransportKind::WebSocket}; ///< a polling session may be upgraded
    Pool pool = Pool::Site;
    bool countsAsStream = false; ///< /api/v1/streams: limited per user, replaced per channel
    QByteArray clientId;         ///< what the client is told
    QByteArray door;             ///< "/channel/ws"
    QByteArray address;          ///< the peer's, without port
    QByteArray dialog;           ///< the dialog it is about, if any
    QByteArray streamChannel;
    IdentityPtr identity;
    qint64 createdMs = 0; ///< wall clock

    std::atomic<qint64> lastPongMs{0}; ///< wall clock of the last frame, pongs and others; 0 = none yet
    std::atomic<quint64> messagesIn{0};
    std::atomic<quint64> messagesOut{0};
    std::atomic<bool> slow{false}; ///< has had a backlog
};

using SessionMetaPtr = std::shared_ptr<SessionMeta>;

} // namespace signalbox
