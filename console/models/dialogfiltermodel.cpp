// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/dialogfiltermodel.h"

#include "console/models/dialoglistmodel.h"
#include "console/models/keyboardlayout.h"
#include "console/store/store.h"

#include <tuple>

namespace signalbox::console {

using namespace Qt::StringLiterals;

namespace {

using Model = DialogListModel;

/// What the queue goes by: priority, then the deadline. Both have a value for rows that should not be there.
auto queueOrder(const QModelIndex& index)
{
    const qint64 since = index.data(Model::WaitingSinceRole).toLongLong();
    return std::tuple(-index.data(Model::PriorityRole).toInt(), since == 0, since,
                      index.data(Model::IdRole).toLongLong());
}

auto mineOrder(const QModelIndex& index)
{
    const qint64 since = index.data(Model::WaitingSinceRole).toLongLong();
    const qint64 last = index.data(Model::LastTimeRole).toLongLong();
    return std::tuple(since == 0, since != 0 ? since : -last, index.data(Model::IdRole).toLongLong());
}

auto allOrder(const QModelIndex& index)
{
    const qint64 last = std::max(index.data(Model::LastTimeRole).toLongLong(), qint64{0});
    return std::tuple(-last, -index.data(Model::IdRole).toLongLong());
}

bool hasAll(const QString& text, const QStringList& words)
{
    return std::all_of(words.begin(), words.end(),
                       [&text](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
}

} // namespace

DialogFilterModel::DialogFilterModel(List list, QObject* parent)
    : QSortFilterProxyModel(parent)
    , m_list(list)
{
    setDynamicSortFilter(true);
    sort(0);
    connect(this, &QAbstractItemModel::rowsInserted, this, &DialogFilterModel::countChanged);
    connect(this, &QAbstractItemModel::rowsRemoved, this, &DialogFilterModel::countChanged);
    connect(this, &QAbstractItemModel::modelReset, this, &DialogFilterModel::countChanged);
}

void DialogFilterModel::setSearch(const QString& text)
{
    const QStringList words = text.simplified().split(u' ', Qt::SkipEmptyParts);
    if (words == m_words)
        return;
    m_words = words;
    m_otherWords = otherLayout(text).simplified().split(u' ', Qt::SkipEmptyParts);
    invalidateFilter();
}

void DialogFilterModel::setUnreadOnly(bool unreadOnly)
{
    if (std::exchange(m_unreadOnly, unreadOnly) != unreadOnly)
        invalidateFilter();
}

void DialogFilterModel::setWithClosed(bool withClosed)
{
    if (std::exchange(m_withClosed, withClosed) != withClosed)
        invalidateFilter();
}

/// Without dynamic sorting the proxy neither moves nor drops rows when they change; the thaw does both.
void DialogFilterModel::setFrozen(bool frozen)
{
    if (std::exchange(m_frozen, frozen) == frozen)
        return;
    setDynamicSortFilter(!frozen);
    if (frozen)
        return;
    invalidateFilter();
    sort(0);
}

qint64 DialogFilterModel::dialogAt(int row) const
{
    return index(row, 0).data(Model::IdRole).toLongLong();
}

int DialogFilterModel::rowOf(qint64 dialogId) const
{
    const auto* model = qobject_cast<const Model*>(sourceModel());
    return model ? mapFromSource(model->indexOf(dialogId)).row() : -1;
}

bool DialogFilterModel::filterAcceptsRow(int sourceRow, const QModelIndex& sourceParent) const
{
    const QModelIndex index = sourceModel()->index(sourceRow, 0, sourceParent);
    if (!isListed(index))
        return false;
    if (m_unreadOnly && index.data(Model::UnreadRole).toInt() == 0)
        return false;
    return m_words.isEmpty() || isFound(index);
}

bool DialogFilterModel::isListed(const QModelIndex& index) const
{
    const auto status = static_cast<DialogStatus>(index.data(Model::StatusRole).toInt());
    switch (m_list) {
    case List::Queue:
        return index.data(Model::MayTakeRole).toBool();
    case List::Mine:
        return status == DialogStatus::Operator && index.data(Model::IsMineRole).toBool();
    case List::All:
        return m_withClosed || status != DialogStatus::Closed;
    }
    return false;
}

bool DialogFilterModel::isFound(const QModelIndex& index) const
{
    const QString text = index.data(Model::NameRole).toString() + u'\n' + index.data(Model::LastTextRole).toString() +
                         u'\n' + index.data(Model::TagsRole).toStringList().join(u'\n') + u'\n' +
                         index.data(Model::ReasonRole).toString() + u'\n' + index.data(Model::IdRole).toString();
    return hasAll(text, m_words) || hasAll(text, m_otherWords);
}

bool DialogFilterModel::lessThan(const QModelIndex& left, const QModelIndex& right) const
{
    switch (m_list) {
    case List::Queue:
        return queueOrder(left) < queueOrder(right);
    case List::Mine:
        return mineOrder(left) < mineOrder(right);
    case List::All:
        return allOrder(left) < allOrder(right);
    }
    return false;
}

qint64 hottestDialog(const Store& store)
{
    const Dialog* best = nullptr;
    const auto heat = [&store](const Dialog& dialog) {
        const int priority = dialog.handoff ? dialog.handoff->priority : 0;
        return std::tuple(!store.isMine(dialog), store.isMine(dialog) ? 0 : -priority, dialog.waitingSinceMs,
                          dialog.id);
    };
    for (int row = 0; row < store.dialogCount(); ++row) {
        const Dialog& dialog = store.dialogAt(row);
        const bool isMine = dialog.status == DialogStatus::Operator && store.isMine(dialog);
        if (dialog.waitingSinceMs == 0 || (!isMine && !store.mayTake(dialog)))
            continue;
        if (!best || heat(dialog) < heat(*best))
            best = &dialog;
    }
    return best ? best->id : 0;
}

} // namespace signalbox::console
