// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/desktop/keyfilter.h"

#include "console/models/keyboardlayout.h"
#include "console/views/desktop/commands.h"

#include <QAction>
#include <QApplication>
#include <QKeyEvent>
#include <QPlainTextEdit>
#include <QTextDocument>
#include <QWheelEvent>
#include <QWidget>
#include <QWindow>

namespace signalbox::console {

KeyFilter::KeyFilter(const Commands& commands, QObject* parent)
    : QObject(parent)
    , m_commands(commands)
{
}

bool KeyFilter::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Wheel && qobject_cast<QWindow*>(watched))
        return zoomed(static_cast<const QWheelEvent&>(*event));
    if (event->type() != QEvent::KeyPress && event->type() != QEvent::ShortcutOverride)
        return false;
    auto& key = static_cast<QKeyEvent&>(*event);
    if (!m_resending && resent(watched, key))
        return true;
    if (event->type() == QEvent::ShortcutOverride && isReserved(key, watched)) {
        event->ignore(); // so that the shortcut is looked for
        return true;
    }
    return false;
}

// Key presses are caught at the window: there they come after the search for a shortcut has failed.
bool KeyFilter::resent(QObject* watched, const QKeyEvent& event)
{
    const Qt::KeyboardModifiers modifiers = event.modifiers() & (Qt::ControlModifier | Qt::AltModifier);
    if (event.type() != QEvent::KeyPress || modifiers == Qt::NoModifier || !qobject_cast<QWindow*>(watched))
        return false;
    const std::optional<Qt::Key> latin = latinKeyOf(event.key());
    if (!latin)
        return false;
    QAction* action = m_commands.actionOf(QKeySequence(event.modifiers() | *latin));
    const QWidget* window = QApplication::activeWindow();
    if (action && window && window->actions().contains(action)) {
        action->trigger();
        return true;
    }
    m_resending = true;
    QKeyEvent press(QEvent::KeyPress, *latin, event.modifiers(), QString(), event.isAutoRepeat());
    QCoreApplication::sendEvent(watched, &press);
    m_resending = false;
    return true;
}

bool KeyFilter::zoomed(const QWheelEvent& event)
{
    const int turn = event.angleDelta().y();
    if (event.modifiers() != Qt::ControlModifier || turn == 0)
        return false;
    m_commands.action(turn > 0 ? Command::TextLarger : Command::TextSmaller)->trigger();
    return true;
}

bool KeyFilter::isReserved(const QKeyEvent& event, const QObject* watched) const
{
    const QAction* action = m_commands.actionOf(QKeySequence(event.keyCombination()));
    if (!action)
        return false;
    const auto* editor = qobject_cast<const QPlainTextEdit*>(watched);
    const bool undoesText = action == m_commands.action(Command::UndoAction);
    if (undoesText && editor && editor->document()->isUndoAvailable())
        return false;
    const auto* widget = qobject_cast<const QWidget*>(watched);
    return widget && widget->window()->actions().contains(const_cast<QAction*>(action));
}

} // namespace signalbox::console
