// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/userpresence.h"

#include <QDateTime>
#include <QTimer>
#include <QUuid>

#include <algorithm>

namespace signalbox {

namespace {

constexpr QByteArrayView kOnlineKey = "online:";

QByteArray onlineKey(const QByteArray& user)
{
    return kOnlineKey.toByteArray() + user;
}

QByteArray onlineUser(const QByteArray& boardKey)
{
    return boardKey.startsWith(kOnlineKey) ? boardKey.sliced(kOnlineKey.size()) : QByteArray();
}

/// The stay that began first is the lowest.
QByteArray freshStay(const Identity& user)
{
    constexpr int kDigits = 20;
    return QByteArray::number(QDateTime::currentMSecsSinceEpoch()).rightJustified(kDigits, '0') + '-' +
           QUuid::createUuid().toByteArray(QUuid::Id128) + " {\"userId\":" + jsonString(user.subject) +
           ",\"name\":" + jsonString(user.name) + ",\"role\":\"" + roleName(user.role) + "\"}";
}

} // namespace

UserPresence::UserPresence(Bus& bus, IdentityPtr publisher, bool hasDesk)
    : m_bus(bus)
    , m_publisher(std::move(publisher))
    , m_hasDesk(hasDesk)
{
}

bool UserPresence::concerns(const SessionMeta& session) const
{
    const TransportKind transport = session.transport;
    const Identity& user = *session.identity;
    const bool isSocketIo = transport == TransportKind::SocketIo || transport == TransportKind::Polling;
    const bool isUser = !user.subject.isEmpty() && user.role != Role::Guest && user.role != Role::Service;
    return isSocketIo && isUser && !(m_hasDesk && user.isStaff());
}

/// The one that began first; empty when the user is nowhere else.
UserPresence::Stay UserPresence::elsewhere(const QByteArray& user) const
{
    const QList<QByteArray> stays = m_board ? m_board->elsewhere(onlineKey(user)) : QList<QByteArray>();
    return stays.isEmpty() ? Stay() : *std::min_element(stays.begin(), stays.end());
}

void UserPresence::sessionAdmitted(const SessionMetaPtr& session)
{
    if (!concerns(*session))
        return;
    const QByteArray& user = session->identity->subject;
    Here& here = m_here[user];
    if (++here.connections > 1)
        return;
    m_left.remove(user);
    const Stay other = elsewhere(user);
    here.stay = other.isEmpty() ? freshStay(*session->identity) : other;
    here.isTold = !m_board || !other.isEmpty();
    if (!m_board) {
        tell("user:online", here.stay);
        return;
    }
    m_board->set(onlineKey(user), here.stay);
    if (!here.isTold)
        settleLater(user);
}

void UserPresence::settleLater(const QByteArray& user)
{
    QTimer::singleShot(kSettleMs, &m_context, [this, user] { settle(user); });
}

void UserPresence::settle(const QByteArray& user)
{
    settleOnline(user);
    if (m_left.contains(user) && elsewhere(user).isEmpty())
        tell("user:offline", m_left.take(user));
}

/// Of those that were joined at once the first tells it, and the others take its stay over.
void UserPresence::settleOnline(const QByteArray& user)
{
    const auto here = m_here.find(user);
    if (here == m_here.end() || std::exchange(here->isTold, true))
        return;
    const Stay other = elsewhere(user);
    if (other.isEmpty() || here->stay <= other) {
        tell("user:online", here->stay);
        return;
    }
    here->stay = other;
    m_board->set(onlineKey(user), other);
}

void UserPresence::sessionRemoved(const SessionMetaPtr& session)
{
    if (!concerns(*session))
        return;
    const QByteArray& user = session->identity->subject;
    const auto found = m_here.find(user);
    if (found == m_here.end() || --found->connections > 0)
        return;
    settleOnline(user);
    const Stay stay = m_here.take(user).stay;
    if (!m_board) {
        tell("user:offline", stay);
        return;
    }
    m_board->set(onlineKey(user), {});
    m_left.insert(user, stay);
    settleLater(user);
}

/// Whoever left while the user seemed to be elsewhere looks again: the other may have thought the same.
void UserPresence::changedElsewhere(const QByteArray& boardKey)
{
    const QByteArray user = onlineUser(boardKey);
    if (user.isEmpty())
        return;
    if (const Stay other = elsewhere(user); !other.isEmpty()) {
        m_elsewhere.insert(user, other);
        return;
    }
    m_elsewhere.remove(user);
    if (m_left.contains(user))
        settleLater(user);
}

void UserPresence::diedElsewhere(const QByteArray& boardKey)
{
    const QByteArray user = onlineUser(boardKey);
    if (user.isEmpty() || !elsewhere(user).isEmpty())
        return;
    const Stay last = m_elsewhere.take(user);
    if (last.isEmpty() || m_here.contains(user))
        return;
    m_left.insert(user, last);
    settleLater(user);
}

/// Servers that tell the same do so under one key.
void UserPresence::tell(const QByteArray& event, const Stay& stay)
{
    const qsizetype space = stay.indexOf(' ');
    Publication publication;
    publication.name = event;
    publication.channels = {"staff"};
    publication.data = stay.sliced(space + 1);
    if (m_board)
        publication.idempotencyKey = event + ' ' + stay.first(space);
    std::vector<Publication> events;
    events.push_back(std::move(publication));
    m_bus.publish(m_publisher, std::move(events), [](const Result<std::vector<Published>>&) {});
}

} // namespace signalbox
