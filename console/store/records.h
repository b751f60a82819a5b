// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace signalbox::console {

// What the console knows of the desk: plain values. Times are milliseconds since 1970 UTC, 0 meaning "never" or "not
// yet"; ids of dialogs, messages and notes count from 1. Texts are shown as they came and are never markup.

enum class DialogStatus : quint8 { Ai, Queued, Operator, Closed };
enum class Sender : quint8 { Client, Ai, Operator, System };
enum class Presence : quint8 { Offline, Online, Away, Dnd };
enum class Role : quint8 { Operator, Director, Admin };

/// A request for a human that waits or that an operator has.
struct Handoff
{
    qint64 id = 0; ///< 0 while only the event is known, not the record
    int priority = 0;
    QString reason;
    QJsonObject metadata; ///< the AI's summary and whatever else came with the request; see handoffcard.h
    QString requestedBy;  ///< "client", "ai", "service:crm", "operator:7"
    qint64 requestedMs = 0;
    qint64 queuedMs = 0;
    QString reservedFor; ///< operator to whom it was transferred and who alone may take it; empty: anybody
    QString operatorId;  ///< who has it; empty while it waits
    quint64 fencing = 0;
    qint64 leaseUntilMs = 0;
    qint64 startedMs = 0;
    int returns = 0; ///< how often it came back to the queue

    bool operator==(const Handoff&) const = default;
};

struct Dialog
{
    qint64 id = 0;
    DialogStatus status = DialogStatus::Ai;
    QString guestName; ///< may be empty: a nameless visitor
    QString assistantId;
    QString operatorId;   ///< who holds it; empty unless status is Operator
    QString lastOperator; ///< who held it last
    qint64 createdMs = 0;
    qint64 updatedMs = 0;
    qint64 closedMs = 0;
    qint64 waitingSinceMs = 0; ///< since when the guest waits for a human's answer; 0: nobody waits
    qint64 lastMessageId = 0;
    qint64 lastMessageMs = 0;
    Sender lastSender = Sender::Client;
    QString lastText; ///< the beginning of the last message, at most 200 characters
    int unreadCount = 0;
    qint64 staffRead = 0; ///< message id up to which staff has read
    qint64 guestRead = 0; ///< message id up to which the guest has read
    QStringList tags;
    QJsonObject metadata;
    std::optional<Handoff> handoff;

    bool operator==(const Dialog&) const = default;
    bool isOpen() const { return status != DialogStatus::Closed; }
};

struct Message
{
    qint64 id = 0;
    qint64 dialogId = 0;
    quint64 sequence = 0;
    Sender sender = Sender::Client;
    QString senderId; ///< operator's or service's; empty for guests
    QString senderName;
    QString systemType; ///< of Sender::System: "operator_joined", "operator_left", …
    QString text;
    QJsonArray attachments; ///< of {url,name,size,type}
    QString clientMessageId;
    qint64 createdMs = 0;
    qint64 editedMs = 0;

    bool operator==(const Message&) const = default;
};

/// Staff's own remark on a dialog; guests never see it.
struct Note
{
    qint64 id = 0;
    qint64 dialogId = 0;
    QString authorId;
    QString authorName;
    QString text;
    qint64 createdMs = 0;

    bool operator==(const Note&) const = default;
};

struct Operator
{
    QString id;
    QString login;
    QString name;
    QString avatar;
    Role role = Role::Operator;
    QStringList cities;
    int capacity = 5;
    int load = 0;
    Presence presence = Presence::Offline;
    Presence wanted = Presence::Online;
    qint64 wantedUntilMs = 0;
    bool disabled = false;

    bool operator==(const Operator&) const = default;
    bool isSupervisor() const { return role != Role::Operator; }
};

struct CannedReply
{
    qint64 id = 0;
    QString shortcut;
    QString title;
    QString text;
    QString ownerId; ///< empty: everybody's

    bool operator==(const CannedReply&) const = default;
};

enum class Severity : quint8 { Info, Warning, Critical };

/// Something about the system's health that somebody should see.
struct Alert
{
    QString service; ///< the part it is about; one alert per part is kept
    QString status;  ///< as sent: "up", "down", "degraded", …
    Severity severity = Severity::Info;
    QString message;
    qint64 atMs = 0;
    bool acknowledged = false;

    bool operator==(const Alert&) const = default;
    bool isOver() const; ///< the part is well again
};

/// Somebody who types in a dialog; ends by itself at untilMs.
struct Typist
{
    qint64 dialogId = 0;
    Sender sender = Sender::Client;
    QString name;
    qint64 untilMs = 0;

    bool operator==(const Typist&) const = default;
};

} // namespace signalbox::console
