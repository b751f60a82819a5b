// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session.h"

#include "core/hub.h"

namespace signalbox {

Session::Session(Hub& hub, SessionCarrier& carrier, SessionMetaPtr meta, WireFormat format, const Settings& settings)
    : m_hub(hub)
    , m_carrier(carrier)
    , m_meta(std::move(meta))
    , m_settings(settings)
    , m_format(format)
{
}

Session::~Session()
{
    m_hub.leaveAll(*this);
}

void Session::goLive(const Replay& replay, quint64 joinedBy)
{
    m_hub.replayTo(*this, replay, joinedBy);
    m_hub.replayEarly(*this);
    refill();
}

/// A burst of one turn is no slowness: what is more than the queue is meant for waits as events until the connection
/// has been written to.
bool Session::mustWait(const Event& event) const
{
    constexpr qint64 kEnvelopeBytes = 512;
    return hasWaiting() ||
           (!m_blocked && m_queue.bytes() + event.data.size() + kEnvelopeBytes > m_settings.maxQueueBytes / 4);
}

void Session::appendReplayed(const EventPtr& event, size_t placement)
{
    m_waiting.push_back({event, placement});
    m_waitingLimit = waiting() + static_cast<size_t>(m_settings.maxPendingEvents);
}

void Session::appendLive(const EventPtr& event, size_t placement)
{
    if (m_failure)
        return;
    m_waiting.push_back({event, placement});
    m_waitingBytes += event->data.size();
    const bool tooMany = waiting() > std::max(m_waitingLimit, static_cast<size_t>(m_settings.maxPendingEvents));
    if (tooMany || (m_blocked && m_waitingBytes > m_settings.maxQueueBytes)) {
        if (m_settings.slowPolicy == SlowPolicy::DropOldest) {
            takeWaiting();
            m_queue.noteDropped();
        } else {
            fail(ErrorCode::SlowConsumer);
        }
    }
    wantTurn();
}

Session::Waiting Session::takeWaiting()
{
    Waiting next = std::exchange(m_waiting[m_nextWaiting++], {});
    m_waitingBytes = std::max<qint64>(0, m_waitingBytes - next.event->data.size());
    constexpr size_t kTidyAfter = 256;
    if (m_nextWaiting == m_waiting.size()) {
        std::vector<Waiting>().swap(m_waiting);
        m_nextWaiting = 0;
        m_waitingLimit = 0;
        m_waitingBytes = 0;
    } else if (m_nextWaiting > kTidyAfter && m_nextWaiting > m_waiting.size() / 2) {
        m_waiting.erase(m_waiting.begin(), m_waiting.begin() + static_cast<std::ptrdiff_t>(m_nextWaiting));
        m_nextWaiting = 0;
    }
    return next;
}

bool Session::refill()
{
    const qint64 fewBytes = m_settings.maxQueueBytes / 4;
    while (hasWaiting() && m_queue.bytes() < fewBytes && !m_failure) {
        const Waiting& next = m_waiting[m_nextWaiting];
        const QByteArray frame = m_hub.encoded(*this, next.event, next.placement);
        if (!m_queue.isEmpty() && m_queue.bytes() + frame.size() > m_settings.maxQueueBytes)
            break;
        takeWaiting();
        m_meta->messagesOut.fetch_add(1, std::memory_order_relaxed);
        m_queue.pushAlways(frame); // one frame may be larger than the bound, or it could never be sent
        wantTurn();
    }
    return hasWaiting() && !m_failure;
}

void Session::send(QByteArray frame)
{
    push({std::move(frame), 0, false});
}

void Session::setBlocked(bool blocked)
{
    m_blocked = blocked;
    if (blocked)
        m_meta->slow.store(true, std::memory_order_relaxed);
}

void Session::deliver(const Event& event, const QByteArray& frame)
{
    m_meta->messagesOut.fetch_add(1, std::memory_order_relaxed);
    push({frame, event.conflateKey.isEmpty() ? 0 : qHash(event.conflateKey) | 1, true});
}

void Session::keepForLater(const EventPtr& event, const QByteArray& channel)
{
    if (m_early.size() >= static_cast<size_t>(m_settings.maxPendingEvents)) {
        fail(ErrorCode::Unavailable);
        return;
    }
    m_early.push_back({event, channel});
}

void Session::push(OutboundQueue::Frame frame)
{
    if (m_failure)
        return;
    if (!m_queue.push(std::move(frame), m_settings.maxQueueBytes, m_settings.slowPolicy, m_blocked))
        fail(ErrorCode::SlowConsumer);
    wantTurn();
}

void Session::wantTurn()
{
    if (m_turnWanted)
        return;
    m_turnWanted = true;
    m_carrier.sessionNeedsTurn();
}

void Session::fail(ErrorCode code)
{
    m_failure = code;
    m_early.clear();
    wantTurn();
}

} // namespace signalbox
