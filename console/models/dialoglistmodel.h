// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/store/records.h"

#include <QAbstractListModel>
#include <QPointer>
#include <QTimer>

#include <set>

namespace signalbox::console {

class Actions;
class Drafts;
class Store;

/// Every dialog of the Store, one row each, in no order that means anything: put a DialogFilterModel in front.
/// Insertions and removals follow at once; changes are gathered and told kGatherMs later at most, in one go, so that
/// 500 events per second cost a few repaints. Times do not tick here: whoever shows waiting times asks anew.
class DialogListModel : public QAbstractListModel
{
    Q_OBJECT
public:
    static constexpr int kGatherMs = 30;

    enum Role {
        IdRole = Qt::UserRole + 1, ///< qint64
        NameRole,                  ///< QString; never empty: "Visitor 17" for the nameless
        LastTextRole,              ///< QString, one line
        LastSenderRole,            ///< int, Sender
        LastTimeRole,              ///< qint64
        StatusRole,                ///< int, DialogStatus
        WaitingSinceRole,          ///< qint64; 0: nobody waits
        DeadlineRole,              ///< qint64, when the answer is due (waiting since + SLA); 0: nobody waits
        SlaSecondsRole,            ///< int
        UnreadRole,                ///< int
        OwnerIdRole,               ///< QString
        OwnerNameRole,             ///< QString
        OwnerInitialsRole,         ///< QString, at most 2 letters
        IsMineRole,                ///< bool
        MayTakeRole,               ///< bool
        PriorityRole,              ///< int, of the handoff
        ReasonRole,                ///< QString, of the handoff
        ReservedForRole,           ///< QString, operator's id
        QueuedSinceRole,           ///< qint64
        TagsRole,                  ///< QStringList
        DraftRole,                 ///< QString; empty: none
        IsTakingRole,              ///< bool, a take is under way
        TypingRole,                ///< QString, who types; empty: nobody
        UpdatedRole,               ///< qint64
    };

    /// All are borrowed and outlive the model.
    DialogListModel(Store& store, Drafts& drafts, Actions& actions, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;
    QModelIndex indexOf(qint64 dialogId) const;

    /// How long a guest may wait for an answer; 120 s by default.
    void setSlaSeconds(int seconds);
    int slaSeconds() const { return m_slaSeconds; }
    /// Tells what was gathered now.
    void flush();

private:
    void watchStore();
    void touch(qint64 dialogId);
    QVariant ownData(const Dialog& dialog, int role) const;
    QVariant personData(const Dialog& dialog, int role) const;
    QVariant handoffData(const Dialog& dialog, int role) const;
    QString accessibleText(const Dialog& dialog) const;
    QString typingIn(qint64 dialogId) const;

    Store& m_store;
    Drafts& m_drafts;
    Actions& m_actions;
    std::set<int> m_dirty;
    QTimer m_gather;
    int m_slaSeconds = 120;
};

/// The name of a dialog's guest, or "Visitor 17".
QString guestTitle(const Dialog& dialog);
/// At most two letters of a name: "Мария Иванова" → "МИ".
QString initialsOf(const QString& name);

} // namespace signalbox::console
