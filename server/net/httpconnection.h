// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/deadlinewheel.h"
#include "net/httpexchange.h"
#include "net/httpparser.h"
#include "net/httpwriter.h"

#include <deque>

namespace signalbox {

class HttpConnections;
class HttpConnection;

/// The place of one answer in a connection's order; shared by the connection and the exchange.
struct HttpSlot
{
    HttpConnection* connection = nullptr; ///< null when the connection has gone or given its stream away
    HttpResponse response;
    bool answered = false;
    bool headOnly = false;
    bool keepAlive = true;
    int versionMinor = 1;
};

/// HTTP/1.1 on one stream (RFC 9112): parses requests, hands them to the handler, writes the answers in the order of
/// the requests. Several pipelined requests may be under way at once, within HttpLimits; when too many are, or too
/// much waits to be written, reading stops until that is less. What is answered in one turn of the loop leaves in one
/// write. Refused input is answered with spec section 9's body, then the connection ends, lingering a moment so that
/// the client can read the answer. Owned by HttpConnections, on its worker's thread.
class HttpConnection final : private StreamListener
{
public:
    HttpConnection(HttpConnections& owner, StreamPtr stream);
    ~HttpConnection() override;
    HttpConnection(const HttpConnection&) = delete;
    HttpConnection& operator=(const HttpConnection&) = delete;

    /// Closes it now if nothing is under way, else after the answers that are owed.
    void closeWhenIdle();
    /// Writes what has been answered; by HttpConnections at the end of a turn.
    void flush();

private:
    friend class HttpExchange;
    friend class HttpConnections;

    // For HttpExchange:
    void answered();
    bool isNext(const HttpSlot& slot) const;
    StreamPtr giveAway(QByteArray* leftover);

    void streamReadable() override;
    void streamWritable() override;
    void streamClosed() override;

    void consume(QByteArrayView bytes);
    void dispatch();
    void refuse(const HttpRefusal& refusal);
    bool mustWait() const;
    bool isIdle() const;
    void linger();
    void end();
    void armDeadline();
    void deadlineReached();
    const QByteArray& peerAddress();

    HttpConnections& m_owner;
    StreamPtr m_stream;
    std::unique_ptr<HttpParser> m_parser; ///< only while a request is being read
    std::deque<std::shared_ptr<HttpSlot>> m_slots;
    HttpWriter m_writer;
    Deadline m_deadline;
    QByteArray m_unread; ///< bytes behind the request under way
    QByteArray m_peerAddress;
    qint64 m_waitMs = 0; ///< what the deadline was armed for
    qsizetype m_lingered = 0;
    bool m_served = false;        ///< a request has come: the next wait is an idle one
    bool m_closing = false;       ///< no further request is read
    bool m_lingering = false;
    bool m_inputEnded = false;
    bool m_blocked = false;
    bool m_continueSent = false;
    bool m_ended = false;
    bool m_flushWanted = false;
};

} // namespace signalbox
