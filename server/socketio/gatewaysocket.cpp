// SPDX-License-Identifier: GPL-3.0-or-later
#include "socketio/gatewaysocket.h"

#include "auth/permissions.h"
#include "auth/secret.h"
#include "socketio/socketroster.h"
#include "transport/edgeworker.h"

#include <algorithm>
#include <array>

namespace signalbox {

namespace {

constexpr char kNamespace[] = "/";
constexpr int kIdBytes = 15; ///< 20 characters, as the official server's

QByteArray freshId()
{
    return base64Url(randomBytes(kIdBytes));
}

QByteArray textMember(const QJsonObject& object, QLatin1StringView name)
{
    return object.value(name).toString().toUtf8();
}

QByteArray quoted(const QByteArray& text)
{
    return text.isEmpty() ? QByteArray("null") : jsonString(text);
}

QByteArray withoutScheme(const QByteArray& token)
{
    constexpr QByteArrayView kScheme = "Bearer ";
    return QByteArrayView(token).first(std::min(token.size(), kScheme.size())).compare(kScheme, Qt::CaseInsensitive) ==
                   0
               ? token.sliced(kScheme.size())
               : token;
}

QByteArray refusalJson(const Error& error)
{
    const QByteArray json = error.toJson();
    return "{\"status\":\"error\"," + json.sliced(1);
}

SessionMetaPtr describedAs(const SessionMeta& before, const IdentityPtr& identity)
{
    auto meta = std::make_shared<SessionMeta>();
    meta->id = before.id;
    meta->worker = before.worker;
    meta->transport = before.transport.load();
    meta->pool = identity->isStaff() || identity->role == Role::Service ? Pool::Admin : Pool::Site;
    meta->clientId = before.clientId;
    meta->door = before.door;
    meta->address = before.address;
    meta->identity = identity;
    meta->createdMs = before.createdMs;
    meta->lastPongMs = before.lastPongMs.load();
    meta->messagesIn = before.messagesIn.load();
    meta->messagesOut = before.messagesOut.load();
    return meta;
}

std::vector<QByteArray> stillOpen(const std::vector<QByteArray>& rooms, const Identity& identity)
{
    std::vector<QByteArray> open;
    std::copy_if(rooms.begin(), rooms.end(), std::back_inserter(open),
                 [&](const QByteArray& room) { return mayJoin(identity, parseChannel(room)); });
    return open;
}

} // namespace

GatewaySocket::GatewaySocket(EdgeWorker& edge, SessionMetaPtr meta, std::shared_ptr<EngineSessions> sessions,
                             WireFormat format, std::shared_ptr<SocketRoster> roster, HeaderToken header)
    : SocketIoConnection(edge, std::move(meta), std::move(sessions), format)
    , m_roster(std::move(roster))
    , m_header(std::move(header))
{
}

GatewaySocket::~GatewaySocket()
{
    setAdmitted(false);
}

void GatewaySocket::setAdmitted(bool admitted)
{
    if (std::exchange(m_admitted, admitted) == admitted)
        return;
    if (admitted)
        m_roster->add(*this);
    else
        m_roster->remove(*this);
}

bool GatewaySocket::recovers() const
{
    return session().format().cursorIds;
}

void GatewaySocket::connecting(const QByteArray& nsp, const QJsonObject& auth)
{
    if (nsp != kNamespace) {
        refuseConnect(nsp, "Invalid namespace");
        return;
    }
    const QByteArray pid = textMember(auth, QLatin1StringView("pid"));
    const QByteArray offset = textMember(auth, QLatin1StringView("offset"));
    if (!recovers() || pid.isEmpty() || offset.isEmpty()) {
        connectAnew(auth);
        return;
    }
    edge().port().takeSavedSocket(
        pid, [&edge = edge(), id = id(), pid, offset, auth](const std::optional<SavedSocket>& saved) {
            auto* const socket = dynamic_cast<GatewaySocket*>(edge.find(id));
            if (!socket || socket->isClosing())
                return;
            socket->m_pid = pid;
            if (saved)
                socket->recover(*saved, offset, auth);
            else
                socket->connectAnew(auth);
        });
}

GatewaySocket::HeaderToken GatewaySocket::tokenIn(const QJsonObject& auth) const
{
    const QByteArray token = withoutScheme(textMember(auth, QLatin1StringView("token")));
    return token.isEmpty() ? m_header : HeaderToken(edge().authenticator().bearer(token));
}

void GatewaySocket::connectAnew(const QJsonObject& auth)
{
    const HeaderToken token = tokenIn(auth);
    m_pid = recovers() ? freshId() : QByteArray();
    m_tookLeave = false;
    if (token && *token)
        m_identity = **token;
    welcome(freshId());
    if (!token)
        setDeadline(edge().settings().socketIo.authenticateMs);
    else if (!*token)
        refuseToken(token->error());
    else
        becomes(m_identity, ownChannels(*m_identity), {});
}

/// The rooms of before, for the same user, from the place up to which the client had them.
void GatewaySocket::recover(const SavedSocket& saved, const QByteArray& offset, const QJsonObject& auth)
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
    m_recovering = saved;
    becomes(identity, stillOpen(saved.rooms, *identity), offset);
}

/// Joins the namespace and says hello.
void GatewaySocket::welcome(const QByteArray& socketId)
{
    m_socketId = socketId;
    acceptConnect(kNamespace, m_socketId, m_pid);
    const QByteArray who = m_identity ? m_identity->subject : QByteArray();
    const QByteArray role = m_identity ? QByteArray(roleName(m_identity->role)) : QByteArray();
    emitName("connected", "{\"socketId\":\"" + m_socketId + "\",\"userId\":" + quoted(who) +
                              ",\"role\":" + quoted(role) + ",\"timestamp\":\"" + isoTime(edge().clock().wallMs()) +
                              "\",\"message\":\"" + (m_identity ? "Welcome" : "Please authenticate") + "\"}");
}

void GatewaySocket::becomes(const IdentityPtr& identity, const std::vector<QByteArray>& rooms, const QByteArray& since)
{
    setDeadline(0);
    m_identity = identity;
    ++m_unanswered;
    identify(describedAs(session().meta(), identity), rooms, since);
}

void GatewaySocket::identified(const Result<Replay>& answer, bool)
{
    if (--m_unanswered > 0 || isClosing())
        return;        // it has left and come back since: the last answer counts
    if (!m_identity) { // it has left
        if (!answer)
            close(answer.error().code); // nobody counts it any more
        return;
    }
    if (!answer) {
        if (m_recovering)
            welcome(freshId());
        refuseToken(answer.error());
        return;
    }
    setExpiry(m_identity->expiresAtMs);
    const auto recovering = std::exchange(m_recovering, std::nullopt);
    const bool isRecovered = recovering && answer->recovered;
    if (recovering)
        edge().observer().resumed(isRecovered);
    if (recovering && !isRecovered)
        m_pid = freshId();
    session().goLive(
        *answer); // what a recovered client missed goes before its welcome, as the official server sends it
    if (recovering)
        welcome(isRecovered ? recovering->socketId : freshId());
    setAdmitted(true);
    sayAuthenticated(answer->cursor.toString());
    if (!edge().unavailableSources().isEmpty())
        sourcesChanged();
}

void GatewaySocket::sayAuthenticated(const QByteArray& cursor)
{
    QByteArrayList rooms;
    for (const QByteArray& room : session().channels())
        rooms.append(jsonString(room));
    emitName("authenticated",
             "{\"userId\":" + jsonString(m_identity->subject) + ",\"role\":\"" + roleName(m_identity->role) +
                 "\",\"socketId\":\"" + m_socketId + "\",\"rooms\":[" + rooms.join(',') + "]}",
             cursor);
    if (const auto event = std::exchange(m_authenticating, std::nullopt))
        acknowledge(*event, {"[{\"success\":true}]"});
}

void GatewaySocket::refuseToken(const Error& error)
{
    edge().observer().authFailed(error.code);
    emitName("error", refusalJson(error));
    if (const auto event = std::exchange(m_authenticating, std::nullopt))
        acknowledge(*event, {"[{\"success\":false,\"error\":\"" + QByteArray(error.name()) + "\"}]"});
    if (errorInfo(error.code).reconnect) {
        close(error.code);
        return;
    }
    m_tookLeave = true;
    disconnectAll();
}

QByteArray GatewaySocket::lastWords(const Error& why)
{
    m_tookLeave = m_tookLeave || !errorInfo(why.code).reconnect;
    return SocketIoConnection::lastWords(why);
}

void GatewaySocket::deadlineReached()
{
    if (isIn(kNamespace) && !m_identity)
        refuseToken(Error(ErrorCode::Unauthorized, QStringLiteral("No valid token came in time.")));
    else
        SocketIoConnection::deadlineReached();
}

void GatewaySocket::receivedEvent(const SocketPacket& event)
{
    using Handler = void (GatewaySocket::*)(const SocketPacket&);
    static constexpr std::array<std::pair<const char*, Handler>, 3> kHandlers{{
        {"authenticate", &GatewaySocket::authenticate},
        {"join-room", &GatewaySocket::joinRoom},
        {"leave-room", &GatewaySocket::leaveRoom},
    }};
    const QByteArray name = event.eventName();
    for (const auto& [known, handler] : kHandlers) {
        if (name == known)
            (this->*handler)(event);
    }
    if (name == "ping")
        emitName("pong", "{\"timestamp\":\"" + isoTime(edge().clock().wallMs()) + "\"}");
}

void GatewaySocket::authenticate(const SocketPacket& event)
{
    const QJsonValue given = event.args.at(1);
    const QByteArray token = withoutScheme(given.isString() ? given.toString().toUtf8()
                                                            : textMember(given.toObject(), QLatin1StringView("token")));
    const auto identity = edge().authenticator().bearer(token);
    if (m_identity && identity && (*identity)->subject == m_identity->subject &&
        (*identity)->role == m_identity->role) {
        renew(*identity);
        acknowledge(event, {"[{\"success\":true}]"});
    } else if (m_identity) {
        sayRefused(event, identity ? Error(ErrorCode::Forbidden, QStringLiteral("This token is somebody else's."))
                                   : identity.error());
    } else {
        m_authenticating = event;
        if (identity)
            becomes(*identity, ownChannels(**identity), {});
        else
            refuseToken(identity.error());
    }
}

/// A newer token of the same user: its end counts now, and what it does not open is left.
void GatewaySocket::renew(const IdentityPtr& identity)
{
    m_identity = identity;
    setExpiry(identity->expiresAtMs);
    const std::vector<QByteArray> rooms = session().channels();
    for (const QByteArray& room : rooms) {
        if (!mayJoin(*identity, parseChannel(room)) && edge().hub().leave(session(), room))
            edge().port().abandon({room});
    }
}

void GatewaySocket::joinRoom(const SocketPacket& event)
{
    const QByteArray room = textMember(event.args.at(1).toObject(), QLatin1StringView("room"));
    if (!m_identity) {
        sayRefused(event, Error(ErrorCode::Unauthorized));
    } else if (!isValidChannelName(room)) {
        sayRefused(event, Error(ErrorCode::UnknownChannel, {}, "room"));
    } else if (!mayJoin(*m_identity, parseChannel(room))) {
        sayRefused(event, Error(ErrorCode::Forbidden, {}, "room"));
    } else if (Hub::isMember(session(), room)) {
        sayDone(event, "Joined", room);
    } else if (!mayHaveMoreRooms()) {
        sayRefused(event, Error(ErrorCode::ConnectionLimit, QStringLiteral("Too many rooms."), "room"));
    } else {
        subscribeRoom(room, event);
    }
}

bool GatewaySocket::mayHaveMoreRooms() const
{
    return session().channels().size() < static_cast<size_t>(edge().settings().limits.channelsPerConnection);
}

void GatewaySocket::subscribeRoom(const QByteArray& room, std::optional<SocketPacket> event)
{
    edge().hub().join(session(), room);
    edge().port().subscribe({room}, std::nullopt,
                            [&edge = edge(), id = id(), event = std::move(event), room,
                             joinedBy = session().joins()](const Result<Replay>& answer) {
                                if (auto* const socket = dynamic_cast<GatewaySocket*>(edge.find(id)))
                                    socket->joined(event, room, answer, joinedBy);
                            });
}

void GatewaySocket::joined(const std::optional<SocketPacket>& event, const QByteArray& room,
                           const Result<Replay>& answer, quint64 joinedBy)
{
    if (isClosing() || !Hub::isMember(session(), room))
        return;
    if (!answer) {
        if (edge().hub().leave(session(), room))
            edge().port().abandon({room});
        if (event)
            sayRefused(*event, answer.error());
        return;
    }
    if (event)
        sayDone(*event, "Joined", room);
    session().goLive(*answer, joinedBy);
}

void GatewaySocket::leaveRoom(const SocketPacket& event)
{
    const QByteArray room = textMember(event.args.at(1).toObject(), QLatin1StringView("room"));
    if (!Hub::isMember(session(), room)) {
        sayRefused(event, Error(ErrorCode::UnknownChannel, QStringLiteral("Not in this room."), "room"));
        return;
    }
    if (edge().hub().leave(session(), room))
        edge().port().abandon({room});
    sayDone(event, "Left", room);
}

void GatewaySocket::sayDone(const SocketPacket& event, const char* what, const QByteArray& room)
{
    const QByteArray message = QByteArray(what) + " room: " + room;
    acknowledge(event,
                {"[{\"success\":true,\"room\":" + jsonString(room) + ",\"message\":" + jsonString(message) + "}]"});
}

void GatewaySocket::sayRefused(const SocketPacket& event, const Error& error)
{
    emitName("exception", refusalJson(error));
    const QByteArray json = error.toJson();
    acknowledge(event, {"[{\"success\":false," + json.sliced(1) + ']'});
}

void GatewaySocket::emitName(const char* name, const QByteArray& data, const QByteArray& cursor)
{
    QByteArray json = "[\"" + QByteArray(name) + "\"," + data;
    if (recovers() && !cursor.isEmpty())
        json += ",\"" + cursor + '"';
    emitEvent(kNamespace, {json + ']'});
}

void GatewaySocket::sourcesChanged()
{
    if (!m_admitted || isClosing())
        return;
    for (const QByteArray& room : session().channels()) {
        if (edge().unavailableSources().contains(room))
            emitName("warning", "{\"code\":\"source_unavailable\",\"channel\":" + jsonString(room) + '}');
    }
}

void GatewaySocket::enterRoom(const QByteArray& room)
{
    if (isValidChannelName(room) && !Hub::isMember(session(), room) && mayHaveMoreRooms())
        subscribeRoom(room, std::nullopt);
}

void GatewaySocket::quitRoom(const QByteArray& room)
{
    if (Hub::isMember(session(), room) && edge().hub().leave(session(), room))
        edge().port().abandon({room});
}

void GatewaySocket::disconnectSocket(bool closing)
{
    disconnectFrom(kNamespace);
    leftNamespace(kNamespace);
    if (closing)
        disconnectAll();
}

void GatewaySocket::ask(const SocketValues& event, const ClusterSockets::Answered& answered)
{
    emitForAck(kNamespace, {event.json, event.attachments}, [answered](const SocketPacket& answer) {
        answered({jsonText(answer.args), answer.attachments});
    });
}

SocketDescription GatewaySocket::description() const
{
    SocketDescription found{m_socketId, {m_socketId}, {}};
    found.rooms.insert(found.rooms.end(), session().channels().begin(), session().channels().end());
    QByteArrayList rooms;
    for (const QByteArray& room : found.rooms)
        rooms.append(jsonString(room));
    const SessionMeta& meta = session().meta();
    found.json = "{\"id\":\"" + m_socketId + "\",\"handshake\":{\"headers\":{},\"time\":\"" + isoTime(meta.createdMs) +
                 "\",\"address\":" + jsonString(meta.address) +
                 ",\"xdomain\":false,\"secure\":false,\"issued\":" + QByteArray::number(meta.createdMs) +
                 ",\"url\":\"/socket.io/\",\"query\":{},\"auth\":{}},\"rooms\":[" + rooms.join(',') +
                 "],\"data\":{\"userId\":" + jsonString(m_identity->subject) + ",\"role\":\"" +
                 roleName(m_identity->role) + "\"}}";
    return found;
}

void GatewaySocket::leftNamespace(const QByteArray&)
{
    m_tookLeave = true;
    setAdmitted(false);
    m_identity = nullptr;
    m_authenticating.reset();
    const std::vector<QByteArray> abandoned = edge().hub().leaveAll(session());
    if (!abandoned.empty())
        edge().port().abandon(abandoned);
}

void GatewaySocket::ending()
{
    if (recovers() && m_admitted && !m_tookLeave && !m_pid.isEmpty()) {
        edge().port().saveSocket(m_pid, {m_socketId, session().channels(), m_identity},
                                 edge().settings().socketIo.recoveryMs);
    }
    setAdmitted(false);
    SocketIoConnection::ending();
}

} // namespace signalbox
