// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eventjson.h"

#include "core/channel.h"
#include "core/jsondom.h"

#include <algorithm>
#include <optional>

namespace signalbox {

namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

using Member = std::optional<element>;

Member member(const object& parent, std::string_view key)
{
    element found;
    if (parent[key].get(found) != simdjson::SUCCESS)
        return std::nullopt;
    return found;
}

/// The value at a dotted path, or nothing.
Member valueAt(const object& root, QByteArrayView path)
{
    object current = root;
    while (true) {
        const qsizetype dot = path.indexOf('.');
        const QByteArrayView key = dot < 0 ? path : path.first(dot);
        const Member found = member(current, {key.data(), static_cast<size_t>(key.size())});
        if (!found || dot < 0)
            return found;
        if (found->get(current) != simdjson::SUCCESS)
            return std::nullopt;
        path = path.sliced(dot + 1);
    }
}

bool isInteger(element_type type)
{
    return type == element_type::INT64 || type == element_type::UINT64;
}

bool hasType(const element& value, FieldType wanted)
{
    const element_type type = value.type();
    switch (wanted) {
    case FieldType::String:
        return type == element_type::STRING;
    case FieldType::Integer:
        return isInteger(type);
    case FieldType::Number:
        return isInteger(type) || type == element_type::DOUBLE;
    case FieldType::Bool:
        return type == element_type::BOOL;
    case FieldType::Object:
        return type == element_type::OBJECT;
    case FieldType::Array:
        return type == element_type::ARRAY;
    case FieldType::Id:
        return isInteger(type) || (type == element_type::STRING && value.get_string_length().value() > 0);
    case FieldType::Time:
        return type == element_type::STRING || isInteger(type) || type == element_type::DOUBLE;
    case FieldType::Any:
        return true;
    }
    return false;
}

Error fieldError(const QByteArray& field, const QString& message)
{
    return {ErrorCode::InvalidField, message, field};
}

Result<void> checkData(const EventSpec& spec, const object& data, const QByteArray& prefix)
{
    for (const FieldSpec& field : spec.fields) {
        const Member value = valueAt(data, field.path);
        if (!value) {
            if (field.required)
                return fieldError(prefix + field.path, QStringLiteral("This field is required."));
            continue;
        }
        if (value->is_null() ? !field.nullable : !hasType(*value, field.type)) {
            return fieldError(
                prefix + field.path,
                QStringLiteral("This field must be of type %1.").arg(QLatin1String(fieldTypeName(field.type))));
        }
    }
    return {};
}

/// Text of a scalar for templates; nothing for null, objects and arrays.
std::optional<QByteArray> scalarText(const Member& value)
{
    if (!value)
        return std::nullopt;
    switch (value->type()) {
    case element_type::STRING:
        return toBytes(value->get_string().value());
    case element_type::INT64:
    case element_type::UINT64:
        return compactJson(*value);
    default:
        return std::nullopt;
    }
}

/// Fills "{path}" parts from the data; nothing when one of them is missing, unless they `mayBeMissing`.
std::optional<QByteArray> fillTemplate(const QByteArray& pattern, const object& data, bool mayBeMissing = false)
{
    QByteArray out;
    qsizetype from = 0;
    while (true) {
        const qsizetype open = pattern.indexOf('{', from);
        if (open < 0)
            return out + pattern.sliced(from);
        const qsizetype close = pattern.indexOf('}', open);
        const auto text = scalarText(valueAt(data, QByteArrayView(pattern).sliced(open + 1, close - open - 1)));
        if ((!text || text->isEmpty()) && !mayBeMissing)
            return std::nullopt;
        out += pattern.sliced(from, open - from) + text.value_or(QByteArray());
        from = close + 1;
    }
}

/// The catalogue's channels as far as the data names them; data that makes no channel name is refused rather than
/// leaving somebody out.
Result<std::vector<QByteArray>> defaultChannels(const EventSpec* spec, const object& data, const QByteArray& prefix)
{
    std::vector<QByteArray> channels;
    if (!spec)
        return channels;
    for (const QByteArray& pattern : spec->channels) {
        const auto channel = fillTemplate(pattern, data);
        if (!channel)
            continue;
        if (!isValidChannelName(*channel)) {
            const qsizetype open = pattern.indexOf('{');
            return fieldError(prefix + pattern.mid(open + 1, pattern.indexOf('}') - open - 1),
                              QStringLiteral("This cannot name a channel."));
        }
        channels.push_back(*channel);
    }
    return channels;
}

Result<void> appendChannel(std::vector<QByteArray>& channels, const element& value, const QByteArray& field)
{
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS)
        return fieldError(field, QStringLiteral("A channel is a string."));
    const QByteArray channel = toBytes(text);
    if (!isValidChannelName(channel))
        return fieldError(field, QStringLiteral("This is not a channel name."));
    if (std::find(channels.begin(), channels.end(), channel) == channels.end())
        channels.push_back(channel);
    return {};
}

/// Reads a list of channels (or a single one); an absent or null member leaves the list empty.
Result<std::vector<QByteArray>> readChannels(const Member& value, const QByteArray& field, int most)
{
    std::vector<QByteArray> channels;
    if (!value || value->is_null())
        return channels;
    if (!value->is_array()) {
        if (const auto added = appendChannel(channels, *value, field); !added)
            return added.error();
        return channels;
    }
    const array items = *value;
    if (items.size() > static_cast<size_t>(most))
        return fieldError(field, QStringLiteral("At most %1 channels.").arg(most));
    for (const element item : items) {
        if (const auto added = appendChannel(channels, item, field); !added)
            return added.error();
    }
    return channels;
}

struct NameAndVersion
{
    QByteArray name;
    int version = 1;
};

constexpr int kHighestVersion = 10'000;

/// "name" or "name@v2".
std::optional<NameAndVersion> splitName(const QByteArray& text)
{
    constexpr qsizetype kLongest = 128;
    const qsizetype at = text.indexOf("@v");
    NameAndVersion result{at < 0 ? text : text.first(at), 1};
    if (at >= 0) {
        const QByteArray digits = text.sliced(at + 2);
        result.version = digits.toInt();
        if (result.version < 1 || result.version > kHighestVersion || digits != QByteArray::number(result.version))
            return std::nullopt;
    }
    const bool wellFormed = std::all_of(result.name.begin(), result.name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == ':' ||
               c == '_' || c == '-';
    });
    if (!wellFormed || result.name.isEmpty() || result.name.size() > kLongest)
        return std::nullopt;
    return result;
}

QByteArray stringMember(const object& parent, std::string_view key)
{
    const Member value = member(parent, key);
    std::string_view text;
    return value && value->get(text) == simdjson::SUCCESS ? toBytes(text) : QByteArray();
}

/// The key that makes a repeated publish harmless; one that cannot be taken must not be passed over.
Result<QByteArray> readIdempotencyKey(const object& body, const QByteArray& prefix)
{
    constexpr qsizetype kLongest = 200;
    const Member value = member(body, "idempotency_key");
    if (!value || value->is_null())
        return QByteArray();
    std::string_view text;
    if (value->get(text) != simdjson::SUCCESS || text.size() > kLongest) {
        return fieldError(prefix + "idempotency_key",
                          QStringLiteral("A key is a string of at most %1 bytes.").arg(kLongest));
    }
    return toBytes(text);
}

} // namespace

struct EventJson::Parser
{
    simdjson::dom::parser json;

    Result<NameAndVersion> readName(const object& body, const QByteArray& prefix);
    Result<Publication> complete(const Catalog& catalog, const Limits& limits, NameAndVersion name, const Member& data,
                                 std::vector<QByteArray> channels, const QByteArray& dataPrefix,
                                 const QByteArray& prefix);
    Result<Publication> readEvent(const Catalog& catalog, const Limits& limits, const element& value,
                                  const QByteArray& prefix);
};

Result<NameAndVersion> EventJson::Parser::readName(const object& body, const QByteArray& prefix)
{
    QByteArray text = stringMember(body, "event");
    if (text.isEmpty())
        text = stringMember(body, "name");
    if (text.isEmpty())
        return fieldError(prefix + "event", QStringLiteral("The event's name is required."));
    auto name = splitName(text);
    if (!name)
        return fieldError(prefix + "event", QStringLiteral("This is not an event name."));
    if (const Member version = member(body, "version"); version && !version->is_null()) {
        int64_t number = 0;
        if (version->get(number) != simdjson::SUCCESS || number < 1 || number > kHighestVersion)
            return fieldError(prefix + "version", QStringLiteral("A version is a positive integer."));
        name->version = static_cast<int>(number);
    }
    return *name;
}

Result<Publication> EventJson::Parser::complete(const Catalog& catalog, const Limits& limits, NameAndVersion name,
                                                const Member& data, std::vector<QByteArray> channels,
                                                const QByteArray& dataPrefix, const QByteArray& prefix)
{
    const EventSpec* spec = catalog.find(name.name, name.version);
    if (!spec && (limits.strictCatalog || catalog.knows(name.name))) {
        return Error(ErrorCode::UnknownEvent,
                     QStringLiteral("The catalogue has no %1@v%2.").arg(QString::fromUtf8(name.name)).arg(name.version),
                     prefix + "event");
    }
    if (spec && spec->publisher == Publisher::Server)
        return fieldError(prefix + "event", QStringLiteral("Only the server itself says this."));
    object members;
    if (!data || data->get(members) != simdjson::SUCCESS)
        return fieldError(dataPrefix.chopped(1), QStringLiteral("An object is required."));
    if (spec) {
        if (const auto checked = checkData(*spec, members, dataPrefix); !checked)
            return checked.error();
    }
    if (channels.empty()) {
        auto defaults = defaultChannels(spec, members, dataPrefix);
        if (!defaults)
            return defaults.error();
        channels = std::move(*defaults);
    }
    if (channels.empty())
        return fieldError(prefix + "channels", QStringLiteral("The event needs a channel to go to."));
    Publication publication;
    publication.name = std::move(name.name);
    publication.version = name.version;
    publication.data = compactJson(*data);
    publication.channels = std::move(channels);
    if (spec && !spec->conflate.isEmpty())
        publication.conflateKey = fillTemplate(spec->conflate, members, true).value_or(QByteArray());
    return publication;
}

Result<Publication> EventJson::Parser::readEvent(const Catalog& catalog, const Limits& limits, const element& value,
                                                 const QByteArray& prefix)
{
    object body;
    if (value.get(body) != simdjson::SUCCESS)
        return fieldError(prefix.isEmpty() ? prefix : prefix.chopped(1), QStringLiteral("An event is an object."));
    auto name = readName(body, prefix);
    if (!name)
        return name.error();
    const Member many = member(body, "channels");
    auto channels =
        readChannels(many ? many : member(body, "channel"), prefix + "channels", limits.maxChannelsPerEvent);
    if (!channels)
        return channels.error();
    auto key = readIdempotencyKey(body, prefix);
    if (!key)
        return key.error();
    auto publication = complete(catalog, limits, std::move(*name), member(body, "data"), std::move(*channels),
                                prefix + "data.", prefix);
    if (publication)
        publication->idempotencyKey = std::move(*key);
    return publication;
}

EventJson::EventJson(const Catalog& catalog, Limits limits)
    : m_catalog(catalog)
    , m_limits(limits)
    , m_parser(std::make_unique<Parser>())
{
}

EventJson::~EventJson() = default;

Result<EventJson::Publish> EventJson::decodePublish(const QByteArray& body)
{
    const auto root = parseStrict(m_parser->json, body, m_limits.maxDepth);
    if (!root)
        return root.error();
    Publish result;
    Member list;
    if (root->is_array())
        list = *root;
    else if (object whole; root->get(whole) == simdjson::SUCCESS)
        list = member(whole, "events");
    if (!list) {
        auto event = m_parser->readEvent(m_catalog, m_limits, *root, {});
        if (!event)
            return event.error();
        result.events.push_back(std::move(*event));
        return result;
    }
    array items;
    if (list->get(items) != simdjson::SUCCESS || items.size() == 0 ||
        items.size() > static_cast<size_t>(m_limits.maxBatch))
        return fieldError("events", QStringLiteral("1 to %1 events are expected.").arg(m_limits.maxBatch));
    result.batch = true;
    for (const element item : items) {
        const QByteArray prefix = "events[" + QByteArray::number(result.events.size()) + "].";
        auto event = m_parser->readEvent(m_catalog, m_limits, item, prefix);
        if (!event)
            return event.error();
        result.events.push_back(std::move(*event));
    }
    return result;
}

Result<Publication> EventJson::decodeBroadcast(const QByteArray& body, const QByteArray& eventName,
                                               const QByteArrayList& members,
                                               const std::function<Result<void>(const QByteArray& token)>& mayGoOn)
{
    const auto root = parseStrict(m_parser->json, body, m_limits.maxDepth);
    if (!root)
        return root.error();
    object whole;
    if (root->get(whole) != simdjson::SUCCESS)
        return Error(ErrorCode::BadJson, QStringLiteral("A JSON object is expected."));
    if (const auto allowed = mayGoOn(stringMember(whole, "token")); !allowed)
        return allowed.error();
    auto rooms = readChannels(member(whole, "rooms"), "rooms", m_limits.maxChannelsPerEvent);
    if (!rooms)
        return rooms.error();
    QByteArray name = members.first();
    Member data;
    for (const QByteArray& candidate : members) {
        data = member(whole, std::string_view(candidate.constData(), static_cast<size_t>(candidate.size())));
        if (!data)
            continue;
        name = candidate;
        break;
    }
    return m_parser->complete(m_catalog, m_limits, {eventName, 1}, data, std::move(*rooms), name + '.', {});
}

} // namespace signalbox
