// SPDX-License-Identifier: GPL-3.0-or-later
#include "demohouse.h"

#include "console/client/actions.h"
#include "console/client/drafts.h"
#include "console/models/dialoglistmodel.h"
#include "console/views/details/detailspane.h"
#include "console/views/dialogs/attachdialog.h"
#include "console/views/dialogs/canneddialog.h"
#include "console/views/dialogs/connectionswindow.h"
#include "console/views/dialogs/loginwindow.h"
#include "console/views/dialogs/operatordialog.h"
#include "console/views/dialogs/settingsdialog.h"
#include "console/views/dialogs/shortcutsheet.h"
#include "console/views/dialogs/transferdialog.h"
#include "console/views/lists/dialogpane.h"
#include "console/views/overlays/paletteview.h"
#include "console/views/overlays/snackbar.h"
#include "console/views/thread/composepane.h"
#include "console/views/thread/composer.h"
#include "console/views/thread/threadpane.h"
#include "console/views/thread/threadview.h"
#include "console/views/window/statusline.h"

#include <QAbstractScrollArea>
#include <QAccessible>
#include <QLabel>
#include <QListView>
#include <QMenuBar>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTabBar>
#include <QTranslator>

using namespace signalbox;
using namespace signalbox::console;
using signalbox::test::DemoHouse;

/// The whole window on the practice mode's desk.
class TestUiConsole : public QObject
{
    Q_OBJECT
private slots:
    void everyFocusableWidgetHasAName();
    void everyDialogNamesItsWidgets();
    void takesAnswersAndReleasesByKeys();
    void releaseCanBeUndone();
    void lostRaceIsToldHonestly();
    void draftsStayWithTheirDialogs();
    void outdatedAnswerNeedsASecondEnter();
    void notesDoNotReachTheGuest();
    void unfilledFieldsAreNotSent();
    void closedDialogsCannotBeAnswered();
    void paletteFindsDialogsAndCommands();
    void escapeNeverDiscardsText();
    void panesAreReachedByF6();
    void listDoesNotMoveUnderTheMouse();
    void rowsAreSpokenAsSentences();
    void rightPaneFoldsInSmallWindows();
    void languageSwitchesWhileRunning();
    void gapIsTold();
    void practiceAsksNothingAtTheEnd();

private:
    static qint64 firstOfQueue(DemoHouse& house) { return house.window->lists().at(DialogPane::List::Queue, 0); }
    static QString colleague(const DemoHouse& house);
    static void show(DemoHouse& house);
    static void takeFirst(DemoHouse& house);
    static void key(DemoHouse& house, int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier);
    static QStringList namelessOf(const QWidget& root);
};

QString TestUiConsole::colleague(const DemoHouse& house)
{
    for (const Operator& person : house.store().operators()) {
        if (person.id != house.store().me().id)
            return person.id;
    }
    return {};
}

void TestUiConsole::show(DemoHouse& house)
{
    house.window->resize(1280, 800);
    house.window->show();
    QVERIFY(QTest::qWaitForWindowActive(house.window.get()));
    QVERIFY(house.becomesLive());
    house.fillQueue(3);
    QVERIFY(firstOfQueue(house) != 0);
}

void TestUiConsole::key(DemoHouse& house, int key, Qt::KeyboardModifiers modifiers)
{
    QTest::keyClick(house.window->windowHandle(), static_cast<Qt::Key>(key), modifiers);
}

void TestUiConsole::takeFirst(DemoHouse& house)
{
    const qint64 wanted = firstOfQueue(house);
    key(house, Qt::Key_F2);
    QTRY_COMPARE_WITH_TIMEOUT(house.window->current(), wanted, 60'000);
    QTRY_VERIFY_WITH_TIMEOUT(house.store().isMine(*house.store().dialog(wanted)), 60'000);
    QTRY_VERIFY_WITH_TIMEOUT(!house.workspace->actions().isTaking(wanted), 60'000);
}

QStringList TestUiConsole::namelessOf(const QWidget& root)
{
    QStringList nameless;
    for (const QWidget* widget : root.findChildren<QWidget*>()) {
        const bool wanted = (widget->focusPolicy() & Qt::TabFocus) && !widget->inherits("QScrollBar") &&
                            !widget->inherits("QMenuBar") && !widget->inherits("QMenu") &&
                            !qobject_cast<const QAbstractScrollArea*>(widget->parentWidget());
        if (!wanted)
            continue;
        QAccessibleInterface* spoken = QAccessible::queryAccessibleInterface(const_cast<QWidget*>(widget));
        if (!spoken || spoken->text(QAccessible::Name).trimmed().isEmpty())
            nameless << QLatin1String(widget->metaObject()->className()) + QLatin1Char(' ') + widget->objectName();
    }
    return nameless;
}

void TestUiConsole::everyFocusableWidgetHasAName()
{
    DemoHouse house;
    show(house);
    takeFirst(house);
    QCOMPARE(namelessOf(*house.window).join(QLatin1Char(',')), QString());
    QVERIFY(house.window->findChildren<QWidget*>().size() > 50);
}

void TestUiConsole::everyDialogNamesItsWidgets()
{
    DemoHouse house;
    show(house);
    const LoginWindow login(house.look);
    const TransferDialog transfer(house.look, house.store(), QStringLiteral("X"), house.window.get());
    const SettingsDialog settings(house.look, house.settings, house.window.get());
    const ShortcutSheet sheet(house.look, house.commands, {}, house.window.get());
    const CannedDialog canned(house.look, house.store(), house.workspace->actions(), house.window.get());
    const AttachDialog attach(house.look, QImage(8, 8, QImage::Format_RGB32), house.window.get());
    const OperatorDialog person(house.look, {}, house.window.get());
    for (const QWidget* root :
         {static_cast<const QWidget*>(&login), static_cast<const QWidget*>(&transfer),
          static_cast<const QWidget*>(&settings), static_cast<const QWidget*>(&sheet),
          static_cast<const QWidget*>(&canned), static_cast<const QWidget*>(&attach),
          static_cast<const QWidget*>(&person), static_cast<const QWidget*>(&house.window->connections())}) {
        QCOMPARE(namelessOf(*root).join(QLatin1Char(',')), QString());
        for (const QPlainTextEdit* editor : root->findChildren<QPlainTextEdit*>())
            QVERIFY(editor->tabChangesFocus()); // else Tab is a trap
    }
}

void TestUiConsole::takesAnswersAndReleasesByKeys()
{
    DemoHouse house;
    show(house);
    const int queued = house.store().counts().queue;
    takeFirst(house);
    const qint64 id = house.window->current();
    QCOMPARE(house.store().counts().queue, queued - 1);
    QVERIFY(house.window->thread().compose().composer().hasFocus());
    QTest::keyClicks(&house.window->thread().compose().composer(), QStringLiteral("Good day"));
    QTest::keyClick(&house.window->thread().compose().composer(), Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(house.store().dialog(id)->lastText, QStringLiteral("Good day"), 60'000);
    QVERIFY(house.window->thread().compose().composer().toPlainText().isEmpty());
    key(house, Qt::Key_R, Qt::ControlModifier);
    house.workspace->actions().commitPending();
    QTRY_COMPARE_WITH_TIMEOUT(house.store().dialog(id)->status, DialogStatus::Queued, 60'000);
}

void TestUiConsole::releaseCanBeUndone()
{
    DemoHouse house;
    show(house);
    takeFirst(house);
    const qint64 id = house.window->current();
    key(house, Qt::Key_R, Qt::ControlModifier);
    QVERIFY(house.workspace->actions().isPending(id));
    QVERIFY(house.window->snackbar().isVisible());
    key(house, Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(!house.workspace->actions().isPending(id));
    QVERIFY(!house.window->snackbar().isVisible());
    QVERIFY(house.store().isMine(*house.store().dialog(id)));
}

void TestUiConsole::lostRaceIsToldHonestly()
{
    DemoHouse house;
    show(house);
    const qint64 wanted = firstOfQueue(house);
    house.workspace->demo()->loseNextTake();
    key(house, Qt::Key_F2);
    QTRY_VERIFY_WITH_TIMEOUT(house.window->snackbar().isVisible(), 60'000);
    const QString holder = house.store().operatorName(house.store().dialog(wanted)->operatorId);
    QVERIFY(!holder.isEmpty());
    QTRY_VERIFY2(house.window->snackbar().text().contains(holder), qPrintable(house.window->snackbar().text()));
    QVERIFY(!house.store().isMine(*house.store().dialog(wanted)));
}

void TestUiConsole::draftsStayWithTheirDialogs()
{
    DemoHouse house;
    show(house);
    takeFirst(house);
    const qint64 first = house.window->current();
    Composer& composer = house.window->thread().compose().composer();
    QTest::keyClicks(&composer, QStringLiteral("half a sen"));
    const qint64 other = firstOfQueue(house);
    house.window->open(other);
    QVERIFY(composer.toPlainText().isEmpty());
    QCOMPARE(house.workspace->drafts().of(first).text, QStringLiteral("half a sen"));
    house.window->open(first);
    QCOMPARE(composer.toPlainText(), QStringLiteral("half a sen"));
}

void TestUiConsole::outdatedAnswerNeedsASecondEnter()
{
    DemoHouse house;
    show(house);
    takeFirst(house);
    const qint64 id = house.window->current();
    ComposePane& compose = house.window->thread().compose();
    QTest::keyClicks(&compose.composer(), QStringLiteral("My answer"));
    compose.warnOutdated(QStringLiteral("Maria"), QStringLiteral("I have answered"));
    QTest::keyClick(&compose.composer(), Qt::Key_Return);
    QCOMPARE(compose.composer().toPlainText(), QStringLiteral("My answer"));
    QTest::keyClick(&compose.composer(), Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(house.store().dialog(id)->lastText, QStringLiteral("My answer"), 60'000);
}

void TestUiConsole::notesDoNotReachTheGuest()
{
    DemoHouse house;
    show(house);
    takeFirst(house);
    const qint64 id = house.window->current();
    const QString before = house.store().dialog(id)->lastText;
    QSignalSpy notes(&house.store(), &Store::noteArrived);
    key(house, Qt::Key_N, Qt::ControlModifier);
    QVERIFY(house.window->thread().compose().isNote());
    QTest::keyClicks(&house.window->thread().compose().composer(), QStringLiteral("between us"));
    QTest::keyClick(&house.window->thread().compose().composer(), Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(notes.count(), 1, 60'000);
    QCOMPARE(house.store().dialog(id)->lastText, before);
}

void TestUiConsole::unfilledFieldsAreNotSent()
{
    DemoHouse house;
    show(house);
    takeFirst(house);
    ComposePane& compose = house.window->thread().compose();
    compose.insertCanned(QStringLiteral("Your order {order number} is on its way."));
    QVERIFY(!compose.send());
    QCOMPARE(compose.composer().textCursor().selectedText(), QStringLiteral("{order number}"));
    QTest::keyClicks(&compose.composer(), QStringLiteral("10482"));
    QVERIFY(compose.send());
}

void TestUiConsole::closedDialogsCannotBeAnswered()
{
    DemoHouse house;
    show(house);
    takeFirst(house);
    const qint64 id = house.window->current();
    house.workspace->actions().close(id);
    house.workspace->actions().commitPending();
    QTRY_COMPARE_WITH_TIMEOUT(house.store().dialog(id)->status, DialogStatus::Closed, 60'000);
    house.window->open(id);
    ComposePane& compose = house.window->thread().compose();
    compose.composer().insertText(QStringLiteral("too late"));
    QVERIFY(!compose.send());
    QCOMPARE(compose.composer().toPlainText(), QStringLiteral("too late"));
    QVERIFY(!house.commands.action(Command::Release)->isEnabled());
    QVERIFY(house.commands.action(Command::Reopen)->isEnabled());
}

void TestUiConsole::paletteFindsDialogsAndCommands()
{
    DemoHouse house;
    show(house);
    const qint64 wanted = firstOfQueue(house);
    key(house, Qt::Key_K, Qt::ControlModifier);
    QVERIFY(house.window->palette().isVisible());
    QWidget* field = QApplication::focusWidget();
    QTest::keyClicks(field, QString::number(wanted));
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(house.window->current(), wanted);
    QVERIFY(!house.window->palette().isVisible());
    QSignalSpy triggered(house.commands.action(Command::ShowAll), &QAction::triggered);
    key(house, Qt::Key_K, Qt::ControlModifier);
    QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("show all"));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
    QCOMPARE(triggered.count(), 1);
}

void TestUiConsole::escapeNeverDiscardsText()
{
    DemoHouse house;
    show(house);
    takeFirst(house);
    Composer& composer = house.window->thread().compose().composer();
    QTest::keyClicks(&composer, QStringLiteral("precious"));
    for (int i = 0; i < 3; ++i)
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
    key(house, Qt::Key_K, Qt::ControlModifier);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
    QVERIFY(composer.hasFocus());
    QCOMPARE(composer.toPlainText(), QStringLiteral("precious"));
}

void TestUiConsole::panesAreReachedByF6()
{
    DemoHouse house;
    show(house);
    takeFirst(house);
    QVERIFY(house.window->thread().compose().composer().hasFocus());
    key(house, Qt::Key_F6);
    QVERIFY(house.window->details().isAncestorOf(QApplication::focusWidget()));
    key(house, Qt::Key_F6);
    QVERIFY(house.window->lists().isAncestorOf(QApplication::focusWidget()));
    key(house, Qt::Key_F6);
    QVERIFY(house.window->thread().view().hasFocus());
    key(house, Qt::Key_F6, Qt::ShiftModifier);
    QVERIFY(house.window->lists().isAncestorOf(QApplication::focusWidget()));
}

void TestUiConsole::listDoesNotMoveUnderTheMouse()
{
    DemoHouse house;
    show(house);
    QListView* view = nullptr;
    for (QListView* each : house.window->lists().findChildren<QListView*>())
        view = each->accessibleName() == QLatin1String("Queue") ? each : view;
    QVERIFY(view);
    QEnterEvent enter(QPointF(5, 5), QPointF(5, 5), QPointF(5, 5));
    QCoreApplication::sendEvent(view, &enter);
    QList<qint64> before;
    for (int row = 0; row < view->model()->rowCount(); ++row)
        before << view->model()->index(row, 0).data(DialogListModel::IdRole).toLongLong();
    house.workspace->demo()->desk().colleagueTakes(before.first(), colleague(house));
    house.advance(500);
    QCOMPARE(view->model()->index(0, 0).data(DialogListModel::IdRole).toLongLong(), before.first());
    QEvent leave(QEvent::Leave);
    QCoreApplication::sendEvent(view, &leave);
    QCOMPARE(house.store().dialog(before.first())->status, DialogStatus::Operator);
    QTRY_VERIFY_WITH_TIMEOUT(view->model()->index(0, 0).data(DialogListModel::IdRole).toLongLong() != before.first(),
                             60'000);
}

void TestUiConsole::rowsAreSpokenAsSentences()
{
    DemoHouse house;
    show(house);
    takeFirst(house);
    ThreadView& view = house.window->thread().view();
    QTRY_VERIFY_WITH_TIMEOUT(view.model()->rowCount() > 0, 60'000);
    QAccessibleInterface* list = QAccessible::queryAccessibleInterface(&view);
    QVERIFY(list && list->childCount() >= view.model()->rowCount());
    const QString spoken = list->child(view.model()->rowCount() - 1)->text(QAccessible::Name);
    QVERIFY2(spoken.size() > 5, qPrintable(spoken));
}

void TestUiConsole::rightPaneFoldsInSmallWindows()
{
    DemoHouse house;
    show(house);
    QVERIFY(house.window->details().isVisible());
    house.window->resize(1000, 640);
    QTRY_VERIFY_WITH_TIMEOUT(!house.window->details().isVisible(), 60'000);
    QVERIFY(house.window->thread().width() >= 380);
}

void TestUiConsole::languageSwitchesWhileRunning()
{
    DemoHouse house;
    show(house);
    auto* tabs = house.window->lists().findChild<QTabBar*>();
    QVERIFY(tabs->tabText(0).startsWith(QLatin1String("Queue")));
    QTranslator russian;
    QVERIFY(russian.load(QStringLiteral(":/i18n/console_ru.qm")));
    QCoreApplication::installTranslator(&russian);
    house.commands.retranslate();
    QCoreApplication::sendPostedEvents();
    QTRY_VERIFY_WITH_TIMEOUT(tabs->tabText(0).startsWith(QStringLiteral("Очередь")), 60'000);
    QCOMPARE(house.commands.action(Command::Take)->text(), QStringLiteral("Взять этот диалог"));
    // Nothing that is in sight has been forgotten.
    for (const QLabel* label : house.window->findChildren<QLabel*>()) {
        if (label->isVisible())
            QVERIFY2(label->text() != QLatin1String("Queue") && !label->text().startsWith(QLatin1String("Connected")),
                     qPrintable(label->text()));
    }
    QCoreApplication::removeTranslator(&russian);
}

void TestUiConsole::gapIsTold()
{
    DemoHouse house;
    show(house);
    const qint64 changed = firstOfQueue(house);
    house.workspace->demo()->setConnected(false);
    QTRY_VERIFY_WITH_TIMEOUT(!house.workspace->session().isLive(), 60'000);
    QVERIFY(!house.window->statusLine().connectionText().startsWith(QLatin1String("Connected")));
    house.workspace->demo()->desk().colleagueTakes(changed, colleague(house));
    house.workspace->demo()->setConnected(true);
    house.workspace->session().retryNow();
    QTRY_VERIFY_WITH_TIMEOUT(house.workspace->session().isLive(), 15000);
    auto* strip = house.window->findChild<QWidget*>(QStringLiteral("gapStrip"));
    QVERIFY(strip);
    QTRY_VERIFY_WITH_TIMEOUT(strip->isVisible(), 60'000);
}

void TestUiConsole::practiceAsksNothingAtTheEnd()
{
    DemoHouse house;
    show(house);
    takeFirst(house);
    QSignalSpy quits(house.window.get(), &MainWindow::quitWanted);
    house.window->close();
    QCOMPARE(quits.count(), 1);
}

QTEST_MAIN(TestUiConsole)
#include "tst_uiconsole.moc"
