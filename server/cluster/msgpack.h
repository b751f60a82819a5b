// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clustersockets.h"
#include "shared/result.h"

#include <QJsonValue>

namespace signalbox {

// MessagePack as the libraries of Socket.IO write it (notepack.io, @msgpack/msgpack), to JSON and back. Pure; any
// thread.

/// What bounds hostile input; its bytes are bounded by the caller.
struct MsgPackLimits
{
    int maxDepth = 32;       ///< levels of arrays and maps
    int maxAttachments = 10; ///< byte strings; a client takes no more in one packet
};

/// One value, with nothing behind it, as compact JSON: byte strings are attachments, a Date is its ISO text, NaN and
/// what JSON has no number for are null, text that is not UTF-8 has U+FFFD in it. BadRequest says what was wrong; also
/// for a map's key that is no text, an unknown extension, and bytes beside an object that calls itself a placeholder.
Result<SocketValues> jsonOfMsgPack(QByteArrayView bytes, const MsgPackLimits& limits = {});

/// The reverse. A placeholder for one of the attachments becomes its bytes. `value` is at most as deep as a parser has
/// let it be.
QByteArray msgPackOfJson(const QJsonValue& value, const QByteArrayList& attachments = {});

} // namespace signalbox
