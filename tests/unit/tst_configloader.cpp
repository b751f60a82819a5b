// SPDX-License-Identifier: GPL-3.0-or-later
// Layers, problems, profiles, secrets and reload of the configuration (spec sections 5 and 11).
// links: server_config
#include "config/configloader.h"
#include "config/configprinter.h"
#include "config/secretsfile.h"
#include "config/settingstable.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <thread>
#include <vector>

using namespace signalbox;

namespace {

const QByteArray kSecret = "0123456789abcdef0123456789abcdef";

bool names(const QList<ConfigProblem>& problems, const QByteArray& text)
{
    for (const ConfigProblem& problem : problems) {
        if (problem.text().contains(text))
            return true;
    }
    return false;
}

QByteArray texts(const QList<ConfigProblem>& problems)
{
    return problemLines(problems);
}

} // namespace

class TestConfigLoader : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void defaultsWithNothingSet();
    void layersWinInOrder();
    void laterOptionWins();
    void everyKeyFromEveryLayer();
    void configFileByOptionWins();
    void emptyVariableIsNotSet();
    void allProblemsAreListed();
    void problemsNameTheirSource_data();
    void problemsNameTheirSource();
    void fileThatCannotBeRead();
    void unknownVariableIsAWarning();
    void kubernetesServiceLinkIsIgnored();
    void secretOnTheCommandLineIsAWarning();
    void readableSecretsFileIsAWarning();
    void combinations_data();
    void combinations();
    void waysOfACluster_data();
    void waysOfACluster();
    void developmentMakesSecretsOnce();
    void developmentAddsWhatIsMissing();
    void checkingWritesNothing();
    void nothingIsWrittenWhenSomethingIsWrong();
    void startsAtOnceAgree();
    void damagedSecretsAreLeftAlone();
    void outsideKeysNeedNoJwtSecret();
    void productionNamesWhatIsMissing();
    void productionDefaults();
    void staticSiteTokens_data();
    void staticSiteTokens();
    void dataFolderFollowsTheHome();
    void printedConfigMasksSecrets();
    void checkTexts();
    void reloadTakesWhatIsReloadable();
    void reloadWithAProblemChangesNothing();

private:
    QByteArray path(const char* name) const { return QFile::encodeName(m_dir->filePath(QString::fromLatin1(name))); }
    QByteArray write(const char* name, const QByteArray& text) const;
    ConfigInput input(const Environment& environment = {}, const QList<ConfigAssignment>& options = {}) const;
    Environment production(const Environment& more = {}) const;

    std::unique_ptr<QTemporaryDir> m_dir;
};

void TestConfigLoader::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    QVERIFY(m_dir->isValid());
}

QByteArray TestConfigLoader::write(const char* name, const QByteArray& text) const
{
    QFile file(QFile::decodeName(path(name)));
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
        qFatal("cannot write a file of the test");
    return path(name);
}

ConfigInput TestConfigLoader::input(const Environment& environment, const QList<ConfigAssignment>& options) const
{
    Environment all{{"HOME", path("home")}, {"SIGNALBOX_DATA_DIR", path("data")}};
    all.insert(environment);
    return {options, all, true};
}

Environment TestConfigLoader::production(const Environment& more) const
{
    Environment all{{"SIGNALBOX_PROFILE", "production"},
                    {"JWT_SECRET", kSecret},
                    {"SESSION_SECRET", kSecret},
                    {"WEBHOOK_TOKEN", kSecret}};
    all.insert(more);
    return all;
}

void TestConfigLoader::defaultsWithNothingSet()
{
    const LoadedConfig config = loadConfig(input());
    QVERIFY2(config.ok(), texts(config.problems));
    QVERIFY2(config.warnings.isEmpty(), texts(config.warnings));
    QCOMPARE(config.settings.network.port, 5009);
    QCOMPARE(config.settings.network.hosts, (QByteArrayList{"0.0.0.0", "::"}));
    QCOMPARE(config.settings.database.url, "sqlite:" + path("data") + "/signalbox.db");
    QCOMPARE(config.settings.logging.format, LogFormat::Text);
    QCOMPARE(config.origins.size(), settingsTable().size());
}

void TestConfigLoader::layersWinInOrder()
{
    const QByteArray file = write("a.ini", "[network]\nport = 1\nmanagement_port = 2\nlisten_backlog = 3\n");
    const Environment environment{{"SIGNALBOX_CONFIG", file}, {"PORT", "4"}, {"MANAGEMENT_PORT", "5"}};
    const LoadedConfig config = loadConfig(input(environment, {{"network/port", "6", "--port"}}));
    QVERIFY2(config.ok(), texts(config.problems));
    QCOMPARE(config.settings.network.port, 6);
    QCOMPARE(config.settings.network.managementPort, 5);
    QCOMPARE(config.settings.network.listenBacklog, 3);
    QCOMPARE(config.settings.server.drainMs, qint64(5000));
    const auto origin = [&config](const char* key) {
        return config.origins[static_cast<size_t>(settingByKey(key))].text();
    };
    QCOMPARE(origin("network/port"), QByteArray("option --port"));
    QCOMPARE(origin("network/management_port"), QByteArray("environment MANAGEMENT_PORT"));
    QCOMPARE(origin("network/listen_backlog"), file + ":4");
    QCOMPARE(origin("server/drain_seconds"), QByteArray("default"));
}

void TestConfigLoader::laterOptionWins()
{
    const LoadedConfig config =
        loadConfig(input({}, {{"network/port", "1", "--port"}, {"network.port", "2", "--set"}}));
    QVERIFY2(config.ok(), texts(config.problems));
    QCOMPARE(config.settings.network.port, 2);
}

void TestConfigLoader::everyKeyFromEveryLayer()
{
    for (const SettingRow& row : settingsTable()) {
        if (row.shape.type != SettingType::Integer && row.shape.type != SettingType::Duration &&
            row.shape.type != SettingType::Size && row.shape.type != SettingType::Bool)
            continue;
        const bool flag = row.shape.type == SettingType::Bool;
        const SettingValue other =
            flag ? SettingValue(!std::get<bool>(row.access.get(defaultSettings()))) : SettingValue(row.shape.max);
        const QByteArray text = settingText(row.shape, other);
        const QByteArrayList parts = QByteArray(row.key).split('/');
        const QByteArray file = write("one.ini", '[' + parts[0] + "]\n" + parts[1] + " = " + text + '\n');
        for (const ConfigInput& each : {input({{"SIGNALBOX_CONFIG", file}}), input({{row.environment, text}}),
                                        input({}, {{row.key, text, "--set"}})}) {
            const LoadedConfig config = loadConfig(each);
            QVERIFY2(config.ok(), texts(config.problems));
            QVERIFY2(row.access.get(config.settings) == other, row.key);
        }
    }
}

void TestConfigLoader::configFileByOptionWins()
{
    const QByteArray one = write("one.ini", "[network]\nport = 1\n");
    const QByteArray two = write("two.ini", "[network]\nport = 2\n");
    const LoadedConfig config = loadConfig(input({{"SIGNALBOX_CONFIG", one}}, {{"server/config", two, "--config"}}));
    QVERIFY2(config.ok(), texts(config.problems));
    QCOMPARE(config.settings.network.port, 2);
    QCOMPARE(config.settings.server.configFile, two);
}

void TestConfigLoader::emptyVariableIsNotSet()
{
    const QByteArray file = write("a.ini", "[redis]\npassword = kept\n");
    const LoadedConfig config = loadConfig(input({{"SIGNALBOX_CONFIG", file}, {"REDIS_PASSWORD", ""}, {"PORT", ""}}));
    QVERIFY2(config.ok(), texts(config.problems));
    QCOMPARE(config.settings.redis.password, QByteArray("kept"));
    QCOMPARE(config.settings.network.port, 5009);
}

void TestConfigLoader::allProblemsAreListed()
{
    const QByteArray file = write("a.ini", "[network]\nport = no\nprot = 1\nbroken\n");
    const Environment environment{{"SIGNALBOX_CONFIG", file}, {"SIGNALBOX_WORKERS", "-1"}, {"HOST", "nowhere"}};
    const LoadedConfig config = loadConfig(input(environment, {{"no/such", "1", "--set"}}));
    QCOMPARE(config.problems.size(), 6);
}

void TestConfigLoader::problemsNameTheirSource_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QByteArray>("option");
    QTest::addColumn<QByteArray>("expected");
    const QByteArray none;
    QTest::newRow("type") << QByteArray("[network]\n\nport = x") << none
                          << QByteArray("a.ini:3): must be an integer from 0");
    QTest::newRow("range") << none << QByteArray("70000")
                           << QByteArray("network/port (option --port): must be an integer");
    QTest::newRow("unknown") << QByteArray("[network]\nprot = 1") << none << QByteArray("did you mean network/port?");
    QTest::newRow("syntax") << QByteArray("[network]\nport") << none << QByteArray("a.ini:2: expected name = value");
    QTest::newRow("choice") << QByteArray("[logging]\nlevel = loud") << none
                            << QByteArray("one of debug, info, warning, critical");
    QTest::newRow("its own path") << QByteArray("[server]\nconfig = b.ini") << none << QByteArray("SIGNALBOX_CONFIG");
}

void TestConfigLoader::problemsNameTheirSource()
{
    QFETCH(const QByteArray, file);
    QFETCH(const QByteArray, option);
    QFETCH(const QByteArray, expected);
    QList<ConfigAssignment> options;
    if (!option.isEmpty())
        options.append({"network/port", option, "--port"});
    const LoadedConfig config = loadConfig(input({{"SIGNALBOX_CONFIG", write("a.ini", file)}}, options));
    QCOMPARE(config.problems.size(), 1);
    QVERIFY2(names(config.problems, expected), texts(config.problems));
}

void TestConfigLoader::fileThatCannotBeRead()
{
    const LoadedConfig missing = loadConfig(input({{"SIGNALBOX_CONFIG", path("none.ini")}}));
    QVERIFY(names(missing.problems, "no such file"));
    const LoadedConfig folder = loadConfig(input({{"SIGNALBOX_CONFIG", QFile::encodeName(m_dir->path())}}));
    QVERIFY(!folder.ok());
    const LoadedConfig huge =
        loadConfig(input({{"SIGNALBOX_CONFIG", write("a.ini", QByteArray(1 << 20, ';') + "\n")}}));
    QVERIFY(names(huge.problems, "larger than 1 MiB"));
}

void TestConfigLoader::unknownVariableIsAWarning()
{
    const LoadedConfig config =
        loadConfig(input({{"SIGNALBOX_LIMITS_CONNECTIONS", "5"}, {"SIGNALBOX_PORT", "1"}, {"OTHER", "1"}}));
    QVERIFY2(config.ok(), texts(config.problems));
    QCOMPARE(config.warnings.size(), 2);
    QVERIFY(
        names(config.warnings,
              "SIGNALBOX_LIMITS_CONNECTIONS: there is no such variable; did you mean SIGNALBOX_LIMIT_CONNECTIONS?"));
    QVERIFY(names(config.warnings, "did you mean PORT?"));
}

void TestConfigLoader::kubernetesServiceLinkIsIgnored()
{
    const LoadedConfig config = loadConfig(input({{"REDIS_PORT", "tcp://10.0.0.11:6379"}}));
    QVERIFY2(config.ok(), texts(config.problems));
    QCOMPARE(config.settings.redis.port, 6379);
    QVERIFY(names(config.warnings, "REDIS_PORT"));
}

void TestConfigLoader::secretOnTheCommandLineIsAWarning()
{
    const LoadedConfig config = loadConfig(input({}, {{"auth/jwt_secret", kSecret, "--set"}}));
    QVERIFY2(config.ok(), texts(config.problems));
    QVERIFY(names(config.warnings, "auth/jwt_secret (option --set)"));
    QCOMPARE(config.settings.auth.jwtSecret, kSecret);
}

void TestConfigLoader::readableSecretsFileIsAWarning()
{
    const QByteArray file = write("a.ini", "[auth]\njwt_secret = " + kSecret + '\n');
    const QString name = QFile::decodeName(file);
    QVERIFY(QFile::setPermissions(name, QFile::ReadOwner | QFile::WriteOwner | QFile::ReadOther));
    QCOMPARE(loadConfig(input({{"SIGNALBOX_CONFIG", file}})).warnings.size(), 1);
    QVERIFY(QFile::setPermissions(name, QFile::ReadOwner | QFile::WriteOwner));
    QCOMPARE(loadConfig(input({{"SIGNALBOX_CONFIG", file}})).warnings.size(), 0);
}

void TestConfigLoader::combinations_data()
{
    QTest::addColumn<QByteArray>("variable");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<bool>("allowed");
    const auto add = [](const char* variable, const char* value, bool allowed) {
        QTest::addRow("%s=%s", variable, value) << QByteArray(variable) << QByteArray(value) << allowed;
    };
    add("HOST", "127.0.0.1,::1,localhost,fe80::1%eth0", true);
    add("HOST", ",", false);
    add("HOST", "256.0.0.1", false);
    add("MANAGEMENT_HOST", "::1", true);
    add("MANAGEMENT_HOST", "a b", false);
    add("MANAGEMENT_PORT", "5009", false);
    add("CORS_ORIGIN", "http://localhost:3000, https://example.org", true);
    add("CORS_ORIGIN", "*", true);
    add("CORS_ORIGIN", "http://localhost:3000/", false);
    add("CORS_ORIGIN", "localhost:3000", false);
    add("SIGNALBOX_TRUSTED_PROXIES", "10.0.0.0/8, ::1, fd00::/8", true);
    add("SIGNALBOX_TRUSTED_PROXIES", "10.0.0.0/33", false);
    add("SIGNALBOX_TRUSTED_PROXIES", "10.0.0.0/", false);
    add("SIGNALBOX_TRUSTED_PROXIES", "proxy", false);
    add("SIGNALBOX_TLS_CERTIFICATE_FILE", "/dev/null", false);
    add("JWKS_FILE", "/nonexistent/jwks.json", false);
    add("JWKS_FILE", "/dev/null", true);
    add("JWT_ALGORITHM", "RS256", false);
    add("JWT_ALGORITHM", "none", false);
    add("REDIS_SENTINELS", "one:26379,[::1]:26380", true);
    add("REDIS_SENTINELS", "one:26379,two", false);
    add("REDIS_SENTINELS", ":26379", false);
    add("REDIS_CLUSTER_NODES", "10.0.0.1:7000", true);
    add("REDIS_CLUSTER_NODES", "10.0.0.1:0", false);
    add("RABBITMQ_URL", "amqps://u:p@host/vhost", true);
    add("RABBITMQ_URL", "http://host", false);
    add("DATABASE_URL", "postgresql://u@host/db", true);
    add("DATABASE_URL", "mysql://host/db", false);
}

void TestConfigLoader::combinations()
{
    QFETCH(const QByteArray, variable);
    QFETCH(const QByteArray, value);
    const LoadedConfig config = loadConfig(input({{variable, value}}));
    QTEST(config.ok(), "allowed");
    if (!config.ok())
        QVERIFY2(names(config.problems, variable), texts(config.problems));
}

void TestConfigLoader::waysOfACluster_data()
{
    QTest::addColumn<QByteArray>("ways");
    QTest::addColumn<QByteArray>("redis"); // the variable that says where it is
    QTest::addColumn<bool>("allowed");
    const auto row = [](const char* ways, const char* redis, bool allowed) {
        QTest::addRow("%s, %s", ways, redis) << QByteArray(ways) << QByteArray(redis) << allowed;
    };
    row("", "", true);
    row("redis", "REDIS_HOST", true);
    row("redis,python", "REDIS_CLUSTER_NODES", true);
    row("streams,python", "REDIS_SENTINELS", true);
    row("python=others", "REDIS_HOST", true);
    row("python=", "REDIS_HOST", false);
    row("redis", "", false);
    row("pickle", "REDIS_HOST", false);
    row("redis,streams", "REDIS_HOST", false);
    row("streams", "REDIS_CLUSTER_NODES", false);
}

void TestConfigLoader::waysOfACluster()
{
    QFETCH(const QByteArray, ways);
    QFETCH(const QByteArray, redis);
    Environment environment{{"SIGNALBOX_SOCKETIO_CLUSTER", ways}};
    if (!redis.isEmpty())
        environment.insert(redis, "localhost:6379");
    const LoadedConfig config = loadConfig(input(environment));
    QTEST(config.ok(), "allowed");
    if (!config.ok())
        QVERIFY2(names(config.problems, "SIGNALBOX_SOCKETIO_CLUSTER"), texts(config.problems));
}

void TestConfigLoader::developmentMakesSecretsOnce()
{
    const LoadedConfig first = loadConfig(input());
    const LoadedConfig second = loadConfig(input());
    QVERIFY2(first.ok(), texts(first.problems));
    QCOMPARE(first.settings.auth.jwtSecret.size(), 43);
    QVERIFY(first.settings.auth.jwtSecret != first.settings.auth.sessionSecret);
    QVERIFY(first.settings.auth.jwtSecret != first.settings.auth.webhookToken);
    QCOMPARE(second.settings.auth.jwtSecret, first.settings.auth.jwtSecret);
    QCOMPARE(second.settings.auth.sessionSecret, first.settings.auth.sessionSecret);
    QCOMPARE(second.settings.auth.webhookToken, first.settings.auth.webhookToken);
    const QFile::Permissions mode = QFile::permissions(QFile::decodeName(secretsPath(path("data"))));
    QVERIFY(!(mode & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther)));
}

void TestConfigLoader::developmentAddsWhatIsMissing()
{
    const LoadedConfig first = loadConfig(input({{"WEBHOOK_TOKEN", kSecret}}));
    QVERIFY(!readSecrets(path("data"), {"auth/webhook_token"})->contains("auth/webhook_token"));
    const LoadedConfig second = loadConfig(input());
    QCOMPARE(second.settings.auth.jwtSecret, first.settings.auth.jwtSecret);
    QCOMPARE(second.settings.auth.webhookToken.size(), 43);
}

void TestConfigLoader::checkingWritesNothing()
{
    ConfigInput check = input();
    check.writeSecrets = false;
    const LoadedConfig config = loadConfig(check);
    QVERIFY2(config.ok(), texts(config.problems));
    QVERIFY(!QFile::exists(QFile::decodeName(path("data"))));
    QVERIFY(printedConfig(config).contains("auth/jwt_secret = unset, will be made at start"));
}

void TestConfigLoader::nothingIsWrittenWhenSomethingIsWrong()
{
    QVERIFY(!loadConfig(input({{"PORT", "x"}})).ok());
    QVERIFY(!QFile::exists(QFile::decodeName(path("data"))));
}

void TestConfigLoader::startsAtOnceAgree()
{
    constexpr size_t kStarts = 8;
    const QByteArrayList keys{"auth/jwt_secret", "auth/session_secret"};
    std::vector<SecretValues> seen(kStarts);
    std::vector<std::thread> starts;
    for (size_t i = 0; i < kStarts; ++i) {
        starts.emplace_back([this, i, &seen, &keys] {
            const auto secrets = ensureSecrets(path("data"), keys);
            if (secrets.ok())
                seen[i] = *secrets;
        });
    }
    for (std::thread& start : starts)
        start.join();
    QCOMPARE(seen[0].size(), 2);
    for (const SecretValues& each : seen)
        QCOMPARE(each, seen[0]);
}

void TestConfigLoader::damagedSecretsAreLeftAlone()
{
    QVERIFY(loadConfig(input()).ok());
    const QByteArray damaged = "[auth]\njwt_secret\n";
    write("data/secrets.ini", damaged);
    const LoadedConfig config = loadConfig(input());
    QVERIFY(names(config.problems, "line 2 is damaged"));
    QFile file(QFile::decodeName(path("data/secrets.ini")));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), damaged);
}

void TestConfigLoader::outsideKeysNeedNoJwtSecret()
{
    const QByteArray key = write("key.pem", "key");
    const LoadedConfig config = loadConfig(input(production({{"JWT_SECRET", ""}, {"JWT_PUBLIC_KEY_FILE", key}})));
    QVERIFY2(config.ok(), texts(config.problems));
    QVERIFY(config.settings.auth.jwtSecret.isEmpty());
    const LoadedConfig hmac = loadConfig(input(production({{"JWT_PUBLIC_KEY_FILE", key}, {"JWT_ALGORITHM", "HS256"}})));
    QVERIFY(names(hmac.problems, "public key"));
}

void TestConfigLoader::productionNamesWhatIsMissing()
{
    const LoadedConfig config = loadConfig(input({{"SIGNALBOX_PROFILE", "production"}}));
    QCOMPARE(config.problems.size(), 3);
    for (const char* name : {"JWT_SECRET", "SESSION_SECRET", "WEBHOOK_TOKEN"})
        QVERIFY2(names(config.problems, name), name);
    QVERIFY(!QFile::exists(QFile::decodeName(path("data"))));
}

void TestConfigLoader::productionDefaults()
{
    const LoadedConfig config = loadConfig({{}, production(), true});
    QVERIFY2(config.ok(), texts(config.problems));
    QCOMPARE(config.settings.server.dataDir, QByteArray("/var/lib/signalbox"));
    QCOMPARE(config.settings.logging.format, LogFormat::Json);
    QVERIFY(
        names(loadConfig({{}, production({{"JWT_SECRET", "your-secret"}}), true}).warnings, "shorter than 32 bytes"));
    QVERIFY(names(loadConfig({{}, production({{"JWT_SECRET", kSecret + "\n"}}), true}).warnings, "line break"));
}

void TestConfigLoader::staticSiteTokens_data()
{
    QTest::addColumn<QByteArray>("profile");
    QTest::addColumn<QByteArray>("allow");
    QTest::addColumn<bool>("starts");
    QTest::addColumn<bool>("warns");
    QTest::newRow("development") << QByteArray("development") << QByteArray() << true << false;
    QTest::newRow("production") << QByteArray("production") << QByteArray() << false << false;
    QTest::newRow("production, refused") << QByteArray("production") << QByteArray("0") << false << false;
    QTest::newRow("production, allowed") << QByteArray("production") << QByteArray("1") << true << true;
}

void TestConfigLoader::staticSiteTokens()
{
    QFETCH(const QByteArray, profile);
    QFETCH(const QByteArray, allow);
    const LoadedConfig config = loadConfig(input(production({{"SIGNALBOX_PROFILE", profile},
                                                             {"SITE_TOKENS", "shop=a, b"},
                                                             {"SIGNALBOX_ALLOW_STATIC_SITE_TOKENS", allow}})));
    QTEST(config.ok(), "starts");
    QTEST(names(config.warnings, "auth/site_tokens"), "warns");
    QCOMPARE(config.settings.auth.siteTokens, (QByteArrayList{"shop=a", "b"}));
}

void TestConfigLoader::dataFolderFollowsTheHome()
{
    const auto folder = [](const Environment& environment) {
        return loadConfig({{}, environment, false}).settings.server.dataDir;
    };
    QCOMPARE(folder({{"HOME", "/h"}}), QByteArray("/h/.local/share/signalbox"));
    QCOMPARE(folder({{"HOME", "/h"}, {"XDG_DATA_HOME", "/x"}}), QByteArray("/x/signalbox"));
    QCOMPARE(folder({{"HOME", "/h"}, {"XDG_DATA_HOME", "relative"}}), QByteArray("/h/.local/share/signalbox"));
    QVERIFY(names(loadConfig({{}, {}, false}).problems, "server/data_dir"));
}

void TestConfigLoader::printedConfigMasksSecrets()
{
    const LoadedConfig config =
        loadConfig(input({{"JWT_SECRET", "jwt-in-clear"},
                          {"SITE_TOKENS", "site-in-clear"},
                          {"REDIS_PASSWORD", "redis-in-clear"},
                          {"RABBITMQ_URL", "amqp://user:rabbit-in-clear@host/"},
                          {"DATABASE_URL", "postgresql://u:pg-in-clear@host/db?password=q-in-clear"},
                          {"PORT", "80"}}));
    const QByteArray text = printedConfig(config);
    QVERIFY2(!text.contains("in-clear"), text);
    QVERIFY(!text.contains(config.settings.auth.sessionSecret));
    QVERIFY(text.contains("auth/jwt_secret = set, 12 bytes  [environment JWT_SECRET]\n"));
    QVERIFY(text.contains("auth/session_secret = set, 43 bytes  [generated, "));
    QVERIFY(text.contains("network/port = 80  [environment PORT]\n"));
    QVERIFY(text.contains("limits/request_body_bytes = 1048576 bytes  [default]\n"));
    QVERIFY(text.contains("amqp://user:***@host/"));
    for (const SettingRow& row : settingsTable())
        QVERIFY2(text.contains(QByteArray(QByteArray(row.key) + " = ")), row.key);
}

void TestConfigLoader::checkTexts()
{
    const LoadedConfig good = loadConfig(input());
    QCOMPARE(checkedConfig(good), QByteArray("configuration is valid\n"));
    QCOMPARE(checkExitCode(good), 0);
    const LoadedConfig bad = loadConfig(input({{"PORT", "x"}, {"SIGNALBOX_LIMIT_CONECTIONS", "1"}}));
    QCOMPARE(checkedConfig(bad).count('\n'), 2);
    QVERIFY(checkedConfig(bad).startsWith("warning: environment SIGNALBOX_LIMIT_CONECTIONS"));
    QVERIFY(
        checkedConfig(bad).contains("error: network/port (environment PORT): must be an integer from 0 to 65535\n"));
    QCOMPARE(checkExitCode(bad), 1);
}

void TestConfigLoader::reloadTakesWhatIsReloadable()
{
    const QByteArray file = write("a.ini", "[network]\nport = 1\n[limits]\nconnections = 10\n");
    const ConfigInput from = input({{"SIGNALBOX_CONFIG", file}});
    const LoadedConfig running = loadConfig(from);
    write("a.ini", "[network]\nport = 2\n[limits]\nconnections = 20\n");
    const ReloadedConfig first = reloadConfig(running, from);
    QVERIFY2(first.config.ok(), texts(first.config.problems));
    QCOMPARE(first.changed, QByteArrayList{"limits/connections"});
    QCOMPARE(first.needRestart, QByteArrayList{"network/port"});
    QCOMPARE(first.config.settings.network.port, 1);
    QCOMPARE(first.config.settings.limits.connections, 20);
    const ReloadedConfig second = reloadConfig(first.config, from);
    QCOMPARE(second.changed, QByteArrayList());
    QCOMPARE(second.needRestart, QByteArrayList{"network/port"});
}

void TestConfigLoader::reloadWithAProblemChangesNothing()
{
    const QByteArray file = write("a.ini", "[limits]\nconnections = 10\n");
    const ConfigInput from = input({{"SIGNALBOX_CONFIG", file}});
    const LoadedConfig running = loadConfig(from);
    write("a.ini", "[limits]\nconnections = 20\noperators = many\n");
    const ReloadedConfig reloaded = reloadConfig(running, from);
    QVERIFY(!reloaded.config.ok());
    QCOMPARE(reloaded.config.settings.limits.connections, 10);
    QVERIFY(reloaded.changed.isEmpty() && reloaded.needRestart.isEmpty());
}

QTEST_APPLESS_MAIN(TestConfigLoader)
#include "tst_configloader.moc"
