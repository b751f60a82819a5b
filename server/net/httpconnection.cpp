// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/httpconnection.h"

#include "net/httpconnections.h"

#include <ctime>

namespace signalbox {

HttpConnection::HttpConnection(HttpConnections& owner, StreamPtr stream)
    : m_owner(owner), m_stream(std::move(stream)), m_deadline(Deadline::calling<&HttpConnection::deadlineReached>(this))
{
    m_stream->setListener(this);
    armDeadline();
}

HttpConnection::~HttpConnection()
{
    for (const auto& slot : m_slots)
        slot->connection = nullptr;
}

void HttpConnection::streamReadable()
{
    QByteArray& buffer = m_owner.m_worker.readBuffer();
    const qint64 count = m_stream->read(buffer.data(), buffer.size());
    if (count == 0 || m_ended)
        return;
    if (m_lingering) {
        m_lingered += std::max<qint64>(0, count);
        if (count < 0 || m_lingered > m_owner.m_limits.maxLingerBytes)
            end();
        return;
    }
    if (count < 0) {
        m_inputEnded = true;
        m_closing = true;
        m_parser.reset();
        m_stream->setReading(false);
        if (isIdle())
            end();
        return;
    }
    consume(QByteArrayView(buffer.constData(), count));
}

/// Parses as long as there are bytes and room for answers; what is left over waits in m_unread.
void HttpConnection::consume(QByteArrayView bytes)
{
    m_unread.append(bytes);
    while (!m_unread.isEmpty() && !m_closing && m_stream) {
        if (mustWait()) {
            m_stream->setReading(false);
            return;
        }
        if (!m_parser) {
            m_parser = std::make_unique<HttpParser>(m_owner.m_limits);
            m_continueSent = false;
        }
        const qsizetype taken = m_parser->feed(m_unread);
        m_unread.remove(0, taken);
        if (m_parser->hasFailed()) {
            refuse(m_parser->refusal());
        } else if (m_parser->isDone()) {
            dispatch();
        } else if (m_parser->headDone() && m_parser->expectsContinue() && !m_continueSent && m_slots.empty()) {
            m_continueSent = true;
            m_writer.addContinue();
            m_owner.wantFlush(*this);
        }
    }
    if (m_stream && !m_ended)
        armDeadline();
}

void HttpConnection::dispatch()
{
    HttpRequest request = m_parser->takeRequest();
    m_parser.reset();
    m_served = true;
    request.peerAddress = peerAddress();
    auto slot = std::make_shared<HttpSlot>();
    slot->connection = this;
    slot->headOnly = request.method == "HEAD";
    slot->keepAlive = request.keepAlive;
    slot->versionMinor = request.versionMinor;
    if (!request.keepAlive)
        m_closing = true;
    m_slots.push_back(slot);
    m_owner.m_handler.handleRequest(HttpExchange::make(std::move(request), std::move(slot)));
}

void HttpConnection::refuse(const HttpRefusal& refusal)
{
    m_closing = true;
    auto slot = std::make_shared<HttpSlot>();
    slot->connection = this;
    slot->response = HttpResponse::json(refusal.status, refusal.error.toJson());
    slot->answered = true;
    slot->keepAlive = false;
    m_slots.push_back(std::move(slot));
    m_parser.reset();
    answered();
}

bool HttpConnection::mustWait() const
{
    return m_slots.size() >= static_cast<size_t>(std::max(1, m_owner.m_limits.maxPipelined))
           || m_writer.size() > m_owner.m_limits.maxUnsentBytes;
}

bool HttpConnection::isIdle() const
{
    return m_slots.empty() && m_writer.isEmpty() && (!m_parser || !m_parser->hasBegun());
}

/// Moves the answers that are next in order to the writer.
void HttpConnection::answered()
{
    while (!m_slots.empty() && m_slots.front()->answered) {
        const std::shared_ptr<HttpSlot> slot = m_slots.front();
        m_slots.pop_front();
        slot->connection = nullptr;
        const bool close = !slot->keepAlive || slot->response.close || (m_closing && m_slots.empty());
        m_writer.addAnswer(slot->response, {slot->headOnly, close, slot->versionMinor},
                           m_owner.m_date.text(std::time(nullptr)));
        if (!close)
            continue;
        m_closing = true;
        for (const auto& later : m_slots)
            later->connection = nullptr;
        m_slots.clear();
    }
    if (!m_flushWanted) {
        m_flushWanted = true;
        m_owner.wantFlush(*this);
    }
}

bool HttpConnection::isNext(const HttpSlot& slot) const
{
    return !m_slots.empty() && m_slots.front().get() == &slot && m_writer.isEmpty();
}

StreamPtr HttpConnection::giveAway(QByteArray* leftover)
{
    *leftover = std::exchange(m_unread, {});
    StreamPtr stream = std::move(m_stream);
    stream->setListener(nullptr);
    stream->setReading(true);
    end();
    return stream;
}

void HttpConnection::flush()
{
    m_flushWanted = false;
    if (m_ended || !m_stream)
        return;
    const HttpWriter::Outcome outcome = m_writer.flush(*m_stream);
    if (outcome == HttpWriter::Outcome::Broken) {
        end();
        return;
    }
    m_blocked = outcome == HttpWriter::Outcome::Blocked;
    if (m_closing && m_slots.empty() && m_writer.isEmpty()) {
        linger();
        return;
    }
    if (!m_closing && !mustWait()) {
        m_stream->setReading(true);
        if (!m_unread.isEmpty()) {
            consume({});
            return;
        }
    }
    armDeadline();
}

void HttpConnection::streamWritable()
{
    m_blocked = false;
    m_owner.wantFlush(*this);
}

void HttpConnection::streamClosed()
{
    end();
}

/// All is said: the client gets a moment to read it, for closing with unread input would take it away (RFC 9112 9.6).
void HttpConnection::linger()
{
    if (m_inputEnded) {
        end();
        return;
    }
    m_lingering = true;
    m_unread.clear();
    m_stream->shutdownWrite();
    m_stream->setReading(true);
    armDeadline();
}

void HttpConnection::closeWhenIdle()
{
    m_closing = true;
    if (isIdle())
        end();
}

void HttpConnection::end()
{
    if (m_ended)
        return;
    m_ended = true;
    m_closing = true;
    DeadlineWheel::disarm(m_deadline);
    for (const auto& slot : m_slots)
        slot->connection = nullptr;
    m_slots.clear();
    m_owner.retire(*this);
}

void HttpConnection::armDeadline()
{
    const HttpLimits& limits = m_owner.m_limits;
    qint64 waitMs = limits.idleTimeoutMs;
    if (m_lingering)
        waitMs = limits.lingerTimeoutMs;
    else if (m_blocked)
        waitMs = limits.sendTimeoutMs;
    else if (m_parser && m_parser->headDone())
        waitMs = limits.bodyTimeoutMs;
    else if (!m_served || (m_parser && m_parser->hasBegun()))
        waitMs = limits.headTimeoutMs;
    // A head or body that trickles in gets no new time with every byte.
    const bool sameWait = m_deadline.isArmed() && waitMs == m_waitMs;
    if (sameWait && waitMs != limits.idleTimeoutMs && !m_blocked)
        return;
    m_waitMs = waitMs;
    m_owner.m_worker.deadlines().arm(m_deadline, m_owner.m_worker.steadyMs() + waitMs);
}

void HttpConnection::deadlineReached()
{
    const bool reading = m_parser && m_parser->hasBegun();
    if (!m_lingering && !m_blocked && !m_slots.empty()) {
        armDeadline(); // the handler is at work; it is not the client's fault
    } else if (!m_lingering && !m_blocked && (reading || !m_served)) {
        refuse({408, Error(ErrorCode::RequestTimeout)});
    } else {
        end();
    }
}

const QByteArray& HttpConnection::peerAddress()
{
    if (m_peerAddress.isNull())
        m_peerAddress = m_stream->peerAddress();
    return m_peerAddress;
}

} // namespace signalbox
