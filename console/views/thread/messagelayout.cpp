// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/thread/messagelayout.h"

#include "console/views/look/look.h"
#include "console/views/paint/timetext.h"

#include <QFontMetricsF>
#include <QJsonObject>
#include <QLocale>
#include <QRegularExpression>

#include <cmath>

namespace signalbox::console {

namespace {

constexpr double kSide = 20;    // from the view's edge to a bubble
constexpr double kPadding = 12; // within a bubble
constexpr double kPaddingTop = 8;
constexpr double kGroupGap = 12; // above the first of a group
constexpr double kRowGap = 3;
constexpr double kDayHeight = 36;
constexpr double kUnreadHeight = 28;
constexpr double kAttachmentHeight = 44;
constexpr int kReadingColumns = 66; // characters in a line

const QRegularExpression& pressable()
{
    static const QRegularExpression expression(
        QStringLiteral("(?<link>https?://[^\\s<>\"]+[^\\s<>\".,;:!?)\\]])|(?<number>[#№]\\s?\\d{3,12})"));
    return expression;
}

bool onRight(ThreadModel::Kind kind)
{
    return kind == ThreadModel::Kind::Operator || kind == ThreadModel::Kind::Ai || kind == ThreadModel::Kind::Note;
}

} // namespace

MessageLayout::MessageLayout(const QModelIndex& index, int width, const Look& look)
    : m_kind(static_cast<ThreadModel::Kind>(index.data(ThreadModel::KindRole).toInt()))
    , m_width(width)
{
    layOutAbove(index, look);
    const QFontMetricsF metrics(look.font());
    const double most = std::min(metrics.averageCharWidth() * kReadingColumns, (width - 2 * kSide) * 0.82);
    layOutText(index.data(ThreadModel::TextRole).toString(), most - 2 * kPadding, look);
    layOutAttachments(index.data(ThreadModel::AttachmentsRole).toJsonArray(), most - 2 * kPadding, look);
    layOutBubble(index, look);
    layOutFailure(index, look);
}

void MessageLayout::layOutAbove(const QModelIndex& index, const Look& look)
{
    double y = 0;
    m_day = index.data(ThreadModel::DayRole).toString();
    if (!m_day.isEmpty()) {
        m_dayRect = QRectF(0, y + 4, m_width, kDayHeight - 4);
        y += kDayHeight;
    }
    m_hasUnreadLine = index.data(ThreadModel::IsUnreadLineRole).toBool();
    if (m_hasUnreadLine) {
        m_unreadRect = QRectF(0, y, m_width, kUnreadHeight);
        y += kUnreadHeight;
    }
    const bool first = index.data(ThreadModel::IsFirstOfGroupRole).toBool();
    y += first ? kGroupGap : kRowGap;
    if (first && m_kind != ThreadModel::Kind::System) {
        m_name = index.data(ThreadModel::SenderNameRole).toString();
        if (m_kind == ThreadModel::Kind::Note)
            m_name = tr("Internal note · %1").arg(m_name);
    }
    if (!m_name.isEmpty()) {
        const double line = QFontMetricsF(look.font(-2, QFont::Medium)).height();
        m_nameRect = QRectF(kSide, y, m_width - 2 * kSide, line);
        y += line + 3;
    }
    m_bubble.moveTop(y);
}

QList<QTextLayout::FormatRange> MessageLayout::formats(const Look& look) const
{
    QList<QTextLayout::FormatRange> ranges;
    for (const Mark& mark : m_marks) {
        QTextLayout::FormatRange range;
        range.start = mark.start;
        range.length = mark.length;
        range.format.setForeground(look.colors().accent);
        range.format.setFontUnderline(mark.spot.kind == MessageSpot::Kind::Link);
        ranges.push_back(range);
    }
    return ranges;
}

void MessageLayout::layOutText(const QString& text, double most, const Look& look)
{
    auto matches = pressable().globalMatch(text);
    while (matches.hasNext() && m_marks.size() < 100) {
        const QRegularExpressionMatch match = matches.next();
        const QString number = match.captured(QStringLiteral("number"));
        const auto kind = number.isEmpty() ? MessageSpot::Kind::Link : MessageSpot::Kind::Number;
        QString target = number.isEmpty() ? match.captured() : number.mid(1).trimmed();
        m_marks.push_back({static_cast<int>(match.capturedStart()),
                           static_cast<int>(match.capturedLength()),
                           {kind, std::move(target)}});
    }
    QString shown = text;
    shown.replace(QLatin1Char('\n'), QChar::LineSeparator);
    const bool system = m_kind == ThreadModel::Kind::System;
    m_text = std::make_unique<QTextLayout>(shown, look.font(system ? -1 : 0));
    QTextOption option(system ? Qt::AlignHCenter : Qt::AlignLeft);
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    m_text->setTextOption(option);
    m_text->setCacheEnabled(true);
    m_text->beginLayout();
    double y = 0;
    double widest = 0;
    for (QTextLine line = m_text->createLine(); line.isValid(); line = m_text->createLine()) {
        line.setLineWidth(most);
        line.setPosition(QPointF(0, y));
        y += line.height() + 2;
        widest = std::max(widest, line.naturalTextWidth());
    }
    m_text->endLayout();
    m_textSize = text.isEmpty() ? QSizeF() : QSizeF(std::ceil(system ? most : widest), std::ceil(y));
}

void MessageLayout::layOutAttachments(const QJsonArray& attachments, double most, const Look& look)
{
    const QFontMetricsF metrics(look.font());
    for (const QJsonValue value : attachments) {
        const QJsonObject json = value.toObject();
        Attachment item;
        item.url = json.value(QLatin1String("url")).toString();
        item.name = json.value(QLatin1String("name")).toString();
        item.isImage = json.value(QLatin1String("type")).toString().startsWith(QLatin1String("image/"));
        const qint64 size = json.value(QLatin1String("size")).toInteger();
        item.detail = size > 0 ? QLocale().formattedDataSize(size, 0) : QUrl(item.url).host();
        const double width = std::max(metrics.horizontalAdvance(item.name), 100.0) + kAttachmentHeight;
        item.rect = QRectF(0, 0, std::min(most, width), kAttachmentHeight);
        m_attachments.push_back(item);
    }
}

QString MessageLayout::metaText(const QModelIndex& index) const
{
    const QString time = TimeText::clock(index.data(ThreadModel::TimeRole).toLongLong());
    return index.data(ThreadModel::EditedRole).toLongLong() > 0 ? tr("edited") + QLatin1Char(' ') + time : time;
}

double MessageLayout::metaWidth(const QModelIndex& index, const Look& look) const
{
    const bool ticks = index.data(ThreadModel::DeliveryRole).toInt() != static_cast<int>(Delivery::None);
    return QFontMetricsF(look.font(-2)).horizontalAdvance(metaText(index)) + (ticks ? 24 : 0);
}

void MessageLayout::layOutBubble(const QModelIndex& index, const Look& look)
{
    const double top = m_bubble.top();
    if (m_kind == ThreadModel::Kind::System) {
        m_bubble = QRectF((m_width - m_textSize.width()) / 2, top, m_textSize.width(), m_textSize.height() + 8);
        m_textAt = m_bubble.topLeft() + QPointF(0, 5);
        m_height = static_cast<int>(std::ceil(m_bubble.bottom())) + 4;
        return;
    }
    const double meta = metaWidth(index, look);
    const double line = QFontMetricsF(look.font(-2)).height();
    double width = std::max(m_textSize.width(), meta);
    double height = m_textSize.height();
    for (const Attachment& item : m_attachments) {
        width = std::max(width, item.rect.width());
        height += item.rect.height() + 6;
    }
    // The time stands behind the last word where there is room for it, else on a line of its own.
    const int lines = m_text->lineCount();
    const double lastLine = lines > 0 ? m_text->lineAt(lines - 1).naturalTextWidth() : 0;
    const bool beside = m_attachments.isEmpty() && lines > 0 && (lines == 1 || lastLine + meta + 14 <= width);
    if (beside)
        width = std::max(width, lastLine + meta + 14);
    else
        height += line + 2;
    const QSizeF size(width + 2 * kPadding, height + 2 * kPaddingTop);
    const double left = onRight(m_kind) ? m_width - kSide - size.width() : kSide;
    m_bubble = QRectF(QPointF(left, top), size);
    m_textAt = m_bubble.topLeft() + QPointF(kPadding, kPaddingTop);
    double y = m_textAt.y() + m_textSize.height();
    for (Attachment& item : m_attachments) {
        item.rect.moveTopLeft(QPointF(m_textAt.x(), y + 2));
        y += item.rect.height() + 6;
    }
    m_meta = QRectF(m_bubble.right() - kPadding - meta, m_bubble.bottom() - kPaddingTop - line + (beside ? 0 : 2), meta,
                    line);
    m_height = static_cast<int>(std::ceil(m_bubble.bottom())) + 2;
}

void MessageLayout::layOutFailure(const QModelIndex& index, const Look& look)
{
    if (index.data(ThreadModel::DeliveryRole).toInt() != static_cast<int>(Delivery::Failed))
        return;
    m_error = index.data(ThreadModel::ErrorRole).toString();
    if (m_error.isEmpty())
        m_error = tr("Not sent");
    const QFontMetricsF metrics(look.font(-1, QFont::Medium));
    const double line = metrics.height() + 6;
    double right = m_bubble.right();
    const std::pair<MessageSpot::Kind, QString> actions[] = {{MessageSpot::Kind::Remove, tr("Delete")},
                                                             {MessageSpot::Kind::Copy, tr("Copy")},
                                                             {MessageSpot::Kind::Retry, tr("Retry")}};
    for (const auto& [kind, text] : actions) {
        const double width = metrics.horizontalAdvance(text);
        m_words.push_back({QRectF(right - width, m_bubble.bottom() + 2, width, line), {kind, {}}, text});
        right -= width + 14;
    }
    m_errorRect = QRectF(kSide, m_bubble.bottom() + 2, right - kSide, line);
    m_height += static_cast<int>(std::ceil(line)) + 4;
}

MessageSpot MessageLayout::spotAt(const QPointF& point) const
{
    for (const Word& word : m_words) {
        if (word.rect.adjusted(-4, -2, 4, 2).contains(point))
            return word.spot;
    }
    for (const Attachment& item : m_attachments) {
        if (item.rect.contains(point))
            return {MessageSpot::Kind::Attachment, item.url};
    }
    const QPointF inText = point - m_textAt;
    for (int i = 0; i < m_text->lineCount(); ++i) {
        const QTextLine line = m_text->lineAt(i);
        if (!line.naturalTextRect().contains(inText))
            continue;
        const int cursor = line.xToCursor(inText.x(), QTextLine::CursorOnCharacter);
        for (const Mark& mark : m_marks) {
            if (cursor >= mark.start && cursor < mark.start + mark.length)
                return mark.spot;
        }
    }
    return {};
}

} // namespace signalbox::console
