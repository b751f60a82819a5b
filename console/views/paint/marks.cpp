// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/paint/marks.h"

#include <QPainter>

namespace signalbox::console {

namespace {

constexpr double kPillHeight = 18;

void paintTick(QPainter& painter, const QPointF& at, double size)
{
    painter.drawPolyline(QPolygonF(
        {at + QPointF(0, size * 0.5), at + QPointF(size * 0.34, size * 0.82), at + QPointF(size * 0.92, size * 0.14)}));
}

void paintClock(QPainter& painter, const QRectF& rect)
{
    const QPointF middle = rect.center();
    const double radius = rect.height() * 0.4;
    painter.drawEllipse(middle, radius, radius);
    painter.drawLine(middle, middle - QPointF(0, radius * 0.6));
    painter.drawLine(middle, middle + QPointF(radius * 0.5, 0));
}

void paintAlarm(QPainter& painter, const QRectF& rect)
{
    const QPointF middle = rect.center();
    const double radius = rect.height() * 0.45;
    painter.drawEllipse(middle, radius, radius);
    painter.drawLine(middle - QPointF(0, radius * 0.5), middle + QPointF(0, radius * 0.1));
    painter.drawPoint(middle + QPointF(0, radius * 0.5));
}

} // namespace

double paintPill(QPainter& painter, double right, double y, int number, const QColor& fill, const QColor& text)
{
    const QString digits = number > 99 ? QStringLiteral("99+") : QString::number(number);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    QFont font = painter.font();
    font.setPixelSize(11);
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    const double width = std::max(kPillHeight, painter.fontMetrics().horizontalAdvance(digits) + 10.0);
    const QRectF rect(right - width, y - kPillHeight / 2, width, kPillHeight);
    painter.setPen(Qt::NoPen);
    painter.setBrush(fill);
    painter.drawRoundedRect(rect, kPillHeight / 2, kPillHeight / 2);
    painter.setPen(text);
    painter.drawText(rect, Qt::AlignCenter, digits);
    painter.restore();
    return width;
}

double paintChip(QPainter& painter, double left, double y, const QString& word, const QColor& fill, const QColor& text,
                 double most)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    QFont font = painter.font();
    font.setPixelSize(11);
    font.setWeight(QFont::Medium);
    painter.setFont(font);
    const QFontMetricsF metrics(font);
    const QString shown = metrics.elidedText(word, Qt::ElideRight, most - 12);
    const double width = std::min(most, metrics.horizontalAdvance(shown) + 12);
    const QRectF rect(left, y - kPillHeight / 2, width, kPillHeight);
    painter.setPen(Qt::NoPen);
    painter.setBrush(fill);
    painter.drawRoundedRect(rect, 5, 5);
    painter.setPen(text);
    painter.drawText(rect, Qt::AlignCenter, shown);
    painter.restore();
    return width;
}

void paintDelivery(QPainter& painter, const QRectF& rect, Delivery delivery, const Colors& colors)
{
    if (delivery == Delivery::None)
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor color = delivery == Delivery::Failed ? colors.bad
                         : delivery == Delivery::Read ? colors.accent
                                                      : colors.muted;
    painter.setPen(QPen(color, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    const double size = rect.height() * 0.8;
    const double top = rect.center().y() - size / 2;
    if (delivery == Delivery::Queued || delivery == Delivery::Sending) {
        paintClock(painter, QRectF(rect.right() - rect.height(), rect.top(), rect.height(), rect.height()));
    } else if (delivery == Delivery::Failed) {
        paintAlarm(painter, QRectF(rect.right() - rect.height(), rect.top(), rect.height(), rect.height()));
    } else {
        paintTick(painter, QPointF(rect.right() - size, top), size);
        if (delivery != Delivery::Sent)
            paintTick(painter, QPointF(rect.right() - size * 1.42, top), size);
    }
    painter.restore();
}

void paintPresence(QPainter& painter, const QRectF& rect, Presence presence, const Colors& colors)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor color = presence == Presence::Online ? colors.ok
                         : presence == Presence::Away ? colors.warn
                         : presence == Presence::Dnd  ? colors.bad
                                                      : colors.muted;
    const bool full = presence == Presence::Online || presence == Presence::Dnd;
    painter.setPen(QPen(color, 2));
    painter.setBrush(full ? QBrush(color) : QBrush(Qt::NoBrush));
    painter.drawEllipse(rect.adjusted(1, 1, -1, -1));
    painter.setPen(QPen(presence == Presence::Dnd ? colors.surface : color, 1.6, Qt::SolidLine, Qt::RoundCap));
    const double reach = rect.width() * 0.22;
    if (presence == Presence::Dnd)
        painter.drawLine(rect.center() - QPointF(reach, 0), rect.center() + QPointF(reach, 0));
    painter.restore();
}

} // namespace signalbox::console
