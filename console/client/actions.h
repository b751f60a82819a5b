// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/client/backend.h"
#include "console/client/intent.h"
#include "console/store/records.h"

#include <QElapsedTimer>
#include <QHash>
#include <QTimer>

namespace signalbox::console {

class Outbox;
class Store;

/// Why a take failed, for an honest word: "Мария взяла на 0,4 с раньше".
struct TakeLost
{
    qint64 dialogId = 0;
    QString holderId;
    QString holderName;
    qint64 earlierMs = -1; ///< how much earlier the other one had it; -1: not known
    Error error = Error(ErrorCode::HandoffTaken);
};

/// Everything an operator can do, as one call each. What changes a dialog goes through the Outbox and survives the
/// program's end; what makes sense only now (take, status) goes straight to the server. Results come by the Store, and
/// by these signals where a person waits for a word.
class Actions : public QObject
{
    Q_OBJECT
public:
    static constexpr int kUndoMs = 5000;
    using Done = std::function<void(const CallResult&)>;

    Actions(Backend& backend, Store& store, Outbox& outbox, QObject* parent = nullptr);
    ~Actions() override;

    // Handoffs.
    /// Shown at once; taken(), or takeLost() and the old picture again. Sending in the dialog waits for it.
    void take(qint64 dialogId);
    void takeOver(qint64 dialogId); ///< supervisors: from whoever has it
    bool isTaking(qint64 dialogId) const { return m_taking.contains(dialogId); }
    /// These wait kUndoMs before they are done; undo() within that time, and nothing has happened. The pending one of a
    /// dialog is done at once when another action of the dialog follows. The id for undo(); 0 when refused.
    quint64 release(qint64 dialogId, const QString& resolution = {});
    quint64 returnToQueue(qint64 dialogId, const QString& note = {});
    quint64 cancel(qint64 dialogId, const QString& reason = {});
    quint64 close(qint64 dialogId, const QString& reason = {});
    quint64 transfer(qint64 dialogId, const QString& operatorId, const QString& note);
    bool undo(quint64 pendingId);
    bool undoLast();
    bool isPending(qint64 dialogId) const;
    /// Does at once what waits for an undo; call it before the program ends.
    void commitPending();
    void reopen(qint64 dialogId);

    // Words. The client id, or the refusal of Outbox::add(). A word to the guest takes back a pending release, close
    // or transfer of the dialog: whoever goes on talking has not finished.
    Result<QString> post(qint64 dialogId, const QString& text, const QJsonArray& attachments = {});
    Result<QString> addNote(qint64 dialogId, const QString& text);
    void edit(qint64 dialogId, qint64 messageId, const QString& text);
    /// Call it at each keystroke; it tells the server seldom, and stops by itself after a pause.
    void typing(qint64 dialogId, bool isTyping);
    void markRead(qint64 dialogId, qint64 lastId);
    void setTags(qint64 dialogId, const QStringList& tags);
    void whisper(qint64 dialogId, const QString& text, QObject* context, Done done);

    /// While the session is not live a take fails at once, and marks wait.
    void setLive(bool live);
    void setRoundTrip(int ms) { m_roundTripMs = ms; }

    // Oneself.
    void setStatus(Presence presence, qint64 untilMs = 0); ///< `untilMs` with Dnd only

    // Canned replies, operators, connections; `done` gets the server's answer.
    void saveCanned(const CannedReply& reply, bool shared, QObject* context, Done done); ///< id 0: a new one
    void deleteCanned(qint64 id, QObject* context, Done done);
    void createOperator(const QJsonObject& members, QObject* context, Done done);
    void changeOperator(const QString& id, const QJsonObject& members, QObject* context, Done done);
    void closeConnection(const QString& clientId, QObject* context, Done done);
    void closeConnectionsOf(const QString& user, QObject* context, Done done);

signals:
    void takingChanged(qint64 dialogId);
    void taken(qint64 dialogId);
    void takeLost(const signalbox::console::TakeLost& lost);
    void undoOffered(quint64 pendingId, signalbox::console::IntentKind kind, qint64 dialogId);
    void undoEnded(quint64 pendingId, bool undone);
    /// Something was refused; `what` is for people.
    void failed(qint64 dialogId, const QString& what, const signalbox::console::CallError& error);

private:
    struct Pending
    {
        quint64 id = 0;
        Intent intent;
        QTimer* timer = nullptr;
    };
    quint64 defer(Intent intent);
    void commit(quint64 pendingId);
    void commitOf(qint64 dialogId);
    void startTake(qint64 dialogId, const QString& verb);
    void takeAnswered(qint64 dialogId, const CallResult& result, const Dialog& before);
    void endTake(qint64 dialogId);
    void takeFailed(qint64 dialogId, const CallError& error, const Dialog& before, qint64 pressedMs);
    Call callOf(const QByteArray& method, const QString& path, const QJsonObject& body = {}) const;
    Intent intentFor(qint64 dialogId, IntentKind kind, QJsonObject body) const;
    void undoOf(qint64 dialogId);
    void sayTyping(qint64 dialogId, bool isTyping);
    void ownerChanged(qint64 dialogId, const QString& now);
    void readNext();
    void renewLeases();
    void renewed(qint64 dialogId, const CallResult& result);

    Backend& m_backend;
    Store& m_store;
    Outbox& m_outbox;
    QHash<qint64, qint64> m_taking;   ///< dialog → when it was pressed, by m_clock
    QHash<qint64, qint64> m_lostAtMs; ///< dialog being taken → when the feed said that somebody else has it
    QList<Pending> m_pending;
    quint64 m_lastPending = 0;
    QHash<qint64, qint64> m_reads;        ///< dialog → mark that the server does not have yet; the highest counts
    QHash<qint64, qint64> m_typingSaidMs; ///< dialog → by m_clock
    QElapsedTimer m_clock;
    QTimer m_typingEnd;
    QTimer m_renewal;
    qint64 m_typingIn = 0;
    int m_roundTripMs = 0;
    bool m_isReading = false;
    bool m_live = false;
};

} // namespace signalbox::console
