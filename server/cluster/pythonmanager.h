// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/pythonmessage.h"
#include "redis/redisear.h"

namespace signalbox {

/// This server as one of those with python-socketio's RedisManager: carries out what they and write-only managers
/// publish for the sockets of the namespace `/`, and sends answers back to who asked. Otherwise like RedisAdapter.
class PythonManager final : public QObject
{
    Q_OBJECT

public:
    struct Settings
    {
        QByteArray channel = "socketio";
        QByteArray deployment; ///< see RedisAdapter
        MsgPackLimits limits = {};
        qint64 maxBytes = 1 << 20; ///< of a message
        qint64 pingMs = 10'000;    ///< a connection that does not answer is made anew
    };

    PythonManager(const RedisAddress& address, RedisLink& commands, ClusterSockets& sockets, Settings settings);

    void start() { m_ear.start(); }
    /// The command that tells the others an event of the bus.
    RedisConnection::Words eventCommand(const Event& event) const;

signals:
    /// A message that was not understood, or one of ours that Redis did not take.
    void dropped(const QByteArray& channel, const signalbox::Error& why);

private:
    void take(const QByteArray& bytes);
    void carryOut(const PythonMessage& message);
    void emitTo(const PythonMessage& message);
    void sendBack(const PythonMessage& asked, const SocketValues& answer);

    RedisLink& m_commands;
    ClusterSockets& m_sockets;
    const Settings m_settings;
    RedisEar m_ear;
};

} // namespace signalbox
