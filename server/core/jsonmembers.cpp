// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jsonmembers.h"

#include <QByteArrayList>

namespace signalbox {

JsonMember givenMember(const simdjson::dom::object& parent, std::string_view key)
{
    simdjson::dom::element found;
    if (parent[key].get(found) != simdjson::SUCCESS || found.is_null())
        return std::nullopt;
    return found;
}

QByteArray textOf(const JsonMember& value)
{
    std::string_view text;
    return value && value->get(text) == simdjson::SUCCESS ? toBytes(text) : QByteArray();
}

QByteArray idOf(const JsonMember& value)
{
    if (!value || !(value->is_string() || value->is_int64() || value->is_uint64()))
        return {};
    return value->is_string() ? textOf(value) : compactJson(*value);
}

QByteArray memberJson(const simdjson::dom::object& parent, std::string_view key, const char* fallback)
{
    const JsonMember value = givenMember(parent, key);
    return value ? compactJson(*value) : QByteArray(fallback);
}

QByteArray eventBody(const QByteArray& name, const QByteArray& data, const std::vector<QByteArray>& channels)
{
    QByteArray body = "{\"event\":" + jsonString(name) + ",\"data\":" + data;
    QByteArrayList names;
    for (const QByteArray& channel : channels)
        names.append(jsonString(channel));
    if (!names.isEmpty())
        body += ",\"channels\":[" + names.join(',') + ']';
    return body + '}';
}

QByteArray bareName(const QByteArray& name)
{
    return name.left(name.indexOf('@') < 0 ? name.size() : name.indexOf('@'));
}

} // namespace signalbox
