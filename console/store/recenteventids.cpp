// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/store/recenteventids.h"

namespace signalbox::console {

bool RecentEventIds::add(const QString& id)
{
    if (m_ids.contains(id))
        return false;
    m_ids.insert(id);
    m_order.push_back(id);
    if (m_order.size() > kMost) {
        m_ids.remove(m_order.front());
        m_order.pop_front();
    }
    return true;
}

void RecentEventIds::clear()
{
    m_ids.clear();
    m_order.clear();
}

} // namespace signalbox::console
