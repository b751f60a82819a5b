// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/thread/messagemenu.h"

#include "console/views/thread/threadview.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMenu>

namespace signalbox::console {

MessageMenu::MessageMenu(ThreadView& view, const QModelIndex& index)
    : m_view(view)
    , m_index(index)
{
}

void MessageMenu::showAt(const QPoint& globalPosition)
{
    QMenu menu(&m_view);
    const QString text = m_index.data(ThreadModel::TextRole).toString();
    QObject::connect(menu.addAction(tr("Copy text")), &QAction::triggered, &m_view, [this, text] {
        QGuiApplication::clipboard()->setText(text);
        emit m_view.copied(text);
    });
    if (m_index.data(ThreadModel::MayEditRole).toBool()) {
        const qint64 id = m_index.data(ThreadModel::IdRole).toLongLong();
        QObject::connect(menu.addAction(tr("Edit…")), &QAction::triggered, &m_view,
                         [this, id, text] { emit m_view.editWanted(id, text); });
    }
    if (m_index.data(ThreadModel::DeliveryRole).toInt() == static_cast<int>(Delivery::Failed))
        addFailed(menu);
    menu.exec(globalPosition);
}

void MessageMenu::addFailed(QMenu& menu)
{
    const QString clientId = m_index.data(ThreadModel::ClientIdRole).toString();
    QObject::connect(menu.addAction(tr("Retry")), &QAction::triggered, &m_view,
                     [this, clientId] { emit m_view.retryWanted(clientId); });
    QObject::connect(menu.addAction(tr("Delete")), &QAction::triggered, &m_view,
                     [this, clientId] { emit m_view.removeWanted(clientId); });
}

} // namespace signalbox::console
