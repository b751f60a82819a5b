// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jsondom.h"

#include <optional>
#include <vector>

namespace signalbox {

// What the readers of others' messages share (foreignjson.cpp, domainjson.cpp): members of a parsed object, and the
// body of a publish in which they are said again.

using JsonMember = std::optional<simdjson::dom::element>;

/// Nothing for a missing member and for null.
JsonMember givenMember(const simdjson::dom::object& parent, std::string_view key);
/// A string; empty for anything else.
QByteArray textOf(const JsonMember& value);
/// An id as text, whichever way it is written; empty for what is none.
QByteArray idOf(const JsonMember& value);
/// Compact JSON of a member.
QByteArray memberJson(const simdjson::dom::object& parent, std::string_view key, const char* fallback = "null");
/// `{"event":…,"data":…}`, with `"channels"` when there are any: for EventJson::decodePublish().
QByteArray eventBody(const QByteArray& name, const QByteArray& data, const std::vector<QByteArray>& channels = {});
/// "deal.created" of "deal.created@v2".
QByteArray bareName(const QByteArray& name);

} // namespace signalbox
