// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/app.h"

#include "app/amqproom.h"
#include "app/authsetup.h"
#include "app/clusterroom.h"
#include "app/corelimits.h"
#include "app/deskroom.h"
#include "app/edgemetrics.h"
#include "app/foreigndoor.h"
#include "app/healthalert.h"
#include "app/redisroom.h"
#include "app/roomcensus.h"
#include "app/sessiondrain.h"
#include "app/workerroom.h"
#include "config/logging.h"
#include "gateway/userpresence.h"
#include "net/listener.h"
#include "net/tlsstream.h"
#include "net/workerpool.h"
#include "ops/looplag.h"
#include "ops/managementserver.h"

#include <QThread>
#include <QTimer>

#include <algorithm>

namespace signalbox {

namespace {

constexpr int kExpireEveryMs = 5000;
constexpr int kTellRoomsEveryMs = 2000;

int workerCount(const Settings& settings)
{
    const int asked = settings.server.workers > 0 ? settings.server.workers : QThread::idealThreadCount();
    return std::clamp(asked, 1, Fanout::kMaxWorkers);
}

} // namespace

struct App::Parts
{
    Parts(LoadedConfig loaded, std::function<ReloadedConfig(const LoadedConfig&)> rereader, MoreRoutes routes);
    ~Parts();

    Result<void> start();
    Result<void> openPublicPort();
    Result<void> openManagementPort();
    Result<void> makeRabbitMq();
    void accepted(int fd);
    void drain(std::function<void()> done);
    void reload();
    Broker& publicBroker();
    VolatileBroker& volatileBroker();
    Result<void> makeRedis();
    Presence& presence();
    LastSeen& lastSeen();
    SavedSockets& savedSockets();
    void joinOtherServers();
    BrokerLoad brokerLoad() const;
    void databaseChanged(const Result<void>& state);
    void watchParts();
    void healthChanged(const QByteArray& part, const PartHealth& before, const PartHealth& now);
    void closeSession(const SessionMeta& meta, ErrorCode why);
    void sourcesChanged(const QSet<QByteArray>& unavailable);

    LoadedConfig config;
    std::function<ReloadedConfig(const LoadedConfig&)> reread;
    MoreRoutes moreRoutes;
    std::shared_ptr<const Settings> settings;
    SystemClock clock;
    Catalog catalog;
    Metrics metrics;
    EdgeMetrics edgeMetrics{metrics};
    Health health;
    MemoryBroker broker;
    Mailbox mailbox;
    Sources sources;
    std::unique_ptr<RedisRoom> redis; ///< null: this server is alone, or redisMade says why
    Result<void> redisMade;           ///< makes it
    std::unique_ptr<DeskRoom> desk;   ///< null: DATABASE_URL=none
    Bus bus;
    MemoryPresence ownPresence;
    MemoryLastSeen ownLastSeen;
    SessionRegistry registry;
    MemorySavedSockets ownSavedSockets{clock};
    UserPresence userPresence;
    LoginGuard loginGuard{clock};
    PasswordQueue passwords;
    std::unique_ptr<Authenticator> authenticator;
    std::unique_ptr<WorkerPool> workers;
    std::unique_ptr<Fanout> fanout;
    std::unique_ptr<Core> core;
    std::vector<std::unique_ptr<WorkerRoom>> rooms;
    RoomCensus census{rooms, mailbox, redis};
    std::optional<QSslConfiguration> tls;
    std::unique_ptr<Listener> listener;
    std::unique_ptr<ManagementServer> management;
    std::unique_ptr<ClusterRoom> cluster; ///< null: no other Socket.IO servers
    std::unique_ptr<AmqpRoom> rabbitmq;   ///< null: none is configured, or another role's
    std::unique_ptr<LoopLag> lag;
    QTimer expireTimer;
    QTimer roomsTimer;
    SessionDrain sessionDrain{registry, [this](const SessionMeta& meta, ErrorCode why) { closeSession(meta, why); },
                              [this] { return rabbitmq && !rabbitmq->hasFinished(); }};
};

App::Parts::Parts(LoadedConfig loaded, std::function<ReloadedConfig(const LoadedConfig&)> rereader, MoreRoutes routes)
    : config(std::move(loaded))
    , reread(std::move(rereader))
    , moreRoutes(std::move(routes))
    , settings(std::make_shared<const Settings>(config.settings))
    , metrics(catalog, workerCount(*settings), SIGNALBOX_VERSION)
    , health(clock, SIGNALBOX_VERSION, {"core", "broker", "redis", "database"},
             [this](const QByteArray& part, const PartHealth& before, const PartHealth& now) {
                 healthChanged(part, before, now);
             })
    , broker(clock, brokerLimits(*settings))
    , sources([this](const QSet<QByteArray>& unavailable) { sourcesChanged(unavailable); })
    , redisMade(makeRedis())
    , desk(settings->database.url == "none"
               ? nullptr
               : std::make_unique<DeskRoom>(
                     *settings, clock, volatileBroker(), mailbox,
                     [this](const Result<void>& state) { databaseChanged(state); },
                     [this](quint64 sessionId, ErrorCode why) { registry.closeSession(sessionId, why); }))
    , bus(publicBroker(), catalog)
    , registry(presence(), connectionLimits(*settings),
               [this](const SessionMeta& meta, ErrorCode why) { closeSession(meta, why); })
    , userPresence(bus, serviceIdentity("server"), desk != nullptr)
{
    bus.setObserver(redis ? redis->observer() : &metrics);
}

App::Parts::~Parts()
{
    listener.reset();
    management.reset();
    rabbitmq.reset();
    // The passwords and the database first: what they still answer goes to the workers. Then they: what waits for the
    // core holds handles of their connections.
    passwords.stop();
    if (desk)
        desk->stop();
    registry.removeWatchers();
    if (workers)
        workers->stop([this](Worker& worker) { rooms[static_cast<size_t>(worker.index())].reset(); });
    mailbox.close();
}

Result<void> App::Parts::makeRedis()
{
    if (!settings->redis.isUsed())
        return {};
    auto made = RedisRoom::make(*settings, clock, health, sources, catalog, metrics);
    if (!made)
        return made.error();
    redis = std::move(*made);
    return {};
}

VolatileBroker& App::Parts::volatileBroker()
{
    return redis ? static_cast<VolatileBroker&>(redis->broker()) : broker;
}

Presence& App::Parts::presence()
{
    return redis ? static_cast<Presence&>(redis->presence()) : ownPresence;
}

LastSeen& App::Parts::lastSeen()
{
    return redis ? static_cast<LastSeen&>(redis->lastSeen()) : ownLastSeen;
}

SavedSockets& App::Parts::savedSockets()
{
    return redis ? static_cast<SavedSockets&>(redis->savedSockets()) : ownSavedSockets;
}

/// Limits, operators and rooms are those of all servers.
void App::Parts::joinOtherServers()
{
    redis->savedSockets().setReplaced([this](quint64 id) { registry.closeSession(id, ErrorCode::Replaced); });
    RedisBoard* board = &redis->board();
    registry.setBoard(board);
    userPresence.setBoard(board);
    QObject::connect(board, &RedisBoard::changedElsewhere, board, [this](const QByteArray& key) {
        registry.boardChanged(key);
        userPresence.changedElsewhere(key);
    });
    QObject::connect(board, &RedisBoard::diedElsewhere, board,
                     [this](const QByteArray& key) { userPresence.diedElsewhere(key); });
    roomsTimer.callOnTimeout(
        board, [this] { census.countOwn([this](const Core::RoomCounts& own) { redis->tellRooms(own); }); });
    roomsTimer.start(kTellRoomsEveryMs);
    if (!desk)
        return;
    desk->presence().shareHealth(*board);
    desk->presence().setElsewhere([this](const QByteArray& id) { return redis->presence().isElsewhere(id); });
    QObject::connect(board, &RedisBoard::diedElsewhere, board, [this](const QByteArray& key) {
        if (const QByteArray user = RedisPresence::userOf(key); !user.isEmpty())
            desk->presence().diedElsewhere(user);
    });
}

Result<void> App::Parts::start()
{
    if (!redisMade)
        return redisMade;
    auto made = makeAuthenticator(*settings, clock);
    if (!made)
        return made.error();
    authenticator = std::move(*made);
    if (!settings->tls.certificateFile.isEmpty()) {
        auto loaded = loadTlsConfiguration(QString::fromUtf8(settings->tls.certificateFile),
                                           QString::fromUtf8(settings->tls.privateKeyFile));
        if (!loaded)
            return loaded.error();
        tls = std::move(*loaded);
    }
    workers = std::make_unique<WorkerPool>(workerCount(*settings), [this] { return clock.steadyMs(); });
    if (desk) {
        if (RedisOutward* outward = redis ? redis->outward() : nullptr)
            desk->relayTo(redis->broker().commands(), *outward);
        if (auto opened = desk->start(); !opened)
            return opened;
    }
    fanout = std::make_unique<Fanout>(
        publicBroker(), workers->size(),
        [this](int worker, const EventPtr& event) {
            WorkerRoom& room = *rooms[static_cast<size_t>(worker)];
            room.worker().post([&room, event] { room.edge().dispatch(event); });
        },
        [this](int worker, const QByteArray& channel) {
            WorkerRoom& room = *rooms[static_cast<size_t>(worker)];
            room.worker().post([&room, channel] { room.edge().lose(channel); });
        });
    core =
        std::make_unique<Core>(Core{clock, publicBroker(), bus, *fanout, registry, lastSeen(), sources, savedSockets(),
                                    mailbox, [this](const Core::RoomsDone& done) { census.count(done); }});
    registry.addWatcher(&userPresence);
    if (desk) {
        core->acknowledged = [this](const QByteArray& dialog, const IdentityPtr& who, quint64 lastId) {
            desk->acknowledged(dialog, who, lastId);
        };
        core->operatorChose = [this](const QByteArray& id, OperatorStatus wanted, qint64 untilMs) {
            desk->presence().chose(id, wanted, untilMs);
        };
        registry.addWatcher(&desk->presence());
    }
    const EdgeShared shared{clock, catalog, *authenticator, edgeMetrics, desk ? &desk->stores() : nullptr};
    if (redis)
        joinOtherServers();
    const SocketIoParts socketIo{.clientFiles = readSocketIoClient(settings->socketIo.clientDir)};
    for (int i = 0; i < workers->size(); ++i)
        rooms.push_back(std::make_unique<WorkerRoom>(shared, *core, workers->worker(i), settings, health, metrics,
                                                     LoginParts{loginGuard, passwords}, socketIo, moreRoutes));
    if (!settings->socketIo.cluster.isEmpty())
        cluster = std::make_unique<ClusterRoom>(*settings, *redis, rooms, mailbox);
    if (auto opened = openManagementPort(); !opened)
        return opened;
    if (settings->server.role != ServerRole::Dispatcher) {
        if (auto opened = openPublicPort(); !opened)
            return opened;
    }
    if (auto joined = makeRabbitMq(); !joined)
        return joined;
    expireTimer.callOnTimeout(&expireTimer, [this] {
        if (desk)
            desk->broker().expire();
        else
            broker.expire();
    });
    expireTimer.start(kExpireEveryMs);
    lag = std::make_unique<LoopLag>(clock, [this](double seconds) { metrics.loopLagged(Metrics::kCoreLoop, seconds); });
    watchParts();
    health.setPhase(Health::Phase::Serving);
    return {};
}

Result<void> App::Parts::openPublicPort()
{
    auto opened = Listener::open(settings->network.hosts, static_cast<quint16>(settings->network.port),
                                 [this](int fd) { accepted(fd); });
    if (!opened)
        return opened.error();
    listener = std::move(*opened);
    return {};
}

Result<void> App::Parts::openManagementPort()
{
    management = std::make_unique<ManagementServer>(
        ManagementAccess{*core, presence(), health, metrics, [this] { return brokerLoad(); },
                         [this](qsizetype limit) { return census.busiest(limit); }, [this] { drain({}); }});
    return management->listen(settings->network.managementHost, settings->network.managementPort);
}

void App::Parts::accepted(int fd)
{
    Worker& worker = workers->leastLoaded();
    WorkerRoom& room = *rooms[static_cast<size_t>(worker.index())];
    worker.connectionOpened();
    worker.post([&room, fd, configuration = tls] { room.accept(fd, configuration); });
}

Result<void> App::Parts::makeRabbitMq()
{
    if (settings->rabbitmq.url.isEmpty() || settings->server.role == ServerRole::Gateway)
        return {};
    auto made = AmqpRoom::make(*settings, clock, catalog, mailbox, bus, health, sources, metrics);
    if (!made)
        return made.error();
    rabbitmq = std::move(*made);
    return {};
}

/// What this process has, for the probes.
void App::Parts::watchParts()
{
    health.setPart("core", PartState::Ok);
    health.setPart("broker", PartState::Ok, redis ? QStringLiteral("redis") : QStringLiteral("memory"));
    health.setPart("database", desk ? PartState::Ok : PartState::Disabled);
    if (redis)
        redis->start(*fanout, publicBroker(),
                     [this](const QByteArray& channel) { return desk && desk->broker().isDurable(channel); });
    else
        health.setPart("redis", PartState::Disabled);
    if (cluster)
        cluster->start();
    if (rabbitmq)
        rabbitmq->start();
    else
        health.setPart("rabbitmq", PartState::Disabled);
}

Broker& App::Parts::publicBroker()
{
    return desk ? static_cast<Broker&>(desk->broker()) : volatileBroker();
}

BrokerLoad App::Parts::brokerLoad() const
{
    return redis ? BrokerLoad{0, redis->broker().channelCount()}
                 : BrokerLoad{broker.historyBytes(), broker.channelCount()};
}

void App::Parts::databaseChanged(const Result<void>& state)
{
    if (!state)
        qCWarning(logDesk).noquote() << "the database is down:" << state.error().text();
    else
        qCInfo(logDesk) << "the database is back";
    health.setPart("database", state ? PartState::Ok : PartState::Down, state ? QString() : state.error().text());
}

void App::Parts::healthChanged(const QByteArray& part, const PartHealth& before, const PartHealth& now)
{
    metrics.setPart(part,
                    now.state == PartState::Disabled ? std::nullopt : std::optional(now.state != PartState::Down));
    const bool isFirst = before.state == PartState::Disabled && now.state == PartState::Ok;
    if (now.state == PartState::Disabled || isFirst || !core)
        return;
    std::vector<Publication> events;
    events.push_back(healthAlert(part, now));
    bus.publish(serviceIdentity("server"), std::move(events), [](const Result<std::vector<Published>>&) {});
}

void App::Parts::closeSession(const SessionMeta& meta, ErrorCode why)
{
    WorkerRoom& room = *rooms[static_cast<size_t>(meta.worker)];
    room.worker().post([&room, id = meta.id, why] { room.edge().close(id, why); });
}

void App::Parts::sourcesChanged(const QSet<QByteArray>& unavailable)
{
    for (const auto& room : rooms)
        room->worker().post([&edge = room->edge(), unavailable] { edge.setUnavailableSources(unavailable); });
}

void App::Parts::drain(std::function<void()> done)
{
    if (!sessionDrain.begin(settings->server.drainMs, std::move(done)))
        return;
    qCInfo(logApp) << "draining" << registry.count() << "connections";
    health.setPhase(Health::Phase::Draining);
    if (listener)
        listener->close();
    if (rabbitmq)
        rabbitmq->finish();
    for (const auto& room : rooms)
        room->worker().post([&room = *room] { room.beginDraining(); });
}

void App::Parts::reload()
{
    if (!reread)
        return;
    ReloadedConfig reloaded = reread(config);
    for (const ConfigProblem& problem : reloaded.config.problems)
        qCWarning(logConfig).noquote() << "reload:" << problem.text();
    for (const QByteArray& key : reloaded.needRestart)
        qCWarning(logConfig).noquote() << "reload:" << key << "takes effect after a restart";
    if (const auto keys = authenticator->reload(); !keys)
        qCWarning(logAuth).noquote() << "reload: the old keys stay in force:" << keys.error().text();
    if (!reloaded.config.ok())
        return;
    config = std::move(reloaded.config);
    settings = std::make_shared<const Settings>(config.settings);
    broker.setLimits(brokerLimits(*settings));
    if (redis)
        redis->setSettings(*settings);
    if (desk)
        desk->setSettings(*settings);
    registry.setLimits(connectionLimits(*settings));
    for (const auto& room : rooms)
        room->worker().post([&room = *room, latest = settings] { room.setSettings(latest); });
    qCInfo(logConfig).noquote() << "reloaded:" << reloaded.changed.join(' ');
}

App::App(LoadedConfig config, std::function<ReloadedConfig(const LoadedConfig&)> reread, MoreRoutes more)
    : m_parts(std::make_unique<Parts>(std::move(config), std::move(reread), std::move(more)))
{
}

App::~App() = default;

Result<void> App::start()
{
    return m_parts->start();
}

int App::port() const
{
    return m_parts->listener ? m_parts->listener->port() : 0;
}

int App::managementPort() const
{
    return m_parts->management ? m_parts->management->port() : 0;
}

void App::drain(std::function<void()> finished)
{
    m_parts->drain(std::move(finished));
}

void App::reload()
{
    m_parts->reload();
}

} // namespace signalbox
