// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/httpmessage.h"

namespace signalbox {

/// Fills `path` and `query` from `target` (RFC 9112 3.2): origin form, absolute form of http and https, `OPTIONS *`
/// (path "/"). Returns null, or a text for the client when the target is none of these or its path no UTF-8.
const char* splitTarget(HttpRequest& request);

/// False for text that cannot be host and port, as a Host header or in a target.
bool isHostText(QByteArrayView text);

} // namespace signalbox
