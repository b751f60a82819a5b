// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/dialogs.h"

#include "desk/deskevents.h"
#include "desk/handoffsteps.h"
#include "desk/messages.h"

#include <algorithm>

namespace signalbox {

namespace {

QByteArray reasonJson(const QString& reason)
{
    return reason.isEmpty() ? QByteArray() : QByteArray("{\"reason\":" + jsonString(reason) + '}');
}

/// Closes a dialog whose handoff is open: the handoff's end comes first.
void closeWithHandoff(DeskTransaction& transaction, HandoffCase& current, const QString& reason)
{
    QueueChange queue(transaction);
    if (current.handoff->status == HandoffStatus::Active) {
        current.handoff->resolution = QStringLiteral("closed");
        endHandoff(transaction, current, HandoffStatus::Released, DialogStatus::Closed,
                   [](const Handoff& handoff) { return handoffReleased(handoff, false, {}); });
    } else {
        current.handoff->cancelType = "dialog_closed";
        endHandoff(transaction, current, HandoffStatus::Cancelled, DialogStatus::Closed,
                   [&reason](const Handoff& handoff) { return handoffCancelled(handoff, reason); });
    }
    queue.publish();
}

} // namespace

void changeStatus(DeskTransaction& transaction, Dialog& dialog, DialogStatus status)
{
    const DialogStatus before = dialog.status;
    setStatus(dialog, status, transaction.nowMs());
    if (status != DialogStatus::Closed)
        dialog.closedMs = 0;
    transaction.publish(dialogStatusChanged(dialog, before));
}

Result<Dialog> openDialog(DeskTransaction& transaction, const NewDialog& asked)
{
    Dialog dialog;
    dialog.assistantId = asked.assistantId;
    dialog.guestName = asked.guestName;
    dialog.metadata = asked.metadata;
    dialog.createdMs = transaction.nowMs();
    dialog.updatedMs = transaction.nowMs();
    transaction.dialogs().insert(dialog);
    transaction.publish(dialogCreated(dialog));
    if (!asked.message.isEmpty()) {
        Message message;
        message.sender = Sender::Client;
        message.senderName = dialog.guestName;
        message.text = asked.message;
        deliverMessage(transaction, dialog, std::move(message));
    }
    return dialog;
}

Result<DialogView> viewDialog(DeskTransaction& transaction, qint64 dialogId)
{
    auto dialog = transaction.dialogs().find(dialogId);
    if (!dialog)
        return Error(ErrorCode::NotFound);
    DialogView view{std::move(*dialog), transaction.handoffs().open(dialogId), {}, {}};
    if (view.dialog.status == DialogStatus::Operator)
        view.holder = operatorOrId(transaction, view.dialog.operatorId);
    if (view.dialog.status == DialogStatus::Queued)
        view.place = placeInQueue(transaction, dialogId);
    return view;
}

Result<Dialog> closeDialog(DeskTransaction& transaction, const Identity& who, qint64 dialogId, const QString& reason)
{
    auto current = lockCase(transaction, dialogId);
    if (!current)
        return current.error();
    Dialog& dialog = current->dialog;
    if (dialog.status == DialogStatus::Closed)
        return Error(ErrorCode::DialogClosed);
    if (current->handoff) {
        closeWithHandoff(transaction, *current, reason);
    } else {
        changeStatus(transaction, dialog, DialogStatus::Closed);
        transaction.dialogs().update(dialog);
    }
    noteDeed(transaction, who, "dialog.close", dialogId, reasonJson(reason));
    return std::move(dialog);
}

Result<Dialog> reopenDialog(DeskTransaction& transaction, const Identity& who, qint64 dialogId)
{
    auto dialog = transaction.dialogs().lock(dialogId);
    if (!dialog)
        return Error(ErrorCode::NotFound);
    if (dialog->status != DialogStatus::Closed)
        return Error(ErrorCode::Conflict, QStringLiteral("The dialog is open."));
    changeStatus(transaction, *dialog, DialogStatus::Ai);
    transaction.dialogs().update(*dialog);
    noteDeed(transaction, who, "dialog.reopen", dialogId);
    return std::move(*dialog);
}

Result<Dialog> setTags(DeskTransaction& transaction, qint64 dialogId, QList<QByteArray> tags)
{
    auto dialog = transaction.dialogs().lock(dialogId);
    if (!dialog)
        return Error(ErrorCode::NotFound);
    std::sort(tags.begin(), tags.end());
    tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
    if (dialog->tags == tags)
        return std::move(*dialog);
    dialog->tags = std::move(tags);
    transaction.dialogs().setTags(dialogId, dialog->tags);
    transaction.publish(tagsChanged(*dialog));
    return std::move(*dialog);
}

Result<AddedNote> addNote(DeskTransaction& transaction, const Identity& who, const NewNote& asked)
{
    if (!transaction.dialogs().lock(asked.dialogId)) // and with it the others who bring the same note
        return Error(ErrorCode::NotFound);
    if (!asked.clientNoteId.isEmpty()) {
        if (auto stored = transaction.messages().findNoteByClientId(asked.dialogId, asked.clientNoteId))
            return AddedNote{std::move(*stored), false};
    }
    Note note;
    note.dialogId = asked.dialogId;
    note.clientNoteId = asked.clientNoteId;
    note.authorId = who.subject;
    note.authorName = who.isStaff() ? staffName(transaction, who.subject, who.name) : who.name;
    note.text = asked.text;
    note.createdMs = transaction.nowMs();
    transaction.messages().insertNote(note);
    transaction.publish(noteCreated(note));
    return AddedNote{std::move(note), true};
}

Result<NotePage> listNotes(DeskTransaction& transaction, qint64 dialogId, qint64 before, int limit)
{
    if (!transaction.dialogs().find(dialogId))
        return Error(ErrorCode::NotFound);
    NotePage page;
    page.items = transaction.messages().notes(dialogId, before, limit + 1);
    page.hasMore = page.items.size() > static_cast<size_t>(limit);
    if (page.hasMore)
        page.items.erase(page.items.begin());
    return page;
}

} // namespace signalbox
