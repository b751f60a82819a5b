// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/board.h"
#include "core/presence.h"
#include "core/sessionmeta.h"
#include "shared/result.h"

#include <QHash>
#include <QMultiHash>

#include <functional>
#include <vector>

namespace signalbox {

/// Bounds on connections (spec section 8). 0: no bound.
struct ConnectionLimits
{
    int connections = 1000;
    int perDialog = 50;
    int perToken = 10;
    int streamsPerUser = 5;
    int tabsPerGuest = 5;
    int operators = 20;
    int unidentified = 0;           ///< who have not said who they are; part of `connections`
    int unidentifiedPerAddress = 0; ///< of these
    bool evictOldestStream = false; ///< `stream_limit_policy=evict_oldest`
};

/// Is told who comes and goes. Core thread.
class SessionWatcher
{
public:
    virtual ~SessionWatcher() = default;
    virtual void sessionAdmitted(const SessionMetaPtr& session) = 0;
    virtual void sessionRemoved(const SessionMetaPtr& session) = 0;
};

/// Every live session of the process: admits them within the limits, lists them, closes them on demand, keeps presence.
/// With a board the limits per dialog, token, guest and user and that of operators count the sessions of all servers,
/// as far as they are known here; the limit of all is this server's own. Core thread.
class SessionRegistry
{
public:
    /// Asks the session's worker to close it; may come for a session that has just gone.
    using Close = std::function<void(const SessionMeta&, ErrorCode why)>;

    SessionRegistry(Presence& presence, ConnectionLimits limits, Close close);
    void setLimits(ConnectionLimits limits) { m_limits = limits; }
    /// Watchers are told in the order in which they were added.
    void addWatcher(SessionWatcher* watcher) { m_watchers.push_back(watcher); }
    void removeWatchers() { m_watchers.clear(); }
    /// Before the first session. Null: there are no other servers. The board outlives the registry's sessions.
    void setBoard(Board* board) { m_board = board; }
    /// Another server's entry is another one now: a stream that was opened again there ends here.
    void boardChanged(const QByteArray& key);

    /// Takes the session in, or says which limit forbids it: ConnectionLimit, StreamLimit, Unavailable (the limit of
    /// all). A session that is in already, and is admitted again because it is known as somebody else now, takes its
    /// own place; refused, it is out. A stream replaces the same user's older stream of the same channel (closed with
    /// Replaced).
    Result<void> admit(const SessionMetaPtr& meta, qint64 nowMs);
    void remove(quint64 sessionId);

    /// Closes one session, or all of a user; the number found.
    int closeSession(quint64 sessionId, ErrorCode why);
    int closeClient(const QByteArray& clientId, ErrorCode why);
    int closeUser(const QByteArray& user, ErrorCode why);
    void closeAll(ErrorCode why);

    qsizetype count() const { return m_sessions.size(); }
    std::vector<SessionMetaPtr> sessions() const;
    int countOf(TransportKind transport) const;

private:
    using Counts = QHash<QByteArray, int>;

    Result<void> checkCounts(const SessionMeta& meta) const;
    int countOf(const Counts& counts, const char* kind, const QByteArray& key) const;
    bool isOperatorTooMany(const QByteArray& staff) const;
    void change(Counts& counts, const char* kind, const QByteArray& key, int by);
    void countUnidentified(const QByteArray& address, int by);
    void tellStreams(const QByteArray& user);
    int otherStreams(const SessionMeta& meta, const std::vector<SessionMetaPtr>& streams) const;
    Result<SessionMetaPtr> streamToReplace(const SessionMeta& meta) const;
    void insert(const SessionMetaPtr& meta, qint64 nowMs);
    std::vector<SessionMetaPtr> streamsOf(const QByteArray& user) const;
    static bool isOver(int present, int limit) { return limit > 0 && present >= limit; }

    Presence& m_presence;
    ConnectionLimits m_limits;
    const Close m_close;
    std::vector<SessionWatcher*> m_watchers;
    Board* m_board = nullptr;
    QHash<quint64, SessionMetaPtr> m_sessions;
    Counts m_perDialog;
    Counts m_perToken;
    Counts m_tabsOfGuest;
    Counts m_operators;
    int m_unidentified = 0;
    Counts m_unidentifiedOf;                                 ///< by address
    QHash<QByteArray, std::vector<quint64>> m_streamsOfUser; ///< in the order in which they were admitted
};

} // namespace signalbox
