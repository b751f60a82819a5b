// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/window/mainwindow.h"

#include "console/client/outbox.h"
#include "console/client/session.h"
#include "console/client/threads.h"
#include "console/client/workspace.h"
#include "console/store/store.h"
#include "console/views/details/detailspane.h"
#include "console/views/dialogs/connectionswindow.h"
#include "console/views/lists/dialogpane.h"
#include "console/views/look/icons.h"
#include "console/views/overlays/gapstrip.h"
#include "console/views/overlays/paletteview.h"
#include "console/views/overlays/snackbar.h"
#include "console/views/thread/composepane.h"
#include "console/views/thread/composer.h"
#include "console/views/thread/threadheader.h"
#include "console/views/thread/threadpane.h"
#include "console/views/window/endofshift.h"
#include "console/views/window/statusline.h"

#include <QApplication>
#include <QCloseEvent>
#include <QKeyEvent>
#include <QMenuBar>
#include <QScreen>
#include <QSplitter>
#include <QVBoxLayout>

namespace signalbox::console {

namespace {

constexpr int kFrameHeight = 40; // what a window manager adds
constexpr int kListWidth = 320;
constexpr int kDetailsWidth = 304;
constexpr int kDetailsNeed = 1120; // below this width the right pane folds

} // namespace

MainWindow::MainWindow(Look& look, Commands& commands, Settings& settings, Workspace& workspace)
    : m_look(look)
    , m_commands(commands)
    , m_settings(settings)
    , m_workspace(workspace)
    , m_dialogs(workspace.store(), workspace.drafts(), workspace.actions())
    , m_series(workspace.store(), workspace.session(), workspace.outbox())
{
    setWindowIcon(appIcon());
    setMinimumSize(720, 480);
    m_dialogs.setSlaSeconds(settings.slaSeconds);
    build();
    buildMenus();
    wire();
    restoreLayout();
    retranslate();
}

MainWindow::~MainWindow()
{
    delete m_connections;
}

void MainWindow::build()
{
    auto* body = new QWidget(this);
    m_splitter = new QSplitter(Qt::Horizontal, body);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(1);
    m_lists = new DialogPane(m_look, m_commands, m_workspace.store(), m_dialogs, m_splitter);
    m_thread = new ThreadPane(m_look, m_commands, m_workspace, m_splitter);
    m_details = new DetailsPane(m_look, m_commands, m_workspace, m_series, m_splitter);
    m_thread->setMinimumWidth(380);
    m_lists->setMaximumWidth(520);
    m_details->setMaximumWidth(420);
    m_splitter->setStretchFactor(0, 0);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setStretchFactor(2, 0);
    m_status = new StatusLine(m_look, m_workspace, m_series, m_settings.slaSeconds, body);
    m_thread->header().setSlaSeconds(m_settings.slaSeconds);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_splitter, 1);
    column->addWidget(m_status);
    setCentralWidget(body);
    m_snackbar = new Snackbar(m_look, body);
    m_palette = new PaletteView(m_look, m_commands, m_workspace.store(), body);
}

void MainWindow::buildMenus()
{
    using C = Command;
    const QList<QList<C>> menus{
        {C::Take, C::TakeMostUrgent, C::Transfer, C::Release, C::ReturnToAi, C::Finish, C::Cancel, C::Reopen, C::Count_,
         C::ToggleNote, C::Canned, C::RepairLayout, C::UndoAction, C::Count_, C::Export, C::ExportList},
        {C::Palette, C::Hottest, C::NextDialog, C::PreviousDialog, C::FirstUnread, C::Count_, C::ShowQueue, C::ShowMine,
         C::ShowAll, C::Count_, C::SearchList, C::SearchThread, C::NextPane, C::NextAlert, C::AcknowledgeAlert},
        {C::Connections, C::ManageCanned, C::Count_, C::DoNotDisturb, C::Resync, C::Count_, C::TextLarger,
         C::TextSmaller, C::TextReset, C::ResetLayout, C::Count_, C::Preferences, C::LogOut, C::Quit},
        {C::ShortcutSheet, C::CopyDiagnostics},
    };
    for (const QList<C>& commands : menus) {
        QMenu* menu = menuBar()->addMenu(QString());
        for (const C command : commands) {
            if (command == C::Count_)
                menu->addSeparator();
            else
                menu->addAction(m_commands.action(command));
        }
        m_menus.push_back(menu);
    }
    for (int i = 0; i < static_cast<int>(C::Count_); ++i)
        addAction(m_commands.action(static_cast<C>(i)));
}

void MainWindow::wire()
{
    connect(m_lists, &DialogPane::chosen, this, [this](qint64 id) { open(id); });
    connect(m_lists, &DialogPane::escaped, this, [this] { m_thread->compose().focus(); });
    connect(m_lists, &DialogPane::listChanged, this, [this](DialogPane::List list) {
        m_settings.list = static_cast<int>(list);
        m_lists->setCurrent(current());
    });
    connect(m_details, &DetailsPane::tabChanged, this, [this](int tab) { m_settings.detailsTab = tab; });
    connect(m_thread, &ThreadPane::said, m_status, &StatusLine::say);
    connect(&m_thread->gapStrip(), &GapStrip::chosen, this, [this](qint64 id) { open(id); });
    connect(m_palette, &PaletteView::closed, this, [this] { m_thread->compose().focus(); });
    connect(m_status, &StatusLine::connectionPressed, &m_workspace.session(), &Session::retryNow);
    connect(&m_workspace.session(), &Session::gapClosed, &m_thread->gapStrip(), &GapStrip::setReport);
    connect(&m_workspace.store(), &Store::countsChanged, this, &MainWindow::updateTitle);
    connect(&m_workspace.store(), &Store::reset, this, [this] {
        m_commands.action(Command::Connections)->setVisible(m_workspace.store().me().role == Role::Admin);
        m_lists->setCurrent(current());
    });
    connect(&m_workspace.store(), &Store::dialogRemoved, this, [this] {
        if (current() != 0 && !m_workspace.store().dialog(current()))
            open(0);
    });
}

qint64 MainWindow::current() const
{
    return m_thread->dialogId();
}

void MainWindow::open(qint64 dialogId, bool focusComposer)
{
    m_thread->open(dialogId);
    m_lists->setCurrent(dialogId);
    m_details->setDialog(dialogId);
    if (focusComposer && dialogId != 0)
        m_thread->compose().focus();
    // The neighbour is what is opened next, most often.
    if (const qint64 next = m_lists->neighbour(1); next != 0 && next != dialogId)
        m_workspace.threads().preload(next);
    emit opened(dialogId);
}

ConnectionsWindow& MainWindow::connections()
{
    if (!m_connections)
        m_connections =
            new ConnectionsWindow(m_look, m_workspace.store(), m_workspace.backend(), m_workspace.actions());
    return *m_connections;
}

void MainWindow::settingsChanged()
{
    if (m_look.theme() != m_settings.theme)
        m_look.setTheme(m_settings.theme);
    if (m_look.textSize() != m_settings.textSize)
        m_look.setTextSize(m_settings.textSize);
    m_look.setAnimated(m_settings.animated);
    m_dialogs.setSlaSeconds(m_settings.slaSeconds);
    m_status->setSlaSeconds(m_settings.slaSeconds);
    m_thread->header().setSlaSeconds(m_settings.slaSeconds);
    emit settingsToKeep();
}

void MainWindow::restoreLayout()
{
    if (!restoreGeometry(m_settings.windowGeometry)) {
        const QSize room = screen()->availableGeometry().size() - QSize(0, kFrameHeight);
        resize(QSize(1280, 800).boundedTo(room));
    }
    if (!m_splitter->restoreState(m_settings.splitterState))
        m_splitter->setSizes({kListWidth, 1280 - kListWidth - kDetailsWidth, kDetailsWidth});
    m_splitter->setHandleWidth(1);
    m_lists->showList(static_cast<DialogPane::List>(m_settings.list));
    m_details->showTab(m_settings.detailsTab);
    fold();
}

void MainWindow::keepLayout()
{
    m_settings.windowGeometry = saveGeometry();
    m_settings.splitterState = m_splitter->saveState();
    emit settingsToKeep();
}

void MainWindow::resetLayout()
{
    m_settings.windowGeometry.clear();
    m_settings.splitterState.clear();
    showNormal();
    restoreLayout();
}

void MainWindow::fold()
{
    m_details->setVisible(width() >= kDetailsNeed);
}

void MainWindow::resizeEvent(QResizeEvent* event)
{
    QMainWindow::resizeEvent(event);
    fold();
}

void MainWindow::nextPane(int step)
{
    const auto holds = [](const QWidget& pane) { return pane.isAncestorOf(QApplication::focusWidget()); };
    const bool detailsThere = m_details->isVisible();
    const int now = holds(*m_lists) ? 0 : holds(m_thread->compose()) ? 2 : holds(*m_details) ? 3 : 1;
    const int count = detailsThere ? 4 : 3;
    switch ((now + step + count) % count) {
    case 0:
        return m_lists->focusList();
    case 1:
        return m_thread->focusMessages();
    case 2:
        return m_thread->compose().focus();
    default:
        return m_details->focusTab();
    }
}

void MainWindow::bringToFront()
{
    setWindowState(windowState() & ~Qt::WindowMinimized);
    show();
    raise();
    activateWindow();
}

bool MainWindow::isInFront() const
{
    return isVisible() && isActiveWindow() && !isMinimized();
}

bool MainWindow::mayQuit()
{
    const Store& store = m_workspace.store();
    const int unsent = m_workspace.outbox().waiting();
    if (m_workspace.isDemo() || (unsent == 0 && store.counts().mine == 0))
        return true;
    EndOfShift sheet(m_look, unsent, store.counts().mine, this);
    if (sheet.exec() != QDialog::Accepted)
        return false;
    if (sheet.returnsAll())
        sheet.returnAll(m_workspace);
    return true;
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    keepLayout();
    event->ignore();
    // Never without a way back: where there is no tray, closing is quitting.
    if (m_settings.closeToTray && m_trayThere) {
        hide();
        emit hiddenToTray();
    } else if (mayQuit()) {
        event->accept();
        emit quitWanted();
    }
}

void MainWindow::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) {
        // The topmost thing first, then the composer; nothing that was written is lost.
        if (m_palette->isVisible())
            m_palette->shut();
        else
            m_thread->compose().focus();
    } else if (event->key() == Qt::Key_F10 && !menuBar()->actions().isEmpty()) {
        menuBar()->setActiveAction(menuBar()->actions().first());
    } else {
        QMainWindow::keyPressEvent(event);
    }
}

void MainWindow::retranslate()
{
    const QString titles[] = {tr("&Dialog"), tr("&Go"), tr("&Console"), tr("&Help")};
    for (qsizetype i = 0; i < m_menus.size(); ++i)
        m_menus[i]->setTitle(titles[i]);
    m_palette->retranslate();
    updateTitle();
}

void MainWindow::updateTitle()
{
    const int waiting = m_workspace.store().counts().queue;
    const QString name = m_workspace.isDemo() ? tr("Signalbox – practice") : tr("Signalbox");
    setWindowTitle(waiting > 0 ? QStringLiteral("(%1) ").arg(waiting) + name : name);
}

void MainWindow::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QMainWindow::changeEvent(event);
}

} // namespace signalbox::console
