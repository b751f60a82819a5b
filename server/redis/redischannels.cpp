// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis/redischannels.h"

namespace signalbox {

QByteArray escapedForPattern(const QByteArray& text)
{
    QByteArray pattern;
    for (const char c : text) {
        if (QByteArrayView("*?[]\\").contains(c))
            pattern += '\\';
        pattern += c;
    }
    return pattern;
}

RedisChannels::RedisChannels(RedisLink& link)
    : m_link(link)
{
    connect(&link, &RedisLink::up, this, &RedisChannels::begin);
    connect(&link, &RedisLink::down, this, &RedisChannels::end);
    connect(&link, &RedisLink::pushed, this, &RedisChannels::pushed);
}

void RedisChannels::add(const QByteArray& name)
{
    if (m_names.contains(name))
        return;
    m_names.insert(name, {});
    note(true, name);
}

void RedisChannels::remove(const QByteArray& name)
{
    const auto found = m_names.constFind(name);
    if (found == m_names.cend())
        return;
    m_confirmed -= found->isConfirmed ? 1 : 0;
    m_names.erase(found);
    note(false, name);
}

bool RedisChannels::isConfirmed(const QByteArray& name) const
{
    return m_names.value(name).isConfirmed;
}

void RedisChannels::note(bool isAdding, const QByteArray& name)
{
    if (!m_link.isUp())
        return;
    m_steps.push_back({isAdding, name});
    if (!std::exchange(m_isScheduled, true))
        QMetaObject::invokeMethod(this, &RedisChannels::flush, Qt::QueuedConnection);
}

void RedisChannels::flush()
{
    constexpr size_t kBatch = 500;
    m_isScheduled = false;
    RedisConnection::Words words;
    for (size_t i = 0; i < m_steps.size(); ++i) {
        const Step& step = m_steps[i];
        if (words.empty())
            words.emplace_back(step.isAdding ? "SUBSCRIBE" : "UNSUBSCRIBE");
        words.push_back(step.name);
        if (const auto found = m_names.find(step.name); step.isAdding && found != m_names.end())
            ++found->asked;
        const bool isLast = i + 1 == m_steps.size() || m_steps[i + 1].isAdding != step.isAdding;
        if (isLast || words.size() > kBatch) {
            m_link.post(words);
            words.clear();
        }
    }
    m_steps.clear();
}

void RedisChannels::begin()
{
    m_steps.clear();
    for (auto it = m_names.cbegin(); it != m_names.cend(); ++it)
        m_steps.push_back({true, it.key()});
    flush();
}

void RedisChannels::end(const QString& why)
{
    m_steps.clear();
    m_confirmed = 0;
    for (Name& name : m_names)
        name = {};
    emit lost(why);
}

/// A channel that was removed and added again is confirmed by the answer to the later SUBSCRIBE.
void RedisChannels::pushed(const RedisReply& reply)
{
    const QByteArray& kind = reply.at(0).text;
    const QByteArray& channel = reply.at(1).text;
    if (kind == "message") {
        if (m_names.contains(channel))
            emit message(channel, reply.at(2).text);
    } else if (kind == "subscribe") {
        const auto found = m_names.find(channel);
        if (found == m_names.end() || --found->asked > 0 || found->isConfirmed)
            return;
        found->isConfirmed = true;
        ++m_confirmed;
        emit confirmed();
    } else if (reply.isError()) {
        m_link.restart(QString::fromUtf8(reply.text));
    }
}

} // namespace signalbox
