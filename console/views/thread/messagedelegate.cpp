// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/thread/messagedelegate.h"

#include "console/views/look/look.h"

#include <QPainter>

namespace signalbox::console {

namespace {

// Everything that a layout depends on, beside the text size and the language (see clear()).
QString cacheKey(const QModelIndex& index, int width)
{
    const auto flag = [&index](int role) { return index.data(role).toBool() ? QLatin1Char('1') : QLatin1Char('0'); };
    const QString text = index.data(ThreadModel::TextRole).toString();
    return index.data(ThreadModel::KeyRole).toString() + QLatin1Char('/') + QString::number(width) + QLatin1Char('/') +
           QString::number(qHash(text)) + flag(ThreadModel::IsUnreadLineRole) + flag(ThreadModel::IsFirstOfGroupRole) +
           flag(ThreadModel::DayRole) + flag(ThreadModel::EditedRole) +
           QString::number(index.data(ThreadModel::DeliveryRole).toInt());
}

} // namespace

MessageDelegate::MessageDelegate(const Look& look, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_look(look)
{
}

const MessageLayout& MessageDelegate::layoutOf(const QModelIndex& index) const
{
    const QString key = cacheKey(index, m_width);
    MessageLayout* layout = m_layouts.object(key);
    if (!layout) {
        layout = new MessageLayout(index, m_width, m_look);
        m_layouts.insert(key, layout);
    }
    return *layout;
}

QSize MessageDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    return QSize(m_width, layoutOf(index).height());
}

void MessageDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const MessageLayout& layout = layoutOf(index);
    const Colors& colors = m_look.colors();
    const bool found = m_found.isValid() && m_found == index;
    if (found)
        painter->fillRect(option.rect, mixed(colors.surface, colors.accent, 0.12));
    layout.paint(*painter, option.rect.topLeft(), index, m_look);
    if (option.state.testFlag(QStyle::State_Selected) && option.state.testFlag(QStyle::State_HasFocus)) {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(QPen(colors.accent, 2));
        painter->drawRoundedRect(layout.bubble().translated(option.rect.topLeft()).adjusted(-2, -2, 2, 2), 13, 13);
        painter->restore();
    }
}

MessageSpot MessageDelegate::spotAt(const QModelIndex& index, const QPoint& inRow) const
{
    return layoutOf(index).spotAt(inRow);
}

} // namespace signalbox::console
