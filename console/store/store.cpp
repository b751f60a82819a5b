// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/store/store.h"

#include "console/store/feedplace.h"
#include "console/store/storeevents.h"

#include <algorithm>

namespace signalbox::console {

namespace {

bool isBefore(const Operator& a, const Operator& b)
{
    const int order = QString::localeAwareCompare(a.name, b.name);
    return order != 0 ? order < 0 : a.id < b.id;
}

} // namespace

Store::Store(Clock clock, QObject* parent)
    : QObject(parent)
    , m_clock(std::move(clock))
{
}

const Dialog* Store::dialog(qint64 dialogId) const
{
    const int row = rowOf(dialogId);
    return row < 0 ? nullptr : &dialogAt(row);
}

const Operator* Store::findOperator(const QString& id) const
{
    const auto found =
        std::find_if(m_operators.begin(), m_operators.end(), [&id](const Operator& one) { return one.id == id; });
    return found == m_operators.end() ? nullptr : &*found;
}

QString Store::operatorName(const QString& id) const
{
    const Operator* person = findOperator(id);
    return person && !person->name.isEmpty() ? person->name : id;
}

QList<Typist> Store::typists(qint64 dialogId) const
{
    QList<Typist> list;
    std::copy_if(m_typists.begin(), m_typists.end(), std::back_inserter(list),
                 [dialogId](const Typist& typist) { return typist.dialogId == dialogId; });
    return list;
}

bool Store::mayTake(const Dialog& dialog) const
{
    if (dialog.status != DialogStatus::Queued)
        return false;
    if (!dialog.handoff || dialog.handoff->reservedFor.isEmpty())
        return true;
    return dialog.handoff->reservedFor == m_me.id || m_me.isSupervisor();
}

void Store::load(const Snapshot& snapshot)
{
    emit aboutToReset();
    m_position = snapshot.position;
    m_seen.clear();
    m_dialogs.clear();
    m_rows.clear();
    m_typists.clear();
    m_me = snapshot.me;
    for (const Dialog& dialog : snapshot.dialogs) {
        if (m_rows.contains(dialog.id) || dialogCount() >= kMostDialogs)
            continue;
        m_rows.insert(dialog.id, dialogCount());
        m_dialogs.push_back(dialog);
    }
    m_counts = {};
    for (const Dialog& dialog : m_dialogs)
        count({}, shareOf(dialog));
    emit reset();
    emit countsChanged();
    setOperators(snapshot.operators);
    emit meChanged();
    refreshCannedReplies(snapshot.cannedReplies);
}

void Store::apply(const DeskEvent& event)
{
    if (!isLoaded() || event.isControl() || !isNews(event))
        return;
    StoreEvents(*this, event).apply();
    if (!event.cursor.isEmpty())
        m_position = event.cursor;
}

/// Behind the picture's place in the feed, and not among those that came lately.
bool Store::isNews(const DeskEvent& event)
{
    const auto place = FeedPlace::parse(event.cursor);
    const auto mine = FeedPlace::parse(m_position);
    if (place && mine && place->isUpTo(*mine))
        return false;
    return event.id.isEmpty() || m_seen.add(event.id);
}

void Store::addListed(const QList<Dialog>& dialogs)
{
    for (const Dialog& dialog : dialogs) {
        if (dialog.id != 0 && !m_rows.contains(dialog.id))
            add(dialog);
    }
}

void Store::refreshDialog(const Dialog& dialog)
{
    if (dialog.id == 0)
        return;
    if (m_rows.contains(dialog.id))
        replace(dialog);
    else
        add(dialog);
}

void Store::replace(const Dialog& dialog)
{
    change(dialog.id, [&dialog](Dialog& row) { row = dialog; });
}

void Store::forgetDialog(qint64 dialogId)
{
    if (const int row = rowOf(dialogId); row >= 0)
        remove(row);
}

void Store::change(qint64 dialogId, const std::function<void(Dialog&)>& how, qint64 atMs)
{
    const int row = rowOf(dialogId);
    if (row < 0)
        return;
    Dialog& dialog = m_dialogs[static_cast<size_t>(row)];
    const Dialog before = dialog;
    how(dialog);
    if (dialog == before)
        return;
    count(shareOf(before), shareOf(dialog));
    const Dialog after = dialog;
    emit dialogChanged(row);
    if (after.staffRead != before.staffRead || after.guestRead != before.guestRead)
        emit readMoved(dialogId);
    if (after.operatorId != before.operatorId)
        emit ownerChanged(dialogId, before.operatorId, after.operatorId, atMs == 0 ? after.updatedMs : atMs);
}

void Store::add(Dialog dialog)
{
    makeRoom();
    const int row = dialogCount();
    emit dialogAboutToBeAdded(row);
    m_rows.insert(dialog.id, row);
    m_dialogs.push_back(std::move(dialog));
    emit dialogAdded(row);
    count({}, shareOf(dialogAt(row)));
}

void Store::remove(int row)
{
    const DialogCounts share = shareOf(dialogAt(row));
    emit dialogAboutToBeRemoved(row);
    m_rows.remove(dialogAt(row).id);
    m_dialogs.erase(m_dialogs.begin() + row);
    for (int i = row; i < dialogCount(); ++i)
        m_rows[dialogAt(i).id] = i;
    emit dialogRemoved(row);
    count(share, {});
}

/// The closed one that changed longest ago goes, or, when all are open, the one that nobody waits in.
void Store::makeRoom()
{
    if (dialogCount() < kMostDialogs)
        return;
    const auto rank = [this](const Dialog& dialog) {
        return std::tuple(dialog.isOpen(), dialog.status != DialogStatus::Ai || isMine(dialog), dialog.updatedMs);
    };
    const auto oldest = std::min_element(m_dialogs.begin(), m_dialogs.end(),
                                         [&rank](const Dialog& a, const Dialog& b) { return rank(a) < rank(b); });
    remove(static_cast<int>(oldest - m_dialogs.begin()));
}

DialogCounts Store::shareOf(const Dialog& dialog) const
{
    DialogCounts share;
    const int unread = dialog.unreadCount > 0 ? 1 : 0;
    share.all = dialog.isOpen() ? 1 : 0;
    if (mayTake(dialog)) {
        share.queue = 1;
        share.unreadQueue = unread;
    }
    if (dialog.status == DialogStatus::Operator && isMine(dialog)) {
        share.mine = 1;
        share.unreadMine = unread;
        share.mineWaiting = dialog.waitingSinceMs != 0 ? 1 : 0;
    }
    return share;
}

void Store::count(const DialogCounts& before, const DialogCounts& after)
{
    if (before == after)
        return;
    m_counts.queue += after.queue - before.queue;
    m_counts.mine += after.mine - before.mine;
    m_counts.all += after.all - before.all;
    m_counts.unreadQueue += after.unreadQueue - before.unreadQueue;
    m_counts.unreadMine += after.unreadMine - before.unreadMine;
    m_counts.mineWaiting += after.mineWaiting - before.mineWaiting;
    emit countsChanged();
}

void Store::refreshOperators(const QList<Operator>& operators)
{
    setOperators(operators);
}

void Store::refreshOperator(const Operator& person)
{
    if (person.id.isEmpty())
        return;
    QList<Operator> operators = m_operators;
    operators.removeIf([&person](const Operator& one) { return one.id == person.id; });
    operators.append(person);
    setOperators(std::move(operators));
}

void Store::setOperators(QList<Operator> operators)
{
    std::sort(operators.begin(), operators.end(), isBefore);
    const auto own =
        std::find_if(operators.begin(), operators.end(), [this](const Operator& one) { return one.id == m_me.id; });
    if (own != operators.end())
        setMe(*own);
    if (operators == m_operators)
        return;
    m_operators = std::move(operators);
    emit operatorsChanged();
}

void Store::setMe(const Operator& person)
{
    if (person == m_me)
        return;
    const bool countsDiffer = person.id != m_me.id || person.role != m_me.role;
    m_me = person;
    if (countsDiffer)
        recount();
    emit meChanged();
}

void Store::recount()
{
    m_counts = {};
    for (const Dialog& dialog : m_dialogs)
        count({}, shareOf(dialog));
}

void Store::refreshCannedReplies(const QList<CannedReply>& replies)
{
    if (replies == m_cannedReplies)
        return;
    m_cannedReplies = replies;
    emit cannedRepliesChanged();
}

void Store::showTaken(qint64 dialogId)
{
    change(dialogId, [this](Dialog& dialog) {
        dialog.status = DialogStatus::Operator;
        dialog.operatorId = m_me.id;
        if (dialog.handoff)
            dialog.handoff->operatorId = m_me.id;
    });
}

} // namespace signalbox::console
