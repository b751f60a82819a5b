// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/httpexchange.h"
#include "net/httplimits.h"
#include "net/httpwriter.h"
#include "net/stream.h"

#include <memory>
#include <vector>

namespace signalbox {

class HttpConnection;
class Worker;

/// The HTTP connections of one worker: owns each of them until it ends or its stream is taken over. Lives on the
/// worker's thread (it may be made elsewhere before that runs) and must go before the worker, the handler and the
/// limits. Not to be destroyed inside a handler.
class HttpConnections
{
public:
    /// Each connection that ends here, or whose stream is taken over, is counted off the worker
    /// (Worker::connectionClosed()); whoever took the stream counts on.
    HttpConnections(Worker& worker, const HttpLimits& limits, HttpHandler& handler);
    /// closeAll().
    ~HttpConnections();
    Q_DISABLE_COPY_MOVE(HttpConnections)

    /// Serves HTTP on a stream that was just accepted and that the worker has counted already.
    void serve(StreamPtr stream);
    qsizetype count() const { return static_cast<qsizetype>(m_all.size()); }

    /// Draining: closes the connections that wait for a request; all others end after the answers they owe, which say
    /// "Connection: close".
    void closeIdle();
    /// Closes all at once, answers or not.
    void closeAll();

private:
    friend class HttpConnection;

    void remove(HttpConnection& connection);
    void flushAtEndOfTurn(HttpConnection& connection);
    void flushDue();
    const QByteArray& date();

    Worker& m_worker;
    const HttpLimits& m_limits;
    HttpHandler& m_handler;
    HttpDate m_date;
    std::vector<std::unique_ptr<HttpConnection>> m_all;
    std::vector<HttpConnection*> m_due;      ///< to be flushed at the end of this turn
    std::vector<HttpConnection*> m_flushing; ///< being flushed now; null when one went meanwhile
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
    bool m_draining = false;
};

} // namespace signalbox
