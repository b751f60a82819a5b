// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sessionregistry.h"
#include "gateway/bus.h"

#include <QHash>

namespace signalbox {

/// Tells staff who of seed 001's users comes and goes: `user:online` with a user's first Socket.IO connection,
/// `user:offline` with the end of the last one. Guests and services have no presence, and where there is a desk it
/// tells of its operators itself, whatever they are connected by. Core thread.
class UserPresence final : public SessionWatcher
{
public:
    /// The bus outlives it; `publisher` is the server itself.
    UserPresence(Bus& bus, IdentityPtr publisher, bool hasDesk)
        : m_bus(bus)
        , m_publisher(std::move(publisher))
        , m_hasDesk(hasDesk)
    {
    }

    void sessionAdmitted(const SessionMetaPtr& session) override;
    void sessionRemoved(const SessionMetaPtr& session) override;

private:
    bool concerns(const SessionMeta& session) const;
    void tell(const QByteArray& event, const Identity& user);

    Bus& m_bus;
    const IdentityPtr m_publisher;
    const bool m_hasDesk;
    QHash<QByteArray, int> m_connections;
};

} // namespace signalbox
