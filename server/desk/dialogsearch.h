// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/searchquery.h"

#include <QSet>

#include <deque>

namespace signalbox {

/// The rows (dialogColumns()) of a list without text search.
SqlRows listDialogs(SqlDatabase& database, const DialogFilter& filter, ListPlace after, int limit);

/// One page of a search. Walks the hits of messages and of guests' names together, newest first, until the page is full
/// or so much was looked at that somebody who waits should get an answer: then the page is short, and `next` tells
/// where to go on. A name stands where the newest message was when its dialog was made.
class DialogSearch
{
public:
    DialogSearch(SqlDatabase& database, const DialogFilter& filter, const SearchTerms& terms);
    DialogPage page(ListPlace after, int limit);

private:
    /// Places descend: message id (or the name's place) and dialog id.
    using Place = std::pair<qint64, qint64>;
    /// Where hits come from, in chunks.
    struct Hits
    {
        SearchQuery query;
        QString sql;
        qint64 below = 0; ///< id of the last row that was read
        int chunk = 0;
        std::deque<Place> waiting;
        bool isEnd = false;
    };

    void start(ListPlace after);
    void fillMessages();
    void fillNames();
    void readMessages();
    void keepIfHit(Place place);
    /// The next hit of both; nothing at the end.
    std::optional<Place> take();
    bool messageMatches(qint64 id);
    bool wasShownBefore(qint64 dialogId, ListPlace after);
    std::optional<Dialog> listed(qint64 dialogId);

    SqlDatabase& m_database;
    const DialogFilter& m_filter;
    const SearchTerms& m_terms;
    Place m_after;
    Hits m_messages;
    Hits m_names;
    QSet<qint64> m_seen;
    int m_work = 0; ///< rows read, those whose text was read counting more
};

} // namespace signalbox
