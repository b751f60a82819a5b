// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/store/thread.h"

#include <QAbstractListModel>
#include <QPointer>

namespace signalbox::console {

class Store;
class Threads;

/// The messages of the open dialog, oldest first, at most Thread::kMostItems rows. Day separators and the unread line
/// are roles of the row below them, so that rows and items are the same. Scrolling up fetches older pages by
/// fetchOlder().
class ThreadModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum class Kind : quint8 { Guest, Ai, Operator, System, Note };
    Q_ENUM(Kind)

    enum Role {
        IdRole = Qt::UserRole + 1, ///< qint64, of the message or note; 0 while pending
        KeyRole,                   ///< QString, unique in the thread and stable: for caches of heights
        KindRole,                  ///< int, Kind
        TextRole,                  ///< QString; of System a translated sentence
        SenderNameRole,            ///< QString
        TimeRole,                  ///< qint64
        DayRole,                   ///< QString, of the first row of a day: "Today", "21 November"; else empty
        IsUnreadLineRole,          ///< bool, the unread line is above this row
        IsOwnRole,                 ///< bool, this operator's
        DeliveryRole,              ///< int, Delivery; None: not an own message
        ErrorRole,                 ///< QString; of a failed one
        ErrorCodeRole,             ///< QString
        LatencyRole,               ///< int, ms from Enter to the server's answer; -1: not known
        ClientIdRole,              ///< QString; of own ones: for Outbox::retry() and remove()
        EditedRole,                ///< qint64; 0: never
        AttachmentsRole,           ///< QJsonArray
        SystemTypeRole,            ///< QString
        IsFirstOfGroupRole,        ///< bool, another sender or more than 5 minutes before: show the name
        MayEditRole,               ///< bool
    };

    ThreadModel(Store& store, Threads& threads, QObject* parent = nullptr);

    /// 0: none. The unread line stays where it was when the dialog was opened.
    void setDialog(qint64 dialogId);
    qint64 dialogId() const { return m_dialogId; }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

    bool isLoaded() const;
    bool hasOlder() const;
    bool hasNewer() const;
    void fetchOlder();
    void fetchNewer();
    /// Back to the end of the thread, when the window is not there.
    void showNewest();
    QList<ThreadItem> items() const; ///< what is loaded, for export
    int unreadLineRow() const;       ///< -1: none
    int rowOfMessage(qint64 messageId) const;
    /// Rows whose text contains it, whatever the case: for the search in this chat (of what is loaded).
    QList<int> search(const QString& text) const;
    qint64 newestMessageId() const;
    void setLatency(const QString& clientId, int ms);

signals:
    void edgesChanged();
    /// A message of somebody else came at the end: for the "new messages" pill and the "answer out of date" guard.
    void foreignMessageArrived(qint64 messageId);

private:
    void attach(Thread* thread);
    void detach();
    void tellNeighbours();
    void readMoved(qint64 dialogId);
    void markUnread();
    QVariant messageData(const Message& message, int role) const;
    QVariant noteData(const Note& note, int role) const;
    QVariant pendingData(const PendingItem& item, int role) const;
    QVariant placeData(int row, int role) const;
    Delivery deliveryOf(const Message& message) const;
    QString dayAbove(int row) const;
    bool isFirstOfGroup(int row) const;
    QString accessibleText(int row) const;

    Store& m_store;
    Threads& m_threads;
    QPointer<Thread> m_thread;
    qint64 m_dialogId = 0;
    int m_changedBelow = -1;         ///< the row below the last change of rows
    qint64 m_unreadAfter = -1;       ///< the mark when it was opened; -1: no line
    QHash<QString, int> m_latencies; ///< the newest 500
};

/// The sentence of a system message: "Мария joined", in the language of the program.
QString systemSentence(const Message& message);

} // namespace signalbox::console
