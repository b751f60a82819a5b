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

RedisAdapter::Settings adapterSettings(const Settings& settings, const RedisRoom& redis)
{
    RedisAdapter::Settings adapter;
    adapter.key = settings.socketIo.clusterKey;
    adapter.deployment = "signalbox:" + redis.prefix();
    adapter.limits = packLimits(settings);
    adapter.maxBytes = settings.limits.requestBodyBytes;
    return adapter;
}

} // namespace

ClusterRoom::ClusterRoom(const Settings& settings, RedisRoom& redis, const LocalSockets::Rooms& rooms, Mailbox& core)
    : m_isListening(settings.server.role != ServerRole::Dispatcher)
    , m_sockets(rooms, core)
{
    if (!settings.socketIo.cluster.contains("redis"))
        return;
    m_adapter = std::make_unique<RedisAdapter>(redis.address(), redis.broker().commands(), m_sockets,
                                               adapterSettings(settings, redis));
    QObject::connect(m_adapter.get(), &RedisAdapter::dropped, m_adapter.get(),
                     [&redis](const QByteArray& channel, const Error& why) { redis.dropped(channel, why); });
    redis.outward()->addForm([adapter = m_adapter.get()](const Event& event) { return adapter->eventCommand(event); });
}

void ClusterRoom::start()
{
    if (m_adapter && m_isListening)
        m_adapter->start();
}

} // namespace signalbox
