// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/searchwords.h"
#include "desk/sqldatabase.h"

#include <vector>

namespace signalbox {

/// What a transaction adds to the full-text index. It is written in one go at the end: FTS5 writes out all it has at
/// every savepoint, which would cost more than everything else that a message costs.
class SearchIndex
{
public:
    explicit SearchIndex(SqlDatabase& database)
        : m_database(database)
    {
    }

    void addMessage(qint64 id, QString words);
    void changeMessage(qint64 id, QString oldWords, QString words);
    void setGuest(qint64 dialogId, QString words);

    /// Before the commit, and before a search in the same transaction.
    void write();
    /// A rollback, to the savepoint or of everything.
    void mark();
    void returnToMark();
    void clear();

private:
    struct Entry
    {
        QString SqlDialect::*sql;
        qint64 id = 0;
        QString words;
    };

    SqlDatabase& m_database;
    std::vector<Entry> m_entries;
    size_t m_written = 0; ///< so many of them
    // The same at the savepoint: what was written behind it is undone with it, also what was there before.
    size_t m_markedEntries = 0;
    size_t m_markedWritten = 0;
};

} // namespace signalbox
