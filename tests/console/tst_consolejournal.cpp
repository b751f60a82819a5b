// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/drafts.h"
#include "console/client/journalfile.h"
#include "console/client/outboxjournal.h"

#include <QTemporaryDir>
#include <QTest>

using namespace signalbox;
using namespace signalbox::console;
using namespace Qt::StringLiterals;

class tst_ConsoleJournal : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    int m_files = 0;

    QString newPath() { return m_folder.filePath(u"file%1"_s.arg(++m_files)); }
    static QByteArray contentOf(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    static void write(const QString& path, const QByteArray& bytes)
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }
    static Intent intent(const QString& id, qint64 dialogId = 1)
    {
        Intent one;
        one.clientId = id;
        one.dialogId = dialogId;
        one.body = {{u"text"_s, u"Привет \U0001F64F \u0000 конец"_s}};
        one.createdMs = 5;
        return one;
    }

private slots:
    void whatIsWrittenIsRead()
    {
        const QString path = newPath();
        const QByteArray binary("\0\n\xFF", 3);
        {
            JournalFile file(path);
            QCOMPARE(file.open()->size(), 0);
            QVERIFY(file.append("one", true).ok());
            QVERIFY(file.append(binary, false).ok());
            QVERIFY(!file.append({}, true).ok());
            QVERIFY(!file.append(QByteArray(JournalFile::kLargestRecord + 1, 'x'), true).ok());
        }
        JournalFile file(path);
        QCOMPARE(*file.open(), QList<QByteArray>({"one", binary}));
        QVERIFY(file.append("three", true).ok());
        QCOMPARE(*file.open(), QList<QByteArray>({"one", binary, "three"}));
    }

    /// A crash may leave any beginning of the file: the whole records of it are there, and the next one can be added.
    void aTailIsCutOffAtEveryByte()
    {
        const QList<QByteArray> records{"first record", QByteArray(300, 'x'), "last"};
        QByteArray whole;
        QList<qsizetype> ends;
        for (const QByteArray& record : records) {
            whole += JournalFile::framed(record);
            ends.append(whole.size());
        }
        const QString path = newPath();
        for (qsizetype length = 0; length <= whole.size(); ++length) {
            write(path, whole.first(length));
            JournalFile file(path);
            const auto found = file.open();
            QVERIFY(found.ok());
            const auto complete = std::count_if(ends.begin(), ends.end(), [=](qsizetype end) { return end <= length; });
            QCOMPARE(*found, records.first(complete));
            QVERIFY(file.append("more", false).ok());
            QCOMPARE(*file.open(), records.first(complete) + QList<QByteArray>{"more"});
        }
    }

    void aDamagedByteEndsTheFile()
    {
        const QByteArray whole = JournalFile::framed("first") + JournalFile::framed("second");
        const qsizetype border = JournalFile::framed("first").size();
        const QString path = newPath();
        for (qsizetype at = 0; at < whole.size(); ++at) {
            QByteArray damaged = whole;
            damaged[at] = static_cast<char>(damaged[at] ^ 0x41);
            write(path, damaged);
            JournalFile file(path);
            const auto found = file.open();
            QVERIFY(found.ok());
            QCOMPARE(*found, at < border ? QList<QByteArray>() : QList<QByteArray>{"first"});
        }
    }

    void zerosBehindTheEndAreNoRecords()
    {
        const QString path = newPath();
        write(path, JournalFile::framed("first") + QByteArray(4096, '\0'));
        JournalFile file(path);
        QCOMPARE(*file.open(), QList<QByteArray>{"first"});
        QCOMPARE(contentOf(path), JournalFile::framed("first"));
    }

    void aRewriteReplacesEverything()
    {
        const QString path = newPath();
        JournalFile file(path);
        QVERIFY(file.open().ok());
        for (int i = 0; i < 100; ++i)
            QVERIFY(file.append("old " + QByteArray::number(i), false).ok());
        QVERIFY(file.rewrite({"new"}).ok());
        QVERIFY(file.append("newer", true).ok());
        JournalFile again(path);
        QCOMPARE(*again.open(), QList<QByteArray>({"new", "newer"}));
    }

    void aFolderThatCannotBeWrittenIsSaidSo()
    {
        JournalFile file(u"/proc/no/such/folder/file"_s);
        QVERIFY(!file.open().ok());
        QVERIFY(!file.append("x", true).ok());
    }

    void intentsComeBackInOrder()
    {
        const QString path = newPath();
        {
            OutboxJournal journal(path);
            QVERIFY(journal.open().ok());
            QVERIFY(journal.put(intent(u"a"_s)).ok());
            QVERIFY(journal.put(intent(u"b"_s)).ok());
            QVERIFY(journal.put(intent(u"c"_s, 2)).ok());
            Intent failed = intent(u"a"_s);
            failed.delivery = Delivery::Failed;
            failed.errorCode = u"not_holder"_s;
            QVERIFY(journal.put(failed).ok());
            QVERIFY(journal.remove(u"b"_s).ok());
        }
        OutboxJournal journal(path);
        const auto intents = journal.open();
        QVERIFY(intents.ok());
        QCOMPARE(intents->size(), 2);
        QCOMPARE(intents->at(0).clientId, u"a"_s);
        QCOMPARE(intents->at(0).delivery, Delivery::Failed);
        QCOMPARE(intents->at(0).errorCode, u"not_holder"_s);
        QCOMPARE(intents->at(1), intent(u"c"_s, 2));
    }

    void nonsenseInAJournalIsPassedOver()
    {
        const QString path = newPath();
        write(path, JournalFile::framed("no json") + JournalFile::framed("[]") + JournalFile::framed("{\"id\":\"x\"}") +
                        JournalFile::framed(R"({"id":"y","dialog":3,"kind":"dance"})") +
                        JournalFile::framed(R"({"gone":"unknown"})") +
                        JournalFile::framed(R"({"id":"z","dialog":3,"kind":"note","body":{"text":"t"}})"));
        OutboxJournal journal(path);
        const auto intents = journal.open();
        QVERIFY(intents.ok());
        QCOMPARE(intents->size(), 1);
        QCOMPARE(intents->at(0).kind, IntentKind::Note);
    }

    void draftsSurvive()
    {
        const QString path = newPath();
        {
            Drafts drafts(path);
            QVERIFY(drafts.open().ok());
            for (int i = 0; i < 200; ++i)
                drafts.set(7, {u"text %1"_s.arg(i), false, i});
            drafts.set(8, {u"a note"_s, true, 1});
            drafts.set(9, {u"gone"_s, false, 1});
            drafts.set(9, {});
        }
        Drafts drafts(path);
        QVERIFY(drafts.open().ok());
        QCOMPARE(drafts.of(7).text, u"text 199"_s);
        QVERIFY(drafts.of(8).isNote);
        QVERIFY(!drafts.has(9));
    }

    void draftsAreBounded()
    {
        const QString path = newPath();
        Drafts drafts(path);
        QVERIFY(drafts.open().ok());
        for (int i = 1; i <= Drafts::kMostDrafts + 10; ++i)
            drafts.set(i, {u"d"_s, false, i});
        QCOMPARE(drafts.count(), Drafts::kMostDrafts);
        QVERIFY(!drafts.has(1));
        QVERIFY(drafts.has(Drafts::kMostDrafts + 10));
        const QString longText(100'000, u'x');
        for (int i = 0; i < 200; ++i)
            drafts.set(Drafts::kMostDrafts + 5, {longText + QString::number(i), false, 99'999});
        QVERIFY(QFileInfo(path).size() < 10'000'000);
    }
};

QTEST_GUILESS_MAIN(tst_ConsoleJournal)
#include "tst_consolejournal.moc"
