// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/look/icons.h"
#include "console/views/look/look.h"
#include "console/views/paint/marks.h"
#include "console/views/paint/timetext.h"
#include "console/views/thread/messagelayout.h"

#include <QPainter>

namespace signalbox::console {

namespace {

constexpr double kBubbleRadius = 12;

QColor groundOf(const Colors& colors, ThreadModel::Kind kind)
{
    switch (kind) {
    case ThreadModel::Kind::Operator:
        return colors.own;
    case ThreadModel::Kind::Ai:
        return colors.ai;
    case ThreadModel::Kind::Note:
        return colors.note;
    case ThreadModel::Kind::Guest:
    case ThreadModel::Kind::System:
        break;
    }
    return colors.raised;
}

void paintCentred(QPainter& painter, const QRectF& rect, const QString& text, const QColor& line, const QColor& color)
{
    const double width = painter.fontMetrics().horizontalAdvance(text) + 24;
    const double y = std::floor(rect.center().y()) + 0.5;
    painter.setPen(line);
    painter.drawLine(QPointF(rect.left() + 20, y), QPointF(rect.center().x() - width / 2, y));
    painter.drawLine(QPointF(rect.center().x() + width / 2, y), QPointF(rect.right() - 20, y));
    painter.setPen(color);
    painter.drawText(rect, Qt::AlignCenter, text);
}

} // namespace

void MessageLayout::paint(QPainter& painter, const QPointF& origin, const QModelIndex& index, const Look& look) const
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    paintAbove(painter, origin, look);
    if (m_kind != ThreadModel::Kind::System) {
        paintBubble(painter, origin, index, look);
        paintMeta(painter, origin, index, look);
    }
    painter.setPen(m_kind == ThreadModel::Kind::System ? look.colors().muted : look.colors().text);
    m_text->draw(&painter, origin + m_textAt, formats(look));
    for (const Attachment& item : m_attachments)
        paintAttachment(painter, origin, item, look);
    paintFailure(painter, origin, look);
    painter.restore();
}

void MessageLayout::paintAbove(QPainter& painter, const QPointF& origin, const Look& look) const
{
    const Colors& colors = look.colors();
    if (!m_day.isEmpty()) {
        painter.setFont(look.font(-2, QFont::Medium));
        paintCentred(painter, m_dayRect.translated(origin), m_day, colors.border, colors.muted);
    }
    if (m_hasUnreadLine) {
        painter.setFont(look.font(-2, QFont::DemiBold));
        paintCentred(painter, m_unreadRect.translated(origin), tr("New messages"), colors.accent, colors.accent);
    }
    if (m_name.isEmpty())
        return;
    painter.setFont(look.font(-2, QFont::Medium));
    painter.setPen(colors.muted);
    const bool right = m_bubble.left() > m_width - m_bubble.right() + 1;
    painter.drawText(m_nameRect.translated(origin).adjusted(right ? 0 : 2, 0, right ? -2 : 0, 0),
                     (right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter, m_name);
}

void MessageLayout::paintBubble(QPainter& painter, const QPointF& origin, const QModelIndex& index,
                                const Look& look) const
{
    const Colors& colors = look.colors();
    const bool failed = index.data(ThreadModel::DeliveryRole).toInt() == static_cast<int>(Delivery::Failed);
    painter.setBrush(groundOf(colors, m_kind));
    painter.setPen(failed                                  ? QPen(colors.bad, 1.5)
                   : colors.scheme == Scheme::HighContrast ? QPen(colors.border, 1)
                                                           : QPen(Qt::NoPen));
    painter.drawRoundedRect(m_bubble.translated(origin), kBubbleRadius, kBubbleRadius);
}

void MessageLayout::paintMeta(QPainter& painter, const QPointF& origin, const QModelIndex& index,
                              const Look& look) const
{
    const auto delivery = static_cast<Delivery>(index.data(ThreadModel::DeliveryRole).toInt());
    const QRectF meta = m_meta.translated(origin);
    painter.setFont(look.font(-2));
    painter.setPen(look.colors().muted);
    painter.drawText(meta, Qt::AlignLeft | Qt::AlignVCenter, metaText(index));
    paintDelivery(painter, QRectF(meta.right() - 20, meta.center().y() - 6, 20, 12), delivery, look.colors());
}

void MessageLayout::paintAttachment(QPainter& painter, const QPointF& origin, const Attachment& item,
                                    const Look& look) const
{
    const Colors& colors = look.colors();
    const QRectF rect = item.rect.translated(origin);
    painter.setPen(Qt::NoPen);
    painter.setBrush(mixed(groundOf(colors, m_kind), colors.text, 0.07));
    painter.drawRoundedRect(rect, 8, 8);
    const int side = 20;
    painter.drawPixmap(QPointF(rect.left() + 10, rect.center().y() - side / 2.0),
                       stencil(item.isImage ? QStringLiteral("image") : QStringLiteral("file"), colors.accent, side,
                               painter.device()->devicePixelRatioF()));
    const QRectF text = rect.adjusted(40, 4, -8, -4);
    painter.setFont(look.font(-1, QFont::Medium));
    painter.setPen(colors.text);
    painter.drawText(text, Qt::AlignLeft | Qt::AlignTop,
                     painter.fontMetrics().elidedText(item.name, Qt::ElideMiddle, static_cast<int>(text.width())));
    painter.setFont(look.font(-2));
    painter.setPen(colors.muted);
    painter.drawText(text, Qt::AlignLeft | Qt::AlignBottom, item.detail);
}

void MessageLayout::paintFailure(QPainter& painter, const QPointF& origin, const Look& look) const
{
    if (m_error.isEmpty())
        return;
    painter.setFont(look.font(-1));
    painter.setPen(look.colors().bad);
    const QRectF rect = m_errorRect.translated(origin);
    painter.drawText(rect, Qt::AlignRight | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(m_error, Qt::ElideRight, static_cast<int>(rect.width())));
    painter.setFont(look.font(-1, QFont::Medium));
    painter.setPen(look.colors().accent);
    for (const Word& word : m_words)
        painter.drawText(word.rect.translated(origin), Qt::AlignCenter, word.text);
}

} // namespace signalbox::console
