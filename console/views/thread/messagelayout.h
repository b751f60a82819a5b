// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/models/threadmodel.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QRectF>
#include <QTextLayout>
#include <QUrl>

#include <memory>

namespace signalbox::console {

class Look;

/// Something in a message that can be pressed.
struct MessageSpot
{
    enum class Kind : quint8 { None, Link, Number, Attachment, Retry, Copy, Remove };
    Kind kind = Kind::None;
    QString target; ///< URL, or the number to copy
};

/// Where everything of one message is, for one width and text size. Made once and kept by BubbleCache: heights of text
/// are what costs time in a thread.
class MessageLayout
{
    Q_DECLARE_TR_FUNCTIONS(signalbox::console::MessageLayout)
public:
    MessageLayout(const QModelIndex& index, int width, const Look& look);

    int height() const { return m_height; }
    QRectF bubble() const { return m_bubble; }
    void paint(QPainter& painter, const QPointF& origin, const QModelIndex& index, const Look& look) const;
    /// What is at a point that is relative to the row's upper left corner.
    MessageSpot spotAt(const QPointF& point) const;
    const QString& day() const { return m_day; }

private:
    struct Attachment
    {
        QRectF rect;
        QString name;
        QString detail;
        QString url;
        bool isImage = false;
    };
    struct Word
    {
        QRectF rect;
        MessageSpot spot;
        QString text;
    };
    struct Mark
    {
        int start;
        int length;
        MessageSpot spot;
    };
    void layOutAbove(const QModelIndex& index, const Look& look);
    void layOutText(const QString& text, double most, const Look& look);
    void layOutAttachments(const QJsonArray& attachments, double most, const Look& look);
    void layOutBubble(const QModelIndex& index, const Look& look);
    void layOutFailure(const QModelIndex& index, const Look& look);
    QList<QTextLayout::FormatRange> formats(const Look& look) const;
    QString metaText(const QModelIndex& index) const;
    double metaWidth(const QModelIndex& index, const Look& look) const;
    void paintAbove(QPainter& painter, const QPointF& origin, const Look& look) const;
    void paintBubble(QPainter& painter, const QPointF& origin, const QModelIndex& index, const Look& look) const;
    void paintMeta(QPainter& painter, const QPointF& origin, const QModelIndex& index, const Look& look) const;
    void paintAttachment(QPainter& painter, const QPointF& origin, const Attachment& item, const Look& look) const;
    void paintFailure(QPainter& painter, const QPointF& origin, const Look& look) const;

    ThreadModel::Kind m_kind = ThreadModel::Kind::Guest;
    int m_width = 0;
    int m_height = 0;
    bool m_hasUnreadLine = false;
    QString m_day;
    QString m_name;
    QString m_error;
    QRectF m_dayRect;
    QRectF m_unreadRect;
    QRectF m_nameRect;
    QRectF m_bubble;
    QPointF m_textAt;
    QSizeF m_textSize;
    QRectF m_meta;
    QRectF m_errorRect;
    std::unique_ptr<QTextLayout> m_text;
    QList<Mark> m_marks;
    QList<Attachment> m_attachments;
    QList<Word> m_words;
};

} // namespace signalbox::console
