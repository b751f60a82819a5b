// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/actions.h"
#include "console/client/demobackend.h"
#include "console/client/demodesk.h"
#include "console/client/drafts.h"
#include "console/client/outbox.h"
#include "console/client/refresher.h"
#include "console/client/session.h"
#include "console/client/workspace.h"
#include "console/models/diagnostics.h"
#include "console/models/healthseries.h"
#include "console/store/store.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace signalbox;
using namespace signalbox::console;
using namespace Qt::StringLiterals;

class tst_ConsoleDemo : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Workspace> m_workspace;

    Store& store() { return m_workspace->store(); }
    DemoBackend& demo() { return *m_workspace->demo(); }
    static QByteArray logOf(quint32 seed)
    {
        DemoDesk desk(seed, DemoBackend::kMorningMs);
        for (int i = 0; i < 60; ++i)
            desk.advanceTo(desk.nowMs() + 30'000);
        QByteArray log;
        for (const DemoDesk::Event& event : desk.events())
            log += event.json + '\n';
        return log;
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_workspace = Workspace::forDemo(1, m_folder->path());
        QVERIFY(m_workspace->open().ok());
        demo().setSpeed(0);
        demo().setCallDelay(0);
        m_workspace->startDemo();
        QTRY_VERIFY_WITH_TIMEOUT(m_workspace->session().isLive(), 60'000);
    }
    void cleanup()
    {
        m_workspace.reset();
        m_folder.reset();
    }

    void theSameSeedGivesTheSameDay()
    {
        QCOMPARE(logOf(3), logOf(3));
        QVERIFY(logOf(3) != logOf(4));
    }

    void theMorningHasSomethingOfEverything()
    {
        QVERIFY(store().counts().queue >= 3);
        QVERIFY(store().counts().mine >= 2);
        QVERIFY(store().counts().all > store().counts().queue + store().counts().mine);
        QVERIFY(store().operators().size() >= 4);
        QVERIFY(!store().cannedReplies().isEmpty());
    }

    void aDayPasses()
    {
        for (int i = 0; i < 9 * 60; ++i)
            demo().advance(60'000);
        QTRY_VERIFY_WITH_TIMEOUT(m_workspace->refresher().isIdle(), 60'000);
        QVERIFY(store().dialogCount() > 100);
        QVERIFY(!store().alerts().isEmpty());
        for (int row = 0; row < store().dialogCount(); ++row)
            QVERIFY(store().dialogAt(row).id != 0);
    }

    void aTakeThatIsLostIsHonest()
    {
        qint64 id = 0;
        for (int row = 0; row < store().dialogCount() && id == 0; ++row)
            id = store().mayTake(store().dialogAt(row)) ? store().dialogAt(row).id : 0;
        QVERIFY(id != 0);
        demo().loseNextTake();
        QSignalSpy lost(&m_workspace->actions(), &Actions::takeLost);
        m_workspace->actions().take(id);
        QTRY_COMPARE_WITH_TIMEOUT(lost.size(), 1, 60'000);
        const auto told = lost.first().first().value<TakeLost>();
        QCOMPARE(told.holderName, u"Мария Иванова"_s);
        QVERIFY(told.earlierMs >= 0);
        QVERIFY(!store().isMine(*store().dialog(id)));
    }

    void aTakeNeedsTheConnection()
    {
        const qint64 id = store().dialogAt(0).id;
        demo().setConnected(false);
        QVERIFY(!m_workspace->session().isLive());
        QSignalSpy failed(&m_workspace->actions(), &Actions::failed);
        m_workspace->actions().take(id);
        QCOMPARE(failed.size(), 1);
        QVERIFY(!m_workspace->actions().isTaking(id));
    }

    void whatIsWrittenOfflineIsSentLater()
    {
        qint64 id = 0;
        for (int row = 0; row < store().dialogCount() && id == 0; ++row)
            id = store().isMine(store().dialogAt(row)) ? store().dialogAt(row).id : 0;
        QVERIFY(id != 0);
        demo().setConnected(false);
        QVERIFY(m_workspace->actions().post(id, u"one"_s).ok());
        QVERIFY(m_workspace->actions().post(id, u"two"_s).ok());
        QCOMPARE(m_workspace->outbox().waiting(), 2);
        QSignalSpy gaps(&m_workspace->session(), &Session::gapClosed);
        demo().desk().guestWrites(id, u"are you there?"_s);
        demo().setConnected(true);
        m_workspace->session().retryNow();
        QTRY_COMPARE_WITH_TIMEOUT(m_workspace->outbox().waiting(), 0, 60'000);
        QCOMPARE(store().dialog(id)->lastText, u"two"_s);
        QTRY_COMPARE_WITH_TIMEOUT(gaps.size(), 1, 60'000);
        const auto report = gaps.first().first().value<GapReport>();
        QCOMPARE(report.changes.size(), 1);
        QCOMPARE(report.changes.first().dialogId, id);
        QVERIFY(report.changes.first().wasMine);
    }

    void closingForgetsNothingPending()
    {
        qint64 id = 0;
        for (int row = 0; row < store().dialogCount() && id == 0; ++row)
            id = store().isMine(store().dialogAt(row)) ? store().dialogAt(row).id : 0;
        m_workspace->drafts().set(id, {u"half a word"_s, false, 1});
        m_workspace->actions().release(id);
        m_workspace.reset();
        auto again = Workspace::forDemo(1, m_folder->path());
        QVERIFY(again->open().ok());
        QCOMPARE(again->outbox().waiting(), 1);
        QCOMPARE(again->outbox().of(id).first().kind, IntentKind::Release);
        QCOMPARE(again->drafts().of(id).text, u"half a word"_s);
    }

    void aFolderIsOneConsoles()
    {
        auto other = Workspace::forDemo(1, m_folder->path());
        const auto opened = other->open();
        QVERIFY(!opened.ok());
        QCOMPARE(opened.error().code, ErrorCode::Conflict);
    }

    void diagnosticsTellNoSecrets()
    {
        HealthSeries series(store(), m_workspace->session(), m_workspace->outbox());
        QTRY_VERIFY_WITH_TIMEOUT(!series.queueLength().isEmpty(), 60'000);
        const QString text = diagnosticsText(*m_workspace, {u"x Authorization: Bearer abc"_s});
        QVERIFY(text.contains(u"State: Live"));
        QVERIFY(!text.contains(u"abc"));
        QVERIFY(!text.contains(u"Анна"));
    }
};

QTEST_GUILESS_MAIN(tst_ConsoleDemo)
#include "tst_consoledemo.moc"
