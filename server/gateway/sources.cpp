// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/sources.h"

namespace signalbox {

void Sources::setAvailable(const QByteArray& channel, bool available)
{
    QSet<QByteArray> silent = m_bySource.value({});
    if (available)
        silent.remove(channel);
    else
        silent.insert(channel);
    setUnavailable({}, silent);
}

void Sources::setUnavailable(const QByteArray& source, const QSet<QByteArray>& channels)
{
    m_bySource.insert(source, channels);
    QSet<QByteArray> all;
    for (const QSet<QByteArray>& silent : std::as_const(m_bySource))
        all.unite(silent);
    if (all == m_unavailable)
        return;
    m_unavailable = all;
    m_changed(m_unavailable);
}

} // namespace signalbox
