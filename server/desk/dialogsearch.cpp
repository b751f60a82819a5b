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
// What one page may cost: about 20 ms.
constexpr int kMostWork = 10'000;
constexpr int kMostDialogs = 1'000;
constexpr int kWorkOfText = 4;
/// A scan goes on while one row of so many is a hit.
constexpr int kScanDensity = 20;

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

/// What a message is found by; a row of sender, sender_name, text.
Message readSearched(SqlRows& rows)
{
    Message message;
    message.sender = rows.value<Sender>();
    message.senderName = rows.text();
    message.text = rows.text();
    return message;
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

DialogSearch::DialogSearch(SqlDatabase& database, const DialogFilter& filter, const SearchTerms& terms)
    : m_database(database)
    , m_filter(filter)
    , m_terms(terms)
{
    m_messages.query = messageQuery(database, terms);
    m_names.query = guestQuery(database, terms);
    m_messages.sql = m_messages.query.kind == SearchQuery::Kind::Scan
                         ? u"select id, dialog_id from message where id < ? order by id desc limit ?"_s
                         : database.dialect().findMessageWords;
    m_names.sql = database.dialect().findGuestWords;
    for (Hits* hits : {&m_messages, &m_names}) {
        hits->isEnd = hits->query.kind == SearchQuery::Kind::Nothing;
        hits->chunk = kFirstChunk;
    }
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
}

void DialogSearch::keepIfHit(Place place)
{
    const bool isToBeChecked = m_messages.query.kind != SearchQuery::Kind::Index;
    m_work += isToBeChecked ? kWorkOfText : 1;
    if (place < m_after && (!isToBeChecked || messageMatches(place.first)))
        m_messages.waiting.push_back(place);
}

void DialogSearch::readMessages()
{
    const bool isScan = m_messages.query.kind == SearchQuery::Kind::Scan;
    std::vector<Place> places;
    {
        SqlRows rows = isScan
                           ? m_database.run(m_messages.sql, m_messages.below, m_messages.chunk)
                           : m_database.run(m_messages.sql, m_messages.query.text, m_messages.below, m_messages.chunk);
        while (rows.next()) {
            const qint64 id = rows.number();
            places.emplace_back(id, rows.number());
        }
    }
    for (const Place& place : places)
        keepIfHit(place);
    m_messages.isEnd = places.size() < static_cast<size_t>(m_messages.chunk);
    if (!places.empty())
        m_messages.below = places.back().first;
    if (isScan && m_messages.waiting.size() * kScanDensity < places.size()) {
        m_messages.query.kind = SearchQuery::Kind::Index;
        m_messages.sql = m_database.dialect().findMessageWords;
    }
    m_messages.chunk = std::min(m_messages.chunk * 4, kLargestChunk);
}

void DialogSearch::fillMessages()
{
    while (!m_messages.isEnd && m_messages.waiting.empty() && m_work < kMostWork)
        readMessages();
}

void DialogSearch::fillNames()
{
    if (m_names.isEnd || !m_names.waiting.empty())
        return;
    SqlRows rows = m_database.run(m_names.sql, m_names.query.text, m_names.below, m_names.chunk);
    int count = 0;
    for (; rows.next(); ++count) {
        const qint64 place = rows.number();
        const qint64 dialogId = rows.number();
        m_names.waiting.emplace_back(place, dialogId);
        m_names.below = dialogId;
    }
    m_work += count;
    m_names.isEnd = count < m_names.chunk;
    m_names.chunk = std::min(m_names.chunk * 4, kLargestChunk);
}

std::optional<DialogSearch::Place> DialogSearch::take()
{
    fillMessages();
    fillNames();
    // Where messages have been read to; a name that stands behind that has to wait.
    const Place reached = !m_messages.waiting.empty() ? m_messages.waiting.front()
                          : m_messages.isEnd          ? Place{-1, 0}
                                                      : Place{m_messages.below, 0};
    Hits& from = !m_names.waiting.empty() && m_names.waiting.front() > reached ? m_names : m_messages;
    if (from.waiting.empty())
        return std::nullopt;
    const Place place = from.waiting.front();
    from.waiting.pop_front();
    return place;
}

bool DialogSearch::messageMatches(qint64 id)
{
    SqlRows rows = m_database.run(u"select sender, sender_name, text from message where id = ?"_s, id);
    return rows.next() && m_terms.match(searchWordsOf(readSearched(rows)));
}

/// Earlier pages ended at `after`: whatever has a newer hit was there.
bool DialogSearch::wasShownBefore(qint64 dialogId, ListPlace after)
{
    if (after.value == 0 && after.id == 0)
        return false;
    SqlRows rows = m_database.run(u"select sender, sender_name, text from message where dialog_id = ? and id >= ?"
                                  " order by id desc"_s,
                                  dialogId, dialogId >= after.id ? after.value : after.value + 1);
    while (rows.next()) {
        if (m_terms.match(searchWordsOf(readSearched(rows))))
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
    while (const auto place = take()) {
        if (page.items.size() >= static_cast<size_t>(limit) || m_seen.size() >= kMostDialogs) {
            page.next = ListPlace{last.first, last.second};
            return page;
        }
        last = *place;
        const qint64 dialogId = place->second;
        if (m_seen.contains(dialogId))
            continue;
        m_seen.insert(dialogId);
        if (auto dialog = listed(dialogId); dialog && !wasShownBefore(dialogId, after))
            page.items.push_back(std::move(*dialog));
    }
    if (!m_messages.isEnd)
        page.next = ListPlace{m_messages.below, 0};
    return page;
}

} // namespace signalbox
