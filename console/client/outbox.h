// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/client/backend.h"
#include "console/client/intent.h"
#include "console/client/outboxjournal.h"

#include "shared/backoff.h"

#include <QElapsedTimer>
#include <QHash>
#include <QSet>
#include <QTimer>

namespace signalbox::console {

/// Sends what the operator wants, once and in order. Each intent is on disk (fsync) before its request leaves, and
/// leaves the disk when the server's 2xx has come; in between it may be sent again, with the same client id.
///
/// Of one dialog one request is under way at a time, and a later intent never overtakes an earlier one: a Failed one
/// holds back what follows until retry() or remove(). Different dialogs do not wait for each other. What fails for a
/// passing reason (no connection, 429, 503) stays Queued and is tried again; a refusal is Failed.
class Outbox : public QObject
{
    Q_OBJECT
public:
    static constexpr int kMostIntents = 2000; ///< queued in all; beyond it add() refuses
    static constexpr int kMostAtOnce = 4;     ///< dialogs whose requests are under way

    /// `folder` is the account's; it is locked by the owner. The backend is borrowed.
    Outbox(Backend& backend, const QString& folder, QObject* parent = nullptr);
    ~Outbox() override;

    /// Reads what is left from the last time. Unavailable when the folder cannot be written.
    Result<void> open();

    /// Keeps the intent on disk; its client id. ConnectionLimit when too many wait, Unavailable when the disk refuses.
    Result<QString> add(Intent intent);
    void retry(const QString& clientId);
    /// Gives it up. One that is under way may reach the server all the same.
    void remove(const QString& clientId);

    /// Who writes the notes: a note has no client id at the server, so one whose answer was lost is looked for by its
    /// author and text among the dialog's newest before it is sent again.
    void setAuthor(const QString& operatorId) { m_author = operatorId; }
    /// Sends only while the session is live.
    void setLive(bool live);
    /// What is queued for the dialog waits (a take is under way), or goes on.
    void hold(qint64 dialogId, bool held);
    /// The feed has brought a message of ours back.
    void confirm(qint64 dialogId, const QString& clientMessageId);

    int waiting() const { return static_cast<int>(m_intents.size()); } ///< queued, sending or failed
    int failed() const;
    QList<Intent> of(qint64 dialogId) const; ///< in order
    QList<PendingItem> pendingOf(qint64 dialogId) const;
    const Intent* find(const QString& clientId) const;

signals:
    void changed(qint64 dialogId);
    /// The server has it. `body` is its answer; empty when the feed told of it first.
    void sent(const signalbox::console::Intent& intent, const QJsonObject& body, int latencyMs);
    void refused(const signalbox::console::Intent& intent, const signalbox::console::CallError& error);

private:
    void pump();
    void begin(Intent& intent);
    void request(const Intent& intent);
    void look(const Intent& intent);
    void lookedFor(const QString& clientId, const CallResult& result);
    void answered(qint64 dialogId, const QString& clientId, const CallResult& result);
    void succeed(const QString& clientId, const QJsonObject& body);
    void failPassing(Intent& intent, const CallError& error);
    void failForGood(Intent& intent, const CallError& error);
    Intent* findMutable(const QString& clientId);
    void drop(const QString& clientId);
    void endTurn(qint64 dialogId, const QString& clientId);

    Backend& m_backend;
    OutboxJournal m_journal;
    QList<Intent> m_intents;       ///< in the order wanted
    QHash<qint64, QString> m_busy; ///< dialog → the intent whose request is under way
    QSet<qint64> m_held;
    QHash<QString, qint64> m_wantedMs; ///< by m_clock; of this run only
    QString m_author;
    QElapsedTimer m_clock;
    QTimer m_again;
    Backoff m_backoff;
    bool m_live = false;
};

} // namespace signalbox::console
