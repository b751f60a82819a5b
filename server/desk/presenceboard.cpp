// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/presenceboard.h"

#include "desk/operatorrules.h"

#include <algorithm>

namespace signalbox {

void PresenceBoard::connected(const QByteArray& operatorId, quint64 sessionId, bool answersPings)
{
    disconnected(sessionId);
    m_people[operatorId].connections.insert(sessionId, {answersPings, 0, m_clock.steadyMs()});
    m_sessions.insert(sessionId, operatorId);
}

void PresenceBoard::disconnected(quint64 sessionId)
{
    const auto person = m_people.find(m_sessions.take(sessionId));
    if (person == m_people.end())
        return;
    person->connections.remove(sessionId);
    if (person->connections.isEmpty())
        person->goneMs = m_clock.steadyMs();
}

void PresenceBoard::heard(quint64 sessionId, qint64 atMs)
{
    const auto person = m_people.find(m_sessions.value(sessionId));
    if (person == m_people.end())
        return;
    Connection& connection = person->connections[sessionId];
    if (atMs == connection.lastMs)
        return;
    // Ages are counted by the clock that never jumps; the other one only says how long ago it was.
    const qint64 agoMs = std::clamp<qint64>(m_clock.wallMs() - atMs, 0, m_limits.silentMs);
    connection.lastMs = atMs;
    connection.heardMs = std::max(connection.heardMs, m_clock.steadyMs() - agoMs);
}

void PresenceBoard::chose(const QByteArray& operatorId, OperatorStatus wanted, qint64 wantedUntilMs)
{
    const auto person = m_people.find(operatorId);
    if (person == m_people.end())
        return;
    person->wanted = wanted;
    person->wantedUntilMs = wantedUntilMs;
}

PresenceBoard::Health PresenceBoard::healthOf(const Person& person, qint64 nowMs) const
{
    Health health = Health::Unknown;
    for (const Connection& connection : person.connections) {
        if (!connection.answersPings)
            continue;
        if (nowMs - connection.heardMs < m_limits.silentMs)
            return Health::Heard;
        health = Health::Silent;
    }
    return health;
}

void PresenceBoard::sayHealth(const QByteArray& operatorId, Person& person, Health health)
{
    const bool isHeard = health == Health::Heard;
    if (m_others.say && isHeard != person.isHeard)
        m_others.say(operatorId, isHeard);
    person.isHeard = isHeard;
}

bool PresenceBoard::isHeardElsewhere(const QByteArray& operatorId) const
{
    return m_others.isHeard && m_others.isHeard(operatorId);
}

/// Who was silent before is not better now, unless heard at another server.
OperatorStatus PresenceBoard::withoutConnections(const QByteArray& operatorId, const Person& person, qint64 nowMs) const
{
    const bool isGone = nowMs - person.goneMs >= m_limits.offlineMs;
    if (isGone || person.told == OperatorStatus::Offline)
        return OperatorStatus::Offline;
    const bool wasSilent = person.told == OperatorStatus::Away && person.wanted != OperatorStatus::Away;
    return wasSilent && !isHeardElsewhere(operatorId) ? OperatorStatus::Away : OperatorStatus::Online;
}

OperatorStatus PresenceBoard::connectionsOf(const QByteArray& operatorId, const Person& person, Health health,
                                            qint64 nowMs) const
{
    if (person.connections.isEmpty())
        return withoutConnections(operatorId, person, nowMs);
    const bool isAway = health == Health::Silent && !isHeardElsewhere(operatorId);
    return isAway ? OperatorStatus::Away : OperatorStatus::Online;
}

std::vector<PresenceBoard::Change> PresenceBoard::changes()
{
    const qint64 now = m_clock.steadyMs();
    const qint64 wallNow = m_clock.wallMs();
    std::vector<Change> changes;
    for (auto it = m_people.begin(); it != m_people.end();) {
        Person& person = *it;
        const Health health = healthOf(person, now);
        sayHealth(it.key(), person, health);
        const OperatorStatus status = effectiveStatus(connectionsOf(it.key(), person, health, now),
                                                      chosenStatus(person.wanted, person.wantedUntilMs, wallNow));
        if (status != person.told) {
            changes.push_back({it.key(), status});
            person.told = status;
        }
        const bool isGone = person.connections.isEmpty() && now - person.goneMs >= m_limits.offlineMs;
        it = isGone ? m_people.erase(it) : std::next(it);
    }
    return changes;
}

} // namespace signalbox
