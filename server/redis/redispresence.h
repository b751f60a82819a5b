// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/board.h"
#include "core/presence.h"

namespace signalbox {

/// Who is connected to any of several servers: what this one knows itself and what the board says of the others. What
/// join() and leave() answer holds for all servers as far as is known here: two that are joined in the same moment
/// both say that the user is new. Core thread; the board outlives this.
class RedisPresence final : public Presence
{
public:
    explicit RedisPresence(Board& board)
        : m_board(board)
    {
    }

    bool join(const QByteArray& user, const QByteArray& role, qint64 nowMs) override;
    bool leave(const QByteArray& user) override;
    QList<PresentUser> users() const override;
    bool isPresent(const QByteArray& user) const override;

    /// Connected to another server.
    bool isElsewhere(const QByteArray& user) const;
    /// The user that this key of the board is about; empty when it is about something else.
    static QByteArray userOf(const QByteArray& boardKey);

private:
    void tell(const QByteArray& user, const PresentUser& entry);

    Board& m_board;
    QHash<QByteArray, PresentUser> m_own;
};

} // namespace signalbox
