// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QByteArray>

#include <memory>
#include <optional>
#include <vector>

struct redisReader;

namespace signalbox {

/// A value as Redis sends it (RESP2). Owns everything below it.
struct RedisReply
{
    enum class Kind : quint8 { Nil, Status, Error, Integer, Text, Array };

    Kind kind = Kind::Nil;
    QByteArray text; ///< of Status, Error and Text
    qint64 integer = 0;
    std::vector<RedisReply> items; ///< of Array

    bool isError() const { return kind == Kind::Error; }
    bool isArray() const { return kind == Kind::Array; }
    /// The item, or Nil when there are not so many.
    const RedisReply& at(size_t index) const;
};

/// Bytes from Redis to replies, on hiredis's parser. After an error nothing more is read: the connection is to be
/// closed. What the other side claims to send costs no memory before it has come.
class RedisReplyParser
{
public:
    /// `maxBytes`: of one reply, with everything below it.
    explicit RedisReplyParser(qint64 maxBytes = 512LL << 20);
    ~RedisReplyParser();
    RedisReplyParser(const RedisReplyParser&) = delete;
    RedisReplyParser& operator=(const RedisReplyParser&) = delete;

    void feed(const QByteArray& bytes);
    /// The next whole reply; nothing when it has not come yet; BadRequest when it is not RESP2, or too large.
    Result<std::optional<RedisReply>> next();

private:
    struct Free
    {
        void operator()(redisReader* reader) const;
    };
    const qint64 m_maxBytes;
    qint64 m_unread = 0; ///< fed since the last whole reply
    std::unique_ptr<redisReader, Free> m_reader;
};

/// A command as bytes for Redis.
QByteArray redisCommand(const std::vector<QByteArray>& words);

} // namespace signalbox
