// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/views/thread/messagelayout.h"

#include <QCache>
#include <QStyledItemDelegate>

namespace signalbox::console {

/// Messages as bubbles. Their layouts are kept by key, width and what changes the height, at most kMostLayouts.
class MessageDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    static constexpr int kMostLayouts = 1200;

    explicit MessageDelegate(const Look& look, QObject* parent = nullptr);

    /// The view's width: sizes are asked for before the view has laid out.
    void setWidth(int width) { m_width = width; }
    int width() const { return m_width; }
    /// Text size or language changed: nothing that was laid out is good any more.
    void clear() { m_layouts.clear(); }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    MessageSpot spotAt(const QModelIndex& index, const QPoint& inRow) const;
    /// A row whose text holds what is searched for.
    void setFound(const QModelIndex& index) { m_found = index; }

private:
    const MessageLayout& layoutOf(const QModelIndex& index) const;

    const Look& m_look;
    int m_width = 400;
    QPersistentModelIndex m_found;
    mutable QCache<QString, MessageLayout> m_layouts{kMostLayouts};
};

} // namespace signalbox::console
