// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/foreignjson.h"
#include "redis/redislink.h"

#include <deque>

namespace signalbox {

/// Writes what seed 002's consumers read: each event of a dialog to Pub/Sub `chat:{session_id}` and `chat:staff`, and
/// to the stream `chat:staff` (field `data`), from which a bot reads with XREAD. Of the staff's own events those of
/// seed 002 go to `chat:staff`. To be told by the server that published the event, so that it is written once. Core
/// thread; link and codec outlive this.
///
/// While Redis is away the last `maxKept` events wait. One that was published when its server died is not written.
class RedisOutward final : public QObject
{
    Q_OBJECT

public:
    struct Settings
    {
        QByteArray prefix;       ///< in front of the names
        int streamEvents = 1000; ///< that the stream keeps, about
        size_t maxKept = 1000;
    };
    enum class Way : quint8 { All, StreamOnly };

    RedisOutward(RedisLink& commands, const ForeignJson& json, Settings settings);

    /// StreamOnly for what came by those very channels.
    void tell(const Event& event, Way way);

signals:
    /// Redis did not take an event; what it said.
    void refused(const QByteArray& channel, const QString& why);

private:
    void send(const RedisConnection::Words& words);
    void sendKept();

    RedisLink& m_commands;
    const ForeignJson& m_json;
    const Settings m_settings;
    std::deque<RedisConnection::Words> m_kept;
};

} // namespace signalbox
