// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/sources.h"

namespace signalbox {

void Sources::setAvailable(const QByteArray& channel, bool available)
{
    const bool wasAvailable = !m_unavailable.contains(channel);
    if (available == wasAvailable)
        return;
    if (available)
        m_unavailable.remove(channel);
    else
        m_unavailable.insert(channel);
    m_changed(m_unavailable);
}

} // namespace signalbox
