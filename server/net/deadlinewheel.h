// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <cstddef>
#include <vector>

namespace signalbox {

namespace detail {

struct DeadlineLink
{
    DeadlineLink* previous = nullptr;
    DeadlineLink* next = nullptr;
};

} // namespace detail

/// A moment at which its owner wants to be called. A member of its owner, which it does not own; it disarms itself
/// when it is destroyed. 40 bytes. Belongs to the thread of the wheel it is armed on.
class Deadline : private detail::DeadlineLink
{
public:
    using Reached = void (*)(void* owner);

    Deadline(Reached reached, void* owner)
        : m_reached(reached)
        , m_owner(owner)
    {
    }
    ~Deadline() { unlink(); }
    Q_DISABLE_COPY_MOVE(Deadline)

    /// `Deadline m_ping = Deadline::calling<&Connection::sendPing>(this);`
    template <auto method, typename Owner> static Deadline calling(Owner* owner)
    {
        return Deadline([](void* object) { (static_cast<Owner*>(object)->*method)(); }, owner);
    }

    bool isArmed() const { return next != nullptr; }
    /// When it is due, or was last, in the wheel's milliseconds.
    qint64 atMs() const { return m_atMs; }

private:
    friend class DeadlineWheel;
    void unlink();

    qint64 m_atMs = 0;
    Reached m_reached;
    void* m_owner;
};

static_assert(sizeof(Deadline) <= 5 * sizeof(void*) || sizeof(void*) < sizeof(qint64));

/// The deadlines of many connections: pings, idle times, heads that do not come. A hashed timing wheel: arming and
/// disarming cost the same however many there are; a deadline further away than one round (2048 ticks) is passed by
/// once per round. One thread. Keeps no clock: advance() is told the time.
///
/// A deadline is never reached early, and at the first advance() whose time is at least the next full tick. Handlers
/// may arm, disarm and destroy any deadline, their own and those due in the same advance() included, and call
/// advance(); what they arm is reached by a later advance() at the earliest. The order among deadlines that one
/// advance() reaches is not promised. A handler must not destroy the wheel.
class DeadlineWheel
{
public:
    /// `nowMs`: the steady clock's reading now, at or above zero; `tickMs`: above zero.
    explicit DeadlineWheel(qint64 nowMs, qint64 tickMs = 50);
    /// Disarms what is armed.
    ~DeadlineWheel();
    Q_DISABLE_COPY_MOVE(DeadlineWheel)

    /// Sets the moment, in place of an earlier one (on this wheel or another). A moment in the past counts as now.
    void arm(Deadline& deadline, qint64 atSteadyMs);
    /// Nothing when it is not armed.
    static void disarm(Deadline& deadline) { deadline.unlink(); }
    /// Calls what is due. Time that goes back is ignored. Returns the number of calls.
    int advance(qint64 nowSteadyMs);

    qint64 tickMs() const { return m_tickMs; }

private:
    using Link = detail::DeadlineLink;

    Link& slotOf(qint64 tick);
    void collect(Link& slot, qint64 nowTick, Link& due);
    qint64 dueTick(const Deadline& deadline) const;

    const qint64 m_tickMs;
    qint64 m_tick;             ///< the last one that was served
    std::vector<Link> m_slots; ///< heads of circular lists
};

} // namespace signalbox
