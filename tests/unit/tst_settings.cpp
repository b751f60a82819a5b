// SPDX-License-Identifier: GPL-3.0-or-later
// The table of settings, how values are read, the example file and the printed texts (spec sections 8 and 11).
// links: server_config
#include "config/configprinter.h"
#include "config/inifile.h"
#include "config/settingstable.h"

#include <QFile>
#include <QSet>
#include <QTest>

using namespace signalbox;

namespace {

const SettingRow& row(const char* key)
{
    return settingsTable()[static_cast<size_t>(settingByKey(key))];
}

/// A value that differs from the row's default and is allowed.
SettingValue otherValue(const SettingRow& setting, const SettingValue& value)
{
    if (const bool* flag = std::get_if<bool>(&value))
        return !*flag;
    if (std::holds_alternative<QByteArray>(value))
        return QByteArray("another value");
    if (std::holds_alternative<QByteArrayList>(value))
        return QByteArrayList{"one", "two"};
    const qint64 number = std::get<qint64>(value);
    if (setting.shape.type == SettingType::Choice)
        return qint64(number == 0 ? 1 : 0);
    return number == setting.shape.max ? number - 1 : number + 1;
}

Settings parsedDefaultsOf(const IniFile& file)
{
    Settings settings;
    for (const IniEntry& entry : file.entries) {
        const SettingRow& setting = row(entry.key.constData());
        const auto value = parseSettingValue(setting.shape, entry.value);
        if (value.ok())
            setting.access.set(settings, *value);
    }
    return settings;
}

} // namespace

class TestSettings : public QObject
{
    Q_OBJECT

private slots:
    void namesAreUnique();
    void everyRowHasItsOwnMember();
    void defaultsAreAllowed();
    void documentedNames_data();
    void documentedNames();
    void reads_data();
    void reads();
    void refuses_data();
    void refuses();
    void refusalDoesNotRepeatTheValue();
    void textReadsBack();
    void keyWithDotIsTaken();
    void nearest_data();
    void nearest();
    void exampleIsTheTable();
    void exampleUncommentedGivesTheDefaults();
    void iniValues_data();
    void iniValues();
    void iniProblems_data();
    void iniProblems();
    void iniQuotedReadsBack();
    void helpNamesEveryOption();
};

void TestSettings::namesAreUnique()
{
    QSet<QByteArray> names;
    for (const SettingRow& each : settingsTable()) {
        for (const char* name : {each.key, each.environment, each.option}) {
            if (!name)
                continue;
            QVERIFY2(!names.contains(name), name);
            names.insert(name);
        }
        QCOMPARE(QByteArray(each.key).count('/'), 1);
        QVERIFY2(*each.description, each.key);
    }
}

void TestSettings::everyRowHasItsOwnMember()
{
    const Settings defaults = defaultSettings();
    for (const SettingRow& changed : settingsTable()) {
        Settings settings = defaults;
        const SettingValue value = otherValue(changed, changed.access.get(defaults));
        changed.access.set(settings, value);
        QVERIFY2(changed.access.get(settings) == value, changed.key);
        for (const SettingRow& other : settingsTable()) {
            if (other.key != changed.key)
                QVERIFY2(other.access.get(settings) == other.access.get(defaults), changed.key);
        }
    }
}

void TestSettings::defaultsAreAllowed()
{
    for (const SettingRow& each : settingsTable()) {
        const auto value = parseSettingValue(each.shape, each.defaultText);
        QVERIFY2(value.ok(), each.key);
        QVERIFY2(each.access.get(defaultSettings()) == *value, each.key);
        if (each.secret())
            QCOMPARE(QByteArray(each.defaultText), QByteArray());
    }
}

void TestSettings::documentedNames_data()
{
    QTest::addColumn<QByteArray>("environment");
    QTest::addColumn<QByteArray>("value");
    const struct
    {
        const char* name;
        const char* value;
    } names[] = {
        {"PORT", "5009"},
        {"HOST", "0.0.0.0,::"},
        {"MANAGEMENT_PORT", "5010"},
        {"MANAGEMENT_HOST", "127.0.0.1"},
        {"JWT_SECRET", ""},
        {"JWT_PUBLIC_KEY_FILE", ""},
        {"JWKS_FILE", ""},
        {"JWT_ALGORITHM", "auto"},
        {"JWT_ISSUER", ""},
        {"JWT_AUDIENCE", ""},
        {"SESSION_SECRET", ""},
        {"WEBHOOK_TOKEN", ""},
        {"SITE_TOKENS", ""},
        {"REDIS_HOST", ""},
        {"REDIS_PORT", "6379"},
        {"REDIS_USERNAME", ""},
        {"REDIS_PASSWORD", ""},
        {"REDIS_DB", "0"},
        {"REDIS_TLS", "false"},
        {"SIGNALBOX_REDIS_TLS_CA_FILE", ""},
        {"SIGNALBOX_REDIS_PREFIX", "signalbox"},
        {"RABBITMQ_URL", ""},
        {"DATABASE_URL", ""},
        {"CORS_ORIGIN", ""},
        {"SIGNALBOX_DATA_DIR", ""},
        {"SIGNALBOX_PROFILE", "development"},
        {"SIGNALBOX_CONFIG", ""},
        {"SIGNALBOX_WORKERS", "0"},
        {"SIGNALBOX_ALLOW_STATIC_SITE_TOKENS", "false"},
        {"SIGNALBOX_LIMIT_CONNECTIONS", "1000"},
        {"SIGNALBOX_LIMIT_CONNECTIONS_PER_DIALOG", "50"},
        {"SIGNALBOX_LIMIT_CONNECTIONS_PER_TOKEN", "10"},
        {"SIGNALBOX_LIMIT_STREAMS_PER_USER", "5"},
        {"SIGNALBOX_LIMIT_TABS_PER_GUEST", "5"},
        {"SIGNALBOX_LIMIT_OPERATORS", "20"},
        {"SIGNALBOX_LIMIT_REQUEST_HEAD_BYTES", "16384"},
        {"SIGNALBOX_LIMIT_REQUEST_BODY_BYTES", "1048576"},
        {"SIGNALBOX_LIMIT_WEBSOCKET_MESSAGE_BYTES", "65536"},
        {"SIGNALBOX_LIMIT_ENGINEIO_PAYLOAD_BYTES", "1000000"},
        {"SIGNALBOX_LIMIT_HEAD_TIMEOUT_SECONDS", "10"},
        {"SIGNALBOX_LIMIT_IDLE_TIMEOUT_SECONDS", "75"},
        {"SIGNALBOX_LIMIT_OUTBOUND_QUEUE_BYTES", "1048576"},
        {"SIGNALBOX_LIMIT_SLOW_CLIENT_POLICY", "close"},
        {"SIGNALBOX_LIMIT_HISTORY_EVENTS", "1000"},
        {"SIGNALBOX_LIMIT_HISTORY_SECONDS", "86400"},
        {"SIGNALBOX_LIMIT_HISTORY_TOTAL_BYTES", "268435456"},
        {"SIGNALBOX_LIMIT_CHANNELS", "1000000"},
        {"SIGNALBOX_LIMIT_CHANNELS_PER_CONNECTION", "100"},
        {"SIGNALBOX_LIMIT_JSON_DEPTH", "32"},
        {"SIGNALBOX_LIMIT_PIPELINED_REQUESTS", "32"},
        {"SIGNALBOX_LIMIT_PUBLISH_BATCH", "1000"},
        {"SIGNALBOX_HEARTBEAT_DIALOG_PING_MS", "25000"},
        {"SIGNALBOX_HEARTBEAT_PONG_TIMEOUT_MS", "40000"},
        {"SIGNALBOX_HEARTBEAT_CHANNEL_PING_MS", "30000"},
        {"SIGNALBOX_HEARTBEAT_SSE_MS", "25000"},
        {"SIGNALBOX_HEARTBEAT_STREAMS_MS", "30000"},
        {"SIGNALBOX_HEARTBEAT_SOURCE_WARNING_MS", "60000"},
        {"SIGNALBOX_HEARTBEAT_ENGINEIO_PING_MS", "25000"},
        {"SIGNALBOX_HEARTBEAT_ENGINEIO_PONG_MS", "20000"},
        {"SIGNALBOX_DRAIN_SECONDS", "5"},
        {"SIGNALBOX_STREAM_LIMIT_POLICY", "reject"},
        {"SIGNALBOX_CATALOG_STRICT", "true"},
    };
    for (const auto& each : names)
        QTest::newRow(each.name) << QByteArray(each.name) << QByteArray(each.value);
}

void TestSettings::documentedNames()
{
    QFETCH(const QByteArray, environment);
    const int index = settingByEnvironment(environment);
    QVERIFY(index >= 0);
    const SettingRow& setting = settingsTable()[static_cast<size_t>(index)];
    QTEST(settingText(setting.shape, setting.access.get(defaultSettings())), "value");
}

void TestSettings::reads_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("value");
    QTest::newRow("integer") << QByteArray("network/port") << QByteArray(" 80 ") << qint64(80);
    QTest::newRow("lowest") << QByteArray("network/port") << QByteArray("0") << qint64(0);
    QTest::newRow("highest") << QByteArray("network/port") << QByteArray("65535") << qint64(65535);
    QTest::newRow("plain seconds") << QByteArray("limits/head_timeout_seconds") << QByteArray("3") << qint64(3000);
    QTest::newRow("ms of seconds") << QByteArray("limits/head_timeout_seconds") << QByteArray("500ms") << qint64(500);
    QTest::newRow("plain ms") << QByteArray("heartbeat/sse_ms") << QByteArray("250") << qint64(250);
    QTest::newRow("seconds") << QByteArray("heartbeat/sse_ms") << QByteArray("25s") << qint64(25'000);
    QTest::newRow("minutes") << QByteArray("heartbeat/sse_ms") << QByteArray("1 m") << qint64(60'000);
    QTest::newRow("hours") << QByteArray("limits/history_seconds") << QByteArray("24h") << qint64(86'400'000);
    QTest::newRow("days") << QByteArray("limits/history_seconds") << QByteArray("2D") << qint64(172'800'000);
    QTest::newRow("plain bytes") << QByteArray("limits/request_body_bytes") << QByteArray("2048") << qint64(2048);
    QTest::newRow("KiB") << QByteArray("limits/request_body_bytes") << QByteArray("64KiB") << qint64(65'536);
    QTest::newRow("MiB") << QByteArray("limits/request_body_bytes") << QByteArray("1mib") << qint64(1'048'576);
    QTest::newRow("GiB") << QByteArray("limits/request_body_bytes") << QByteArray("1GiB") << qint64(1'073'741'824);
    QTest::newRow("choice") << QByteArray("limits/slow_client_policy") << QByteArray("conflate") << qint64(2);
    QTest::newRow("choice in capitals") << QByteArray("auth/jwt_algorithm") << QByteArray("es256") << qint64(3);
    QTest::newRow("0 is unlimited") << QByteArray("limits/connections") << QByteArray("0") << qint64(0);
}

void TestSettings::reads()
{
    QFETCH(const QByteArray, key);
    QFETCH(const QByteArray, text);
    const auto value = parseSettingValue(row(key.constData()).shape, text);
    QVERIFY(value.ok());
    QTEST(std::get<qint64>(*value), "value");
}

void TestSettings::refuses_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("no number") << QByteArray("network/port") << QByteArray("http");
    QTest::newRow("nothing") << QByteArray("network/port") << QByteArray("");
    QTest::newRow("minus alone") << QByteArray("network/port") << QByteArray("-");
    QTest::newRow("below") << QByteArray("network/port") << QByteArray("-1");
    QTest::newRow("above") << QByteArray("network/port") << QByteArray("65536");
    QTest::newRow("fraction") << QByteArray("network/port") << QByteArray("80.5");
    QTest::newRow("suffix of an integer") << QByteArray("network/port") << QByteArray("80s");
    QTest::newRow("comment") << QByteArray("network/port") << QByteArray("80 ; web");
    QTest::newRow("size of a duration") << QByteArray("heartbeat/sse_ms") << QByteArray("1KiB");
    QTest::newRow("duration of a size") << QByteArray("limits/request_body_bytes") << QByteArray("60s");
    QTest::newRow("too many digits") << QByteArray("heartbeat/sse_ms") << QByteArray("99999999999999999999");
    QTest::newRow("product overflows") << QByteArray("limits/history_seconds") << QByteArray("9223372036854775807h");
    QTest::newRow("no boolean") << QByteArray("catalog/strict") << QByteArray("maybe");
    QTest::newRow("no choice") << QByteArray("limits/slow_client_policy") << QByteArray("drop");
    QTest::newRow("choices in one") << QByteArray("limits/slow_client_policy") << QByteArray("close|conflate");
    QTest::newRow("empty choice") << QByteArray("limits/slow_client_policy") << QByteArray("");
    QTest::newRow("invalid UTF-8") << QByteArray("redis/host") << QByteArray("\xff\xfe");
    QTest::newRow("NUL") << QByteArray("redis/host") << QByteArray("a\0b", 3);
}

void TestSettings::refuses()
{
    QFETCH(const QByteArray, key);
    QFETCH(const QByteArray, text);
    const auto value = parseSettingValue(row(key.constData()).shape, text);
    QVERIFY(!value.ok());
    QCOMPARE(value.error().code, ErrorCode::InvalidField);
    QVERIFY(!value.error().message.isEmpty());
}

void TestSettings::refusalDoesNotRepeatTheValue()
{
    const auto value = parseSettingValue(row("network/port").shape, "hunter2");
    QVERIFY(!value.ok());
    QVERIFY(value.error().text().contains(QStringLiteral("65535")));
    QVERIFY(!value.error().text().contains(QStringLiteral("hunter2")));
}

void TestSettings::textReadsBack()
{
    for (const SettingRow& each : settingsTable()) {
        const SettingValue value = otherValue(each, each.access.get(defaultSettings()));
        const auto again = parseSettingValue(each.shape, settingText(each.shape, value));
        QVERIFY2(again.ok() && *again == value, each.key);
    }
}

void TestSettings::keyWithDotIsTaken()
{
    QCOMPARE(settingByKey("transports.websocket"), settingByKey("transports/websocket"));
    QCOMPARE(settingByKey("Catalog/Strict"), settingByKey("catalog/strict"));
    QCOMPARE(settingByKey("catalog"), -1);
    QCOMPARE(settingByKey(""), -1);
}

void TestSettings::nearest_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("one letter") << QByteArray("network/prot") << QByteArray("network/port");
    QTest::newRow("plural") << QByteArray("limits/connection") << QByteArray("limits/connections");
    QTest::newRow("far") << QByteArray("zzzzzzzzzzzz") << QByteArray();
    QTest::newRow("empty") << QByteArray() << QByteArray();
    QTest::newRow("endless") << QByteArray(100'000, 'x') << QByteArray();
}

void TestSettings::nearest()
{
    QFETCH(const QByteArray, name);
    QTEST(nearestName(name, settingKeys()), "expected");
}

void TestSettings::exampleIsTheTable()
{
    const QString path = QFINDTESTDATA("../../resources/config/signalbox.ini.example");
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), exampleConfig());
}

void TestSettings::exampleUncommentedGivesTheDefaults()
{
    const QByteArray text = exampleConfig().replace("\n;", "\n").replace("\n ", "\n; ");
    const IniFile file = parseIni(text);
    QVERIFY(file.problems.isEmpty());
    qsizetype rowsOfFiles = 0;
    for (const SettingRow& each : settingsTable()) {
        rowsOfFiles += each.notInFile() ? 0 : 1;
        QVERIFY2(each.access.get(parsedDefaultsOf(file)) == each.access.get(defaultSettings()), each.key);
    }
    QCOMPARE(file.entries.size(), rowsOfFiles);
}

void TestSettings::iniValues_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("plain") << QByteArray("[s]\nn = v") << QByteArray("v");
    QTest::newRow("no blanks, CRLF") << QByteArray("[s]\r\nn=v\r\n") << QByteArray("v");
    QTest::newRow("byte order mark") << QByteArray("\xEF\xBB\xBF[s]\nn=v") << QByteArray("v");
    QTest::newRow("comments around") << QByteArray("; c\n# c\n[s]\n;n = x\nn = v\n\n") << QByteArray("v");
    QTest::newRow("a value's own marks") << QByteArray("[s]\nn = a;b#c=d,e") << QByteArray("a;b#c=d,e");
    QTest::newRow("quoted blanks") << QByteArray("[s]\nn = \" v \"") << QByteArray(" v ");
    QTest::newRow("quoted marks") << QByteArray("[s]\nn = \"a\\\"b\\\\c\\nd\"") << QByteArray("a\"b\\c\nd");
    QTest::newRow("empty") << QByteArray("[s]\nn =") << QByteArray("");
    QTest::newRow("cyrillic") << QByteArray("[s]\nn = Саратов") << QByteArray("Саратов");
}

void TestSettings::iniValues()
{
    QFETCH(const QByteArray, text);
    const IniFile file = parseIni(text);
    QVERIFY(file.problems.isEmpty());
    QCOMPARE(file.entries.size(), 1);
    QCOMPARE(file.entries.first().key, QByteArray("s/n"));
    QTEST(file.entries.first().value, "value");
}

void TestSettings::iniProblems_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("line");
    QTest::newRow("no section") << QByteArray("n = v") << 1;
    QTest::newRow("section not closed") << QByteArray("[s\n") << 1;
    QTest::newRow("section without name") << QByteArray("\n[]\n") << 2;
    QTest::newRow("no equals sign") << QByteArray("[s]\nsecret") << 2;
    QTest::newRow("no name") << QByteArray("[s]\n= v") << 2;
    QTest::newRow("blank in the name") << QByteArray("[s]\na b = v") << 2;
    QTest::newRow("twice") << QByteArray("[s]\nn = 1\n[s]\nN = 2") << 4;
    QTest::newRow("quote not closed") << QByteArray("[s]\nn = \"v") << 2;
    QTest::newRow("something behind the quote") << QByteArray("[s]\nn = \"v\" w") << 2;
    QTest::newRow("escape at the end") << QByteArray("[s]\nn = \"v\\") << 2;
}

void TestSettings::iniProblems()
{
    QFETCH(const QByteArray, text);
    const IniFile file = parseIni(text);
    QVERIFY(!file.problems.isEmpty());
    QTEST(file.problems.first().line, "line");
    QVERIFY(!file.problems.first().message.isEmpty());
}

void TestSettings::iniQuotedReadsBack()
{
    for (const QByteArray& value : {QByteArray(" a\"b\\c\nd "), QByteArray(), QByteArray("\\n"), QByteArray("\"")}) {
        const IniFile file = parseIni(QByteArray("[s]\nn = " + iniQuoted(value)));
        QCOMPARE(file.entries.size(), 1);
        QCOMPARE(file.entries.first().value, value);
    }
}

void TestSettings::helpNamesEveryOption()
{
    const QByteArray help = helpText();
    for (const SettingRow& each : settingsTable()) {
        if (each.option)
            QVERIFY2(help.contains(QByteArray("\n  " + QByteArray(each.option) + ' ')), each.option);
    }
    for (const char* name : {"--set", "--check-config", "--print-config", "--version", "token guest"})
        QVERIFY2(help.contains(name), name);
    QCOMPARE(versionText("1.2.3").left(16), QByteArray("signalboxd 1.2.3"));
}

QTEST_APPLESS_MAIN(TestSettings)
#include "tst_settings.moc"
