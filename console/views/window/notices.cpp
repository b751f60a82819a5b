// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/window/notices.h"

#include "console/client/actions.h"
#include "console/client/session.h"
#include "console/client/workspace.h"
#include "console/store/store.h"
#include "console/views/overlays/snackbar.h"
#include "console/views/window/deskcommands.h"
#include "console/views/window/mainwindow.h"

#include <QApplication>

namespace signalbox::console {

Notices::Notices(MainWindow& window, DeskCommands& commands, QObject* parent)
    : QObject(parent)
    , m_window(window)
    , m_tray(window.look())
    , m_notifier(m_tray)
    , m_reminder(window.workspace().store(), window.settings())
{
    wireReminder(commands);
    wireTray();
    wireIdle();
    settingsChanged();
}

void Notices::settingsChanged()
{
    m_sound.setVolume(m_window.settings().volumePercent);
    m_idle.setMinutes(m_window.settings().idleMinutes);
    m_tray.retranslate();
}

void Notices::open(qint64 dialogId)
{
    m_window.bringToFront();
    m_window.open(dialogId, true);
}

void Notices::wireReminder(DeskCommands& commands)
{
    connect(&m_reminder, &Reminder::waitingSounds, this, [this] {
        m_sound.play(Tone::Waiting);
        QApplication::alert(&m_window); // flashes the task bar until the window is looked at
    });
    connect(&m_reminder, &Reminder::messageSounds, this, [this] {
        m_sound.play(Tone::Message);
        QApplication::alert(&m_window);
    });
    connect(&commands, &DeskCommands::soundTried, this, [this] { m_sound.play(Tone::Waiting); });
    connect(&m_reminder, &Reminder::noticed, this, [this](const Notice& notice) {
        if (!m_window.isInFront())
            m_notifier.show(notice);
    });
    connect(&m_reminder, &Reminder::pointless, &m_notifier, &Notifier::withdraw);
    connect(&m_notifier, &Notifier::openPressed, this, &Notices::open);
    connect(&m_notifier, &Notifier::takePressed, this, [this, &commands](qint64 dialogId) {
        m_window.bringToFront();
        commands.openAndTake(dialogId);
    });
    connect(&m_window, &MainWindow::opened, this, &Notices::updateFront);
    connect(qApp, &QGuiApplication::applicationStateChanged, this, &Notices::updateFront);
}

void Notices::updateFront()
{
    m_reminder.setInFront(m_window.isInFront() ? m_window.current() : 0);
    m_window.setTrayThere(m_tray.isThere());
}

void Notices::wireTray()
{
    Workspace& workspace = m_window.workspace();
    connect(&workspace.store(), &Store::countsChanged, this, &Notices::updateTray);
    connect(&workspace.store(), &Store::meChanged, this, &Notices::updateTray);
    connect(&workspace.session(), &Session::stateChanged, this, &Notices::updateTray);
    connect(&m_tray, &Tray::openPressed, &m_window, &MainWindow::bringToFront);
    connect(&m_tray, &Tray::quitPressed, &m_window, &MainWindow::quitWanted);
    connect(&m_tray, &Tray::statusPressed, &workspace.actions(),
            [&workspace](Presence presence) { workspace.actions().setStatus(presence); });
    connect(&m_window, &MainWindow::hiddenToTray, this, [this] {
        if (m_window.settings().trayExplained)
            return;
        m_window.settings().trayExplained = true;
        m_window.settingsChanged();
        m_tray.showBalloon(tr("Signalbox goes on"), tr("It stays in the tray and tells you when somebody waits."));
    });
    updateTray();
}

void Notices::updateTray()
{
    const Workspace& workspace = m_window.workspace();
    m_tray.setState(workspace.store().counts().queue, workspace.store().me().wanted, workspace.session().isLive());
    m_window.setTrayThere(m_tray.isThere());
}

void Notices::wireIdle()
{
    qApp->installEventFilter(&m_idle);
    connect(&m_idle, &Idle::idled, this, [this] {
        if (m_window.workspace().store().me().wanted == Presence::Online)
            m_window.snackbar().show(tr("You seem to be away. Guests still see you as available."), tr("Set me away"),
                                     QStringLiteral("away"), 3600 * 1000);
    });
    connect(&m_idle, &Idle::returned, this, [this] { m_window.snackbar().withdraw(QStringLiteral("away")); });
}

} // namespace signalbox::console
