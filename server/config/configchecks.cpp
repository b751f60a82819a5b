// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/configchecks.h"

#include "config/hostport.h"
#include "config/rabbitmqurl.h"
#include "config/secretsfile.h"
#include "config/settingstable.h"

#include <QFile>
#include <QUrl>

#include <arpa/inet.h>

namespace signalbox {

namespace {

const SettingRow& rowOf(const char* key)
{
    return settingsTable()[static_cast<size_t>(settingByKey(key))];
}

SettingOrigin& originOf(LoadedConfig& config, const char* key)
{
    return config.origins[static_cast<size_t>(settingByKey(key))];
}

ConfigProblem about(LoadedConfig& config, const char* key, const QByteArray& message)
{
    const SettingOrigin& origin = originOf(config, key);
    return {key, origin.kind == SettingOrigin::Default ? QByteArray() : origin.text(), message};
}

void refuse(LoadedConfig& config, const char* key, const QByteArray& message)
{
    config.problems.append(about(config, key, message));
}

void warn(LoadedConfig& config, const char* key, const QByteArray& message)
{
    config.warnings.append(about(config, key, message));
}

bool production(const LoadedConfig& config)
{
    return config.settings.server.profile == Profile::Production;
}

/// 32 or 128 for a numeric address, 0 for anything else.
int addressBits(const QByteArray& text)
{
    unsigned char buffer[sizeof(in6_addr)];
    if (inet_pton(AF_INET, text.constData(), buffer) == 1)
        return 32;
    const QByteArray bare = text.left(text.indexOf('%') < 0 ? text.size() : text.indexOf('%'));
    return inet_pton(AF_INET6, bare.constData(), buffer) == 1 ? 128 : 0;
}

bool isNetwork(const QByteArray& text)
{
    const qsizetype slash = text.indexOf('/');
    const int bits = addressBits(slash < 0 ? text : text.left(slash));
    if (slash < 0 || bits == 0)
        return bits != 0;
    bool ok = false;
    const int prefix = text.mid(slash + 1).toInt(&ok);
    return ok && prefix >= 0 && prefix <= bits;
}

bool isHost(const QByteArray& text)
{
    return text == "localhost" || addressBits(text) != 0;
}

bool isLoopback(const QByteArray& text)
{
    return text == "localhost" || text == "::1" || text.startsWith("127.");
}

/// scheme://host[:port], as a browser writes it in Origin (RFC 6454 6.2): nothing behind it.
bool isOrigin(const QByteArray& text)
{
    if (text == "*" || text == "null")
        return true;
    const qsizetype colon = text.indexOf("://");
    const QByteArray host = text.mid(colon + 3);
    return colon > 0 && !host.isEmpty() && !host.contains('/') && !host.contains(' ') && !host.contains('@');
}

void checkNetwork(LoadedConfig& config)
{
    const NetworkSettings& network = config.settings.network;
    if (network.hosts.isEmpty())
        refuse(config, "network/host", "must name at least one address");
    for (const QByteArray& host : network.hosts) {
        if (!isHost(host))
            refuse(config, "network/host", "must be a list of IPv4 or IPv6 addresses; this is none: " + host);
    }
    if (!isHost(network.managementHost))
        refuse(config, "network/management_host", "must be an IPv4 or IPv6 address");
    else if (!isLoopback(network.managementHost))
        warn(config, "network/management_host", "the management port asks for no password and is open to others");
    if (network.port != 0 && network.port == network.managementPort)
        refuse(config, "network/management_port", "must differ from network/port");
    for (const QByteArray& proxy : network.trustedProxies) {
        if (!isNetwork(proxy))
            refuse(config, "network/trusted_proxies", "must be addresses or networks like 10.0.0.0/8; not: " + proxy);
    }
}

void checkOrigins(LoadedConfig& config)
{
    for (const QByteArray& origin : config.settings.network.corsOrigins) {
        if (!isOrigin(origin))
            refuse(config, "network/cors_origin",
                   "must be like https://example.org, no slash behind it; not: " + origin);
        else if (origin == "*" && production(config))
            warn(config, "network/cors_origin", "pages of every site may connect");
    }
}

void checkReadable(LoadedConfig& config, const char* key, const QByteArray& path)
{
    if (path.isEmpty())
        return;
    QFile file(QFile::decodeName(path));
    if (!file.open(QIODevice::ReadOnly))
        refuse(config, key, "cannot be read: " + path + ": " + file.errorString().toUtf8());
}

void checkFiles(LoadedConfig& config)
{
    const Settings& settings = config.settings;
    checkReadable(config, "auth/jwt_public_key_file", settings.auth.jwtPublicKeyFile);
    checkReadable(config, "auth/jwks_file", settings.auth.jwksFile);
    checkReadable(config, "tls/certificate_file", settings.tls.certificateFile);
    checkReadable(config, "tls/private_key_file", settings.tls.privateKeyFile);
    if (const QByteArray& folder = settings.socketIo.clientDir; !folder.isEmpty())
        checkReadable(config, "socketio/client_dir", folder + "/socket.io.js");
    if (settings.tls.certificateFile.isEmpty() != settings.tls.privateKeyFile.isEmpty())
        refuse(config, "tls/certificate_file", "needs tls/private_key_file, and the other way round");
}

bool outsideKey(const LoadedConfig& config)
{
    return !config.settings.auth.jwtPublicKeyFile.isEmpty() || !config.settings.auth.jwksFile.isEmpty();
}

void checkAuth(LoadedConfig& config)
{
    const CredentialSettings& auth = config.settings.auth;
    const bool asymmetric = auth.jwtAlgorithm == JwtKeyAlgorithm::Rs256 || auth.jwtAlgorithm == JwtKeyAlgorithm::Es256;
    if (asymmetric && !outsideKey(config))
        refuse(config, "auth/jwt_algorithm", "needs JWT_PUBLIC_KEY_FILE or JWKS_FILE");
    if (auth.jwtAlgorithm == JwtKeyAlgorithm::Hs256 && !auth.jwtPublicKeyFile.isEmpty())
        refuse(config, "auth/jwt_algorithm", "HS256 takes a secret, and JWT_PUBLIC_KEY_FILE is a public key");
    if (auth.siteTokens.isEmpty() || !production(config))
        return;
    if (auth.allowStaticSiteTokens)
        warn(config, "auth/site_tokens", "static site tokens are in force; each opens every dialog of its site");
    else
        refuse(config, "auth/site_tokens",
               "each opens every dialog of its site; production needs SIGNALBOX_ALLOW_STATIC_SITE_TOKENS=1 as well");
}

bool hasScheme(const QByteArray& url, std::initializer_list<const char*> schemes)
{
    return std::any_of(schemes.begin(), schemes.end(), [&url](const char* scheme) { return url.startsWith(scheme); });
}

void checkRedis(LoadedConfig& config)
{
    const RedisSettings& redis = config.settings.redis;
    const auto checkNodes = [&config](const char* key, const QByteArrayList& nodes) {
        for (const QByteArray& node : nodes) {
            const auto parsed = parseHostPort(node);
            if (!parsed || parsed->host.isEmpty())
                refuse(config, key, "must be a list of HOST:PORT; this is none: " + node);
        }
    };
    checkNodes("redis/sentinels", redis.sentinels);
    checkNodes("redis/cluster_nodes", redis.clusterNodes);
    if (!redis.sentinels.isEmpty() && (!redis.host.isEmpty() || !redis.clusterNodes.isEmpty()))
        refuse(config, "redis/sentinels", "cannot be used beside redis/host or redis/cluster_nodes");
    if (!redis.clusterNodes.isEmpty() && !redis.host.isEmpty())
        refuse(config, "redis/cluster_nodes", "cannot be used beside redis/host");
    if (!redis.clusterNodes.isEmpty() && redis.db != 0)
        refuse(config, "redis/db", "must be 0: a Redis Cluster has no other");
}

void checkCluster(LoadedConfig& config)
{
    const SocketIoSettings& socketIo = config.settings.socketIo;
    if (socketIo.cluster.isEmpty())
        return;
    for (const QByteArray& way : socketIo.cluster) {
        const bool isPython = way == "python" || (way.startsWith("python=") && !way.endsWith('='));
        if (way != "redis" && way != "streams" && !isPython)
            refuse(config, "socketio/cluster", "must be a list of redis or streams, and python; not: " + way);
    }
    if (socketIo.cluster.contains("streams") && socketIo.cluster.contains("redis"))
        refuse(config, "socketio/cluster", "redis and streams use the same channels: one of them");
    if (socketIo.cluster.contains("streams") && !config.settings.redis.clusterNodes.isEmpty())
        refuse(config, "socketio/cluster", "streams may lie on another node of a Redis Cluster than everything else");
    if (!config.settings.redis.isUsed())
        refuse(config, "socketio/cluster", "needs redis/host, redis/sentinels or redis/cluster_nodes");
    if (socketIo.clusterKey.isEmpty())
        refuse(config, "socketio/cluster_key", "must not be empty");
}

void checkRabbitMq(LoadedConfig& config)
{
    const RabbitMqSettings& rabbitmq = config.settings.rabbitmq;
    if (const auto queues = parseRabbitMqQueues(rabbitmq.queues, rabbitmq.bindings); !queues)
        refuse(config, queues.error().field.constData(), queues.error().message.toUtf8());
    if (rabbitmq.url.isEmpty())
        return;
    if (const auto address = parseRabbitMqUrl(rabbitmq.url); !address)
        refuse(config, "rabbitmq/url", address.error().message.toUtf8());
    if (rabbitmq.queues.isEmpty())
        refuse(config, "rabbitmq/queues", "must name at least one queue");
    constexpr qsizetype kLongestName = 255;
    if (rabbitmq.deadLetter.isEmpty() || rabbitmq.deadLetter.size() > kLongestName)
        refuse(config, "rabbitmq/dead_letter", "must be a name of 1 to 255 bytes");
    checkReadable(config, "rabbitmq/tls_ca_file", rabbitmq.tlsCaFile);
}

/// A server of one half alone reaches the other by Redis, and by a database if they have one in common.
void checkRole(LoadedConfig& config)
{
    const Settings& settings = config.settings;
    if (settings.server.role == ServerRole::All)
        return;
    if (!settings.redis.isUsed())
        refuse(config, "server/role", "dispatcher and gateway meet in Redis, and REDIS_HOST is not set");
    if (settings.database.url.startsWith("sqlite:"))
        refuse(config, "server/role",
               "dispatcher and gateway share the desk: DATABASE_URL must be postgresql://… on both, or none on both");
}

void checkEngines(LoadedConfig& config)
{
    checkRedis(config);
    checkCluster(config);
    const Settings& settings = config.settings;
    checkRabbitMq(config);
    if (!settings.database.url.isEmpty() && settings.database.url != "none" &&
        !hasScheme(settings.database.url, {"sqlite:", "postgresql://", "postgres://"}))
        refuse(config, "database/url", "must be none or begin with sqlite:, postgresql:// or postgres://");
}

/// RFC 7518 3.2 asks for 256 bits with HS256.
void warnOfWeakSecret(LoadedConfig& config, const char* key, const QByteArray& value)
{
    constexpr qsizetype kStrongBytes = 32;
    if (value.isEmpty())
        return;
    if (value.size() < kStrongBytes)
        warn(config, key, "is shorter than 32 bytes and may be guessed");
    if (value.trimmed() != value)
        warn(config, key, "begins or ends with a blank or a line break; is that meant?");
}

QByteArrayList missingSecrets(const LoadedConfig& config)
{
    const CredentialSettings& auth = config.settings.auth;
    QByteArrayList missing;
    if (auth.jwtSecret.isEmpty() && !outsideKey(config))
        missing.append("auth/jwt_secret");
    if (auth.sessionSecret.isEmpty())
        missing.append("auth/session_secret");
    if (auth.webhookToken.isEmpty())
        missing.append("auth/webhook_token");
    return missing;
}

void provideDevelopmentSecrets(LoadedConfig& config, const QByteArrayList& missing, bool write)
{
    const QByteArray& dataDir = config.settings.server.dataDir;
    if (missing.isEmpty() || dataDir.isEmpty())
        return;
    const Result<SecretValues> secrets = write ? ensureSecrets(dataDir, missing) : readSecrets(dataDir, missing);
    if (!secrets.ok())
        return refuse(config, "server/data_dir", secrets.error().text().toUtf8());
    for (const QByteArray& key : missing) {
        originOf(config, key.constData()) = {SettingOrigin::Generated, secretsPath(dataDir)};
        rowOf(key.constData()).access.set(config.settings, secrets->value(key));
    }
}

QByteArray homeDataDir(const Environment& environment)
{
    // The base directory specification: a relative XDG_DATA_HOME is to be ignored.
    const QByteArray xdg = environment.value("XDG_DATA_HOME");
    if (xdg.startsWith('/'))
        return xdg + "/signalbox";
    const QByteArray home = environment.value("HOME");
    return home.isEmpty() ? QByteArray() : QByteArray(home + "/.local/share/signalbox");
}

} // namespace

void fillDerivedSettings(LoadedConfig& config, const Environment& environment)
{
    Settings& settings = config.settings;
    if (settings.server.dataDir.isEmpty())
        settings.server.dataDir = production(config) ? QByteArray("/var/lib/signalbox") : homeDataDir(environment);
    if (settings.server.dataDir.isEmpty())
        refuse(config, "server/data_dir", "must be set, because HOME is not");
    if (settings.database.url.isEmpty())
        settings.database.url = "sqlite:" + settings.server.dataDir + "/signalbox.db";
    if (settings.logging.format == LogFormat::Auto)
        settings.logging.format = production(config) ? LogFormat::Json : LogFormat::Text;
}

void provideSecrets(LoadedConfig& config, bool writeSecrets)
{
    const QByteArrayList missing = missingSecrets(config);
    if (!production(config))
        provideDevelopmentSecrets(config, missing, writeSecrets);
    else
        for (const QByteArray& key : missing)
            refuse(config, key.constData(),
                   "is missing; the production profile needs " + QByteArray(rowOf(key.constData()).environment));
    warnOfWeakSecret(config, "auth/jwt_secret", config.settings.auth.jwtSecret);
    warnOfWeakSecret(config, "auth/session_secret", config.settings.auth.sessionSecret);
    warnOfWeakSecret(config, "auth/webhook_token", config.settings.auth.webhookToken);
}

void checkDesk(LoadedConfig& config)
{
    const DeskSettings& desk = config.settings.desk;
    if (desk.alertUrl.isEmpty())
        return;
    const QUrl url = QUrl::fromEncoded(desk.alertUrl, QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty() || !hasScheme(desk.alertUrl, {"http://", "https://"}))
        refuse(config, "desk/alert_url", "must be an address that begins with http:// or https://");
    if (desk.alertSecret.isEmpty())
        refuse(config, "desk/alert_secret", "is missing; calls to desk/alert_url are signed with it");
    warnOfWeakSecret(config, "desk/alert_secret", desk.alertSecret);
}

void checkSettings(LoadedConfig& config)
{
    checkNetwork(config);
    checkOrigins(config);
    checkFiles(config);
    checkAuth(config);
    checkEngines(config);
    checkRole(config);
    checkDesk(config);
}

} // namespace signalbox
