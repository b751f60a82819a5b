// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSortFilterProxyModel>

namespace signalbox::console {

class Store;

/// One of the three lists, in its order:
///
/// * Queue: the longest past or nearest deadline first, higher priority before that, oldest first among equals.
/// * Mine: whose guest waits for an answer first, the longest wait first; then the newest message first.
/// * All: open ones, the newest message first.
///
/// While frozen (the mouse is over the list) no row moves or goes: what would have happened happens at the thaw. New
/// rows still come, at the end. Ties are broken by the dialog's number, so that the order never flickers.
class DialogFilterModel : public QSortFilterProxyModel
{
    Q_OBJECT
public:
    enum class List : quint8 { Queue, Mine, All };
    Q_ENUM(List)

    explicit DialogFilterModel(List list, QObject* parent = nullptr);

    List list() const { return m_list; }
    /// Words that name, last text, tags, reason or number contain, all of them, whatever the case; wrong-layout input
    /// finds too.
    void setSearch(const QString& text);
    void setUnreadOnly(bool unreadOnly);
    void setWithClosed(bool withClosed); ///< All: closed ones too
    void setFrozen(bool frozen);
    bool isFrozen() const { return m_frozen; }
    qint64 dialogAt(int row) const; ///< 0: no such row
    int rowOf(qint64 dialogId) const;

signals:
    void countChanged();

protected:
    bool filterAcceptsRow(int sourceRow, const QModelIndex& sourceParent) const override;
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

private:
    bool isListed(const QModelIndex& index) const;
    bool isFound(const QModelIndex& index) const;

    List m_list;
    QStringList m_words;
    QStringList m_otherWords; ///< the same as typed on the other layout
    bool m_unreadOnly = false;
    bool m_withClosed = false;
    bool m_frozen = false;
};

/// The dialog that needs this operator most: of mine the one that waits longest, else of the queue the first; 0: none.
qint64 hottestDialog(const Store& store);

} // namespace signalbox::console
