// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/deadlinewheel.h"
#include "net/httpconnections.h"
#include "net/httpexchange.h"
#include "net/httplimits.h"
#include "net/httpwriter.h"
#include "net/stream.h"

#include <functional>
#include <memory>
#include <vector>

namespace signalbox {

class HttpParser;
struct HttpRefusal;

/// HTTP/1.1 (RFC 9112) on one client connection: reads requests, hands them to the HttpHandler as HttpExchange, and
/// writes the answers in the order of the requests. Made, owned and destroyed by HttpConnections; lives on its worker's
/// thread.
///
/// Bounds (HttpLimits): while maxPipelined requests are unanswered, or more than maxUnsentBytes of answers wait,
/// nothing is read. The answers of one turn of the loop leave together at its end. A request that is refused gets the
/// JSON body of spec section 9, after the answers owed before it; then our direction is ended, and what the client
/// still sends is dropped for a moment, so that a reset does not take the answer from it. A client that ends its own
/// direction still gets its answers. While a request is unanswered and reading is not stopped, the client's end is
/// noticed at once (HttpExchange::setPeerEndHandler()).
class HttpConnection final : private StreamListener
{
public:
    HttpConnection(HttpConnections& owner, StreamPtr stream, size_t index);
    ~HttpConnection() override;
    Q_DISABLE_COPY_MOVE(HttpConnection)

    // For HttpExchange:
    void respond(quint64 sequence, HttpResponse response);
    bool canTakeOver(quint64 sequence);
    /// For the first request that is owed an answer.
    StreamPtr takeOver(QByteArray* leftover);

    // For HttpConnections:
    void endOfTurn(); ///< writes what waits; may destroy this
    void closeIfIdle();
    void end(); ///< destroys this, at the latest when the handler that it is in returns
    size_t index() const { return m_index; }
    void setIndex(size_t index) { m_index = index; }

private:
    /// A request that is owed an answer.
    struct Slot
    {
        HttpExchange::State* state = nullptr; ///< null once answered
        HttpResponse response;
        bool answered = false;
        bool headOnly = false;
        bool keepAlive = false;
        quint8 versionMinor = 1;
    };
    /// What the client is given time for.
    enum class Phase : quint8 { Answers, Head, Body, Idle, Linger };

    void streamReadable() override;
    void streamWritable() override;
    void streamClosed() override;

    bool mayRead() const;
    bool noMoreComes() const;
    void consume(QByteArrayView bytes);
    void readRequest();
    void dispatch();
    void refuse(const HttpRefusal& refusal);
    void discard(qint64 bytes);
    void stopRequests();
    void peerEnded();
    void continueIfDue();
    void sendAnswers();
    void sendAnswer(const Slot& slot);
    void abandon(std::vector<std::function<void()>>& handlers);
    void flushLater();
    void finish();
    void settle();

    Phase currentPhase() const;
    qint64 timeoutOf(Phase phase) const;
    void updateDeadline();
    void deadlineReached();

    HttpConnections& m_owner;
    StreamPtr m_stream;
    std::unique_ptr<HttpParser> m_parser; ///< while a request is being read
    std::vector<Slot> m_slots;
    HttpWriter m_out;
    QByteArray m_rest;      ///< read but not parsed, while reading is stopped
    QByteArrayView m_input; ///< the same, inside consume()
    QByteArray m_peer;
    Deadline m_deadline;
    qint64 m_readDueMs = 0;
    qint64 m_sendDueMs = 0;
    quint64 m_firstSequence = 0; ///< of the first slot
    size_t m_index;
    qsizetype m_waitingBytes = 0; ///< of answers that wait for earlier ones
    qsizetype m_discarded = 0;
    Phase m_phase = Phase::Answers;
    bool m_fresh = true;      ///< no request yet
    bool m_busy = false;      ///< in code of ours that calls handlers: not to be destroyed
    bool m_dead = false;      ///< to be destroyed when not busy any more
    bool m_held = false;      ///< an Upgrade request: what follows may not be HTTP
    bool m_closing = false;   ///< no more requests
    bool m_lastSent = false;  ///< an answer said "close": what was asked behind it is not answered any more
    bool m_lingering = false; ///< our direction is ended
    bool m_readEnded = false; ///< the client's direction is ended
    bool m_broken = false;
    bool m_flushDue = false;
    bool m_continueDue = false;
    bool m_continued = false;
};

} // namespace signalbox
