// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/widgets/twolinedelegate.h"

#include "console/views/look/icons.h"
#include "console/views/look/look.h"

#include <QPainter>

namespace signalbox::console {

void paintRowGround(QPainter& painter, const QStyleOptionViewItem& option, const Look& look)
{
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    if (!selected && !option.state.testFlag(QStyle::State_MouseOver))
        return;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(selected ? look.colors().selected : look.colors().hover);
    painter.drawRoundedRect(QRectF(option.rect).adjusted(2, 1, -2, -1), 6, 6);
    if (selected && option.state.testFlag(QStyle::State_HasFocus)) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(look.colors().accent, 2));
        painter.drawRoundedRect(QRectF(option.rect).adjusted(3, 2, -3, -2), 6, 6);
    }
}

TwoLineDelegate::TwoLineDelegate(const Look& look, int firstRole, int secondRole, QObject* parent, int hintRole,
                                 int pictureRole)
    : QStyledItemDelegate(parent)
    , m_look(look)
    , m_first(firstRole)
    , m_second(secondRole)
    , m_hint(hintRole)
    , m_picture(pictureRole)
{
}

QSize TwoLineDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const
{
    return QSize(120, 2 * QFontMetrics(m_look.font()).height() + 14);
}

void TwoLineDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const Colors& colors = m_look.colors();
    painter->save();
    paintRowGround(*painter, option, m_look);
    QRect area = option.rect.adjusted(12, 6, -12, -6);
    if (m_picture >= 0) {
        const QPixmap picture =
            stencil(index.data(m_picture).toString(), colors.muted, 16, painter->device()->devicePixelRatioF());
        painter->drawPixmap(QPoint(area.left(), area.center().y() - 7), picture);
        area.adjust(28, 0, 0, 0);
    }
    const QString hint = m_hint < 0 ? QString() : index.data(m_hint).toString();
    painter->setFont(m_look.font(-1));
    painter->setPen(colors.muted);
    const QString second = index.data(m_second).toString().simplified();
    const Qt::AlignmentFlag height = second.isEmpty() ? Qt::AlignVCenter : Qt::AlignTop;
    painter->drawText(area, Qt::AlignRight | height, hint);
    const int hintWidth = hint.isEmpty() ? 0 : painter->fontMetrics().horizontalAdvance(hint) + 12;
    painter->drawText(area, Qt::AlignLeft | Qt::AlignBottom,
                      painter->fontMetrics().elidedText(second, Qt::ElideRight, area.width()));
    painter->setFont(m_look.font(0, QFont::Medium));
    painter->setPen(colors.text);
    painter->drawText(
        area, Qt::AlignLeft | height,
        painter->fontMetrics().elidedText(index.data(m_first).toString(), Qt::ElideRight, area.width() - hintWidth));
    painter->restore();
}

} // namespace signalbox::console
