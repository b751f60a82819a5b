// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "core/lastseen.h"
#include "redis/redischannels.h"
#include "redis/redisscripts.h"

namespace signalbox {

/// The marks of all servers on one Redis: a hash for each dialog, who → last id, with a time to live since the last ack
/// (seed 002). A mark counts here at once, in Redis and on the other servers a little later; it never goes back. While
/// Redis is away the marks are this server's own, and are written when it is back. Core thread.
///
/// A dialog that nobody has acknowledged since this server began is read from Redis when it is asked for: the first
/// answer comes without its marks.
class RedisLastSeen final : public QObject, public LastSeen
{
    Q_OBJECT

public:
    static constexpr qint64 kTtlMs = 24LL * 3600 * 1000;

    /// Everything outlives this.
    RedisLastSeen(const Clock& clock, RedisLink& commands, RedisLink& listening, RedisScripts& scripts,
                  qint64 ttlMs = kTtlMs);

    bool advance(const QByteArray& dialog, const QByteArray& who, quint64 lastId, qint64 nowMs) override;
    QHash<QByteArray, quint64> marksOf(const QByteArray& dialog) const override;

signals:
    /// A message that made no sense.
    void malformed(const QByteArray& channel, const QString& reason);

private:
    using Mark = std::pair<QByteArray, QByteArray>; ///< dialog, who

    void flush();
    void take(const QByteArray& channel, const QByteArray& text);
    void read(const QByteArray& dialog) const;

    const Clock& m_clock;
    RedisLink& m_commands;
    RedisScripts& m_scripts;
    const qint64 m_ttlMs;
    const QByteArray m_channel;
    RedisChannels m_pubSub;
    mutable MemoryLastSeen m_known; ///< reading fills it
    QHash<Mark, quint64> m_unsaid;
    QTimer m_timer;
};

} // namespace signalbox
