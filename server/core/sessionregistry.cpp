// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sessionregistry.h"

#include <algorithm>

namespace signalbox {

namespace {

void countUp(QHash<QByteArray, int>& counts, const QByteArray& key)
{
    if (!key.isEmpty())
        ++counts[key];
}

void countDown(QHash<QByteArray, int>& counts, const QByteArray& key)
{
    const auto found = counts.find(key);
    if (found != counts.end() && --*found <= 0)
        counts.erase(found);
}

QByteArray guestKey(const SessionMeta& meta)
{
    return meta.identity->role == Role::Guest ? meta.identity->subject : QByteArray();
}

/// Socket.IO clients may say who they are after they are connected.
bool isIdentified(const SessionMeta& meta)
{
    return !meta.identity->subject.isEmpty();
}

QByteArray operatorKey(const SessionMeta& meta)
{
    return meta.identity->isStaff() ? meta.identity->subject : QByteArray();
}

} // namespace

SessionRegistry::SessionRegistry(Presence& presence, ConnectionLimits limits, Close close)
    : m_presence(presence)
    , m_limits(limits)
    , m_close(std::move(close))
{
}

Result<void> SessionRegistry::checkCounts(const SessionMeta& meta) const
{
    if (isOver(static_cast<int>(m_sessions.size()), m_limits.connections))
        return Error(ErrorCode::Unavailable, QStringLiteral("The server has as many connections as it may."));
    if (!isIdentified(meta) && isOver(m_unidentified, m_limits.unidentified))
        return Error(ErrorCode::Unavailable, QStringLiteral("Too many connections that have not said who they are."));
    if (isOver(m_perToken.value(meta.identity->credential), m_limits.perToken))
        return Error(ErrorCode::ConnectionLimit, QStringLiteral("Too many connections with this token."));
    if (!meta.dialog.isEmpty() && isOver(m_perDialog.value(meta.dialog), m_limits.perDialog))
        return Error(ErrorCode::ConnectionLimit, QStringLiteral("Too many connections of this dialog."));
    if (const QByteArray guest = guestKey(meta);
        !guest.isEmpty() && isOver(m_tabsOfGuest.value(guest), m_limits.tabsPerGuest))
        return Error(ErrorCode::ConnectionLimit, QStringLiteral("Too many tabs of this guest."));
    const QByteArray staff = operatorKey(meta);
    if (!staff.isEmpty() && !m_operators.contains(staff) &&
        isOver(static_cast<int>(m_operators.size()), m_limits.operators))
        return Error(ErrorCode::ConnectionLimit, QStringLiteral("Too many operators at once."));
    return {};
}

std::vector<SessionMetaPtr> SessionRegistry::streamsOf(const QByteArray& user) const
{
    std::vector<SessionMetaPtr> streams;
    for (const quint64 id : m_streamsOfUser.value(user))
        streams.push_back(m_sessions.value(id));
    return streams;
}

/// The stream that has to go for this one: the same user's of the same channel, or the oldest when the policy says so.
Result<SessionMetaPtr> SessionRegistry::streamToReplace(const SessionMeta& meta) const
{
    const std::vector<SessionMetaPtr> streams = streamsOf(meta.identity->subject);
    const auto same = std::find_if(streams.begin(), streams.end(), [&](const SessionMetaPtr& other) {
        return other->streamChannel == meta.streamChannel;
    });
    if (same != streams.end())
        return *same;
    if (!isOver(static_cast<int>(streams.size()), m_limits.streamsPerUser))
        return SessionMetaPtr();
    if (!m_limits.evictOldestStream)
        return Error(ErrorCode::StreamLimit);
    return streams.front();
}

Result<void> SessionRegistry::admit(const SessionMetaPtr& meta, qint64 nowMs)
{
    SessionMetaPtr replaced;
    remove(meta->id);
    if (meta->countsAsStream) {
        auto found = streamToReplace(*meta);
        if (!found)
            return found.error();
        replaced = std::move(*found);
    }
    if (replaced)
        remove(replaced->id);
    if (const auto counts = checkCounts(*meta); !counts) {
        if (replaced)
            insert(replaced, nowMs);
        return counts.error();
    }
    insert(meta, nowMs);
    if (replaced)
        m_close(*replaced, ErrorCode::Replaced);
    return {};
}

void SessionRegistry::insert(const SessionMetaPtr& meta, qint64 nowMs)
{
    m_sessions.insert(meta->id, meta);
    countUp(m_perDialog, meta->dialog);
    countUp(m_perToken, meta->identity->credential);
    countUp(m_tabsOfGuest, guestKey(*meta));
    countUp(m_operators, operatorKey(*meta));
    if (meta->countsAsStream)
        m_streamsOfUser[meta->identity->subject].push_back(meta->id);
    if (isIdentified(*meta))
        m_presence.join(meta->identity->subject, roleName(meta->identity->role), nowMs);
    else
        ++m_unidentified;
    for (SessionWatcher* const watcher : m_watchers)
        watcher->sessionAdmitted(meta);
}

void SessionRegistry::remove(quint64 sessionId)
{
    const SessionMetaPtr meta = m_sessions.take(sessionId);
    if (!meta)
        return;
    countDown(m_perDialog, meta->dialog);
    countDown(m_perToken, meta->identity->credential);
    countDown(m_tabsOfGuest, guestKey(*meta));
    countDown(m_operators, operatorKey(*meta));
    const auto streams = m_streamsOfUser.find(meta->identity->subject);
    if (meta->countsAsStream && streams != m_streamsOfUser.end()) {
        std::erase(*streams, sessionId);
        if (streams->empty())
            m_streamsOfUser.erase(streams);
    }
    if (isIdentified(*meta))
        m_presence.leave(meta->identity->subject);
    else
        --m_unidentified;
    for (SessionWatcher* const watcher : m_watchers)
        watcher->sessionRemoved(meta);
}

int SessionRegistry::closeSession(quint64 sessionId, ErrorCode why)
{
    const SessionMetaPtr meta = m_sessions.value(sessionId);
    if (!meta)
        return 0;
    m_close(*meta, why);
    return 1;
}

int SessionRegistry::closeClient(const QByteArray& clientId, ErrorCode why)
{
    int closed = 0;
    for (const SessionMetaPtr& meta : sessions()) {
        if (meta->clientId == clientId)
            closed += closeSession(meta->id, why);
    }
    return closed;
}

int SessionRegistry::closeUser(const QByteArray& user, ErrorCode why)
{
    int closed = 0;
    for (const SessionMetaPtr& meta : sessions()) {
        if (meta->identity->subject == user)
            closed += closeSession(meta->id, why);
    }
    return closed;
}

void SessionRegistry::closeAll(ErrorCode why)
{
    for (const SessionMetaPtr& meta : sessions())
        closeSession(meta->id, why);
}

std::vector<SessionMetaPtr> SessionRegistry::sessions() const
{
    return {m_sessions.cbegin(), m_sessions.cend()};
}

int SessionRegistry::countOf(TransportKind transport) const
{
    return static_cast<int>(
        std::count_if(m_sessions.cbegin(), m_sessions.cend(),
                      [transport](const SessionMetaPtr& meta) { return meta->transport == transport; }));
}

} // namespace signalbox
