// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/store/storeevents.h"

#include "console/store/recordjson.h"

#include <array>

namespace signalbox::console {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kTypingMs = 10'000; ///< the server ends it after 8 s; this is for an end that got lost

bool awaitsHuman(const Dialog& dialog)
{
    return dialog.status == DialogStatus::Queued || dialog.status == DialogStatus::Operator;
}

/// The server writes these beside a dialog's messages: they are no "last message" of lists.
bool isAboutOperators(const Message& message)
{
    return message.sender == Sender::System &&
           (message.systemType == u"operator_joined" || message.systemType == u"operator_left");
}

} // namespace

struct StoreEvents::Row
{
    QLatin1String type;
    Handler handler;
};

const StoreEvents::Row* StoreEvents::find(const QString& type)
{
    using E = StoreEvents;
    static constexpr std::array kRows{
        Row{"chat.message"_L1, &E::messageCreated},
        Row{"chat.session.created"_L1, &E::sessionCreated},
        Row{"chat.session.status"_L1, &E::statusChanged},
        Row{"chat.session.assigned"_L1, &E::handoffStarted},
        Row{"chat.alert"_L1, &E::unreadTold},
        Row{"dialog.message.updated"_L1, &E::messageUpdated},
        Row{"dialog.read.updated"_L1, &E::readUpdated},
        Row{"dialog.note.created"_L1, &E::noteCreated},
        Row{"dialog.tags.changed"_L1, &E::tagsChanged},
        Row{"dialog.whisper"_L1, &E::whispered},
        Row{"handoff.requested"_L1, &E::handoffRequested},
        Row{"handoff.released"_L1, &E::handoffEnded},
        Row{"handoff.cancelled"_L1, &E::handoffEnded},
        Row{"handoff.queue.updated"_L1, &E::queueUpdated},
        Row{"typing.start"_L1, &E::typingStarted},
        Row{"typing.stop"_L1, &E::typingStopped},
        Row{"operator.presence.updated"_L1, &E::presenceUpdated},
        Row{"canned.updated"_L1, &E::cannedUpdated},
        Row{"system.health.alert"_L1, &E::healthAlert},
        Row{"ai.provider.status"_L1, &E::providerStatus},
    };
    const auto row = std::find_if(kRows.begin(), kRows.end(), [&type](const Row& one) { return one.type == type; });
    return row == kRows.end() ? nullptr : &*row;
}

void StoreEvents::apply()
{
    if (const Row* row = find(m_event.type))
        (this->*row->handler)();
}

/// An event of a dialog that the picture lacks: the first word of it, or a closed one that comes back.
void StoreEvents::ensureDialog()
{
    if (m_event.dialogId == 0 || m_store.rowOf(m_event.dialogId) >= 0)
        return;
    Dialog dialog;
    dialog.id = m_event.dialogId;
    dialog.createdMs = m_event.timestampMs;
    dialog.updatedMs = m_event.timestampMs;
    m_store.add(std::move(dialog));
    emit m_store.dialogStale(m_event.dialogId);
}

void StoreEvents::change(const std::function<void(Dialog&)>& how)
{
    ensureDialog();
    m_store.change(m_event.dialogId, how, m_event.timestampMs);
}

void StoreEvents::sessionCreated()
{
    change([this](Dialog& dialog) {
        dialog.guestName = m_data.value("guest"_L1).toObject().value("name"_L1).toString();
        dialog.createdMs = timeOf(m_data.value("created_at"_L1));
        dialog.updatedMs = std::max(dialog.updatedMs, dialog.createdMs);
    });
    emit m_store.dialogStale(m_event.dialogId);
}

void StoreEvents::messageCreated()
{
    Message message = chatMessageOf(m_data);
    message.dialogId = m_event.dialogId;
    if (message.id == 0 || message.dialogId == 0)
        return;
    change([&](Dialog& dialog) {
        if (message.id > dialog.lastMessageId && !isAboutOperators(message))
            noteMessage(dialog, message);
    });
    if (message.sender != Sender::System)
        m_store.stopTyping(message.dialogId, message.sender,
                           message.sender == Sender::Client ? QString() : message.senderName);
    emit m_store.messageArrived(message);
}

void StoreEvents::noteMessage(Dialog& dialog, const Message& message) const
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

void StoreEvents::messageUpdated()
{
    const qint64 messageId = idOf(m_data.value("message_id"_L1));
    const QJsonObject changes = m_data.value("changes"_L1).toObject();
    const QString text = changes.value("text"_L1).toString();
    if (messageId == 0 || m_event.dialogId == 0)
        return;
    change([&](Dialog& dialog) {
        if (dialog.lastMessageId == messageId)
            dialog.lastText = beginningOf(text);
    });
    emit m_store.messageEdited(m_event.dialogId, messageId, text, timeOf(changes.value("edited_at"_L1)));
}

void StoreEvents::statusChanged()
{
    const auto status = dialogStatusOf(m_data.value("status"_L1).toString());
    if (!status)
        return;
    change([&](Dialog& dialog) { setStatus(dialog, *status); });
    if (*status == DialogStatus::Ai && m_data.value("old_status"_L1).toString() == u"closed")
        emit m_store.dialogStale(m_event.dialogId);
}

void StoreEvents::setStatus(Dialog& dialog, DialogStatus status) const
{
    const qint64 nowMs = m_event.timestampMs;
    dialog.status = status;
    dialog.updatedMs = nowMs;
    if (status != DialogStatus::Operator && !dialog.operatorId.isEmpty())
        dialog.lastOperator = std::exchange(dialog.operatorId, {});
    dialog.closedMs = status == DialogStatus::Closed ? nowMs : 0;
    if (status == DialogStatus::Ai || status == DialogStatus::Closed) {
        dialog.waitingSinceMs = 0;
        dialog.handoff.reset();
    } else if (status == DialogStatus::Queued) {
        if (dialog.waitingSinceMs == 0)
            dialog.waitingSinceMs = nowMs;
        if (dialog.handoff)
            dialog.handoff->operatorId.clear();
    }
}

void StoreEvents::handoffRequested()
{
    change([this](Dialog& dialog) {
        Handoff handoff = dialog.handoff.value_or(Handoff{});
        handoff.reason = m_data.value("reason"_L1).toString();
        handoff.priority = m_data.value("priority"_L1).toInt();
        handoff.requestedMs = timeOf(m_data.value("timestamp"_L1));
        if (handoff.queuedMs == 0)
            handoff.queuedMs = handoff.requestedMs;
        handoff.operatorId.clear();
        dialog.handoff = std::move(handoff);
    });
    emit m_store.dialogStale(m_event.dialogId);
}

void StoreEvents::handoffStarted()
{
    QString operatorId = m_data.value("operator"_L1).toObject().value("id"_L1).toString();
    if (operatorId.isEmpty())
        operatorId = m_data.value("assigned_user_id"_L1).toString();
    if (operatorId.isEmpty())
        return;
    change([&](Dialog& dialog) {
        dialog.status = DialogStatus::Operator;
        dialog.operatorId = operatorId;
        dialog.lastOperator = operatorId;
        dialog.updatedMs = timeOf(m_data.value("timestamp"_L1));
        Handoff handoff = dialog.handoff.value_or(Handoff{});
        handoff.operatorId = operatorId;
        handoff.reservedFor.clear();
        handoff.startedMs = dialog.updatedMs;
        dialog.handoff = std::move(handoff);
    });
    emit m_store.dialogStale(m_event.dialogId);
}

void StoreEvents::handoffEnded()
{
    change([](Dialog& dialog) { dialog.handoff.reset(); });
}

/// A reservation that ran out is told by this event alone.
void StoreEvents::queueUpdated()
{
    if (m_data.contains("queue_position"_L1))
        return;
    QList<qint64> reserved;
    for (const Dialog& dialog : m_store.m_dialogs) {
        if (dialog.status == DialogStatus::Queued && dialog.handoff && !dialog.handoff->reservedFor.isEmpty())
            reserved.append(dialog.id);
    }
    for (const qint64 dialogId : std::as_const(reserved))
        emit m_store.dialogStale(dialogId);
}

void StoreEvents::unreadTold()
{
    const int unread = m_data.value("unread_count"_L1).toInt(-1);
    if (unread >= 0 && m_event.dialogId != 0)
        change([unread](Dialog& dialog) { dialog.unreadCount = unread; });
}

void StoreEvents::readUpdated()
{
    const qint64 lastId = idOf(m_data.value("last_id"_L1));
    const bool byStaff = m_data.value("reader"_L1).toString() == u"staff";
    bool isOpenQuestion = false;
    change([&](Dialog& dialog) {
        qint64& mark = byStaff ? dialog.staffRead : dialog.guestRead;
        if (lastId <= mark)
            return;
        mark = lastId;
        if (!byStaff)
            return;
        if (lastId >= dialog.lastMessageId)
            dialog.unreadCount = 0;
        else
            isOpenQuestion = true;
    });
    if (isOpenQuestion)
        emit m_store.dialogStale(m_event.dialogId);
}

void StoreEvents::noteCreated()
{
    Note note = noteOf(m_data.value("note"_L1).toObject());
    note.dialogId = m_event.dialogId;
    if (note.id != 0 && note.dialogId != 0)
        emit m_store.noteArrived(note);
}

void StoreEvents::tagsChanged()
{
    QStringList tags;
    const QJsonArray list = m_data.value("tags"_L1).toArray();
    for (const QJsonValue tag : list)
        tags.append(tag.toString());
    change([&tags](Dialog& dialog) { dialog.tags = tags; });
}

void StoreEvents::typingStarted()
{
    const QJsonObject actor = m_data.value("actor"_L1).toObject();
    const auto sender = senderOf(actor.value("type"_L1).toString());
    const QString name = actor.value("name"_L1).toString();
    const bool isOwn = sender == Sender::Operator && name == m_store.m_me.name;
    if (sender && m_event.dialogId != 0 && !isOwn)
        m_store.startTyping({m_event.dialogId, *sender, name, m_store.m_clock() + kTypingMs});
}

void StoreEvents::typingStopped()
{
    const QJsonObject actor = m_data.value("actor"_L1).toObject();
    if (const auto sender = senderOf(actor.value("type"_L1).toString()))
        m_store.stopTyping(m_event.dialogId, *sender, actor.value("name"_L1).toString(u""_s));
}

void StoreEvents::whispered()
{
    emit m_store.whispered(m_event.dialogId, m_data.value("from"_L1).toObject().value("name"_L1).toString(),
                           m_data.value("text"_L1).toString());
}

/// The event tells neither role nor login, nor whether somebody is disabled: when what it tells is no news, it must be
/// one of those.
void StoreEvents::presenceUpdated()
{
    const QString id = m_data.value("operator_id"_L1).toString();
    const Operator* known = m_store.findOperator(id);
    if (!known) {
        emit m_store.operatorsStale();
        return;
    }
    Operator person = *known;
    person.name = m_data.value("name"_L1).toString(person.name);
    person.presence = presenceOf(m_data.value("status"_L1).toString());
    person.load = m_data.value("current_load"_L1).toInt(person.load);
    const bool isJustLoad = person.capacity == m_data.value("capacity"_L1).toInt() && person.name == known->name;
    person.capacity = m_data.value("capacity"_L1).toInt(person.capacity);
    const bool isNews = !(person == *known);
    const bool statusMoved = person.presence != known->presence;
    QList<Operator> operators = m_store.m_operators;
    for (Operator& one : operators) {
        if (one.id == id)
            one = person;
    }
    m_store.setOperators(std::move(operators));
    if (!isNews || !isJustLoad || (statusMoved && id == m_store.m_me.id))
        emit m_store.operatorsStale();
}

void StoreEvents::cannedUpdated()
{
    if (!m_data.value("deleted"_L1).toBool()) {
        emit m_store.cannedRepliesStale();
        return;
    }
    QList<CannedReply> replies = m_store.m_cannedReplies;
    const qint64 id = idOf(m_data.value("id"_L1));
    replies.removeIf([id](const CannedReply& reply) { return reply.id == id; });
    m_store.refreshCannedReplies(replies);
}

void StoreEvents::healthAlert()
{
    m_store.raise({m_data.value("service"_L1).toString(), m_data.value("status"_L1).toString(),
                   severityOf(m_data.value("severity"_L1).toString()), m_data.value("message"_L1).toString(),
                   m_event.timestampMs, false});
}

void StoreEvents::providerStatus()
{
    Alert alert;
    alert.service = u"AI: "_s + m_data.value("provider"_L1).toString();
    alert.status = m_data.value("status"_L1).toString();
    alert.severity = alert.isOver() ? Severity::Info : Severity::Warning;
    if (const QJsonValue rate = m_data.value("error_rate"_L1); rate.isDouble())
        alert.message = u"error rate %1"_s.arg(rate.toDouble());
    alert.atMs = m_event.timestampMs;
    m_store.raise(std::move(alert));
}

} // namespace signalbox::console
