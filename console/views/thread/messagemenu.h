// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QModelIndex>

class QMenu;

namespace signalbox::console {

class ThreadView;

/// What can be done with one message: copy, and with own ones edit, retry, delete.
class MessageMenu
{
    Q_DECLARE_TR_FUNCTIONS(signalbox::console::MessageMenu)
public:
    MessageMenu(ThreadView& view, const QModelIndex& index);

    /// Modal; returns when the menu is gone.
    void showAt(const QPoint& globalPosition);

private:
    void addFailed(QMenu& menu);

    ThreadView& m_view;
    QPersistentModelIndex m_index;
};

} // namespace signalbox::console
