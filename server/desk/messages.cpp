// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/messages.h"

#include "desk/deskevents.h"
#include "desk/dialogs.h"
#include "desk/handoffs.h"
#include "desk/speakrules.h"

namespace signalbox {

namespace {

constexpr qsizetype kBeginning = 200;

/// No half of a surrogate pair at its end.
QString beginningOf(const QString& text)
{
    QString beginning = text.left(kBeginning);
    if (beginning.size() < text.size() && beginning.back().isHighSurrogate())
        beginning.chop(1);
    return beginning;
}

bool awaitsHuman(const Dialog& dialog)
{
    return dialog.status == DialogStatus::Queued || dialog.status == DialogStatus::Operator;
}

/// What a message means for its dialog.
void noteMessage(Dialog& dialog, const Message& message)
{
    dialog.updatedMs = message.createdMs;
    dialog.lastMessageId = message.id;
    dialog.lastMessageMs = message.createdMs;
    dialog.lastSender = message.sender;
    dialog.lastText = beginningOf(message.text);
    if (message.sender == Sender::Client) {
        ++dialog.unreadCount;
        if (dialog.waitingSinceMs == 0 && awaitsHuman(dialog))
            dialog.waitingSinceMs = message.createdMs;
    }
    if (message.sender == Sender::Operator)
        dialog.waitingSinceMs = 0;
}

/// The holder has spoken: it is there, and the guest is answered.
void noteAnswer(DeskTransaction& transaction, qint64 dialogId, qint64 leaseMs)
{
    auto handoff = transaction.handoffs().open(dialogId);
    if (!handoff || handoff->status != HandoffStatus::Active)
        return;
    if (handoff->answeredMs == 0)
        handoff->answeredMs = transaction.nowMs();
    renewLease(transaction, *handoff, leaseMs);
}

Message messageFrom(DeskTransaction& transaction, const Dialog& dialog, const Identity& who, const NewMessage& asked)
{
    Message message;
    message.sender = who.role == Role::Service ? asked.sender : speakerOf(who);
    message.text = asked.text;
    message.attachments = asked.attachments;
    message.clientMessageId = asked.clientMessageId;
    if (message.sender == Sender::Client) {
        message.senderName = asked.senderName.isEmpty() ? dialog.guestName : asked.senderName;
        return message;
    }
    message.senderId = who.subject;
    message.senderName = who.isStaff() ? staffName(transaction, who.subject, who.name) : asked.senderName;
    if (message.sender == Sender::System)
        message.systemType = asked.systemType;
    return message;
}

QByteArray holderMember(DeskTransaction& transaction, const Dialog& dialog)
{
    if (dialog.operatorId.isEmpty())
        return QByteArrayLiteral("\"holder\":null");
    return "\"holder\":{\"id\":" + jsonString(dialog.operatorId) +
           ",\"name\":" + jsonString(staffName(transaction, dialog.operatorId, {})) + '}';
}

} // namespace

Sender speakerOf(const Identity& who)
{
    if (who.role == Role::Service)
        return Sender::Ai;
    return who.isStaff() ? Sender::Operator : Sender::Client;
}

QString staffName(DeskTransaction& transaction, const QByteArray& subject, const QString& fallback)
{
    const auto person = transaction.operators().find(subject);
    if (person && !person->name.isEmpty())
        return person->name;
    return fallback.isEmpty() ? QString::fromUtf8(subject) : fallback;
}

Result<void> checkSpeech(DeskTransaction& transaction, const Dialog& dialog, Sender sender, const QByteArray& subject,
                         std::optional<quint64> fencing)
{
    const Speech speech = speechIn(dialog, sender, subject, fencing);
    if (speech == Speech::Allowed || speech == Speech::Reopens)
        return {};
    if (speech == Speech::Closed)
        return Error(ErrorCode::DialogClosed);
    Error error(speech == Speech::StaleFencing ? ErrorCode::StaleFencing : ErrorCode::NotHolder);
    error.extra = holderMember(transaction, dialog);
    return error;
}

void publishMessage(DeskTransaction& transaction, Message& message)
{
    message.createdMs = transaction.nowMs();
    JournalDraft draft = messageCreated(message);
    draft.data = [&transaction, &message, tell = std::move(draft.data)](quint64 offset) {
        message.sequence = offset;
        transaction.messages().insert(message);
        return tell(offset);
    };
    transaction.publish(std::move(draft));
}

Message deliverMessage(DeskTransaction& transaction, Dialog& dialog, Message message)
{
    message.dialogId = dialog.id;
    publishMessage(transaction, message);
    noteMessage(dialog, message);
    transaction.dialogs().update(dialog);
    return message;
}

/// A guest has written and an operator is expected.
void alertStaff(DeskTransaction& transaction, const Dialog& dialog, bool callsOut)
{
    transaction.publish(chatAlert(dialog.id, dialog.unreadCount));
    if (!callsOut)
        return;
    WebhookCall call{
        0, "chat.alert", alertCallBody(dialog, transaction.nowMs()), transaction.nowMs(), transaction.nowMs(), 0};
    transaction.texts().insert(call);
}

Result<PostedMessage> postMessage(DeskTransaction& transaction, const Identity& who, const NewMessage& asked)
{
    auto dialog = transaction.dialogs().lock(asked.dialogId);
    if (!dialog)
        return Error(ErrorCode::NotFound);
    // Before any rule: a repetition is answered as the first time, whatever has become of the dialog.
    if (!asked.clientMessageId.isEmpty()) {
        if (auto stored = transaction.messages().findByClientId(asked.dialogId, asked.clientMessageId))
            return PostedMessage{std::move(*stored), false};
    }
    Message message = messageFrom(transaction, *dialog, who, asked);
    if (auto allowed = checkSpeech(transaction, *dialog, message.sender, who.subject, asked.fencing); !allowed)
        return allowed.error();
    if (dialog->status == DialogStatus::Closed)
        changeStatus(transaction, *dialog, DialogStatus::Ai);
    if (message.sender == Sender::Operator)
        noteAnswer(transaction, dialog->id, asked.leaseMs);
    PostedMessage posted{deliverMessage(transaction, *dialog, std::move(message)), true};
    if (posted.message.sender == Sender::Client && awaitsHuman(*dialog))
        alertStaff(transaction, *dialog, asked.callsOut);
    return posted;
}

Result<Message> editMessage(DeskTransaction& transaction, const Identity& who, const MessageEdit& asked)
{
    auto dialog = transaction.dialogs().lock(asked.dialogId);
    auto message = transaction.messages().find(asked.dialogId, asked.messageId);
    if (!dialog || !message)
        return Error(ErrorCode::NotFound);
    if (!mayEdit(who, *message))
        return Error(ErrorCode::Forbidden, QStringLiteral("Only its author may change a message."));
    if (dialog->status == DialogStatus::Closed)
        return Error(ErrorCode::DialogClosed);
    if (message->text == asked.text)
        return std::move(*message);
    message->text = asked.text;
    message->editedMs = transaction.nowMs();
    transaction.messages().setText(*message);
    transaction.publish(messageUpdated(*message));
    if (dialog->lastMessageId == message->id) {
        dialog->lastText = beginningOf(message->text);
        transaction.dialogs().update(*dialog);
    }
    return std::move(*message);
}

Result<MessagePage> listMessages(DeskTransaction& transaction, const Stretch& asked)
{
    if (!transaction.dialogs().find(asked.dialogId))
        return Error(ErrorCode::NotFound);
    // One more than asked for tells whether there is more.
    MessagePage page;
    page.items = asked.after ? transaction.messages().after(asked.dialogId, *asked.after, asked.limit + 1)
                             : transaction.messages().before(asked.dialogId, asked.before, asked.limit + 1);
    page.hasMore = page.items.size() > static_cast<size_t>(asked.limit);
    if (page.hasMore)
        page.items.erase(asked.after ? page.items.end() - 1 : page.items.begin());
    return page;
}

Result<qint64> markRead(DeskTransaction& transaction, const Identity& who, qint64 dialogId, qint64 lastId)
{
    auto dialog = transaction.dialogs().lock(dialogId);
    if (!dialog)
        return Error(ErrorCode::NotFound);
    if (who.role == Role::Service)
        return Error(ErrorCode::Forbidden, QStringLiteral("A service reads for nobody."));
    qint64& mark = who.isStaff() ? dialog->staffRead : dialog->guestRead;
    const qint64 target = std::min(lastId, dialog->lastMessageId);
    if (target <= mark)
        return mark;
    mark = target;
    if (who.isStaff())
        dialog->unreadCount = transaction.messages().countFromGuest(dialogId, target);
    transaction.dialogs().update(*dialog);
    transaction.publish(readUpdated(dialogId, who.isStaff() ? "staff" : "client", target));
    return target;
}

} // namespace signalbox
