// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis/redisreply.h"

#include <cstdlib>

#include <hiredis/hiredis.h>

namespace signalbox {

namespace {

/// The node that this task reads: the root, or the last item of its parent. A parent gets no further item before this
/// one is complete, so the addresses hold.
RedisReply* nodeFor(const redisReadTask* task, RedisReply::Kind kind)
{
    RedisReply* node = nullptr;
    if (task->parent) {
        auto& items = static_cast<RedisReply*>(task->parent->obj)->items;
        node = &items.emplace_back();
    } else {
        node = new RedisReply;
    }
    node->kind = kind;
    return node;
}

void* makeText(const redisReadTask* task, char* text, size_t size)
{
    const auto kind = task->type == REDIS_REPLY_ERROR    ? RedisReply::Kind::Error
                      : task->type == REDIS_REPLY_STATUS ? RedisReply::Kind::Status
                                                         : RedisReply::Kind::Text;
    RedisReply* node = nodeFor(task, kind);
    node->text = QByteArray(text, static_cast<qsizetype>(size));
    return node;
}

void* makeArray(const redisReadTask* task, int)
{
    return nodeFor(task, RedisReply::Kind::Array);
}

void* makeInteger(const redisReadTask* task, long long value)
{
    RedisReply* node = nodeFor(task, RedisReply::Kind::Integer);
    node->integer = value;
    return node;
}

void* makeNil(const redisReadTask* task)
{
    return nodeFor(task, RedisReply::Kind::Nil);
}

void freeRoot(void* root)
{
    delete static_cast<RedisReply*>(root);
}

redisReplyObjectFunctions kNodes{makeText, makeArray, makeInteger, makeNil, freeRoot};

} // namespace

const RedisReply& RedisReply::at(size_t index) const
{
    static const RedisReply nil;
    return index < items.size() ? items[index] : nil;
}

void RedisReplyParser::Free::operator()(redisReader* reader) const
{
    redisReaderFree(reader);
}

RedisReplyParser::RedisReplyParser(qint64 maxBytes)
    : m_maxBytes(maxBytes)
    , m_reader(redisReaderCreateWithFunctions(&kNodes))
{
}

RedisReplyParser::~RedisReplyParser() = default;

void RedisReplyParser::feed(const QByteArray& bytes)
{
    m_unread += bytes.size();
    redisReaderFeed(m_reader.get(), bytes.constData(), static_cast<size_t>(bytes.size()));
}

Result<std::optional<RedisReply>> RedisReplyParser::next()
{
    void* root = nullptr;
    if (redisReaderGetReply(m_reader.get(), &root) != REDIS_OK)
        return Error(ErrorCode::BadRequest, QString::fromUtf8(m_reader->errstr));
    if (!root) {
        if (m_unread > m_maxBytes)
            return Error(ErrorCode::BadRequest, QStringLiteral("A reply of Redis is too large."));
        return std::optional<RedisReply>();
    }
    m_unread = static_cast<qint64>(m_reader->len - m_reader->pos);
    const std::unique_ptr<RedisReply> reply(static_cast<RedisReply*>(root));
    return std::optional(std::move(*reply));
}

QByteArray redisCommand(const std::vector<QByteArray>& words)
{
    std::vector<const char*> texts;
    std::vector<size_t> sizes;
    for (const QByteArray& word : words) {
        texts.push_back(word.constData());
        sizes.push_back(static_cast<size_t>(word.size()));
    }
    char* bytes = nullptr;
    const int size = redisFormatCommandArgv(&bytes, static_cast<int>(words.size()), texts.data(), sizes.data());
    const std::unique_ptr<char, decltype(&std::free)> owner(bytes, &std::free);
    return size > 0 ? QByteArray(bytes, size) : QByteArray();
}

} // namespace signalbox
