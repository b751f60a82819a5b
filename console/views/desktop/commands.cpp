// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/desktop/commands.h"

namespace signalbox::console {

namespace {

struct Entry
{
    Command command;
    const char* id;
    const char* key;
    const char* text;
};

// clang-format off
constexpr Entry kTable[] = {
    {Command::Palette, "palette", "Ctrl+K", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Find or do anything")},
    {Command::Take, "take", "Ctrl+Return", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Take this dialog")},
    {Command::TakeMostUrgent, "take-most-urgent", "F2", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Take the most urgent one of the queue")},
    {Command::Hottest, "hottest", "Alt+A", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Go to the dialog that needs me most")},
    {Command::SendAndNext, "send-and-next", "Alt+Return", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Send and go to the next one who waits")},
    {Command::NextDialog, "next-dialog", "Alt+Down", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Next dialog of the list")},
    {Command::PreviousDialog, "previous-dialog", "Alt+Up", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Previous dialog of the list")},
    {Command::CycleDialog, "cycle-dialog", "Ctrl+Tab", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Next dialog, around the list")},
    {Command::ShowQueue, "show-queue", "Ctrl+1", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Show the queue")},
    {Command::ShowMine, "show-mine", "Ctrl+2", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Show my dialogs")},
    {Command::ShowAll, "show-all", "Ctrl+3", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Show all dialogs")},
    {Command::SearchList, "search-list", "Ctrl+L", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Search the list")},
    {Command::SearchThread, "search-thread", "Ctrl+F", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Search this dialog")},
    {Command::Canned, "canned", "Ctrl+J", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Insert a canned reply")},
    {Command::ToggleNote, "toggle-note", "Ctrl+N", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Reply or internal note")},
    {Command::Transfer, "transfer", "Ctrl+T", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Transfer with a note…")},
    {Command::Release, "release", "Ctrl+R", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Release to the queue")},
    {Command::Finish, "finish", "Ctrl+E", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Finish and go to the next one")},
    {Command::FirstUnread, "first-unread", "Ctrl+U", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Jump to the first unread message")},
    {Command::RepairLayout, "repair-layout", "Alt+X", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Repair text typed in the wrong layout")},
    {Command::NextPane, "next-pane", "F6", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Next pane")},
    {Command::PreviousPane, "previous-pane", "Shift+F6", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Previous pane")},
    {Command::NextAlert, "next-alert", "F8", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Next alert")},
    {Command::AcknowledgeAlert, "acknowledge-alert", "Shift+F8", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Acknowledge the alert")},
    {Command::DoNotDisturb, "do-not-disturb", "Ctrl+D", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Do not disturb, on or off")},
    {Command::Resync, "resync", "F5", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Load everything anew")},
    {Command::TextReset, "text-reset", "Ctrl+0", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Usual text size")},
    {Command::TextLarger, "text-larger", "Ctrl++", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Larger text")},
    {Command::TextSmaller, "text-smaller", "Ctrl+-", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Smaller text")},
    {Command::UndoAction, "undo-action", "Ctrl+Z", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Undo the last action")},
    {Command::ShortcutSheet, "shortcut-sheet", "F1", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Keyboard")},
    {Command::Mine1, "mine-1", "Alt+1", QT_TRANSLATE_NOOP("signalbox::console::Commands", "My dialog no. 1")},
    {Command::Mine2, "mine-2", "Alt+2", QT_TRANSLATE_NOOP("signalbox::console::Commands", "My dialog no. 2")},
    {Command::Mine3, "mine-3", "Alt+3", QT_TRANSLATE_NOOP("signalbox::console::Commands", "My dialog no. 3")},
    {Command::Mine4, "mine-4", "Alt+4", QT_TRANSLATE_NOOP("signalbox::console::Commands", "My dialog no. 4")},
    {Command::Mine5, "mine-5", "Alt+5", QT_TRANSLATE_NOOP("signalbox::console::Commands", "My dialog no. 5")},
    {Command::Mine6, "mine-6", "Alt+6", QT_TRANSLATE_NOOP("signalbox::console::Commands", "My dialog no. 6")},
    {Command::Mine7, "mine-7", "Alt+7", QT_TRANSLATE_NOOP("signalbox::console::Commands", "My dialog no. 7")},
    {Command::Mine8, "mine-8", "Alt+8", QT_TRANSLATE_NOOP("signalbox::console::Commands", "My dialog no. 8")},
    {Command::Mine9, "mine-9", "Alt+9", QT_TRANSLATE_NOOP("signalbox::console::Commands", "My dialog no. 9")},
    {Command::ReturnToAi, "return-to-ai", "", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Give back to the AI")},
    {Command::Cancel, "cancel", "", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Cancel the handoff")},
    {Command::Reopen, "reopen", "", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Reopen")},
    {Command::Export, "export", "", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Export this dialog…")},
    {Command::ExportList, "export-list", "", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Export the list…")},
    {Command::CopyDiagnostics, "copy-diagnostics", "", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Copy diagnostics")},
    {Command::ManageCanned, "manage-canned", "", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Canned replies…")},
    {Command::Connections, "connections", "", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Connections, rooms, operators…")},
    {Command::Preferences, "preferences", "", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Settings…")},
    {Command::ResetLayout, "reset-layout", "", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Reset window layout")},
    {Command::LogOut, "log-out", "", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Log out")},
    {Command::Quit, "quit", "", QT_TRANSLATE_NOOP("signalbox::console::Commands", "Quit")},
};
// clang-format on
static_assert(std::size(kTable) == static_cast<size_t>(Command::Count_));

const Entry& entryOf(Command command)
{
    return kTable[static_cast<size_t>(command)];
}

} // namespace

Commands::Commands(QObject* parent)
    : QObject(parent)
{
    for (const Entry& entry : kTable) {
        auto* action = new QAction(this);
        action->setShortcutContext(Qt::WindowShortcut);
        m_actions[static_cast<size_t>(entry.command)] = action;
    }
    setKeys({});
    retranslate();
}

QString Commands::idOf(Command command)
{
    return QString::fromLatin1(entryOf(command).id);
}

QKeySequence Commands::usualKey(Command command)
{
    return QKeySequence(QString::fromLatin1(entryOf(command).key));
}

void Commands::setKeys(const QHash<QString, QString>& changed)
{
    for (const Entry& entry : kTable) {
        const auto it = changed.find(QString::fromLatin1(entry.id));
        const QKeySequence key = it == changed.end() ? usualKey(entry.command) : QKeySequence(*it);
        QAction* own = action(entry.command);
        if (key == QKeySequence(Qt::CTRL | Qt::Key_Return) || key == QKeySequence(Qt::ALT | Qt::Key_Return))
            own->setShortcuts({key, QKeySequence(key[0].keyboardModifiers() | Qt::Key_Enter)});
        else
            own->setShortcut(key);
    }
}

QAction* Commands::actionOf(const QKeySequence& key) const
{
    const auto found = std::find_if(m_actions.begin(), m_actions.end(), [&key](const QAction* action) {
        return action->isEnabled() && action->shortcuts().contains(key);
    });
    return found == m_actions.end() ? nullptr : *found;
}

QString Commands::objection(const QKeySequence& sequence)
{
    if (sequence.isEmpty())
        return {};
    const Qt::Key key = sequence[0].key();
    const Qt::KeyboardModifiers modifiers = sequence[0].keyboardModifiers();
    if (sequence.count() > 1)
        return tr("One key at a time, please.");
    if (key >= Qt::Key_F1 && key <= Qt::Key_F24)
        return {};
    const bool ctrlOrAlt = modifiers == Qt::ControlModifier || modifiers == Qt::AltModifier;
    if (!ctrlOrAlt)
        return tr("Use Ctrl or Alt alone: other combinations are dead in some keyboard layouts.");
    const bool letter = (key >= Qt::Key_A && key <= Qt::Key_Z) || (key >= Qt::Key_0 && key <= Qt::Key_9);
    const bool moving = (key >= Qt::Key_Left && key <= Qt::Key_Down) || key == Qt::Key_Tab || key == Qt::Key_Return ||
                        key == Qt::Key_Enter || key == Qt::Key_Home || key == Qt::Key_End;
    return letter || moving ? QString() : tr("Use a Latin letter, a digit, an arrow or a function key.");
}

QString Commands::keyText(const QKeySequence& key)
{
    return key.toString(QKeySequence::NativeText).replace(QLatin1String("Return"), QLatin1String("Enter"));
}

void Commands::retranslate()
{
    for (const Entry& entry : kTable)
        action(entry.command)->setText(tr(entry.text));
}

} // namespace signalbox::console
