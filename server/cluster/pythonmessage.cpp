// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/pythonmessage.h"

#include "core/socketvalues.h"
#include "core/strictjson.h"

#include <QJsonDocument>

#include <algorithm>
#include <array>
#include <utility>

namespace signalbox {

namespace {

using Method = PythonMessage::Method;
constexpr std::array<std::pair<QLatin1StringView, Method>, 6> kMethods{{
    {QLatin1StringView("emit"), Method::Emit},
    {QLatin1StringView("disconnect"), Method::Disconnect},
    {QLatin1StringView("enter_room"), Method::EnterRoom},
    {QLatin1StringView("leave_room"), Method::LeaveRoom},
    {QLatin1StringView("close_room"), Method::CloseRoom},
    {QLatin1StringView("callback"), Method::Callback},
}};

Error invalid(const char* field)
{
    return Error(ErrorCode::InvalidField, {}, field);
}

/// One name or a list of them.
Result<std::vector<QByteArray>> oneOrMore(const QJsonValue& value, const char* field)
{
    const bool isOne = value.isString() || value.isDouble();
    return roomNames(isOne ? QJsonValue(QJsonArray{value}) : value, field);
}

Result<QByteArray> oneName(const QJsonObject& from, const char* field)
{
    const auto found = oneOrMore(from.value(QLatin1StringView(field)), field);
    if (!found)
        return found.error();
    return found->size() == 1 ? Result<QByteArray>(found->front()) : invalid(field);
}

/// `[arguments with placeholders, base64, …]`.
Result<SocketValues> withBytes(const QByteArray& name, const QJsonArray& data, const MsgPackLimits& limits)
{
    const QJsonValue arguments = data.at(0);
    SocketValues event;
    for (qsizetype i = 1; i < data.size(); ++i) {
        const auto bytes =
            QByteArray::fromBase64Encoding(data.at(i).toString().toLatin1(), QByteArray::AbortOnBase64DecodingErrors);
        if (!data.at(i).isString() || !bytes || event.attachments.size() >= limits.maxAttachments)
            return invalid("data");
        event.attachments.append(*bytes);
    }
    if (!arguments.isArray() || !placeholdersFit(arguments, event.attachments.size()))
        return invalid("data");
    QJsonArray all = arguments.toArray();
    all.prepend(QString::fromUtf8(name));
    event.json = QJsonDocument(all).toJson(QJsonDocument::Compact);
    return event;
}

Result<SocketValues> eventOf(const QJsonObject& from, const MsgPackLimits& limits)
{
    const QJsonValue name = from.value(QLatin1StringView("event"));
    const QJsonValue data = from.value(QLatin1StringView("data"));
    if (!name.isString() || !isSocketEventName(name))
        return invalid("event");
    if (from.value(QLatin1StringView("binary")).toBool())
        return data.isArray() ? withBytes(name.toString().toUtf8(), data.toArray(), limits) : invalid("data");
    QJsonArray all = data.isArray() ? data.toArray() : QJsonArray();
    if (!data.isArray() && !data.isNull() && !data.isUndefined())
        all.append(data);
    all.prepend(name);
    return SocketValues{QJsonDocument(all).toJson(QJsonDocument::Compact), {}};
}

Result<void> readEmit(const QJsonObject& from, const MsgPackLimits& limits, PythonMessage& message)
{
    auto event = eventOf(from, limits);
    if (!event)
        return event.error();
    auto rooms = oneOrMore(from.value(QLatin1StringView("room")), "room");
    if (!rooms)
        return rooms.error();
    auto except = oneOrMore(from.value(QLatin1StringView("skip_sid")), "skip_sid");
    if (!except)
        return except.error();
    message.callback = from.value(QLatin1StringView("callback"));
    if (message.callback.isUndefined())
        message.callback = QJsonValue::Null;
    const bool isCallback = message.callback.isArray() && message.callback.toArray().size() == 3;
    if (!message.callback.isNull() && (!isCallback || message.host.isEmpty()))
        return invalid("callback");
    message.broadcast = {{std::move(*rooms), std::move(*except)}, std::move(*event), false};
    return {};
}

Result<void> readOther(const QJsonObject& from, PythonMessage& message)
{
    if (message.method != Method::Disconnect) {
        auto room = oneName(from, "room");
        if (!room)
            return room.error();
        message.room = std::move(*room);
    }
    if (message.method == Method::CloseRoom) {
        message.who.rooms = {message.room};
        return {};
    }
    auto socket = oneName(from, "sid");
    if (!socket)
        return socket.error();
    message.who.rooms = {std::move(*socket)};
    return {};
}

} // namespace

Result<PythonMessage> decodePythonMessage(const QByteArray& bytes, const MsgPackLimits& limits)
{
    if (bytes.startsWith('\x80'))
        return Error(ErrorCode::BadRequest, QStringLiteral("Pickles are not read."));
    const auto value = parseJsonAsBrowsersDo(bytes, limits.maxDepth);
    if (!value)
        return value.error();
    const QJsonObject from = value->toObject();
    const auto method = std::find_if(kMethods.begin(), kMethods.end(), [&from](const auto& known) {
        return from.value(QLatin1StringView("method")) == known.first;
    });
    if (method == kMethods.end())
        return invalid("method");
    PythonMessage message;
    message.method = method->second;
    message.host = from.value(QLatin1StringView("host_id")).toString().toUtf8();
    const QJsonValue nsp = from.value(QLatin1StringView("namespace"));
    if (nsp.isString())
        message.nsp = nsp.toString().toUtf8();
    else if (!nsp.isNull() && !nsp.isUndefined())
        return invalid("namespace");
    const Result<void> read = message.method == Method::Emit       ? readEmit(from, limits, message)
                              : message.method == Method::Callback ? Result<void>()
                                                                   : readOther(from, message);
    if (!read)
        return read.error();
    return message;
}

QByteArray encodePythonEmit(const QByteArray& host, const Event& event)
{
    const SocketBroadcast broadcast = socketBroadcastOf(event);
    const std::vector<QByteArray>& rooms = broadcast.to.rooms;
    const QByteArray room = rooms.size() == 1 ? jsonString(rooms.front()) : jsonNames(rooms);
    const QByteArray name = socketEventName(event);
    return "{\"method\":\"emit\",\"event\":" + jsonString(name) + ",\"data\":[" + event.data +
           "],\"binary\":false,\"namespace\":\"/\",\"room\":" + room +
           ",\"skip_sid\":null,\"callback\":null,\"host_id\":" + jsonString(host) + '}';
}

QByteArray encodePythonCallback(const PythonMessage& asked, const SocketValues& answer)
{
    if (!answer.attachments.isEmpty())
        return {};
    const QJsonArray callback = asked.callback.toArray();
    const QJsonObject message{{QStringLiteral("method"), QStringLiteral("callback")},
                              {QStringLiteral("host_id"), QString::fromUtf8(asked.host)},
                              {QStringLiteral("sid"), callback.at(0)},
                              {QStringLiteral("namespace"), callback.at(1)},
                              {QStringLiteral("id"), callback.at(2)},
                              {QStringLiteral("args"), QJsonDocument::fromJson(answer.json).array()}};
    return QJsonDocument(message).toJson(QJsonDocument::Compact);
}

} // namespace signalbox
