// SPDX-License-Identifier: GPL-3.0-or-later
// The store on PostgreSQL keeps the contract of all stores, and stands a server that fails.
#include "contract/storecontract.h"
#include "support/postgresserver.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTest>

#include <thread>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

class PostgresWorld final : public StoreWorld
{
public:
    explicit PostgresWorld(QByteArray url)
        : m_url(std::move(url))
    {
    }
    QByteArray url() const override { return m_url; }

private:
    const QByteArray m_url;
};

} // namespace

class TestPostgresqlStore : public StoreContract
{
    Q_OBJECT

public:
    TestPostgresqlStore()
        : StoreContract([this] { return makeWorld(); })
    {
    }

private:
    std::unique_ptr<StoreWorld> makeWorld()
    {
        if (!m_server.isRunning() && !m_server.start())
            return nullptr;
        if (m_url.isEmpty())
            m_url = m_server.createDatabase();
        else if (!m_server.emptyDatabase(m_url))
            return nullptr;
        return std::make_unique<PostgresWorld>(m_url);
    }

    test::PostgresServer m_server;
    QByteArray m_url;

private slots:
    void unixSocket();
    void wrongPassword();
    void noServer();
    void serverStops();
    void serverCrashesBetween();
    void sessionIsEnded();
    void deadlocksAreConflicts();
    void lockHeldForTooLong();
    void otherServersAreSeen();
};

void TestPostgresqlStore::unixSocket()
{
    auto opened = openSqlStore(m_server.socketUrl(world().url()), Store::Access::Write);
    QVERIFY2(opened.ok(), opened.ok() ? "" : qPrintable(opened.error().text()));
    QVERIFY((*opened)->begin(Store::Access::Write));
    QVERIFY((*opened)->commit());
}

void TestPostgresqlStore::wrongPassword()
{
    QByteArray url = world().url();
    url.replace(url.indexOf("desk:"), url.indexOf('@') - url.indexOf("desk:"), "desk:not-the-secret");
    const auto opened = openSqlStore(url, Store::Access::Write);
    QVERIFY(!opened.ok());
    QVERIFY(opened.error().code == ErrorCode::Unavailable);
    QVERIFY(!opened.error().text().contains(u"not-the-secret"_s));
}

void TestPostgresqlStore::noServer()
{
    const auto opened = openSqlStore("postgresql://desk:secret@127.0.0.1:1/desk", Store::Access::Write);
    QVERIFY(!opened.ok());
    QVERIFY(opened.error().code == ErrorCode::Unavailable);
    QVERIFY(!opened.error().text().contains(u"secret"_s));
}

/// In the middle of a transaction: nothing of it is kept, and a new store finds what was committed before.
void TestPostgresqlStore::serverStops()
{
    qint64 id = 0;
    QVERIFY(inTransaction([&] { id = addDialog(u"kept"_s).id; }));
    QVERIFY(store().begin(Store::Access::Write));
    addDialog(u"lost"_s);
    m_server.stop();
    QVERIFY(!store().dialogs().find(id));
    QVERIFY(store().failure());
    QVERIFY(store().failure()->code == ErrorCode::Unavailable);
    QVERIFY(!store().isConnected());
    QVERIFY(!store().commit());
    store().rollback();
    QVERIFY(!store().begin(Store::Access::Write));
    QVERIFY(!openSqlStore(world().url(), Store::Access::Write).ok());
    QVERIFY(m_server.start());
    const auto next = connect(Store::Access::Write);
    QVERIFY(next != nullptr);
    QVERIFY(next->begin(Store::Access::Read));
    QCOMPARE(next->dialogs().find(id)->guestName, u"kept"_s);
    QCOMPARE(next->dialogs().page({}, {}, 10).items.size(), size_t{1});
    QVERIFY(next->commit());
}

/// What was committed is there after a crash.
void TestPostgresqlStore::serverCrashesBetween()
{
    qint64 id = 0;
    QVERIFY(inTransaction([&] {
        id = addDialog().id;
        publish({"a"});
    }));
    m_server.crash();
    QVERIFY(m_server.start());
    QVERIFY(!store().begin(Store::Access::Write));
    QVERIFY(!store().isConnected());
    const auto next = connect(Store::Access::Write);
    QVERIFY(next != nullptr);
    QVERIFY(next->begin(Store::Access::Write));
    QVERIFY(next->dialogs().find(id));
    QCOMPARE(next->journal().logTop().offset, quint64{1});
    QVERIFY(next->commit());
}

void TestPostgresqlStore::sessionIsEnded()
{
    QVERIFY(store().begin(Store::Access::Write));
    QVERIFY(m_server.run(world().url(), u"select pg_terminate_backend(pid) from pg_stat_activity"
                                        " where datname = current_database() and pid <> pg_backend_pid()"_s));
    addDialog();
    QVERIFY(store().failure()->code == ErrorCode::Unavailable);
    QVERIFY(!store().isConnected());
}

/// Somebody else has the first dialog and wants the second: the database asks us to try again.
void TestPostgresqlStore::deadlocksAreConflicts()
{
    QVERIFY(inTransaction([&] {
        addDialog();
        addDialog();
    }));
    QVERIFY(store().begin(Store::Access::Write));
    QVERIFY(store().dialogs().lock(2));
    std::thread other([&] {
        m_server.run(world().url(), u"set deadlock_timeout = '60s'; begin; update dialog set fencing = 1 where id = 1;"
                                    " update dialog set fencing = 1 where id = 2; commit"_s);
    });
    const bool waits = m_server.run(world().url(), u"set statement_timeout = '20s'; do $$ begin while not exists"
                                                   " (select from pg_locks where not granted) loop"
                                                   " perform pg_sleep(0.01); end loop; end $$"_s);
    const auto dialog = store().dialogs().lock(1);
    const auto failure = store().failure();
    store().rollback();
    other.join();
    QVERIFY(waits);
    QVERIFY(!dialog);
    QVERIFY(failure);
    QVERIFY(failure->code == ErrorCode::Conflict);
    QVERIFY(store().isConnected());
    QVERIFY(inTransaction([&] { QCOMPARE(store().dialogs().lock(1)->fencing, quint64{1}); }));
}

/// A writer that hangs does not stop the others for ever.
void TestPostgresqlStore::lockHeldForTooLong()
{
    const auto other = connect(Store::Access::Write);
    QVERIFY(other->begin(Store::Access::Write));
    QVERIFY(!store().begin(Store::Access::Write));
    QVERIFY(store().failure()->code == ErrorCode::Unavailable);
    QVERIFY(store().isConnected());
    QVERIFY(other->commit());
    QVERIFY(inTransaction([&] { addDialog(); }));
}

/// A write transaction sees what others commit before it begins, also in its first read.
void TestPostgresqlStore::otherServersAreSeen()
{
    const auto other = connect(Store::Access::Write);
    for (int i = 1; i <= 5; ++i) {
        QVERIFY(inTransaction([&] { addDialog(); }));
        QVERIFY(other->begin(Store::Access::Write));
        QCOMPARE(other->dialogs().lastId(), qint64{i});
        QVERIFY(other->commit());
    }
}

QTEST_GUILESS_MAIN(TestPostgresqlStore)
#include "tst_postgresqlstore.moc"
