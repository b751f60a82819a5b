// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/gapreport.h"

#include "console/store/store.h"

#include <algorithm>

namespace signalbox::console {

namespace {

constexpr qsizetype kMostShown = 50;

int weightOf(const GapChange& change)
{
    if (change.wasMine)
        return 0;
    return change.status == DialogStatus::Queued || change.isNew ? 1 : 2;
}

} // namespace

GapWatch::GapWatch(const Store& store)
{
    for (int row = 0; row < store.dialogCount(); ++row) {
        const Dialog& dialog = store.dialogAt(row);
        m_before.insert(dialog.id, {dialog.status, dialog.operatorId, dialog.lastMessageId, dialog.unreadCount,
                                    store.isMine(dialog)});
    }
}

std::optional<GapChange> GapWatch::changeOf(const Store& store, const Dialog& now) const
{
    GapChange change;
    change.dialogId = now.id;
    change.guestName = now.guestName;
    const auto before = m_before.constFind(now.id);
    if (before == m_before.cend()) {
        if (!now.isOpen())
            return std::nullopt;
        change.isNew = true;
        change.newMessages = now.unreadCount;
        change.status = now.status;
        return change;
    }
    change.wasMine = before->wasMine;
    if (now.lastMessageId > before->lastMessageId)
        change.newMessages = std::max(now.unreadCount - before->unreadCount, 1);
    if (now.status != before->status)
        change.status = now.status;
    if (now.operatorId != before->operatorId && !now.operatorId.isEmpty())
        change.takenBy = store.operatorName(now.operatorId);
    const bool isChanged = change.newMessages > 0 || change.status || !change.takenBy.isEmpty();
    return isChanged ? std::optional(change) : std::nullopt;
}

GapReport GapWatch::compare(const Store& store, qint64 awayMs) const
{
    GapReport report;
    report.awayMs = awayMs;
    for (int row = 0; row < store.dialogCount(); ++row) {
        if (auto change = changeOf(store, store.dialogAt(row)))
            report.changes.append(std::move(*change));
    }
    for (auto it = m_before.cbegin(); it != m_before.cend(); ++it) {
        // A snapshot holds the open ones only: what is gone was closed.
        if (it->status == DialogStatus::Closed || store.dialog(it.key()))
            continue;
        GapChange change;
        change.dialogId = it.key();
        change.wasMine = it->wasMine;
        change.status = DialogStatus::Closed;
        report.changes.append(change);
    }
    std::stable_sort(report.changes.begin(), report.changes.end(),
                     [](const GapChange& a, const GapChange& b) { return weightOf(a) < weightOf(b); });
    report.moreChanges = static_cast<int>(std::max<qsizetype>(0, report.changes.size() - kMostShown));
    report.changes = report.changes.first(std::min(report.changes.size(), kMostShown));
    return report;
}

} // namespace signalbox::console
