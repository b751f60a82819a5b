// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/msgpack.h"
#include "core/event.h"

#include <QJsonObject>

namespace signalbox {

// What @socket.io/redis-adapter and @socket.io/redis-emitter say to each other (as of 8.3 and 5.1), with channels named
// PREFIX#NAMESPACE#…, PREFIX-request#NAMESPACE#, PREFIX-response#NAMESPACE#. Pure; any thread. Input is untrusted: what
// is not understood is BadRequest, BadJson, or InvalidField with the member's name.

/// An event for the sockets of the other servers: MessagePack `[uid, {type, data, nsp}, {rooms, except, flags}]`.
struct AdapterBroadcast
{
    QByteArray uid; ///< of the server that sent it; "emitter"
    QByteArray nsp = "/";
    SocketBroadcast broadcast;
};
Result<AdapterBroadcast> decodeAdapterBroadcast(QByteArrayView bytes, const MsgPackLimits& limits);
QByteArray encodeAdapterBroadcast(const AdapterBroadcast& message);
/// What an event of the bus is called to its sockets: `name`, above version 1 `name@v2`.
QByteArray socketEventName(const Event& event);
/// The event as its sockets are told it, for its channels' rooms.
SocketBroadcast socketBroadcastOf(const Event& event);

/// As they are numbered on the wire.
enum class AdapterType : qint8 {
    None = -1,
    Sockets,
    AllRooms,
    Join,
    Leave,
    Disconnect,
    Fetch,
    ServerSideEmit,
    Broadcast,
    ClientCount,
    Ack,
};

/// What a server asks of all others: JSON, but for Broadcast.
struct AdapterRequest
{
    AdapterType type = AdapterType::None; ///< Sockets to Broadcast
    QByteArray uid = {};
    QByteArray requestId = {};          ///< empty: no answer is wanted
    bool isOfOneSocket = false;         ///< the older form of Join, Leave and Disconnect; it is answered
    SocketSelection who = {};           ///< of all but AllRooms and ServerSideEmit
    std::vector<QByteArray> rooms = {}; ///< to join, to leave
    bool isClosing = false;             ///< of Disconnect
    SocketBroadcast broadcast = {};     ///< of Broadcast; `who` is in it too
    QByteArray nsp = "/";               ///< of Broadcast
    int timeoutMs = 0;                  ///< of Broadcast, for its answers
};
/// BadRequest for a type that is none.
Result<AdapterRequest> decodeAdapterRequest(QByteArrayView bytes, const MsgPackLimits& limits);
QByteArray encodeAdapterRequest(const AdapterRequest& request);

/// What is answered: JSON, but for Ack.
struct AdapterResponse
{
    AdapterType type = AdapterType::None; ///< None to Sockets, AllRooms, Fetch
    QByteArray requestId;
    QJsonObject members;      ///< everything it said
    SocketValues values = {}; ///< of Ack: the value, alone in its array
};
Result<AdapterResponse> decodeAdapterResponse(QByteArrayView bytes, const MsgPackLimits& limits);
/// `members` is JSON behind the request's id: `"sockets":[…]`; empty: none.
QByteArray encodeAdapterAnswer(AdapterType type, const QByteArray& requestId, const QByteArray& members);
/// Of the answer's values the first one counts there.
QByteArray encodeAdapterAck(const QByteArray& requestId, const SocketValues& answer);

/// A packet `{type, data, nsp}` and its options `{rooms, except, flags}`.
Result<AdapterBroadcast> adapterBroadcastOf(const QJsonValue& packet, const QJsonValue& options,
                                            const QByteArrayList& attachments);
Result<SocketSelection> socketSelection(const QJsonValue& options);
/// A list of rooms' names, which may be numbers in JavaScript; nothing and null are an empty one. The error names
/// `field`.
Result<std::vector<QByteArray>> roomNames(const QJsonValue& list, const char* field);
/// `["a","b"]`.
QByteArray jsonNames(const std::vector<QByteArray>& names);

} // namespace signalbox
