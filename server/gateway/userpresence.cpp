// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/userpresence.h"

namespace signalbox {

bool UserPresence::concerns(const SessionMeta& session) const
{
    const TransportKind transport = session.transport;
    const Identity& user = *session.identity;
    const bool isSocketIo = transport == TransportKind::SocketIo || transport == TransportKind::Polling;
    const bool isUser = !user.subject.isEmpty() && user.role != Role::Guest && user.role != Role::Service;
    return isSocketIo && isUser && !(m_hasDesk && user.isStaff());
}

void UserPresence::sessionAdmitted(const SessionMetaPtr& session)
{
    if (concerns(*session) && ++m_connections[session->identity->subject] == 1)
        tell("user:online", *session->identity);
}

void UserPresence::sessionRemoved(const SessionMetaPtr& session)
{
    if (!concerns(*session))
        return;
    const auto found = m_connections.find(session->identity->subject);
    if (found == m_connections.end() || --*found > 0)
        return;
    m_connections.erase(found);
    tell("user:offline", *session->identity);
}

void UserPresence::tell(const QByteArray& event, const Identity& user)
{
    Publication publication;
    publication.name = event;
    publication.channels = {"staff"};
    publication.data = "{\"userId\":" + jsonString(user.subject) + ",\"name\":" + jsonString(user.name) +
                       ",\"role\":\"" + roleName(user.role) + "\"}";
    std::vector<Publication> events;
    events.push_back(std::move(publication));
    m_bus.publish(m_publisher, std::move(events), [](const Result<std::vector<Published>>&) {});
}

} // namespace signalbox
