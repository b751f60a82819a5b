// SPDX-License-Identifier: GPL-3.0-or-later
// GatewaySocket: connection state recovery.
#include "auth/permissions.h"
#include "socketio/gatewaysocket.h"
#include "transport/edgeworker.h"

#include <algorithm>

namespace signalbox {

namespace {

std::vector<QByteArray> stillOpen(const std::vector<SavedRoom>& rooms, const Identity& identity)
{
    std::vector<QByteArray> open;
    for (const SavedRoom& room : rooms) {
        if (mayJoin(identity, parseChannel(room.name)))
            open.push_back(room.name);
    }
    return open;
}

LogCursor cursorIn(const QByteArray& text)
{
    const Position place = Position::parse(text).value_or(Position());
    return LogCursor::parse(place).value_or(LogCursor{place, {}});
}

/// False when the event was there already.
bool isAfter(const LogCursor& event, const LogCursor& joined)
{
    const auto isCovered = [](const Position& one, const Position& by) {
        return one.epoch.isEmpty() || (one.epoch == by.epoch && one.offset <= by.offset);
    };
    return !isCovered(event.memory, joined.memory) || !isCovered(event.journal, joined.journal);
}

} // namespace

/// A client that says that it was here before.
void GatewaySocket::askBack(const QByteArray& pid, const QByteArray& offset, const QJsonObject& auth)
{
    edge().port().takeSavedSocket(
        id(), pid, windowMs(),
        [&edge = edge(), id = id(), pid, offset, auth](const Result<std::optional<SavedSocket>>& answer) {
            auto* const socket = dynamic_cast<GatewaySocket*>(edge.find(id));
            const bool isHere = socket && !socket->isClosing();
            const std::optional<SavedSocket> saved = answer ? *answer : std::nullopt;
            if (isHere && !answer)
                socket->close(answer.error().code); // not its last attempt
            else if (isHere && saved)
                socket->recover(*saved, pid, offset, auth);
            else if (isHere)
                socket->connectAnew(auth);
            else if (saved)
                edge.port().loseSocket(id, pid, *saved, edge.settings().socketIo.recoveryMs);
        });
}

qint64 GatewaySocket::windowMs() const
{
    return edge().settings().socketIo.recoveryMs;
}

/// The rooms of before, for the same user, from the place up to which the client had them.
void GatewaySocket::recover(const SavedSocket& saved, const QByteArray& pid, const QByteArray& offset,
                            const QJsonObject& auth)
{
    const HeaderToken token = tokenIn(auth);
    const IdentityPtr identity = !token ? saved.identity : *token ? **token : nullptr;
    const bool isSame = identity && identity->subject == saved.identity->subject &&
                        identity->role == saved.identity->role &&
                        (identity->expiresAtMs == 0 || identity->expiresAtMs > edge().clock().wallMs());
    if (!isSame) {
        connectAnew(auth);
        return;
    }
    m_pid = pid;
    m_tookLeave = false;
    m_recovering = saved;
    becomes(identity, stillOpen(saved.rooms, *identity), offset);
}

/// Without the events that came before their rooms were joined: the client's place may be older than that.
Replay GatewaySocket::missed(Replay replay) const
{
    QHash<QByteArray, LogCursor> joined;
    for (const SavedRoom& room : m_joined)
        joined.insert(room.name, cursorIn(room.since));
    std::erase_if(replay.events, [&joined](const EventPtr& event) {
        return std::none_of(event->placements.begin(), event->placements.end(), [&](const Placement& place) {
            const auto room = joined.constFind(place.channel);
            return room != joined.cend() && isAfter(event->cursor, *room);
        });
    });
    return replay;
}

/// What it was is known, but not what it missed: it becomes another connection of the same user.
void GatewaySocket::startOver(const Result<Replay>& answer)
{
    leaveRooms();
    m_pid = freshId();
    welcome(freshId());
    if (answer)
        becomes(m_identity, ownChannels(*m_identity), {});
    else
        refuseToken(answer.error());
}

void GatewaySocket::noteJoined(const QByteArray& room, const QByteArray& cursor)
{
    if (!recovers())
        return;
    std::erase_if(m_joined, [&room](const SavedRoom& joined) { return joined.name == room; });
    m_joined.push_back({room, cursor});
}

SavedSocket GatewaySocket::leftBehind() const
{
    SavedSocket saved{m_socketId, {}, m_identity};
    for (const QByteArray& channel : session().channels()) {
        const auto room = std::find_if(m_joined.begin(), m_joined.end(),
                                       [&channel](const SavedRoom& joined) { return joined.name == channel; });
        if (room != m_joined.end())
            saved.rooms.push_back(*room);
    }
    return saved;
}

/// Makes what it would leave behind known to other servers; `then` happens when they know it.
void GatewaySocket::keep(std::function<void(GatewaySocket&)> then)
{
    if (!recovers() || !m_admitted || m_pid.isEmpty()) {
        if (then)
            then(*this);
        return;
    }
    SavedSocket saved = leftBehind();
    m_joined = saved.rooms;
    SavedSockets::Done done;
    if (then) {
        done = [&edge = edge(), id = id(), pid = m_pid, then = std::move(then)] {
            auto* const socket = dynamic_cast<GatewaySocket*>(edge.find(id));
            if (socket && !socket->isClosing() && socket->m_pid == pid)
                then(*socket);
        };
    }
    edge().port().keepSocket(id(), m_pid, std::move(saved), windowMs(), std::move(done));
}

} // namespace signalbox
