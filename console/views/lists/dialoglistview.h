// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/models/dialogfiltermodel.h"

#include <QListView>
#include <QTimer>

namespace signalbox::console {

class DialogDelegate;
class Look;

/// One list of dialogs. Waiting times tick for visible rows only; no row moves while the mouse is over the list.
class DialogListView : public QListView
{
    Q_OBJECT
public:
    /// `clock` as DialogDelegate's.
    DialogListView(const Look& look, DialogFilterModel& model, std::function<qint64()> clock,
                   QWidget* parent = nullptr);

    DialogFilterModel& filter() const { return m_model; }
    qint64 currentDialog() const;
    /// Selects without choosing; scrolls there. Stays the selected one as rows come and go; none while it is not here.
    void setCurrentDialog(qint64 dialogId);
    /// `step` rows on, around the ends when asked; the dialog there, 0 when the list is empty.
    qint64 neighbour(int step, bool around) const;

signals:
    void chosen(qint64 dialogId);
    void menuWanted(qint64 dialogId, const QPoint& globalPosition);

protected:
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void tick();
    void restoreCurrent();

    DialogFilterModel& m_model;
    QTimer m_second;
    qint64 m_dialogId = 0;
    bool m_isSetting = false;
};

} // namespace signalbox::console
