// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/savedsockets.h"
#include "redis/redisscripts.h"

namespace signalbox {

/// What Socket.IO connections leave behind, for all servers on one Redis: also those of a server that was killed, and
/// those whose end their server has not seen yet. Written while they live, and again before it runs out; read in Redis
/// it tells nobody's private id, and what somebody else has written there is not believed.
///
/// While Redis is away nothing can be taken; what should be written meanwhile is written when it is back. Core thread.
class RedisSavedSockets final : public SavedSockets
{
public:
    /// Vouches for what this deployment has written: a text that only it can make of another.
    struct Seal
    {
        std::function<QByteArray(const QByteArray& text)> make;
        std::function<bool(const QByteArray& text, const QByteArray& seal)> isGenuine;
    };

    /// Everything outlives this.
    RedisSavedSockets(const Clock& clock, RedisLink& commands, RedisScripts& scripts, Seal seal);

    /// Is told of living connections that another one has taken the place of; their clients are elsewhere.
    void setReplaced(std::function<void(quint64 session)> replaced) { m_replaced = std::move(replaced); }

    void keep(quint64 session, const QByteArray& pid, const SavedSocket& socket, qint64 windowMs, Done done) override;
    void lose(quint64 session, const QByteArray& pid, const SavedSocket& socket, qint64 windowMs) override;
    void forget(quint64 session, const QByteArray& pid) override;
    void take(quint64 session, const QByteArray& pid, qint64 windowMs, Taken taken) override;

    /// What is to be written again, or has not been written yet.
    qsizetype count() const { return m_kept.size(); }

private:
    struct Kept
    {
        quint64 session = 0;
        QByteArray left;
        qint64 windowMs = 0;
        qint64 endsMs = 0;    ///< steady; 0: the connection lives
        quint64 turn = 0;     ///< of its latest Due
        quint64 replaced = 0; ///< the session here whose place it took
    };
    struct Due
    {
        qint64 atMs = 0; ///< steady
        QByteArray hash;
        quint64 turn = 0;
    };
    using Hashes = std::vector<QByteArray>; ///< of private ids

    QByteArray sealed(const QByteArray& hash, const SavedSocket& socket) const;
    std::optional<SavedSocket> opened(const QByteArray& hash, const QByteArray& left) const;
    QByteArray nameOf(quint64 session) const;
    void put(const QByteArray& hash, Kept kept, Done done);
    void write(const Hashes& hashes, Done done = {});
    void written(const std::vector<Due>& sent, const Result<RedisReply>& reply);
    void writeDue();
    void plan(const QByteArray& hash, Kept& kept, qint64 inMs);

    const Clock& m_clock;
    RedisLink& m_commands;
    RedisScripts& m_scripts;
    const Seal m_seal;
    const QByteArray m_life; ///< of this process
    std::function<void(quint64)> m_replaced;
    QHash<QByteArray, Kept> m_kept; ///< by hash
    std::deque<Due> m_due;          ///< in their order
    quint64 m_turns = 0;
    QTimer m_timer;
};

} // namespace signalbox
