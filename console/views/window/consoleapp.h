// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/client/workspace.h"
#include "console/views/desktop/commands.h"
#include "console/views/desktop/keyfilter.h"
#include "console/views/desktop/settings.h"
#include "console/views/desktop/startoptions.h"
#include "console/views/look/look.h"

#include <QTemporaryDir>
#include <QTranslator>

#include <memory>

namespace signalbox::console {

class DeskCommands;
class LoginWindow;
class MainWindow;
class Notices;

/// The program from start to end: settings, language, login, the main window of whoever has logged in. One per process,
/// after QApplication.
class ConsoleApp : public QObject
{
    Q_OBJECT
public:
    explicit ConsoleApp(StartOptions options, QObject* parent = nullptr);
    ~ConsoleApp() override;

    /// Shows the first window: the login, or with options that suffice the main window.
    void start();
    /// Another start of the program has asked for the window.
    void raise();
    MainWindow* window() const { return m_window.get(); }
    LoginWindow* loginWindow() const { return m_login.get(); }
    Look& look() { return m_look; }
    Commands& commands() { return m_commands; }
    Workspace* workspace() const { return m_workspace.get(); }

    void setLanguage(const QString& language);

private:
    void showLogin();
    void logIn(const QUrl& server, const QString& login, const QString& password);
    void restore();
    void startDemo();
    void entered();
    void failed(const Error& error);
    void logOut();
    void dropWorkspace();
    void keepSettings();
    void openWorkspace(std::unique_ptr<Workspace> workspace, const std::function<void()>& then);

    StartOptions m_options;
    QString m_settingsPath;
    Settings m_settings;
    QTranslator m_texts;
    QTranslator m_qtTexts;
    QString m_language;
    Look m_look;
    Commands m_commands;
    KeyFilter m_keys;
    QTemporaryDir m_demoFolder;
    std::unique_ptr<LoginWindow> m_login;
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<MainWindow> m_window;
    std::unique_ptr<DeskCommands> m_desk;
    std::unique_ptr<Notices> m_notices;
};

/// Where drafts, outbox, log and crash file are.
QString dataFolder();

} // namespace signalbox::console
