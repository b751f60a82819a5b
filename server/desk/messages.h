// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/transaction.h"

namespace signalbox {

// What is said in a dialog. Commands, see DeskTransaction.

/// Bounds of what clients may send, in characters.
constexpr qsizetype kLongestText = 10'000;
constexpr qsizetype kLongestName = 200;

struct NewMessage
{
    qint64 dialogId = 0;
    QString text;
    QByteArray attachments; ///< JSON array or empty
    QByteArray clientMessageId;
    std::optional<quint64> fencing; ///< operators: of the claim they believe to have
    qint64 leaseMs = 0;             ///< operators: the claim lasts at least so long from now on
    bool callsOut = false;          ///< an alert goes out as a webhook call, too
    Sender sender = Sender::Ai;     ///< services: whom they speak for; others speak for themselves
    QString senderName;             ///< services
    QByteArray systemType;          ///< services, with Sender::System
};

struct PostedMessage
{
    Message message;
    bool isNew = true; ///< false: its client_message_id had been stored before; nothing was changed
};

/// NotFound; DialogClosed, NotHolder or StaleFencing by speechIn(), the latter two with `holder`. A guest's message
/// reopens a closed dialog; its operator's is the handoff's answer and renews the lease.
Result<PostedMessage> postMessage(DeskTransaction& transaction, const Identity& who, const NewMessage& asked);

struct MessageEdit
{
    qint64 dialogId = 0;
    qint64 messageId = 0;
    QString text;
};

/// NotFound; Forbidden for anybody but the author; DialogClosed.
Result<Message> editMessage(DeskTransaction& transaction, const Identity& who, const MessageEdit& asked);

/// A stretch of a dialog, oldest first: what is before or after a place, or the end.
struct Stretch
{
    qint64 dialogId = 0;
    qint64 before = 0;           ///< 0: up to the newest
    std::optional<qint64> after; ///< instead: what follows
    int limit = 50;
};

struct MessagePage
{
    std::vector<Message> items;
    bool hasMore = false; ///< in the direction that was asked for
};

Result<MessagePage> listMessages(DeskTransaction& transaction, const Stretch& asked);

/// Moves the reader's mark (the guest's own, or the staff's) forward to this message or the dialog's newest, and
/// returns where it is. Forbidden for services: they read for nobody.
Result<qint64> markRead(DeskTransaction& transaction, const Identity& who, qint64 dialogId, qint64 lastId);

// For other commands.

/// The sender that somebody is in a dialog: a guest the client, staff an operator, a service the AI.
Sender speakerOf(const Identity& who);
/// How others see a member of the staff; its own id when it has no name.
QString staffName(DeskTransaction& transaction, const QByteArray& subject, const QString& fallback);
/// The error of speechIn(), if any.
Result<void> checkSpeech(DeskTransaction& transaction, const Dialog& dialog, Sender sender, const QByteArray& subject,
                         std::optional<quint64> fencing);
/// Stores the message with its event, of which its sequence is the place; sets id, sequence and createdMs.
void publishMessage(DeskTransaction& transaction, Message& message);
/// Stores and publishes the message of a sender who may speak, and what it means for the dialog, whose row is written.
Message deliverMessage(DeskTransaction& transaction, Dialog& dialog, Message message);

} // namespace signalbox
