// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/store/store.h"
#include "console/views/desktop/commands.h"
#include "console/views/desktop/keyfilter.h"
#include "console/views/desktop/logfile.h"
#include "console/views/desktop/reminder.h"
#include "console/views/desktop/settings.h"
#include "console/views/desktop/singleinstance.h"
#include "console/views/desktop/startoptions.h"
#include "console/views/dialogs/loginwindow.h"

#include <QApplication>
#include <QLineEdit>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QWindow>

using namespace signalbox;
using namespace signalbox::console;

/// What the console has to do with the desktop around it.
class TestUiDesktop : public QObject
{
    Q_OBJECT
private slots:
    void settingsSurvive();
    void settingsOfAnotherLayoutAreDropped();
    void damagedSettingsAreTheUsualOnes();
    void usualKeysAreUniqueAndAllowed();
    void keysOfTheDesign_data();
    void keysOfTheDesign();
    void keysCanBeChangedAndSwitchedOff();
    void keysThatDieInALayoutAreRefused_data();
    void keysThatDieInALayoutAreRefused();
    void cyrillicKeysTriggerCommands();
    void fieldsDoNotKeepCommandKeys();
    void secondInstanceTellsTheFirst();
    void optionsAreRead();
    void serverAddresses_data();
    void serverAddresses();
    void remindsUntilTaken();
    void doesNotRemindWhileDisturbanceIsUnwanted();
    void remindsOfOwnMessagesUnlessInFront();
    void logHoldsNoSecrets();

private:
    static Dialog waiting(qint64 id);
    static Snapshot snapshotOf(const QList<Dialog>& dialogs, Presence presence = Presence::Online);
};

void TestUiDesktop::settingsSurvive()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("deep/console.ini"));
    Settings settings;
    settings.server = QStringLiteral("https://desk.example");
    settings.language = QStringLiteral("ru");
    settings.theme = ThemeChoice::HighContrast;
    settings.textSize = 17;
    settings.repeatSeconds = 0;
    settings.windowGeometry = QByteArray("\0\1\2", 3);
    settings.shortcuts = {{QStringLiteral("take"), QStringLiteral("Ctrl+G")}, {QStringLiteral("hottest"), QString()}};
    QVERIFY(writeSettings(path, settings));
    QCOMPARE(readSettings(path), settings);
}

void TestUiDesktop::settingsOfAnotherLayoutAreDropped()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("console.ini"));
    Settings settings;
    settings.windowGeometry = "x";
    QVERIFY(writeSettings(path, settings));
    QSettings(path, QSettings::IniFormat).setValue(QStringLiteral("window/layout"), 999);
    QVERIFY(readSettings(path).windowGeometry.isEmpty());
}

void TestUiDesktop::damagedSettingsAreTheUsualOnes()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("console.ini"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("[look]\ntextSize=banana\ntheme=77\n[desk]\nslaSeconds=-5\n\x01\xff[[[");
    file.close();
    const Settings settings = readSettings(path);
    QCOMPARE(settings.theme, ThemeChoice::System);
    QVERIFY(settings.textSize >= Look::kSmallestText);
    QCOMPARE(settings.slaSeconds, 10);
}

void TestUiDesktop::usualKeysAreUniqueAndAllowed()
{
    QHash<QKeySequence, QString> seen;
    for (int i = 0; i < static_cast<int>(Command::Count_); ++i) {
        const auto command = static_cast<Command>(i);
        const QKeySequence key = Commands::usualKey(command);
        if (key.isEmpty())
            continue;
        QVERIFY2(!seen.contains(key), qPrintable(Commands::idOf(command) + seen.value(key)));
        seen.insert(key, Commands::idOf(command));
        // Ctrl and plus is everybody's habit for larger text; Ctrl+wheel and Ctrl+0 work in every layout.
        if (command != Command::TextLarger && command != Command::TextSmaller)
            QVERIFY2(Commands::objection(key).isEmpty(), qPrintable(key.toString()));
    }
}

void TestUiDesktop::keysOfTheDesign_data()
{
    QTest::addColumn<int>("command");
    QTest::addColumn<QString>("key");
    const std::pair<Command, const char*> table[] = {{Command::Palette, "Ctrl+K"},
                                                     {Command::Take, "Ctrl+Return"},
                                                     {Command::TakeMostUrgent, "F2"},
                                                     {Command::Hottest, "Alt+A"},
                                                     {Command::SendAndNext, "Alt+Return"},
                                                     {Command::NextDialog, "Alt+Down"},
                                                     {Command::PreviousDialog, "Alt+Up"},
                                                     {Command::CycleDialog, "Ctrl+Tab"},
                                                     {Command::Mine1, "Alt+1"},
                                                     {Command::Mine9, "Alt+9"},
                                                     {Command::ShowQueue, "Ctrl+1"},
                                                     {Command::ShowMine, "Ctrl+2"},
                                                     {Command::ShowAll, "Ctrl+3"},
                                                     {Command::SearchList, "Ctrl+L"},
                                                     {Command::SearchThread, "Ctrl+F"},
                                                     {Command::Canned, "Ctrl+J"},
                                                     {Command::ToggleNote, "Ctrl+N"},
                                                     {Command::Transfer, "Ctrl+T"},
                                                     {Command::Release, "Ctrl+R"},
                                                     {Command::Finish, "Ctrl+E"},
                                                     {Command::FirstUnread, "Ctrl+U"},
                                                     {Command::RepairLayout, "Alt+X"},
                                                     {Command::NextPane, "F6"},
                                                     {Command::PreviousPane, "Shift+F6"},
                                                     {Command::NextAlert, "F8"},
                                                     {Command::AcknowledgeAlert, "Shift+F8"},
                                                     {Command::DoNotDisturb, "Ctrl+D"},
                                                     {Command::Resync, "F5"},
                                                     {Command::TextReset, "Ctrl+0"},
                                                     {Command::ShortcutSheet, "F1"},
                                                     {Command::UndoAction, "Ctrl+Z"}};
    for (const auto& [command, key] : table)
        QTest::newRow(key) << static_cast<int>(command) << QString::fromLatin1(key);
}

void TestUiDesktop::keysOfTheDesign()
{
    QFETCH(int, command);
    QFETCH(QString, key);
    QCOMPARE(Commands::usualKey(static_cast<Command>(command)).toString(QKeySequence::PortableText), key);
}

void TestUiDesktop::keysCanBeChangedAndSwitchedOff()
{
    Commands commands;
    commands.setKeys({{QStringLiteral("take"), QStringLiteral("Ctrl+G")},
                      {QStringLiteral("finish"), QString()},
                      {QStringLiteral("unheard-of"), QStringLiteral("Ctrl+H")}});
    QCOMPARE(commands.actionOf(QKeySequence(QStringLiteral("Ctrl+G"))), commands.action(Command::Take));
    QVERIFY(!commands.actionOf(QKeySequence(QStringLiteral("Ctrl+Return"))));
    QVERIFY(!commands.actionOf(QKeySequence(QStringLiteral("Ctrl+E"))));
    QVERIFY(!commands.actionOf(QKeySequence(QStringLiteral("Ctrl+H"))));
    commands.setKeys({});
    QCOMPARE(commands.actionOf(QKeySequence(QStringLiteral("Ctrl+Enter"))), commands.action(Command::Take));
}

void TestUiDesktop::keysThatDieInALayoutAreRefused_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<bool>("good");
    QTest::newRow("Ctrl letter") << QStringLiteral("Ctrl+G") << true;
    QTest::newRow("Alt digit") << QStringLiteral("Alt+7") << true;
    QTest::newRow("function key") << QStringLiteral("Shift+F3") << true;
    QTest::newRow("none") << QString() << true;
    QTest::newRow("Ctrl+Shift switches layouts") << QStringLiteral("Ctrl+Shift+T") << false;
    QTest::newRow("Alt+Shift switches layouts") << QStringLiteral("Alt+Shift+T") << false;
    QTest::newRow("Ctrl+Alt is AltGr") << QStringLiteral("Ctrl+Alt+T") << false;
    QTest::newRow("bare letter") << QStringLiteral("J") << false;
    QTest::newRow("punctuation moves") << QStringLiteral("Ctrl+.") << false;
    QTest::newRow("chord") << QStringLiteral("Ctrl+K, Ctrl+D") << false;
}

void TestUiDesktop::keysThatDieInALayoutAreRefused()
{
    QFETCH(QString, key);
    QFETCH(bool, good);
    QCOMPARE(Commands::objection(QKeySequence(key)).isEmpty(), good);
}

void TestUiDesktop::cyrillicKeysTriggerCommands()
{
    Commands commands;
    KeyFilter filter(commands);
    qApp->installEventFilter(&filter);
    QWidget window;
    window.addAction(commands.action(Command::Palette));
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QSignalSpy triggered(commands.action(Command::Palette), &QAction::triggered);
    // Ctrl+Л: what a system with the Russian layout alone sends for the key of K.
    QKeyEvent press(QEvent::KeyPress, 0x041B, Qt::ControlModifier);
    QCoreApplication::sendEvent(window.windowHandle(), &press);
    QCOMPARE(triggered.count(), 1);
    qApp->removeEventFilter(&filter);
}

void TestUiDesktop::fieldsDoNotKeepCommandKeys()
{
    Commands commands;
    KeyFilter filter(commands);
    qApp->installEventFilter(&filter);
    QWidget window;
    QLineEdit field(&window);
    window.addAction(commands.action(Command::Palette)); // Ctrl+K deletes to the end of a line, on its own
    window.show();
    field.setText(QStringLiteral("kept"));
    field.setFocus();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QKeyEvent wanted(QEvent::ShortcutOverride, Qt::Key_K, Qt::ControlModifier);
    wanted.ignore();
    QCoreApplication::sendEvent(&field, &wanted);
    QVERIFY(!wanted.isAccepted());
    QKeyEvent copies(QEvent::ShortcutOverride, Qt::Key_C, Qt::ControlModifier);
    copies.ignore();
    QCoreApplication::sendEvent(&field, &copies);
    QVERIFY(copies.isAccepted());
    qApp->removeEventFilter(&filter);
}

void TestUiDesktop::secondInstanceTellsTheFirst()
{
    const QTemporaryDir folder;
    SingleInstance first(folder.path());
    SingleInstance second(folder.path());
    QVERIFY(first.claim());
    QVERIFY(!second.claim());
    QSignalSpy heard(&first, &SingleInstance::messageReceived);
    QVERIFY(second.send(QStringLiteral("raise")));
    QTRY_COMPARE_WITH_TIMEOUT(heard.count(), 1, 60'000);
    QCOMPARE(heard.first().first().toString(), QStringLiteral("raise"));
}

void TestUiDesktop::optionsAreRead()
{
    const StartOptions options =
        parseOptions({QStringLiteral("--server"), QStringLiteral("localhost:5009"), QStringLiteral("--login=anna"),
                      QStringLiteral("--demo"), QStringLiteral("--seed"), QStringLiteral("7")});
    QCOMPARE(options.server, QStringLiteral("localhost:5009"));
    QCOMPARE(options.login, QStringLiteral("anna"));
    QVERIFY(options.demo && options.wrong.isEmpty());
    QCOMPARE(options.demoSeed, 7U);
    QCOMPARE(parseOptions({QStringLiteral("--nonsense")}).wrong, QStringLiteral("--nonsense"));
    QVERIFY(!parseOptions({QStringLiteral("--server")}).wrong.isEmpty());
}

void TestUiDesktop::serverAddresses_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("url");
    QTest::newRow("name") << QStringLiteral(" desk.example ") << QStringLiteral("https://desk.example");
    QTest::newRow("this computer") << QStringLiteral("localhost:5009") << QStringLiteral("http://localhost:5009");
    QTest::newRow("path goes") << QStringLiteral("https://desk.example/x?y#z")
                               << QStringLiteral("https://desk.example");
    QTest::newRow("said plainly") << QStringLiteral("http://10.0.0.7:80") << QStringLiteral("http://10.0.0.7:80");
    QTest::newRow("empty") << QString() << QString();
    QTest::newRow("other scheme") << QStringLiteral("ftp://desk.example") << QString();
    QTest::newRow("password in it") << QStringLiteral("https://a:b@desk.example") << QString();
    QTest::newRow("nonsense") << QStringLiteral("http://") << QString();
}

void TestUiDesktop::serverAddresses()
{
    QFETCH(QString, typed);
    QFETCH(QString, url);
    QCOMPARE(LoginWindow::serverUrl(typed).toString(), url);
}

Dialog TestUiDesktop::waiting(qint64 id)
{
    Dialog dialog;
    dialog.id = id;
    dialog.status = DialogStatus::Queued;
    dialog.guestName = QStringLiteral("Анна");
    dialog.waitingSinceMs = 1000;
    dialog.handoff = Handoff();
    return dialog;
}

Snapshot TestUiDesktop::snapshotOf(const QList<Dialog>& dialogs, Presence presence)
{
    Snapshot snapshot;
    snapshot.position = QStringLiteral("e:1");
    snapshot.dialogs = dialogs;
    snapshot.me.id = QStringLiteral("7");
    snapshot.me.wanted = presence;
    return snapshot;
}

void TestUiDesktop::remindsUntilTaken()
{
    Store store([] { return 5000; });
    Settings settings;
    settings.repeatSeconds = 1;
    Reminder reminder(store, settings);
    QSignalSpy sounds(&reminder, &Reminder::waitingSounds);
    QSignalSpy notices(&reminder, &Reminder::noticed);
    QSignalSpy pointless(&reminder, &Reminder::pointless);
    store.load(snapshotOf({waiting(1), waiting(2)}));
    QCOMPARE(sounds.count(), 1); // once for all that waited before
    QCOMPARE(notices.count(), 0);
    store.refreshDialog(waiting(3));
    QCOMPARE(sounds.count(), 2);
    QCOMPARE(notices.count(), 1);
    QTRY_COMPARE_WITH_TIMEOUT(sounds.count(), 3, 5000);
    for (const qint64 id : {1, 2, 3}) {
        Dialog taken = waiting(id);
        taken.status = DialogStatus::Operator;
        taken.operatorId = QStringLiteral("8");
        store.refreshDialog(taken);
    }
    QCOMPARE(pointless.count(), 3);
    QCOMPARE(reminder.waiting(), 0);
    const auto before = sounds.count();
    QTest::qWait(1300); // longer than the repeat: it has to be silent now
    QCOMPARE(sounds.count(), before);
}

void TestUiDesktop::doesNotRemindWhileDisturbanceIsUnwanted()
{
    Store store([] { return 5000; });
    const Settings settings;
    Reminder reminder(store, settings);
    QSignalSpy sounds(&reminder, &Reminder::waitingSounds);
    QSignalSpy notices(&reminder, &Reminder::noticed);
    store.load(snapshotOf({waiting(1)}, Presence::Dnd));
    store.refreshDialog(waiting(2));
    QCOMPARE(sounds.count() + notices.count(), 0);
    QCOMPARE(reminder.waiting(), 2);
}

void TestUiDesktop::remindsOfOwnMessagesUnlessInFront()
{
    Store store([] { return 5000; });
    const Settings settings;
    Reminder reminder(store, settings);
    QSignalSpy sounds(&reminder, &Reminder::messageSounds);
    Dialog mine = waiting(1);
    mine.status = DialogStatus::Operator;
    mine.operatorId = QStringLiteral("7");
    store.load(snapshotOf({mine}));
    Message message;
    message.dialogId = 1;
    message.id = 5;
    emit store.messageArrived(message);
    QCOMPARE(sounds.count(), 1);
    reminder.setInFront(1);
    emit store.messageArrived(message);
    message.sender = Sender::Operator;
    reminder.setInFront(0);
    emit store.messageArrived(message);
    QCOMPARE(sounds.count(), 1);
}

void TestUiDesktop::logHoldsNoSecrets()
{
    const QTemporaryDir folder;
    startLogFile(folder.path());
    qInfo("GET /channel/ws?access_token=eyJhbGciOi.secret.value HTTP/1.1");
    qInfo("plain words");
    qInstallMessageHandler(nullptr);
    const QString log = lastLogLines(10).join(QLatin1Char('\n'));
    QVERIFY(log.contains(QLatin1String("plain words")));
    QVERIFY(!log.contains(QLatin1String("eyJhbGciOi")));
    QFile file(folder.filePath(QStringLiteral("console.log")));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(!file.readAll().contains("eyJhbGciOi"));
}

QTEST_MAIN(TestUiDesktop)
#include "tst_uidesktop.moc"
