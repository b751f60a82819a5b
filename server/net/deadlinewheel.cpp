// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/deadlinewheel.h"

#include <algorithm>
#include <utility>

namespace signalbox {

namespace {

using Link = detail::DeadlineLink;

constexpr qint64 kSlots = 2048;

void makeEmpty(Link& head)
{
    head.previous = head.next = &head;
}

void append(Link& head, Link& link)
{
    link.previous = head.previous;
    link.next = &head;
    head.previous->next = &link;
    head.previous = &link;
}

} // namespace

void Deadline::unlink()
{
    if (!next)
        return;
    previous->next = next;
    next->previous = previous;
    previous = next = nullptr;
}

DeadlineWheel::DeadlineWheel(qint64 nowMs, qint64 tickMs)
    : m_tickMs(tickMs)
    , m_tick(nowMs / tickMs)
    , m_slots(kSlots)
{
    std::for_each(m_slots.begin(), m_slots.end(), makeEmpty);
}

DeadlineWheel::~DeadlineWheel()
{
    for (Link& slot : m_slots) {
        while (slot.next != &slot)
            static_cast<Deadline*>(slot.next)->unlink();
    }
}

void DeadlineWheel::arm(Deadline& deadline, qint64 atSteadyMs)
{
    deadline.unlink();
    deadline.m_atMs = atSteadyMs;
    append(slotOf(std::max(dueTick(deadline), m_tick + 1)), deadline);
}

int DeadlineWheel::advance(qint64 nowSteadyMs)
{
    const qint64 nowTick = nowSteadyMs / m_tickMs;
    if (nowTick <= m_tick)
        return 0;
    // All due ones first, the wheel set to now, and only then the handlers: whatever these arm comes later.
    Link due;
    makeEmpty(due);
    const qint64 first = std::max(m_tick + 1, nowTick - kSlots + 1);
    m_tick = nowTick;
    for (qint64 tick = first; tick <= nowTick; ++tick)
        collect(slotOf(tick), nowTick, due);

    int reached = 0;
    for (; due.next != &due; ++reached) {
        Deadline& deadline = *static_cast<Deadline*>(due.next);
        deadline.unlink();
        deadline.m_reached(deadline.m_owner);
    }
    return reached;
}

DeadlineWheel::Link& DeadlineWheel::slotOf(qint64 tick)
{
    return m_slots[static_cast<std::size_t>(tick % kSlots)];
}

void DeadlineWheel::collect(Link& slot, qint64 nowTick, Link& due)
{
    for (Link* link = slot.next; link != &slot;) {
        Deadline& deadline = *static_cast<Deadline*>(std::exchange(link, link->next));
        if (dueTick(deadline) > nowTick)
            continue;
        deadline.unlink();
        append(due, deadline);
    }
}

/// The first tick that is not before the deadline.
qint64 DeadlineWheel::dueTick(const Deadline& deadline) const
{
    return deadline.m_atMs <= 0 ? 0 : (deadline.m_atMs - 1) / m_tickMs + 1;
}

} // namespace signalbox
