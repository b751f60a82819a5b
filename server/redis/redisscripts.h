// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "redis/redislink.h"

#include <array>

namespace signalbox {

/// The scripts of resources/lua, run on a link of commands. They are loaded when asked for and again when Redis has
/// forgotten them; calls are carried out in their order all the same. Core thread; the link outlives its use.
class RedisScripts
{
public:
    enum class Script : quint8 {
        Publish,
        Replay,
        Probe,
        Greet,
        Board,
        BoardOf,
        Seen,
        Claim,
        Relay,
        Sockets,
        TakeSocket,
        Count_
    };

    /// `prefix` holds a hash tag; `ageMs` is for how long history is kept.
    RedisScripts(RedisLink& link, QByteArray prefix, qint64 ageMs);

    const QByteArray& prefix() const { return m_prefix; }
    void setAge(qint64 ageMs) { m_ageMs = ageMs; }
    /// Sends all of them: at the beginning of a connection.
    void load();
    /// `words` are the arguments from the fourth on.
    void run(Script script, const RedisConnection::Words& words, RedisConnection::Answer answer);
    /// A name for a new life of a log or channel; never the same twice.
    static QByteArray freshEpoch();

private:
    struct Call
    {
        RedisConnection::Words command;
        RedisConnection::Answer answer;
        int attempts = 0;
    };
    struct Text
    {
        QByteArray source;
        QByteArray hash;
    };

    void send(Call call);
    void forgotten(Call call);
    void repeat();

    RedisLink& m_link;
    const QByteArray m_prefix;
    qint64 m_ageMs;
    std::array<Text, static_cast<size_t>(Script::Count_)> m_texts;
    int m_inFlight = 0;
    bool m_isHolding = false; ///< calls wait until the scripts are loaded again
    std::vector<Call> m_forgotten;
    std::vector<Call> m_held;
};

} // namespace signalbox
