// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/sqltexts.h"

#include <limits>

namespace signalbox {

using namespace Qt::StringLiterals;

namespace {

CannedReply readReply(SqlRows& rows)
{
    CannedReply r;
    r.id = rows.number();
    r.shortcut = rows.text();
    r.title = rows.text();
    r.text = rows.text();
    r.ownerId = rows.bytes();
    r.updatedMs = rows.number();
    return r;
}

AuditEntry readEntry(SqlRows& rows)
{
    AuditEntry e;
    e.id = rows.number();
    e.atMs = rows.number();
    e.actor = rows.bytes();
    e.action = rows.bytes();
    e.subject = rows.bytes();
    e.details = rows.bytes();
    return e;
}

WebhookCall readCall(SqlRows& rows)
{
    WebhookCall c;
    c.id = rows.number();
    c.event = rows.bytes();
    c.body = rows.bytes();
    c.createdMs = rows.number();
    c.nextMs = rows.number();
    c.attempts = rows.smallNumber();
    return c;
}

} // namespace

std::vector<CannedReply> SqlTexts::cannedReplies(const QByteArray& ownerId, int limit)
{
    SqlRows rows = m_database.run(u"select id, shortcut, title, text, owner_id, updated_ms from canned_reply"
                                  " where owner_id in (?, ?) order by shortcut, id limit ?"_s,
                                  QByteArray(), ownerId, limit);
    std::vector<CannedReply> replies;
    while (rows.next())
        replies.push_back(readReply(rows));
    return replies;
}

std::optional<CannedReply> SqlTexts::cannedReply(qint64 id)
{
    SqlRows rows =
        m_database.run(u"select id, shortcut, title, text, owner_id, updated_ms from canned_reply where id = ?"_s, id);
    return rows.next() ? std::optional(readReply(rows)) : std::nullopt;
}

void SqlTexts::insert(CannedReply& r)
{
    r.id = m_database.insert(u"insert into canned_reply (shortcut, title, text, owner_id, updated_ms)"
                             " values (?, ?, ?, ?, ?)"_s,
                             r.shortcut, r.title, r.text, r.ownerId, r.updatedMs);
}

void SqlTexts::update(const CannedReply& r)
{
    m_database.run(u"update canned_reply set shortcut = ?, title = ?, text = ?, owner_id = ?, updated_ms = ?"
                   " where id = ?"_s,
                   r.shortcut, r.title, r.text, r.ownerId, r.updatedMs, r.id);
}

void SqlTexts::deleteCannedReply(qint64 id)
{
    m_database.run(u"delete from canned_reply where id = ?"_s, id);
}

void SqlTexts::insert(const AuditEntry& e)
{
    m_database.run(u"insert into audit (at_ms, actor, action, subject, details) values (?, ?, ?, ?, ?)"_s, e.atMs,
                   e.actor, e.action, e.subject, e.details);
}

std::vector<AuditEntry> SqlTexts::audit(qint64 before, int limit)
{
    SqlRows rows = m_database.run(u"select id, at_ms, actor, action, subject, details from audit where id < ?"
                                  " order by id desc limit ?"_s,
                                  before > 0 ? before : std::numeric_limits<qint64>::max(), limit);
    std::vector<AuditEntry> entries;
    while (rows.next())
        entries.push_back(readEntry(rows));
    return entries;
}

void SqlTexts::insert(WebhookCall& c)
{
    c.id = m_database.insert(u"insert into webhook_call (event, body, created_ms, next_ms, attempts)"
                             " values (?, ?, ?, ?, ?)"_s,
                             c.event, c.body, c.createdMs, c.nextMs, c.attempts);
}

std::vector<WebhookCall> SqlTexts::dueCalls(qint64 nowMs, int limit)
{
    SqlRows rows = m_database.run(u"select id, event, body, created_ms, next_ms, attempts from webhook_call"
                                  " where next_ms <= ? order by next_ms, id limit ?"_s,
                                  nowMs, limit);
    std::vector<WebhookCall> calls;
    while (rows.next())
        calls.push_back(readCall(rows));
    return calls;
}

void SqlTexts::retryCall(qint64 id, int attempts, qint64 nextMs)
{
    m_database.run(u"update webhook_call set attempts = ?, next_ms = ? where id = ?"_s, attempts, nextMs, id);
}

void SqlTexts::deleteCall(qint64 id)
{
    m_database.run(u"delete from webhook_call where id = ?"_s, id);
}

} // namespace signalbox
