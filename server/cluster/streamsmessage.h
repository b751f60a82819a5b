// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/adaptermessage.h"
#include "redis/redisreply.h"

namespace signalbox {

// What servers with @socket.io/redis-streams-adapter say to each other (as of 0.3.1): entries of a stream, and, where
// an answer is wanted, MessagePack in Pub/Sub. Pure; any thread. Input is untrusted, see adaptermessage.h.

struct StreamsMessage
{
    QByteArray uid;
    QByteArray nsp;
    AdapterRequest
        request; ///< type None: nothing that concerns us (heartbeats, answers). A Broadcast may have no requestId
};
/// An entry's fields, `uid U nsp N type T data JSON-or-base64`.
Result<StreamsMessage> decodeStreamsEntry(const RedisReply& fields, const MsgPackLimits& limits);
/// `{"uid","nsp","type","data"}`.
Result<StreamsMessage> decodeStreamsMessage(QByteArrayView bytes, const MsgPackLimits& limits);

/// The fields of the entry that tells an event of the bus. `uid`: in whose name.
std::vector<QByteArray> streamsEntryOf(const QByteArray& uid, const Event& event);
/// The answer to a request; `data` without its requestId.
QByteArray encodeStreamsAnswer(const QByteArray& uid, AdapterType asked, const QByteArray& requestId, QJsonObject data,
                               const QByteArrayList& attachments = {});

} // namespace signalbox
