// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/settingstable.h"

#include <QHash>

#include <algorithm>
#include <numeric>

namespace signalbox {

namespace {

using namespace settingsdetail;
using S = Settings;

constexpr int kSecret = SettingRow::Secret;
constexpr int kLive = SettingRow::Reloadable;

std::vector<SettingRow> serverRows()
{
    using V = ServerSettings;
    using N = NetworkSettings;
    return {
        {"server/config", "SIGNALBOX_CONFIG", "--config", kPath, "", SettingRow::NotInFile,
         "the INI file to read; empty: none", field<&S::server, &V::configFile>()},
        {"server/profile", "SIGNALBOX_PROFILE", "--profile", choice("development|production"), "development", 0,
         "development makes missing secrets itself, production refuses to start without them",
         field<&S::server, &V::profile>()},
        {"server/role", "SIGNALBOX_ROLE", "--role", choice("all|dispatcher|gateway"), "all", 0,
         "dispatcher takes events from RabbitMQ and Redis and has no public port, gateway serves clients and takes "
         "none,"
         " all does both; the first two need Redis",
         field<&S::server, &V::role>()},
        {"server/data_dir", "SIGNALBOX_DATA_DIR", "--data-dir", kPath, "", 0,
         "the data folder; empty: /var/lib/signalbox in production, else $XDG_DATA_HOME/signalbox or"
         " ~/.local/share/signalbox",
         field<&S::server, &V::dataDir>()},
        {"server/workers", "SIGNALBOX_WORKERS", "--workers", integer(0, 256), "0", 0,
         "threads that serve connections; 0: one per core", field<&S::server, &V::workers>()},
        {"server/drain_seconds", "SIGNALBOX_DRAIN_SECONDS", nullptr, seconds(0, kHour), "5", kLive,
         "time over which SIGTERM spreads the closing of connections", field<&S::server, &V::drainMs>()},
        {"network/host", "HOST", "--host", kList, "0.0.0.0,::", 0, "addresses of the public port",
         field<&S::network, &N::hosts>()},
        {"network/port", "PORT", "--port", integer(0, 65535), "5009", 0, "the public port; 0: any free one",
         field<&S::network, &N::port>()},
        {"network/management_host", "MANAGEMENT_HOST", "--management-host", kText, "127.0.0.1", 0,
         "address of the management port; it asks for no password, so keep it private",
         field<&S::network, &N::managementHost>()},
        {"network/management_port", "MANAGEMENT_PORT", "--management-port", integer(0, 65535), "5010", 0,
         "the management port; 0: any free one", field<&S::network, &N::managementPort>()},
        {"network/listen_backlog", "SIGNALBOX_LISTEN_BACKLOG", nullptr, integer(1, 65535), "1024", 0,
         "connections that the system holds until they are accepted", field<&S::network, &N::listenBacklog>()},
        {"network/cors_origin", "CORS_ORIGIN", nullptr, kList, "", kLive,
         "origins of other sites that may connect, * for any; empty: only pages of this server",
         field<&S::network, &N::corsOrigins>()},
        {"network/trusted_proxies", "SIGNALBOX_TRUSTED_PROXIES", nullptr, kList, "", kLive,
         "addresses or networks (10.0.0.0/8) whose X-Forwarded-For is believed; empty: none",
         field<&S::network, &N::trustedProxies>()},
        {"tls/certificate_file", "SIGNALBOX_TLS_CERTIFICATE_FILE", nullptr, kPath, "", 0,
         "PEM certificate chain of the public port; empty: no TLS", field<&S::tls, &TlsSettings::certificateFile>()},
        {"tls/private_key_file", "SIGNALBOX_TLS_PRIVATE_KEY_FILE", nullptr, kPath, "", 0,
         "PEM private key of that certificate", field<&S::tls, &TlsSettings::privateKeyFile>()},
        {"transports/websocket", "SIGNALBOX_TRANSPORTS_WEBSOCKET", nullptr, kBool, "true", 0,
         "serve the WebSocket doors", field<&S::transports, &TransportSettings::webSocket>()},
        {"transports/socketio", "SIGNALBOX_TRANSPORTS_SOCKETIO", nullptr, kBool, "true", 0,
         "serve Socket.IO clients below /socket.io/", field<&S::transports, &TransportSettings::socketIo>()},
        {"transports/sse", "SIGNALBOX_TRANSPORTS_SSE", nullptr, kBool, "true", 0, "serve the SSE doors",
         field<&S::transports, &TransportSettings::sse>()},
    };
}

std::vector<SettingRow> authRows()
{
    using A = CredentialSettings;
    return {
        {"auth/jwt_secret", "JWT_SECRET", nullptr, kText, "", kSecret,
         "HS256 secret of access tokens; not needed with a public key or JWKS file", field<&S::auth, &A::jwtSecret>()},
        {"auth/jwt_public_key_file", "JWT_PUBLIC_KEY_FILE", nullptr, kPath, "", 0,
         "PEM public key (RS256, ES256) of an outside auth service", field<&S::auth, &A::jwtPublicKeyFile>()},
        {"auth/jwks_file", "JWKS_FILE", nullptr, kPath, "", 0, "JWKS file of an outside auth service",
         field<&S::auth, &A::jwksFile>()},
        {"auth/jwt_algorithm", "JWT_ALGORITHM", nullptr, choice("auto|HS256|RS256|ES256"), "auto", 0,
         "the one algorithm of the key; auto: HS256 for the secret, the key's own for a file",
         field<&S::auth, &A::jwtAlgorithm>()},
        {"auth/jwt_issuer", "JWT_ISSUER", nullptr, kText, "", 0, "iss that a token must have; empty: any",
         field<&S::auth, &A::jwtIssuer>()},
        {"auth/jwt_audience", "JWT_AUDIENCE", nullptr, kText, "", 0, "aud that a token must have; empty: any",
         field<&S::auth, &A::jwtAudience>()},
        {"auth/session_secret", "SESSION_SECRET", nullptr, kText, "", kSecret,
         "HMAC secret of session tokens, site tokens and signed links", field<&S::auth, &A::sessionSecret>()},
        {"auth/webhook_token", "WEBHOOK_TOKEN", nullptr, kText, "", kSecret, "what services publish with",
         field<&S::auth, &A::webhookToken>()},
        {"auth/site_tokens", "SITE_TOKENS", nullptr, kList, "", kSecret,
         "static site tokens, SITE=TOKEN each; one opens every dialog of its site", field<&S::auth, &A::siteTokens>()},
        {"auth/allow_static_site_tokens", "SIGNALBOX_ALLOW_STATIC_SITE_TOKENS", nullptr, kBool, "false", 0,
         "take static site tokens in production too", field<&S::auth, &A::allowStaticSiteTokens>()},
        {"auth/expiry_notice_seconds", "SIGNALBOX_EXPIRY_NOTICE_SECONDS", nullptr, seconds(0, kHour), "60", kLive,
         "token.expiring comes this long before a live connection's token ends", field<&S::auth, &A::expiryNoticeMs>()},
    };
}

std::vector<SettingRow> engineRows()
{
    using R = RedisSettings;
    using Q = RabbitMqSettings;
    return {
        {"socketio/connect_timeout_seconds", "SIGNALBOX_SOCKETIO_CONNECT_TIMEOUT_SECONDS", nullptr, seconds(10, kHour),
         "45", kLive, "a Socket.IO client that has joined no namespace is closed after this time",
         field<&S::socketIo, &SocketIoSettings::connectTimeoutMs>()},
        {"socketio/authenticate_seconds", "SIGNALBOX_SOCKETIO_AUTHENTICATE_SECONDS", nullptr, seconds(10, kHour), "10",
         kLive, "a Socket.IO client without a valid token is disconnected after this time",
         field<&S::socketIo, &SocketIoSettings::authenticateMs>()},
        {"socketio/recovery_seconds", "SIGNALBOX_SOCKETIO_RECOVERY_SECONDS", nullptr, seconds(0, kDay), "120", kLive,
         "connection state recovery: how long a lost Socket.IO client may come back as the same; 0: never",
         field<&S::socketIo, &SocketIoSettings::recoveryMs>()},
        {"socketio/client_dir", "SIGNALBOX_SOCKETIO_CLIENT_DIR", nullptr, kPath, "", 0,
         "folder with socket.io.js (dist of the npm package socket.io-client), served below /socket.io/; empty: none",
         field<&S::socketIo, &SocketIoSettings::clientDir>()},
        {"socketio/cluster", "SIGNALBOX_SOCKETIO_CLUSTER", nullptr, kList, "", 0,
         "other Socket.IO servers to join, by Redis: redis (@socket.io/redis-adapter, redis-emitter) or streams "
         "(@socket.io/redis-streams-adapter), python[=CHANNEL] (python-socketio)",
         field<&S::socketIo, &SocketIoSettings::cluster>()},
        {"socketio/cluster_key", "SIGNALBOX_SOCKETIO_CLUSTER_KEY", nullptr, kText, "socket.io", 0,
         "what the adapter's channels begin with, and its stream's name",
         field<&S::socketIo, &SocketIoSettings::clusterKey>()},
        {"streams/limit_policy", "SIGNALBOX_STREAM_LIMIT_POLICY", nullptr, choice("reject|evict_oldest"), "reject",
         kLive, "what happens to one stream too many: 409, or the user's oldest is closed",
         field<&S::streams, &StreamSettings::limitPolicy>()},
        {"streams/retry_ms", "SIGNALBOX_STREAM_RETRY_MS", nullptr, milliseconds(10, kHour), "2s", kLive,
         "the retry field of SSE answers", field<&S::streams, &StreamSettings::retryMs>()},
        {"catalog/strict", "SIGNALBOX_CATALOG_STRICT", nullptr, kBool, "true", kLive,
         "refuse events that the catalogue does not know", field<&S::catalog, &CatalogSettings::strict>()},
        {"handoff/lease_seconds", "SIGNALBOX_HANDOFF_LEASE_SECONDS", nullptr, seconds(100, kDay), "60", kLive,
         "a dialog returns to the queue when its operator has been gone this long",
         field<&S::desk, &DeskSettings::leaseMs>()},
        {"handoff/answer_seconds", "SIGNALBOX_HANDOFF_ANSWER_SECONDS", nullptr, seconds(100, kDay), "120", kLive,
         "a dialog that was taken and not answered returns to the queue, with priority, after this time",
         field<&S::desk, &DeskSettings::answerMs>()},
        {"desk/offline_seconds", "SIGNALBOX_DESK_OFFLINE_SECONDS", nullptr, seconds(0, kHour), "15", kLive,
         "an operator is offline when the last console has been gone this long",
         field<&S::desk, &DeskSettings::offlineMs>()},
        {"desk/silent_seconds", "SIGNALBOX_DESK_SILENT_SECONDS", nullptr, seconds(kSecond, kHour), "9", kLive,
         "an operator whose consoles have not answered this long is away", field<&S::desk, &DeskSettings::silentMs>()},
        {"desk/typing_seconds", "SIGNALBOX_DESK_TYPING_SECONDS", nullptr, seconds(100, kHour), "8", kLive,
         "typing ends by itself after this time", field<&S::desk, &DeskSettings::typingMs>()},
        {"desk/access_token_seconds", "SIGNALBOX_DESK_ACCESS_TOKEN_SECONDS", nullptr, seconds(kSecond, kDay), "900",
         kLive, "life of the access token that a login gives", field<&S::desk, &DeskSettings::accessTokenMs>()},
        {"desk/refresh_token_seconds", "SIGNALBOX_DESK_REFRESH_TOKEN_SECONDS", nullptr, seconds(kSecond, 365 * kDay),
         "2592000", kLive, "life of its refresh token", field<&S::desk, &DeskSettings::refreshTokenMs>()},
        {"desk/login_attempts", "SIGNALBOX_DESK_LOGIN_ATTEMPTS", nullptr, integer(1, 1000), "5", kLive,
         "failed logins of one account, or ten times as many from one address, before a lock-out",
         field<&S::desk, &DeskSettings::loginAttempts>()},
        {"desk/lockout_seconds", "SIGNALBOX_DESK_LOCKOUT_SECONDS", nullptr, seconds(kSecond, kDay), "60", kLive,
         "time of a lock-out after too many failed logins", field<&S::desk, &DeskSettings::lockoutMs>()},
        {"desk/alert_url", "SIGNALBOX_DESK_ALERT_URL", nullptr, kText, "", kLive,
         "address that gets a signed POST for each chat.alert; empty: none",
         field<&S::desk, &DeskSettings::alertUrl>()},
        {"desk/alert_secret", "SIGNALBOX_DESK_ALERT_SECRET", nullptr, kText, "", kSecret | kLive,
         "HMAC secret that signs those calls", field<&S::desk, &DeskSettings::alertSecret>()},
        {"redis/host", "REDIS_HOST", nullptr, kText, "", 0, "Redis server; empty: one server on its own",
         field<&S::redis, &R::host>()},
        {"redis/port", "REDIS_PORT", nullptr, integer(1, 65535), "6379", 0, "its port", field<&S::redis, &R::port>()},
        {"redis/sentinels", "REDIS_SENTINELS", nullptr, kList, "", 0,
         "sentinels that know where Redis is, HOST:PORT each; instead of redis/host",
         field<&S::redis, &R::sentinels>()},
        {"redis/sentinel_master", "REDIS_SENTINEL_MASTER", nullptr, kText, "mymaster", 0, "the master's name there",
         field<&S::redis, &R::sentinelMaster>()},
        {"redis/sentinel_username", "REDIS_SENTINEL_USERNAME", nullptr, kText, "", 0,
         "the sentinels' ACL user; empty: the default one", field<&S::redis, &R::sentinelUsername>()},
        {"redis/sentinel_password", "REDIS_SENTINEL_PASSWORD", nullptr, kText, "", kSecret,
         "the sentinels' password; empty: none", field<&S::redis, &R::sentinelPassword>()},
        {"redis/cluster_nodes", "REDIS_CLUSTER_NODES", nullptr, kList, "", 0,
         "some nodes of a Redis Cluster, HOST:PORT each; instead of redis/host", field<&S::redis, &R::clusterNodes>()},
        {"redis/username", "REDIS_USERNAME", nullptr, kText, "", 0, "ACL user; empty: the default one",
         field<&S::redis, &R::username>()},
        {"redis/password", "REDIS_PASSWORD", nullptr, kText, "", kSecret, "password; empty: none",
         field<&S::redis, &R::password>()},
        {"redis/db", "REDIS_DB", nullptr, integer(0, 1'000'000), "0", 0, "database number", field<&S::redis, &R::db>()},
        {"redis/tls", "REDIS_TLS", nullptr, kBool, "false", 0, "connect with TLS", field<&S::redis, &R::tls>()},
        {"redis/tls_ca_file", "SIGNALBOX_REDIS_TLS_CA_FILE", nullptr, kPath, "", 0,
         "PEM certificates that vouch for Redis; empty: the system's", field<&S::redis, &R::tlsCaFile>()},
        {"redis/prefix", "SIGNALBOX_REDIS_PREFIX", nullptr, kText, "signalbox", 0,
         "what keys and channels in Redis begin with, in braces; the same on all servers",
         field<&S::redis, &R::prefix>()},
        {"redis/server_ttl_seconds", "SIGNALBOX_REDIS_SERVER_TTL_SECONDS", nullptr, seconds(1000, kHour), "15", 0,
         "users, rooms and connections of a server that died count this much longer",
         field<&S::redis, &R::serverTtlMs>()},
        {"redis/bridge", "SIGNALBOX_REDIS_BRIDGE", nullptr, kBool, "true", 0,
         "take events from chat:…, ws:dialog:…, sse:dialog:… and socket-broadcast, and write them to chat:…",
         field<&S::redis, &R::bridge>()},
        {"redis/bridge_prefix", "SIGNALBOX_REDIS_BRIDGE_PREFIX", nullptr, kText, "", 0,
         "what the names of those channels begin with", field<&S::redis, &R::bridgePrefix>()},
        {"rabbitmq/url", "RABBITMQ_URL", nullptr, kText, "", 0, "amqp:// or amqps:// address; empty: no RabbitMQ",
         field<&S::rabbitmq, &Q::url>()},
        {"rabbitmq/tls_ca_file", "SIGNALBOX_RABBITMQ_TLS_CA_FILE", nullptr, kPath, "", 0,
         "PEM certificates that vouch for RabbitMQ; empty: the system's", field<&S::rabbitmq, &Q::tlsCaFile>()},
        {"rabbitmq/queues", "SIGNALBOX_RABBITMQ_QUEUES", nullptr, kList,
         "chat.message.sent=chat,chat.session.updated=chat,crm.domain=deals,tasks.events=tasks,"
         "notifications.internal=notifications,payments.status=payments",
         0, "queues that are consumed and what each feeds, QUEUE=chat|deals|tasks|notifications|payments",
         field<&S::rabbitmq, &Q::queues>()},
        {"rabbitmq/bindings", "SIGNALBOX_RABBITMQ_BINDINGS", nullptr, kList, "", 0,
         "what the queues are bound to, QUEUE=EXCHANGE/ROUTING.KEY; the exchanges must exist",
         field<&S::rabbitmq, &Q::bindings>()},
        {"rabbitmq/declare", "SIGNALBOX_RABBITMQ_DECLARE", nullptr, kBool, "true", 0,
         "make queues (durable, without arguments), bindings and the dead-letter queue when they are missing",
         field<&S::rabbitmq, &Q::declare>()},
        {"rabbitmq/dead_letter", "SIGNALBOX_RABBITMQ_DEAD_LETTER", nullptr, kText, "signalbox.dead", 0,
         "exchange and queue of messages that cannot become events; the header x-signalbox-reason says why",
         field<&S::rabbitmq, &Q::deadLetter>()},
        {"rabbitmq/prefetch", "SIGNALBOX_RABBITMQ_PREFETCH", nullptr, integer(1, 65535), "200", 0,
         "messages of one queue that are not yet acknowledged", field<&S::rabbitmq, &Q::prefetch>()},
        {"rabbitmq/max_deliveries", "SIGNALBOX_RABBITMQ_MAX_DELIVERIES", nullptr, integer(2, 1000), "5", 0,
         "a message of a quorum queue that ended the server so often becomes a dead letter",
         field<&S::rabbitmq, &Q::maxDeliveries>()},
        {"rabbitmq/heartbeat_seconds", "SIGNALBOX_RABBITMQ_HEARTBEAT_SECONDS", nullptr, seconds(2 * kSecond, kHour),
         "20", 0, "a connection that has been silent for two of these is made anew",
         field<&S::rabbitmq, &Q::heartbeatMs>()},
        {"database/url", "DATABASE_URL", nullptr, kText, "", 0,
         "sqlite:PATH or postgresql://…; empty: sqlite:signalbox.db in the data folder; none: no desk",
         field<&S::database, &DatabaseSettings::url>()},
    };
}

std::vector<SettingRow> loggingRows()
{
    using L = LoggingSettings;
    return {
        {"logging/level", "SIGNALBOX_LOG_LEVEL", "--log-level", choice("debug|info|warning|critical"), "info", kLive,
         "the least important level that is logged", field<&S::logging, &L::level>()},
        {"logging/format", "SIGNALBOX_LOG_FORMAT", "--log-format", choice("auto|text|json"), "auto", 0,
         "one line of text or of JSON per message; auto: JSON in production", field<&S::logging, &L::format>()},
        {"logging/file", "SIGNALBOX_LOG_FILE", "--log-file", kPath, "", 0, "the log file; empty: standard error",
         field<&S::logging, &L::file>()},
        {"logging/file_bytes", "SIGNALBOX_LOG_FILE_BYTES", nullptr, bytes(4 * kKiB, 1024 * kGiB), "10MiB", 0,
         "size at which the log file is rotated", field<&S::logging, &L::fileBytes>()},
        {"logging/files", "SIGNALBOX_LOG_FILES", nullptr, integer(0, 1000), "5", 0,
         "rotated files that are kept (FILE.1 is the newest)", field<&S::logging, &L::files>()},
        {"logging/line_bytes", "SIGNALBOX_LOG_LINE_BYTES", nullptr, bytes(512, kMiB), "8KiB", 0,
         "longest line, the rest of a message is cut off", field<&S::logging, &L::lineBytes>()},
        {"logging/rules", "SIGNALBOX_LOG_RULES", nullptr, kList, "", kLive,
         "exceptions from the level, e.g. signalbox.ws.debug=true", field<&S::logging, &L::rules>()},
    };
}

std::vector<SettingRow> allRows()
{
    std::vector<SettingRow> rows;
    for (const std::vector<SettingRow>& part : {serverRows(), authRows(), limitRows(), engineRows(), loggingRows()})
        rows.insert(rows.end(), part.begin(), part.end());
    return rows;
}

template <typename Predicate> int findRow(Predicate matches)
{
    const std::span<const SettingRow> table = settingsTable();
    const auto it = std::find_if(table.begin(), table.end(), matches);
    return it == table.end() ? -1 : static_cast<int>(it - table.begin());
}

/// Levenshtein distance, one row of the matrix at a time.
qsizetype editDistance(QByteArrayView a, QByteArrayView b)
{
    std::vector<qsizetype> row(static_cast<size_t>(b.size()) + 1);
    std::iota(row.begin(), row.end(), qsizetype(0));
    for (qsizetype i = 0; i < a.size(); ++i) {
        qsizetype diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 1; j < row.size(); ++j) {
            const qsizetype substituted = diagonal + (a[i] == b[static_cast<qsizetype>(j) - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
        }
    }
    return row.back();
}

} // namespace

std::span<const SettingRow> settingsTable()
{
    static const std::vector<SettingRow> rows = allRows();
    return rows;
}

int settingByKey(QByteArrayView key)
{
    QByteArray wanted = key.toByteArray().toLower();
    if (!wanted.contains('/'))
        wanted.replace('.', '/');
    return findRow([&wanted](const SettingRow& row) { return wanted == row.key; });
}

int settingByEnvironment(QByteArrayView name)
{
    return findRow([name](const SettingRow& row) { return name == QByteArrayView(row.environment); });
}

int settingByOption(QByteArrayView option)
{
    return findRow([option](const SettingRow& row) { return row.option && option == QByteArrayView(row.option); });
}

Settings defaultSettings()
{
    Settings settings;
    for (const SettingRow& row : settingsTable()) {
        const Result<SettingValue> value = parseSettingValue(row.shape, row.defaultText);
        row.access.set(settings, value.value());
    }
    return settings;
}

QByteArray nearestName(QByteArrayView name, const QByteArrayList& known)
{
    constexpr qsizetype kLongestName = 200;
    if (name.size() > kLongestName)
        return {};
    QByteArray best;
    qsizetype bestDistance = name.size() / 3 + 2;
    for (const QByteArray& candidate : known) {
        const qsizetype distance = editDistance(name, candidate);
        if (distance < bestDistance) {
            bestDistance = distance;
            best = candidate;
        }
    }
    return best;
}

QByteArrayList settingKeys()
{
    QByteArrayList names;
    for (const SettingRow& row : settingsTable())
        names.append(row.key);
    return names;
}

QByteArrayList settingEnvironmentNames()
{
    QByteArrayList names;
    for (const SettingRow& row : settingsTable())
        names.append(row.environment);
    return names;
}

} // namespace signalbox
