// SPDX-License-Identifier: GPL-3.0-or-later
// A database that is locked, full or gone under a real server: a clear 503, nothing half-done, recovery by itself.
#include "support/postgresserver.h"

#include "deskclient.h"

#include <csignal>
#include <sqlite3.h>
#include <sys/resource.h>

using namespace signalbox;
using namespace signalbox::test;

namespace {

constexpr int kRecoverMs = 30'000;

/// Somebody else's connection that keeps the file for itself.
class Locker
{
public:
    explicit Locker(const QByteArray& file)
    {
        sqlite3_open(file.constData(), &m_handle);
        m_locked = sqlite3_exec(m_handle, "begin immediate", nullptr, nullptr, nullptr) == SQLITE_OK;
    }
    ~Locker() { sqlite3_close(m_handle); }
    Q_DISABLE_COPY_MOVE(Locker)
    bool isLocked() const { return m_locked; }

private:
    sqlite3* m_handle = nullptr;
    bool m_locked = false;
};

/// Files of a process cannot grow beyond this size meanwhile, as on a full disk.
class FullDisk
{
public:
    FullDisk(qint64 pid, qint64 bytes)
        : m_pid(static_cast<pid_t>(pid))
    {
        rlimit limit{static_cast<rlim_t>(bytes), RLIM_INFINITY};
        m_set = ::prlimit(m_pid, RLIMIT_FSIZE, &limit, &m_before) == 0;
    }
    ~FullDisk() { ::prlimit(m_pid, RLIMIT_FSIZE, &m_before, nullptr); }
    Q_DISABLE_COPY_MOVE(FullDisk)
    bool isSet() const { return m_set; }

private:
    pid_t m_pid;
    rlimit m_before{};
    bool m_set = false;
};

} // namespace

class TestDatabaseFaults : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void aLockedFile();
    void aFullDisk();
    void postgresqlRestarts();

private:
    HttpAnswer say(const QByteArray& text);
    int stored();
    bool isDown();
    void begin(const ServerProcess::Variables& settings = {});
    void refused(const QByteArray& text);
    void worksAgain(const QByteArray& text, int before);

    std::unique_ptr<ServerProcess> m_server;
    qint64 m_dialog = 0;
};

HttpAnswer TestDatabaseFaults::say(const QByteArray& text)
{
    return ask(m_server->port(), "POST", "/chat/session/" + QByteArray::number(m_dialog) + "/messages", guest(m_dialog),
               R"({"text":")" + text + R"(","client_message_id":")" + text.left(20) + "\"}");
}
int TestDatabaseFaults::stored()
{
    return static_cast<int>(
        items(ask(m_server->port(), "GET", "/chat/session/" + QByteArray::number(m_dialog) + "/messages?limit=200",
                  guest(m_dialog)))
            .size());
}
bool TestDatabaseFaults::isDown()
{
    return request(m_server->port(), "GET", "/health").body.contains(R"("database":{"status":"down")");
}

void TestDatabaseFaults::init()
{
    m_server = std::make_unique<ServerProcess>();
}

void TestDatabaseFaults::cleanup()
{
    QCOMPARE(m_server->stop(), 0);
}

void TestDatabaseFaults::begin(const ServerProcess::Variables& settings)
{
    QVERIFY(m_server->start(settings));
    m_dialog = openDialog(m_server->port());
    QVERIFY(m_dialog > 0);
    QCOMPARE(say("before").status, 201);
    QCOMPARE(stored(), 1);
}

void TestDatabaseFaults::refused(const QByteArray& text)
{
    const HttpAnswer answer = say(text);
    QCOMPARE(answer.status, 503);
    QCOMPARE(code(answer), QByteArray("unavailable"));
    QVERIFY(!answer.headers.value("retry-after").isEmpty());
}

/// The same request, sent again, is kept once; what was refused left nothing behind.
void TestDatabaseFaults::worksAgain(const QByteArray& text, int before)
{
    const QDeadlineTimer patience(kRecoverMs);
    int status = 503;
    while (status == 503 && !patience.hasExpired()) {
        QTest::qWait(50);
        status = say(text).status;
    }
    QCOMPARE(status, 201);
    QCOMPARE(say(text).status, 200);
    QCOMPARE(stored(), before + 1);
    QTRY_VERIFY_WITH_TIMEOUT(!isDown(), kRecoverMs);
}

void TestDatabaseFaults::aLockedFile()
{
    begin();
    {
        const Locker locker(m_server->dataFolder() + "/signalbox.db");
        QVERIFY(locker.isLocked());
        refused("locked");
        QCOMPARE(stored(), 1); // reading goes on
    }
    worksAgain("locked", 1);
}

void TestDatabaseFaults::aFullDisk()
{
    begin();
    int before = 1;
    {
        const FullDisk full(m_server->pid(), 400'000);
        QVERIFY(full.isSet());
        const QByteArray text(9'000, 'x');
        HttpAnswer answer;
        constexpr int kEnough = 200;
        for (int i = 0; i < kEnough; ++i) {
            answer = say("full" + QByteArray::number(i) + text);
            if (answer.status != 201)
                break;
            ++before;
        }
        QCOMPARE(answer.status, 503);
        QCOMPARE(code(answer), QByteArray("unavailable"));
        QVERIFY(m_server->isRunning());
    }
    worksAgain("full again", before);
}

void TestDatabaseFaults::postgresqlRestarts()
{
    PostgresServer postgres;
    QVERIFY(postgres.start());
    begin({{"DATABASE_URL", postgres.createDatabase()}});
    postgres.stop();
    QTRY_COMPARE_WITH_TIMEOUT(say("stopped").status, 503, kRecoverMs);
    refused("stopped");
    QTRY_VERIFY_WITH_TIMEOUT(isDown(), kRecoverMs);
    QCOMPARE(get(m_server->managementPort(), "/health/ready").status, 503);
    QCOMPARE(get(m_server->managementPort(), "/health/live").status, 200);
    QVERIFY(postgres.start());
    worksAgain("stopped", 1);
    postgres.crash();
    refused("crashed");
    QVERIFY(postgres.start());
    worksAgain("crashed", 2);
    QCOMPARE(get(m_server->managementPort(), "/health/ready").status, 200);
}

QTEST_GUILESS_MAIN(TestDatabaseFaults)
#include "tst_databasefaults.moc"
