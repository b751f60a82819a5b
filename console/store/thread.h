// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/store/records.h"

#include <QObject>

#include <variant>

namespace signalbox::console {

/// How far an outgoing message has come.
enum class Delivery : quint8 {
    None,      ///< not one of ours
    Queued,    ///< in the outbox
    Sending,   ///< a request is on its way
    Sent,      ///< the server has it, durably
    Delivered, ///< it has come back in the feed: everybody who listens has it
    Read,      ///< the guest's mark is at or behind it
    Failed,    ///< refused; it stays until Retry or Delete
};

/// An intent of the outbox that a thread shows: a message or a note that the server does not have yet.
struct PendingItem
{
    QString clientId;
    bool isNote = false;
    QString text;
    QJsonArray attachments;
    qint64 createdMs = 0;
    Delivery delivery = Delivery::Queued;
    QString error;      ///< for people; empty unless Failed
    QString errorCode;  ///< of shared/errors
    int latencyMs = -1; ///< from Enter to the server's answer; -1: not yet

    bool operator==(const PendingItem&) const = default;
};

using ThreadItem = std::variant<Message, Note, PendingItem>;
qint64 timeOf(const ThreadItem& item);

/// A window on one dialog's messages and notes, oldest first, and behind them what waits to be sent. At most kMostItems
/// of the server's are held: what goes beyond is dropped at the end that is farther from where was added last, and can
/// be fetched again. Belongs to one thread; owned by Threads.
class Thread : public QObject
{
    Q_OBJECT
public:
    static constexpr int kMostItems = 500;

    explicit Thread(qint64 dialogId, QObject* parent = nullptr);

    qint64 dialogId() const { return m_dialogId; }
    int count() const { return static_cast<int>(m_items.size()); }
    const ThreadItem& at(int row) const { return m_items.at(row); }
    const QList<ThreadItem>& items() const { return m_items; }
    bool isLoaded() const { return m_loaded; } ///< the newest page has come
    bool hasOlder() const { return m_hasOlder; }
    bool hasNewer() const { return m_hasNewer; } ///< the window is not at the end of the thread
    qint64 oldestMessageId() const;
    qint64 newestMessageId() const;

    // Pages, as GET …/messages answers; `notes` are those of the same time.
    void setNewest(const QList<Message>& messages, bool hasOlder);
    void addOlder(const QList<Message>& messages, bool hasOlder);
    void addNewer(const QList<Message>& messages, bool hasNewer);
    void addNotes(const QList<Note>& notes);

    // Live.
    void add(const Message& message);
    void edit(qint64 messageId, const QString& text, qint64 editedMs);
    void setPending(const QList<PendingItem>& pending);

signals:
    void aboutToReset();
    void reset();
    void aboutToInsert(int first, int last);
    void inserted();
    void aboutToRemove(int first, int last);
    void removed();
    void changed(int row);
    void edgesChanged(); ///< isLoaded, hasOlder or hasNewer

private:
    QList<Message> liveAfter(qint64 messageId);
    void insertSorted(const ThreadItem& item);
    void drop(int first, int count);
    void trimOld();
    void trimNew();
    int settledCount() const { return count() - m_pendingCount; }
    void setEdges(bool hasOlder, bool hasNewer);

    qint64 m_dialogId;
    QList<ThreadItem> m_items;
    QList<Note> m_notes;    ///< those outside of the window too; at most kMostItems
    QList<Message> m_early; ///< came before the first page; at most kMostItems
    int m_pendingCount = 0;
    bool m_loaded = false;
    bool m_hasOlder = false;
    bool m_hasNewer = false;
};

} // namespace signalbox::console
