// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as what Redis sends: as replies of its protocol, however they are cut, as an event in a message, and as a
// message of somebody else's in each of the seeds' channels.
// links: server_core PkgConfig::hiredis
// sources: server/redis/redisevent.cpp server/redis/redisreply.cpp
#include "core/channel.h"
#include "core/foreignjson.h"
#include "redis/redisevent.h"
#include "redis/redisreply.h"

#include <algorithm>
#include <cstdlib>

using namespace signalbox;

namespace {

void require(bool condition)
{
    if (!condition)
        std::abort();
}

bool isSame(const RedisReply& a, const RedisReply& b)
{
    if (a.kind != b.kind || a.text != b.text || a.integer != b.integer || a.items.size() != b.items.size())
        return false;
    for (size_t i = 0; i < a.items.size(); ++i) {
        if (!isSame(a.items[i], b.items[i]))
            return false;
    }
    return true;
}

/// The replies; the last says whether the bytes went wrong.
std::vector<RedisReply> repliesOf(const QByteArray& bytes, qsizetype step)
{
    RedisReplyParser parser(1 << 20);
    std::vector<RedisReply> replies;
    for (qsizetype at = 0; at < bytes.size(); at += step) {
        parser.feed(bytes.mid(at, step));
        while (true) {
            auto next = parser.next();
            if (!next) {
                replies.push_back({RedisReply::Kind::Error, "wrong", 0, {}});
                return replies;
            }
            if (!*next)
                break;
            replies.push_back(std::move(**next));
        }
    }
    return replies;
}

/// What is understood is an event that may go to its channels, and the same one every time.
void takeAsForeign(const QByteArray& bytes)
{
    static const Catalog catalog;
    static ForeignJson json(catalog, {}, "ours");
    for (const char* channel : {"chat:17", "chat:staff", "ws:dialog:17", "sse:dialog:17", "socket-broadcast"}) {
        const auto message = json.decode(channel, bytes);
        if (!message || !*message)
            continue;
        const Publication& event = (*message)->event;
        require(!event.name.isEmpty() && !event.channels.empty() && event.data.startsWith('{'));
        require(std::all_of(event.channels.begin(), event.channels.end(),
                            [](const QByteArray& name) { return isValidChannelName(name); }));
        const auto again = json.decode(channel, bytes);
        require(again && *again && (*again)->event.data == event.data && (*again)->event.channels == event.channels);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const QByteArray bytes(reinterpret_cast<const char*>(data), static_cast<qsizetype>(size));
    const auto whole = repliesOf(bytes, std::max<qsizetype>(1, bytes.size()));
    const auto cut = repliesOf(bytes, 3);
    require(whole.size() == cut.size());
    for (size_t i = 0; i < whole.size(); ++i)
        require(isSame(whole[i], cut[i]));

    takeAsForeign(bytes);
    if (const auto head = parseRedisHead(bytes))
        require(head->size <= bytes.size() && !head->log.epoch.isEmpty());
    if (const auto event = eventOfRedis(bytes)) {
        require(!event->placements.empty() && event->version >= 0 && event->timestampMs >= 0);
        const RedisHead head{event->cursor.memory, event->placements, 0};
        const auto again = eventOfRedis(head, redisPayload(*event, true));
        require(again && again->id == event->id && again->name == event->name && again->data == event->data &&
                again->conflateKey == event->conflateKey && again->cursor == event->cursor);
    }
    return 0;
}
