// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/window/deskcommands.h"

#include "console/client/session.h"
#include "console/client/workspace.h"
#include "console/models/dialogfiltermodel.h"
#include "console/store/store.h"
#include "console/views/details/detailspane.h"
#include "console/views/dialogs/canneddialog.h"
#include "console/views/dialogs/connectionswindow.h"
#include "console/views/dialogs/transferdialog.h"
#include "console/views/lists/dialogpane.h"
#include "console/views/overlays/paletteview.h"
#include "console/views/overlays/snackbar.h"
#include "console/views/thread/composepane.h"
#include "console/views/thread/composer.h"
#include "console/views/thread/threadpane.h"
#include "console/views/thread/threadview.h"
#include "console/views/window/mainwindow.h"
#include "console/views/window/statusline.h"

#include <QLocale>
#include <QMenu>

namespace signalbox::console {

namespace {

const QString kUndoTag = QStringLiteral("undo/");

} // namespace

DeskCommands::DeskCommands(MainWindow& window, Commands& commands, QObject* parent)
    : QObject(parent)
    , m_window(window)
    , m_commands(commands)
    , m_actions(window.workspace().actions())
    , m_store(window.workspace().store())
{
    wireDialogs();
    wireGoing();
    wireWriting();
    wireProgram();
    wireOutcomes();
}

void DeskCommands::on(Command command, std::function<void()> what)
{
    connect(m_commands.action(command), &QAction::triggered, this, [what = std::move(what)] { what(); });
}

void DeskCommands::wireDialogs()
{
    on(Command::Take, [this] { take(m_window.current()); });
    on(Command::TakeMostUrgent, [this] { openAndTake(m_window.lists().at(DialogPane::List::Queue, 0)); });
    on(Command::Release, [this] { m_actions.returnToQueue(m_window.current()); });
    on(Command::ReturnToAi, [this] { m_actions.release(m_window.current()); });
    on(Command::Cancel, [this] { m_actions.cancel(m_window.current()); });
    on(Command::Reopen, [this] { m_actions.reopen(m_window.current()); });
    on(Command::Finish, [this] { finish(); });
    on(Command::Transfer, [this] { transfer(); });
    on(Command::UndoAction, [this] { m_actions.undoLast(); });
    connect(&m_window.lists(), &DialogPane::menuWanted, this, &DeskCommands::listMenu);
}

void DeskCommands::wireGoing()
{
    on(Command::Hottest, [this] {
        if (const qint64 id = hottestDialog(m_store))
            m_window.open(id, true);
        else
            m_window.statusLine().say(tr("Nobody needs you now."));
    });
    on(Command::NextDialog, [this] { go(1, false); });
    on(Command::PreviousDialog, [this] { go(-1, false); });
    on(Command::CycleDialog, [this] { go(1, true); });
    const std::pair<Command, DialogPane::List> lists[] = {{Command::ShowQueue, DialogPane::List::Queue},
                                                          {Command::ShowMine, DialogPane::List::Mine},
                                                          {Command::ShowAll, DialogPane::List::All}};
    for (const auto& [command, list] : lists) {
        on(command, [this, list = list] {
            m_window.lists().showList(list);
            m_window.lists().focusList();
        });
    }
    for (int i = 0; i < 9; ++i) {
        on(static_cast<Command>(static_cast<int>(Command::Mine1) + i), [this, i] {
            if (const qint64 id = m_window.lists().at(DialogPane::List::Mine, i))
                m_window.open(id, true);
        });
    }
    on(Command::SearchList, [this] { m_window.lists().focusSearch(); });
    on(Command::SearchThread, [this] { m_window.thread().openSearch(); });
    on(Command::FirstUnread, [this] { m_window.thread().goToUnread(); });
    on(Command::NextPane, [this] { m_window.nextPane(1); });
    on(Command::PreviousPane, [this] { m_window.nextPane(-1); });
    on(Command::NextAlert, [this] { m_window.details().nextAlert(); });
    on(Command::AcknowledgeAlert, [this] { m_window.details().acknowledgeAlert(); });
    on(Command::Palette, [this] { m_window.palette().open(); });
    connect(&m_window.palette(), &PaletteView::picked, this, &DeskCommands::palettePicked);
}

void DeskCommands::wireWriting()
{
    on(Command::SendAndNext, [this] { sendAndNext(); });
    on(Command::Canned, [this] { m_window.thread().compose().openCanned(); });
    on(Command::ToggleNote, [this] {
        ComposePane& compose = m_window.thread().compose();
        compose.setNote(!compose.isNote());
        compose.focus();
    });
    on(Command::RepairLayout, [this] { m_window.thread().compose().repairLayout(); });
}

void DeskCommands::wireProgram()
{
    on(Command::DoNotDisturb, [this] { toggleDnd(); });
    on(Command::Resync, [this] { m_window.workspace().session().resync(); });
    on(Command::TextReset, [this] { setTextSize(Look::kUsualText); });
    on(Command::TextLarger, [this] { setTextSize(m_window.settings().textSize + 1); });
    on(Command::TextSmaller, [this] { setTextSize(m_window.settings().textSize - 1); });
    on(Command::ShortcutSheet, [this] { openShortcuts(); });
    on(Command::Preferences, [this] { openSettings(); });
    on(Command::ResetLayout, [this] { m_window.resetLayout(); });
    on(Command::ManageCanned, [this] { CannedDialog(m_window.look(), m_store, m_actions, &m_window).exec(); });
    on(Command::Connections, [this] {
        m_window.connections().show();
        m_window.connections().raise();
        m_window.connections().refresh();
    });
    on(Command::Export, [this] { exportDialog(); });
    on(Command::ExportList, [this] { exportList(); });
    on(Command::CopyDiagnostics, [this] { copyDiagnostics(); });
    on(Command::Quit, [this] { m_window.close(); });
    connect(&m_window.statusLine(), &StatusLine::statusWanted, &m_actions, &Actions::setStatus);
}

void DeskCommands::wireOutcomes()
{
    Snackbar& snackbar = m_window.snackbar();
    connect(&m_actions, &Actions::undoOffered, this, &DeskCommands::showUndo);
    connect(&m_actions, &Actions::undoEnded, &snackbar,
            [&snackbar](quint64 id, bool) { snackbar.withdraw(kUndoTag + QString::number(id)); });
    connect(&m_actions, &Actions::takeLost, this, &DeskCommands::showLost);
    connect(&m_actions, &Actions::failed, this, [this](qint64 dialogId, const QString& what) {
        m_window.snackbar().show(dialogId == 0 ? what : guestOf(dialogId) + QStringLiteral(": ") + what);
    });
    connect(&m_store, &Store::whispered, this, [this](qint64 dialogId, const QString& from, const QString& text) {
        m_window.snackbar().show(tr("%1 whispers: %2").arg(from, text), tr("Open"),
                                 QStringLiteral("open/%1").arg(dialogId), 15000);
    });
    connect(&snackbar, &Snackbar::pressed, this, [this](const QString& tag) {
        const qulonglong number = tag.section(QLatin1Char('/'), 1).toULongLong();
        if (tag.startsWith(kUndoTag))
            m_actions.undo(number);
        else if (tag.startsWith(QLatin1String("open/")))
            m_window.open(static_cast<qint64>(number), true);
        else if (tag.startsWith(QLatin1String("away")))
            m_actions.setStatus(Presence::Away);
    });
}

QString DeskCommands::guestOf(qint64 dialogId) const
{
    const Dialog* dialog = m_store.dialog(dialogId);
    return dialog ? guestTitle(*dialog) : QStringLiteral("#%1").arg(dialogId);
}

void DeskCommands::take(qint64 dialogId)
{
    const Dialog* dialog = m_store.dialog(dialogId);
    if (!dialog)
        return;
    if (dialog->status == DialogStatus::Operator && !m_store.isMine(*dialog))
        m_actions.takeOver(dialogId);
    else
        m_actions.take(dialogId);
    m_window.thread().compose().focus();
}

void DeskCommands::openAndTake(qint64 dialogId)
{
    if (dialogId == 0)
        return m_window.statusLine().say(tr("The queue is empty."));
    m_window.open(dialogId, true);
    take(dialogId);
}

void DeskCommands::go(int step, bool around)
{
    const bool writing = m_window.thread().compose().composer().hasFocus();
    if (const qint64 id = m_window.lists().neighbour(step, around))
        m_window.open(id, writing);
}

void DeskCommands::goToNextWaiting()
{
    const qint64 now = m_window.current();
    qint64 next = m_window.lists().firstOf(DialogPane::List::Mine, now);
    if (const Dialog* dialog = m_store.dialog(next); !dialog || dialog->waitingSinceMs == 0) {
        const qint64 queued = m_window.lists().firstOf(DialogPane::List::Queue, now);
        next = queued != 0 ? queued : next;
    }
    if (next != 0)
        m_window.open(next, true);
}

void DeskCommands::finish()
{
    const qint64 done = m_window.current();
    if (m_actions.close(done) != 0)
        goToNextWaiting();
}

void DeskCommands::transfer()
{
    const qint64 dialogId = m_window.current();
    TransferDialog dialog(m_window.look(), m_store, guestOf(dialogId), &m_window);
    if (dialog.exec() != QDialog::Accepted)
        return;
    if (dialog.operatorId().isEmpty())
        m_actions.returnToQueue(dialogId, dialog.note());
    else
        m_actions.transfer(dialogId, dialog.operatorId(), dialog.note());
}

void DeskCommands::sendAndNext()
{
    if (m_window.thread().compose().send())
        goToNextWaiting();
}

void DeskCommands::toggleDnd()
{
    m_actions.setStatus(m_store.me().wanted == Presence::Dnd ? Presence::Online : Presence::Dnd);
}

void DeskCommands::palettePicked(const PaletteModel::Entry& entry)
{
    switch (entry.kind) {
    case PaletteModel::Kind::Command:
        return m_commands.action(static_cast<Command>(entry.id))->trigger();
    case PaletteModel::Kind::Dialog:
        return m_window.open(entry.id, true);
    case PaletteModel::Kind::Canned:
        for (const CannedReply& reply : m_store.cannedReplies()) {
            if (reply.id == entry.id)
                return m_window.thread().compose().insertCanned(reply.text);
        }
    }
}

void DeskCommands::listMenu(qint64 dialogId, const QPoint& at)
{
    m_window.open(dialogId);
    QMenu menu(&m_window);
    for (const Command command : {Command::Take, Command::Transfer, Command::Release, Command::ReturnToAi,
                                  Command::Finish, Command::Cancel, Command::Reopen, Command::Export}) {
        if (m_commands.action(command)->isEnabled())
            menu.addAction(m_commands.action(command));
    }
    menu.exec(at);
}

void DeskCommands::showUndo(quint64 pendingId, IntentKind kind, qint64 dialogId)
{
    const QString guest = guestOf(dialogId);
    const QString text = kind == IntentKind::Release    ? tr("%1: given back to the AI").arg(guest)
                         : kind == IntentKind::Transfer ? tr("%1: passed on").arg(guest)
                         : kind == IntentKind::Cancel   ? tr("%1: handoff cancelled").arg(guest)
                                                        : tr("%1: finished").arg(guest);
    m_window.snackbar().show(text, tr("Undo"), kUndoTag + QString::number(pendingId), Actions::kUndoMs);
}

void DeskCommands::showLost(const TakeLost& lost)
{
    QString text;
    if (lost.holderName.isEmpty())
        text = lost.error.text();
    else if (lost.earlierMs >= 0 && lost.earlierMs < 60000)
        text =
            tr("%1 took it %2 s before you").arg(lost.holderName, QLocale().toString(lost.earlierMs / 1000.0, 'f', 1));
    else
        text = tr("%1 has it already").arg(lost.holderName);
    m_window.snackbar().show(guestOf(lost.dialogId) + QStringLiteral(": ") + text);
}

void DeskCommands::setTextSize(int pixels)
{
    m_window.settings().textSize = std::clamp(pixels, Look::kSmallestText, Look::kLargestText);
    m_window.settingsChanged();
}

} // namespace signalbox::console
