// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/dialogsearch.h"

#include "desk/sqldialogs.h"
#include "desk/sqlmessages.h"

#include <limits>

namespace signalbox {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kEnd = std::numeric_limits<qint64>::max();
constexpr int kFirstChunk = 128;
constexpr int kLargestChunk = 2048;
// What one page may cost: hits that were read, and dialogs that were looked at.
constexpr int kMostHits = 10'000;
constexpr int kMostDialogs = 1'000;

ListPlace startOf(ListPlace after)
{
    return after.value == 0 && after.id == 0 ? ListPlace{kEnd, kEnd} : after;
}

/// One status, one operator's or one tag's: an index has them in the order of the list.
QString filteredSql(const DialogFilter& filter)
{
    const bool byTag = !filter.tag.isEmpty();
    QString sql = u"select "_s + dialogColumns();
    sql += byTag ? u" from dialog_tag t cross join dialog d where d.id = t.dialog_id and t.tag = ?"_s
                 : u" from dialog d where 1 = 1"_s;
    if (!filter.operatorId.isEmpty())
        sql += u" and d.filed_under = ? and length(d.filed_under) > 0"_s;
    // The plus keeps SQLite from taking the index of statuses, which has far more rows than the other one.
    if (filter.status)
        sql += byTag || !filter.operatorId.isEmpty() ? u" and +d.status = ?"_s : u" and d.status = ?"_s;
    sql += byTag ? u" and (t.updated_ms, t.dialog_id) < (?, ?) order by t.updated_ms desc, t.dialog_id desc limit ?"_s
                 : u" and (d.updated_ms, d.id) < (?, ?) order by d.updated_ms desc, d.id desc limit ?"_s;
    return sql;
}

SqlRows listFiltered(SqlDatabase& database, const DialogFilter& filter, ListPlace place, int limit)
{
    std::vector<SqlValue> values;
    if (!filter.tag.isEmpty())
        values.emplace_back(filter.tag);
    if (!filter.operatorId.isEmpty())
        values.emplace_back(filter.operatorId);
    if (filter.status)
        values.emplace_back(static_cast<qint64>(*filter.status));
    values.insert(values.end(), {place.value, place.id, qint64{limit}});
    return database.runWith(filteredSql(filter), values);
}

/// The newest of each status, and of these the newest.
QString unfilteredSql()
{
    QStringList lists;
    for (const DialogStatus status :
         {DialogStatus::Ai, DialogStatus::Queued, DialogStatus::Operator, DialogStatus::Closed}) {
        const QString number = QString::number(static_cast<int>(status));
        lists.append(u"select id from (select id from dialog where status = "_s + number +
                     u" and (updated_ms, id) < (?, ?) order by updated_ms desc, id desc limit ?) list"_s + number);
    }
    return u"select "_s + dialogColumns() + u" from dialog d where d.id in ("_s + lists.join(" union all "_L1) +
           u") order by d.updated_ms desc, d.id desc limit ?"_s;
}

} // namespace

SqlRows listDialogs(SqlDatabase& database, const DialogFilter& filter, ListPlace after, int limit)
{
    const ListPlace place = startOf(after);
    if (filter.status || !filter.operatorId.isEmpty() || !filter.tag.isEmpty())
        return listFiltered(database, filter, place, limit);
    static const QString sql = unfilteredSql();
    const auto [value, id] = place;
    return database.run(sql, value, id, limit, value, id, limit, value, id, limit, value, id, limit, limit);
}

DialogSearch::DialogSearch(SqlDatabase& database, const DialogFilter& filter, const SearchTerms& terms,
                           const QString& query)
    : m_database(database)
    , m_filter(filter)
    , m_terms(terms)
    , m_query(query)
{
    m_messages.sql = database.dialect().findMessageWords;
    m_names.sql = database.dialect().findGuestWords;
}

void DialogSearch::start(ListPlace after)
{
    const ListPlace place = startOf(after);
    m_after = {place.value, place.id};
    m_messages.below = place.value == kEnd ? kEnd : place.value + 1;
    // Places of names grow with the dialogs' ids: those after this place are the dialogs up to some id.
    const qint64 newest = firstNumber(m_database.run(u"select id from dialog where (name_place, id) < (?, ?)"
                                                     " order by name_place desc, id desc limit 1"_s,
                                                     place.value, place.id));
    m_names.below = newest + 1;
    for (Hits* hits : {&m_messages, &m_names})
        hits->chunk = kFirstChunk;
}

void DialogSearch::fill(Hits& hits, bool isOfNames)
{
    if (hits.isEnd || !hits.waiting.empty())
        return;
    SqlRows rows = m_database.run(hits.sql, m_query, hits.below, hits.chunk);
    int count = 0;
    for (; rows.next(); ++count) {
        const qint64 value = rows.number();
        const qint64 dialogId = rows.number();
        hits.below = isOfNames ? dialogId : value;
        if (Place place{value, dialogId}; place < m_after)
            hits.waiting.push_back(place);
    }
    hits.isEnd = count < hits.chunk;
    hits.chunk = std::min(hits.chunk * 4, kLargestChunk);
    if (hits.waiting.empty())
        fill(hits, isOfNames); // nothing but the hit at the very place
}

std::optional<DialogSearch::Place> DialogSearch::take()
{
    fill(m_messages, false);
    fill(m_names, true);
    Hits* from = &m_messages;
    if (m_messages.waiting.empty() ||
        (!m_names.waiting.empty() && m_names.waiting.front() > m_messages.waiting.front()))
        from = &m_names;
    if (from->waiting.empty())
        return std::nullopt;
    const Place place = from->waiting.front();
    from->waiting.pop_front();
    return place;
}

/// Earlier pages ended at `after`: whatever has a newer hit was there.
bool DialogSearch::wasShownBefore(qint64 dialogId, ListPlace after)
{
    if (after.value == 0 && after.id == 0)
        return false;
    SqlRows rows = m_database.run(u"select sender, sender_name, text from message where dialog_id = ? and id >= ?"
                                  " order by id desc"_s,
                                  dialogId, after.value);
    while (rows.next()) {
        Message message;
        message.sender = rows.value<Sender>();
        message.senderName = rows.text();
        message.text = rows.text();
        if (m_terms.match(searchWordsOf(message)))
            return true;
    }
    return false;
}

std::optional<Dialog> DialogSearch::listed(qint64 dialogId)
{
    static const QString sql = u"select "_s + dialogColumns() + u" from dialog d where d.id = ?"_s;
    SqlRows rows = m_database.run(sql, dialogId);
    if (!rows.next())
        return std::nullopt;
    Dialog dialog = readDialog(rows);
    return isListed(dialog, m_filter) ? std::optional(std::move(dialog)) : std::nullopt;
}

DialogPage DialogSearch::page(ListPlace after, int limit)
{
    DialogPage page;
    start(after);
    Place last = m_after;
    for (int hits = 0; const auto place = take(); ++hits) {
        const bool isFull = page.items.size() >= static_cast<size_t>(limit);
        if (isFull || hits >= kMostHits || m_seen.size() >= kMostDialogs) {
            page.next = ListPlace{last.first, last.second};
            break;
        }
        last = *place;
        const qint64 dialogId = place->second;
        if (m_seen.contains(dialogId))
            continue;
        m_seen.insert(dialogId);
        if (auto dialog = listed(dialogId); dialog && !wasShownBefore(dialogId, after))
            page.items.push_back(std::move(*dialog));
    }
    return page;
}

} // namespace signalbox
