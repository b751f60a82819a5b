// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/streamsmessage.h"
#include "redis/redisear.h"

namespace signalbox {

/// This server as one of those with @socket.io/redis-streams-adapter: reads their stream from where it stands at the
/// start, and on from there after the connection was away, so that nothing is lost that the stream still has; answers
/// what they ask. Otherwise like RedisAdapter.
class StreamsAdapter final : public QObject
{
    Q_OBJECT

public:
    struct Settings
    {
        QByteArray key = "socket.io"; ///< the stream, and what the channels' names begin with
        QByteArray deployment;        ///< see RedisAdapter
        MsgPackLimits limits = {};
        qint64 maxBytes = 1 << 20;  ///< of a message
        int streamEntries = 10'000; ///< that the stream keeps, about
        int blockMs = 2000;         ///< of one XREAD; less than RedisAddress::answerMs
        int againMs = 1000;         ///< after Redis has refused one
        int maxAsked = 100;         ///< requests that may wait for this server's sockets
        qint64 pingMs = 10'000;     ///< a connection that does not answer is made anew
    };

    StreamsAdapter(const RedisAddress& address, RedisLink& commands, ClusterSockets& sockets, Settings settings);

    void start();
    /// The command that tells the other servers an event of the bus.
    RedisConnection::Words eventCommand(const Event& event) const;

signals:
    /// A message that was not understood, or one of ours that Redis did not take.
    void dropped(const QByteArray& channel, const signalbox::Error& why);

private:
    void findPlace();
    void read();
    void tryLater(const RedisReply& refusal);
    void takeEntries(const RedisReply& entries);
    void takeEphemeral(const QByteArray& channel, const QByteArray& bytes);
    void take(const QByteArray& channel, const Result<StreamsMessage>& message);
    void carryOut(const StreamsMessage& message);
    void broadcast(const StreamsMessage& message);
    void answerFetch(const StreamsMessage& message);
    void respond(const StreamsMessage& to, AdapterType type, const QJsonObject& data,
                 const QByteArrayList& attachments = {});

    RedisLink& m_commands;
    ClusterSockets& m_sockets;
    const Settings m_settings;
    const QByteArray m_channel;
    RedisLink m_reader;
    RedisEar m_ear;
    QTimer m_again;
    QByteArray m_place; ///< the last entry that was read; empty: not yet known
    bool m_isReading = false;
    int m_asked = 0;
};

} // namespace signalbox
