// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/identity.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <optional>

namespace signalbox {

// What the desk keeps (spec section 6): plain values, one per row of a table. Times are milliseconds since 1970 UTC, 0
// meaning "never" or "not yet"; ids of dialogs, messages, notes and handoffs count from 1 and are never used again.
// Texts are kept as they came, whatever is in them. JSON members hold compact valid JSON or are empty.

enum class DialogStatus : quint8 { Ai, Queued, Operator, Closed };
const char* dialogStatusName(DialogStatus status); ///< "ai", "queued", "operator", "closed"
std::optional<DialogStatus> dialogStatusOf(QByteArrayView name);

enum class Sender : quint8 { Client, Ai, Operator, System };
const char* senderName(Sender sender); ///< "client", "ai", "operator", "system"
std::optional<Sender> senderOf(QByteArrayView name);

struct Dialog
{
    qint64 id = 0;
    DialogStatus status = DialogStatus::Ai;
    QByteArray assistantId;
    QString guestName;
    QByteArray metadata;     ///< JSON object of the creator's, not interpreted
    QByteArray operatorId;   ///< who holds it; empty unless status is Operator
    QByteArray lastOperator; ///< who held it last, for "my dialogs" after a release
    quint64 fencing = 0;     ///< of the newest claim; grows by one with each
    qint64 createdMs = 0;
    qint64 updatedMs = 0; ///< last change or message: the order of lists
    qint64 closedMs = 0;
    qint64 waitingSinceMs = 0; ///< the guest's oldest message that no operator has answered; 0: nobody waits
    qint64 lastMessageId = 0;
    qint64 lastMessageMs = 0;
    Sender lastSender = Sender::Client;
    QString lastText;       ///< the beginning of the last message, at most 200 characters
    int unreadCount = 0;    ///< the guest's messages after the staff's read mark
    qint64 staffRead = 0;   ///< message id up to which staff has read
    qint64 guestRead = 0;   ///< message id up to which the guest has read
    QList<QByteArray> tags; ///< sorted

    bool operator==(const Dialog&) const = default;
};

struct Message
{
    qint64 id = 0;
    qint64 dialogId = 0;
    quint64 sequence = 0; ///< of its event in the dialog's channel
    Sender sender = Sender::Client;
    QByteArray senderId; ///< operator's or service's; empty for guests
    QString senderName;
    QByteArray systemType; ///< for Sender::System
    QString text;
    QByteArray attachments;     ///< JSON array of {url,name,size,type}; empty: none
    QByteArray clientMessageId; ///< unique in its dialog when not empty
    qint64 createdMs = 0;
    qint64 editedMs = 0;

    bool operator==(const Message&) const = default;
};

struct Note
{
    qint64 id = 0;
    qint64 dialogId = 0;
    QByteArray authorId;
    QString authorName;
    QString text;
    qint64 createdMs = 0;
    QByteArray clientNoteId; ///< unique in its dialog when not empty

    bool operator==(const Note&) const = default;
};

enum class HandoffStatus : quint8 {
    Queued,
    Active,    ///< an operator has it
    Released,  ///< ended by its operator
    Cancelled, ///< ended before or without an operator
};
const char* handoffStatusName(HandoffStatus status); ///< "queued", "active", "released", "cancelled"
std::optional<HandoffStatus> handoffStatusOf(QByteArrayView name);

/// One request for a human, from the request to its end. At most one per dialog is open (Queued or Active).
struct Handoff
{
    qint64 id = 0;
    qint64 dialogId = 0;
    HandoffStatus status = HandoffStatus::Queued;
    int priority = 0; ///< higher first
    QString reason;
    QByteArray metadata;    ///< JSON object: the AI's summary and whatever else came with the request
    QByteArray requestedBy; ///< "client", "ai", "service:crm", "operator:7"
    qint64 requestedMs = 0;
    qint64 queuedMs = 0;     ///< since when it waits: keeps its first value when it comes back unanswered
    QByteArray reservedFor;  ///< operator to whom it was transferred and who alone may start it; empty: anybody
    QByteArray operatorId;   ///< Active: the holder; Released: who held it
    quint64 fencing = 0;     ///< the dialog's when it was started
    qint64 leaseUntilMs = 0; ///< Active: without a renewal it goes back to the queue then; reserved: anybody's then
    qint64 startedMs = 0;
    qint64 answeredMs = 0; ///< the holder's first message
    qint64 endedMs = 0;
    QString resolution;
    QByteArray cancelType;
    int returns = 0; ///< how often it came back to the queue

    bool operator==(const Handoff&) const = default;
};

enum class OperatorStatus : quint8 { Offline, Online, Away, Dnd };
const char* operatorStatusName(OperatorStatus status); ///< "offline", "online", "away", "dnd"
std::optional<OperatorStatus> operatorStatusOf(QByteArrayView name);

struct Operator
{
    QByteArray id;    ///< Identity::subject
    QByteArray login; ///< lower case, unique; empty: vouched for by an outside auth service
    QString name;
    QString avatar; ///< URL
    Role role = Role::Operator;
    QByteArray passwordHash; ///< Argon2id, libsodium's text form; empty: cannot log in here
    QList<QByteArray> cities;
    int capacity = 5; ///< dialogs at once
    bool disabled = false;
    OperatorStatus wanted = OperatorStatus::Online;    ///< what the operator chose
    qint64 wantedUntilMs = 0;                          ///< then back to Online (do not disturb with an end)
    OperatorStatus presence = OperatorStatus::Offline; ///< what others see: chosen and connected
    qint64 createdMs = 0;
    int load = 0; ///< dialogs held now; counted, not stored

    bool operator==(const Operator&) const = default;
};

struct RefreshToken
{
    QByteArray hash; ///< SHA-256 of the token
    QByteArray operatorId;
    QByteArray family; ///< of all tokens that came from one login
    qint64 createdMs = 0;
    qint64 expiresMs = 0;
    qint64 usedMs = 0; ///< when it was exchanged; a second use revokes the family

    bool operator==(const RefreshToken&) const = default;
};

struct CannedReply
{
    qint64 id = 0;
    QString shortcut;
    QString title;
    QString text;       ///< with {fields} to fill in
    QByteArray ownerId; ///< empty: for everybody
    qint64 updatedMs = 0;

    bool operator==(const CannedReply&) const = default;
};

struct AuditEntry
{
    qint64 id = 0;
    qint64 atMs = 0;
    QByteArray actor;   ///< "operator:7", "service:crm", "guest"
    QByteArray action;  ///< "handoff.start", "operator.disable"
    QByteArray subject; ///< "dialog:17", "operator:9"
    QByteArray details; ///< JSON object or empty

    bool operator==(const AuditEntry&) const = default;
};

/// A webhook call that has to go out at least once.
struct WebhookCall
{
    qint64 id = 0;
    QByteArray event; ///< "chat.alert"
    QByteArray body;  ///< JSON
    qint64 createdMs = 0;
    qint64 nextMs = 0; ///< not before
    int attempts = 0;

    bool operator==(const WebhookCall&) const = default;
};

} // namespace signalbox
