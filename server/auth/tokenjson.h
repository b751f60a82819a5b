// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <jansson.h>

#include <memory>

namespace signalbox {

// The JSON of tokens and key files, read so that no two readers can disagree about it. Inside this library only.

struct JsonFree
{
    void operator()(json_t* value) const { json_decref(value); }
};

using JsonPtr = std::unique_ptr<json_t, JsonFree>;

/// One JSON object of valid UTF-8: no repeated member at any depth, no more than 8 levels, no NUL in a string, no
/// number out of range, nothing after it (RFC 8259, RFC 7519 4). Null for anything else.
JsonPtr parseTokenJson(QByteArrayView text);

/// The bytes of a string value; null bytes for any other type.
QByteArray jsonText(const json_t* value);

} // namespace signalbox
