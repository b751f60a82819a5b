// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "desk/transaction.h"

#include <functional>
#include <memory>
#include <thread>

namespace signalbox {

/// The one thread that owns a Store. Jobs come from any thread through a bounded queue, run in the order they came, and
/// commit in groups: whatever waits is run in one transaction (each job behind a savepoint of its own) and answered
/// after its commit, so that many requests share one fsync. A job that fails undoes itself only.
///
/// When the database is down, locked or full, jobs are answered Unavailable and nothing of them is kept; the connection
/// is opened again by itself. A connection that breaks during a commit leaves open whether it happened: the jobs are
/// answered Unavailable, and events that turn out to be committed are handed on after the reconnect.
///
/// Of a database that several servers write (Limits::isShared) the events of the others are handed on as well, in the
/// one order of their sequence: before any own one behind them, with every job that reads, and when follow() is called.
class StoreThread
{
public:
    struct Limits
    {
        size_t queuedJobs = 10'000; ///< beyond it a job is answered Unavailable at once
        size_t jobsPerGroup = 256;
        qint64 reopenMs = 500; ///< after an attempt in vain to reach the database
        bool isShared = false; ///< others write this database, too
    };
    /// Makes the store; called on the thread, again after a lost connection.
    using Open = std::function<Result<std::unique_ptr<Store>>()>;
    /// May be called more than once, see DeskTransaction.
    using Job = std::function<Result<void>(DeskTransaction&)>;
    /// Called once, on the store's thread (or the poster's, when the queue is full or the thread has stopped).
    using Done = std::function<void(const Result<void>&)>;
    /// Every committed event, once, in order of sequence; on the store's thread. The events of a job come right before
    /// its answer, behind the answers of earlier jobs. A number is left out only when another server's event had been
    /// trimmed before it could be read.
    using Committed = std::function<void(std::vector<JournalEvent>)>;
    /// The database went down (with the reason) or came back; on the store's thread.
    using StateChanged = std::function<void(const Result<void>&)>;

    StoreThread(const Clock& clock, Store::Access access, Limits limits, Open open);
    ~StoreThread(); ///< stop()
    StoreThread(const StoreThread&) = delete;
    StoreThread& operator=(const StoreThread&) = delete;

    /// Before start(). Only what is committed afterwards is told.
    void setCommitted(Committed committed);
    void setStateChanged(StateChanged changed);

    /// Opens the store and waits for it; an Error when it cannot be opened at all.
    Result<void> start();
    /// Any thread.
    void post(Job job, Done done);
    /// The same for a job that only reads: it runs behind the commit of its group, so that it sees exactly what has
    /// been handed on (Committed) before its answer. Any thread.
    void postReading(Job job, Done done);
    /// The journal has got as far as this sequence number: what others have written is handed on. Any thread; does
    /// nothing when that is known.
    void follow(quint64 sequence);
    /// Runs what waits, answers it, ends. Later jobs are answered Unavailable.
    void stop();

    struct Counts
    {
        quint64 jobs = 0;
        quint64 commits = 0;
        size_t waiting = 0;
    };
    Counts counts() const; ///< any thread

private:
    class Loop;
    std::unique_ptr<Loop> m_loop;
    std::thread m_thread;
};

} // namespace signalbox
