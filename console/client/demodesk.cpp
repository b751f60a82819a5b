// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/demodesk.h"

#include "console/client/demorecord.h"
#include "console/client/demoscript.h"
#include "console/store/recordjson.h"
#include "console/store/recordwrite.h"

#include <QJsonDocument>

#include <algorithm>

namespace signalbox::console {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kLeaseMs = 60'000;

QJsonObject cardOf(const Operator& person)
{
    return {{u"id"_s, person.id}, {u"name"_s, person.name}, {u"avatar"_s, QJsonValue::Null}};
}

} // namespace

DemoDesk::DemoDesk(quint32 seed, qint64 startMs)
    : m_nowMs(startMs - kHistoryMs)
    , m_random(seed)
{
    for (const DemoPerson& one : demoPeople()) {
        Operator person;
        person.id = QString::fromUtf16(one.id);
        person.login = QString::fromUtf16(one.login);
        person.name = QString::fromUtf16(one.name);
        person.role = roleOf(QString::fromUtf16(one.role));
        person.capacity = one.capacity;
        person.presence = Presence::Online;
        m_people.push_back(person);
    }
    const QJsonArray replies = demoCannedReplies();
    for (const QJsonValue reply : replies)
        m_canned.append(cannedReplyOf(reply.toObject()));
    m_lastCanned = m_canned.size();
    planDay();
    advanceTo(startMs);
}

DemoDesk::~DemoDesk() = default;

DemoDesk::Record* DemoDesk::find(qint64 id)
{
    const auto found = m_records.find(id);
    return found == m_records.end() ? nullptr : &found->second;
}

Operator* DemoDesk::person(const QString& id)
{
    const auto found =
        std::find_if(m_people.begin(), m_people.end(), [&id](const Operator& one) { return one.id == id; });
    return found == m_people.end() ? nullptr : &*found;
}

bool DemoDesk::hasHistoryFrom(quint64 number) const
{
    return number == m_lastEvent || (!m_events.empty() && number + 1 >= m_events.front().number);
}

void DemoDesk::publish(const QString& type, qint64 dialogId, const QJsonObject& data, const QString& channel)
{
    ++m_lastEvent;
    QJsonObject envelope{{u"type"_s, type},
                         {u"data"_s, data},
                         {u"channel"_s, channel.isEmpty() ? u"staff"_s : channel},
                         {u"position"_s, u"demo-staff:%1"_s.arg(m_lastEvent)},
                         {u"cursor"_s, cursor()},
                         {u"id"_s, u"demo-%1"_s.arg(m_lastEvent)},
                         {u"timestamp"_s, isoOf(m_nowMs)}};
    if (dialogId != 0)
        envelope.insert(u"session_id"_s, dialogId);
    m_events.push_back({m_lastEvent, channel, QJsonDocument(envelope).toJson(QJsonDocument::Compact)});
    if (m_events.size() > kMostEvents)
        m_events.pop_front();
}

qint64 DemoDesk::openDialog(const QString& guest, const QStringList& tags)
{
    const qint64 id = ++m_lastDialog;
    Record& record = m_records[id];
    record.dialog.id = id;
    record.dialog.guestName = guest;
    record.dialog.tags = tags;
    record.dialog.createdMs = m_nowMs;
    record.dialog.updatedMs = m_nowMs;
    publish(u"chat.session.created"_s, id,
            {{u"session_id"_s, id},
             {u"status"_s, u"ai"_s},
             {u"created_at"_s, isoOf(m_nowMs)},
             {u"guest"_s, QJsonObject{{u"name"_s, guest}}}});
    return id;
}

Message& DemoDesk::say(Record& record, Message message)
{
    Dialog& dialog = record.dialog;
    message.id = ++m_lastMessage;
    message.dialogId = dialog.id;
    message.sequence = ++record.sequence;
    message.createdMs = m_nowMs;
    record.messages.push_back(message);
    QJsonObject data = toJson(message);
    data.insert(u"sender_type"_s, nameOf(message.sender));
    data.insert(u"body"_s, message.text);
    data.insert(u"created_at"_s, isoOf(message.createdMs));
    publish(u"chat.message"_s, dialog.id, data);
    if (!message.systemType.isEmpty())
        return record.messages.back();
    dialog.updatedMs = m_nowMs;
    dialog.lastMessageId = message.id;
    dialog.lastMessageMs = m_nowMs;
    dialog.lastSender = message.sender;
    dialog.lastText = beginningOf(message.text);
    const bool awaitsHuman = dialog.status == DialogStatus::Queued || dialog.status == DialogStatus::Operator;
    if (message.sender == Sender::Client) {
        ++dialog.unreadCount;
        if (awaitsHuman && dialog.waitingSinceMs == 0)
            dialog.waitingSinceMs = m_nowMs;
        if (awaitsHuman)
            publish(u"chat.alert"_s, dialog.id,
                    {{u"session_id"_s, dialog.id}, {u"unread_count"_s, dialog.unreadCount}});
    }
    if (message.sender == Sender::Operator)
        dialog.waitingSinceMs = 0;
    return record.messages.back();
}

void DemoDesk::setStatus(Record& record, DialogStatus status)
{
    Dialog& dialog = record.dialog;
    const DialogStatus before = dialog.status;
    if (before == status)
        return;
    dialog.status = status;
    dialog.updatedMs = m_nowMs;
    if (status != DialogStatus::Operator && !dialog.operatorId.isEmpty())
        dialog.lastOperator = std::exchange(dialog.operatorId, {});
    dialog.closedMs = status == DialogStatus::Closed ? m_nowMs : 0;
    if (status == DialogStatus::Ai || status == DialogStatus::Closed) {
        dialog.waitingSinceMs = 0;
        dialog.handoff.reset();
    } else if (status == DialogStatus::Queued && dialog.waitingSinceMs == 0) {
        dialog.waitingSinceMs = m_nowMs;
    }
    publish(u"chat.session.status"_s, dialog.id,
            {{u"session_id"_s, dialog.id}, {u"status"_s, nameOf(status)}, {u"old_status"_s, nameOf(before)}});
}

void DemoDesk::claim(Record& record, Operator& who)
{
    Dialog& dialog = record.dialog;
    const QString former = dialog.operatorId;
    const bool wasQueued = dialog.status == DialogStatus::Queued;
    setStatus(record, DialogStatus::Operator);
    dialog.operatorId = who.id;
    dialog.lastOperator = who.id;
    if (!dialog.handoff) {
        dialog.handoff = Handoff{};
        dialog.handoff->id = ++m_lastHandoff;
        dialog.handoff->requestedMs = dialog.handoff->queuedMs = m_nowMs;
        dialog.handoff->requestedBy = u"operator:"_s + who.id;
    }
    dialog.handoff->operatorId = who.id;
    dialog.handoff->reservedFor.clear();
    dialog.handoff->fencing = ++record.fencing;
    dialog.handoff->startedMs = m_nowMs;
    dialog.handoff->leaseUntilMs = m_nowMs + kLeaseMs;
    if (!former.isEmpty())
        tellOperator(record, u"operator_left"_s, former);
    publish(u"chat.session.assigned"_s, dialog.id,
            {{u"session_id"_s, dialog.id},
             {u"assigned_user_id"_s, who.id},
             {u"operator"_s, cardOf(who)},
             {u"timestamp"_s, isoOf(m_nowMs)}});
    tellOperator(record, u"operator_joined"_s, who.id);
    tellPresence(former);
    tellPresence(who.id);
    if (wasQueued)
        tellQueue(-1);
}

void DemoDesk::endHandoff(Record& record, DialogStatus next, const QString& event, const QJsonObject& data)
{
    const QString holder = record.dialog.operatorId;
    const bool wasQueued = record.dialog.status == DialogStatus::Queued;
    publish(event, record.dialog.id, data);
    setStatus(record, next);
    record.dialog.handoff.reset();
    if (!holder.isEmpty()) {
        tellOperator(record, u"operator_left"_s, holder);
        tellPresence(holder);
    }
    if (wasQueued)
        tellQueue(-1);
}

void DemoDesk::backToQueue(Record& record, const QString& reservedFor)
{
    const QString holder = record.dialog.operatorId;
    Handoff handoff = record.dialog.handoff.value_or(Handoff{});
    handoff.operatorId.clear();
    handoff.reservedFor = reservedFor;
    handoff.priority += 10;
    handoff.returns += 1;
    handoff.startedMs = 0;
    setStatus(record, DialogStatus::Queued);
    record.dialog.handoff = handoff;
    tellOperator(record, u"operator_left"_s, holder);
    publish(u"handoff.requested"_s, record.dialog.id,
            {{u"dialog_id"_s, record.dialog.id},
             {u"reason"_s, handoff.reason},
             {u"priority"_s, handoff.priority},
             {u"timestamp"_s, isoOf(handoff.requestedMs)}});
    tellPresence(holder);
    tellQueue(1);
}

void DemoDesk::tellOperator(Record& record, const QString& type, const QString& operatorId)
{
    Message message;
    message.sender = Sender::System;
    message.senderId = operatorId;
    const Operator* who = person(operatorId);
    message.senderName = who ? who->name : operatorId;
    message.systemType = type;
    say(record, message);
}

void DemoDesk::tellPresence(const QString& operatorId)
{
    Operator* who = person(operatorId);
    if (!who)
        return;
    who->load = static_cast<int>(std::count_if(m_records.begin(), m_records.end(), [&](const auto& entry) {
        return entry.second.dialog.operatorId == operatorId;
    }));
    publish(u"operator.presence.updated"_s, 0,
            {{u"operator_id"_s, who->id},
             {u"name"_s, who->name},
             {u"status"_s, nameOf(who->presence)},
             {u"capacity"_s, who->capacity},
             {u"current_load"_s, who->load}});
}

void DemoDesk::tellQueue(int change)
{
    const auto total = std::count_if(m_records.begin(), m_records.end(), [](const auto& entry) {
        return entry.second.dialog.status == DialogStatus::Queued;
    });
    publish(u"handoff.queue.updated"_s, 0,
            {{u"total_in_queue"_s, static_cast<qint64>(total)}, {u"position_change"_s, change}});
}

void DemoDesk::note(Record& record, const QString& author, const QString& text)
{
    const Operator* who = person(author);
    const Note made{++m_lastNote, record.dialog.id, author, who ? who->name : author, text, m_nowMs};
    record.notes.push_back(made);
    publish(u"dialog.note.created"_s, record.dialog.id, {{u"dialog_id"_s, made.dialogId}, {u"note"_s, toJson(made)}});
}

void DemoDesk::typing(Record& record, bool starts, Sender sender, const QString& name)
{
    publish(starts ? u"typing.start"_s : u"typing.stop"_s, record.dialog.id,
            {{u"dialog_id"_s, record.dialog.id},
             {u"actor"_s, QJsonObject{{u"type"_s, nameOf(sender)}, {u"name"_s, name}}},
             {u"timestamp"_s, isoOf(m_nowMs)}},
            u"dialog:%1"_s.arg(record.dialog.id));
}

void DemoDesk::alert(const QString& service, const QString& status, const QString& severity, const QString& message)
{
    publish(u"system.health.alert"_s, 0,
            {{u"service"_s, service}, {u"status"_s, status}, {u"severity"_s, severity}, {u"message"_s, message}},
            u"system"_s);
}

} // namespace signalbox::console
