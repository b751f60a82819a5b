// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/timerlist.h"

#include <algorithm>
#include <array>
#include <limits>

namespace signalbox {

namespace {

constexpr qint64 kNever = std::numeric_limits<qint64>::max();
constexpr qint64 kNsPerMs = 1'000'000;

qint64 later(qint64 ns, qint64 ms)
{
    return ms > (kNever - ns) / kNsPerMs ? kNever : ns + ms * kNsPerMs;
}

qint64 roundedUp(qint64 ns, qint64 granuleMs)
{
    const qint64 granule = granuleMs * kNsPerMs;
    const qint64 over = ns % granule;
    if (over == 0)
        return ns;
    return ns > kNever - granule ? kNever : ns + (granule - over);
}

/// The roundest step within 5 % of the interval: timers that may be late are late together.
qint64 coarseGranuleMs(qint64 intervalMs)
{
    static constexpr std::array<qint64, 10> steps{1000, 500, 200, 100, 50, 20, 10, 5, 2, 1};
    const auto step = std::find_if(steps.begin(), steps.end(), [&](qint64 s) { return s <= intervalMs / 20; });
    return step == steps.end() ? 0 : *step;
}

qint64 roundedDue(qint64 nominalNs, qint64 intervalMs, Qt::TimerType type)
{
    if (intervalMs == 0 || type == Qt::PreciseTimer)
        return nominalNs;
    const qint64 granule = type == Qt::VeryCoarseTimer ? 1000 : coarseGranuleMs(intervalMs);
    return granule == 0 ? nominalNs : roundedUp(nominalNs, granule);
}

} // namespace

void TimerList::add(int id, qint64 intervalMs, Qt::TimerType type, QObject* object, qint64 nowNs)
{
    remove(id);
    Timer& timer = m_timers[id];
    timer.id = id;
    timer.intervalMs = std::max<qint64>(intervalMs, 0);
    timer.type = type;
    timer.object = object;
    timer.nominalNs = later(nowNs, timer.intervalMs);
    timer.dueNs = roundedDue(timer.nominalNs, timer.intervalMs, type);
    timer.serial = m_nextSerial++;
    timer.sequence = m_nextSequence++;
    m_queue.insert({timer.dueNs, timer.sequence, &timer});
    m_idsByObject.emplace(object, id);
}

bool TimerList::remove(int id)
{
    const auto found = m_timers.find(id);
    if (found == m_timers.end())
        return false;
    forget(found->second);
    return true;
}

bool TimerList::removeAll(QObject* object)
{
    const std::vector<int> ids = idsOf(object);
    for (const int id : ids)
        forget(m_timers.at(id));
    return !ids.empty();
}

std::vector<int> TimerList::idsOf(const QObject* object) const
{
    std::vector<int> ids;
    auto entry = m_idsByObject.lower_bound({object, std::numeric_limits<int>::min()});
    for (; entry != m_idsByObject.end() && entry->first == object; ++entry)
        ids.push_back(entry->second);
    return ids;
}

void TimerList::forget(const Timer& timer)
{
    const int id = timer.id;
    m_queue.erase({timer.dueNs, timer.sequence, nullptr});
    m_idsByObject.erase({timer.object, id});
    m_timers.erase(id);
}

QList<TimerList::TimerInfo> TimerList::timersOf(const QObject* object) const
{
    std::vector<const Timer*> timers;
    for (const int id : idsOf(object))
        timers.push_back(&m_timers.at(id));
    std::sort(timers.begin(), timers.end(), [](const Timer* a, const Timer* b) { return a->serial < b->serial; });

    QList<TimerInfo> infos;
    for (const Timer* timer : timers) {
        const qint64 interval = std::min<qint64>(timer->intervalMs, std::numeric_limits<int>::max());
        infos.append(TimerInfo(timer->id, static_cast<int>(interval), timer->type));
    }
    return infos;
}

qint64 TimerList::remainingMs(int id, qint64 nowNs) const
{
    const auto found = m_timers.find(id);
    if (found == m_timers.end())
        return -1;
    const qint64 remaining = found->second.dueNs - nowNs;
    return remaining <= 0 ? 0 : (remaining - 1) / kNsPerMs + 1;
}

std::optional<qint64> TimerList::nextDueNs() const
{
    return m_queue.empty() ? std::nullopt : std::optional(m_queue.begin()->dueNs);
}

int TimerList::fireDue(qint64 nowNs, const Fire& fire)
{
    // What is queued from here on, by a handler or by firing again, belongs to the next call.
    const quint64 end = m_nextSequence;
    int fired = 0;
    while (!m_queue.empty()) {
        const Entry& first = *m_queue.begin();
        if (first.dueNs > nowNs || first.sequence >= end)
            break;
        fireFirst(nowNs, fire);
        ++fired;
    }
    return fired;
}

void TimerList::fireFirst(qint64 nowNs, const Fire& fire)
{
    Queue::node_type entry = m_queue.extract(m_queue.begin());
    Timer& timer = *entry.value().timer;
    const int id = timer.id;
    const quint64 serial = timer.serial;
    scheduleAfter(timer, nowNs);
    fire(id, timer.object);

    const auto found = m_timers.find(id);
    if (found == m_timers.end() || found->second.serial != serial)
        return;
    timer.sequence = m_nextSequence++;
    entry.value() = {timer.dueNs, timer.sequence, &timer};
    m_queue.insert(std::move(entry));
}

void TimerList::scheduleAfter(Timer& timer, qint64 nowNs)
{
    timer.nominalNs = later(timer.nominalNs, timer.intervalMs);
    if (timer.nominalNs <= nowNs)
        timer.nominalNs = later(nowNs, timer.intervalMs);
    timer.dueNs = roundedDue(timer.nominalNs, timer.intervalMs, timer.type);
}

} // namespace signalbox
