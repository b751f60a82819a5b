// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace signalbox::console {

class Look;

/// An operator: avatar with the presence, name, load of capacity as a bar. Reads TeamModel's roles.
class TeamDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    explicit TeamDelegate(const Look& look, QObject* parent = nullptr);

    /// "available", "away", …, in the language of the program.
    static QString presenceText(int presence);

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    void paintLoad(QPainter& painter, const QRect& rect, int load, int capacity) const;

    const Look& m_look;
};

} // namespace signalbox::console
