// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/httpconnection.h"

#include "net/httpexchangestate.h"
#include "net/httpparser.h"
#include "net/worker.h"

#include <algorithm>
#include <utility>

namespace signalbox {

HttpConnection::HttpConnection(HttpConnections& owner, StreamPtr stream, size_t index)
    : m_owner(owner)
    , m_stream(std::move(stream))
    , m_deadline(Deadline::calling<&HttpConnection::deadlineReached>(this))
    , m_index(index)
{
    m_stream->setListener(this);
    updateDeadline();
}

HttpConnection::~HttpConnection() = default;

void HttpConnection::streamReadable()
{
    QByteArray& buffer = m_owner.m_worker.readBuffer();
    const qint64 got = m_stream->read(buffer.data(), buffer.size());
    if (got < 0)
        peerEnded();
    else if (got > 0 && m_closing)
        discard(got);
    else if (got > 0)
        consume(QByteArrayView(buffer.constData(), static_cast<qsizetype>(got)));
}

void HttpConnection::streamWritable()
{
    m_sendDueMs = 0;
    endOfTurn();
}

void HttpConnection::streamClosed()
{
    end();
}

bool HttpConnection::mayRead() const
{
    return !m_dead && !m_closing && !m_held && m_slots.size() < static_cast<size_t>(m_owner.m_limits.maxPipelined) &&
           m_waitingBytes + m_out.size() <= m_owner.m_limits.maxUnsentBytes;
}

void HttpConnection::consume(QByteArrayView bytes)
{
    m_busy = true;
    m_input = bytes;
    while (!m_input.isEmpty() && mayRead())
        readRequest();
    if (!m_closing && !m_dead)
        m_rest = m_input.toByteArray();
    m_input = {};
    m_busy = false;
    settle();
}

void HttpConnection::readRequest()
{
    if (!m_parser)
        m_parser = std::make_unique<HttpParser>(m_owner.m_limits);
    m_input = m_input.sliced(m_parser->feed(m_input));
    if (m_parser->hasFailed()) {
        const HttpRefusal refusal = m_parser->refusal();
        refuse(refusal);
    } else if (m_parser->isDone()) {
        dispatch();
    } else if (m_parser->headDone() && m_parser->expectsContinue() && !m_continued) {
        m_continued = true;
        m_continueDue = true;
        continueIfDue();
    }
}

void HttpConnection::dispatch()
{
    HttpRequest request = m_parser->takeRequest();
    m_parser.reset();
    m_continueDue = m_continued = false;
    m_fresh = false;
    m_phase = Phase::Answers;
    m_readDueMs = 0;
    if (m_peer.isNull())
        m_peer = m_stream->peerAddress();
    request.peerAddress = m_peer;

    Slot slot;
    slot.headOnly = request.method == "HEAD";
    slot.keepAlive = request.keepAlive && !m_owner.m_draining;
    slot.versionMinor = static_cast<quint8>(request.versionMinor);
    m_held = request.hasHeader("upgrade");
    m_closing = !slot.keepAlive;
    const quint64 sequence = m_firstSequence + m_slots.size();
    auto state = std::make_shared<HttpExchange::State>(this, sequence, std::move(request));
    slot.state = state.get();
    m_slots.push_back(std::move(slot));
    m_owner.m_handler.handleRequest(HttpExchange(std::move(state)));
}

void HttpConnection::refuse(const HttpRefusal& refusal)
{
    stopRequests();
    Slot slot;
    slot.answered = true;
    slot.response = HttpResponse::json(refusal.status, refusal.error.toJson());
    m_waitingBytes += slot.response.body.size();
    m_slots.push_back(std::move(slot));
    sendAnswers();
}

void HttpConnection::stopRequests()
{
    m_closing = true;
    m_parser.reset();
    m_rest = QByteArray();
    m_continueDue = false;
}

// After the last request: read on to notice the client's end, but not for ever.
void HttpConnection::discard(qint64 bytes)
{
    m_discarded += bytes;
    if (m_lingering && m_discarded > m_owner.m_limits.maxLingerBytes)
        end();
    else
        settle();
}

void HttpConnection::peerEnded()
{
    m_readEnded = true;
    stopRequests();
    if (m_lingering || (m_slots.empty() && m_out.isEmpty())) {
        end();
        return;
    }
    std::vector<std::function<void()>> handlers;
    for (const Slot& slot : m_slots) {
        if (slot.state && slot.state->peerEnd)
            handlers.push_back(std::exchange(slot.state->peerEnd, nullptr));
    }
    m_busy = true;
    for (const std::function<void()>& handler : handlers)
        handler();
    handlers.clear();
    m_busy = false;
    settle();
}

void HttpConnection::respond(quint64 sequence, HttpResponse response)
{
    Slot& slot = m_slots[static_cast<size_t>(sequence - m_firstSequence)];
    slot.state = nullptr;
    slot.response = std::move(response);
    slot.answered = true;
    m_waitingBytes += slot.response.body.size();
    sendAnswers();
}

void HttpConnection::sendAnswers()
{
    while (!m_lastSent && !m_slots.empty() && m_slots.front().answered) {
        const Slot slot = std::move(m_slots.front());
        m_slots.erase(m_slots.begin());
        ++m_firstSequence;
        m_waitingBytes -= slot.response.body.size();
        sendAnswer(slot);
    }
    if (m_slots.empty()) {
        m_held = false;
        m_slots.shrink_to_fit();
    }
    continueIfDue();
}

void HttpConnection::sendAnswer(const Slot& slot)
{
    HttpAnswerContext context;
    context.headOnly = slot.headOnly;
    context.versionMinor = slot.versionMinor;
    context.close = !slot.keepAlive || slot.response.close || (m_input.isEmpty() && noMoreComes());
    m_out.addAnswer(slot.response, context, m_owner.date());
    flushLater();
    if (context.close) {
        m_lastSent = true;
        stopRequests();
    }
}

// Nothing is owed or under way, and no further request is wanted or can come.
bool HttpConnection::noMoreComes() const
{
    return (m_owner.m_draining || m_readEnded) && m_slots.empty() && !m_parser && m_rest.isEmpty();
}

void HttpConnection::continueIfDue()
{
    if (!m_continueDue || !m_slots.empty())
        return;
    m_continueDue = false;
    m_out.addContinue();
    flushLater();
}

void HttpConnection::flushLater()
{
    if (m_flushDue || m_dead || m_broken)
        return;
    m_flushDue = true;
    m_owner.flushAtEndOfTurn(*this);
}

void HttpConnection::endOfTurn()
{
    m_flushDue = false;
    if (m_broken || m_lingering)
        return;
    const HttpWriter::Outcome outcome = m_out.flush(*m_stream);
    if (outcome == HttpWriter::Outcome::Broken) {
        m_broken = true;
        stopRequests();
        return;
    }
    if (outcome == HttpWriter::Outcome::Sent && (m_lastSent || noMoreComes())) {
        finish();
        return;
    }
    if (!m_rest.isEmpty() && mayRead()) {
        const QByteArray rest = std::exchange(m_rest, QByteArray());
        consume(rest);
        return;
    }
    settle();
}

// Closing at once could make the kernel send a reset that takes the answer from the client.
void HttpConnection::finish()
{
    if (m_readEnded) {
        end();
        return;
    }
    stopRequests();
    m_lingering = true;
    m_stream->shutdownWrite();
    settle();
}

bool HttpConnection::canTakeOver(quint64 sequence)
{
    if (sequence != m_firstSequence || m_dead || m_broken || m_lingering)
        return false;
    if (!m_out.isEmpty() && m_out.flush(*m_stream) == HttpWriter::Outcome::Broken)
        m_broken = true;
    return m_out.isEmpty() && !m_broken;
}

StreamPtr HttpConnection::takeOver(QByteArray* leftover)
{
    if (leftover)
        *leftover = m_busy ? m_input.toByteArray() : m_rest;
    m_slots.front().state = nullptr;
    StreamPtr stream = std::move(m_stream);
    stream->setListener(nullptr);
    stream->setReading(true);
    end();
    return stream;
}

void HttpConnection::closeIfIdle()
{
    if (m_slots.empty() && !m_parser && m_out.isEmpty() && m_rest.isEmpty() && !m_busy && !m_lingering)
        end();
}

void HttpConnection::end()
{
    m_dead = true;
    DeadlineWheel::disarm(m_deadline);
    std::vector<std::function<void()>> handlers;
    abandon(handlers);
    if (!m_busy)
        m_owner.remove(*this);
    for (const std::function<void()>& handler : handlers)
        handler();
}

void HttpConnection::abandon(std::vector<std::function<void()>>& handlers)
{
    for (const Slot& slot : m_slots) {
        if (!slot.state)
            continue;
        slot.state->connection = nullptr;
        if (slot.state->peerEnd)
            handlers.push_back(std::exchange(slot.state->peerEnd, nullptr));
    }
    m_firstSequence += m_slots.size();
    m_slots.clear();
    m_waitingBytes = 0;
}

void HttpConnection::settle()
{
    if (m_dead) {
        m_owner.remove(*this);
        return;
    }
    if (m_closing)
        m_stream->setReading(!m_readEnded && m_discarded <= m_owner.m_limits.maxLingerBytes);
    else
        m_stream->setReading(m_rest.isEmpty() && mayRead());
    updateDeadline();
}

HttpConnection::Phase HttpConnection::currentPhase() const
{
    if (m_lingering)
        return Phase::Linger;
    if (m_parser && m_parser->headDone())
        return Phase::Body;
    if (!m_closing && (m_fresh || (m_parser && m_parser->hasBegun())))
        return Phase::Head;
    return m_slots.empty() && m_out.isEmpty() ? Phase::Idle : Phase::Answers;
}

qint64 HttpConnection::timeoutOf(Phase phase) const
{
    const HttpLimits& limits = m_owner.m_limits;
    switch (phase) {
    case Phase::Head:
        return limits.headTimeoutMs;
    case Phase::Body:
        return limits.bodyTimeoutMs;
    case Phase::Idle:
        return limits.idleTimeoutMs;
    case Phase::Linger:
        return limits.lingerTimeoutMs;
    case Phase::Answers:
        break;
    }
    return 0;
}

// Two things can be waited for at once: that the client sends, and that it takes.
void HttpConnection::updateDeadline()
{
    const Worker& worker = m_owner.m_worker;
    const Phase phase = currentPhase();
    if (phase != m_phase) {
        m_phase = phase;
        m_readDueMs = phase == Phase::Answers ? 0 : worker.steadyMs() + timeoutOf(phase);
    }
    const bool blocked = !m_out.isEmpty() && !m_flushDue;
    if (blocked != (m_sendDueMs != 0))
        m_sendDueMs = blocked ? worker.steadyMs() + m_owner.m_limits.sendTimeoutMs : 0;
    const qint64 due =
        m_readDueMs != 0 && m_sendDueMs != 0 ? std::min(m_readDueMs, m_sendDueMs) : std::max(m_readDueMs, m_sendDueMs);
    if (due == 0)
        DeadlineWheel::disarm(m_deadline);
    else if (!m_deadline.isArmed() || m_deadline.atMs() != due)
        m_owner.m_worker.deadlines().arm(m_deadline, due);
}

void HttpConnection::deadlineReached()
{
    const qint64 now = m_owner.m_worker.steadyMs();
    if ((m_sendDueMs != 0 && now >= m_sendDueMs) || m_phase == Phase::Idle || m_phase == Phase::Linger) {
        end();
        return;
    }
    // It is not the client's fault while we do not read.
    if (mayRead())
        refuse({408, Error(ErrorCode::RequestTimeout)});
    else
        m_readDueMs = now + timeoutOf(m_phase);
    settle();
}

} // namespace signalbox
