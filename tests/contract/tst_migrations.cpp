// SPDX-License-Identifier: GPL-3.0-or-later
// The schema from nothing and from its first version, in both databases.
#include "desk/migrations.h"
#include "desk/opendatabase.h"
#include "desk/sqlstore.h"
#include "support/postgresserver.h"

#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <thread>

using namespace signalbox;
using namespace Qt::StringLiterals;

class TestMigrations : public QObject
{
    Q_OBJECT

private:
    /// A new SQLite file or an empty database of PostgreSQL.
    QByteArray emptyDatabase(bool isPostgres);
    /// A database that the first version has left.
    QByteArray oldDatabase(bool isPostgres);
    int versionOf(const QByteArray& url);
    bool run(const QByteArray& url, const QString& sql);
    void bothDatabases();

    std::unique_ptr<QTemporaryDir> m_folder;
    test::PostgresServer m_postgres;
    QByteArray m_postgresUrl;

private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void emptyBecomesNewest_data() { bothDatabases(); }
    void emptyBecomesNewest();
    void firstVersionBecomesNewest_data() { bothDatabases(); }
    void firstVersionBecomesNewest();
    void firstVersionsFileKeepsItsRows();
    void newerIsRefused_data() { bothDatabases(); }
    void newerIsRefused();
    void readersWaitForTheWriter_data() { bothDatabases(); }
    void readersWaitForTheWriter();
    void failureLeavesNothing_data() { bothDatabases(); }
    void failureLeavesNothing();
    void manyAtOnce_data();
    void manyAtOnce();
};

void TestMigrations::bothDatabases()
{
    QTest::addColumn<bool>("isPostgres");
    QTest::newRow("sqlite") << false;
    QTest::newRow("postgresql") << true;
}

QByteArray TestMigrations::emptyDatabase(bool isPostgres)
{
    if (!isPostgres)
        return "sqlite:" + m_folder->filePath(u"desk.db"_s).toUtf8();
    if (m_postgresUrl.isEmpty() && m_postgres.start())
        m_postgresUrl = m_postgres.createDatabase();
    return m_postgres.emptyDatabase(m_postgresUrl) ? m_postgresUrl : QByteArray();
}

QByteArray TestMigrations::oldDatabase(bool isPostgres)
{
    QByteArray url = emptyDatabase(isPostgres);
    if (!isPostgres)
        return QFile::copy(QStringLiteral(TEST_DATA "/desk-version-1.db"), QString::fromUtf8(url.mid(7))) ? url : "";
    // What later versions have added.
    const bool made = openSqlStore(url, Store::Access::Write).ok() &&
                      run(url, u"drop index audit_subject; drop index note_client_id;"
                               " alter table note drop column client_note_id;"
                               " alter table journal drop column also, drop column is_from_chat;"
                               " delete from schema_version where version > 1"_s);
    return made ? url : "";
}

bool TestMigrations::run(const QByteArray& url, const QString& sql)
{
    const auto database = openDatabase(url, Store::Access::Write);
    return database.ok() && (*database)->runOnce(sql);
}

int TestMigrations::versionOf(const QByteArray& url)
{
    const auto database = openDatabase(url, Store::Access::Write);
    return database.ok() ? static_cast<int>(firstNumber(
                               (*database)->run(u"select count(*) * 1000 + max(version) from schema_version"_s)))
                         : -1;
}

void TestMigrations::emptyBecomesNewest()
{
    QFETCH(const bool, isPostgres);
    const QByteArray url = emptyDatabase(isPostgres);
    QVERIFY(newestSchemaVersion() >= 2);
    QVERIFY(openSqlStore(url, Store::Access::Write).ok());
    QCOMPARE(versionOf(url), newestSchemaVersion() * 1001); // each version once
    QVERIFY(openSqlStore(url, Store::Access::Write).ok());
    QCOMPARE(versionOf(url), newestSchemaVersion() * 1001);
}

void TestMigrations::firstVersionBecomesNewest()
{
    QFETCH(const bool, isPostgres);
    const QByteArray url = oldDatabase(isPostgres);
    QCOMPARE(versionOf(url), 1001);
    QVERIFY(openSqlStore(url, Store::Access::Write).ok());
    QCOMPARE(versionOf(url), newestSchemaVersion() * 1001);
    QVERIFY(run(url, u"drop index audit_subject"_s));
}

/// tests/contract/data/desk-version-1.db: made by the first version, with a row of everything.
void TestMigrations::firstVersionsFileKeepsItsRows()
{
    auto opened = openSqlStore(oldDatabase(false), Store::Access::Write);
    QVERIFY2(opened.ok(), opened.ok() ? "" : qPrintable(opened.error().text()));
    Store& store = **opened;
    QVERIFY(store.begin(Store::Access::Write));
    const auto dialog = store.dialogs().find(1);
    QVERIFY(dialog);
    QCOMPARE(dialog->guestName, u"Анна"_s);
    QCOMPARE(dialog->tags, QList<QByteArray>{"vip"});
    QCOMPARE(dialog->metadata, QByteArray("{\"page\":\"/\"}"));
    QCOMPARE(store.messages().findByClientId(1, "c-1")->text, u"Здравствуйте, где мой заказ?"_s);
    QCOMPARE(store.handoffs().queue(10).front().reason, u"жалоба"_s);
    QCOMPARE(store.operators().findByLogin("maria")->name, u"Мария"_s);
    QCOMPARE(store.texts().cannedReplies("7", 10).front().text, u"Здравствуйте!"_s);
    QCOMPARE(store.texts().audit(0, 10).front().action, QByteArray("dialog.create"));
    for (const QString& text : {u"заказ"_s, u"анна"_s})
        QCOMPARE(store.dialogs().page({{}, {}, "vip", text}, {}, 10).items.size(), size_t{1});
    JournalStore& journal = store.journal();
    QCOMPARE(journal.logTop().offset, quint64{1});
    QCOMPARE(journal.after({"staff"}, 0, 10).front().data, QByteArray("{\"id\":1}"));
    QCOMPARE(journal.findKey("key")->event.placements.front().position, journal.top("dialog:1"));
    QVERIFY(store.commit());
}

void TestMigrations::newerIsRefused()
{
    QFETCH(const bool, isPostgres);
    const QByteArray url = emptyDatabase(isPostgres);
    QVERIFY(openSqlStore(url, Store::Access::Write).ok());
    QVERIFY(run(url, u"insert into schema_version (version) values (9999)"_s));
    for (const auto access : {Store::Access::Write, Store::Access::Read}) {
        const auto opened = openSqlStore(url, access);
        QVERIFY(!opened.ok());
        QVERIFY(opened.error().code == ErrorCode::Internal);
        QVERIFY(opened.error().text().contains(u"9999"_s));
        QVERIFY(opened.error().text().contains(QString::number(newestSchemaVersion())));
    }
    QCOMPARE(versionOf(url), (newestSchemaVersion() + 1) * 1000 + 9999);
}

void TestMigrations::readersWaitForTheWriter()
{
    QFETCH(const bool, isPostgres);
    const QByteArray url = oldDatabase(isPostgres);
    const auto early = openSqlStore(url, Store::Access::Read);
    QVERIFY(!early.ok());
    QVERIFY(early.error().code == ErrorCode::Unavailable);
    QCOMPARE(versionOf(url), 1001);
    QVERIFY(openSqlStore(url, Store::Access::Write).ok());
    QVERIFY(openSqlStore(url, Store::Access::Read).ok());
}

/// Somebody else's table stands in the way of a later statement: the earlier ones are undone as well.
void TestMigrations::failureLeavesNothing()
{
    QFETCH(const bool, isPostgres);
    const QByteArray url = emptyDatabase(isPostgres);
    QVERIFY(run(url, u"create table webhook_call (mine integer)"_s));
    const auto opened = openSqlStore(url, Store::Access::Write);
    QVERIFY(!opened.ok());
    QVERIFY(opened.error().code == ErrorCode::Internal);
    QVERIFY(!run(url, u"select 1 from dialog"_s));
    QVERIFY(!run(url, u"select 1 from schema_version"_s));
    QVERIFY(run(url, u"select mine from webhook_call"_s));
    QVERIFY(run(url, u"drop table webhook_call"_s));
    QVERIFY(openSqlStore(url, Store::Access::Write).ok());
}

void TestMigrations::manyAtOnce_data()
{
    QTest::addColumn<bool>("isPostgres");
    QTest::addColumn<bool>("isOld");
    QTest::newRow("sqlite, empty") << false << false;
    QTest::newRow("sqlite, first version") << false << true;
    QTest::newRow("postgresql, empty") << true << false;
    QTest::newRow("postgresql, first version") << true << true;
}

void TestMigrations::manyAtOnce()
{
    constexpr int kServers = 6;
    QFETCH(const bool, isPostgres);
    QFETCH(const bool, isOld);
    const QByteArray url = isOld ? oldDatabase(isPostgres) : emptyDatabase(isPostgres);
    std::atomic<int> started = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < kServers; ++i)
        threads.emplace_back([&] { started += openSqlStore(url, Store::Access::Write).ok() ? 1 : 0; });
    for (std::thread& thread : threads)
        thread.join();
    QCOMPARE(started.load(), kServers);
    QCOMPARE(versionOf(url), newestSchemaVersion() * 1001);
}

QTEST_GUILESS_MAIN(TestMigrations)
#include "tst_migrations.moc"
