// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/lists/dialogdelegate.h"

#include "console/models/dialoglistmodel.h"
#include "console/views/look/icons.h"
#include "console/views/look/look.h"
#include "console/views/paint/avatar.h"
#include "console/views/paint/marks.h"
#include "console/views/paint/timetext.h"

#include <QDateTime>
#include <QPainter>

namespace signalbox::console {

namespace {

constexpr int kMargin = 12;
constexpr int kFace = 38;
constexpr int kGap = 10;

} // namespace

/// What both lines of a row need to know.
struct DialogDelegate::Row
{
    QModelIndex index;
    QRect text; ///< both lines
    QRect face;
    QFont first;
    QFont second;
    qint64 nowMs = 0;
    qint64 waitingSince = 0;
    Urgency urgency = Urgency::None;
    double elapsed = 0;

    template <typename T> T value(int role) const { return index.data(role).value<T>(); }
};

DialogDelegate::DialogDelegate(const Look& look, Clock clock, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_look(look)
    , m_clock(std::move(clock))
{
}

QSize DialogDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const
{
    const int line = QFontMetrics(m_look.font()).height();
    return QSize(kFace + 2 * kMargin, std::max(56, 2 * line + 22));
}

void DialogDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    Row row;
    row.index = index;
    row.face = QRect(option.rect.left() + kMargin, option.rect.center().y() - kFace / 2, kFace, kFace);
    if (option.rect.width() < kNarrow)
        row.face.moveLeft(option.rect.center().x() - kFace / 2);
    const int left = row.face.right() + 1 + kGap;
    row.text = QRect(left, option.rect.top() + 9, option.rect.right() - kMargin - left, option.rect.height() - 18);
    row.first = m_look.font(0, row.value<int>(DialogListModel::UnreadRole) > 0 ? QFont::DemiBold : QFont::Medium);
    row.second = m_look.font(-1);
    row.nowMs = m_clock();
    row.waitingSince = row.value<qint64>(DialogListModel::WaitingSinceRole);
    if (row.waitingSince > 0) {
        const qint64 target = row.value<int>(DialogListModel::SlaSecondsRole) * 1000LL;
        row.urgency = urgencyOf(row.nowMs - row.waitingSince, target);
        row.elapsed = static_cast<double>(row.nowMs - row.waitingSince) / static_cast<double>(std::max(1LL, target));
    }
    painter->save();
    paintGround(*painter, option);
    paintFace(*painter, row);
    if (option.rect.width() >= kNarrow) {
        paintFirstLine(*painter, row);
        paintSecondLine(*painter, row);
    }
    painter->restore();
}

void DialogDelegate::paintGround(QPainter& painter, const QStyleOptionViewItem& option) const
{
    const Colors& colors = m_look.colors();
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const bool hovered = option.state.testFlag(QStyle::State_MouseOver);
    const QRectF ground = QRectF(option.rect).adjusted(6, 1, -6, -1);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    if (selected || hovered) {
        painter.setBrush(selected ? colors.selected : colors.hover);
        painter.drawRoundedRect(ground, 8, 8);
    }
    if (selected && option.state.testFlag(QStyle::State_HasFocus)) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(colors.accent, 2));
        painter.drawRoundedRect(ground.adjusted(1, 1, -1, -1), 8, 8);
    }
}

void DialogDelegate::paintFace(QPainter& painter, const Row& row) const
{
    Avatar avatar;
    avatar.name = row.value<QString>(DialogListModel::NameRole);
    avatar.seed = row.value<quint64>(DialogListModel::IdRole);
    avatar.urgency = row.urgency;
    avatar.elapsed = row.elapsed;
    avatar.byAi = row.value<int>(DialogListModel::StatusRole) == static_cast<int>(DialogStatus::Ai);
    paintAvatar(painter, row.face, avatar, m_look.colors());
}

void DialogDelegate::paintFirstLine(QPainter& painter, const Row& row) const
{
    const Colors& colors = m_look.colors();
    const QFontMetrics metrics(row.first);
    const QRect line(row.text.left(), row.text.top(), row.text.width(), metrics.height());
    const QString time = row.waitingSince > 0 ? TimeText::wait(row.nowMs - row.waitingSince)
                                              : TimeText::brief(row.value<qint64>(DialogListModel::LastTimeRole),
                                                                QDateTime::fromMSecsSinceEpoch(row.nowMs).date());
    painter.setFont(m_look.font(-1, row.waitingSince > 0 ? QFont::Medium : QFont::Normal));
    painter.setPen(row.waitingSince > 0 ? urgencyColor(colors, row.urgency) : colors.muted);
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, time);
    const int timeWidth = painter.fontMetrics().horizontalAdvance(time) + kGap;
    painter.setFont(row.first);
    painter.setPen(colors.text);
    const QString name = row.value<QString>(DialogListModel::NameRole);
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(name, Qt::ElideRight, line.width() - timeWidth));
}

int DialogDelegate::paintOwner(QPainter& painter, const Row& row, int right) const
{
    const QString initials = row.value<QString>(DialogListModel::OwnerInitialsRole);
    if (!m_showsOwner || initials.isEmpty())
        return right;
    const bool mine = row.value<bool>(DialogListModel::IsMineRole);
    const Colors& colors = m_look.colors();
    const int width = 28;
    paintChip(painter, right - width, row.text.bottom() - 8.0, initials, mine ? colors.selected : colors.raised,
              mine ? colors.accent : colors.muted, width);
    return right - width - 6;
}

void DialogDelegate::paintSecondLine(QPainter& painter, const Row& row) const
{
    const Colors& colors = m_look.colors();
    int right = row.text.right();
    const int unread = row.value<int>(DialogListModel::UnreadRole);
    if (unread > 0)
        right -= static_cast<int>(
                     paintPill(painter, right, row.text.bottom() - 8.0, unread, colors.accent, colors.onAccent)) +
                 6;
    right = paintOwner(painter, row, right);
    const QFontMetrics metrics(row.second);
    QRect line(row.text.left(), row.text.bottom() - metrics.height() + 1, right - row.text.left(), metrics.height());
    painter.setFont(row.second);
    painter.setPen(colors.muted);
    QString text = row.value<QString>(DialogListModel::LastTextRole);
    const QString typing = row.value<QString>(DialogListModel::TypingRole);
    const QString draft = row.value<QString>(DialogListModel::DraftRole);
    if (!typing.isEmpty()) {
        text = tr("%1 is typing…").arg(typing);
        painter.setPen(colors.accent);
    } else if (!draft.isEmpty()) {
        const int side = 14;
        painter.drawPixmap(
            QPoint(line.left(), line.center().y() - side / 2 + 1),
            stencil(QStringLiteral("pencil"), colors.accent, side, painter.device()->devicePixelRatioF()));
        line.adjust(side + 4, 0, 0, 0);
        text = draft.simplified();
    }
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, metrics.elidedText(text, Qt::ElideRight, line.width()));
}

} // namespace signalbox::console
