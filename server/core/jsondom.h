// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QByteArray>

#include <simdjson.h>

namespace signalbox {

/// Parses untrusted JSON with simdjson. For the .cpp files of server_core only (simdjson's header is large). The
/// element lives as long as the parser's next parse. `why` gets what simdjson had against the text.
Result<simdjson::dom::element> parseDom(simdjson::dom::parser& parser, QByteArrayView text, int maxDepth,
                                        simdjson::error_code* why = nullptr);
/// The same, and refuses what simdjson lets pass: members named twice.
Result<simdjson::dom::element> parseStrict(simdjson::dom::parser& parser, QByteArrayView text, int maxDepth);

inline QByteArray toBytes(std::string_view text)
{
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

/// Compact JSON of an element, members in their order.
QByteArray compactJson(const simdjson::dom::element& element);

} // namespace signalbox
