// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/httpmessage.h"

#include <QByteArrayList>

namespace signalbox {

// Origins (RFC 6454) and CORS (Fetch standard): who may read answers and open sockets from a page. `allowed` is
// CORS_ORIGIN: origins, or "*". Pure.

/// True when a page of this request's Origin may use us: no Origin (not a browser), the same host, or an allowed one.
bool isOriginAllowed(const HttpRequest& request, const QByteArrayList& allowed);

/// The CORS headers of an answer; only `Vary` when the request has no Origin or a foreign one.
QList<HttpHeader> corsHeadersFor(const HttpRequest& request, const QByteArrayList& allowed);

/// The first address that a chain of trusted proxies vouches for (X-Forwarded-For, from the right); the peer's own
/// when it is no trusted proxy. `trusted`: addresses or networks ("10.0.0.0/8").
QByteArray forwardedAddress(const HttpRequest& request, const QByteArrayList& trusted);

} // namespace signalbox
