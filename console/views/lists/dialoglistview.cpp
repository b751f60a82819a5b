// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/lists/dialoglistview.h"

#include "console/models/dialoglistmodel.h"
#include "console/views/lists/dialogdelegate.h"
#include "console/views/look/look.h"

#include <QContextMenuEvent>
#include <QScrollBar>

namespace signalbox::console {

DialogListView::DialogListView(const Look& look, DialogFilterModel& model, std::function<qint64()> clock,
                               QWidget* parent)
    : QListView(parent)
    , m_model(model)
{
    auto* delegate = new DialogDelegate(look, std::move(clock), this);
    delegate->setShowsOwner(model.list() == DialogFilterModel::List::All);
    setItemDelegate(delegate);
    setModel(&model);
    setUniformItemSizes(true);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    setEditTriggers(NoEditTriggers);
    setSelectionMode(SingleSelection);
    connect(&look, &Look::changed, this, &DialogListView::scheduleDelayedItemsLayout);
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(&model, signal, this, &DialogListView::restoreCurrent, Qt::QueuedConnection);
    connect(this, &QListView::activated, this,
            [this](const QModelIndex& index) { emit chosen(m_model.dialogAt(index.row())); });
    connect(&m_second, &QTimer::timeout, this, &DialogListView::tick);
    m_second.start(1000);
}

qint64 DialogListView::currentDialog() const
{
    return m_model.dialogAt(currentIndex().row());
}

void DialogListView::setCurrentDialog(qint64 dialogId)
{
    m_dialogId = dialogId;
    const int row = dialogId == 0 ? -1 : m_model.rowOf(dialogId);
    m_isSetting = true;
    if (row < 0) {
        clearSelection();
        setCurrentIndex({});
    } else if (currentIndex().row() != row || !selectionModel()->hasSelection()) {
        setCurrentIndex(m_model.index(row, 0));
    }
    m_isSetting = false;
}

// A view selects the next row when the selected one goes: as if one had chosen it.
void DialogListView::restoreCurrent()
{
    if (currentDialog() != m_dialogId)
        setCurrentDialog(m_dialogId);
}

qint64 DialogListView::neighbour(int step, bool around) const
{
    const int rows = m_model.rowCount();
    if (rows == 0)
        return 0;
    const int now = currentIndex().row();
    int row = now < 0 ? (step > 0 ? 0 : rows - 1) : now + step;
    row = around ? (row + rows) % rows : std::clamp(row, 0, rows - 1);
    return m_model.dialogAt(row);
}

void DialogListView::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    QListView::currentChanged(current, previous);
    // Rows that move under the selection do not choose anything; neither does a list that loses its current row.
    if (!m_isSetting && current.isValid() && hasFocus())
        emit chosen(m_model.dialogAt(current.row()));
}

void DialogListView::enterEvent(QEnterEvent* event)
{
    QListView::enterEvent(event);
    m_model.setFrozen(true);
}

void DialogListView::leaveEvent(QEvent* event)
{
    QListView::leaveEvent(event);
    m_model.setFrozen(false);
}

void DialogListView::contextMenuEvent(QContextMenuEvent* event)
{
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const QModelIndex index = byKey ? currentIndex() : indexAt(event->pos());
    if (!index.isValid())
        return;
    const QPoint at = byKey ? viewport()->mapToGlobal(visualRect(index).center()) : event->globalPos();
    emit menuWanted(m_model.dialogAt(index.row()), at);
}

void DialogListView::keyPressEvent(QKeyEvent* event)
{
    // Letters do not search here: Ctrl+L does, and says what it searches.
    if (event->text().size() == 1 && event->text().front().isPrint() && event->key() != Qt::Key_Space)
        return event->ignore();
    QListView::keyPressEvent(event);
}

void DialogListView::tick()
{
    if (isVisible())
        viewport()->update();
}

} // namespace signalbox::console
