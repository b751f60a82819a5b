// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/client/actions.h"
#include "console/views/desktop/commands.h"
#include "console/views/overlays/palettemodel.h"

#include <QObject>

namespace signalbox::console {

class MainWindow;
class Store;

/// What the commands do in the main window, and what is said about it: undo offers, lost races, refusals.
class DeskCommands : public QObject
{
    Q_OBJECT
public:
    DeskCommands(MainWindow& window, Commands& commands, QObject* parent = nullptr);

    void take(qint64 dialogId);
    void openAndTake(qint64 dialogId);

signals:
    void soundTried();

private:
    void wireDialogs();
    void wireGoing();
    void wireWriting();
    void wireProgram();
    void wireOutcomes();
    void on(Command command, std::function<void()> what);

    void go(int step, bool around);
    void goToNextWaiting();
    void finish();
    void transfer();
    void sendAndNext();
    void toggleDnd();
    void palettePicked(const PaletteModel::Entry& entry);
    void listMenu(qint64 dialogId, const QPoint& at);
    void showUndo(quint64 pendingId, IntentKind kind, qint64 dialogId);
    void showLost(const TakeLost& lost);
    void setTextSize(int pixels);
    void openShortcuts();
    void openSettings();
    void exportDialog();
    void exportList();
    void save(const QString& title, const QString& name, const QByteArray& content);
    void copyDiagnostics();
    QString guestOf(qint64 dialogId) const;

    MainWindow& m_window;
    Commands& m_commands;
    Actions& m_actions;
    Store& m_store;
};

} // namespace signalbox::console
