// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayList>
#include <QJsonArray>

#include <functional>
#include <memory>
#include <vector>

namespace signalbox {

/// Socket.IO sockets of the namespace `/`, as servers speak of them: those in any of `rooms` (no room: all of them)
/// that are in none of `except`. The id of a socket is a room of its own.
struct SocketSelection
{
    std::vector<QByteArray> rooms;
    std::vector<QByteArray> except;

    bool operator==(const SocketSelection&) const = default;
};

/// Arguments of an event or of an acknowledgement: a JSON array in which `{"_placeholder":true,"num":n}` stands for the
/// n-th attachment. Valid UTF-8; at most SocketPacketDecoder::kMaxAttachments.
struct SocketValues
{
    QByteArray json = "[]";
    QByteArrayList attachments = {};

    bool operator==(const SocketValues&) const = default;
};

/// An event for some sockets, `["name",argument,…]`.
struct SocketBroadcast
{
    SocketSelection to;
    SocketValues event;
    bool isVolatile = false; ///< not for a client that cannot take it at once

    bool operator==(const SocketBroadcast&) const = default;
};
using SocketBroadcastPtr = std::shared_ptr<const SocketBroadcast>;

/// A socket as `fetchSockets()` describes it. Never holds a token.
struct SocketDescription
{
    QByteArray id;
    std::vector<QByteArray> rooms; ///< its own first
    QByteArray json;               ///< `{"id","handshake","rooms","data"}`
};

/// The Socket.IO sockets of this server that have said who they are, for whoever speaks for other servers. Core thread;
/// what is asked is carried out in the order of the calls, and callbacks come later, on the core thread.
class ClusterSockets
{
public:
    virtual ~ClusterSockets() = default;

    virtual void emitTo(const SocketBroadcastPtr& broadcast) = 0;
    using Counted = std::function<void(int clients)>;
    /// The values of an acknowledgement.
    using Answered = std::function<void(const SocketValues& answer)>;
    /// Tells how many sockets were asked, once, then each answer. A client that does not answer is not told of.
    virtual void emitForAck(const SocketBroadcastPtr& broadcast, Counted counted, Answered answered) = 0;

    using Listed = std::function<void(const std::vector<SocketDescription>& sockets)>;
    virtual void list(const SocketSelection& of, Listed listed) = 0;

    /// Without asking whether the client may be there. Names that are no channel's, and rooms above the limit of a
    /// connection, are passed over.
    virtual void join(const SocketSelection& who, const std::vector<QByteArray>& rooms) = 0;
    virtual void leave(const SocketSelection& who, const std::vector<QByteArray>& rooms) = 0;
    /// "io server disconnect"; `closing` ends the connection too.
    virtual void disconnect(const SocketSelection& who, bool closing) = 0;
};

} // namespace signalbox
