// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/details/alertdelegate.h"

#include "console/models/alertmodel.h"
#include "console/views/look/icons.h"
#include "console/views/look/look.h"
#include "console/views/paint/timetext.h"
#include "console/views/widgets/twolinedelegate.h"

#include <QPainter>

namespace signalbox::console {

AlertDelegate::AlertDelegate(const Look& look, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_look(look)
{
}

QSize AlertDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const
{
    return QSize(120, 2 * QFontMetrics(m_look.font()).height() + 18);
}

QRect AlertDelegate::buttonRect(const QRect& row) const
{
    return QRect(row.right() - 36, row.center().y() - 14, 28, 28);
}

void AlertDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const Colors& colors = m_look.colors();
    const bool acknowledged = index.data(AlertModel::AcknowledgedRole).toBool();
    const bool over = index.data(AlertModel::IsOverRole).toBool();
    const auto severity = static_cast<Severity>(index.data(AlertModel::SeverityRole).toInt());
    const QColor color = over                             ? colors.ok
                         : severity == Severity::Critical ? colors.bad
                         : severity == Severity::Warning  ? colors.warn
                                                          : colors.accent;
    const QString sign = over                             ? QStringLiteral("circle-check")
                         : severity == Severity::Critical ? QStringLiteral("circle-alert")
                         : severity == Severity::Warning  ? QStringLiteral("triangle-alert")
                                                          : QStringLiteral("info");
    const double ratio = painter->device()->devicePixelRatioF();
    painter->save();
    paintRowGround(*painter, option, m_look);
    painter->drawPixmap(QPoint(option.rect.left() + 16, option.rect.top() + 9), stencil(sign, color, 16, ratio));
    const QRect text = option.rect.adjusted(42, 7, -44, -7);
    painter->setFont(m_look.font(0, acknowledged ? QFont::Normal : QFont::DemiBold));
    painter->setPen(acknowledged ? colors.muted : colors.text);
    const QString title = index.data(AlertModel::ServiceRole).toString() + QStringLiteral(" · ") +
                          index.data(AlertModel::StatusRole).toString();
    painter->drawText(text, Qt::AlignLeft | Qt::AlignTop,
                      painter->fontMetrics().elidedText(title, Qt::ElideRight, text.width()));
    painter->setFont(m_look.font(-1));
    painter->setPen(colors.muted);
    const QString detail = TimeText::clock(index.data(AlertModel::TimeRole).toLongLong()) + QStringLiteral("  ") +
                           index.data(AlertModel::MessageRole).toString();
    painter->drawText(text, Qt::AlignLeft | Qt::AlignBottom,
                      painter->fontMetrics().elidedText(detail, Qt::ElideRight, text.width()));
    if (!acknowledged)
        painter->drawPixmap(buttonRect(option.rect).topLeft() + QPoint(6, 6),
                            stencil(QStringLiteral("check"), colors.accent, 16, ratio));
    painter->restore();
}

} // namespace signalbox::console
