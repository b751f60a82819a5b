// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/catalog.h"
#include "shared/errors.h"

#include <array>

namespace signalbox {

namespace {

/// A row as it is written: fields as "path:type" words; `?` after the type marks an optional field, `~` one that may
/// be null. Channels and fields are separated by spaces.
struct Row
{
    const char* name;
    int version;
    const char* fields;
    const char* channels;
    Publisher publisher = Publisher::Service;
    const char* conflate = "";
};

constexpr auto kServer = Publisher::Server;
constexpr auto kService = Publisher::Service;

constexpr std::array kEventTypes{
    // Seed 000
    Row{"connection.established", 1, "client_id:id connection_type:string timestamp:time", "", kServer},
    Row{"connection.ping", 1, "", "", kServer},
    Row{"connection.pong", 1, "", "", kServer},
    Row{"connection.closed", 1, "reason:string code:integer timestamp:time", "", kServer},
    Row{"dialog.message.created", 1,
        "dialog_id:id message:object message.id:id message.sender:string message.text:string message.timestamp:time "
        "sequence:integer",
        "dialog:{dialog_id} staff"},
    Row{"dialog.message.updated", 1, "dialog_id:id message_id:id changes:object sequence:integer",
        "dialog:{dialog_id} staff"},
    Row{"dialog.status.changed", 1, "dialog_id:id old_status:string~ new_status:string sequence:integer",
        "dialog:{dialog_id} staff"},
    Row{"typing.start", 1, "dialog_id:id actor:object actor.type:string actor.name:string~ timestamp:time",
        "dialog:{dialog_id}", kService, "typing/{dialog_id}/{actor.type}/{actor.name}"},
    Row{"typing.stop", 1, "dialog_id:id actor:object actor.type:string actor.name:string~ timestamp:time",
        "dialog:{dialog_id}", kService, "typing/{dialog_id}/{actor.type}/{actor.name}"},
    Row{"operator.typing", 1, "dialog_id:id operator_name:string timestamp:time", "dialog:{dialog_id}", kService,
        "operator.typing/{dialog_id}/{operator_name}"},
    Row{"handoff.requested", 1,
        "dialog_id:id reason:string~ queue_position:integer~ estimated_wait:number~ sequence:integer timestamp:time",
        "dialog:{dialog_id} staff"},
    Row{"handoff.started", 1,
        "dialog_id:id operator:object operator.id:id operator.name:string operator.avatar:string~ metadata:object~ "
        "sequence:integer timestamp:time",
        "dialog:{dialog_id} staff"},
    Row{"handoff.released", 1,
        "dialog_id:id resolution:string~ return_to_ai:bool metadata:object~ sequence:integer timestamp:time",
        "dialog:{dialog_id} staff"},
    Row{"handoff.cancelled", 1, "dialog_id:id reason:string~ cancel_type:string sequence:integer timestamp:time",
        "dialog:{dialog_id} staff"},
    Row{"handoff.queue.updated", 1, "total_in_queue:integer position_change:any~ estimated_wait:number~", "staff",
        kService, "handoff.queue"},
    Row{"operator.handling", 1, "dialog_id:id message:any~ operator_info:object sequence:integer timestamp:time",
        "dialog:{dialog_id} staff"},
    Row{"operator.presence.updated", 1, "operator_id:id status:string capacity:integer current_load:integer", "staff",
        kService, "presence/{operator_id}"},
    Row{"billing.balance.updated", 1, "user_id:id balance:number previous_balance:number~ transaction_id:id~",
        "user:{user_id}"},
    // Seeds 000 and 004 both have payment.status.changed; the fields they share are required, the others may be there.
    Row{"payment.status.changed", 1,
        "payment_id:id status:string amount:number details:any?~ deal_id:id?~ actual_date:time?~ currency:string?~",
        "stream:payments"},
    Row{"worker.job.progress", 1, "job_id:id status:string progress_pct:number eta:any~ details:any~", "system",
        kService, "job/{job_id}"},
    Row{"system.health.alert", 1, "service:string status:string severity:string message:string", "system"},
    Row{"ai.provider.status", 1, "provider:string status:string response_time:number~ error_rate:number~", "system"},
    // Seed 001; its payloads end in "…": what it names beyond the id is typed but optional
    Row{"call:new", 1, "id:id phoneClient:string?~ phoneAts:string?~ operatorId:id?~ status:string?~",
        "operators operator:{operatorId}"},
    Row{"call:updated", 1, "id:id status:string?~ duration:number?~ recordingPath:string?~ operatorId:id?~",
        "operators operator:{operatorId}"},
    Row{"call:ended", 1, "id:id status:string?~ duration:number?~ operatorId:id?~", "operators operator:{operatorId}"},
    Row{"order:new", 1, "id:id clientName:string?~ city:string?~ masterId:id?~ statusOrder:string?~",
        "operators directors city:{city}"},
    Row{"order:updated", 1, "id:id statusOrder:string?~ masterId:id?~ city:string?~",
        "operators directors order:{id} city:{city}"},
    Row{"order:master-assigned", 1, "orderId:id masterId:id masterName:string?~",
        "operators directors order:{orderId}"},
    Row{"order:status-changed", 1, "orderId:id oldStatus:string~ newStatus:string",
        "operators directors order:{orderId}"},
    Row{"notification", 1, "type:string message:string severity:string?~ timestamp:time?~", "operators"},
    Row{"user:online", 1, "userId:id name:string~ role:string", "staff"},
    Row{"user:offline", 1, "userId:id name:string~ role:string", "staff"},
    // Seed 002
    Row{"chat.message", 1, "id:id sender_type:string body:string created_at:time", "dialog:{session_id} staff"},
    Row{"chat.session.created", 1, "session_id:id?", "dialog:{session_id} staff"},
    Row{"chat.session.assigned", 1, "session_id:id? assigned_user_id:id?~", "dialog:{session_id} staff"},
    Row{"chat.session.status", 1, "session_id:id? status:string?", "dialog:{session_id} staff"},
    Row{"chat.alert", 1, "unread_count:integer session_id:id?", "staff"},
    // The desk's own, for staff (and read marks for both parties)
    Row{"dialog.read.updated", 1, "dialog_id:id reader:string last_id:integer", "dialog:{dialog_id} staff", kServer,
        "read/{dialog_id}/{reader}"},
    Row{"dialog.note.created", 1, "dialog_id:id note:object note.id:id note.text:string note.timestamp:time", "staff",
        kServer},
    Row{"dialog.tags.changed", 1, "dialog_id:id tags:array", "staff", kServer},
    Row{"dialog.whisper", 1, "dialog_id:id from:object text:string timestamp:time", "", kServer},
    Row{"canned.updated", 1, "id:id deleted:bool", "staff", kServer},
    // Seed 004
    Row{"deal.created", 1, "deal_id:id client_id:id title:string status:string created_at:time", "stream:deals"},
    Row{"deal.updated", 1, "deal_id:id changes:object updated_at:time version:integer", "stream:deals"},
    Row{"deal.journal.appended", 1, "deal_id:id entry_id:id author_id:id text:string created_at:time", "stream:deals"},
    Row{"policy.status.changed", 1, "policy_id:id deal_id:id status:string effective_from:time~ effective_to:time~",
        "stream:deals"},
    Row{"calculation.added", 1, "calculation_id:id deal_id:id insurance_company:string premium_amount:number",
        "stream:deals"},
    Row{"task.created", 1, "task_id:id subject:string assignee_id:id~ due_date:time~ status:string", "stream:tasks"},
    Row{"task.updated", 1, "task_id:id changes:object updated_at:time", "stream:tasks"},
    Row{"task.reminder", 1, "task_id:id remind_at:time channel:string", "stream:tasks"},
    Row{"notification.sent", 1, "notification_id:id template:string title:string body:string created_at:time",
        "stream:notifications"},
    Row{"notification.read", 1, "notification_id:id read_at:time", "stream:notifications"},
    Row{"payment.overdue", 1, "payment_id:id deal_id:id due_date:time amount:number", "stream:payments"},
    Row{"heartbeat", 1, "", "", kServer},
    Row{"warning", 1, "code:string", "", kServer},
    Row{"error", 1, "code:string", "", kServer},
};

constexpr std::array kTypeNames{"string", "integer", "number", "bool", "object", "array", "id", "time", "any"};

FieldType typeOf(const QByteArray& name)
{
    for (size_t i = 0; i < kTypeNames.size(); ++i) {
        if (name == kTypeNames[i])
            return static_cast<FieldType>(i);
    }
    return FieldType::Any;
}

FieldSpec parseField(QByteArray word)
{
    FieldSpec field;
    if (word.endsWith('~')) {
        field.nullable = true;
        word.chop(1);
    }
    if (word.endsWith('?')) {
        field.required = false;
        word.chop(1);
    }
    const qsizetype colon = word.lastIndexOf(':');
    field.path = word.first(colon);
    field.type = typeOf(word.sliced(colon + 1));
    return field;
}

QList<QByteArray> words(const char* text)
{
    QList<QByteArray> list = QByteArray(text).split(' ');
    list.removeAll(QByteArray());
    return list;
}

EventSpec parseRow(const Row& row)
{
    EventSpec spec;
    spec.name = row.name;
    spec.version = row.version;
    for (const QByteArray& word : words(row.fields))
        spec.fields.append(parseField(word));
    spec.channels = words(row.channels);
    spec.publisher = row.publisher;
    spec.conflate = row.conflate;
    return spec;
}

QByteArray fieldJson(const FieldSpec& field)
{
    return QByteArrayLiteral("{\"name\":") + jsonString(field.path) + QByteArrayLiteral(",\"type\":\"") +
           fieldTypeName(field.type) + QByteArrayLiteral("\",\"required\":") + (field.required ? "true" : "false") +
           QByteArrayLiteral(",\"nullable\":") + (field.nullable ? "true" : "false") + '}';
}

QByteArray rowJson(const EventSpec& spec)
{
    QByteArrayList fields;
    for (const FieldSpec& field : spec.fields)
        fields.append(fieldJson(field));
    QByteArrayList channels;
    for (const QByteArray& channel : spec.channels)
        channels.append(jsonString(channel));
    return QByteArrayLiteral("{\"name\":") + jsonString(spec.name) + QByteArrayLiteral(",\"version\":") +
           QByteArray::number(spec.version) + QByteArrayLiteral(",\"fields\":[") + fields.join(',') +
           QByteArrayLiteral("],\"channels\":[") + channels.join(',') + QByteArrayLiteral("],\"publishers\":") +
           (spec.publisher == Publisher::Service ? "[\"service\",\"server\"]" : "[\"server\"]") + '}';
}

} // namespace

const char* fieldTypeName(FieldType type)
{
    return kTypeNames[static_cast<size_t>(type)];
}

Catalog::Catalog()
{
    m_rows.reserve(kEventTypes.size());
    for (const Row& row : kEventTypes) {
        m_rowsOfName[row.name].append(static_cast<int>(m_rows.size()));
        m_rows.push_back(parseRow(row));
    }
}

const EventSpec* Catalog::find(QByteArrayView name, int version) const
{
    const auto rows = m_rowsOfName.constFind(QByteArray::fromRawData(name.data(), name.size()));
    if (rows == m_rowsOfName.cend())
        return nullptr;
    for (const int row : *rows) {
        if (m_rows[static_cast<size_t>(row)].version == version)
            return &m_rows[static_cast<size_t>(row)];
    }
    return nullptr;
}

bool Catalog::knows(QByteArrayView name) const
{
    return m_rowsOfName.contains(QByteArray::fromRawData(name.data(), name.size()));
}

int Catalog::servedVersion(QByteArrayView name, int wanted) const
{
    const auto rows = m_rowsOfName.constFind(QByteArray::fromRawData(name.data(), name.size()));
    if (rows == m_rowsOfName.cend())
        return 0;
    int best = 0;
    int lowest = 0;
    for (const int row : *rows) {
        const int version = m_rows[static_cast<size_t>(row)].version;
        if (version <= wanted)
            best = std::max(best, version);
        lowest = lowest == 0 ? version : std::min(lowest, version);
    }
    return best != 0 ? best : lowest;
}

QByteArray Catalog::toJson(bool strict) const
{
    QByteArrayList rows;
    for (const EventSpec& spec : m_rows)
        rows.append(rowJson(spec));
    return QByteArrayLiteral("{\"strict\":") + (strict ? "true" : "false") + QByteArrayLiteral(",\"events\":[") +
           rows.join(',') + QByteArrayLiteral("]}");
}

} // namespace signalbox
