// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/lastseen.h"

#include <algorithm>

namespace signalbox {

bool MemoryLastSeen::advance(const QByteArray& dialog, const QByteArray& who, quint64 lastId, qint64 nowMs)
{
    constexpr qsizetype kMaxParties = 64;
    if (!m_dialogs.contains(dialog))
        makeRoom(nowMs);
    Marks& marks = m_dialogs[dialog];
    marks.touchedMs = nowMs;
    if (!marks.lastIds.contains(who) && marks.lastIds.size() >= kMaxParties)
        return false;
    quint64& mark = marks.lastIds[who];
    if (lastId <= mark)
        return false;
    mark = lastId;
    return true;
}

QHash<QByteArray, quint64> MemoryLastSeen::marksOf(const QByteArray& dialog) const
{
    return m_dialogs.value(dialog).lastIds;
}

void MemoryLastSeen::makeRoom(qint64 nowMs)
{
    if (m_dialogs.size() < m_maxDialogs)
        return;
    m_dialogs.removeIf([&](auto it) { return it->touchedMs + m_ttlMs <= nowMs; });
    if (m_dialogs.size() < m_maxDialogs)
        return;
    const auto oldest = std::min_element(m_dialogs.cbegin(), m_dialogs.cend(),
                                         [](const Marks& a, const Marks& b) { return a.touchedMs < b.touchedMs; });
    m_dialogs.erase(oldest);
}

} // namespace signalbox
