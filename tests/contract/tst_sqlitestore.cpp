// SPDX-License-Identifier: GPL-3.0-or-later
// The store on SQLite keeps the contract of all stores, and its file.
#include "contract/storecontract.h"
#include "desk/opendatabase.h"

#include <QDir>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

#include <sys/resource.h>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

class SqliteWorld final : public StoreWorld
{
public:
    QByteArray url() const override { return "sqlite:" + path().toUtf8(); }
    QString path() const { return m_folder.filePath(u"a folder/desk.db"_s); }

private:
    QTemporaryDir m_folder;
};

/// No file of this process grows beyond this while it lives.
class FileSizeLimit
{
public:
    explicit FileSizeLimit(rlim_t bytes)
        : m_handler(std::signal(SIGXFSZ, SIG_IGN))
    {
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit limit{bytes, m_before.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit()
    {
        ::setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_handler);
    }
    Q_DISABLE_COPY_MOVE(FileSizeLimit)

private:
    void (*m_handler)(int);
    rlimit m_before{};
};

} // namespace

class TestSqliteStore : public StoreContract
{
    Q_OBJECT

public:
    TestSqliteStore()
        : StoreContract([] { return std::make_unique<SqliteWorld>(); })
    {
    }

private:
    QString path() { return static_cast<SqliteWorld&>(world()).path(); }

private slots:
    void filesAreTheOwnersOnly();
    void readersNeedTheFile();
    void readersDoNotWrite();
    void noDatabase();
    void folderThatCannotBe();
    void lockedByAnother();
    void fullDisk();
    void diskThatFails();
};

void TestSqliteStore::filesAreTheOwnersOnly()
{
    QVERIFY(inTransaction([&] { addDialog(); }));
    const auto files = QFileInfo(path()).dir().entryInfoList(QDir::Files);
    QCOMPARE(files.size(), 3); // the file, its log and the log's index
    const auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
    for (const QFileInfo& file : files)
        QVERIFY2(!(file.permissions() & others), qPrintable(file.fileName()));
}

void TestSqliteStore::readersNeedTheFile()
{
    const QString missing = QFileInfo(path()).dir().filePath(u"missing.db"_s);
    const auto reader = openSqlStore("sqlite:" + missing.toUtf8(), Store::Access::Read);
    QVERIFY(!reader.ok());
    QVERIFY(reader.error().code == ErrorCode::Unavailable);
    QVERIFY(!QFile::exists(missing));
}

void TestSqliteStore::readersDoNotWrite()
{
    const auto reader = connect(Store::Access::Read);
    QVERIFY(reader->begin(Store::Access::Read));
    Dialog dialog;
    reader->dialogs().insert(dialog);
    QVERIFY(reader->failure());
    QVERIFY(!reader->commit());
    reader->rollback();
    QVERIFY(inTransaction([&] { QCOMPARE(store().dialogs().lastId(), qint64{0}); }));
}

void TestSqliteStore::noDatabase()
{
    const QString other = QFileInfo(path()).dir().filePath(u"text.db"_s);
    QFile file(other);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray("this is no database\n").repeated(500));
    file.close();
    const auto opened = openSqlStore("sqlite:" + other.toUtf8(), Store::Access::Write);
    QVERIFY(!opened.ok());
    QVERIFY(opened.error().code == ErrorCode::Internal);
    QVERIFY(QFile(other).size() == 10'000);
}

void TestSqliteStore::folderThatCannotBe()
{
    const auto opened = openSqlStore("sqlite:" + path().toUtf8() + "/below/a/file.db", Store::Access::Write);
    QVERIFY(!opened.ok());
    QVERIFY(opened.error().code == ErrorCode::Unavailable);
}

/// Somebody keeps the file for longer than we wait.
void TestSqliteStore::lockedByAnother()
{
    const auto other = connect(Store::Access::Write);
    QVERIFY(other->begin(Store::Access::Write));
    QVERIFY(!store().begin(Store::Access::Write));
    QVERIFY(store().failure());
    QVERIFY(store().failure()->code == ErrorCode::Unavailable);
    QVERIFY(store().isConnected());
    QVERIFY(other->commit());
    QVERIFY(store().begin(Store::Access::Write));
    QVERIFY(store().commit());
}

/// SQLite may end a transaction by itself when the disk is full: a savepoint is either restored or says that it is not.
void TestSqliteStore::fullDisk()
{
    const QString other = QFileInfo(path()).dir().filePath(u"full.db"_s);
    auto opened = openDatabase("sqlite:" + other.toUtf8(), Store::Access::Write);
    QVERIFY(opened.ok());
    SqlDatabase& database = **opened;
    QVERIFY(database.runOnce(u"create table t (x); pragma max_page_count = 50"_s));
    QVERIFY(database.begin(Store::Access::Write));
    database.run(u"insert into t (x) values (?)"_s, 1);
    database.savepoint();
    for (int i = 0; i < 100 && !database.failure(); ++i)
        database.run(u"insert into t (x) values (?)"_s, QByteArray(5000, 'x'));
    QVERIFY(database.failure());
    QVERIFY(database.failure()->code == ErrorCode::Unavailable);
    QVERIFY(database.isConnected());
    database.rollbackToSavepoint();
    const bool restored = !database.failure();
    QCOMPARE(database.commit(), restored);
    database.rollback();
    QVERIFY(database.begin(Store::Access::Write));
    QCOMPARE(firstNumber(database.run(u"select count(*) from t"_s)), restored ? qint64{1} : qint64{0});
    QVERIFY(database.commit());
}

/// The file cannot grow: what happened to the transaction is unknown, and the connection is of no use any more.
void TestSqliteStore::diskThatFails()
{
    qint64 id = 0;
    QVERIFY(inTransaction([&] { id = addDialog().id; }));
    {
        const FileSizeLimit limit(2'000'000);
        QVERIFY(store().begin(Store::Access::Write));
        for (int i = 0; i < 100; ++i)
            addMessage(id, QString(50'000, u'x'));
        QVERIFY(!store().commit());
    }
    QVERIFY(store().failure());
    QVERIFY(store().failure()->code == ErrorCode::Unavailable);
    QVERIFY(!store().isConnected());
    store().rollback();
    QVERIFY(!store().begin(Store::Access::Write));
    QVERIFY(!store().isConnected());
    const auto next = connect(Store::Access::Write);
    QVERIFY(next != nullptr);
    QVERIFY(next->begin(Store::Access::Write));
    QVERIFY(next->messages().after(id, 0, 10).empty());
    QVERIFY(next->dialogs().find(id));
    QVERIFY(next->commit());
}

QTEST_GUILESS_MAIN(TestSqliteStore)
#include "tst_sqlitestore.moc"
