// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/redisroom.h"

#include "auth/secret.h"
#include "config/logging.h"

#include <QSslCertificate>

namespace signalbox {

namespace {

constexpr QByteArrayView kRooms = "room:";

RedisBroker::Limits redisLimits(const Settings& settings)
{
    return {settings.history.events, settings.history.ageMs, settings.limits.idempotencyMs};
}

/// Who can write in Redis cannot make itself somebody by it.
RedisSavedSockets::Seal socketSeal(const QByteArray& sessionSecret)
{
    const RotatingSecret keys = derivedKeys({sessionSecret, {}}, "signalbox/saved-socket/v1");
    return {[keys](const QByteArray& text) { return macText(keys, text); },
            [keys](const QByteArray& text, const QByteArray& seal) { return isMacText(keys, text, seal); }};
}

/// One hash tag in all names keeps them on one node of a cluster.
QByteArray taggedPrefix(const RedisSettings& settings)
{
    return QByteArray("{").append(settings.prefix).append('}');
}

RedisDirectory redisDirectory(const RedisSettings& settings)
{
    RedisDirectory directory;
    if (!settings.sentinels.isEmpty()) {
        directory.kind = RedisDirectory::Kind::Sentinels;
        directory.name = settings.sentinelMaster;
        directory.username = settings.sentinelUsername;
        directory.password = settings.sentinelPassword;
    } else if (!settings.clusterNodes.isEmpty()) {
        directory.kind = RedisDirectory::Kind::Cluster;
        directory.name = taggedPrefix(settings);
    }
    for (const QByteArray& node : settings.sentinels + settings.clusterNodes) {
        if (const auto parsed = parseHostPort(node))
            directory.nodes.push_back(*parsed);
    }
    return directory;
}

Result<RedisAddress> redisAddress(const RedisSettings& settings)
{
    RedisAddress address;
    address.host = QString::fromUtf8(settings.host);
    address.port = static_cast<quint16>(settings.port);
    address.username = settings.username;
    address.password = settings.password;
    address.database = settings.db;
    address.directory = redisDirectory(settings);
    if (settings.tls) {
        address.tls = QSslConfiguration::defaultConfiguration();
        if (!settings.tlsCaFile.isEmpty()) {
            const auto trusted = QSslCertificate::fromPath(QString::fromUtf8(settings.tlsCaFile));
            if (trusted.isEmpty())
                return Error(ErrorCode::Unavailable,
                             QStringLiteral("There is no certificate in ") + QString::fromUtf8(settings.tlsCaFile));
            address.tls->setCaCertificates(trusted);
        }
    }
    return address;
}

} // namespace

Result<std::unique_ptr<RedisRoom>> RedisRoom::make(const Settings& settings, const Clock& clock, Health& health,
                                                   Sources& sources, const Catalog& catalog, Metrics& metrics)
{
    const auto address = redisAddress(settings.redis);
    if (!address)
        return address.error();
    return std::unique_ptr<RedisRoom>(new RedisRoom(settings, clock, *address, health, sources, catalog, metrics));
}

RedisRoom::RedisRoom(const Settings& settings, const Clock& clock, const RedisAddress& address, Health& health,
                     Sources& sources, const Catalog& catalog, Metrics& metrics)
    : m_address(address)
    , m_prefix(taggedPrefix(settings.redis))
    , m_health(health)
    , m_metrics(metrics)
    , m_sources(sources)
    , m_broker(clock, address, m_prefix, redisLimits(settings), {})
    , m_board(m_broker.commands(), m_broker.listening(), m_broker.scripts(), {settings.redis.serverTtlMs})
    , m_presence(m_board)
    , m_lastSeen(clock, m_broker.commands(), m_broker.listening(), m_broker.scripts())
    , m_savedSockets(clock, m_broker.commands(), m_broker.scripts(), socketSeal(settings.auth.sessionSecret))
    , m_dropped(clock, metrics, logRedis, {"a message of", "was dropped:", "more messages were dropped"})
{
    QObject::connect(&m_broker, &RedisBroker::stateChanged, &m_broker, [this] { changed(); });
    const auto isMalformed = [this](const QByteArray& channel, const QString& reason) {
        dropped(channel, Error(ErrorCode::BadRequest, reason));
    };
    QObject::connect(&m_broker, &RedisBroker::dropped, &m_broker, isMalformed);
    QObject::connect(&m_board, &RedisBoard::malformed, &m_board, isMalformed);
    QObject::connect(&m_lastSeen, &RedisLastSeen::malformed, &m_lastSeen, isMalformed);
    if (!settings.redis.bridge && settings.socketIo.cluster.isEmpty())
        return;
    m_bridge = std::make_unique<RedisBridge>(settings, address, m_broker, catalog, metrics);
    QObject::connect(m_bridge.get(), &RedisBridge::dropped, m_bridge.get(),
                     [this](const QByteArray& channel, const Error& why) { dropped(channel, why); });
}

BusObserver* RedisRoom::observer()
{
    return m_bridge ? static_cast<BusObserver*>(m_bridge.get()) : &m_metrics;
}

void RedisRoom::start(const Fanout& fanout, Broker& broker, IsElsewhere isElsewhere)
{
    m_fanout = &fanout;
    m_isElsewhere = std::move(isElsewhere);
    m_broker.start();
    if (m_bridge)
        m_bridge->start(broker, m_isElsewhere);
}

void RedisRoom::setSettings(const Settings& settings)
{
    m_broker.setLimits(redisLimits(settings));
}

void RedisRoom::tellRooms(const RoomCounts& rooms)
{
    for (auto it = m_rooms.keyBegin(); it != m_rooms.keyEnd(); ++it) {
        if (!rooms.contains(*it))
            m_board.set(kRooms.toByteArray() + *it, {});
    }
    for (auto it = rooms.cbegin(); it != rooms.cend(); ++it)
        m_board.set(kRooms.toByteArray() + it.key(), QByteArray::number(*it));
    m_rooms = rooms;
}

void RedisRoom::addOtherRooms(RoomCounts& rooms) const
{
    m_board.visitElsewhere(kRooms.toByteArray(), [&rooms](const QByteArray& key, const QByteArray& value) {
        if (const int sessions = value.toInt(); sessions > 0)
            rooms[key.sliced(kRooms.size())] += sessions;
    });
}

/// Whoever listens to a channel that lies there is told while Redis is away.
void RedisRoom::changed()
{
    const RedisBroker::State& state = m_broker.state();
    if (state.isUp)
        qCInfo(logRedis).noquote() << "Redis is in use" << state.message;
    else
        qCWarning(logRedis).noquote() << "Redis is down:" << state.message;
    m_health.setPart("redis",
                     !state.isUp        ? PartState::Down
                     : state.isRefusing ? PartState::Degraded
                                        : PartState::Ok,
                     state.message);
    if (state.isUp)
        m_silent.clear();
    const QList<QByteArray> listened = state.isUp ? QList<QByteArray>() : m_fanout->channels();
    for (const QByteArray& channel : listened) {
        if (!m_isElsewhere(channel))
            m_silent.insert(channel);
    }
    m_sources.setUnavailable("redis", m_silent);
}

} // namespace signalbox
