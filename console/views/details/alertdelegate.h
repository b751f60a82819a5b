// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace signalbox::console {

class Look;

/// An alert: sign and colour of its severity, the part, the message, and a button to acknowledge it.
class AlertDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    explicit AlertDelegate(const Look& look, QObject* parent = nullptr);

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QRect buttonRect(const QRect& row) const;

private:
    const Look& m_look;
};

} // namespace signalbox::console
