// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis/redispresence.h"

#include <optional>

namespace signalbox {

namespace {

constexpr QByteArrayView kPrefix = "user:";

QByteArray keyOf(const QByteArray& user)
{
    return kPrefix.toByteArray() + user;
}

/// "CONNECTIONS SINCE ROLE"
std::optional<PresentUser> entryOf(const QByteArray& user, const QByteArray& value)
{
    const QByteArrayList words = value.split(' ');
    if (words.size() != 3)
        return std::nullopt;
    PresentUser entry{user, words[2], words[0].toInt(), words[1].toLongLong()};
    return entry.connections > 0 ? std::optional(std::move(entry)) : std::nullopt;
}

void add(QHash<QByteArray, PresentUser>& users, const PresentUser& entry)
{
    const auto found = users.find(entry.user);
    if (found == users.end()) {
        users.insert(entry.user, entry);
        return;
    }
    found->connections += entry.connections;
    if (entry.sinceMs < found->sinceMs) {
        found->sinceMs = entry.sinceMs;
        found->role = entry.role;
    }
}

} // namespace

bool RedisPresence::join(const QByteArray& user, const QByteArray& role, qint64 nowMs)
{
    PresentUser& entry = m_own[user];
    const bool isFirstHere = entry.connections++ == 0;
    if (isFirstHere) {
        entry.user = user;
        entry.role = role;
        entry.sinceMs = nowMs;
    }
    tell(user, entry);
    return isFirstHere && !isElsewhere(user);
}

bool RedisPresence::leave(const QByteArray& user)
{
    const auto found = m_own.find(user);
    if (found == m_own.end())
        return false;
    --found->connections;
    tell(user, *found);
    if (found->connections > 0)
        return false;
    m_own.erase(found);
    return !isElsewhere(user);
}

void RedisPresence::tell(const QByteArray& user, const PresentUser& entry)
{
    m_board.set(keyOf(user), entry.connections > 0 ? QByteArray::number(entry.connections) + ' ' +
                                                         QByteArray::number(entry.sinceMs) + ' ' + entry.role
                                                   : QByteArray());
}

QList<PresentUser> RedisPresence::users() const
{
    QHash<QByteArray, PresentUser> all = m_own;
    m_board.visitElsewhere(kPrefix.toByteArray(), [&all](const QByteArray& key, const QByteArray& value) {
        if (const auto entry = entryOf(userOf(key), value))
            add(all, *entry);
    });
    return all.values();
}

bool RedisPresence::isPresent(const QByteArray& user) const
{
    return m_own.contains(user) || isElsewhere(user);
}

bool RedisPresence::isElsewhere(const QByteArray& user) const
{
    return !m_board.elsewhere(keyOf(user)).isEmpty();
}

QByteArray RedisPresence::userOf(const QByteArray& boardKey)
{
    return boardKey.startsWith(kPrefix) ? boardKey.sliced(kPrefix.size()) : QByteArray();
}

} // namespace signalbox
