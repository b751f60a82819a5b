// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/sqldialect.h"

#include <QSqlError>

#include <algorithm>

namespace signalbox {

using namespace Qt::StringLiterals;

namespace {

/// The driver's words without what follows the first line: PostgreSQL puts values into its details.
Error databaseError(ErrorCode code, const QSqlError& error)
{
    QString text = error.databaseText().isEmpty() ? error.driverText() : error.databaseText();
    text.truncate(text.indexOf(u'\n') < 0 ? text.size() : text.indexOf(u'\n'));
    return {code, u"The database failed: "_s + text};
}

/// SQLite's primary result codes (sqlite.org/rescode.html): numbers that never change.
enum SqliteCode {
    Busy = 5,
    Locked = 6,
    OutOfMemory = 7,
    ReadOnly = 8,
    Interrupt = 9,
    IoError = 10,
    Corrupt = 11,
    Full = 13,
    CannotOpen = 14,
    Protocol = 15,
    NotADatabase = 26,
};

SqlDialect::Failure sqliteFailure(const QSqlError& error)
{
    switch (error.nativeErrorCode().toInt() & 0xff) {
    case Busy:
    case Locked:
    case Full:
    case ReadOnly:
    case OutOfMemory:
    case Interrupt:
        return {databaseError(ErrorCode::Unavailable, error)};
    case IoError: // after a failed fsync nobody knows what the file holds: it has to be opened again
    case CannotOpen:
    case Protocol:
        return {databaseError(ErrorCode::Unavailable, error), true};
    case Corrupt:
    case NotADatabase:
        return {databaseError(ErrorCode::Internal, error), true};
    default:
        return {databaseError(ErrorCode::Internal, error)};
    }
}

SqlDialect::Failure postgresFailure(const QSqlError& error)
{
    const QString state = error.nativeErrorCode();
    const auto isOneOf = [&state](std::initializer_list<QLatin1StringView> starts) {
        return std::any_of(starts.begin(), starts.end(), [&](QLatin1StringView s) { return state.startsWith(s); });
    };
    // serialisation failure, deadlock
    if (isOneOf({"40001"_L1, "40P01"_L1}))
        return {databaseError(ErrorCode::Conflict, error)};
    // No state: libpq itself gave up. Connection exceptions, shutdown, idle in transaction, a standby.
    if (state.isEmpty() || isOneOf({"08"_L1, "57P"_L1, "25P03"_L1, "25006"_L1}))
        return {databaseError(ErrorCode::Unavailable, error), true};
    // insufficient resources, system errors, lock and statement timeouts
    if (isOneOf({"53"_L1, "58"_L1, "55P03"_L1, "57014"_L1}))
        return {databaseError(ErrorCode::Unavailable, error)};
    return {databaseError(ErrorCode::Internal, error)};
}

SqlDialect makeSqlite()
{
    SqlDialect d;
    d.name = u"sqlite"_s;
    d.beginRead = u"begin"_s;
    d.beginWrite = u"begin immediate"_s;
    d.insertMessageWords = u"insert into message_words (rowid, words) values (?, ?)"_s;
    d.deleteMessageWords = u"insert into message_words (message_words, rowid, words) values ('delete', ?, ?)"_s;
    d.setGuestWords = u"insert or replace into guest_words (rowid, words) values (?, ?)"_s;
    d.findMessageWords = u"select m.id, m.dialog_id from message_words w cross join message m"
                         " where w.message_words match ? and w.rowid < ? and m.id = w.rowid"
                         " order by w.rowid desc limit ?"_s;
    d.findGuestWords = u"select d.name_place, d.id from guest_words w cross join dialog d"
                       " where w.guest_words match ? and w.rowid < ? and d.id = w.rowid"
                       " order by w.rowid desc limit ?"_s;
    d.wordQuote = u"\""_s;
    d.wordAnd = u" "_s;
    d.wordPrefix = u"*"_s;
    d.failureOf = sqliteFailure;
    return d;
}

SqlDialect makePostgres()
{
    SqlDialect d;
    d.name = u"postgresql"_s;
    d.beginRead = u"begin isolation level repeatable read, read only"_s;
    d.beginWrite = u"begin isolation level read committed"_s;
    d.forUpdate = u" for update"_s;
    d.migrationLock =
        u"set local lock_timeout = 0; select pg_advisory_xact_lock(7305820)"_s; // any number, always the same
    d.preparesControl = false;
    d.textHoldsNul = false;
    // The words are lexemes already: PostgreSQL's parser, which takes "example.com" for one word, has no part in it.
    d.insertMessageWords =
        u"insert into message_words (id, words) values (?, array_to_tsvector(string_to_array(?, ' ')))"_s;
    d.deleteMessageWords = u"delete from message_words where id = ? and cast(? as text) is not null"_s;
    d.setGuestWords = u"insert into guest_words (id, words) values (?, array_to_tsvector(string_to_array(?, ' ')))"
                      " on conflict (id) do update set words = excluded.words"_s;
    d.findMessageWords = u"select m.id, m.dialog_id from message_words w join message m on m.id = w.id"
                         " where w.words @@ cast(? as tsquery) and w.id < ? order by w.id desc limit ?"_s;
    d.findGuestWords = u"select d.name_place, d.id from guest_words w join dialog d on d.id = w.id"
                       " where w.words @@ cast(? as tsquery) and w.id < ? order by w.id desc limit ?"_s;
    d.wordQuote = u"'"_s;
    d.wordAnd = u" & "_s;
    d.wordPrefix = u":*"_s;
    d.failureOf = postgresFailure;
    return d;
}

} // namespace

const SqlDialect& sqliteDialect()
{
    static const SqlDialect dialect = makeSqlite();
    return dialect;
}

const SqlDialect& postgresDialect()
{
    static const SqlDialect dialect = makePostgres();
    return dialect;
}

} // namespace signalbox
