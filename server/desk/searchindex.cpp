// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/searchindex.h"

namespace signalbox {

void SearchIndex::addMessage(qint64 id, QString words)
{
    m_entries.push_back({&SqlDialect::insertMessageWords, id, std::move(words)});
}

void SearchIndex::changeMessage(qint64 id, QString oldWords, QString words)
{
    if (oldWords == words)
        return;
    m_entries.push_back({&SqlDialect::deleteMessageWords, id, std::move(oldWords)});
    addMessage(id, std::move(words));
}

void SearchIndex::setGuest(qint64 dialogId, QString words)
{
    m_entries.push_back({&SqlDialect::setGuestWords, dialogId, std::move(words)});
}

void SearchIndex::write()
{
    for (; m_written < m_entries.size(); ++m_written) {
        const Entry& entry = m_entries[m_written];
        m_database.run(m_database.dialect().*entry.sql, entry.id, entry.words);
    }
}

void SearchIndex::mark()
{
    m_markedEntries = m_entries.size();
    m_markedWritten = m_written;
}

void SearchIndex::returnToMark()
{
    m_entries.resize(m_markedEntries);
    m_written = m_markedWritten;
}

void SearchIndex::clear()
{
    m_entries.clear();
    m_written = m_markedEntries = m_markedWritten = 0;
}

} // namespace signalbox
