// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/actions.h"
#include "console/client/demobackend.h"
#include "console/client/demodesk.h"
#include "console/client/drafts.h"
#include "console/client/outbox.h"
#include "console/client/refresher.h"
#include "console/client/session.h"
#include "console/client/threads.h"
#include "console/client/workspace.h"
#include "console/models/alertmodel.h"
#include "console/models/cannedmodel.h"
#include "console/models/connectionmodel.h"
#include "console/models/dialogfiltermodel.h"
#include "console/models/dialoglistmodel.h"
#include "console/models/teammodel.h"
#include "console/models/threadmodel.h"
#include "console/store/store.h"

#include <QAbstractItemModelTester>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace signalbox;
using namespace signalbox::console;
using namespace Qt::StringLiterals;

using Tester = QAbstractItemModelTester;
constexpr auto kFatal = Tester::FailureReportingMode::QtTest;

class tst_ConsoleModels : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Workspace> m_workspace;

    Store& store() { return m_workspace->store(); }
    DemoDesk& desk() { return m_workspace->demo()->desk(); }

    /// What a list shows must be what its rule says of the store, in its order.
    static QList<qint64> rowsOf(const DialogFilterModel& list)
    {
        QList<qint64> rows;
        for (int row = 0; row < list.rowCount(); ++row)
            rows.append(list.dialogAt(row));
        return rows;
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>(); // the outbox of one test is none of the next one's
        m_workspace = Workspace::forDemo(5, m_folder->path());
        QVERIFY(m_workspace->open().ok());
        m_workspace->demo()->setSpeed(0);
        m_workspace->demo()->setCallDelay(0);
        m_workspace->startDemo();
        QTRY_VERIFY_WITH_TIMEOUT(m_workspace->session().isLive(), 60'000);
    }
    void cleanup()
    {
        m_workspace.reset();
        m_folder.reset();
    }

    void everyModelHoldsThroughARandomDay()
    {
        DialogListModel dialogs(store(), m_workspace->drafts(), m_workspace->actions());
        DialogFilterModel queue(DialogFilterModel::List::Queue);
        DialogFilterModel mine(DialogFilterModel::List::Mine);
        DialogFilterModel all(DialogFilterModel::List::All);
        for (DialogFilterModel* list : {&queue, &mine, &all})
            list->setSourceModel(&dialogs);
        ThreadModel thread(store(), m_workspace->threads());
        TeamModel team(store());
        AlertModel alerts(store());
        CannedModel canned(store());
        std::vector<std::unique_ptr<Tester>> testers;
        for (QAbstractItemModel* model : std::initializer_list<QAbstractItemModel*>{&dialogs, &queue, &mine, &all,
                                                                                    &thread, &team, &alerts, &canned})
            testers.push_back(std::make_unique<Tester>(model, kFatal));

        QRandomGenerator random(11);
        Actions& actions = m_workspace->actions();
        const auto any = [&] { return store().dialogAt(random.bounded(store().dialogCount())).id; };
        for (int step = 0; step < 400; ++step) {
            switch (random.bounded(16)) {
            case 0:
                actions.take(queue.rowCount() > 0 ? queue.dialogAt(0) : any());
                break;
            case 1:
                actions.release(mine.rowCount() > 0 ? mine.dialogAt(0) : any());
                break;
            case 2:
                (void)actions.post(mine.rowCount() > 0 ? mine.dialogAt(random.bounded(mine.rowCount())) : any(),
                                   u"answer"_s);
                break;
            case 3:
                thread.setDialog(any());
                break;
            case 4:
                desk().alert(QString::number(random.bounded(5)), random.bounded(2) ? u"down"_s : u"ok"_s, u"critical"_s,
                             u"m"_s);
                break;
            case 5:
                queue.setFrozen(random.bounded(2) == 0);
                mine.setFrozen(random.bounded(2) == 0);
                break;
            case 6:
                all.setSearch(random.bounded(2) ? u"а"_s : QString());
                all.setWithClosed(random.bounded(2) == 0);
                all.setUnreadOnly(random.bounded(3) == 0);
                break;
            case 7:
                m_workspace->drafts().set(any(), {random.bounded(2) ? u"draft"_s : QString(), false, step});
                break;
            case 8:
                actions.markRead(any(), 1'000'000);
                break;
            case 9:
                actions.close(any());
                actions.commitPending();
                break;
            case 10:
                m_workspace->demo()->setConnected(false);
                m_workspace->demo()->setConnected(true);
                m_workspace->session().retryNow();
                break;
            case 11:
                (void)actions.addNote(any(), u"note"_s);
                break;
            case 12:
                canned.setSearch(random.bounded(2) ? u"re"_s : QString());
                break;
            case 13:
                if (random.bounded(5) == 0)
                    m_workspace->session().resync();
                break;
            default:
                m_workspace->demo()->advance(random.bounded(30'000));
            }
            QTest::qWait(1);
        }
        queue.setFrozen(false);
        mine.setFrozen(false);
        m_workspace->demo()->setConnected(true);
        m_workspace->session().retryNow();
        QTRY_VERIFY_WITH_TIMEOUT(m_workspace->session().isLive() && m_workspace->refresher().isIdle(), 20'000);
        dialogs.flush();
        QCOMPARE(queue.rowCount(), store().counts().queue);
        QCOMPARE(mine.rowCount(), store().counts().mine);
        all.setSearch({});
        all.setUnreadOnly(false);
        all.setWithClosed(false);
        QCOMPARE(all.rowCount(), store().counts().all);
        QVERIFY(thread.rowCount() <= Thread::kMostItems + m_workspace->outbox().waiting());
    }

    void theQueueIsSortedByPriorityAndWaiting()
    {
        DialogListModel dialogs(store(), m_workspace->drafts(), m_workspace->actions());
        DialogFilterModel queue(DialogFilterModel::List::Queue);
        queue.setSourceModel(&dialogs);
        QTRY_VERIFY_WITH_TIMEOUT(m_workspace->refresher().isIdle(), 60'000);
        dialogs.flush();
        QVERIFY(queue.rowCount() > 2);
        for (int row = 1; row < queue.rowCount(); ++row) {
            const auto key = [&](int at) {
                const QModelIndex index = queue.index(at, 0);
                return std::pair(-index.data(DialogListModel::PriorityRole).toInt(),
                                 index.data(DialogListModel::WaitingSinceRole).toLongLong());
            };
            QVERIFY(key(row - 1) <= key(row));
        }
    }

    void aFrozenListKeepsItsRows()
    {
        DialogListModel dialogs(store(), m_workspace->drafts(), m_workspace->actions());
        DialogFilterModel all(DialogFilterModel::List::All);
        all.setSourceModel(&dialogs);
        const QList<qint64> before = rowsOf(all);
        QVERIFY(before.size() > 3);
        all.setFrozen(true);
        desk().guestWrites(before.last(), u"up!"_s);
        m_workspace->demo()->advance(0);
        dialogs.flush();
        QCOMPARE(rowsOf(all).first(before.size()), before);
        all.setFrozen(false);
        QCOMPARE(rowsOf(all).first(), before.last());
    }

    void searchFindsOnEitherLayout()
    {
        DialogListModel dialogs(store(), m_workspace->drafts(), m_workspace->actions());
        DialogFilterModel all(DialogFilterModel::List::All);
        all.setSourceModel(&dialogs);
        all.setWithClosed(true);
        all.setSearch(u"анна"_s);
        const QList<qint64> found = rowsOf(all);
        QVERIFY(!found.isEmpty());
        all.setSearch(u"fyyf"_s);
        QCOMPARE(rowsOf(all), found);
        all.setSearch(u"nobody has this"_s);
        QCOMPARE(all.rowCount(), 0);
    }

    void changesAreGathered()
    {
        DialogListModel dialogs(store(), m_workspace->drafts(), m_workspace->actions());
        QSignalSpy changes(&dialogs, &QAbstractItemModel::dataChanged);
        const qint64 id = store().dialogAt(0).id;
        for (int i = 0; i < 100; ++i)
            desk().guestWrites(id, QString::number(i));
        m_workspace->demo()->advance(0);
        QCOMPARE(changes.size(), 0);
        QTRY_COMPARE_WITH_TIMEOUT(changes.size(), 1, 60'000);
    }

    void aWindowOfALongThreadIsBounded()
    {
        const qint64 id = desk().beginTalk(0);
        for (int i = 0; i < 1200; ++i)
            desk().guestWrites(id, u"m%1"_s.arg(i));
        m_workspace->demo()->advance(0);
        ThreadModel thread(store(), m_workspace->threads());
        Tester tester(&thread, kFatal);
        thread.setDialog(id);
        QTRY_VERIFY_WITH_TIMEOUT(thread.isLoaded(), 60'000);
        for (int page = 0; page < 20; ++page) {
            const qint64 oldest = thread.index(0).data(ThreadModel::IdRole).toLongLong();
            thread.fetchOlder();
            QTRY_VERIFY_WITH_TIMEOUT(thread.index(0).data(ThreadModel::IdRole).toLongLong() < oldest, 60'000);
            QVERIFY2(thread.rowCount() <= Thread::kMostItems, qPrintable(QString::number(thread.rowCount())));
        }
        QVERIFY(thread.hasNewer());
        for (int row = 1; row < thread.rowCount(); ++row)
            QVERIFY(thread.index(row - 1).data(ThreadModel::IdRole).toLongLong() + 1 ==
                    thread.index(row).data(ThreadModel::IdRole).toLongLong());
        const qint64 newest = thread.newestMessageId();
        thread.fetchNewer();
        QTRY_VERIFY_WITH_TIMEOUT(thread.newestMessageId() > newest, 60'000);
        QVERIFY(thread.rowCount() <= Thread::kMostItems);
        thread.showNewest();
        QTRY_VERIFY_WITH_TIMEOUT(!thread.hasNewer(), 60'000);
        QCOMPARE(thread.index(thread.rowCount() - 1).data(ThreadModel::TextRole).toString(), u"m1199"_s);
    }

    void theUnreadLineIsAboveTheFirstUnread()
    {
        const qint64 id = desk().beginTalk(1);
        m_workspace->demo()->advance(0);
        m_workspace->actions().markRead(id, 1'000'000);
        QTRY_COMPARE_WITH_TIMEOUT(store().dialog(id)->unreadCount, 0, 60'000);
        desk().guestWrites(id, u"first unread"_s);
        desk().guestWrites(id, u"second"_s);
        m_workspace->demo()->advance(0);
        ThreadModel thread(store(), m_workspace->threads());
        thread.setDialog(id);
        QTRY_VERIFY_WITH_TIMEOUT(thread.isLoaded(), 60'000);
        QVERIFY(thread.unreadLineRow() > 0);
        QCOMPARE(thread.index(thread.unreadLineRow()).data(ThreadModel::TextRole).toString(), u"first unread"_s);
        QVERIFY(!thread.index(0).data(ThreadModel::DayRole).toString().isEmpty());
        QVERIFY(thread.index(1).data(ThreadModel::DayRole).toString().isEmpty());
    }

    void connections()
    {
        ConnectionModel model(m_workspace->backend());
        Tester tester(&model, kFatal);
        QSignalSpy loaded(&model, &ConnectionModel::loaded);
        model.refresh();
        QTRY_COMPARE_WITH_TIMEOUT(loaded.size(), 1, 60'000);
        QCOMPARE(model.rowCount(), 1200);
        const QPersistentModelIndex kept = model.index(10, 0);
        const QString id = kept.data(ConnectionModel::ClientIdRole).toString();
        model.sort(ConnectionModel::Out, Qt::DescendingOrder);
        QCOMPARE(kept.data(ConnectionModel::ClientIdRole).toString(), id);
        for (int row = 1; row < model.rowCount(); ++row)
            QVERIFY(model.at(row - 1).out >= model.at(row).out);
        model.setFilter(u"guest-39"_s);
        QVERIFY(model.rowCount() > 0 && model.rowCount() < 1200);
        model.setFilter({});
        model.setSlowOnly(true);
        QCOMPARE(model.rowCount(), 13);
        std::vector<ConnectionRecord> many(100'000);
        for (size_t i = 0; i < many.size(); ++i)
            many[i].clientId = QString::number(i);
        many[5] = many[6]; // two pages, one connection
        model.setSlowOnly(false);
        model.setRecords(many);
        QCOMPARE(model.rowCount(), 99'999);
    }

    void theHottestIsMineThatWaitsLongest()
    {
        QTRY_VERIFY_WITH_TIMEOUT(m_workspace->refresher().isIdle(), 60'000);
        const qint64 first = hottestDialog(store());
        QVERIFY(first != 0);
        m_workspace->actions().take(first);
        QTRY_VERIFY_WITH_TIMEOUT(!m_workspace->actions().isTaking(first), 60'000);
        QCOMPARE(hottestDialog(store()), first);
        QVERIFY(m_workspace->actions().post(first, u"hello"_s).ok());
        QTRY_VERIFY_WITH_TIMEOUT(hottestDialog(store()) != first, 60'000);
    }
};

QTEST_GUILESS_MAIN(tst_ConsoleModels)
#include "tst_consolemodels.moc"
