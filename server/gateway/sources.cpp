// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/sources.h"

namespace signalbox {

void Sources::setAvailable(const QByteArray& channel, bool available)
{
    setAvailable(QSet<QByteArray>{channel}, available);
}

void Sources::setAvailable(const QSet<QByteArray>& channels, bool available)
{
    const qsizetype before = m_unavailable.size();
    if (available)
        m_unavailable.subtract(channels);
    else
        m_unavailable.unite(channels);
    if (m_unavailable.size() != before)
        m_changed(m_unavailable);
}

} // namespace signalbox
