// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

#include <utility>

namespace signalbox {

using HttpHeader = std::pair<QByteArray, QByteArray>;

/// A request as it came, after the parser has accepted it (RFC 9112). Bytes stay bytes.
struct HttpRequest
{
    QByteArray method;    ///< upper case as sent, e.g. "GET"
    QByteArray target;    ///< the request target as sent, "/a%20b?x=1"
    QByteArray path;      ///< percent-decoded path, valid UTF-8, always begins with '/'
    QByteArray query;     ///< what follows '?', still encoded
    int versionMinor = 1; ///< HTTP/1.x
    bool keepAlive = true;
    QList<HttpHeader> headers; ///< names lower-cased, values trimmed, in the order sent
    QByteArray body;           ///< complete, within the limit
    QByteArray peerAddress;    ///< "127.0.0.1", "::1"; the TCP peer

    /// The first header of this name (lower case), or an empty view.
    QByteArrayView header(QByteArrayView lowerCaseName) const;
    bool hasHeader(QByteArrayView lowerCaseName) const;
    /// True when a comma-separated list header (Connection, Upgrade) holds this token, ASCII case ignored.
    bool headerHasToken(QByteArrayView lowerCaseName, QByteArrayView token) const;
    /// The first value of a query parameter, percent-decoded ('+' is a space); null when absent, empty when "a=".
    QByteArray queryValue(QByteArrayView name) const;
};

/// An answer with a body of known length. Content-Length, Date and Connection are added when it is written.
struct HttpResponse
{
    int status = 200;
    QList<HttpHeader> headers;
    QByteArray body;
    bool close = false; ///< close the connection after this answer

    static HttpResponse json(int status, QByteArray body);
    static HttpResponse text(int status, QByteArray body);
    static HttpResponse empty(int status);
    HttpResponse& with(QByteArray name, QByteArray value);
};

/// "Not Found" for 404; "Unknown" for a status without a name.
const char* httpReason(int status);

/// Percent-decodes a path or a query component; `plusIsSpace` for queries. A broken escape is kept as it is.
QByteArray percentDecoded(QByteArrayView encoded, bool plusIsSpace);

} // namespace signalbox
