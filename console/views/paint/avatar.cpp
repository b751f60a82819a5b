// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/paint/avatar.h"

#include "console/models/dialoglistmodel.h"
#include "console/views/look/contrast.h"
#include "console/views/look/icons.h"

#include <QPaintDevice>
#include <QPainter>
#include <QPainterPath>

namespace signalbox::console {

namespace {

constexpr double kRingWidth = 2.5;
constexpr double kRingGap = 2;

void paintRing(QPainter& painter, const QRectF& rect, const Avatar& avatar, const Colors& colors)
{
    const double inset = kRingWidth / 2;
    const QRectF ring = rect.adjusted(inset, inset, -inset, -inset);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(mixed(colors.surface, colors.outline, 0.25), kRingWidth));
    painter.drawEllipse(ring);
    painter.setPen(QPen(urgencyColor(colors, avatar.urgency), kRingWidth, Qt::SolidLine, Qt::RoundCap));
    painter.drawArc(ring, 90 * 16, -static_cast<int>(std::clamp(avatar.elapsed, 0.03, 1.0) * 360 * 16));
}

/// A small disc on the avatar's edge that holds a sign.
QRectF badge(QPainter& painter, const QRectF& rect, const QColor& fill, const Colors& colors)
{
    const double side = rect.width() * 0.42;
    const QRectF disc(rect.right() - side + 2, rect.bottom() - side + 2, side, side);
    painter.setPen(QPen(colors.surface, 1.5));
    painter.setBrush(fill);
    painter.drawEllipse(disc);
    return disc;
}

void paintLateSign(QPainter& painter, const QRectF& rect, const Avatar& avatar, const Colors& colors)
{
    const QRectF disc = badge(painter, rect, urgencyColor(colors, avatar.urgency), colors);
    const QPointF middle = disc.center();
    const double reach = disc.height() * 0.24;
    painter.setPen(QPen(colors.surface, 1.8, Qt::SolidLine, Qt::RoundCap));
    if (avatar.urgency == Urgency::Late) {
        painter.drawLine(middle - QPointF(0, reach), middle + QPointF(0, reach * 0.2));
        painter.drawPoint(middle + QPointF(0, reach));
    } else {
        painter.drawLine(middle, middle - QPointF(0, reach));
        painter.drawLine(middle, middle + QPointF(reach * 0.8, 0));
    }
}

void paintAiSign(QPainter& painter, const QRectF& rect, const Colors& colors)
{
    const QRectF disc = badge(painter, rect, colors.ai, colors);
    const double side = disc.height() - 4;
    const QPixmap sign =
        stencil(QStringLiteral("sparkles"), colors.text, static_cast<int>(side), painter.device()->devicePixelRatioF());
    painter.drawPixmap(disc.center() - QPointF(side / 2 - 0.5, side / 2 - 0.5), sign);
}

} // namespace

Urgency urgencyOf(qint64 waitedMs, qint64 targetMs)
{
    if (waitedMs >= targetMs)
        return Urgency::Late;
    return waitedMs * 2 >= targetMs ? Urgency::Soon : Urgency::Calm;
}

QColor urgencyColor(const Colors& colors, Urgency urgency)
{
    switch (urgency) {
    case Urgency::Calm:
        return colors.ok;
    case Urgency::Soon:
        return colors.warn;
    case Urgency::Late:
        return colors.bad;
    case Urgency::None:
        break;
    }
    return colors.muted;
}

void paintAvatar(QPainter& painter, const QRectF& rect, const Avatar& avatar, const Colors& colors)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const double side = std::min(rect.width(), rect.height());
    const QRectF square(rect.center().x() - side / 2, rect.center().y() - side / 2, side, side);
    const double inset = kRingWidth + kRingGap;
    const QRectF disc = square.adjusted(inset, inset, -inset, -inset);
    painter.setPen(Qt::NoPen);
    painter.setBrush(avatarColor(colors, static_cast<uint>(qHash(avatar.seed) ^ (avatar.seed * 7))));
    painter.drawEllipse(disc);
    QFont font = painter.font();
    font.setPixelSize(std::max(9, static_cast<int>(disc.height() * 0.38)));
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    painter.setPen(avatarText(colors));
    painter.drawText(disc, Qt::AlignCenter, initialsOf(avatar.name));
    if (avatar.urgency != Urgency::None)
        paintRing(painter, square, avatar, colors);
    if (avatar.urgency == Urgency::Soon || avatar.urgency == Urgency::Late)
        paintLateSign(painter, square, avatar, colors);
    else if (avatar.byAi)
        paintAiSign(painter, square, colors);
    painter.restore();
}

} // namespace signalbox::console
