// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/threadmodel.h"

#include "console/client/threads.h"
#include "console/store/store.h"

namespace signalbox::console {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMostLatencies = 500;

ThreadModel::Kind kindOf(Sender sender)
{
    switch (sender) {
    case Sender::Client:
        return ThreadModel::Kind::Guest;
    case Sender::Ai:
        return ThreadModel::Kind::Ai;
    case Sender::Operator:
        return ThreadModel::Kind::Operator;
    case Sender::System:
        break;
    }
    return ThreadModel::Kind::System;
}

} // namespace

ThreadModel::ThreadModel(Store& store, Threads& threads, QObject* parent)
    : QAbstractListModel(parent)
    , m_store(store)
    , m_threads(threads)
{
    connect(&store, &Store::readMoved, this, &ThreadModel::readMoved);
    connect(&store, &Store::dialogChanged, this, [this](int row) {
        // "Delivered" follows the dialog's last message.
        if (m_store.dialogAt(row).id == m_dialogId)
            readMoved(m_dialogId);
    });
    connect(&store, &Store::messageArrived, this, [this](const Message& message) {
        const bool isForeign = message.senderId != m_store.me().id || message.sender != Sender::Operator;
        if (message.dialogId == m_dialogId && isForeign && message.sender != Sender::System)
            emit foreignMessageArrived(message.id);
    });
}

void ThreadModel::setDialog(qint64 dialogId)
{
    if (dialogId == m_dialogId && (m_thread || dialogId == 0))
        return;
    beginResetModel();
    detach();
    m_dialogId = dialogId;
    m_threads.keep(dialogId);
    if (dialogId != 0)
        attach(m_threads.open(dialogId));
    markUnread();
    endResetModel();
    emit edgesChanged();
}

/// The line is above the first message that staff had not read when the dialog was opened.
void ThreadModel::markUnread()
{
    const Dialog* dialog = m_store.dialog(m_dialogId);
    m_unreadAfter = dialog && dialog->unreadCount > 0 ? dialog->staffRead : -1;
}

void ThreadModel::attach(Thread* thread)
{
    m_thread = thread;
    connect(thread, &Thread::aboutToReset, this, [this] { beginResetModel(); });
    connect(thread, &Thread::reset, this, [this] { endResetModel(); });
    connect(thread, &Thread::aboutToInsert, this, [this](int first, int last) { beginInsertRows({}, first, last); });
    connect(thread, &Thread::inserted, this, [this] {
        endInsertRows();
        tellNeighbours();
    });
    connect(thread, &Thread::aboutToRemove, this, [this](int first, int last) { beginRemoveRows({}, first, last); });
    connect(thread, &Thread::removed, this, [this] {
        endRemoveRows();
        tellNeighbours();
    });
    connect(thread, &Thread::changed, this, [this](int row) { emit dataChanged(index(row), index(row)); });
    connect(thread, &Thread::edgesChanged, this, &ThreadModel::edgesChanged);
    connect(this, &QAbstractItemModel::rowsInserted, thread,
            [this](const QModelIndex&, int, int last) { m_changedBelow = last + 1; });
    connect(this, &QAbstractItemModel::rowsRemoved, thread,
            [this](const QModelIndex&, int first, int) { m_changedBelow = first; });
}

void ThreadModel::detach()
{
    if (m_thread) {
        m_thread->disconnect(this);
        disconnect(this, nullptr, m_thread, nullptr);
    }
    m_thread.clear();
}

/// Day, group and unread line of a row follow from the one above it.
void ThreadModel::tellNeighbours()
{
    const int row = std::exchange(m_changedBelow, -1);
    if (row >= 0 && row < rowCount())
        emit dataChanged(index(row), index(row), {DayRole, IsFirstOfGroupRole, IsUnreadLineRole});
}

/// Own messages that the guest has read since, or that have come back in the feed.
void ThreadModel::readMoved(qint64 dialogId)
{
    if (dialogId != m_dialogId || rowCount() == 0)
        return;
    emit dataChanged(index(0), index(rowCount() - 1), {DeliveryRole});
}

int ThreadModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_thread ? 0 : m_thread->count();
}

QVariant ThreadModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || !m_thread)
        return {};
    const int row = index.row();
    if (role == Qt::AccessibleTextRole)
        return accessibleText(row);
    if (QVariant value = placeData(row, role); value.isValid())
        return value;
    const int plain = role == Qt::DisplayRole ? static_cast<int>(TextRole) : role;
    const ThreadItem& item = m_thread->at(row);
    if (const auto* message = std::get_if<Message>(&item))
        return messageData(*message, plain);
    if (const auto* note = std::get_if<Note>(&item))
        return noteData(*note, plain);
    return pendingData(std::get<PendingItem>(item), plain);
}

QVariant ThreadModel::messageData(const Message& message, int role) const
{
    const bool isOwn = message.sender == Sender::Operator && message.senderId == m_store.me().id;
    switch (role) {
    case IdRole:
        return message.id;
    case KeyRole:
        return QString(u'm' + QString::number(message.id));
    case KindRole:
        return static_cast<int>(kindOf(message.sender));
    case TextRole:
        return message.sender == Sender::System ? systemSentence(message) : message.text;
    case SenderNameRole:
        return message.senderName;
    case IsOwnRole:
        return isOwn;
    case DeliveryRole:
        return static_cast<int>(isOwn ? deliveryOf(message) : Delivery::None);
    case LatencyRole:
        return m_latencies.value(message.clientMessageId, -1);
    case ClientIdRole:
        return message.clientMessageId;
    case EditedRole:
        return message.editedMs;
    case AttachmentsRole:
        return message.attachments;
    case SystemTypeRole:
        return message.systemType;
    case MayEditRole:
        return isOwn;
    default:
        return {};
    }
}

Delivery ThreadModel::deliveryOf(const Message& message) const
{
    const Dialog* dialog = m_store.dialog(m_dialogId);
    if (!dialog)
        return Delivery::Sent;
    if (message.id <= dialog->guestRead)
        return Delivery::Read;
    return message.id <= dialog->lastMessageId ? Delivery::Delivered : Delivery::Sent;
}

QVariant ThreadModel::noteData(const Note& note, int role) const
{
    switch (role) {
    case IdRole:
        return note.id;
    case KeyRole:
        return QString(u'n' + QString::number(note.id));
    case KindRole:
        return static_cast<int>(Kind::Note);
    case TextRole:
        return note.text;
    case SenderNameRole:
        return note.authorName;
    case IsOwnRole:
        return note.authorId == m_store.me().id;
    case DeliveryRole:
        return static_cast<int>(Delivery::None);
    default:
        return {};
    }
}

QVariant ThreadModel::pendingData(const PendingItem& item, int role) const
{
    switch (role) {
    case IdRole:
        return qint64{0};
    case KeyRole:
        return QString(u'p' + item.clientId);
    case KindRole:
        return static_cast<int>(item.isNote ? Kind::Note : Kind::Operator);
    case TextRole:
        return item.text;
    case SenderNameRole:
        return m_store.me().name;
    case IsOwnRole:
        return true;
    case DeliveryRole:
        return static_cast<int>(item.delivery);
    case ErrorRole:
        return item.error;
    case ErrorCodeRole:
        return item.errorCode;
    case ClientIdRole:
        return item.clientId;
    case AttachmentsRole:
        return item.attachments;
    default:
        return {};
    }
}

bool ThreadModel::isLoaded() const
{
    return m_thread && m_thread->isLoaded();
}

bool ThreadModel::hasOlder() const
{
    return m_thread && m_thread->hasOlder();
}

bool ThreadModel::hasNewer() const
{
    return m_thread && m_thread->hasNewer();
}

void ThreadModel::fetchOlder()
{
    m_threads.loadOlder(m_dialogId);
}

void ThreadModel::fetchNewer()
{
    m_threads.loadNewer(m_dialogId);
}

void ThreadModel::showNewest()
{
    if (hasNewer())
        m_threads.loadNewest(m_dialogId);
}

int ThreadModel::rowOfMessage(qint64 messageId) const
{
    for (int row = 0; row < rowCount(); ++row) {
        const auto* message = std::get_if<Message>(&m_thread->at(row));
        if (message && message->id == messageId)
            return row;
    }
    return -1;
}

QList<int> ThreadModel::search(const QString& text) const
{
    QList<int> rows;
    for (int row = 0; row < rowCount() && !text.isEmpty(); ++row) {
        if (index(row).data(TextRole).toString().contains(text, Qt::CaseInsensitive))
            rows.append(row);
    }
    return rows;
}

qint64 ThreadModel::newestMessageId() const
{
    return m_thread ? m_thread->newestMessageId() : 0;
}

void ThreadModel::setLatency(const QString& clientId, int ms)
{
    if (clientId.isEmpty() || ms < 0)
        return;
    if (m_latencies.size() >= kMostLatencies)
        m_latencies.clear();
    m_latencies.insert(clientId, ms);
}

QList<ThreadItem> ThreadModel::items() const
{
    return m_thread ? m_thread->items() : QList<ThreadItem>();
}

QHash<int, QByteArray> ThreadModel::roleNames() const
{
    return {{IdRole, "messageId"},
            {KeyRole, "key"},
            {KindRole, "kind"},
            {TextRole, "text"},
            {SenderNameRole, "senderName"},
            {TimeRole, "time"},
            {DayRole, "day"},
            {IsUnreadLineRole, "isUnreadLine"},
            {IsOwnRole, "isOwn"},
            {DeliveryRole, "delivery"},
            {ErrorRole, "error"},
            {LatencyRole, "latency"},
            {ClientIdRole, "clientId"},
            {EditedRole, "edited"},
            {AttachmentsRole, "attachments"},
            {IsFirstOfGroupRole, "isFirstOfGroup"},
            {Qt::AccessibleTextRole, "accessibleText"}};
}

} // namespace signalbox::console
