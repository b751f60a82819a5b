// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/clusterroom.h"

namespace signalbox {

namespace {

/// A packet and the message around it have levels of their own above the data.
MsgPackLimits packLimits(const Settings& settings)
{
    constexpr int kLevelsAround = 3;
    MsgPackLimits limits;
    limits.maxDepth = settings.limits.jsonDepth + kLevelsAround;
    return limits;
}

/// Of `python` or `python=CHANNEL`; empty: neither is there.
QByteArray pythonChannel(const Settings& settings)
{
    for (const QByteArray& way : settings.socketIo.cluster) {
        if (way == "python")
            return "socketio";
        if (way.startsWith("python="))
            return way.sliced(qstrlen("python="));
    }
    return {};
}

/// Of any way.
template <typename Way> typename Way::Settings commonSettings(const Settings& settings, const RedisRoom& redis)
{
    typename Way::Settings way;
    way.deployment = "signalbox:" + redis.prefix();
    way.limits = packLimits(settings);
    way.maxBytes = settings.limits.requestBodyBytes;
    return way;
}

/// What it drops is counted, and the events of the bus go out by it.
template <typename Way> void connectTo(RedisRoom& redis, Way& way)
{
    QObject::connect(&way, &Way::dropped, &way,
                     [&redis](const QByteArray& channel, const Error& why) { redis.dropped(channel, why); });
    redis.outward()->addForm([&way](const Event& event) { return way.eventCommand(event); });
}

} // namespace

ClusterRoom::ClusterRoom(const Settings& settings, RedisRoom& redis, const LocalSockets::Rooms& rooms, Mailbox& core)
    : m_isListening(settings.server.role != ServerRole::Dispatcher)
    , m_sockets(rooms, core)
{
    RedisLink& commands = redis.broker().commands();
    if (settings.socketIo.cluster.contains("redis")) {
        auto way = commonSettings<RedisAdapter>(settings, redis);
        way.key = settings.socketIo.clusterKey;
        m_adapter = std::make_unique<RedisAdapter>(redis.address(), commands, m_sockets, std::move(way));
        connectTo(redis, *m_adapter);
    }
    if (settings.socketIo.cluster.contains("streams")) {
        auto way = commonSettings<StreamsAdapter>(settings, redis);
        way.key = settings.socketIo.clusterKey;
        m_streams = std::make_unique<StreamsAdapter>(redis.address(), commands, m_sockets, std::move(way));
        connectTo(redis, *m_streams);
    }
    if (const QByteArray channel = pythonChannel(settings); !channel.isEmpty()) {
        auto way = commonSettings<PythonManager>(settings, redis);
        way.channel = channel;
        m_python = std::make_unique<PythonManager>(redis.address(), commands, m_sockets, std::move(way));
        connectTo(redis, *m_python);
    }
}

void ClusterRoom::start()
{
    if (!m_isListening)
        return;
    if (m_adapter)
        m_adapter->start();
    if (m_streams)
        m_streams->start();
    if (m_python)
        m_python->start();
}

} // namespace signalbox
