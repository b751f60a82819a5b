// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractEventDispatcher>
#include <QList>

#include <functional>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace signalbox {

/// The timers of one event loop. Owns no clock: every call is told the time, in nanoseconds of a steady clock that
/// starts anywhere at or above zero and never goes back. One thread. Adding, removing and firing cost O(log n).
///
/// A timer never fires early. Qt::PreciseTimer is due exactly at its interval; Qt::CoarseTimer up to 5 % (at most one
/// second) later, at a round time that it shares with others; Qt::VeryCoarseTimer at the next full second. A repeating
/// timer keeps its rate: its next due time counts from the last one, or from now when that has passed already.
/// Intervals too long for the clock mean "never".
class TimerList
{
public:
    using TimerInfo = QAbstractEventDispatcher::TimerInfo;
    /// Gets the id and object of a timer that is due. May add and remove any timer, and call fireDue() again.
    using Fire = std::function<void(int id, QObject* object)>;

    /// Adds a timer, in place of one with the same id. An interval below zero counts as zero.
    void add(int id, qint64 intervalMs, Qt::TimerType type, QObject* object, qint64 nowNs);
    /// False when there is no such timer.
    bool remove(int id);
    /// Removes every timer of the object; false when it has none.
    bool removeAll(QObject* object);

    /// The timers of the object, in the order they were added. Intervals above INT_MAX are given as INT_MAX.
    QList<TimerInfo> timersOf(const QObject* object) const;
    /// Milliseconds until the timer is due, rounded up; 0 when it is overdue; -1 when there is no such timer.
    qint64 remainingMs(int id, qint64 nowNs) const;
    /// When the first timer is due. A timer whose handler is running does not count: it waits for its return.
    std::optional<qint64> nextDueNs() const;

    /// Fires what is due at `nowNs`, in the order of due times, then of adding. Each timer fires at most once per call,
    /// and not while its own handler runs further down the stack. A timer added meanwhile waits for the next call.
    /// Returns how many fired.
    int fireDue(qint64 nowNs, const Fire& fire);

private:
    struct Timer
    {
        int id = 0;
        qint64 intervalMs = 0;
        Qt::TimerType type = Qt::PreciseTimer;
        QObject* object = nullptr;
        qint64 nominalNs = 0; ///< before rounding; the rate counts from here
        qint64 dueNs = 0;     ///< rounded
        quint64 serial = 0;   ///< tells this timer from a later one with the same id
        quint64 sequence = 0; ///< tells entries of one due time apart, in the order they were queued
    };
    struct Entry
    {
        qint64 dueNs;
        quint64 sequence;
        Timer* timer;
        bool operator<(const Entry& other) const
        {
            return dueNs != other.dueNs ? dueNs < other.dueNs : sequence < other.sequence;
        }
    };
    using Queue = std::set<Entry>;

    void fireFirst(qint64 nowNs, const Fire& fire);
    std::vector<int> idsOf(const QObject* object) const;
    void forget(const Timer& timer);
    static void scheduleAfter(Timer& timer, qint64 nowNs);

    std::unordered_map<int, Timer> m_timers;
    std::set<std::pair<const QObject*, int>> m_idsByObject;
    Queue m_queue; ///< all timers but those whose handler is running
    quint64 m_nextSerial = 0;
    quint64 m_nextSequence = 0;
};

} // namespace signalbox
