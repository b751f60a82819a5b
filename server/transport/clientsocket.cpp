// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/clientsocket.h"

#include "auth/permissions.h"
#include "core/strictjson.h"
#include "transport/edgeworker.h"

#include <QJsonValue>

#include <array>
#include <cmath>

namespace signalbox {

namespace {

/// The client's `ref` as JSON, or nothing: strings and integers of moderate length only.
QByteArray refOf(const QJsonObject& command)
{
    constexpr qsizetype kLongest = 64;
    const QJsonValue ref = command.value(QLatin1String("ref"));
    if (ref.isString() && ref.toString().size() <= kLongest)
        return jsonString(ref.toString());
    if (ref.isDouble()) {
        const double number = ref.toDouble();
        constexpr double kExactIntegers = 9007199254740992.0;
        const bool isInteger = std::abs(number) <= kExactIntegers && number == std::trunc(number);
        return isInteger ? QByteArray::number(static_cast<qint64>(number)) : QByteArray::number(number, 'g', 17);
    }
    return {};
}

QByteArray text(const QJsonObject& command, QLatin1String member)
{
    return command.value(member).toString().toUtf8();
}

std::optional<Position> placeOf(const QByteArray& since)
{
    if (since.isEmpty())
        return std::nullopt;
    return Position::parse(since).value_or(Position{QByteArrayLiteral("-"), 0});
}

} // namespace

void ClientSocket::receivedMessage(WsOpcode type, QByteArray payload)
{
    if (type == WsOpcode::Text)
        receivedText(payload);
    else
        close(ErrorCode::BadRequest, QStringLiteral("Text messages only."));
}

void ClientSocket::receivedText(const QByteArray& message)
{
    if (pingsAreText() && message == "__pong__") {
        pongArrived();
        return;
    }
    if (pingsAreText() && message == "__ping__") {
        session().send(encodeWsFrame(WsOpcode::Text, "__pong__"));
        return;
    }
    const auto command = parseJsonObject(message, edge().settings().limits.jsonDepth);
    if (!command) {
        close(ErrorCode::BadJson, command.error().message);
        return;
    }
    run(*command);
}

void ClientSocket::run(const QJsonObject& command)
{
    using Handler = void (ClientSocket::*)(const QJsonObject&);
    static constexpr std::array<std::pair<const char*, Handler>, 5> kHandlers{{
        {"subscribe", &ClientSocket::subscribe},
        {"unsubscribe", &ClientSocket::unsubscribe},
        {"resume", &ClientSocket::resume},
        {"ack", &ClientSocket::acknowledge},
        {"refresh", &ClientSocket::refresh},
    }};
    const QByteArray type = text(command, QLatin1String("type"));
    for (const auto& [name, handler] : kHandlers) {
        if (type == name) {
            (this->*handler)(command);
            return;
        }
    }
    if (type == "ping")
        reply("pong", {}, refOf(command));
    else if (type != "pong")
        replyError(Error(ErrorCode::BadRequest, QStringLiteral("There is no such command."), "type"), refOf(command));
}

void ClientSocket::subscribe(const QJsonObject& command)
{
    const QByteArray ref = refOf(command);
    const QByteArray channel = text(command, QLatin1String("channel"));
    if (!isValidChannelName(channel)) {
        replyError(Error(ErrorCode::UnknownChannel, {}, "channel"), ref);
        return;
    }
    const ChannelName name = parseChannel(channel);
    if (!mayJoin(holder(), name)) {
        const bool unknown = name.kind == ChannelKind::Other && holder().role != Role::Guest;
        replyError(Error(unknown ? ErrorCode::UnknownChannel : ErrorCode::Forbidden, {}, "channel"), ref);
        return;
    }
    const auto most = static_cast<size_t>(edge().settings().limits.channelsPerConnection);
    if (session().channels().size() >= most && !Hub::isMember(session(), channel)) {
        replyError(Error(ErrorCode::ConnectionLimit, QStringLiteral("Too many channels on this connection.")), ref);
        return;
    }
    // Asked for again: the channel is left first, so that its events after the given position come (again).
    edge().hub().leave(session(), channel);
    edge().hub().join(session(), channel);
    const QByteArray since = text(command, QLatin1String("position"));
    edge().port().subscribe(
        {channel}, placeOf(since),
        [&edge = edge(), id = id(), channel, since, ref, joinedBy = session().joins()](const Result<Replay>& answer) {
            if (auto* connection = dynamic_cast<ClientSocket*>(edge.find(id)))
                connection->subscribed({channel, since, ref, joinedBy}, answer);
        });
}

void ClientSocket::subscribed(const Asked& asked, const Result<Replay>& answer)
{
    const auto& [channel, since, ref, joinedBy] = asked;
    if (isClosing() || !Hub::isMember(session(), channel))
        return;
    if (!answer) {
        if (edge().hub().leave(session(), channel))
            edge().port().abandon({channel});
        replyError(answer.error(), ref);
        return;
    }
    const bool recovered = !since.isEmpty() && answer->recovered;
    const QByteArray position = recovered ? since : answer->tops.front().position.toString();
    reply("subscribed",
          "\"channel\":" + jsonString(channel) + ",\"position\":\"" + position +
              "\",\"recovered\":" + (recovered ? "true" : "false"),
          ref);
    session().goLive(*answer, joinedBy);
}

void ClientSocket::unsubscribe(const QJsonObject& command)
{
    const QByteArray ref = refOf(command);
    const QByteArray channel = text(command, QLatin1String("channel"));
    if (!Hub::isMember(session(), channel)) {
        replyError(Error(ErrorCode::UnknownChannel, QStringLiteral("Not subscribed."), "channel"), ref);
        return;
    }
    if (edge().hub().leave(session(), channel))
        edge().port().abandon({channel});
    reply("unsubscribed", "\"channel\":" + jsonString(channel), ref);
}

/// Replays everything after the place, in order, also what this connection has got already: a client resumes first.
void ClientSocket::resume(const QJsonObject& command)
{
    const QByteArray ref = refOf(command);
    const QByteArray since = text(command, QLatin1String("position"));
    if (since.isEmpty()) {
        replyError(Error(ErrorCode::InvalidField, QStringLiteral("A position is required."), "position"), ref);
        return;
    }
    const std::vector<QByteArray> channels = session().channels();
    for (const QByteArray& channel : channels) {
        edge().hub().leave(session(), channel);
        edge().hub().join(session(), channel);
    }
    edge().port().subscribe(
        channels, placeOf(since),
        [&edge = edge(), id = id(), since, ref, joinedBy = session().joins()](const Result<Replay>& answer) {
            auto* connection = dynamic_cast<ClientSocket*>(edge.find(id));
            if (!connection || connection->isClosing())
                return;
            if (!answer) {
                connection->close(answer.error().code);
                return;
            }
            edge.observer().resumed(answer->recovered);
            connection->reply("resumed",
                              "\"position\":\"" + (answer->recovered ? since : connection->standing(*answer)) +
                                  "\",\"recovered\":" + (answer->recovered ? "true" : "false"),
                              ref);
            if (!answer->recovered)
                connection->say(connection->reset(*answer));
            connection->session().goLive(*answer, joinedBy);
        });
}

void ClientSocket::acknowledge(const QJsonObject& command)
{
    const QJsonValue lastId = command.value(QLatin1String("last_id"));
    const double number = lastId.toDouble(-1);
    constexpr double kExactIntegers = 9007199254740992.0;
    if (!lastId.isDouble() || number < 0 || number > kExactIntegers ||
        number != static_cast<double>(static_cast<quint64>(number))) {
        replyError(Error(ErrorCode::InvalidField, QStringLiteral("An integer is required."), "last_id"),
                   refOf(command));
        return;
    }
    QByteArray dialog = session().meta().dialog;
    if (dialog.isEmpty()) {
        const QJsonValue given = command.value(QLatin1String("session_id"));
        dialog = given.isDouble() ? QByteArray::number(given.toInteger()) : given.toString().toUtf8();
    }
    if (dialog.isEmpty() || !Hub::isMember(session(), dialogChannel(dialog))) {
        replyError(Error(ErrorCode::Forbidden, QStringLiteral("Not a dialog of this connection."), "session_id"),
                   refOf(command));
        return;
    }
    edge().port().acknowledge(dialog, session().meta().identity, static_cast<quint64>(number));
}

void ClientSocket::refresh(const QJsonObject& command)
{
    const QByteArray ref = refOf(command);
    QByteArray token = text(command, QLatin1String("token"));
    if (token.isEmpty())
        token = text(command, QLatin1String("access_token"));
    const Identity& present = session().identity();
    const Authenticator& authenticator = edge().authenticator();
    const auto identity = present.role != Role::Guest ? authenticator.bearer(token)
                          : present.site.isEmpty()    ? authenticator.session(present.dialog, token)
                                                      : authenticator.site(token, present.dialog);
    if (!identity) {
        edge().observer().authFailed(identity.error().code);
        replyError(identity.error(), ref);
        return;
    }
    const bool same = (*identity)->subject == present.subject && (*identity)->role == present.role;
    if (!same) {
        replyError(Error(ErrorCode::Forbidden, QStringLiteral("This token is somebody else's.")), ref);
        return;
    }
    refreshed(*identity, ref);
}

/// The new credential may open less than the old one: what it does not open is left.
void ClientSocket::refreshed(const IdentityPtr& identity, const QByteArray& ref)
{
    m_refreshed = identity;
    setExpiry(identity->expiresAtMs);
    const std::vector<QByteArray> channels = session().channels();
    for (const QByteArray& channel : channels) {
        if (mayJoin(*identity, parseChannel(channel)))
            continue;
        if (edge().hub().leave(session(), channel))
            edge().port().abandon({channel});
        reply("unsubscribed", "\"channel\":" + jsonString(channel) + ",\"code\":\"forbidden\"", {});
    }
    const QByteArray end = identity->expiresAtMs == 0 ? QByteArray("null") : jsonString(isoTime(identity->expiresAtMs));
    reply("refreshed", "\"expires_at\":" + end, ref);
}

void ClientSocket::reply(const char* type, const QByteArray& members, const QByteArray& ref)
{
    QByteArray json = "{\"type\":\"";
    json += type;
    json += '"';
    if (!members.isEmpty())
        json += ',' + members;
    if (!ref.isEmpty())
        json += ",\"ref\":" + ref;
    json += '}';
    session().send(encodeWsFrame(WsOpcode::Text, json));
}

void ClientSocket::replyError(const Error& error, const QByteArray& ref)
{
    QByteArray members = error.toJson();
    reply("error", members.sliced(1, members.size() - 2), ref);
}

} // namespace signalbox
