// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/details/teamdelegate.h"

#include "console/models/teammodel.h"
#include "console/store/records.h"
#include "console/views/look/look.h"
#include "console/views/paint/avatar.h"
#include "console/views/paint/marks.h"
#include "console/views/widgets/twolinedelegate.h"

#include <QPainter>

namespace signalbox::console {

QString TeamDelegate::presenceText(int presence)
{
    switch (static_cast<Presence>(presence)) {
    case Presence::Online:
        return tr("available");
    case Presence::Away:
        return tr("away");
    case Presence::Dnd:
        return tr("do not disturb");
    case Presence::Offline:
        break;
    }
    return tr("offline");
}

TeamDelegate::TeamDelegate(const Look& look, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_look(look)
{
}

QSize TeamDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const
{
    return QSize(120, std::max(46, 2 * QFontMetrics(m_look.font()).height() + 10));
}

void TeamDelegate::paintLoad(QPainter& painter, const QRect& rect, int load, int capacity) const
{
    const Colors& colors = m_look.colors();
    const double part = capacity > 0 ? std::clamp(static_cast<double>(load) / capacity, 0.0, 1.0) : 0.0;
    painter.setPen(Qt::NoPen);
    painter.setBrush(mixed(colors.surface, colors.outline, 0.3));
    painter.drawRoundedRect(rect, 2, 2);
    painter.setBrush(load >= capacity ? colors.bad : colors.accent);
    if (part > 0)
        painter.drawRoundedRect(QRectF(rect.left(), rect.top(), std::max(4.0, rect.width() * part), rect.height()), 2,
                                2);
}

void TeamDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const Colors& colors = m_look.colors();
    const int load = index.data(TeamModel::LoadRole).toInt();
    const int capacity = index.data(TeamModel::CapacityRole).toInt();
    const int presence = index.data(TeamModel::PresenceRole).toInt();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    paintRowGround(*painter, option, m_look);
    const QRect face(option.rect.left() + 8, option.rect.center().y() - 17, 34, 34);
    Avatar avatar;
    avatar.name = index.data(TeamModel::NameRole).toString();
    avatar.seed = qHash(index.data(TeamModel::IdRole).toString());
    paintAvatar(*painter, face, avatar, colors);
    painter->setPen(QPen(colors.surface, 2));
    painter->setBrush(colors.surface);
    painter->drawEllipse(QRectF(face.right() - 12, face.bottom() - 12, 13, 13));
    paintPresence(*painter, QRectF(face.right() - 11, face.bottom() - 11, 11, 11), static_cast<Presence>(presence),
                  colors);
    const QRect text(face.right() + 10, option.rect.top() + 5, option.rect.right() - face.right() - 22,
                     option.rect.height() - 10);
    const QString count = QStringLiteral("%1/%2").arg(load).arg(capacity);
    painter->setFont(m_look.font(-1));
    painter->setPen(load >= capacity ? colors.bad : colors.muted);
    painter->drawText(text, Qt::AlignRight | Qt::AlignTop, count);
    const int countWidth = painter->fontMetrics().horizontalAdvance(count) + 10;
    painter->setPen(colors.muted);
    painter->drawText(text, Qt::AlignLeft | Qt::AlignBottom,
                      painter->fontMetrics().elidedText(presenceText(presence), Qt::ElideRight, text.width() - 62));
    painter->setFont(m_look.font(0, QFont::Medium));
    painter->setPen(index.data(TeamModel::IsDisabledRole).toBool() ? colors.muted : colors.text);
    painter->drawText(text, Qt::AlignLeft | Qt::AlignTop,
                      painter->fontMetrics().elidedText(avatar.name, Qt::ElideRight, text.width() - countWidth));
    paintLoad(*painter, QRect(text.right() - 52, text.bottom() - 9, 52, 4), load, capacity);
    painter->restore();
}

} // namespace signalbox::console
