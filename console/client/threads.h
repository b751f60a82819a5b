// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/client/backend.h"
#include "console/store/thread.h"

#include <QHash>

namespace signalbox::console {

class Outbox;
class Store;
struct Intent;

/// The threads that are open or were a moment ago, kept up to date: loads pages, feeds what the Store announces and
/// what the Outbox holds. Keeps kMostThreads, the ones used longest ago go first, so that going back is instant.
class Threads : public QObject
{
    Q_OBJECT
public:
    static constexpr int kMostThreads = 24;
    static constexpr int kPage = 50;

    Threads(Backend& backend, Store& store, Outbox& outbox, QObject* parent = nullptr);
    ~Threads() override;

    /// The dialog's thread, loading if it is not there. It may go when others are opened: hold it by QPointer, and the
    /// one on the screen by keep().
    Thread* open(qint64 dialogId);
    /// The thread on the screen; typing in it is subscribed to.
    void keep(qint64 dialogId);
    /// Loads what is near without showing it (the neighbour in the list).
    void preload(qint64 dialogId);
    void loadOlder(qint64 dialogId);
    void loadNewer(qint64 dialogId);
    /// Back to the end of the thread.
    void loadNewest(qint64 dialogId);

signals:
    void loadFailed(qint64 dialogId, const signalbox::Error& error);
    void loading(qint64 dialogId, bool isLoading);

private:
    enum class Page : quint8 { Newest, Older, Newer };
    void load(qint64 dialogId, Page page);
    void arrived(qint64 dialogId, Page page, const CallResult& result);
    void loadNotes(qint64 dialogId, qint64 before, int soFar);
    void reload();
    void makeRoom();
    void updateChannels();
    void updatePending(qint64 dialogId);
    void intentSent(const Intent& intent, const QJsonObject& body);

    Backend& m_backend;
    Store& m_store;
    Outbox& m_outbox;
    QHash<qint64, Thread*> m_threads;
    QList<qint64> m_recent;           ///< used last at the end
    QHash<qint64, quint64> m_loading; ///< dialog → its request
    quint64 m_lastTurn = 0;
    qint64 m_kept = 0;
};

} // namespace signalbox::console
