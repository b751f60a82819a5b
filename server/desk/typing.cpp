// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/typing.h"

#include "desk/deskevents.h"
#include "desk/messages.h"

namespace signalbox {

namespace {

QString nameOf(DeskTransaction& transaction, const Dialog& dialog, const Typist& typist)
{
    switch (typist.sender) {
    case Sender::Client:
        return dialog.guestName;
    case Sender::Operator:
        return staffName(transaction, typist.subject, typist.name);
    default:
        return typist.name;
    }
}

} // namespace

Result<bool> publishTyping(DeskTransaction& transaction, const Typist& typist, bool starts)
{
    const auto dialog = transaction.dialogs().find(typist.dialogId);
    if (!dialog)
        return Error(ErrorCode::NotFound);
    if (starts) {
        if (auto allowed = checkSpeech(transaction, *dialog, typist.sender, typist.subject, std::nullopt); !allowed)
            return allowed.error();
    }
    const QString name = nameOf(transaction, *dialog, typist);
    transaction.publish(typingChanged(dialog->id, starts, typist.sender, name, transaction.nowMs()));
    if (starts && typist.sender == Sender::Operator)
        transaction.publish(operatorTyping(dialog->id, name, transaction.nowMs()));
    return true;
}

void endTyping(TypingBoard& board, StoreThread& writer, qint64 nowMs)
{
    for (Typist& typist : board.takeEnded(nowMs)) {
        writer.post(
            [typist = std::move(typist)](DeskTransaction& transaction) -> Result<void> {
                if (auto published = publishTyping(transaction, typist, false); !published)
                    return published.error();
                return {};
            },
            [](const Result<void>&) {});
    }
}

} // namespace signalbox
