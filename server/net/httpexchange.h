// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/httpmessage.h"
#include "net/stream.h"

#include <functional>
#include <memory>

namespace signalbox {

class HttpConnection;

/// One request and the place of its answer. A handle that may be kept and answered later, on the connection's own
/// thread; answers of pipelined requests leave in the order of the requests whatever the order they are given in.
/// When the connection has gone meanwhile, an answer is dropped silently. Destroying the last unanswered handle
/// answers 500, so that no request hangs. A default-made handle holds no request and may only be assigned to.
class HttpExchange
{
public:
    HttpExchange() = default;

    const HttpRequest& request() const;
    /// The body may be taken out of the request once.
    QByteArray takeBody();

    /// Answers; the second and later calls do nothing. For HEAD the body is left out, its length kept.
    void respond(HttpResponse response);

    /// True when the stream can be taken over: the connection is alive and no earlier answer is still owed.
    bool canTakeOver() const;
    /// Takes the byte stream away from HTTP, for a WebSocket or an SSE answer that the taker writes itself, head
    /// included. `leftover` gets the bytes that were read beyond this request (at most one read buffer). The stream
    /// has no listener afterwards: set one before returning to the loop. Null when !canTakeOver(). Nothing is read
    /// behind a request with an Upgrade header until it is answered; requests that a client pipelined behind another
    /// one that is taken over later are dropped.
    StreamPtr takeOver(QByteArray* leftover);

    /// False once the connection has gone, the request is answered or its stream taken over.
    bool isAlive() const;

    /// Called once when the client ends its direction or the connection goes, before there is an answer: the way to
    /// notice that nobody waits for a parked answer (isAlive() tells which: true when the client may still read).
    /// Dropped with the answer or the take-over. Not called at once when the end was seen before.
    void setPeerEndHandler(std::function<void()> handler);

private:
    friend class HttpConnection;
    struct State;
    explicit HttpExchange(std::shared_ptr<State> state);
    std::shared_ptr<State> m_state;
};

/// Where requests go. Lives on the worker's thread and outlives its connections.
class HttpHandler
{
public:
    virtual ~HttpHandler() = default;
    virtual void handleRequest(HttpExchange exchange) = 0;
};

} // namespace signalbox
