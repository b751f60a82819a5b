// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sessionregistry.h"

#include <QSet>

#include <algorithm>

namespace signalbox {

namespace {

// What the keys of the board begin with.
constexpr const char* kDialogs = "dialog:";
constexpr const char* kTokens = "token:";
constexpr const char* kGuests = "guest:";
constexpr const char* kOperators = "operator:";
constexpr const char* kStreamKeys = "streams:";

struct OtherStream
{
    QByteArray channel;
    qint64 sinceMs = 0;
};

/// "SINCE CHANNEL\n" for each.
std::vector<OtherStream> streamsIn(const QByteArray& value)
{
    std::vector<OtherStream> streams;
    for (const QByteArray& line : value.split('\n')) {
        if (const qsizetype space = line.indexOf(' '); space > 0)
            streams.push_back({line.sliced(space + 1), line.first(space).toLongLong()});
    }
    return streams;
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

/// Here and elsewhere.
int SessionRegistry::countOf(const Counts& counts, const char* kind, const QByteArray& key) const
{
    int count = counts.value(key);
    if (m_board) {
        for (const QByteArray& other : m_board->elsewhere(kind + key.toHex()))
            count += other.toInt();
    }
    return count;
}

bool SessionRegistry::isOperatorTooMany(const QByteArray& staff) const
{
    if (m_limits.operators <= 0 || countOf(m_operators, kOperators, staff) > 0)
        return false;
    QSet<QByteArray> present;
    for (auto it = m_operators.keyBegin(); it != m_operators.keyEnd(); ++it)
        present.insert(kOperators + it->toHex());
    if (m_board)
        m_board->visitElsewhere(kOperators, [&](const QByteArray& key, const QByteArray&) { present.insert(key); });
    return present.size() >= m_limits.operators;
}

void SessionRegistry::change(Counts& counts, const char* kind, const QByteArray& key, int by)
{
    if (key.isEmpty())
        return;
    int& count = counts[key];
    count += by;
    if (m_board)
        m_board->set(kind + key.toHex(), count > 0 ? QByteArray::number(count) : QByteArray());
    if (count <= 0)
        counts.remove(key);
}

void SessionRegistry::countUnidentified(const QByteArray& address, int by)
{
    m_unidentified += by;
    int& count = m_unidentifiedOf[address];
    count += by;
    if (count <= 0)
        m_unidentifiedOf.remove(address);
}

Result<void> SessionRegistry::checkCounts(const SessionMeta& meta) const
{
    if (isOver(static_cast<int>(m_sessions.size()), m_limits.connections))
        return Error(ErrorCode::Unavailable, QStringLiteral("The server has as many connections as it may."));
    if (!isIdentified(meta) && isOver(m_unidentified, m_limits.unidentified))
        return Error(ErrorCode::Unavailable, QStringLiteral("Too many connections that have not said who they are."));
    if (!isIdentified(meta) && isOver(m_unidentifiedOf.value(meta.address), m_limits.unidentifiedPerAddress))
        return Error(ErrorCode::ConnectionLimit,
                     QStringLiteral("Too many connections of this address that have not said who they are."));
    if (isOver(countOf(m_perToken, kTokens, meta.identity->credential), m_limits.perToken))
        return Error(ErrorCode::ConnectionLimit, QStringLiteral("Too many connections with this token."));
    if (!meta.dialog.isEmpty() && isOver(countOf(m_perDialog, kDialogs, meta.dialog), m_limits.perDialog))
        return Error(ErrorCode::ConnectionLimit, QStringLiteral("Too many connections of this dialog."));
    if (const QByteArray guest = guestKey(meta);
        !guest.isEmpty() && isOver(countOf(m_tabsOfGuest, kGuests, guest), m_limits.tabsPerGuest))
        return Error(ErrorCode::ConnectionLimit, QStringLiteral("Too many tabs of this guest."));
    if (const QByteArray staff = operatorKey(meta); !staff.isEmpty() && isOperatorTooMany(staff))
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
    if (!isOver(static_cast<int>(streams.size()) + otherStreams(meta, streams), m_limits.streamsPerUser))
        return SessionMetaPtr();
    if (!m_limits.evictOldestStream || streams.empty())
        return Error(ErrorCode::StreamLimit);
    return streams.front();
}

/// The user's streams of other channels on other servers; one of this channel will end there.
int SessionRegistry::otherStreams(const SessionMeta& meta, const std::vector<SessionMetaPtr>& streams) const
{
    if (!m_board)
        return 0;
    QSet<QByteArray> channels;
    for (const QByteArray& value : m_board->elsewhere(kStreamKeys + meta.identity->subject.toHex())) {
        for (const OtherStream& other : streamsIn(value))
            channels.insert(other.channel);
    }
    channels.remove(meta.streamChannel);
    for (const SessionMetaPtr& own : streams)
        channels.remove(own->streamChannel);
    return static_cast<int>(channels.size());
}

void SessionRegistry::tellStreams(const QByteArray& user)
{
    if (!m_board)
        return;
    QByteArray value;
    for (const SessionMetaPtr& stream : streamsOf(user))
        value += QByteArray::number(stream->createdMs) + ' ' + stream->streamChannel + '\n';
    m_board->set(kStreamKeys + user.toHex(), value);
}

void SessionRegistry::boardChanged(const QByteArray& key)
{
    if (!key.startsWith(kStreamKeys))
        return;
    const QByteArray user = QByteArray::fromHex(key.sliced(qstrlen(kStreamKeys)));
    const std::vector<SessionMetaPtr> own = streamsOf(user);
    if (own.empty())
        return;
    for (const QByteArray& value : m_board->elsewhere(key)) {
        for (const OtherStream& other : streamsIn(value)) {
            for (const SessionMetaPtr& stream : own) {
                if (stream->streamChannel == other.channel && stream->createdMs < other.sinceMs)
                    m_close(*stream, ErrorCode::Replaced);
            }
        }
    }
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
    change(m_perDialog, kDialogs, meta->dialog, 1);
    change(m_perToken, kTokens, meta->identity->credential, 1);
    change(m_tabsOfGuest, kGuests, guestKey(*meta), 1);
    change(m_operators, kOperators, operatorKey(*meta), 1);
    if (meta->countsAsStream) {
        m_streamsOfUser[meta->identity->subject].push_back(meta->id);
        tellStreams(meta->identity->subject);
    }
    if (isIdentified(*meta))
        m_presence.join(meta->identity->subject, roleName(meta->identity->role), nowMs);
    else
        countUnidentified(meta->address, 1);
    for (SessionWatcher* const watcher : m_watchers)
        watcher->sessionAdmitted(meta);
}

void SessionRegistry::remove(quint64 sessionId)
{
    const SessionMetaPtr meta = m_sessions.take(sessionId);
    if (!meta)
        return;
    change(m_perDialog, kDialogs, meta->dialog, -1);
    change(m_perToken, kTokens, meta->identity->credential, -1);
    change(m_tabsOfGuest, kGuests, guestKey(*meta), -1);
    change(m_operators, kOperators, operatorKey(*meta), -1);
    const auto streams = m_streamsOfUser.find(meta->identity->subject);
    if (meta->countsAsStream && streams != m_streamsOfUser.end()) {
        std::erase(*streams, sessionId);
        if (streams->empty())
            m_streamsOfUser.erase(streams);
        tellStreams(meta->identity->subject);
    }
    if (isIdentified(*meta))
        m_presence.leave(meta->identity->subject);
    else
        countUnidentified(meta->address, -1);
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
