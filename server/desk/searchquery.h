// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/searchwords.h"
#include "desk/sqldatabase.h"

namespace signalbox {

/// How an index is asked for what somebody looks for.
struct SearchQuery
{
    enum class Kind {
        Nothing, ///< the index has no such word
        Index,   ///< `text` finds the hits
        Checked, ///< `text` finds more than the hits
        Scan,    ///< the rows themselves are looked at, as long as they are full of hits; `text` finds the hits
    };
    Kind kind = Kind::Index;
    QString text;
};

/// SQLite's FTS5 reads a word's rows one by one, but puts all rows of a word's beginning together before it gives the
/// first: 0.2 s for a beginning of frequent words. So we ask for the words that begin so, if they are not too many.
/// When they are, most rows have one: the others of the terms are asked for, or just the newest rows. PostgreSQL
/// decides for itself.
SearchQuery messageQuery(SqlDatabase& database, const SearchTerms& terms);
SearchQuery guestQuery(SqlDatabase& database, const SearchTerms& terms);

} // namespace signalbox
