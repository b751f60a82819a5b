// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/event.h"
#include "shared/result.h"

#include <memory>
#include <optional>

namespace signalbox {

// An event as it lies in Redis: a head that the scripts write (resources/lua/publish.lua), which says where it stands,
//
//     1 EPOCH NUMBER COUNT\n          of the log over all channels, and how many channels
//     OFFSET EPOCH CHANNEL\n          once for each channel
//
// and behind it the event as its publisher wrote it:
//
//     VERSION TIME ID NAME CONFLATE DATA JOURNAL-EPOCH JOURNAL-OFFSET\n      the middle four are sizes in bytes
//     id, name, conflate key and data without anything between or behind them

struct RedisHead
{
    Position log;
    std::vector<Placement> places;
    qsizetype size = 0; ///< bytes of the message that it took
};

/// Nothing for anything that is not a whole head.
std::optional<RedisHead> parseRedisHead(QByteArrayView message);

/// The part of the publisher; without the data for a receipt.
QByteArray redisPayload(const Event& event, bool withData);

/// An event whose cursor's memory part is its place in the log; null when the bytes are not an event.
std::shared_ptr<Event> eventOfRedis(const RedisHead& head, QByteArrayView payload);
/// Head and payload in one.
std::shared_ptr<Event> eventOfRedis(QByteArrayView message);

} // namespace signalbox
