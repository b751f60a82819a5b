// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/cannedmodel.h"

#include "console/models/keyboardlayout.h"
#include "console/store/store.h"

#include <algorithm>

namespace signalbox::console {

namespace {

constexpr int kMostShown = 50;

bool hasWordThatBegins(const QString& text, const QString& beginning)
{
    qsizetype at = -1;
    while ((at = text.indexOf(beginning, at + 1, Qt::CaseInsensitive)) >= 0) {
        if (at == 0 || !text[at - 1].isLetterOrNumber())
            return true;
    }
    return false;
}

/// How well one word fits; 0: not at all.
int wordRank(const CannedReply& reply, const QString& word)
{
    if (reply.shortcut.compare(word, Qt::CaseInsensitive) == 0)
        return 100;
    if (reply.shortcut.startsWith(word, Qt::CaseInsensitive))
        return 80;
    if (hasWordThatBegins(reply.title, word))
        return 60;
    if (reply.title.contains(word, Qt::CaseInsensitive) || reply.shortcut.contains(word, Qt::CaseInsensitive))
        return 40;
    if (hasWordThatBegins(reply.text, word))
        return 20;
    return reply.text.contains(word, Qt::CaseInsensitive) ? 10 : 0;
}

/// All words must fit; the worst one decides, the others break ties.
int textRank(const CannedReply& reply, const QString& search)
{
    int worst = 101;
    int sum = 0;
    const QStringList words = search.simplified().split(u' ', Qt::SkipEmptyParts);
    for (const QString& word : words) {
        const int rank = wordRank(reply, word);
        if (rank == 0)
            return 0;
        worst = std::min(worst, rank);
        sum += rank;
    }
    return worst * 1000 + std::min(sum, 999);
}

} // namespace

int CannedModel::rank(const CannedReply& reply, const QString& search)
{
    if (search.simplified().isEmpty())
        return 1;
    return std::max(textRank(reply, search), textRank(reply, otherLayout(search)));
}

CannedModel::CannedModel(Store& store, QObject* parent)
    : QAbstractListModel(parent)
    , m_store(store)
{
    connect(&store, &Store::cannedRepliesChanged, this, &CannedModel::update);
    update();
}

void CannedModel::setSearch(const QString& text)
{
    if (text == m_search)
        return;
    m_search = text;
    update();
}

void CannedModel::update()
{
    QList<std::pair<int, CannedReply>> ranked;
    for (const CannedReply& reply : m_store.cannedReplies()) {
        if (const int fits = rank(reply, m_search); fits > 0)
            ranked.append({fits, reply});
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first > b.first : a.second.shortcut < b.second.shortcut;
    });
    beginResetModel();
    m_rows.clear();
    for (const auto& [fits, reply] : std::as_const(ranked)) {
        if (m_rows.size() < kMostShown || m_search.isEmpty())
            m_rows.append(reply);
    }
    endResetModel();
}

int CannedModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

CannedReply CannedModel::at(int row) const
{
    return m_rows.value(row);
}

QVariant CannedModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const CannedReply& reply = m_rows[index.row()];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return reply.title.isEmpty() ? reply.shortcut : QString(reply.shortcut + u" – " + reply.title);
    case Qt::ToolTipRole:
    case TextRole:
        return reply.text;
    case IdRole:
        return reply.id;
    case ShortcutRole:
        return reply.shortcut;
    case TitleRole:
        return reply.title;
    case IsSharedRole:
        return reply.ownerId.isEmpty();
    case IsOwnRole:
        return !reply.ownerId.isEmpty() && reply.ownerId == m_store.me().id;
    default:
        return {};
    }
}

QHash<int, QByteArray> CannedModel::roleNames() const
{
    return {{IdRole, "replyId"}, {ShortcutRole, "shortcut"}, {TitleRole, "title"},
            {TextRole, "text"},  {IsSharedRole, "isShared"}, {IsOwnRole, "isOwn"}};
}

} // namespace signalbox::console
