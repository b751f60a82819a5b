// SPDX-License-Identifier: GPL-3.0-or-later
#include "socketio/gatewaysocket.h"

#include "auth/permissions.h"
#include "auth/secret.h"
#include "transport/edgeworker.h"

#include <algorithm>
#include <array>

namespace signalbox {

namespace {

constexpr char kNamespace[] = "/";

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

} // namespace

GatewaySocket::GatewaySocket(EdgeWorker& edge, SessionMetaPtr meta, std::shared_ptr<EngineSessions> sessions,
                             WireFormat format, std::shared_ptr<SocketRoster> roster, HeaderToken header)
    : SocketIoConnection(edge, std::move(meta), std::move(sessions), format)
    , m_roster(std::move(roster))
    , m_header(std::move(header))
{
}

QByteArray GatewaySocket::freshId()
{
    constexpr int kIdBytes = 15; // 20 characters, as the official server's
    return base64Url(randomBytes(kIdBytes));
}

GatewaySocket::~GatewaySocket()
{
    setAdmitted(false);
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
    askBack(pid, offset, auth);
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
    if (m_recovering && !answer && errorInfo(answer.error().code).reconnect) {
        close(answer.error().code); // what it comes back to is there again for its next attempt
        return;
    }
    const auto recovering = std::exchange(m_recovering, std::nullopt);
    if (recovering && answer)
        edge().observer().resumed(answer->recovered);
    if (recovering && !(answer && answer->recovered)) {
        startOver(answer);
        return;
    }
    if (!answer) {
        refuseToken(answer.error());
        return;
    }
    setExpiry(m_identity->expiresAtMs);
    const QByteArray cursor = answer->cursor.toString();
    if (recovering) {
        // What a recovered client missed goes before its welcome, as the official server sends it.
        m_joined = recovering->rooms;
        session().goLive(missed(*answer));
        welcome(recovering->socketId);
    } else {
        session().goLive(*answer);
        m_joined.clear();
        for (const QByteArray& room : session().channels())
            noteJoined(room, cursor);
    }
    setAdmitted(true);
    keep({});
    sayAuthenticated(cursor);
    if (!edge().unavailableSources().isEmpty())
        sourcesChanged();
}

void GatewaySocket::leaveRooms()
{
    const std::vector<QByteArray> abandoned = edge().hub().leaveAll(session());
    if (!abandoned.empty())
        edge().port().abandon(abandoned);
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
    keep({});
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
    noteJoined(room, answer->cursor.toString());
    keep([event, room, replay = *answer, joinedBy](GatewaySocket& socket) {
        if (!Hub::isMember(socket.session(), room))
            return;
        if (event)
            socket.sayDone(*event, "Joined", room);
        socket.session().goLive(replay, joinedBy);
    });
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
    keep([event, room](GatewaySocket& socket) { socket.sayDone(event, "Left", room); });
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

void GatewaySocket::leftNamespace(const QByteArray&)
{
    m_tookLeave = true;
    if (m_admitted && !m_pid.isEmpty())
        edge().port().forgetSocket(id(), m_pid);
    setAdmitted(false);
    m_identity = nullptr;
    m_recovering.reset();
    m_authenticating.reset();
    leaveRooms();
}

void GatewaySocket::ending()
{
    const bool hadPlace = recovers() && m_admitted && !m_pid.isEmpty();
    if (m_tookLeave && hadPlace)
        edge().port().forgetSocket(id(), m_pid);
    else if (!m_tookLeave && (hadPlace || m_recovering))
        edge().port().loseSocket(id(), m_pid, m_recovering ? *m_recovering : leftBehind(), windowMs());
    setAdmitted(false);
    SocketIoConnection::ending();
}

} // namespace signalbox
