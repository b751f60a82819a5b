// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session.h"

#include "core/hub.h"

namespace signalbox {

Session::Session(Hub& hub, SessionCarrier& carrier, SessionMetaPtr meta, WireFormat format, const Settings& settings)
    : m_hub(hub), m_carrier(carrier), m_meta(std::move(meta)), m_settings(settings), m_format(format)
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

void Session::appendReplayed(const EventPtr& event, size_t placement)
{
    m_waiting.push_back({event, placement});
    m_waitingLimit = m_waiting.size() + static_cast<size_t>(m_settings.maxPendingEvents);
}

void Session::appendLive(const EventPtr& event, size_t placement)
{
    if (m_waiting.size() >= m_waitingLimit)
        fail(ErrorCode::SlowConsumer);
    else
        m_waiting.push_back({event, placement});
}

bool Session::refill()
{
    const qint64 fewBytes = m_settings.maxQueueBytes / 4;
    while (hasWaiting() && m_queue.bytes() < fewBytes && !m_failure) {
        const Waiting& next = m_waiting[m_nextWaiting++];
        deliver(*next.event, m_hub.encoded(*this, next.event, next.placement));
    }
    if (hasWaiting() && !m_failure)
        return true;
    std::vector<Waiting>().swap(m_waiting);
    m_nextWaiting = 0;
    return false;
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
