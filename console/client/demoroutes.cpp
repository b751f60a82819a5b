// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/demodesk.h"

#include "console/client/demorecord.h"
#include "console/client/replyerror.h"
#include "console/store/recordjson.h"
#include "console/store/recordwrite.h"

#include <algorithm>

namespace signalbox::console {

using namespace Qt::StringLiterals;

// The routes of docs/api that the console calls, on the practice mode's desk.

namespace {

CallError refused(ErrorCode code, const QString& field = {})
{
    QJsonObject body{{u"code"_s, QString::fromLatin1(errorInfo(code).name)},
                     {u"message"_s, QString::fromLatin1(errorInfo(code).meaning)}};
    if (!field.isEmpty())
        body.insert(u"field"_s, field);
    return refusal(errorInfo(code).httpStatus, body);
}

template <typename List> QJsonArray arrayOf(const List& records)
{
    QJsonArray array;
    for (const auto& record : records)
        array.append(toJson(record));
    return array;
}

qint64 parameter(const Call& call, const QString& name, qint64 otherwise)
{
    const QString text = call.query.queryItemValue(name);
    return text.isEmpty() ? otherwise : text.toLongLong();
}

/// The newest before `before`, or the oldest after `after`; oldest first.
template <typename Record> QJsonObject pageOf(const std::vector<Record>& all, const Call& call)
{
    const qint64 limit = std::clamp<qint64>(parameter(call, u"limit"_s, 50), 1, 200);
    const qint64 before = parameter(call, u"before"_s, 0);
    const qint64 after = parameter(call, u"after"_s, -1);
    std::vector<Record> found;
    for (const Record& one : all) {
        if ((before == 0 || one.id < before) && one.id > after)
            found.push_back(one);
    }
    const bool hasMore = static_cast<qint64>(found.size()) > limit;
    if (hasMore && after >= 0)
        found.erase(found.begin() + limit, found.end());
    else if (hasMore)
        found.erase(found.begin(), found.end() - limit);
    return {{u"items"_s, arrayOf(found)}, {u"has_more"_s, hasMore}};
}

} // namespace

CallResult DemoDesk::call(const Call& call)
{
    const QStringList parts = call.path.split(u'/', Qt::SkipEmptyParts);
    if (call.path.startsWith(u"/api/auth/"))
        return session(call);
    if (call.path == u"/api/v1/desk/snapshot")
        return Answer{200, snapshot()};
    if (call.path == u"/api/v1/stats/connections")
        return connections(call);
    if (call.method == "DELETE" && (parts.value(2) == u"connections" || parts.value(4) == u"connections")) {
        m_closedConnections.append(parts.value(3));
        return Answer{200, {{u"closed"_s, 1}}};
    }
    if (parts.value(1) == u"dialogs")
        return parts.size() == 2 ? dialogs(call) : dialog(call, parts.mid(2));
    if (parts.value(1) == u"operators")
        return operators(call, parts.mid(2));
    if (parts.value(1) == u"canned-replies")
        return canned(call, parts.mid(2));
    return refused(ErrorCode::NotFound);
}

CallResult DemoDesk::session(const Call& call)
{
    if (call.path.endsWith(u"logout"))
        return Answer{204, {}};
    return Answer{200,
                  {{u"access_token"_s, u"demo"_s},
                   {u"refresh_token"_s, u"demo"_s},
                   {u"expires_in"_s, 86400},
                   {u"operator"_s, toJson(me())}}};
}

QJsonObject DemoDesk::snapshot() const
{
    QJsonArray open;
    for (const auto& [id, record] : m_records) {
        if (record.dialog.isOpen())
            open.append(toJson(record.dialog));
    }
    return {{u"position"_s, cursor()},
            {u"dialogs"_s, open},
            {u"operators"_s, arrayOf(m_people)},
            {u"canned_replies"_s, arrayOf(m_canned)},
            {u"me"_s, toJson(me())}};
}

CallResult DemoDesk::dialogs(const Call& call)
{
    const QString status = call.query.queryItemValue(u"status"_s);
    const QString words = call.query.queryItemValue(u"q"_s, QUrl::FullyDecoded);
    const qint64 limit = std::clamp<qint64>(parameter(call, u"limit"_s, 50), 1, 100);
    const qint64 skip = parameter(call, u"cursor"_s, 0);
    std::vector<const Record*> found;
    for (const auto& [id, record] : m_records) {
        const bool fits = (status.isEmpty() || nameOf(record.dialog.status) == status) &&
                          (words.isEmpty() || record.dialog.guestName.contains(words, Qt::CaseInsensitive) ||
                           record.dialog.lastText.contains(words, Qt::CaseInsensitive));
        if (fits)
            found.push_back(&record);
    }
    std::sort(found.begin(), found.end(), [](const Record* a, const Record* b) {
        return std::tuple(-a->dialog.updatedMs, -a->dialog.id) < std::tuple(-b->dialog.updatedMs, -b->dialog.id);
    });
    QJsonArray items;
    const auto count = static_cast<qint64>(found.size());
    for (qint64 i = skip; i < std::min(count, skip + limit); ++i)
        items.append(toJson(found[static_cast<size_t>(i)]->dialog));
    const QJsonValue next = skip + limit < count ? QJsonValue(QString::number(skip + limit)) : QJsonValue();
    return Answer{200, {{u"items"_s, items}, {u"next_cursor"_s, next}}};
}

CallResult DemoDesk::dialog(const Call& call, const QStringList& parts)
{
    Record* record = find(parts.value(0).toLongLong());
    if (!record)
        return refused(ErrorCode::NotFound);
    const QString verb = parts.value(1);
    if (verb.isEmpty())
        return Answer{200, toJson(record->dialog)};
    if (verb == u"messages")
        return messages(call, *record, parts.mid(2));
    if (verb == u"notes")
        return notes(call, *record);
    if (verb == u"handoff")
        return handoff(call, *record, parts.value(2));
    return state(call, *record, verb);
}

CallResult DemoDesk::state(const Call& call, Record& record, const QString& verb)
{
    Dialog& dialog = record.dialog;
    if (verb == u"typing" || verb == u"whisper")
        return Answer{204, {}};
    if (verb == u"read") {
        const qint64 last = std::min(idOf(call.body.value("last_id"_L1)), dialog.lastMessageId);
        if (last > dialog.staffRead) {
            dialog.staffRead = last;
            dialog.unreadCount = static_cast<int>(
                std::count_if(record.messages.begin(), record.messages.end(), [last](const Message& message) {
                    return message.sender == Sender::Client && message.id > last;
                }));
            publish(u"dialog.read.updated"_s, dialog.id,
                    {{u"dialog_id"_s, dialog.id}, {u"reader"_s, u"staff"_s}, {u"last_id"_s, last}});
        }
        return Answer{200, {{u"last_id"_s, dialog.staffRead}}};
    }
    if (verb == u"tags") {
        dialog.tags.clear();
        const QJsonArray tags = call.body.value("tags"_L1).toArray();
        for (const QJsonValue tag : tags)
            dialog.tags.append(tag.toString());
        dialog.tags.sort();
        publish(u"dialog.tags.changed"_s, dialog.id,
                {{u"dialog_id"_s, dialog.id}, {u"tags"_s, QJsonArray::fromStringList(dialog.tags)}});
        return Answer{200, toJson(dialog)};
    }
    if (verb == u"reopen" && dialog.isOpen())
        return refused(ErrorCode::Conflict);
    if (verb == u"close" && !dialog.isOpen())
        return refused(ErrorCode::DialogClosed);
    if (verb == u"reopen")
        setStatus(record, DialogStatus::Ai);
    else if (verb == u"close" && dialog.handoff)
        endHandoff(record, DialogStatus::Closed, u"handoff.released"_s, {{u"resolution"_s, u"closed"_s}});
    else if (verb == u"close")
        setStatus(record, DialogStatus::Closed);
    else
        return refused(ErrorCode::NotFound);
    return Answer{200, toJson(dialog)};
}

CallResult DemoDesk::messages(const Call& call, Record& record, const QStringList& parts)
{
    if (call.method == "GET")
        return Answer{200, pageOf(record.messages, call)};
    const QString text = call.body.value("text"_L1).toString();
    if (call.method == "PATCH") {
        for (Message& message : record.messages) {
            if (message.id != parts.value(0).toLongLong() || message.senderId != me().id)
                continue;
            message.text = text;
            message.editedMs = m_nowMs;
            publish(u"dialog.message.updated"_s, record.dialog.id,
                    {{u"dialog_id"_s, record.dialog.id},
                     {u"message_id"_s, message.id},
                     {u"changes"_s, QJsonObject{{u"text"_s, text}, {u"edited_at"_s, isoOf(m_nowMs)}}}});
            return Answer{200, toJson(message)};
        }
        return refused(ErrorCode::NotFound);
    }
    const QString clientId = call.body.value("client_message_id"_L1).toString();
    for (const Message& message : record.messages) {
        if (!clientId.isEmpty() && message.clientMessageId == clientId)
            return Answer{200, toJson(message)};
    }
    if (!record.dialog.isOpen())
        return refused(ErrorCode::DialogClosed);
    if (record.dialog.operatorId != me().id)
        return taken(record, ErrorCode::NotHolder);
    Message message;
    message.sender = Sender::Operator;
    message.senderId = me().id;
    message.senderName = me().name;
    message.text = text;
    message.attachments = call.body.value("attachments"_L1).toArray();
    message.clientMessageId = clientId;
    const QJsonObject stored = toJson(say(record, message));
    planAnswer(record.dialog.id);
    return Answer{201, stored};
}

CallResult DemoDesk::notes(const Call& call, Record& record)
{
    if (call.method == "GET")
        return Answer{200, pageOf(record.notes, call)};
    note(record, me().id, call.body.value("text"_L1).toString());
    return Answer{201, toJson(record.notes.back())};
}

CallError DemoDesk::taken(const Record& record, ErrorCode code)
{
    QJsonObject body{{u"code"_s, QString::fromLatin1(errorInfo(code).name)}};
    const Operator* holder = person(record.dialog.operatorId);
    if (holder)
        body.insert(u"holder"_s, QJsonObject{{u"id"_s, holder->id}, {u"name"_s, holder->name}});
    return refusal(409, body);
}

CallResult DemoDesk::handoff(const Call& call, Record& record, const QString& verb)
{
    Dialog& dialog = record.dialog;
    if (!dialog.isOpen())
        return refused(ErrorCode::DialogClosed);
    if (verb == u"start" || verb == u"take-over")
        return start(record, verb == u"take-over");
    if (verb == u"transfer")
        return transfer(call, record);
    if (verb == u"renew") {
        if (!dialog.handoff || dialog.operatorId != me().id)
            return refused(ErrorCode::StaleFencing);
        dialog.handoff->leaseUntilMs = m_nowMs + 60'000;
        return Answer{200, {{u"lease_until"_s, isoOf(dialog.handoff->leaseUntilMs)}}};
    }
    if (!dialog.handoff)
        return refused(ErrorCode::Conflict);
    const QJsonObject data{{u"dialog_id"_s, dialog.id}, {u"timestamp"_s, isoOf(m_nowMs)}};
    if (verb == u"release" && dialog.operatorId.isEmpty())
        return refused(ErrorCode::Conflict);
    const bool closes = verb == u"release" && !call.body.value("return_to_ai"_L1).toBool(true);
    endHandoff(record, closes ? DialogStatus::Closed : DialogStatus::Ai,
               verb == u"release" ? u"handoff.released"_s : u"handoff.cancelled"_s, data);
    return Answer{200, {{u"dialog"_s, toJson(dialog)}}};
}

CallResult DemoDesk::start(Record& record, bool force)
{
    const bool isHeld = record.dialog.status == DialogStatus::Operator;
    if (!m_loseTo.isEmpty() && !isHeld)
        colleagueTakes(record.dialog.id, std::exchange(m_loseTo, {}));
    const bool isLost = record.dialog.status == DialogStatus::Operator && record.dialog.operatorId != me().id;
    if (isLost && !force)
        return taken(record, ErrorCode::HandoffTaken);
    if (record.dialog.operatorId != me().id)
        claim(record, m_people.front());
    const Handoff& handoff = *record.dialog.handoff;
    return Answer{200,
                  {{u"dialog"_s, toJson(record.dialog)},
                   {u"handoff"_s, toJson(handoff, record.dialog.id)},
                   {u"lease_until"_s, isoOf(handoff.leaseUntilMs)},
                   {u"fencing"_s, static_cast<qint64>(handoff.fencing)}}};
}

CallResult DemoDesk::transfer(const Call& call, Record& record)
{
    if (record.dialog.status != DialogStatus::Operator)
        return refused(ErrorCode::Conflict);
    const QString to = call.body.value("operator_id"_L1).toString();
    if (!to.isEmpty() && !person(to))
        return refused(ErrorCode::InvalidField, u"operator_id"_s);
    if (const QString text = call.body.value("note"_L1).toString(); !text.isEmpty())
        note(record, me().id, text);
    backToQueue(record, to);
    const qint64 id = record.dialog.id;
    if (!to.isEmpty())
        at(m_nowMs + between(3, 8) * 1000, [this, id, to] { colleagueTakes(id, to); });
    return Answer{200, {{u"dialog"_s, toJson(record.dialog)}}};
}

CallResult DemoDesk::operators(const Call& call, const QStringList& parts)
{
    if (call.method == "GET" && parts.isEmpty())
        return Answer{200, {{u"items"_s, arrayOf(m_people)}}};
    if (call.method == "POST") {
        Operator made = operatorOf(call.body);
        made.id = QString::number(m_people.size() + 1);
        m_people.push_back(made);
        tellPresence(made.id);
        return Answer{201, toJson(made)};
    }
    Operator* who = person(parts.value(0) == u"me" ? me().id : parts.value(0));
    if (!who)
        return refused(ErrorCode::NotFound);
    if (parts.value(1) == u"status") {
        who->wanted = presenceOf(call.body.value("status"_L1).toString());
        who->presence = who->wanted;
        who->wantedUntilMs = timeOf(call.body.value("until"_L1));
    } else {
        who->name = call.body.value("name"_L1).toString(who->name);
        who->capacity = call.body.value("capacity"_L1).toInt(who->capacity);
        who->disabled = call.body.value("disabled"_L1).toBool(who->disabled);
        who->role = call.body.contains("role"_L1) ? roleOf(call.body.value("role"_L1).toString()) : who->role;
    }
    tellPresence(who->id);
    return Answer{200, toJson(*who)};
}

CallResult DemoDesk::canned(const Call& call, const QStringList& parts)
{
    if (call.method == "GET")
        return Answer{200, {{u"items"_s, arrayOf(m_canned)}}};
    const qint64 id = parts.isEmpty() ? ++m_lastCanned : parts[0].toLongLong();
    CannedReply reply = cannedReplyOf(call.body);
    reply.id = id;
    reply.ownerId = call.body.value("shared"_L1).toBool() ? QString() : me().id;
    m_canned.removeIf([id](const CannedReply& one) { return one.id == id; });
    const bool isGone = call.method == "DELETE";
    if (!isGone)
        m_canned.append(reply);
    publish(u"canned.updated"_s, 0, {{u"id"_s, id}, {u"deleted"_s, isGone}});
    return isGone ? Answer{204, {}} : Answer{200, toJson(reply)};
}

/// Invented, but the same each time: a page of 1,200.
CallResult DemoDesk::connections(const Call& call)
{
    constexpr qint64 kTotal = 1200;
    const qint64 offset = parameter(call, u"offset"_s, 0);
    const qint64 limit = std::min<qint64>(1000, parameter(call, u"limit"_s, 100));
    static const QStringList transports{u"ws"_s, u"sse"_s, u"socketio"_s, u"polling"_s};
    QJsonArray items;
    for (qint64 i = offset; i < std::min(kTotal, offset + limit); ++i) {
        const QString clientId = u"demo-%1"_s.arg(i);
        if (m_closedConnections.contains(clientId) || m_closedConnections.contains(u"guest-%1"_s.arg(i % 400)))
            continue;
        items.append(QJsonObject{{u"client_id"_s, clientId},
                                 {u"transport"_s, transports[static_cast<qsizetype>(i % 7) % 4]},
                                 {u"user"_s, u"guest-%1"_s.arg(i % 400)},
                                 {u"dialog"_s, QString::number(1 + i % 90)},
                                 {u"address"_s, u"203.0.113.%1"_s.arg(1 + i % 250)},
                                 {u"created"_s, isoOf(m_nowMs - i * 7919)},
                                 {u"last_pong"_s, isoOf(m_nowMs - i % 25 * 1000)},
                                 {u"in"_s, i % 40},
                                 {u"out"_s, i * 3 % 500},
                                 {u"slow"_s, i % 97 == 0}});
    }
    return Answer{200, {{u"total"_s, kTotal}, {u"connections"_s, items}}};
}

} // namespace signalbox::console
