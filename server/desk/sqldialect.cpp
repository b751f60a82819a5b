// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/sqldialect.h"

namespace signalbox {

using namespace Qt::StringLiterals;

namespace {

/// FTS5 lists a word once for each row that has it: from word to word it is asked anew. No word has characters below
/// the space.
QString vocabularySql(const QString& table)
{
    return u"with recursive word (term) as (select (select term from "_s + table +
           u" where term >= ? limit 1) union all select (select term from "_s + table +
           u" where term >= word.term || char(1) limit 1) from word where word.term is not null limit ?)"
           " select term from word where term is not null"_s;
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
    d.wordAnd = u" AND "_s;
    d.wordOr = u" OR "_s;
    d.wordPrefix = u"*"_s;
    d.messageVocabulary = vocabularySql(u"message_vocabulary"_s);
    d.guestVocabulary = vocabularySql(u"guest_vocabulary"_s);
    return d;
}

SqlDialect makePostgres()
{
    SqlDialect d;
    d.name = u"postgresql"_s;
    d.beginRead = u"begin isolation level repeatable read, read only"_s;
    d.beginWrite = u"begin isolation level read committed"_s;
    d.forUpdate = u" for update"_s;
    d.tellOthers = u"select pg_notify('"_s + QLatin1StringView(kJournalNotice) +
                   u"', cast(top as text)) from journal_log where id = 1 and top > ?"_s;
    d.migrationLock =
        u"set local lock_timeout = 0; select pg_advisory_xact_lock(7305820)"_s; // any number, always the same
    d.preparesControl = false;
    d.insertReturns = u" returning id"_s;
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
    d.wordOr = u" | "_s;
    d.wordPrefix = u":*"_s;
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
