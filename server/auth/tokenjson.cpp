// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/tokenjson.h"

namespace signalbox {

namespace {

// True when no array or object lies deeper than `levels`. Stops there, so it never recurses further.
bool isShallow(json_t* value, int levels)
{
    if (!json_is_object(value) && !json_is_array(value))
        return true;
    if (levels == 0)
        return false;
    const char* key = nullptr;
    json_t* child = nullptr;
    json_object_foreach(value, key, child)
    {
        if (!isShallow(child, levels - 1))
            return false;
    }
    for (size_t i = 0; i < json_array_size(value); ++i) {
        if (!isShallow(json_array_get(value, i), levels - 1))
            return false;
    }
    return true;
}

} // namespace

JsonPtr parseTokenJson(QByteArrayView text)
{
    constexpr int kDeepest = 8;
    JsonPtr root(json_loadb(text.data(), static_cast<size_t>(text.size()), JSON_REJECT_DUPLICATES, nullptr));
    if (!json_is_object(root.get()) || !isShallow(root.get(), kDeepest))
        return {};
    return root;
}

QByteArray jsonText(const json_t* value)
{
    const char* text = json_string_value(value);
    return text ? QByteArray(text, static_cast<qsizetype>(json_string_length(value))) : QByteArray();
}

} // namespace signalbox
