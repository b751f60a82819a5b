// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/models/dialoglistmodel.h"
#include "console/models/healthseries.h"
#include "console/views/desktop/commands.h"
#include "console/views/desktop/settings.h"

#include <QMainWindow>

class QSplitter;

namespace signalbox::console {

class ConnectionsWindow;
class DetailsPane;
class DialogPane;
class Look;
class PaletteView;
class Snackbar;
class StatusLine;
class ThreadPane;
class Workspace;

/// The window one works in: lists at the left, the open dialog in the middle, details at the right, a status line.
/// Holds the panes together; what commands do is DeskCommands' part.
class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    MainWindow(Look& look, Commands& commands, Settings& settings, Workspace& workspace);
    ~MainWindow() override;

    DialogPane& lists() { return *m_lists; }
    ThreadPane& thread() { return *m_thread; }
    DetailsPane& details() { return *m_details; }
    StatusLine& statusLine() { return *m_status; }
    Snackbar& snackbar() { return *m_snackbar; }
    PaletteView& palette() { return *m_palette; }
    Workspace& workspace() { return m_workspace; }
    Settings& settings() { return m_settings; }
    Look& look() { return m_look; }
    DialogListModel& dialogs() { return m_dialogs; }
    ConnectionsWindow& connections();

    qint64 current() const;
    /// Opens a dialog in the middle; 0: none. `focusComposer`: for when one wants to write.
    void open(qint64 dialogId, bool focusComposer = false);
    /// Applies what may have changed in the settings and has them kept.
    void settingsChanged();
    void resetLayout();
    void nextPane(int step);
    void bringToFront();
    bool isInFront() const;
    /// Whether the desktop has a tray to hide in.
    void setTrayThere(bool there) { m_trayThere = there; }

signals:
    void settingsToKeep();
    void opened(qint64 dialogId);
    void quitWanted();
    /// The window was closed and stays in the tray.
    void hiddenToTray();

protected:
    void closeEvent(QCloseEvent* event) override;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void build();
    void buildMenus();
    void wire();
    void restoreLayout();
    void keepLayout();
    void fold();
    void retranslate();
    void updateTitle();
    bool mayQuit();

    Look& m_look;
    Commands& m_commands;
    Settings& m_settings;
    Workspace& m_workspace;
    DialogListModel m_dialogs;
    HealthSeries m_series;
    QSplitter* m_splitter;
    DialogPane* m_lists;
    ThreadPane* m_thread;
    DetailsPane* m_details;
    StatusLine* m_status;
    Snackbar* m_snackbar;
    PaletteView* m_palette;
    ConnectionsWindow* m_connections = nullptr; ///< made when it is wanted
    QList<QMenu*> m_menus;
    bool m_trayThere = false;
};

} // namespace signalbox::console
