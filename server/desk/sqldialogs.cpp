// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/sqldialogs.h"

#include "desk/dialogsearch.h"
#include "desk/sqllists.h"

#include <algorithm>

namespace signalbox {

using namespace Qt::StringLiterals;

namespace {

/// Whose list shows it.
const QByteArray& filedUnder(const Dialog& dialog)
{
    return dialog.operatorId.isEmpty() ? dialog.lastOperator : dialog.operatorId;
}

} // namespace

const QString& dialogColumns()
{
    static const QString columns =
        u"d.id, d.status, d.assistant_id, d.guest_name, d.operator_id, d.last_operator, d.fencing, d.created_ms,"
        " d.updated_ms, d.closed_ms, d.waiting_since_ms, d.last_message_id, d.last_message_ms, d.last_sender,"
        " d.last_text, d.unread_count, d.staff_read, d.guest_read, d.tags, d.metadata"_s;
    return columns;
}

Dialog readDialog(SqlRows& rows)
{
    Dialog d;
    d.id = rows.number();
    d.status = rows.value<DialogStatus>();
    d.assistantId = rows.bytes();
    d.guestName = rows.text();
    d.operatorId = rows.bytes();
    d.lastOperator = rows.bytes();
    d.fencing = rows.count();
    d.createdMs = rows.number();
    d.updatedMs = rows.number();
    d.closedMs = rows.number();
    d.waitingSinceMs = rows.number();
    d.lastMessageId = rows.number();
    d.lastMessageMs = rows.number();
    d.lastSender = rows.value<Sender>();
    d.lastText = rows.text();
    d.unreadCount = rows.smallNumber();
    d.staffRead = rows.number();
    d.guestRead = rows.number();
    d.tags = splitList(rows.bytes());
    d.metadata = rows.bytes();
    return d;
}

bool isListed(const Dialog& dialog, const DialogFilter& filter)
{
    return (!filter.status || dialog.status == *filter.status) &&
           (filter.operatorId.isEmpty() || filedUnder(dialog) == filter.operatorId) &&
           (filter.tag.isEmpty() || dialog.tags.contains(filter.tag));
}

void SqlDialogs::insert(Dialog& d)
{
    d.id = m_database.insert(
        u"insert into dialog (status, assistant_id, guest_name, operator_id, last_operator, filed_under, fencing,"
        " created_ms, updated_ms, closed_ms, waiting_since_ms, last_message_id, last_message_ms, last_sender,"
        " last_text, unread_count, staff_read, guest_read, tags, metadata, name_place)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
        " (select coalesce(max(id), 0) from message))"_s,
        d.status, d.assistantId, d.guestName, d.operatorId, d.lastOperator, filedUnder(d), d.fencing, d.createdMs,
        d.updatedMs, d.closedMs, d.waitingSinceMs, d.lastMessageId, d.lastMessageMs, d.lastSender, d.lastText,
        d.unreadCount, d.staffRead, d.guestRead, QByteArray(), d.metadata);
    reindexGuest(d);
    if (!d.tags.isEmpty())
        setTags(d.id, d.tags);
}

void SqlDialogs::reindexGuest(const Dialog& dialog)
{
    m_index.setGuest(dialog.id, searchWordsOf(dialog.guestName));
}

std::optional<Dialog> SqlDialogs::first(SqlRows rows)
{
    if (!rows.next())
        return std::nullopt;
    Dialog dialog = readDialog(rows);
    m_lastRead = {dialog.id, dialog.guestName, !dialog.tags.isEmpty()};
    return dialog;
}

std::optional<Dialog> SqlDialogs::find(qint64 id)
{
    static const QString sql = u"select "_s + dialogColumns() + u" from dialog d where d.id = ?"_s;
    return first(m_database.run(sql, id));
}

QString SqlDialogs::lockSql(const SqlDialect& dialect)
{
    return u"select "_s + dialogColumns() + u" from dialog d where d.id = ?"_s + dialect.forUpdate;
}

std::optional<Dialog> SqlDialogs::lock(qint64 id)
{
    return first(m_database.run(m_lockSql, id));
}

void SqlDialogs::update(const Dialog& d)
{
    m_database.run(u"update dialog set status = ?, assistant_id = ?, guest_name = ?, operator_id = ?,"
                   " last_operator = ?, filed_under = ?, fencing = ?, updated_ms = ?, closed_ms = ?,"
                   " waiting_since_ms = ?, last_message_id = ?, last_message_ms = ?, last_sender = ?, last_text = ?,"
                   " unread_count = ?, staff_read = ?, guest_read = ?, metadata = ? where id = ?"_s,
                   d.status, d.assistantId, d.guestName, d.operatorId, d.lastOperator, filedUnder(d), d.fencing,
                   d.updatedMs, d.closedMs, d.waitingSinceMs, d.lastMessageId, d.lastMessageMs, d.lastSender,
                   d.lastText, d.unreadCount, d.staffRead, d.guestRead, d.metadata, d.id);
    const bool isKnown = m_lastRead.id == d.id;
    if (!isKnown || m_lastRead.hasTags)
        m_database.run(u"update dialog_tag set updated_ms = ? where dialog_id = ?"_s, d.updatedMs, d.id);
    if (!isKnown || m_lastRead.guestName != d.guestName)
        reindexGuest(d);
    m_lastRead = {d.id, d.guestName, !isKnown || m_lastRead.hasTags};
}

void SqlDialogs::setTags(qint64 id, const QList<QByteArray>& tags)
{
    QList<QByteArray> sorted = tags;
    std::sort(sorted.begin(), sorted.end());
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    forget();
    m_database.run(u"delete from dialog_tag where dialog_id = ?"_s, id);
    m_database.run(u"update dialog set tags = ? where id = ?"_s, joinList(sorted), id);
    for (const QByteArray& tag : std::as_const(sorted)) {
        m_database.run(u"insert into dialog_tag (dialog_id, tag, updated_ms)"
                       " select id, ?, updated_ms from dialog where id = ?"_s,
                       tag, id);
    }
}

QHash<DialogStatus, int> SqlDialogs::counts()
{
    QHash<DialogStatus, int> counts;
    SqlRows rows = m_database.run(u"select status, count(*) from dialog where status in (0, 1, 2) group by status"_s);
    while (rows.next()) {
        const auto status = rows.value<DialogStatus>();
        counts.insert(status, rows.smallNumber());
    }
    return counts;
}

qint64 SqlDialogs::lastId()
{
    return firstNumber(m_database.run(u"select coalesce(max(id), 0) from dialog"_s));
}

std::vector<Dialog> SqlDialogs::open(int limit)
{
    std::vector<Dialog> all;
    for (const DialogStatus status : {DialogStatus::Ai, DialogStatus::Queued, DialogStatus::Operator}) {
        DialogFilter filter;
        filter.status = status;
        DialogPage some = page(filter, {}, limit);
        std::move(some.items.begin(), some.items.end(), std::back_inserter(all));
    }
    std::sort(all.begin(), all.end(), [](const Dialog& a, const Dialog& b) {
        return std::pair(a.updatedMs, a.id) > std::pair(b.updatedMs, b.id);
    });
    if (all.size() > static_cast<size_t>(limit))
        all.resize(static_cast<size_t>(limit));
    return all;
}

DialogPage SqlDialogs::page(const DialogFilter& filter, ListPlace after, int limit)
{
    if (const SearchTerms terms(filter.text); !terms.isEmpty()) {
        m_index.write();
        return DialogSearch(m_database, filter, terms).page(after, limit);
    }
    DialogPage page;
    SqlRows rows = listDialogs(m_database, filter, after, limit + 1);
    while (rows.next())
        page.items.push_back(readDialog(rows));
    if (page.items.size() > static_cast<size_t>(limit)) {
        page.items.resize(static_cast<size_t>(limit));
        page.next = page.items.empty() ? after : ListPlace{page.items.back().updatedMs, page.items.back().id};
    }
    return page;
}

} // namespace signalbox
