// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/deskdatabase.h"

#include <QStringList>

namespace signalbox::test {

// Who acts on the desk in tests of its commands, and what they have done.

inline Identity person(Role role, const QByteArray& subject, const QString& name = {})
{
    Identity identity;
    identity.role = role;
    identity.subject = subject;
    identity.name = name;
    return identity;
}

inline Identity guestOf(qint64 dialogId)
{
    Identity identity = person(Role::Guest, "guest:" + QByteArray::number(dialogId));
    identity.dialog = QByteArray::number(dialogId);
    return identity;
}

inline QStringList namesOf(const std::vector<JournalEvent>& events)
{
    QStringList names;
    for (const JournalEvent& event : events)
        names.append(QString::fromUtf8(event.name));
    return names;
}

/// Puts a dialog into the hands of an operator, as a start of a handoff does; returns the handoff's id.
inline qint64 assign(DeskTransaction& transaction, qint64 dialogId, const QByteArray& operatorId)
{
    Dialog dialog = transaction.dialogs().find(dialogId).value();
    dialog.status = DialogStatus::Operator;
    dialog.operatorId = operatorId;
    dialog.lastOperator = operatorId;
    ++dialog.fencing;
    transaction.dialogs().update(dialog);
    Handoff handoff;
    handoff.dialogId = dialogId;
    handoff.status = HandoffStatus::Active;
    handoff.operatorId = operatorId;
    handoff.fencing = dialog.fencing;
    handoff.startedMs = transaction.nowMs();
    transaction.handoffs().insert(handoff);
    return handoff.id;
}

/// Lets a dialog wait for an operator; returns the handoff's id.
inline qint64 enqueue(DeskTransaction& transaction, qint64 dialogId)
{
    Dialog dialog = transaction.dialogs().find(dialogId).value();
    dialog.status = DialogStatus::Queued;
    transaction.dialogs().update(dialog);
    Handoff handoff;
    handoff.dialogId = dialogId;
    handoff.requestedMs = handoff.queuedMs = transaction.nowMs();
    transaction.handoffs().insert(handoff);
    return handoff.id;
}

inline void hire(DeskTransaction& transaction, const QByteArray& id, const QString& name)
{
    Operator person;
    person.id = id;
    person.name = name;
    transaction.operators().insert(person);
}

} // namespace signalbox::test
