// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jsondom.h"

#include <algorithm>
#include <unordered_set>
#include <vector>

namespace signalbox {

namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

bool keysAreUnique(const object& members)
{
    constexpr size_t kFewKeys = 12;
    std::vector<std::string_view> few;
    std::unordered_set<std::string_view> many;
    for (const auto member : members) {
        if (few.size() < kFewKeys) {
            if (std::find(few.begin(), few.end(), member.key) != few.end())
                return false;
            few.push_back(member.key);
        } else if (std::find(few.begin(), few.end(), member.key) != few.end() || !many.insert(member.key).second) {
            return false;
        }
    }
    return true;
}

bool isUnambiguous(const element& value);

bool allUnambiguous(const object& members)
{
    return std::all_of(members.begin(), members.end(), [](const auto& member) { return isUnambiguous(member.value); });
}

bool isUnambiguous(const element& value)
{
    if (value.type() == element_type::OBJECT) {
        const object members = value;
        return keysAreUnique(members) && allUnambiguous(members);
    }
    if (value.type() == element_type::ARRAY) {
        const array items = value;
        return std::all_of(items.begin(), items.end(), [](const element& item) { return isUnambiguous(item); });
    }
    return true;
}

} // namespace

Result<element> parseDom(simdjson::dom::parser& parser, QByteArrayView text, int maxDepth, simdjson::error_code* why)
{
    if (text.isEmpty()) // may have no address, which simdjson does not expect
        return Error(ErrorCode::BadJson, QStringLiteral("There is no JSON."));
    const auto depth = static_cast<size_t>(maxDepth) + 1; // simdjson refuses the level of this number itself
    const auto size = static_cast<size_t>(text.size());
    if (parser.max_depth() != depth || parser.capacity() < size) {
        if (parser.allocate(std::max(size, parser.capacity()), depth) != simdjson::SUCCESS)
            return Error(ErrorCode::Unavailable);
    }
    if (text.startsWith("\xef\xbb\xbf")) // newer versions of simdjson would pass over it
        return Error(ErrorCode::BadJson, QStringLiteral("A byte order mark is not JSON."));
    element root;
    const auto failure = parser.parse(text.data(), size, true).get(root);
    if (why)
        *why = failure;
    if (failure != simdjson::SUCCESS)
        return Error(ErrorCode::BadJson, QString::fromLatin1(simdjson::error_message(failure)));
    return root;
}

Result<element> parseStrict(simdjson::dom::parser& parser, QByteArrayView text, int maxDepth)
{
    auto root = parseDom(parser, text, maxDepth);
    if (root && !isUnambiguous(*root))
        return Error(ErrorCode::BadJson, QStringLiteral("A member is named twice."));
    return root;
}

QByteArray compactJson(const element& value)
{
    return toBytes(simdjson::minify(value));
}

} // namespace signalbox
