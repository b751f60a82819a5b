// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAction>
#include <QHash>
#include <QKeySequence>
#include <QObject>

#include <array>

namespace signalbox::console {

/// Everything that has a key of its own. The numbers are not stored; idOf() is.
enum class Command : quint8 {
    Palette,
    Take,
    TakeMostUrgent,
    Hottest,
    SendAndNext,
    NextDialog,
    PreviousDialog,
    CycleDialog,
    ShowQueue,
    ShowMine,
    ShowAll,
    SearchList,
    SearchThread,
    Canned,
    ToggleNote,
    Transfer,
    Release,
    Finish,
    FirstUnread,
    RepairLayout,
    NextPane,
    PreviousPane,
    NextAlert,
    AcknowledgeAlert,
    DoNotDisturb,
    Resync,
    TextReset,
    TextLarger,
    TextSmaller,
    UndoAction,
    ShortcutSheet,
    Mine1, // …9, in a row
    Mine2,
    Mine3,
    Mine4,
    Mine5,
    Mine6,
    Mine7,
    Mine8,
    Mine9,
    // Without a usual key.
    ReturnToAi,
    Cancel,
    Reopen,
    Export,
    ExportList,
    CopyDiagnostics,
    ManageCanned,
    Connections,
    Preferences,
    ResetLayout,
    LogOut,
    Quit,
    Count_,
};

/// The console's commands as actions: one each, with the key that is chosen for it. Keys are of Ctrl or Alt with a
/// Latin letter or digit, Enter, arrows, Tab and function keys only: those survive every keyboard layout.
class Commands : public QObject
{
    Q_OBJECT
public:
    explicit Commands(QObject* parent = nullptr);

    QAction* action(Command command) const { return m_actions[static_cast<size_t>(command)]; }
    /// The name in settings, "take-most-urgent".
    static QString idOf(Command command);
    static QKeySequence usualKey(Command command);
    QKeySequence key(Command command) const { return action(command)->shortcut(); }

    /// `changed`: command's name → key, an empty one switches the key off. Unknown names are ignored.
    void setKeys(const QHash<QString, QString>& changed);
    /// The action that a key would trigger now; null: none.
    QAction* actionOf(const QKeySequence& key) const;
    /// Why a key cannot be a command's; empty: it can.
    static QString objection(const QKeySequence& key);
    /// For people: "Ctrl+Enter".
    static QString keyText(const QKeySequence& key);
    /// Sets the texts in the language that is chosen now.
    void retranslate();

private:
    std::array<QAction*, static_cast<size_t>(Command::Count_)> m_actions{};
};

} // namespace signalbox::console
