// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/overlays/palettemodel.h"

#include "console/models/cannedmodel.h"
#include "console/models/dialoglistmodel.h"
#include "console/models/keyboardlayout.h"
#include "console/store/store.h"
#include "console/views/desktop/commands.h"

namespace signalbox::console {

namespace {

/// 0: does not fit; more is better. Words at the beginning count most; the other keyboard layout counts too.
int fit(const QString& text, const QString& search)
{
    if (search.isEmpty())
        return 1;
    for (const QString& way : {search, otherLayout(search)}) {
        const qsizetype at = text.indexOf(way, 0, Qt::CaseInsensitive);
        if (at == 0)
            return 30;
        if (at > 0)
            return text[at - 1].isLetterOrNumber() ? 10 : 20;
    }
    return 0;
}

} // namespace

PaletteModel::PaletteModel(const Commands& commands, const Store& store, QObject* parent)
    : QAbstractListModel(parent)
    , m_commands(commands)
    , m_store(store)
{
}

void PaletteModel::setSearch(const QString& text)
{
    const QString search = text.simplified();
    beginResetModel();
    m_rows.clear();
    addDialogs(search);
    addCommands(search);
    addCanned(search);
    std::stable_sort(m_rows.begin(), m_rows.end(), [](const Entry& a, const Entry& b) { return a.rank > b.rank; });
    if (m_rows.size() > kMostRows)
        m_rows.resize(kMostRows);
    endResetModel();
}

void PaletteModel::addCommands(const QString& search)
{
    for (int i = 0; i < static_cast<int>(Command::Count_); ++i) {
        const QAction* action = m_commands.action(static_cast<Command>(i));
        const int rank = fit(action->text(), search);
        const bool numbered = i >= static_cast<int>(Command::Mine1) && i <= static_cast<int>(Command::Mine9);
        if (rank > 0 && action->isEnabled() && !numbered && static_cast<Command>(i) != Command::Palette)
            m_rows.push_back({Kind::Command, i, action->text(), {}, Commands::keyText(action->shortcut()), rank});
    }
}

void PaletteModel::addDialogs(const QString& search)
{
    if (search.isEmpty())
        return;
    for (int row = 0; row < m_store.dialogCount(); ++row) {
        const Dialog& dialog = m_store.dialogAt(row);
        const QString number = QString::number(dialog.id);
        const int rank = std::max(fit(guestTitle(dialog), search), search == number ? 40 : 0);
        if (rank > 0)
            m_rows.push_back({Kind::Dialog, dialog.id, guestTitle(dialog), dialog.lastText.simplified(),
                              QStringLiteral("#") + number, rank + 2});
    }
}

void PaletteModel::addCanned(const QString& search)
{
    if (search.isEmpty())
        return;
    for (const CannedReply& reply : m_store.cannedReplies()) {
        if (CannedModel::rank(reply, search) > 0)
            m_rows.push_back({Kind::Canned, reply.id, reply.title.isEmpty() ? reply.shortcut : reply.title,
                              reply.text.simplified(), QStringLiteral("/") + reply.shortcut, 8});
    }
}

int PaletteModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant PaletteModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Entry& entry = m_rows[index.row()];
    switch (role) {
    case TitleRole:
        return entry.title;
    case DetailRole:
        return entry.detail;
    case HintRole:
        return entry.hint;
    case PictureRole:
        return entry.kind == Kind::Command  ? QStringLiteral("chevron-right")
               : entry.kind == Kind::Dialog ? QStringLiteral("message-square")
                                            : QStringLiteral("zap");
    case Qt::AccessibleTextRole:
        return QString(entry.title + QStringLiteral(" ") + entry.detail + QStringLiteral(" ") + entry.hint);
    default:
        return {};
    }
}

} // namespace signalbox::console
