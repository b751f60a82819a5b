// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

#include <functional>

namespace signalbox::console {

class Look;

/// A dialog as a row of a list: avatar with the ring of the time left, name, wait, last line or draft, unread count,
/// owner. Reads the roles of DialogListModel. All rows are equally high.
class DialogDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    using Clock = std::function<qint64()>; ///< milliseconds since 1970; the practice mode has its own

    DialogDelegate(const Look& look, Clock clock, QObject* parent = nullptr);

    /// Owners are shown where a list has dialogs of several.
    void setShowsOwner(bool shows) { m_showsOwner = shows; }
    /// Below this width only avatars are shown.
    static constexpr int kNarrow = 140;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    struct Row;
    void paintGround(QPainter& painter, const QStyleOptionViewItem& option) const;
    void paintFace(QPainter& painter, const Row& row) const;
    void paintFirstLine(QPainter& painter, const Row& row) const;
    void paintSecondLine(QPainter& painter, const Row& row) const;
    int paintOwner(QPainter& painter, const Row& row, int right) const;

    const Look& m_look;
    Clock m_clock;
    bool m_showsOwner = false;
};

} // namespace signalbox::console
