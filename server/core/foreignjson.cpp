// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foreignjson.h"

#include "core/channel.h"
#include "core/dialogid.h"
#include "core/jsonmembers.h"
#include "shared/isotime.h"

#include <algorithm>
#include <array>
#include <optional>

namespace signalbox {

namespace {

using simdjson::dom::element;
using simdjson::dom::object;

using Member = JsonMember;

Error wrong(const QByteArray& field, const QString& why)
{
    return {ErrorCode::InvalidField, why, field};
}

/// `,"key":value`, or nothing: what the catalogue requires is then said to be missing.
QByteArray optionalJson(const object& parent, std::string_view key)
{
    const Member value = givenMember(parent, key);
    return value ? ",\"" + toBytes(key) + "\":" + compactJson(*value) : QByteArray();
}

/// `sequence` and `timestamp`; whoever counts nothing gets 0.
QByteArray orderJson(const object& whole)
{
    const Member seq = givenMember(whole, "seq");
    return ",\"sequence\":" + (seq ? compactJson(*seq) : memberJson(whole, "sequence", "0")) +
           optionalJson(whole, "timestamp");
}

// Seed 003's backend: what follows "dialog_id" in the catalogue's data.

QByteArray typing(const object& whole)
{
    const Member sender = givenMember(whole, "sender");
    return ",\"actor\":{\"type\":" + (sender ? compactJson(*sender) : QByteArrayLiteral("\"ai\"")) +
           ",\"name\":" + memberJson(whole, "name") + '}' + optionalJson(whole, "timestamp");
}

QByteArray handoffRequested(const object& whole)
{
    return ",\"reason\":" + memberJson(whole, "reason") + ",\"queue_position\":" + memberJson(whole, "queue_position") +
           ",\"estimated_wait\":" + memberJson(whole, "estimated_wait") + orderJson(whole);
}

QByteArray handoffStarted(const object& whole)
{
    object manager;
    const Member found = givenMember(whole, "manager");
    if (!found || found->get(manager) != simdjson::SUCCESS)
        return orderJson(whole);
    return ",\"operator\":{\"id\":" + memberJson(manager, "id") + ",\"name\":" + memberJson(manager, "name") +
           ",\"avatar\":" + memberJson(manager, "avatar") + "},\"metadata\":null" + orderJson(whole);
}

QByteArray handoffReleased(const object& whole)
{
    return ",\"resolution\":" + memberJson(whole, "resolution") +
           ",\"return_to_ai\":" + memberJson(whole, "return_to_ai", "true") + ",\"metadata\":null" + orderJson(whole);
}

QByteArray messageNew(const object& whole)
{
    return optionalJson(whole, "message") + orderJson(whole);
}

struct Form
{
    const char* type;
    const char* event;
    QByteArray (*data)(const object&);
};

constexpr std::array kForms{
    Form{"message:new", "dialog.message.created", messageNew},
    Form{"typing_start", "typing.start", typing},
    Form{"typing_stop", "typing.stop", typing},
    Form{"handoff_requested", "handoff.requested", handoffRequested},
    Form{"handoff_started", "handoff.started", handoffStarted},
    Form{"handoff_released", "handoff.released", handoffReleased},
};

} // namespace

struct ForeignJson::Parser
{
    explicit Parser(const Catalog& known)
        : catalog(known)
    {
    }

    simdjson::dom::parser json;
    const Catalog& catalog;

    struct Read
    {
        element root;
        object whole; ///< the same
    };
    Result<Read> read(const QByteArray& text, int maxDepth);
    /// The body of a publish that says the same.
    Result<QByteArray> chat(const QByteArray& key, const object& whole) const;
    Result<QByteArray> queuedChat(const object& whole) const;
    bool isOfDialog(const QByteArray& name) const;
    Result<QByteArray> dialog(const QByteArray& id, const Read& read) const;
    std::vector<QByteArray> channelsOf(const QByteArray& name, const QByteArray& dialog) const;
};

Result<ForeignJson::Parser::Read> ForeignJson::Parser::read(const QByteArray& text, int maxDepth)
{
    const auto root = parseStrict(json, text, maxDepth);
    if (!root)
        return root.error();
    Read read{*root, {}};
    if (root->get(read.whole) != simdjson::SUCCESS)
        return Error(ErrorCode::BadJson, QStringLiteral("A JSON object is expected."));
    return read;
}

/// The catalogue's, with this dialog; those of an event that it does not know are empty.
std::vector<QByteArray> ForeignJson::Parser::channelsOf(const QByteArray& name, const QByteArray& dialog) const
{
    std::vector<QByteArray> channels;
    const EventSpec* spec = catalog.find(bareName(name), catalog.servedVersion(bareName(name), 1));
    for (const QByteArray& pattern : spec ? spec->channels : QList<QByteArray>()) {
        if (!pattern.contains('{'))
            channels.push_back(pattern);
        else if (pattern.startsWith("dialog:") && !dialog.isEmpty())
            channels.push_back(dialogChannel(dialog));
    }
    return channels;
}

Result<QByteArray> ForeignJson::Parser::chat(const QByteArray& key, const object& whole) const
{
    const QByteArray name = textOf(givenMember(whole, "type"));
    if (name.isEmpty())
        return wrong("type", QStringLiteral("The event's name is required."));
    const Member session = givenMember(whole, "session_id");
    const QByteArray named = idOf(session);
    const bool isOfStaff = key == "staff";
    if (!isValidChannelName(dialogChannel(key)))
        return Error(ErrorCode::UnknownChannel);
    if (session && (named.isEmpty() || (!isOfStaff && named != key)))
        return wrong("session_id", QStringLiteral("This is another session than the channel's."));
    const QByteArray dialog = isOfStaff ? named : key;
    std::vector<QByteArray> channels = channelsOf(name, dialog);
    if (channels.empty())
        channels.push_back(isOfStaff ? QByteArrayLiteral("staff") : dialogChannel(dialog));
    return eventBody(name, memberJson(whole, "data"), channels);
}

bool ForeignJson::Parser::isOfDialog(const QByteArray& name) const
{
    const EventSpec* spec = catalog.find(bareName(name), catalog.servedVersion(bareName(name), 1));
    return spec && std::any_of(spec->channels.begin(), spec->channels.end(),
                               [](const QByteArray& pattern) { return pattern.startsWith("dialog:"); });
}

Result<QByteArray> ForeignJson::Parser::queuedChat(const object& whole) const
{
    const QByteArray name = textOf(givenMember(whole, "type"));
    object data;
    Member session = givenMember(whole, "session_id");
    if (const Member given = givenMember(whole, "data"); !session && given && given->get(data) == simdjson::SUCCESS)
        session = givenMember(data, "session_id");
    if (!session && !isOfDialog(name))
        return chat("staff", whole);
    const QByteArray id = idOf(session);
    return id.isEmpty() ? Result<QByteArray>(wrong("session_id", QStringLiteral("The session is required.")))
                        : chat(id, whole);
}

Result<QByteArray> ForeignJson::Parser::dialog(const QByteArray& id, const Read& read) const
{
    const object& whole = read.whole;
    if (!isValidChannelName(dialogChannel(id)))
        return Error(ErrorCode::UnknownChannel);
    const Member said = givenMember(whole, "dialog_id");
    if (said && idOf(said) != id)
        return wrong("dialog_id", QStringLiteral("This is another dialog than the channel's."));
    const QByteArray begin = "{\"dialog_id\":" + dialogIdJson(id);
    const QByteArray type = textOf(givenMember(whole, "type"));
    for (const Form& form : kForms) {
        if (type == form.type)
            return eventBody(form.event, begin + form.data(whole) + '}');
    }
    const QByteArray event = textOf(givenMember(whole, "event"));
    const QByteArray name = event.isEmpty() ? type : event;
    if (name.isEmpty() && givenMember(whole, "text") && givenMember(whole, "sender"))
        return eventBody("dialog.message.created",
                         begin + ",\"message\":" + compactJson(read.root) + ",\"sequence\":0}");
    if (name.isEmpty())
        return wrong("type", QStringLiteral("The event's name is required."));
    std::vector<QByteArray> channels = channelsOf(name, id);
    if (channels.empty())
        channels.push_back(dialogChannel(id));
    return eventBody(name, memberJson(whole, "data"), channels);
}

ForeignJson::ForeignJson(const Catalog& catalog, EventJson::Limits limits, QByteArray origin)
    : m_catalog(catalog)
    , m_limits(limits)
    , m_origin(std::move(origin))
    , m_events(catalog, limits)
    , m_parser(std::make_unique<Parser>(m_catalog))
{
}

ForeignJson::~ForeignJson() = default;

Result<std::optional<Publication>> ForeignJson::decodeQueuedChat(const QByteArray& text)
{
    const auto read = m_parser->read(text, m_limits.maxDepth);
    if (!read)
        return read.error();
    const object& whole = read->whole;
    if (textOf(givenMember(whole, "origin")) == m_origin)
        return std::optional<Publication>();
    const auto body = m_parser->queuedChat(whole);
    if (!body)
        return body.error();
    auto decoded = m_events.decodePublish(*body);
    if (!decoded)
        return decoded.error();
    return std::optional<Publication>(std::move(decoded->events.front()));
}

Result<std::optional<ForeignJson::Message>> ForeignJson::decode(const QByteArray& channel, const QByteArray& text)
{
    const auto read = m_parser->read(text, m_limits.maxDepth);
    if (!read)
        return read.error();
    const object& whole = read->whole;
    if (textOf(givenMember(whole, "origin")) == m_origin)
        return std::optional<Message>();

    Message message;
    Result<QByteArray> body = Error(ErrorCode::UnknownChannel);
    for (const char* prefix : {"ws:dialog:", "sse:dialog:"}) {
        if (channel.startsWith(prefix))
            body = m_parser->dialog(channel.sliced(static_cast<qsizetype>(qstrlen(prefix))), *read);
    }
    if (channel.startsWith("chat:"))
        body = m_parser->chat(channel.sliced(5), whole);
    if (channel == "socket-broadcast") {
        message.room = textOf(givenMember(whole, "room"));
        if (givenMember(whole, "room") && !isValidChannelName(message.room))
            return wrong("room", QStringLiteral("This is not a channel name."));
        body = eventBody(textOf(givenMember(whole, "event")), memberJson(whole, "data"));
    }
    if (!body)
        return body.error();
    auto decoded = m_events.decodePublish(*body);
    const auto& events = decoded ? decoded->events : std::vector<Publication>();
    const bool isInRoom = !events.empty() && std::find(events.front().channels.begin(), events.front().channels.end(),
                                                       message.room) != events.front().channels.end();
    if (!message.room.isEmpty() && !isInRoom) // the event may have no channels of its own
        decoded = m_events.decodePublish(
            eventBody(textOf(givenMember(whole, "event")), memberJson(whole, "data"), {message.room}));
    if (!decoded)
        return decoded.error();
    message.event = std::move(decoded->events.front());
    return std::optional<Message>(std::move(message));
}

QByteArray ForeignJson::chatMessage(const Event& event, const QByteArray& dialog) const
{
    const bool hasOwnWords = !event.chatName.isEmpty();
    QByteArray json = "{\"type\":" + jsonString(hasOwnWords ? event.chatName : event.name);
    if (event.version > 1)
        json += ",\"version\":" + QByteArray::number(event.version);
    if (!dialog.isEmpty())
        json += ",\"session_id\":" + dialogIdJson(dialog);
    return json + ",\"data\":" + (hasOwnWords ? event.chatData : event.data) + ",\"id\":" + jsonString(event.id) +
           ",\"timestamp\":\"" + isoTime(event.timestampMs) + "\",\"origin\":" + jsonString(m_origin) + '}';
}

} // namespace signalbox
