// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/foreignjson.h"
#include "redis/redisear.h"
#include "redis/redisscripts.h"

namespace signalbox {

/// Takes events from what others publish through Pub/Sub (core/foreignjson.h). Every server hears every message; each
/// becomes one event all the same, in the order in which it was published: all of them give it the same idempotency
/// key, which Redis counts out (resources/lua/claim.lua). Identical messages are told apart by their number as long as
/// they follow each other within `repeatMs`.
///
/// Pub/Sub keeps nothing: what is published while no server listens is gone. Core thread; scripts and catalogue outlive
/// this.
class RedisForeign final : public QObject
{
    Q_OBJECT

public:
    struct Settings
    {
        QByteArray prefix;      ///< in front of the channels' names
        bool onlyFirst = false; ///< the servers share no journal: who counts a message first is its only publisher
        qint64 repeatMs = 60'000;
        qint64 maxBytes = 1 << 20;  ///< of a message
        size_t maxWaiting = 10'000; ///< messages on their way to an event
        qint64 pingMs = 10'000;     ///< a connection that does not answer is made anew
    };
    using Done = std::function<void(const Result<void>&)>;
    /// `isOfChat`: it came by seed 002's channels.
    using Publish = std::function<void(Publication event, bool isOfChat, Done done)>;

    RedisForeign(const RedisAddress& address, RedisScripts& scripts, ForeignJson& json, Settings settings,
                 Publish publish);

    void start() { m_ear.start(); }

signals:
    /// A message that became no event.
    void dropped(const QByteArray& channel, const signalbox::Error& why);

private:
    void take(const QByteArray& channel, const QByteArray& text);
    void claimed(const QByteArray& channel, Publication event, const Result<RedisReply>& reply);

    RedisScripts& m_scripts;
    ForeignJson& m_json;
    const Settings m_settings;
    const Publish m_publish;
    const QByteArray m_server; ///< of this life of this server
    RedisEar m_ear;
    size_t m_waiting = 0;
};

} // namespace signalbox
