// SPDX-License-Identifier: GPL-3.0-or-later
#include "amqp/amqpacks.h"

namespace signalbox {

void AmqpAcks::reset()
{
    m_states.clear();
    m_first = 1;
    m_unsettled = 0;
}

void AmqpAcks::delivered(quint64 tag)
{
    if (tag != m_first + m_states.size())
        return;
    m_states.push_back(State::Open);
    ++m_unsettled;
}

void AmqpAcks::settle(quint64 tag)
{
    if (tag < m_first || tag - m_first >= m_states.size())
        return;
    State& state = m_states[static_cast<size_t>(tag - m_first)];
    if (state != State::Open)
        return;
    state = State::Settled;
    --m_unsettled;
}

std::vector<AmqpAcks::Ack> AmqpAcks::take()
{
    std::vector<Ack> acks;
    quint64 last = 0; // of those at the front; RabbitMQ refuses a tag that was acknowledged before
    while (!m_states.empty() && m_states.front() != State::Open) {
        if (m_states.front() == State::Settled)
            last = m_first;
        m_states.pop_front();
        ++m_first;
    }
    if (last > 0)
        acks.push_back({last, true});
    for (size_t i = 0; i < m_states.size(); ++i) {
        if (m_states[i] == State::Settled) {
            m_states[i] = State::Acknowledged;
            acks.push_back({m_first + i, false});
        }
    }
    return acks;
}

} // namespace signalbox
