// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/httplimits.h"
#include "net/httpmessage.h"
#include "shared/errors.h"

#include <memory>

namespace signalbox {

/// Why a request is refused. The status is kept apart from the error's code, because the table of codes does not
/// name every status of HTTP.
struct HttpRefusal
{
    int status = 400;
    Error error{ErrorCode::BadRequest};
};

/// Reads one HTTP/1.x request (RFC 9112) out of bytes that come in any portions; the portions make no difference to
/// the result. The grammar is Boost.Beast's; before it, a scan of the lines refuses early what is not text, and after
/// it stand the rules that keep two parsers of one stream from disagreeing (request smuggling).
///
/// Refused: 400 for a broken grammar, bare CR or LF, control characters, folded lines, blanks before a colon,
/// Content-Length that is repeated, a list, or beside Transfer-Encoding, Transfer-Encoding in HTTP/1.0, Host that is
/// absent (HTTP/1.1), repeated or malformed, a path that is not UTF-8 or holds NUL, the forms of the target other than
/// origin, absolute (http, https) and `OPTIONS *`; 413, 414, 431 for sizes; 417 for an unknown Expect; 501 for a
/// Transfer-Encoding other than chunked; 505 for another version. Chunk extensions and trailers are dropped; they
/// are bounded (kMaxChunkExtensions in all, HttpChunkLine). `OPTIONS *` has the path "/".
///
/// One object per request. Not thread-safe; any thread.
class HttpParser
{
public:
    static constexpr qsizetype kMaxChunkExtensions = 16 * 1024;

    explicit HttpParser(const HttpLimits& limits);
    ~HttpParser();
    Q_DISABLE_COPY_MOVE(HttpParser)

    /// Takes the next bytes; returns how many belong to this request. Less than offered only when it isDone() (the
    /// rest is the next request) or hasFailed(). Not to be called after either.
    qsizetype feed(QByteArrayView bytes);

    /// A byte of the request has come (an empty line before it does not count).
    bool hasBegun() const;
    /// The head is complete; the body may be missing.
    bool headDone() const;
    bool isDone() const;
    bool hasFailed() const;
    /// Valid after hasFailed().
    const HttpRefusal& refusal() const;

    /// After headDone() and before the body: the client waits for "100 Continue".
    bool expectsContinue() const;
    /// After isDone(), once. The peer's address is not the parser's to know.
    HttpRequest takeRequest();

private:
    class Machine;
    std::unique_ptr<Machine> m_machine;
};

} // namespace signalbox
