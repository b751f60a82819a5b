// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/window/consoleapp.h"

#include "console/client/actions.h"
#include "console/client/secretstore.h"
#include "console/client/session.h"
#include "console/views/dialogs/loginwindow.h"
#include "console/views/look/icons.h"
#include "console/views/window/deskcommands.h"
#include "console/views/window/mainwindow.h"
#include "console/views/window/notices.h"

#include <QApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QStandardPaths>
#include <QTimer>

namespace signalbox::console {

namespace {

ThemeChoice themeOf(const QString& name, ThemeChoice usual)
{
    if (name == QLatin1String("light"))
        return ThemeChoice::Light;
    if (name == QLatin1String("dark"))
        return ThemeChoice::Dark;
    return name == QLatin1String("contrast") ? ThemeChoice::HighContrast : usual;
}

} // namespace

QString dataFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation);
}

ConsoleApp::ConsoleApp(StartOptions options, QObject* parent)
    : QObject(parent)
    , m_options(std::move(options))
    , m_settingsPath(settingsPath())
    , m_settings(readSettings(m_settingsPath))
    , m_keys(m_commands)
{
    QApplication::setWindowIcon(appIcon());
    QApplication::setQuitOnLastWindowClosed(false);
    if (m_options.isSafe) {
        m_settings.shortcuts.clear();
        m_settings.windowGeometry.clear();
        m_settings.splitterState.clear();
    }
    setLanguage(m_options.language.isEmpty() ? m_settings.language : m_options.language);
    m_settings.theme = themeOf(m_options.theme, m_settings.theme);
    m_look.setTextSize(m_settings.textSize);
    m_look.setTheme(m_settings.theme);
    m_commands.setKeys(m_settings.shortcuts);
    qApp->installEventFilter(&m_keys);
    connect(m_commands.action(Command::LogOut), &QAction::triggered, this, &ConsoleApp::logOut);
}

ConsoleApp::~ConsoleApp()
{
    dropWorkspace();
}

void ConsoleApp::setLanguage(const QString& language)
{
    const QLocale locale = language.isEmpty() ? QLocale::system() : QLocale(language);
    const bool russian = locale.language() == QLocale::Russian;
    m_language = russian ? QStringLiteral("ru") : QStringLiteral("en");
    QLocale::setDefault(language.isEmpty() && !russian && locale.language() == QLocale::C ? QLocale(QLocale::English)
                                                                                          : locale);
    QCoreApplication::removeTranslator(&m_qtTexts);
    QCoreApplication::removeTranslator(&m_texts);
    const QString name = QStringLiteral("qtbase_") + m_language;
    if (m_qtTexts.load(name, QStringLiteral(":/i18n")) ||
        m_qtTexts.load(name, QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QCoreApplication::installTranslator(&m_qtTexts);
    if (m_texts.load(QStringLiteral("console_") + m_language, QStringLiteral(":/i18n")))
        QCoreApplication::installTranslator(&m_texts);
    m_commands.retranslate();
}

void ConsoleApp::start()
{
    if (m_options.demo)
        return startDemo();
    const QUrl server = LoginWindow::serverUrl(m_options.server.isEmpty() ? m_settings.server : m_options.server);
    const QString login = m_options.login.isEmpty() ? m_settings.login : m_options.login;
    showLogin();
    if (!m_options.password.isEmpty() && server.isValid())
        logIn(server, login, std::exchange(m_options.password, QString()));
    else if (server.isValid() && !login.isEmpty() && m_settings.rememberLogin)
        restore();
}

void ConsoleApp::raise()
{
    if (m_window)
        m_window->bringToFront();
    else if (m_login)
        m_login->activateWindow();
}

void ConsoleApp::showLogin()
{
    if (!m_login) {
        m_login = std::make_unique<LoginWindow>(m_look);
        connect(m_login.get(), &LoginWindow::loginWanted, this, &ConsoleApp::logIn);
        connect(m_login.get(), &LoginWindow::demoWanted, this, &ConsoleApp::startDemo);
        connect(m_login.get(), &LoginWindow::languageWanted, this, [this](const QString& language) {
            m_settings.language = language;
            setLanguage(language);
            keepSettings();
        });
        m_login->setServer(m_options.server.isEmpty() ? m_settings.server : m_options.server);
        m_login->setLogin(m_options.login.isEmpty() ? m_settings.login : m_options.login);
        m_login->lookAround();
    }
    m_login->setAttribute(Qt::WA_QuitOnClose);
    QApplication::setQuitOnLastWindowClosed(true);
    m_login->show();
}

void ConsoleApp::openWorkspace(std::unique_ptr<Workspace> workspace, const std::function<void()>& then)
{
    m_workspace = std::move(workspace);
    const Result<void> opened = m_workspace->open();
    if (!opened)
        return failed(opened.error());
    then();
}

void ConsoleApp::logIn(const QUrl& server, const QString& login, const QString& password)
{
    AccountAddress address;
    address.server = server;
    address.login = login;
    m_settings.server = server.toString();
    m_settings.login = login;
    m_settings.rememberLogin = m_login && m_login->remembers();
    if (m_login)
        m_login->setBusy(true);
    openWorkspace(Workspace::forServer(address, dataFolder()), [this, password] {
        m_workspace->login(password, this, [this](const Result<void>& result) {
            if (result)
                entered();
            else
                failed(result.error());
        });
    });
}

void ConsoleApp::restore()
{
    AccountAddress address;
    address.server = LoginWindow::serverUrl(m_settings.server);
    address.login = m_settings.login;
    m_login->setBusy(true);
    openWorkspace(Workspace::forServer(address, dataFolder()), [this] {
        m_workspace->restore(this, [this](const Result<void>& result) {
            if (result)
                return entered();
            // No token kept: that is no error, one logs in.
            if (result.error().code == ErrorCode::Unauthorized || result.error().code == ErrorCode::NotFound)
                QTimer::singleShot(0, this, [this] { m_login->showMessage({}); });
            else
                failed(result.error());
        });
    });
}

void ConsoleApp::startDemo()
{
    openWorkspace(Workspace::forDemo(m_options.demoSeed, m_demoFolder.path()), [this] {
        m_workspace->startDemo();
        entered();
    });
}

void ConsoleApp::failed(const Error& error)
{
    showLogin();
    m_login->showError(error);
    QTimer::singleShot(0, this, [this] {
        if (!m_window)
            m_workspace.reset();
    });
}

void ConsoleApp::entered()
{
    keepSettings();
    m_window = std::make_unique<MainWindow>(m_look, m_commands, m_settings, *m_workspace);
    m_desk = std::make_unique<DeskCommands>(*m_window, m_commands);
    m_notices = std::make_unique<Notices>(*m_window, *m_desk);
    connect(m_window.get(), &MainWindow::settingsToKeep, this, [this] {
        const QString language = m_options.language.isEmpty() ? m_settings.language : m_options.language;
        const QString now = language.isEmpty() ? QLocale::system().name().left(2) : language;
        if (now != m_language)
            setLanguage(language);
        m_notices->settingsChanged();
        keepSettings();
    });
    connect(m_window.get(), &MainWindow::quitWanted, this, [this] {
        m_workspace->actions().commitPending();
        QTimer::singleShot(0, qApp, &QCoreApplication::quit);
    });
    QApplication::setQuitOnLastWindowClosed(false);
    m_window->show();
    if (m_login)
        m_login->hide();
}

void ConsoleApp::logOut()
{
    if (!m_workspace)
        return;
    m_workspace->actions().commitPending();
    m_workspace->logout();
    QTimer::singleShot(0, this, [this] {
        dropWorkspace();
        m_settings.rememberLogin = false;
        keepSettings();
        showLogin();
        m_login->showMessage({});
    });
}

void ConsoleApp::dropWorkspace()
{
    m_notices.reset();
    m_desk.reset();
    m_window.reset();
    m_workspace.reset();
}

void ConsoleApp::keepSettings()
{
    if (!m_options.demo)
        writeSettings(m_settingsPath, m_settings);
}

} // namespace signalbox::console
