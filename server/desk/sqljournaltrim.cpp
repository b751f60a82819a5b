// SPDX-License-Identifier: GPL-3.0-or-later
// How the journal forgets. A channel remembers the newest event it has lost, so that nobody takes a hole for silence.
#include "desk/journalplacements.h"
#include "desk/sqljournal.h"

#include <QHash>

#include <algorithm>

namespace signalbox {

using namespace Qt::StringLiterals;

namespace {

/// The newest dropped event of a channel.
struct Dropped
{
    quint64 place = 0;
    quint64 sequence = 0;
};

/// The oldest events up to the last one that is too old, whatever the clock did in between.
struct Oldest
{
    QHash<QByteArray, Dropped> channels; ///< by epoch
    quint64 last = 0;
    int count = 0;
};

Oldest oldestEvents(SqlDatabase& database, qint64 olderThanMs, int limit)
{
    SqlRows rows =
        database.run(u"select sequence, timestamp_ms, placements from journal order by sequence limit ?"_s, limit);
    Oldest oldest;
    QHash<QByteArray, Dropped> channels;
    for (int count = 1; rows.next(); ++count) {
        const quint64 sequence = rows.count();
        const qint64 timestampMs = rows.number();
        for (const Placement& p : decodePlacements(rows.bytes()))
            channels[p.position.epoch] = {p.position.offset, sequence};
        if (timestampMs < olderThanMs)
            oldest = {channels, sequence, count};
    }
    return oldest;
}

} // namespace

bool SqlJournal::trimOlderThan(qint64 ms, qint64 keysBeforeMs, int limit)
{
    const int events = trimEvents(ms, limit);
    const int keys = trimKeys(keysBeforeMs, limit);
    return !m_database.failure() && (events >= limit || keys >= limit);
}

int SqlJournal::trimEvents(qint64 olderThanMs, int limit)
{
    const Oldest oldest = oldestEvents(m_database, olderThanMs, limit);
    for (auto it = oldest.channels.cbegin(); it != oldest.channels.cend(); ++it) {
        const qint64 id =
            firstNumber(m_database.run(u"update journal_channel set trimmed_place = ?, trimmed_sequence = ?"
                                       " where epoch = ? and trimmed_place < ? returning id"_s,
                                       it->place, it->sequence, it.key(), it->place));
        m_database.run(u"delete from journal_place where channel = ? and place <= ?"_s, id, it->place);
    }
    if (oldest.count > 0)
        m_database.run(u"delete from journal where sequence <= ?"_s, oldest.last);
    return oldest.count;
}

int SqlJournal::trimKeys(qint64 beforeMs, int limit)
{
    return m_database
        .run(u"delete from journal_key where key in"
             " (select key from journal_key where timestamp_ms < ? order by timestamp_ms limit ?)"_s,
             beforeMs, limit)
        .changed();
}

void SqlJournal::trimChannel(const QByteArray& name, int keep)
{
    const auto channel = channelNamed(name);
    const auto kept = static_cast<quint64>(std::max(keep, 0));
    if (!channel || channel->top <= kept || channel->top - kept <= channel->trimmedPlace)
        return;
    const quint64 last = channel->top - kept;
    const quint64 sequence = sequenceAt(channel->id, last);
    // An event goes when the last of its channels lets it go.
    m_database.run(u"update journal set places = places - 1 where sequence in"
                   " (select sequence from journal_place where channel = ? and place <= ?)"_s,
                   channel->id, last);
    m_database.run(u"delete from journal where places <= 0 and sequence in"
                   " (select sequence from journal_place where channel = ? and place <= ?)"_s,
                   channel->id, last);
    m_database.run(u"delete from journal_place where channel = ? and place <= ?"_s, channel->id, last);
    m_database.run(u"update journal_channel set trimmed_place = ?, trimmed_sequence = ? where id = ?"_s, last, sequence,
                   channel->id);
}

} // namespace signalbox
