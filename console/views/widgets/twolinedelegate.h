// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace signalbox::console {

class Look;

/// A row of a name and what it means: for canned replies, the palette, alerts. All rows are equally high.
class TwoLineDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    /// The model's roles of both lines; `hintRole` is shown at the right of the first.
    TwoLineDelegate(const Look& look, int firstRole, int secondRole, QObject* parent = nullptr, int hintRole = -1,
                    int pictureRole = -1);

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    const Look& m_look;
    int m_first;
    int m_second;
    int m_hint;
    int m_picture; ///< a name of our icons
};

/// The rounded ground of a selected or hovered row.
void paintRowGround(QPainter& painter, const QStyleOptionViewItem& option, const Look& look);

} // namespace signalbox::console
