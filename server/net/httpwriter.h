// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/httpmessage.h"
#include "net/stream.h"

#include <vector>

namespace signalbox {

/// The value of the Date header (RFC 9110 6.6.1), made once per second. One per thread.
class HttpDate
{
public:
    /// "Sun, 06 Nov 1994 08:49:37 GMT" for Unix seconds.
    const QByteArray& text(qint64 unixSeconds);

private:
    QByteArray m_text;
    qint64 m_second = -1;
};

/// What the head of an answer depends on besides the answer itself.
struct HttpAnswerContext
{
    bool headOnly = false; ///< the request was HEAD: no body, its length kept
    bool close = false;    ///< the connection ends after this answer
    int versionMinor = 1;  ///< of the request
};

/// The bytes of answers on their way out of one connection, in order. Small pieces are joined, large bodies are
/// shared and not copied; all of it leaves in as few system calls as the stream allows. It sets no bound itself:
/// its owner looks at size().
class HttpWriter
{
public:
    enum class Outcome { Sent, Blocked, Broken };

    /// Queues head and body of an answer. Content-Length, Date and Connection are ours: such headers of the answer are
    /// left out, as are headers with a line break or NUL (an attempt to write a header of one's own).
    void addAnswer(const HttpResponse& response, const HttpAnswerContext& context, const QByteArray& date);
    /// "HTTP/1.1 100 Continue".
    void addContinue();

    /// Writes what is queued. After Blocked comes the stream's streamWritable(); after Broken its streamClosed().
    Outcome flush(Stream& stream);

    qsizetype size() const { return m_size; }
    bool isEmpty() const { return m_size == 0; }
    void clear();

private:
    void add(const QByteArray& bytes);
    void drop(qsizetype bytes);

    std::vector<QByteArray> m_parts;
    qsizetype m_sent = 0; ///< of the first part
    qsizetype m_size = 0;
};

} // namespace signalbox
