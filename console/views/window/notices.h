// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/views/desktop/idle.h"
#include "console/views/desktop/notifier.h"
#include "console/views/desktop/reminder.h"
#include "console/views/desktop/sound.h"
#include "console/views/desktop/tray.h"

namespace signalbox::console {

class DeskCommands;
class MainWindow;

/// How the console makes itself noticed outside of its window: tray, desktop notices, sounds, the task bar; and its
/// suggestion to go away when nobody is there.
class Notices : public QObject
{
    Q_OBJECT
public:
    Notices(MainWindow& window, DeskCommands& commands, QObject* parent = nullptr);

    Tray& tray() { return m_tray; }
    Reminder& reminder() { return m_reminder; }
    void settingsChanged();

private:
    void wireReminder(DeskCommands& commands);
    void wireTray();
    void wireIdle();
    void updateFront();
    void updateTray();
    void open(qint64 dialogId);

    MainWindow& m_window;
    Tray m_tray;
    Notifier m_notifier;
    Sound m_sound;
    Reminder m_reminder;
    Idle m_idle;
};

} // namespace signalbox::console
