// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/presence.h"

namespace signalbox {

bool MemoryPresence::join(const QByteArray& user, const QByteArray& role, qint64 nowMs)
{
    PresentUser& entry = m_users[user];
    if (entry.connections++ > 0)
        return false;
    entry.user = user;
    entry.role = role;
    entry.sinceMs = nowMs;
    return true;
}

bool MemoryPresence::leave(const QByteArray& user)
{
    const auto found = m_users.find(user);
    if (found == m_users.end() || --found->connections > 0)
        return false;
    m_users.erase(found);
    return true;
}

} // namespace signalbox
