// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/store/recordjson.h"

#include <QDateTime>

#include <array>
#include <cmath>

namespace signalbox::console {

namespace {

using namespace Qt::StringLiterals;

template <typename Value> struct Name
{
    const char16_t* name;
    Value value;
};
template <typename Value> Name(const char16_t*, Value) -> Name<Value>; // clang 14 does not deduce aggregates

constexpr std::array kStatuses{Name{u"ai", DialogStatus::Ai}, Name{u"queued", DialogStatus::Queued},
                               Name{u"operator", DialogStatus::Operator}, Name{u"closed", DialogStatus::Closed}};
constexpr std::array kSenders{Name{u"client", Sender::Client}, Name{u"ai", Sender::Ai},
                              Name{u"operator", Sender::Operator}, Name{u"system", Sender::System}};
constexpr std::array kPresences{Name{u"offline", Presence::Offline}, Name{u"online", Presence::Online},
                                Name{u"away", Presence::Away}, Name{u"dnd", Presence::Dnd}};
constexpr std::array kRoles{Name{u"operator", Role::Operator}, Name{u"director", Role::Director},
                            Name{u"admin", Role::Admin}};
constexpr std::array kSeverities{Name{u"info", Severity::Info}, Name{u"warning", Severity::Warning},
                                 Name{u"critical", Severity::Critical}, Name{u"error", Severity::Critical}};

template <typename Table>
auto valueOf(const Table& table, const QString& name) -> std::optional<decltype(table[0].value)>
{
    for (const auto& row : table) {
        if (name == QStringView(row.name))
            return row.value;
    }
    return std::nullopt;
}

template <typename Table, typename Value> QString nameIn(const Table& table, Value value)
{
    for (const auto& row : table) {
        if (row.value == value)
            return QString::fromUtf16(row.name);
    }
    return {};
}

QString text(const QJsonObject& json, QLatin1String member)
{
    return json.value(member).toString();
}

/// An id of an operator: a text, or a number from a server that writes them so.
QString textId(const QJsonValue& value)
{
    return value.isDouble() ? QString::number(value.toInteger()) : value.toString();
}

int smallNumber(const QJsonValue& value)
{
    const double number = value.toDouble();
    return number > 1e9 || number < -1e9 ? 0 : static_cast<int>(number);
}

QStringList texts(const QJsonValue& value)
{
    constexpr qsizetype kMost = 200;
    QStringList list;
    const QJsonArray array = value.toArray();
    for (qsizetype i = 0; i < std::min(array.size(), kMost); ++i)
        list.append(array.at(i).toString());
    return list;
}

void readLastMessage(Dialog& dialog, const QJsonObject& json)
{
    dialog.lastMessageId = idOf(json.value("id"_L1));
    dialog.lastMessageMs = timeOf(json.value("timestamp"_L1));
    dialog.lastSender = senderOf(text(json, "sender"_L1)).value_or(Sender::Client);
    dialog.lastText = beginningOf(text(json, "text"_L1));
}

/// What a message's two forms have in common.
Message commonMessage(const QJsonObject& json)
{
    Message message;
    message.id = idOf(json.value("id"_L1));
    message.dialogId = idOf(json.value("dialog_id"_L1));
    message.sequence = static_cast<quint64>(idOf(json.value("sequence"_L1)));
    message.senderId = textId(json.value("sender_id"_L1));
    message.senderName = text(json, "sender_name"_L1);
    message.systemType = text(json, "system_type"_L1);
    message.attachments = json.value("attachments"_L1).toArray();
    message.clientMessageId = text(json, "client_message_id"_L1);
    message.editedMs = timeOf(json.value("edited_at"_L1));
    return message;
}

} // namespace

std::optional<DialogStatus> dialogStatusOf(const QString& name)
{
    return valueOf(kStatuses, name);
}

QString nameOf(DialogStatus status)
{
    return nameIn(kStatuses, status);
}

std::optional<Sender> senderOf(const QString& name)
{
    return valueOf(kSenders, name);
}

QString nameOf(Sender sender)
{
    return nameIn(kSenders, sender);
}

Presence presenceOf(const QString& name)
{
    return valueOf(kPresences, name).value_or(Presence::Offline);
}

QString nameOf(Presence presence)
{
    return nameIn(kPresences, presence);
}

Role roleOf(const QString& name)
{
    return valueOf(kRoles, name).value_or(Role::Operator);
}

QString nameOf(Role role)
{
    return nameIn(kRoles, role);
}

Severity severityOf(const QString& name)
{
    return valueOf(kSeverities, name).value_or(Severity::Warning);
}

qint64 timeOf(const QJsonValue& value)
{
    constexpr double kLatestSeconds = 253'402'300'799.0; // the end of the year 9999
    if (value.isDouble()) {
        const double seconds = value.toDouble();
        return seconds > 0 && seconds <= kLatestSeconds ? static_cast<qint64>(seconds * 1000) : 0;
    }
    const QDateTime time = QDateTime::fromString(value.toString(), Qt::ISODateWithMs);
    return time.isValid() ? std::max<qint64>(0, time.toMSecsSinceEpoch()) : 0;
}

QString isoOf(qint64 ms)
{
    return ms == 0 ? QString() : QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC).toString(Qt::ISODateWithMs);
}

qint64 idOf(const QJsonValue& value)
{
    if (value.isString()) {
        bool isNumber = false;
        const qint64 id = value.toString().toLongLong(&isNumber);
        return isNumber && id > 0 ? id : 0;
    }
    return std::max<qint64>(0, value.toInteger());
}

QString beginningOf(const QString& full)
{
    constexpr qsizetype kBeginning = 200;
    QString beginning = full.left(kBeginning);
    if (beginning.size() < full.size() && beginning.back().isHighSurrogate())
        beginning.chop(1);
    return beginning;
}

Dialog dialogOf(const QJsonObject& json)
{
    Dialog dialog;
    dialog.id = idOf(json.value("id"_L1));
    dialog.status = dialogStatusOf(text(json, "status"_L1)).value_or(DialogStatus::Ai);
    dialog.guestName = text(json.value("guest"_L1).toObject(), "name"_L1);
    dialog.assistantId = text(json, "assistant_id"_L1);
    dialog.operatorId = textId(json.value("operator_id"_L1));
    dialog.lastOperator = textId(json.value("last_operator"_L1));
    dialog.createdMs = timeOf(json.value("created_at"_L1));
    dialog.updatedMs = timeOf(json.value("updated_at"_L1));
    dialog.closedMs = timeOf(json.value("closed_at"_L1));
    dialog.waitingSinceMs = timeOf(json.value("waiting_since"_L1));
    readLastMessage(dialog, json.value("last_message"_L1).toObject());
    dialog.unreadCount = smallNumber(json.value("unread_count"_L1));
    dialog.staffRead = idOf(json.value("staff_read"_L1));
    dialog.guestRead = idOf(json.value("guest_read"_L1));
    dialog.tags = texts(json.value("tags"_L1));
    dialog.metadata = json.value("metadata"_L1).toObject();
    if (const QJsonValue handoff = json.value("handoff"_L1); handoff.isObject())
        dialog.handoff = handoffOf(handoff.toObject());
    return dialog;
}

Handoff handoffOf(const QJsonObject& json)
{
    Handoff handoff;
    handoff.id = idOf(json.value("id"_L1));
    handoff.priority = smallNumber(json.value("priority"_L1));
    handoff.reason = text(json, "reason"_L1);
    handoff.metadata = json.value("metadata"_L1).toObject();
    handoff.requestedBy = text(json, "requested_by"_L1);
    handoff.requestedMs = timeOf(json.value("requested_at"_L1));
    handoff.queuedMs = timeOf(json.value("queued_at"_L1));
    handoff.reservedFor = textId(json.value("reserved_for"_L1));
    handoff.operatorId = textId(json.value("operator_id"_L1));
    handoff.fencing = static_cast<quint64>(idOf(json.value("fencing"_L1)));
    handoff.leaseUntilMs = timeOf(json.value("lease_until"_L1));
    handoff.startedMs = timeOf(json.value("started_at"_L1));
    handoff.returns = smallNumber(json.value("returns"_L1));
    return handoff;
}

Message messageOf(const QJsonObject& json)
{
    Message message = commonMessage(json);
    message.sender = senderOf(text(json, "sender"_L1)).value_or(Sender::System);
    message.text = text(json, "text"_L1);
    message.createdMs = timeOf(json.value("timestamp"_L1));
    return message;
}

Message chatMessageOf(const QJsonObject& json)
{
    Message message = commonMessage(json);
    message.sender = senderOf(text(json, "sender_type"_L1)).value_or(Sender::System);
    message.text = text(json, "body"_L1);
    message.createdMs = timeOf(json.value("created_at"_L1));
    return message;
}

Note noteOf(const QJsonObject& json)
{
    const QJsonObject author = json.value("author"_L1).toObject();
    return {idOf(json.value("id"_L1)),     idOf(json.value("dialog_id"_L1)),
            textId(author.value("id"_L1)), text(author, "name"_L1),
            text(json, "text"_L1),         timeOf(json.value("timestamp"_L1))};
}

Operator operatorOf(const QJsonObject& json)
{
    Operator person;
    person.id = textId(json.value("id"_L1));
    person.login = text(json, "login"_L1);
    person.name = text(json, "name"_L1);
    person.avatar = text(json, "avatar"_L1);
    person.role = roleOf(text(json, "role"_L1));
    person.cities = texts(json.value("cities"_L1));
    person.capacity = smallNumber(json.value("capacity"_L1));
    person.load = smallNumber(json.value("current_load"_L1));
    person.presence = presenceOf(text(json, "status"_L1));
    person.wanted = presenceOf(text(json, "wanted_status"_L1));
    person.wantedUntilMs = timeOf(json.value("wanted_until"_L1));
    person.disabled = json.value("disabled"_L1).toBool();
    return person;
}

CannedReply cannedReplyOf(const QJsonObject& json)
{
    return {idOf(json.value("id"_L1)), text(json, "shortcut"_L1), text(json, "title"_L1), text(json, "text"_L1),
            textId(json.value("owner_id"_L1))};
}

} // namespace signalbox::console
