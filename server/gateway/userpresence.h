// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/board.h"
#include "core/sessionregistry.h"
#include "gateway/bus.h"

#include <QHash>
#include <QObject>

namespace signalbox {

/// Tells staff who of seed 001's users comes and goes: `user:online` with a user's first Socket.IO connection,
/// `user:offline` with the end of the last one. Guests and services have no presence, and where there is a desk it
/// tells of its operators itself, whatever they are connected by.
///
/// With a board it is the first and the last connection to any of the servers, told once, a moment later: `user:online`
/// by one of those that were joined in it; `user:offline` by each that saw the user leave or its server die, under one
/// idempotency key. Servers that hear of each other later than that moment may both say `user:online`, or one that a
/// user is offline who has moved to the other. Core thread.
class UserPresence final : public SessionWatcher
{
public:
    static constexpr int kSettleMs = 500; ///< in which servers hear of each other

    /// The bus outlives it; `publisher` is the server itself.
    UserPresence(Bus& bus, IdentityPtr publisher, bool hasDesk);

    /// Before the first session. The board outlives it.
    void setBoard(Board* board) { m_board = board; }
    /// What another server says under this key of the board has changed, or that server has died.
    void changedElsewhere(const QByteArray& boardKey);
    void diedElsewhere(const QByteArray& boardKey);

    void sessionAdmitted(const SessionMetaPtr& session) override;
    void sessionRemoved(const SessionMetaPtr& session) override;

private:
    /// "ID DATA": when a user has come, the same on all servers; and what is told of it.
    using Stay = QByteArray;
    struct Here
    {
        int connections = 0;
        Stay stay;
        bool isTold = false;
    };

    bool concerns(const SessionMeta& session) const;
    Stay elsewhere(const QByteArray& user) const;
    void settleLater(const QByteArray& user);
    void settle(const QByteArray& user);
    void settleOnline(const QByteArray& user);
    void tell(const QByteArray& event, const Stay& stay);

    Bus& m_bus;
    const IdentityPtr m_publisher;
    const bool m_hasDesk;
    Board* m_board = nullptr;
    QHash<QByteArray, Here> m_here;
    QHash<QByteArray, Stay> m_left;      ///< gone from here, or with a server, perhaps not from all
    QHash<QByteArray, Stay> m_elsewhere; ///< as last heard
    QObject m_context;                   ///< what is to be done later ends with it
};

} // namespace signalbox
