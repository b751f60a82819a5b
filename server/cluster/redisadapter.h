// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/adaptermessage.h"
#include "redis/redisear.h"

namespace signalbox {

/// This server as one of those with @socket.io/redis-adapter: takes what they and @socket.io/redis-emitter publish for
/// the sockets of the namespace `/`, and answers what they ask. Wrong messages are told and dropped. Like there, what
/// is published while the connection is away is gone. Core thread; what is given outlives this.
class RedisAdapter final : public QObject
{
    Q_OBJECT

public:
    struct Settings
    {
        QByteArray key = "socket.io"; ///< what the channels' names begin with
        QByteArray deployment;        ///< sends the events of the bus, in the name of all servers of ours
        MsgPackLimits limits = {};
        qint64 maxBytes = 1 << 20;          ///< of a message
        qint64 maxResponseBytes = 64 << 20; ///< of an answer, which may list all sockets of a server
        int maxAsked = 100;                 ///< requests that may wait for this server's sockets
        qint64 pingMs = 10'000;             ///< a connection that does not answer is made anew
    };

    RedisAdapter(const RedisAddress& address, RedisLink& commands, ClusterSockets& sockets, Settings settings);

    void start() { m_ear.start(); }
    /// The command that tells the other servers an event of the bus.
    RedisConnection::Words eventCommand(const Event& event) const;

signals:
    /// A message that was not understood, or one of ours that Redis did not take.
    void dropped(const QByteArray& channel, const signalbox::Error& why);

private:
    void take(const QByteArray& channel, const QByteArray& bytes);
    void takeBroadcast(const QByteArray& channel, const QByteArray& bytes);
    void takeRequest(const QByteArray& bytes);
    void takeResponse(const QByteArray& bytes);
    void handle(const AdapterRequest& request);
    void handleOfOneSocket(const AdapterRequest& request);
    void answerList(const AdapterRequest& request);
    void askClients(const AdapterRequest& request);
    void publish(const QByteArray& channel, const QByteArray& bytes);
    void respond(const QByteArray& bytes) { publish(m_responses, bytes); }
    bool fits(const QByteArray& channel, const QByteArray& bytes, qint64 maxBytes);

    RedisLink& m_commands;
    ClusterSockets& m_sockets;
    const Settings m_settings;
    const QByteArray m_uid; ///< of this life of this server
    const QByteArray m_broadcasts;
    const QByteArray m_requests;
    const QByteArray m_responses;
    const QByteArray m_ownHead; ///< what the broadcasts of our deployment begin with
    RedisEar m_ear;
    int m_asked = 0;
};

} // namespace signalbox
