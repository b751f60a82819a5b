// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/sqlmessages.h"

#include <algorithm>
#include <limits>

namespace signalbox {

using namespace Qt::StringLiterals;

namespace {

const QString kSelectMessages = u"select id, dialog_id, sequence, sender, sender_id, sender_name, system_type,"
                                " client_message_id, created_ms, edited_ms, attachments, text from message"_s;

qint64 beforeOrEnd(qint64 before)
{
    return before > 0 ? before : std::numeric_limits<qint64>::max();
}

Message readMessage(SqlRows& rows)
{
    Message m;
    m.id = rows.number();
    m.dialogId = rows.number();
    m.sequence = rows.count();
    m.sender = rows.value<Sender>();
    m.senderId = rows.bytes();
    m.senderName = rows.text();
    m.systemType = rows.bytes();
    m.clientMessageId = rows.bytes();
    m.createdMs = rows.number();
    m.editedMs = rows.number();
    m.attachments = rows.bytes();
    m.text = rows.text();
    return m;
}

std::optional<Message> firstMessage(SqlRows rows)
{
    return rows.next() ? std::optional(readMessage(rows)) : std::nullopt;
}

std::vector<Message> allMessages(SqlRows rows)
{
    std::vector<Message> messages;
    while (rows.next())
        messages.push_back(readMessage(rows));
    return messages;
}

Note readNote(SqlRows& rows)
{
    Note n;
    n.id = rows.number();
    n.dialogId = rows.number();
    n.authorId = rows.bytes();
    n.authorName = rows.text();
    n.createdMs = rows.number();
    n.text = rows.text();
    return n;
}

} // namespace

QString searchWordsOf(const Message& message)
{
    if (message.sender != Sender::Client || message.senderName.isEmpty())
        return searchWordsOf(message.text);
    return searchWordsOf(message.senderName + u' ' + message.text);
}

void SqlMessages::insert(Message& m)
{
    m.id = m_database.insert(
        u"insert into message (dialog_id, sequence, sender, sender_id, sender_name, system_type, client_message_id,"
        " created_ms, edited_ms, attachments, text) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"_s,
        m.dialogId, m.sequence, m.sender, m.senderId, m.senderName, m.systemType, m.clientMessageId, m.createdMs,
        m.editedMs, m.attachments, m.text);
    if (m.id > 0)
        m_index.addMessage(m.id, searchWordsOf(m));
}

std::optional<Message> SqlMessages::find(qint64 dialogId, qint64 id)
{
    static const QString sql = kSelectMessages + u" where id = ? and dialog_id = ?"_s;
    return firstMessage(m_database.run(sql, id, dialogId));
}

std::optional<Message> SqlMessages::findByClientId(qint64 dialogId, const QByteArray& clientMessageId)
{
    static const QString sql =
        kSelectMessages + u" where dialog_id = ? and client_message_id = ? and length(client_message_id) > 0"_s;
    return firstMessage(m_database.run(sql, dialogId, clientMessageId));
}

void SqlMessages::setText(const Message& message)
{
    auto stored = find(message.dialogId, message.id);
    if (!stored)
        return;
    m_database.run(u"update message set text = ?, edited_ms = ? where id = ?"_s, message.text, message.editedMs,
                   message.id);
    QString oldWords = searchWordsOf(*stored);
    stored->text = message.text;
    m_index.changeMessage(message.id, std::move(oldWords), searchWordsOf(*stored));
}

std::vector<Message> SqlMessages::before(qint64 dialogId, qint64 before, int limit)
{
    static const QString sql = kSelectMessages + u" where dialog_id = ? and id < ? order by id desc limit ?"_s;
    auto messages = allMessages(m_database.run(sql, dialogId, beforeOrEnd(before), limit));
    std::reverse(messages.begin(), messages.end());
    return messages;
}

std::vector<Message> SqlMessages::after(qint64 dialogId, qint64 after, int limit)
{
    static const QString sql = kSelectMessages + u" where dialog_id = ? and id > ? order by id limit ?"_s;
    return allMessages(m_database.run(sql, dialogId, after, limit));
}

int SqlMessages::countFromGuest(qint64 dialogId, qint64 after)
{
    return static_cast<int>(
        firstNumber(m_database.run(u"select count(*) from message where dialog_id = ? and id > ? and sender = ?"_s,
                                   dialogId, after, Sender::Client)));
}

void SqlMessages::insertNote(Note& n)
{
    n.id = m_database.insert(u"insert into note (dialog_id, author_id, author_name, created_ms, text)"
                             " values (?, ?, ?, ?, ?)"_s,
                             n.dialogId, n.authorId, n.authorName, n.createdMs, n.text);
}

std::vector<Note> SqlMessages::notes(qint64 dialogId, qint64 before, int limit)
{
    SqlRows rows = m_database.run(u"select id, dialog_id, author_id, author_name, created_ms, text from note"
                                  " where dialog_id = ? and id < ? order by id desc limit ?"_s,
                                  dialogId, beforeOrEnd(before), limit);
    std::vector<Note> notes;
    while (rows.next())
        notes.push_back(readNote(rows));
    std::reverse(notes.begin(), notes.end());
    return notes;
}

} // namespace signalbox
