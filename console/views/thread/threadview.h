// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/views/thread/messagelayout.h"

#include <QListView>
#include <QPersistentModelIndex>

namespace signalbox::console {

class Button;
class Look;
class MessageDelegate;

/// The messages of the open dialog. Stays at the end while it is at the end; where one has scrolled up it stays where
/// it is and offers a way back with the number of new messages. Older pages come as one scrolls.
class ThreadView : public QListView
{
    Q_OBJECT
public:
    ThreadView(const Look& look, ThreadModel& model, QWidget* parent = nullptr);

    bool isAtEnd() const { return m_sticks; }
    void goToEnd();
    void goToRow(int row);
    /// After another dialog was set: to the unread line, else to the end.
    void goToStart();
    /// Searches what is loaded: the next hit above the last one; false when there is none.
    bool findAbove(const QString& text);
    void endFind();
    QString currentText() const;
    void retranslate();

signals:
    void retryWanted(const QString& clientId);
    void removeWanted(const QString& clientId);
    void editWanted(qint64 messageId, const QString& text);
    /// A message has been looked at: everything up to it is read.
    void seen(qint64 messageId);
    void copied(const QString& what);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void showEvent(QShowEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    void scrolled();
    void rowsAboutToCome(int first);
    void rowsCame(int first);
    void keepPlace();
    void restorePlace();
    void press(const QModelIndex& index, const MessageSpot& spot);
    void copy(const QString& text);
    void updatePill();
    void placePill();
    void reportSeen();

    const Look& m_look;
    ThreadModel& m_model;
    MessageDelegate* m_delegate;
    Button* m_pill;
    QPersistentModelIndex m_place; ///< the uppermost row in sight, while rows come above it
    int m_placeOffset = 0;
    bool m_sticks = true;
    bool m_isMoving = false;
    int m_newBelow = 0;
    int m_findRow = -1;
    qint64 m_seen = 0;
};

} // namespace signalbox::console
