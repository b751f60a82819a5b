// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/clientconnection.h"

#include "transport/edgeworker.h"

namespace signalbox {

namespace {

constexpr qint64 kClosingMs = 2000;
constexpr qint64 kTurnBytes = 2 << 20; ///< of a long replay in one turn, so that others get theirs

/// A resume place that no log knows: what a client's nonsense becomes, so that it is answered by a reset.
Position nowhere()
{
    return {QByteArrayLiteral("-"), 0};
}

} // namespace

ClientConnection::ClientConnection(EdgeWorker& edge, SessionMetaPtr meta, WireFormat format)
    : m_edge(edge)
    , m_session(edge.hub(), *this, std::move(meta), format, edge.sessionSettings())
    , m_heartbeat(Deadline::calling<&ClientConnection::heartbeatReached>(this))
    , m_expiry(Deadline::calling<&ClientConnection::expiryReached>(this))
    , m_expiresAtMs(m_session.identity().expiresAtMs)
{
}

ClientConnection::~ClientConnection()
{
    leaveHub();
    if (m_attached)
        m_edge.port().detach(id());
}

void ClientConnection::leaveHub()
{
    std::vector<QByteArray> abandoned = m_edge.hub().leaveAll(m_session);
    if (!abandoned.empty())
        m_edge.port().abandon(std::move(abandoned));
}

void ClientConnection::setStream(StreamPtr stream)
{
    m_stream = std::move(stream);
    m_stream->setListener(this);
}

void ClientConnection::attach(const std::vector<QByteArray>& channels, const QByteArray& since)
{
    m_attached = true;
    askCore(channels, since, &ClientConnection::attached);
}

void ClientConnection::identify(SessionMetaPtr meta, const std::vector<QByteArray>& channels, const QByteArray& since)
{
    m_session.setMeta(std::move(meta));
    askCore(channels, since, &ClientConnection::identified);
}

void ClientConnection::askCore(const std::vector<QByteArray>& channels, const QByteArray& since, Answered answered)
{
    for (const QByteArray& channel : channels)
        m_edge.hub().join(m_session, channel);
    std::optional<Position> place;
    if (!since.isEmpty())
        place = Position::parse(since).value_or(nowhere());
    m_since = since;
    m_edge.port().attach(
        m_session.metaPtr(), channels, place,
        [&edge = m_edge, id = id(), answered, resuming = place.has_value()](const Result<Replay>& answer) {
            if (ClientConnection* connection = edge.find(id))
                (connection->*answered)(answer, resuming);
        });
}

void ClientConnection::attached(const Result<Replay>& answer, bool resuming)
{
    if (m_closing || m_retired)
        return;
    if (!answer) {
        refuse(answer.error());
        return;
    }
    m_live = true;
    if (resuming)
        m_edge.observer().resumed(answer->recovered);
    begin(*answer, resuming);
    m_since.clear();
    if (m_closing || m_retired)
        return;
    setExpiry(m_expiresAtMs);
    if (!m_edge.unavailableSources().isEmpty())
        sourcesChanged();
}

void ClientConnection::setExpiry(qint64 expiresAtMs)
{
    m_expiresAtMs = expiresAtMs;
    m_expiryTold = false;
    if (expiresAtMs == 0) {
        DeadlineWheel::disarm(m_expiry);
        return;
    }
    const qint64 leftMs = expiresAtMs - m_edge.clock().wallMs();
    const qint64 noticeMs = m_edge.settings().auth.expiryNoticeMs;
    m_edge.worker().deadlines().arm(m_expiry, m_edge.clock().steadyMs() + std::max<qint64>(0, leftMs - noticeMs));
}

void ClientConnection::expiryReached()
{
    const qint64 leftMs = m_expiresAtMs - m_edge.clock().wallMs();
    if (leftMs <= 0) {
        close(ErrorCode::TokenExpired);
        return;
    }
    if (!m_expiryTold && leftMs <= m_edge.settings().auth.expiryNoticeMs) {
        m_expiryTold = true;
        sayTokenExpires(m_expiresAtMs);
    }
    const qint64 waitMs = m_expiryTold ? leftMs : leftMs - m_edge.settings().auth.expiryNoticeMs;
    m_edge.worker().deadlines().arm(m_expiry, m_edge.clock().steadyMs() + waitMs);
}

void ClientConnection::sayTokenExpires(qint64 expiresAtMs)
{
    say({.name = "token.expiring", .data = "{\"expires_at\":\"" + isoTime(expiresAtMs) + "\"}"});
}

void ClientConnection::armHeartbeat(qint64 inMs)
{
    m_edge.worker().deadlines().arm(m_heartbeat, m_edge.clock().steadyMs() + inMs);
}

void ClientConnection::heartbeatReached()
{
    if (m_closing)
        retire();
    else
        heartbeat();
}

void ClientConnection::close(ErrorCode why, const QString& detail)
{
    if (m_closing || m_retired)
        return;
    if (why == ErrorCode::SlowConsumer) {
        m_edge.observer().closedAsSlow();
        m_session.queue().dropUnwritten();
    }
    endWith(m_stream || mayWriteWithoutStream() ? lastWords(Error(why, detail)) : QByteArray());
}

void ClientConnection::endWith(QByteArray lastBytes)
{
    if (m_closing || m_retired)
        return;
    m_closing = true;
    ending();
    leaveHub(); // nothing may follow the last words
    DeadlineWheel::disarm(m_expiry);
    if (!m_stream && !mayWriteWithoutStream()) {
        retire();
        return;
    }
    if (!lastBytes.isEmpty())
        m_session.sendLast(std::move(lastBytes));
    armHeartbeat(closingMs());
    if (m_stream)
        m_stream->setReading(true);
    m_edge.needsTurn(*this);
}

void ClientConnection::sessionNeedsTurn()
{
    m_edge.needsTurn(*this);
}

void ClientConnection::writeNow(QByteArray bytes)
{
    m_session.sendLast(std::move(bytes));
    m_edge.needsTurn(*this);
}

void ClientConnection::writeTurn()
{
    m_session.turnTaken();
    if (m_retired)
        return;
    if (const auto failure = m_session.failure(); failure && !m_closing && (m_stream || mayWriteWithoutStream())) {
        m_edge.observer().dispatchFailed(*failure);
        close(*failure);
    }
    if (!m_stream) {
        if (!m_retired)
            writeWithoutStream();
        return;
    }
    qint64 budget = kTurnBytes;
    do {
        if (!writeQueue(budget))
            return;
    } while (!m_closing && (m_session.refill() || !m_session.queue().isEmpty()) && budget > 0);
    if (m_closing) {
        if (m_inputEnded)
            retire();
        else
            wroteLastBytes();
        return;
    }
    sayDropped();
    if (!m_session.queue().isEmpty())
        m_edge.needsTurn(*this);
}

/// Once the client takes bytes again, not for every event that was dropped: the notices would fill the queue.
void ClientConnection::sayDropped()
{
    if (m_closing)
        return;
    if (const int dropped = m_session.queue().takeDropped(); dropped > 0)
        say({.name = "warning", .data = "{\"code\":\"events_dropped\",\"count\":" + QByteArray::number(dropped) + "}"});
}

/// Writes the queue as far as the stream takes it. False: it does not take all of it now, or is gone.
bool ClientConnection::writeQueue(qint64& budget)
{
    constexpr int kParts = 128;
    iovec parts[kParts];
    OutboundQueue& queue = m_session.queue();
    while (!queue.isEmpty()) {
        const int count = queue.gather(parts, kParts);
        qint64 offered = 0;
        for (int i = 0; i < count; ++i)
            offered += static_cast<qint64>(parts[i].iov_len);
        const qint64 taken = m_stream->write(parts, count);
        if (taken < 0) {
            retire();
            return false;
        }
        queue.consumed(taken);
        budget -= taken;
        if (taken < offered) {
            m_session.setBlocked(true);
            return false;
        }
    }
    return true;
}

void ClientConnection::streamWritable()
{
    m_session.setBlocked(false);
    sayDropped();
    m_edge.needsTurn(*this);
}

qint64 ClientConnection::closingMs() const
{
    return kClosingMs;
}

void ClientConnection::wroteLastBytes()
{
    m_stream->shutdownWrite();
}

void ClientConnection::streamReadable()
{
    QByteArray& buffer = m_edge.worker().readBuffer();
    const qint64 count = m_stream->read(buffer.data(), buffer.size());
    if (count > 0) {
        if (!m_closing)
            received(buffer.data(), count);
    } else if (count < 0) {
        inputEnded();
    }
}

/// A peer that has said goodbye and ended its direction may still read what it is owed.
void ClientConnection::inputEnded()
{
    m_inputEnded = true;
    if (!m_closing || m_session.queue().isEmpty())
        retire();
    else
        m_stream->setReading(false);
}

void ClientConnection::streamClosed()
{
    retire();
}

void ClientConnection::retire()
{
    if (m_retired)
        return;
    m_retired = true;
    if (!std::exchange(m_closing, true))
        ending();
    m_edge.retire(id());
}

ControlMessage ClientConnection::established(const Replay& replay, bool resuming) const
{
    const SessionMeta& meta = m_session.meta();
    ControlMessage message;
    message.name = "connection.established";
    message.data = "{\"client_id\":\"" + meta.clientId + "\",\"connection_type\":\"" + transportName(meta.transport) +
                   "\",\"timestamp\":\"" + isoTime(m_edge.clock().wallMs()) + "\"}";
    message.id = resuming && replay.recovered ? m_since : standing(replay);
    message.extra = "\"client_id\":\"" + meta.clientId + "\",\"position\":\"" + message.id + "\"";
    if (resuming)
        message.extra += replay.recovered ? ",\"recovered\":true" : ",\"recovered\":false";
    if (!meta.dialog.isEmpty())
        message.extra += ",\"session_id\":" + sessionIdJson(meta.dialog);
    message.sequence = replay.tops.empty() ? 0 : replay.tops.front().position.offset;
    message.named = false;
    return message;
}

ControlMessage ClientConnection::reset(const Replay& replay) const
{
    ControlMessage message;
    message.name = "reset";
    message.data = "{\"code\":\"history_lost\"}";
    message.id = standing(replay);
    message.extra = "\"code\":\"history_lost\",\"position\":\"" + message.id + "\"";
    message.sequence = replay.tops.empty() ? 0 : replay.tops.front().position.offset;
    return message;
}

QByteArray ClientConnection::standing(const Replay& replay) const
{
    const bool single = !m_session.format().cursorIds && replay.tops.size() == 1;
    return single ? replay.tops.front().position.toString() : replay.cursor.toString();
}

} // namespace signalbox
