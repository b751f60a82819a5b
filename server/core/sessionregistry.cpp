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

QByteArray operatorKey(const SessionMeta& meta)
{
    return meta.identity->isStaff() ? meta.identity->subject : QByteArray();
}

} // namespace

SessionRegistry::SessionRegistry(Presence& presence, ConnectionLimits limits, Close close)
    : m_presence(presence), m_limits(limits), m_close(std::move(close))
{
}

Result<void> SessionRegistry::checkCounts(const SessionMeta& meta) const
{
    if (isOver(static_cast<int>(m_sessions.size()), m_limits.connections))
        return Error(ErrorCode::Unavailable, QStringLiteral("The server has as many connections as it may."));
    if (isOver(m_perToken.value(meta.identity->credential), m_limits.perToken))
        return Error(ErrorCode::ConnectionLimit, QStringLiteral("Too many connections with this token."));
    if (!meta.dialog.isEmpty() && isOver(m_perDialog.value(meta.dialog), m_limits.perDialog))
        return Error(ErrorCode::ConnectionLimit, QStringLiteral("Too many connections of this dialog."));
    if (const QByteArray guest = guestKey(meta); !guest.isEmpty() && isOver(m_tabsOfGuest.value(guest), m_limits.tabsPerGuest))
        return Error(ErrorCode::ConnectionLimit, QStringLiteral("Too many tabs of this guest."));
    const QByteArray staff = operatorKey(meta);
    if (!staff.isEmpty() && !m_operators.contains(staff) && isOver(static_cast<int>(m_operators.size()), m_limits.operators))
        return Error(ErrorCode::ConnectionLimit, QStringLiteral("Too many operators at once."));
    return {};
}

std::vector<SessionMetaPtr> SessionRegistry::streamsOf(const QByteArray& user) const
{
    std::vector<SessionMetaPtr> streams;
    for (auto it = m_streamsOfUser.constFind(user); it != m_streamsOfUser.cend() && it.key() == user; ++it)
        streams.push_back(m_sessions.value(*it));
    std::sort(streams.begin(), streams.end(), [](const SessionMetaPtr& a, const SessionMetaPtr& b) { return a->id < b->id; });
    return streams;
}

Result<void> SessionRegistry::makeRoomForStream(const SessionMeta& meta)
{
    std::vector<SessionMetaPtr> streams = streamsOf(meta.identity->subject);
    const auto same = std::find_if(streams.begin(), streams.end(), [&](const SessionMetaPtr& other) {
        return other->streamChannel == meta.streamChannel;
    });
    if (same != streams.end()) {
        const SessionMetaPtr older = *same;
        remove(older->id);
        m_close(*older, ErrorCode::Replaced);
        return {};
    }
    if (!isOver(static_cast<int>(streams.size()), m_limits.streamsPerUser))
        return {};
    if (!m_limits.evictOldestStream)
        return Error(ErrorCode::StreamLimit);
    remove(streams.front()->id);
    m_close(*streams.front(), ErrorCode::Replaced);
    return {};
}

Result<void> SessionRegistry::admit(const SessionMetaPtr& meta, qint64 nowMs)
{
    if (meta->countsAsStream) {
        if (const auto room = makeRoomForStream(*meta); !room)
            return room.error();
    }
    if (const auto counts = checkCounts(*meta); !counts)
        return counts.error();
    m_sessions.insert(meta->id, meta);
    countUp(m_perDialog, meta->dialog);
    countUp(m_perToken, meta->identity->credential);
    countUp(m_tabsOfGuest, guestKey(*meta));
    countUp(m_operators, operatorKey(*meta));
    if (meta->countsAsStream)
        m_streamsOfUser.insert(meta->identity->subject, meta->id);
    m_presence.join(meta->identity->subject, roleName(meta->identity->role), nowMs);
    return {};
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
    if (meta->countsAsStream)
        m_streamsOfUser.remove(meta->identity->subject, sessionId);
    m_presence.leave(meta->identity->subject);
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
    return static_cast<int>(std::count_if(m_sessions.cbegin(), m_sessions.cend(), [transport](const SessionMetaPtr& meta) {
        return meta->transport == transport;
    }));
}

} // namespace signalbox
