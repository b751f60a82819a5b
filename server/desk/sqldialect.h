// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace signalbox {

/// PostgreSQL's notifications of a commit with events; they carry the log's top.
inline constexpr char kJournalNotice[] = "signalbox_journal";

/// Everything in which the two databases differ, beside the lines of resources/sql that are marked for one of them.
struct SqlDialect
{
    QString name;          ///< as in the marks of resources/sql
    QString beginRead;     ///< a snapshot, from the first statement on
    QString beginWrite;    ///< sees what others have committed, also later
    QString forUpdate;     ///< behind a SELECT of rows that are about to be changed
    QString tellOthers;    ///< run before a commit with the log's top of before; empty: there are no others
    QString migrationLock; ///< run first in a migration's transaction; empty: the transaction itself keeps others out
    bool preparesControl = true; ///< BEGIN, SAVEPOINT… can be prepared statements
    QString insertReturns;       ///< behind an INSERT whose id is wanted; empty: the driver knows it without

    // Full-text search over the tables message_words and guest_words; the words are those of desk/searchwords.h.
    QString insertMessageWords; ///< id, words
    QString deleteMessageWords; ///< id, the words it was inserted with
    QString setGuestWords;      ///< id, words
    QString findMessageWords;   ///< query, below this id, limit: id and dialog of messages, newest first
    QString findGuestWords;     ///< query, below this id, limit: place and id of dialogs, newest first
    // How a query is written.
    QString wordQuote;
    QString wordAnd;
    QString wordOr;
    QString wordPrefix; ///< behind a word that is the beginning of one
    // The index's words from this one on, at most so many, in order; empty: beginnings are no trouble (searchquery.h).
    QString messageVocabulary;
    QString guestVocabulary;
};

const SqlDialect& sqliteDialect();
const SqlDialect& postgresDialect();

} // namespace signalbox
