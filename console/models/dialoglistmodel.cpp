// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/dialoglistmodel.h"

#include "console/client/actions.h"
#include "console/client/drafts.h"
#include "console/store/store.h"

namespace signalbox::console {

using namespace Qt::StringLiterals;

QString guestTitle(const Dialog& dialog)
{
    const QString name = dialog.guestName.simplified();
    return name.isEmpty() ? DialogListModel::tr("Visitor %1").arg(dialog.id) : name;
}

QString initialsOf(const QString& name)
{
    constexpr int kMost = 2;
    QString initials;
    const QStringList words = name.simplified().split(u' ', Qt::SkipEmptyParts);
    for (const QString& word : words) {
        const auto letter = std::find_if(word.begin(), word.end(), [](QChar c) { return c.isLetterOrNumber(); });
        if (letter != word.end())
            initials += letter->toUpper();
        if (initials.size() == kMost)
            break;
    }
    return initials;
}

DialogListModel::DialogListModel(Store& store, Drafts& drafts, Actions& actions, QObject* parent)
    : QAbstractListModel(parent)
    , m_store(store)
    , m_drafts(drafts)
    , m_actions(actions)
{
    m_gather.setSingleShot(true);
    m_gather.setInterval(kGatherMs);
    connect(&m_gather, &QTimer::timeout, this, &DialogListModel::flush);
    watchStore();
    connect(&drafts, &Drafts::changed, this, &DialogListModel::touch);
    connect(&actions, &Actions::takingChanged, this, &DialogListModel::touch);
    connect(&store, &Store::typingChanged, this, &DialogListModel::touch);
}

void DialogListModel::watchStore()
{
    connect(&m_store, &Store::aboutToReset, this, [this] {
        m_dirty.clear();
        beginResetModel();
    });
    connect(&m_store, &Store::reset, this, [this] { endResetModel(); });
    connect(&m_store, &Store::dialogAboutToBeAdded, this, [this](int row) {
        flush(); // whoever sorts must know what has changed before it looks for a place
        beginInsertRows({}, row, row);
    });
    connect(&m_store, &Store::dialogAdded, this, [this] { endInsertRows(); });
    connect(&m_store, &Store::dialogAboutToBeRemoved, this, [this](int row) {
        flush();
        beginRemoveRows({}, row, row);
    });
    connect(&m_store, &Store::dialogRemoved, this, [this] { endRemoveRows(); });
    connect(&m_store, &Store::dialogChanged, this, [this](int row) {
        m_dirty.insert(row);
        if (!m_gather.isActive())
            m_gather.start();
    });
    const auto touchAll = [this] {
        flush();
        if (rowCount() > 0)
            emit dataChanged(index(0), index(rowCount() - 1));
    };
    connect(&m_store, &Store::meChanged, this, touchAll);
    connect(&m_store, &Store::operatorsChanged, this, [this] {
        for (int row = 0; row < m_store.dialogCount(); ++row) {
            if (!m_store.dialogAt(row).operatorId.isEmpty())
                m_dirty.insert(row);
        }
        if (!m_dirty.empty() && !m_gather.isActive())
            m_gather.start();
    });
}

void DialogListModel::touch(qint64 dialogId)
{
    const int row = m_store.rowOf(dialogId);
    if (row < 0)
        return;
    m_dirty.insert(row);
    if (!m_gather.isActive())
        m_gather.start();
}

/// Neighbours in one signal.
void DialogListModel::flush()
{
    m_gather.stop();
    const std::set<int> dirty = std::exchange(m_dirty, {});
    for (auto row = dirty.begin(); row != dirty.end();) {
        const int first = *row;
        int last = first;
        while (++row != dirty.end() && *row == last + 1)
            last = *row;
        if (last < rowCount())
            emit dataChanged(index(first), index(last));
    }
}

int DialogListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : m_store.dialogCount();
}

QModelIndex DialogListModel::indexOf(qint64 dialogId) const
{
    const int row = m_store.rowOf(dialogId);
    return row < 0 ? QModelIndex() : index(row);
}

void DialogListModel::setSlaSeconds(int seconds)
{
    m_slaSeconds = std::max(1, seconds);
    if (rowCount() > 0)
        emit dataChanged(index(0), index(rowCount() - 1), {DeadlineRole, SlaSecondsRole});
}

QVariant DialogListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Dialog& dialog = m_store.dialogAt(index.row());
    if (role == Qt::DisplayRole || role == NameRole)
        return guestTitle(dialog);
    if (role == Qt::AccessibleTextRole)
        return accessibleText(dialog);
    for (const QVariant& value : {ownData(dialog, role), personData(dialog, role), handoffData(dialog, role)}) {
        if (value.isValid())
            return value;
    }
    return {};
}

QVariant DialogListModel::ownData(const Dialog& dialog, int role) const
{
    switch (role) {
    case IdRole:
        return dialog.id;
    case LastTextRole:
        return dialog.lastText.simplified();
    case LastSenderRole:
        return static_cast<int>(dialog.lastSender);
    case LastTimeRole:
        return dialog.lastMessageMs;
    case StatusRole:
        return static_cast<int>(dialog.status);
    case WaitingSinceRole:
        return dialog.waitingSinceMs;
    case DeadlineRole:
        return dialog.waitingSinceMs == 0 ? qint64{0} : dialog.waitingSinceMs + qint64{m_slaSeconds} * 1000;
    case SlaSecondsRole:
        return m_slaSeconds;
    case UnreadRole:
        return dialog.unreadCount;
    case TagsRole:
        return dialog.tags;
    case UpdatedRole:
        return dialog.updatedMs;
    default:
        return {};
    }
}

QVariant DialogListModel::personData(const Dialog& dialog, int role) const
{
    switch (role) {
    case OwnerIdRole:
        return dialog.operatorId;
    case OwnerNameRole:
        return m_store.operatorName(dialog.operatorId);
    case OwnerInitialsRole:
        return initialsOf(m_store.operatorName(dialog.operatorId));
    case IsMineRole:
        return m_store.isMine(dialog);
    case MayTakeRole:
        return m_store.mayTake(dialog);
    case DraftRole:
        return m_drafts.of(dialog.id).text.simplified();
    case IsTakingRole:
        return m_actions.isTaking(dialog.id);
    case TypingRole:
        return typingIn(dialog.id);
    default:
        return {};
    }
}

QVariant DialogListModel::handoffData(const Dialog& dialog, int role) const
{
    const Handoff handoff = dialog.handoff.value_or(Handoff{});
    switch (role) {
    case PriorityRole:
        return handoff.priority;
    case ReasonRole:
        return handoff.reason;
    case ReservedForRole:
        return handoff.reservedFor;
    case QueuedSinceRole:
        return handoff.queuedMs;
    default:
        return {};
    }
}

QString DialogListModel::typingIn(qint64 dialogId) const
{
    QStringList names;
    const QList<Typist> typists = m_store.typists(dialogId);
    for (const Typist& typist : typists)
        names.append(typist.name.isEmpty() ? tr("Visitor") : typist.name);
    return names.join(u", ");
}

/// What a screen reader says of the row: everything that the row shows by colour or place, in words.
QString DialogListModel::accessibleText(const Dialog& dialog) const
{
    QStringList parts{guestTitle(dialog)};
    if (dialog.unreadCount > 0)
        parts.append(tr("%n unread", nullptr, dialog.unreadCount));
    if (dialog.waitingSinceMs != 0)
        parts.append(tr("waiting %n s", nullptr,
                        static_cast<int>(std::max<qint64>(0, m_store.now() - dialog.waitingSinceMs) / 1000)));
    if (!dialog.operatorId.isEmpty())
        parts.append(m_store.isMine(dialog) ? tr("mine") : m_store.operatorName(dialog.operatorId));
    if (m_drafts.has(dialog.id))
        parts.append(tr("draft"));
    if (const QString last = dialog.lastText.simplified(); !last.isEmpty())
        parts.append(last);
    return parts.join(u", ");
}

QHash<int, QByteArray> DialogListModel::roleNames() const
{
    return {{IdRole, "dialogId"},         {NameRole, "name"},
            {LastTextRole, "lastText"},   {LastSenderRole, "lastSender"},
            {LastTimeRole, "lastTime"},   {StatusRole, "status"},
            {DeadlineRole, "deadline"},   {WaitingSinceRole, "waitingSince"},
            {UnreadRole, "unread"},       {SlaSecondsRole, "slaSeconds"},
            {OwnerIdRole, "ownerId"},     {OwnerNameRole, "ownerName"},
            {IsMineRole, "isMine"},       {OwnerInitialsRole, "ownerInitials"},
            {MayTakeRole, "mayTake"},     {PriorityRole, "priority"},
            {ReasonRole, "reason"},       {ReservedForRole, "reservedFor"},
            {TagsRole, "tags"},           {QueuedSinceRole, "queuedSince"},
            {DraftRole, "draft"},         {IsTakingRole, "isTaking"},
            {TypingRole, "typing"},       {UpdatedRole, "updated"},
            {Qt::DisplayRole, "display"}, {Qt::AccessibleTextRole, "accessibleText"}};
}

} // namespace signalbox::console
