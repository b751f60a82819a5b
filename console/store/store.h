// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/store/deskevent.h"
#include "console/store/dialogcounts.h"
#include "console/store/recenteventids.h"
#include "console/store/snapshot.h"

#include <QHash>
#include <QObject>
#include <QSet>

#include <functional>
#include <vector>

namespace signalbox::console {

/// The console's picture of the desk, made of a snapshot and the events since. The one place where the picture
/// changes; models and views follow its signals. Belongs to one thread.
///
/// load() replaces everything; apply() is idempotent: an event that was applied before (by its id, and messages by
/// their number) changes nothing. Events tell less than records do (a handoff's metadata, an operator's role): what an
/// event leaves open is announced by a ...Stale signal, and the record that is fetched then is given to
/// refreshDialog() and the like. After those have come the picture equals a fresh snapshot, except for
/// Handoff::leaseUntilMs of others, which are renewed without a word.
///
/// Rows are in no order that means anything; they change only between the AboutTo signal and its counterpart. At most
/// kMostDialogs: beyond, the closed ones that changed longest ago go first.
class Store : public QObject
{
    Q_OBJECT
public:
    static constexpr int kMostDialogs = 10'000;
    static constexpr int kMostAlerts = 200;
    static constexpr int kMostTypists = 500;
    using Clock = std::function<qint64()>; ///< wall clock, milliseconds since 1970

    explicit Store(Clock clock, QObject* parent = nullptr);

    // The picture.
    const QString& position() const { return m_position; } ///< where the feed goes on; empty: nothing loaded
    qint64 now() const { return m_clock(); }
    bool isLoaded() const { return !m_position.isEmpty(); }
    int dialogCount() const { return static_cast<int>(m_dialogs.size()); }
    const Dialog& dialogAt(int row) const { return m_dialogs[static_cast<size_t>(row)]; }
    int rowOf(qint64 dialogId) const { return m_rows.value(dialogId, -1); }
    const Dialog* dialog(qint64 dialogId) const; ///< null when it is unknown; valid until the next change
    const DialogCounts& counts() const { return m_counts; }
    const QList<Operator>& operators() const { return m_operators; } ///< by name
    const Operator* findOperator(const QString& id) const;
    QString operatorName(const QString& id) const; ///< the id itself when the name is not known
    const Operator& me() const { return m_me; }
    const QList<CannedReply>& cannedReplies() const { return m_cannedReplies; }
    const QList<Alert>& alerts() const { return m_alerts; } ///< the newest first
    QList<Typist> typists(qint64 dialogId) const;
    bool isMine(const Dialog& dialog) const { return !m_me.id.isEmpty() && dialog.operatorId == m_me.id; }
    bool mayTake(const Dialog& dialog) const; ///< waits, and is reserved for nobody else

    // Changes from the server.
    void load(const Snapshot& snapshot);
    void apply(const DeskEvent& event);
    /// Dialogs that the snapshot had no room for, or closed ones, from a list: those that are known stay as they are.
    void addListed(const QList<Dialog>& dialogs);
    void refreshDialog(const Dialog& dialog);
    void forgetDialog(qint64 dialogId);
    void refreshOperators(const QList<Operator>& operators);
    void refreshOperator(const Operator& person);
    void refreshCannedReplies(const QList<CannedReply>& replies);

    // Changes of the console's own.
    /// What an action is about to do, shown before the server confirms it; refreshDialog() or an event corrects it.
    void showTaken(qint64 dialogId);
    /// Asks for the record to be fetched (dialogStale()).
    void doubt(qint64 dialogId) { emit dialogStale(dialogId); }
    void acknowledge(const QString& service);
    /// Ends what is over by the clock (typing); call it once per second.
    void tick();

signals:
    void aboutToReset();
    void reset();
    void dialogAboutToBeAdded(int row);
    void dialogAdded(int row);
    void dialogChanged(int row);
    void dialogAboutToBeRemoved(int row);
    void dialogRemoved(int row);
    void countsChanged();
    void messageArrived(const signalbox::console::Message& message);
    void messageEdited(qint64 dialogId, qint64 messageId, const QString& text, qint64 editedMs);
    void noteArrived(const signalbox::console::Note& note);
    void readMoved(qint64 dialogId); ///< Dialog::staffRead or guestRead
    void typingChanged(qint64 dialogId);
    void operatorsChanged();
    void meChanged();
    void cannedRepliesChanged();
    void alertsChanged();
    void alertRaised(const signalbox::console::Alert& alert);
    void whispered(qint64 dialogId, const QString& from, const QString& text);
    /// Somebody else took it, gave it back, …: for notices, not for rows.
    void ownerChanged(qint64 dialogId, const QString& before, const QString& now, qint64 atMs);
    void dialogStale(qint64 dialogId);
    void operatorsStale();
    void cannedRepliesStale();

private:
    friend class StoreEvents;

    /// Changes a dialog and tells what follows from it: counts, the row, the owner, the read marks.
    void change(qint64 dialogId, const std::function<void(Dialog&)>& how, qint64 atMs = 0);
    void add(Dialog dialog);
    void remove(int row);
    void replace(const Dialog& dialog);
    DialogCounts shareOf(const Dialog& dialog) const;
    void count(const DialogCounts& before, const DialogCounts& after);
    void recount();
    void makeRoom();
    void setOperators(QList<Operator> operators);
    void setMe(const Operator& person);
    bool isNews(const DeskEvent& event);
    void raise(Alert alert);
    void startTyping(Typist typist);
    void stopTyping(qint64 dialogId, Sender sender, const QString& name);

    Clock m_clock;
    QString m_position;
    std::vector<Dialog> m_dialogs;
    QHash<qint64, int> m_rows;
    DialogCounts m_counts;
    QList<Operator> m_operators;
    Operator m_me;
    QList<CannedReply> m_cannedReplies;
    QList<Alert> m_alerts;
    QList<Typist> m_typists;
    RecentEventIds m_seen;
};

} // namespace signalbox::console
