// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/queuechange.h"
#include "desk/transaction.h"

namespace signalbox {

// Dialogs from their beginning to their end. Commands, see DeskTransaction.

struct NewDialog
{
    QByteArray assistantId;
    QString guestName;
    QByteArray metadata; ///< JSON object or empty
    QString message;     ///< the guest's first one; empty: none yet
};

/// A dialog that the AI has.
Result<Dialog> openDialog(DeskTransaction& transaction, const NewDialog& asked);

struct DialogView
{
    Dialog dialog;
    std::optional<Handoff> handoff; ///< the open one
    std::optional<Operator> holder; ///< the operator who has it
    QueuePlace place;               ///< while it waits
};

Result<DialogView> viewDialog(DeskTransaction& transaction, qint64 dialogId);

/// Ends an open handoff first: one that waits is cancelled ("dialog_closed"), one that an operator has is released
/// ("closed"). DialogClosed when it is closed already.
Result<Dialog> closeDialog(DeskTransaction& transaction, const Identity& who, qint64 dialogId, const QString& reason);

/// The AI has it again. Conflict when it is open.
Result<Dialog> reopenDialog(DeskTransaction& transaction, const Identity& who, qint64 dialogId);

/// Each once; the order is ours.
Result<Dialog> setTags(DeskTransaction& transaction, qint64 dialogId, QList<QByteArray> tags);

struct NewNote
{
    qint64 dialogId = 0;
    QString text;
    QByteArray clientNoteId; ///< of one that has it already that one is the answer, and nothing happens
};

struct AddedNote
{
    Note note;
    bool isNew = true; ///< false: its client_note_id had been stored before
};

Result<AddedNote> addNote(DeskTransaction& transaction, const Identity& who, const NewNote& asked);

struct NotePage
{
    std::vector<Note> items; ///< oldest first
    bool hasMore = false;    ///< there are older ones
};

Result<NotePage> listNotes(DeskTransaction& transaction, qint64 dialogId, qint64 before, int limit);

// For other commands.

/// Changes and publishes the status; the row is the caller's to write.
void changeStatus(DeskTransaction& transaction, Dialog& dialog, DialogStatus status);

} // namespace signalbox
