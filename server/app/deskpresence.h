// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/settings.h"
#include "core/board.h"
#include "core/sessionregistry.h"
#include "desk/presenceboard.h"
#include "desk/storethread.h"

#include <QTimer>

namespace signalbox {

/// From the live connections of the staff to what the desk says of its presence. An operator whom an outside auth
/// service vouches for is known to the desk from the first connection on. A connection of a disabled one, or with a
/// role of before, is closed: its token still opens doors. Lives on the core thread.
class DeskPresence final : public SessionWatcher
{
public:
    /// Runs the task on the core thread; any thread.
    using ToCore = std::function<void(std::function<void()>)>;
    using CloseSession = std::function<void(quint64 sessionId, ErrorCode why)>;
    /// Connected to another server of this desk.
    using IsElsewhere = std::function<bool(const QByteArray& operatorId)>;

    /// Everything outlives the presence.
    DeskPresence(StoreThread& writer, const Clock& clock, const DeskSettings& settings, ToCore toCore,
                 CloseSession closeSession);

    /// Everybody is offline: at the start of the only server of a database.
    void startAlone();
    /// Other servers may have this database: who is said to be there and is at none of them is offline, after a while.
    void startAmongOthers();
    void setSettings(const DeskSettings& settings);
    /// Who is gone from here and is there is not offline.
    void setElsewhere(IsElsewhere isElsewhere) { m_isElsewhere = std::move(isElsewhere); }
    /// Who is silent here and heard there is not away. Outlives the presence.
    void shareHealth(Board& board);
    /// The server that the operator was connected to has died.
    void diedElsewhere(const QByteArray& operatorId);

    void sessionAdmitted(const SessionMetaPtr& session) override;
    void sessionRemoved(const SessionMetaPtr& session) override;
    /// The operator chose a status.
    void chose(const QByteArray& operatorId, OperatorStatus wanted, qint64 untilMs);

private:
    void introduce(const SessionMetaPtr& session);
    void watchOthers();
    void tick();
    void tell();
    void store(const QByteArray& operatorId, OperatorStatus status);

    StoreThread& m_writer;
    const Clock& m_clock;
    qint64 m_offlineMs;
    PresenceBoard m_board;
    const ToCore m_toCore;
    const CloseSession m_closeSession;
    IsElsewhere m_isElsewhere;                   ///< empty: there are no other servers
    QHash<quint64, SessionMetaPtr> m_sessions;   ///< of staff
    QHash<QByteArray, OperatorStatus> m_waiting; ///< what the database has yet to take
    /// Gone from here while they were at another server, and since when they are there no more; 0: they are.
    QHash<QByteArray, qint64> m_ofElsewhere;
    QTimer m_timer;
};

} // namespace signalbox
