// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/deferredpublishes.h"

#include <algorithm>

namespace signalbox {

bool BusyChannels::concerns(const Publication& event) const
{
    return !m_busy.isEmpty() && std::any_of(event.channels.begin(), event.channels.end(),
                                            [this](const QByteArray& channel) { return m_busy.contains(channel); });
}

void BusyChannels::note(const Publication& event, int change)
{
    for (const QByteArray& channel : event.channels) {
        int& count = m_busy[channel];
        count += change;
        if (count == 0)
            m_busy.remove(channel);
    }
}

DeferredPublishes::DeferredPublishes(BusyChannels& busy, Decide decide, Publish publish)
    : m_busy(busy)
    , m_decide(std::move(decide))
    , m_publish(std::move(publish))
{
}

void DeferredPublishes::add(std::vector<Publication> events, Broker::PublishDone done)
{
    for (const Publication& event : events)
        m_busy.note(event, 1);
    m_waiting.push_back({std::move(events), std::move(done)});
    if (m_waiting.size() == 1)
        m_decide([this](const Result<void>& decided) { publishAll(decided); });
}

/// In their order; for what is undecided still, it was decided that it is not the desk's.
void DeferredPublishes::publishAll(const Result<void>& decided)
{
    for (size_t left = m_waiting.size(); left > 0; --left) {
        Waiting one = std::move(m_waiting.front());
        m_waiting.pop_front();
        for (const Publication& event : one.events)
            m_busy.note(event, -1);
        if (decided)
            m_publish(std::move(one.events), std::move(one.done));
        else
            one.done(decided.error());
    }
    if (!m_waiting.empty())
        m_decide([this](const Result<void>& again) { publishAll(again); });
}

} // namespace signalbox
