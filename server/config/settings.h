// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayList>

namespace signalbox {

// What the server runs with: plain values, set once by loadConfig() (configloader.h) and then read-only; copies may
// go to any thread. Defaults live in the table of settingstable.cpp and nowhere else, so a default-constructed
// Settings is empty: tests take defaultSettings(). Durations are milliseconds, sizes bytes, times of the key table
// whatever unit their key names. Where spec section 8 allows it 0 means "no limit of ours".

enum class Profile { Development, Production };
enum class ServerRole { All, Dispatcher, Gateway };
enum class SlowClientPolicy { Close, DropOldest, Conflate };
enum class StreamLimitPolicy { Reject, EvictOldest };
enum class JwtKeyAlgorithm { Auto, Hs256, Rs256, Es256 };
enum class LogFormat { Auto, Text, Json };
enum class LogLevel { Debug, Info, Warning, Critical };

struct ServerSettings
{
    QByteArray configFile; ///< the INI file that was read; empty: none
    Profile profile = Profile::Development;
    ServerRole role = ServerRole::All;
    QByteArray dataDir; ///< never empty after loading
    int workers = 0;    ///< 0: one per core
    qint64 drainMs = 0;
};

struct NetworkSettings
{
    QByteArrayList hosts;
    int port = 0; ///< 0: any free port
    QByteArray managementHost;
    int managementPort = 0; ///< 0: any free port
    int listenBacklog = 0;
    QByteArrayList corsOrigins;    ///< empty: same origin only; "*" only when set so
    QByteArrayList trustedProxies; ///< addresses or networks whose X-Forwarded-For counts
};

struct TlsSettings
{
    QByteArray certificateFile; ///< PEM; empty: plain HTTP
    QByteArray privateKeyFile;
};

struct TransportSettings
{
    bool webSocket = false;
    bool sse = false;
    bool socketIo = false;
};

struct LimitSettings
{
    int connections = 0; ///< 0: bounded by file descriptors only
    int connectionsPerDialog = 0;
    int connectionsPerToken = 0;
    int streamsPerUser = 0;
    int tabsPerGuest = 0;
    int operators = 0;
    int unidentified = 0; ///< Socket.IO clients before they have authenticated; 0: no limit
    int unidentifiedPerAddress = 0;
    qint64 requestHeadBytes = 0;
    qint64 requestBodyBytes = 0;
    qint64 webSocketMessageBytes = 0;
    qint64 engineIoPayloadBytes = 0;
    qint64 headTimeoutMs = 0;
    qint64 bodyTimeoutMs = 0;
    qint64 idleTimeoutMs = 0;
    qint64 outboundQueueBytes = 0;
    SlowClientPolicy slowClientPolicy = SlowClientPolicy::Close;
    int channels = 0;
    int channelsPerConnection = 0;
    int requestsPerSecond = 0; ///< token bucket per client; 0: none
    int requestsBurst = 0;
    int messagesPerSecond = 0; ///< token bucket per WebSocket connection; 0: none
    int messagesBurst = 0;
    int jsonDepth = 0;
    int pipelinedRequests = 0;
    int publishBatch = 0;
    qint64 idempotencyMs = 0;
    int idempotencyKeys = 0;
};

struct HistorySettings
{
    int events = 0; ///< per channel
    qint64 ageMs = 0;
    qint64 totalBytes = 0; ///< of all channels together; 0: unlimited
};

struct HeartbeatSettings
{
    qint64 dialogPingMs = 0;  ///< `__ping__` of /ws/dialogs
    qint64 pongTimeoutMs = 0; ///< `__pong__`, else close 4408
    qint64 channelPingMs = 0; ///< /channel/ws of guests
    qint64 staffPingMs = 0;   ///< /channel/ws of staff and services
    qint64 sseMs = 0;
    qint64 streamsMs = 0; ///< /api/v1/streams
    qint64 sourceWarningMs = 0;
    qint64 engineIoPingMs = 0;
    qint64 engineIoPongMs = 0;
};

struct SocketIoSettings
{
    qint64 connectTimeoutMs = 0; ///< from the handshake to the first namespace
    qint64 authenticateMs = 0;   ///< from there to a valid token
    qint64 recoveryMs = 0;       ///< how long a socket that went can be recovered; 0: never
    QByteArray clientDir;        ///< the browser's library, to be served; empty: it is not
    QByteArrayList cluster;      ///< how other servers are spoken to (its row says); empty: not at all
    QByteArray clusterKey;       ///< what their channels' names begin with
};

struct StreamSettings
{
    StreamLimitPolicy limitPolicy = StreamLimitPolicy::Reject;
    qint64 retryMs = 0; ///< the `retry:` field
};

struct CatalogSettings
{
    bool strict = true;
};

struct CredentialSettings
{
    QByteArray jwtSecret;
    QByteArray jwtPublicKeyFile;
    QByteArray jwksFile;
    JwtKeyAlgorithm jwtAlgorithm = JwtKeyAlgorithm::Auto; ///< Auto: HS256 for the secret, the key's own kind for a file
    QByteArray jwtIssuer;
    QByteArray jwtAudience;
    QByteArray sessionSecret;
    QByteArray webhookToken;
    QByteArrayList siteTokens;
    bool allowStaticSiteTokens = false;
    qint64 expiryNoticeMs = 0;
};

struct RedisSettings
{
    QByteArray host; ///< at most one of host, sentinels and clusterNodes is set
    int port = 0;
    QByteArrayList sentinels; ///< HOST:PORT each, as in clusterNodes
    QByteArray sentinelMaster;
    QByteArray sentinelUsername;
    QByteArray sentinelPassword;
    QByteArrayList clusterNodes;
    QByteArray username;
    QByteArray password;
    int db = 0;
    bool tls = false;
    QByteArray tlsCaFile;    ///< PEM; empty: the system's authorities
    QByteArray prefix;       ///< of keys and channels
    qint64 serverTtlMs = 0;  ///< what a server says of itself ends so long after it died
    bool bridge = false;     ///< the seeds' Pub/Sub channels, inwards and outwards
    QByteArray bridgePrefix; ///< in front of their names

    bool isUsed() const { return !host.isEmpty() || !sentinels.isEmpty() || !clusterNodes.isEmpty(); }
};

struct RabbitMqSettings
{
    QByteArray url;          ///< empty: no RabbitMQ
    QByteArray tlsCaFile;    ///< PEM; empty: the system's authorities
    QByteArrayList queues;   ///< see rabbitmqurl.h
    QByteArrayList bindings; ///< see rabbitmqurl.h
    bool declare = false;    ///< queues and bindings are made when they are missing
    QByteArray deadLetter;   ///< exchange, and queue, of what became no event
    int prefetch = 0;        ///< of each queue
    int maxDeliveries = 0;   ///< of a message that ends the server each time
    qint64 heartbeatMs = 0;
};

struct DatabaseSettings
{
    QByteArray url; ///< never empty after loading
};

struct DeskSettings
{
    qint64 leaseMs = 0;  ///< of a handoff
    qint64 answerMs = 0; ///< from a start to the operator's first message
    qint64 offlineMs = 0;
    qint64 silentMs = 0;
    qint64 typingMs = 0;
    qint64 accessTokenMs = 0;
    qint64 refreshTokenMs = 0;
    int loginAttempts = 0;
    qint64 lockoutMs = 0;
    QByteArray alertUrl;    ///< empty: no webhook
    QByteArray alertSecret; ///< signs its calls
};

struct LoggingSettings
{
    LogLevel level = LogLevel::Info;
    LogFormat format = LogFormat::Text; ///< never Auto after loading
    QByteArray file;                    ///< empty: standard error
    qint64 fileBytes = 0;
    int files = 0; ///< old ones kept besides the current one
    int lineBytes = 0;
    QByteArrayList rules; ///< QLoggingCategory rules, e.g. "signalbox.ws.debug=true"
};

struct Settings
{
    ServerSettings server;
    NetworkSettings network;
    TlsSettings tls;
    TransportSettings transports;
    LimitSettings limits;
    HistorySettings history;
    HeartbeatSettings heartbeat;
    StreamSettings streams;
    SocketIoSettings socketIo;
    CatalogSettings catalog;
    CredentialSettings auth;
    RedisSettings redis;
    RabbitMqSettings rabbitmq;
    DatabaseSettings database;
    DeskSettings desk;
    LoggingSettings logging;
};

} // namespace signalbox
