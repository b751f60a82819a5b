// SPDX-License-Identifier: GPL-3.0-or-later
// Log lines: form, escaping, masking, bounds, ids, levels, threads, rotation (spec sections 5 and 10).
// links: server_config
#include "config/logfile.h"
#include "config/logging.h"
#include "config/logredaction.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <thread>
#include <vector>

using namespace signalbox;

namespace {

const QDateTime kTime = QDateTime::fromString(QStringLiteral("2025-01-31T12:00:00.123Z"), Qt::ISODateWithMs);

LogRecord record(const QByteArray& message, const QByteArray& id = {})
{
    return {kTime, LogLevel::Info, "signalbox.http", id, message};
}

QJsonObject json(const QByteArray& line)
{
    return QJsonDocument::fromJson(line).object();
}

QByteArrayList linesOf(const QByteArray& path)
{
    QFile file(QFile::decodeName(path));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QByteArrayList lines = file.readAll().split('\n');
    lines.removeLast();
    return lines;
}

} // namespace

class TestLogging : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void textLine();
    void jsonLine();
    void controlsAreEscaped_data();
    void controlsAreEscaped();
    void longMessageIsCut_data();
    void longMessageIsCut();
    void masks_data();
    void masks();
    void leavesAlone_data();
    void leavesAlone();
    void linesAreMasked();
    void scopesNest();
    void idsDiffer();
    void messagesReachTheFile();
    void levelsFilter();
    void rulesAreExceptions();
    void threadsDoNotMix();
    void rotates();
    void keepsNoOldFiles();
    void appendsToWhatIsThere();
    void reopensAfterAnOutsideRotation();
    void fileThatCannotBeOpened();
    void lostLinesAreCounted();
    void formerHandlerComesBack();

private:
    LoggingSettings settings() const;
    QByteArray path() const { return QFile::encodeName(m_dir->filePath(QStringLiteral("server.log"))); }
    bool exists(const char* suffix) const { return QFile::exists(QFile::decodeName(path() + suffix)); }

    std::unique_ptr<QTemporaryDir> m_dir;
};

void TestLogging::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    QVERIFY(m_dir->isValid());
}

LoggingSettings TestLogging::settings() const
{
    LoggingSettings result;
    result.level = LogLevel::Info;
    result.format = LogFormat::Json;
    result.file = path();
    result.fileBytes = 1 << 20;
    result.files = 3;
    result.lineBytes = 1024;
    return result;
}

void TestLogging::textLine()
{
    QCOMPARE(formatLogLine(LogFormat::Text, record("hello"), 1024),
             QByteArray("2025-01-31T12:00:00.123Z info signalbox.http hello\n"));
    QCOMPARE(formatLogLine(LogFormat::Text, record("hello", "r1"), 1024),
             QByteArray("2025-01-31T12:00:00.123Z info signalbox.http [r1] hello\n"));
}

void TestLogging::jsonLine()
{
    QCOMPARE(formatLogLine(LogFormat::Json, record("say \"hi\" \\ Саратов", "r1"), 1024),
             QByteArray("{\"ts\":\"2025-01-31T12:00:00.123Z\",\"level\":\"info\",\"category\":\"signalbox.http\","
                        "\"id\":\"r1\",\"msg\":\"say \\\"hi\\\" \\\\ Саратов\"}\n"));
    QVERIFY(!json(formatLogLine(LogFormat::Json, record("hello"), 1024)).contains(QStringLiteral("id")));
}

void TestLogging::controlsAreEscaped_data()
{
    QTest::addColumn<QByteArray>("raw");
    QTest::addColumn<QByteArray>("escaped");
    QTest::newRow("line feed") << QByteArray("a\nb") << QByteArray("a\\nb");
    QTest::newRow("carriage return") << QByteArray("a\rb") << QByteArray("a\\u000db");
    QTest::newRow("escape") << QByteArray("a\x1b[2Jb") << QByteArray("a\\u001b[2Jb");
    QTest::newRow("NUL") << QByteArray("a\0b", 3) << QByteArray("a\\u0000b");
    QTest::newRow("delete") << QByteArray("a\x7f"
                                          "b")
                            << QByteArray("a\\u007fb");
    QTest::newRow("C1") << QByteArray("a\xc2\x9b"
                                      "b")
                        << QByteArray("a\\u009bb");
    QTest::newRow("line separator") << QByteArray("a\xe2\x80\xa8"
                                                  "b")
                                    << QByteArray("a\\u2028b");
    QTest::newRow("direction override") << QByteArray("a\xe2\x80\xae"
                                                      "b")
                                        << QByteArray("a\\u202eb");
    QTest::newRow("isolate") << QByteArray("a\xe2\x81\xa6"
                                           "b")
                             << QByteArray("a\\u2066b");
    QTest::newRow("emoji stays") << QByteArray("a\xf0\x9f\x94\xb4"
                                               "b")
                                 << QByteArray("a\xf0\x9f\x94\xb4"
                                               "b");
    QTest::newRow("invalid UTF-8") << QByteArray("a\xff"
                                                 "b")
                                   << QByteArray("a\xef\xbf\xbd"
                                                 "b");
}

void TestLogging::controlsAreEscaped()
{
    QFETCH(const QByteArray, raw);
    QFETCH(const QByteArray, escaped);
    QCOMPARE(formatLogLine(LogFormat::Text, record("<" + raw + ">"), 1024),
             "2025-01-31T12:00:00.123Z info signalbox.http <" + escaped + ">\n");
    QVERIFY(formatLogLine(LogFormat::Json, record("<" + raw + ">"), 1024).contains(QByteArray("<" + escaped + ">")));
    for (const LogFormat format : {LogFormat::Text, LogFormat::Json})
        QVERIFY(formatLogLine(format, record("hello", raw), 1024).contains(escaped));
}

void TestLogging::longMessageIsCut_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::newRow("ascii") << QByteArray(100'000, 'x');
    QTest::newRow("two bytes") << QByteArray("ж").repeated(50'000);
    QTest::newRow("escapes") << QByteArray(100'000, '\x01');
    QTest::newRow("quotes") << QByteArray(5000, '"');
    QTest::newRow("emoji behind one letter") << "a" + QByteArray("\xf0\x9f\x94\xb4").repeated(5000);
    QTest::newRow("just too long") << QByteArray(1000, 'x');
}

void TestLogging::longMessageIsCut()
{
    QFETCH(const QByteArray, message);
    for (const LogFormat format : {LogFormat::Text, LogFormat::Json}) {
        const QByteArray line = formatLogLine(format, record(message, QByteArray(1000, '\x02')), 512);
        QVERIFY2(line.size() <= 512, line);
        QVERIFY(line.isValidUtf8());
        QVERIFY(line.contains(" more bytes)"));
        QVERIFY(!line.contains("\xef\xbf\xbd"));
        if (format == LogFormat::Json)
            QVERIFY(json(line).contains(QStringLiteral("msg")));
    }
}

void TestLogging::masks_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("expected");
    const auto add = [](const char* name, const char* text, const char* expected) {
        QTest::newRow(name) << QByteArray(text) << QByteArray(expected);
    };
    add("token", "GET /channel/ws?session=17&token=S3", "GET /channel/ws?session=17&token=***");
    add("more behind", "/x?token=S3&a=1", "/x?token=***&a=1");
    add("access_token", "?access_token=S3 HTTP/1.1", "?access_token=*** HTTP/1.1");
    add("site_token", "?site_token=S3", "?site_token=***");
    add("sig", "/chat/17/stream?sig=S3&exp=5", "/chat/17/stream?sig=***&exp=5");
    add("guest_id", "?assistant_id=1&guest_id=S3", "?assistant_id=1&guest_id=***");
    add("password", "password=S3", "password=***");
    add("camel case", "accessToken=S3 guestId=S3", "accessToken=*** guestId=***");
    add("capitals", "JWT_SECRET=S3", "JWT_SECRET=***");
    add("list", "SITE_TOKENS=S3,S3 next", "SITE_TOKENS=*** next");
    add("percent-encoded key", "?access%5Ftoken=S3&b=1", "?access%5Ftoken=***&b=1");
    add("prefix of the key", "user.token=S3", "user.token=***");
    add("json", "{\"token\":\"S3\",\"a\":1}", "{\"token\":\"***\",\"a\":1}");
    add("json with blanks", "{\"token\" : \"S3 S3\" }", "{\"token\" : \"***\" }");
    add("json with a quote inside", "{\"password\":\"S3\\\"S3\",\"a\":1}", "{\"password\":\"***\",\"a\":1}");
    add("json list", "{\"tokens\":[\"S3\",\"S3\"]}", "{\"tokens\":[***]}");
    add("json number", "{\"token\":53535}", "{\"token\":***}");
    add("json as a logged string", "\"{\\\"token\\\":\\\"S3\\\",\\\"a\\\":1}\"",
        "\"{\\\"token\\\":\\\"***\\\",\\\"a\\\":1}\"");
    add("json cut off", "{\"token\":\"S3", "{\"token\":\"***");
    add("authorization", "Authorization: Bearer S3.S3-S3_S3\r\nHost: a", "Authorization: ***\r\nHost: a");
    add("basic", "authorization: Basic UzM6UzM=", "authorization: ***");
    add("bearer alone", "got Bearer S3/+S3== from", "got Bearer *** from");
    add("small bearer", "bearer   S3", "bearer   ***");
    add("scheme behind token", "token: Bearer S3 end", "token: *** end");
    add("cookie", "Cookie: a=S3; b=S3", "Cookie: ***");
    add("header", "X-Session-Token: S3", "X-Session-Token: ***");
    add("url", "redis://user:S3@host:6379/0", "redis://user:***@host:6379/0");
    add("url without a user", "redis://:S3@host", "redis://:***@host");
    add("url with @ in the password", "amqp://u:S3@S3@host/", "amqp://u:***@host/");
    add("bare jwt", "from eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.S3S3 end", "from *** end");
    add("bare session token", "from v1.1700000000.S3S3S3S3S3S3S3S3S3S3S3S3 end", "from *** end");
    add("several", "token=S3&sig=S3 password: S3", "token=***&sig=*** password: ***");
    add("arrow", "token => S3", "token => ***");
}

void TestLogging::masks()
{
    QFETCH(const QByteArray, text);
    QTEST(redacted(text), "expected");
    QVERIFY(!redacted(text).contains("S3"));
    QCOMPARE(redacted(redacted(text)), redacted(text));
}

void TestLogging::leavesAlone_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char* text :
         {"", "hello", "the token is expired", "GET /channel/ws?session=17", "a token",
          "token=", "https://example.org/a?b=1", "http://[::1]:5009/health", "mail@example.org", "Саратов = город",
          "100%", "key: value", "{\"type\":\"ack\",\"last_id\":5}", "v1.2.3", "design=5", "tokenizer=5"})
        QTest::newRow(text) << QByteArray(text);
}

void TestLogging::leavesAlone()
{
    QFETCH(const QByteArray, text);
    QCOMPARE(redacted(text), text);
}

void TestLogging::linesAreMasked()
{
    for (const LogFormat format : {LogFormat::Text, LogFormat::Json}) {
        QVERIFY(!formatLogLine(format, record("GET /x?token=S3"), 1024).contains("S3"));
        QVERIFY(!formatLogLine(format, record("hello", "token=S3"), 1024).contains("S3"));
        const QByteArray crossing = QByteArray(505, ' ') + "token=" + QByteArray("S3").repeated(500);
        QVERIFY(!formatLogLine(format, record(crossing), 512).contains("S3"));
    }
}

void TestLogging::scopesNest()
{
    QCOMPARE(LogScope::currentId(), QByteArray());
    const LogScope outer("outer");
    {
        const LogScope inner("inner");
        QCOMPARE(LogScope::currentId(), QByteArray("inner"));
        QByteArray elsewhere = "?";
        std::thread([&elsewhere] { elsewhere = LogScope::currentId(); }).join();
        QCOMPARE(elsewhere, QByteArray());
    }
    QCOMPARE(LogScope::currentId(), QByteArray("outer"));
}

void TestLogging::idsDiffer()
{
    QCOMPARE(LogScope::newId().size(), 16);
    QVERIFY(LogScope::newId() != LogScope::newId());
}

void TestLogging::messagesReachTheFile()
{
    const auto logging = Logging::start(settings());
    QVERIFY(logging.ok());
    {
        const LogScope scope("r1");
        qCWarning(logHttp).noquote() << "slow" << QStringLiteral("запрос");
    }
    qCritical("without a category");
    const QByteArrayList lines = linesOf(path());
    QCOMPARE(lines.size(), 2);
    const QJsonObject first = json(lines[0]);
    QCOMPARE(first[QStringLiteral("level")].toString(), QStringLiteral("warning"));
    QCOMPARE(first[QStringLiteral("category")].toString(), QStringLiteral("signalbox.http"));
    QCOMPARE(first[QStringLiteral("id")].toString(), QStringLiteral("r1"));
    QCOMPARE(first[QStringLiteral("msg")].toString(), QStringLiteral("slow запрос"));
    QVERIFY(QDateTime::fromString(first[QStringLiteral("ts")].toString(), Qt::ISODateWithMs).isValid());
    QCOMPARE(json(lines[1])[QStringLiteral("category")].toString(), QStringLiteral("default"));
    QCOMPARE((*logging)->lostLines(), qint64(0));
}

void TestLogging::levelsFilter()
{
    const auto logging = Logging::start(settings());
    QVERIFY(logging.ok());
    const auto logAll = [] {
        qCDebug(logCore) << "d";
        qCInfo(logCore) << "i";
        qCWarning(logCore) << "w";
        qCCritical(logCore) << "c";
    };
    qsizetype before = 0;
    const struct
    {
        LogLevel level;
        int lines;
    } expected[] = {{LogLevel::Debug, 4}, {LogLevel::Info, 3}, {LogLevel::Warning, 2}, {LogLevel::Critical, 1}};
    for (const auto& each : expected) {
        (*logging)->setLevel(each.level, {});
        logAll();
        QCOMPARE(linesOf(path()).size() - before, each.lines);
        before += each.lines;
    }
}

void TestLogging::rulesAreExceptions()
{
    LoggingSettings some = settings();
    some.rules = {"signalbox.ws.debug=true", "signalbox.core.warning=false"};
    const auto logging = Logging::start(some);
    QVERIFY(logging.ok());
    QVERIFY(logWs().isDebugEnabled());
    QVERIFY(!logHttp().isDebugEnabled());
    QVERIFY(!logCore().isWarningEnabled());
    (*logging)->setLevel(LogLevel::Info, {});
    QVERIFY(!logWs().isDebugEnabled());
    QVERIFY(logCore().isWarningEnabled());
}

void TestLogging::threadsDoNotMix()
{
    constexpr int kThreads = 4;
    constexpr int kLines = 250;
    LoggingSettings some = settings();
    some.fileBytes = 20'000; // so that the threads meet rotation
    some.files = 100;
    const auto logging = Logging::start(some);
    QVERIFY(logging.ok());
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([i] {
            const LogScope scope(QByteArray::number(i));
            for (int n = 0; n < kLines; ++n)
                qCInfo(logNet) << i << "says" << n;
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    QByteArrayList lines = linesOf(path());
    for (int number = 1; exists(("." + std::to_string(number)).c_str()); ++number)
        lines += linesOf(path() + '.' + QByteArray::number(number));
    QCOMPARE(lines.size(), kThreads * kLines);
    for (const QByteArray& line : lines) {
        const QJsonObject object = json(line);
        const QString id = object[QStringLiteral("id")].toString();
        QVERIFY2(!id.isEmpty() && object[QStringLiteral("msg")].toString().startsWith(id), line);
    }
}

void TestLogging::rotates()
{
    const auto file = LogFile::open(path(), 20, 2);
    QVERIFY(file.ok());
    for (const char* line : {"first line 1\n", "second line2\n", "third line 3\n", "fourth line4\n"})
        (*file)->write(line);
    QCOMPARE(linesOf(path()), QByteArrayList{"fourth line4"});
    QCOMPARE(linesOf(path() + ".1"), QByteArrayList{"third line 3"});
    QCOMPARE(linesOf(path() + ".2"), QByteArrayList{"second line2"});
    QVERIFY(!exists(".3"));
}

void TestLogging::keepsNoOldFiles()
{
    const auto file = LogFile::open(path(), 10, 0);
    QVERIFY(file.ok());
    (*file)->write("first line\n");
    (*file)->write("second line\n");
    QCOMPARE(linesOf(path()), QByteArrayList{"second line"});
    QVERIFY(!exists(".1"));
}

void TestLogging::appendsToWhatIsThere()
{
    for (const char* line : {"one\n", "two\n"}) {
        const auto file = LogFile::open(path(), 1000, 1);
        QVERIFY(file.ok());
        (*file)->write(line);
    }
    QCOMPARE(linesOf(path()), (QByteArrayList{"one", "two"}));
    QVERIFY(!(QFile::permissions(QFile::decodeName(path())) & (QFile::ReadOther | QFile::WriteOther)));
}

void TestLogging::reopensAfterAnOutsideRotation()
{
    const auto file = LogFile::open(path(), 1000, 1);
    QVERIFY(file.ok());
    (*file)->write("one\n");
    QVERIFY(QFile::rename(QFile::decodeName(path()), QFile::decodeName(path() + ".old")));
    (*file)->reopen();
    (*file)->write("two\n");
    QCOMPARE(linesOf(path()), QByteArrayList{"two"});
    QCOMPARE(linesOf(path() + ".old"), QByteArrayList{"one"});
}

void TestLogging::fileThatCannotBeOpened()
{
    LoggingSettings some = settings();
    some.file = path() + "/none/server.log";
    const auto logging = Logging::start(some);
    QVERIFY(!logging.ok());
    QCOMPARE(logging.error().code, ErrorCode::Unavailable);
    QVERIFY(logging.error().text().contains(QStringLiteral("server.log")));
}

void TestLogging::lostLinesAreCounted()
{
    const auto file = LogFile::open("/dev/full", 1000, 0);
    if (!file.ok())
        QFAIL("this system has no /dev/full");
    (*file)->write("nobody takes this\n");
    QCOMPARE((*file)->lostLines(), qint64(1));
}

void TestLogging::formerHandlerComesBack()
{
    const QtMessageHandler before = qInstallMessageHandler(nullptr);
    qInstallMessageHandler(before);
    {
        const auto logging = Logging::start(settings());
        QVERIFY(logging.ok());
        qCInfo(logApp) << "inside";
    }
    const QtMessageHandler after = qInstallMessageHandler(nullptr);
    qInstallMessageHandler(after);
    QVERIFY(after == before);
    QTest::ignoreMessage(QtInfoMsg, "outside");
    qCInfo(logApp).noquote() << "outside";
    QCOMPARE(linesOf(path()).size(), 1);
}

QTEST_APPLESS_MAIN(TestLogging)
#include "tst_logging.moc"
