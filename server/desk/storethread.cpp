// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/storethread.h"

#include "desk/journalfollower.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <future>
#include <iterator>
#include <limits>
#include <mutex>

namespace signalbox {

/// The queue, and what the thread does with it.
class StoreThread::Loop
{
public:
    Loop(const Clock& clock, Store::Access access, Limits limits, Open open)
        : m_clock(clock)
        , m_access(access)
        , m_limits(limits)
        , m_open(std::move(open))
        , m_follower(limits.isShared)
    {
    }

    void setCommitted(Committed committed) { m_follower.setCommitted(std::move(committed)); }
    void setStateChanged(StateChanged changed) { m_stateChanged = std::move(changed); }

    void post(Job job, Done done, bool reads);
    void run(std::promise<Result<void>> opened);
    void stop();
    void follow(quint64 sequence);
    Counts counts() const;

private:
    struct Entry
    {
        Job job;
        Done done;
        bool reads = false;
        Result<void> result{};
        std::vector<JournalEvent> events{};
    };
    using Group = std::vector<Entry>;

    bool takeGroup(Group& group);
    Result<void> open();
    void ensureOpen();
    void setDown(const Error& why);
    void serve(Group& group, Store::Access access);
    bool runGroup(Group& group, Store::Access access);
    enum class Outcome { Kept, Failed, WantsSavepoints };
    enum class Savepoints { Without, With };
    Outcome tryGroup(Group& group, Store::Access access, Savepoints savepoints);
    void runJob(Entry& entry);
    bool runBoldly(Entry& entry);
    std::vector<JournalEvent> run(Entry& entry);
    std::vector<JournalEvent> othersBefore(const Group& group, Store::Access access);
    void collect(Group& group, std::vector<JournalEvent> ofOthers);
    void runAlone(Entry& entry, Store::Access access);
    void failAll(Group& group, const Error& why);
    void answer(Group& group);

    const Clock& m_clock;
    const Store::Access m_access;
    const Limits m_limits;
    const Open m_open;
    StateChanged m_stateChanged;

    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<Entry> m_queue; ///< under m_mutex
    bool m_stopping = false;   ///< under m_mutex
    Counts m_counts;           ///< under m_mutex

    // The thread's own:
    std::unique_ptr<Store> m_store;
    qint64 m_nextOpenMs = 0;
    bool m_isDown = false;
    JournalFollower m_follower;
};

void StoreThread::Loop::post(Job job, Done done, bool reads)
{
    {
        const std::lock_guard lock(m_mutex);
        if (!m_stopping && m_queue.size() < m_limits.queuedJobs) {
            m_queue.push_back({std::move(job), std::move(done), reads});
            if (m_queue.size() == 1)
                m_wake.notify_one();
            return;
        }
    }
    done(Error(ErrorCode::Unavailable, QStringLiteral("The database is busy.")));
}

void StoreThread::Loop::follow(quint64 sequence)
{
    if (m_follower.isBehind(sequence))
        post([](DeskTransaction&) -> Result<void> { return {}; }, [](const Result<void>&) {}, true);
}

void StoreThread::Loop::stop()
{
    const std::lock_guard lock(m_mutex);
    m_stopping = true;
    m_wake.notify_one();
}

StoreThread::Counts StoreThread::Loop::counts() const
{
    const std::lock_guard lock(m_mutex);
    Counts counts = m_counts;
    counts.waiting = m_queue.size();
    return counts;
}

/// False: everything is answered and no more will come.
bool StoreThread::Loop::takeGroup(Group& group)
{
    std::unique_lock lock(m_mutex);
    m_wake.wait(lock, [this] { return !m_queue.empty() || m_stopping; });
    group.clear();
    while (!m_queue.empty() && group.size() < m_limits.jobsPerGroup) {
        group.push_back(std::move(m_queue.front()));
        m_queue.pop_front();
    }
    m_counts.jobs += group.size();
    return !group.empty();
}

void StoreThread::Loop::run(std::promise<Result<void>> opened)
{
    const Result<void> first = open();
    if (!first)
        stop();
    opened.set_value(first);
    if (!first)
        return;
    Group group;
    while (takeGroup(group)) {
        const auto firstReading =
            std::stable_partition(group.begin(), group.end(), [](const Entry& entry) { return !entry.reads; });
        Group reading(std::make_move_iterator(firstReading), std::make_move_iterator(group.end()));
        group.erase(firstReading, group.end());
        serve(group, m_access);
        serve(reading, Store::Access::Read);
    }
    m_store.reset();
}

void StoreThread::Loop::serve(Group& group, Store::Access access)
{
    if (group.empty())
        return;
    // That a connection broke is noticed by the next job only, and reading twice does no harm.
    const int attempts = access == Store::Access::Read ? 2 : 1;
    bool isDone = false;
    for (int attempt = 0; attempt < attempts && !isDone; ++attempt) {
        ensureOpen();
        if (!m_store) {
            failAll(group, Error(ErrorCode::Unavailable, QStringLiteral("The database cannot be reached.")));
            break;
        }
        isDone = runGroup(group, access);
    }
    answer(group);
}

Result<void> StoreThread::Loop::open()
{
    auto opened = m_open();
    if (!opened)
        return opened.error();
    m_store = std::move(*opened);
    m_follower.opened(*m_store, m_access);
    return {};
}

void StoreThread::Loop::ensureOpen()
{
    if (m_store && !m_store->isConnected())
        m_store.reset();
    if (m_store || m_clock.steadyMs() < m_nextOpenMs)
        return;
    if (const auto opened = open(); !opened) {
        m_nextOpenMs = m_clock.steadyMs() + m_limits.reopenMs;
        setDown(opened.error());
        return;
    }
    if (m_isDown && m_stateChanged)
        m_stateChanged({});
    m_isDown = false;
}

void StoreThread::Loop::setDown(const Error& why)
{
    if (!m_isDown && m_stateChanged)
        m_stateChanged(why);
    m_isDown = true;
}

/// One transaction for all, without savepoints as long as they are not missed: behind each of them SQLite copies every
/// page that changes. When the database wants it again, each job in one of its own. False when the connection broke and
/// every job has failed.
bool StoreThread::Loop::runGroup(Group& group, Store::Access access)
{
    Outcome outcome = tryGroup(group, access, Savepoints::Without);
    if (outcome == Outcome::WantsSavepoints) {
        m_store->rollback();
        outcome = tryGroup(group, access, Savepoints::With);
    }
    if (outcome == Outcome::Kept)
        return true;
    const Error why = m_store->failure().value_or(Error(ErrorCode::Unavailable));
    m_store->rollback();
    if (!m_store->isConnected()) {
        setDown(why);
        failAll(group, why);
        return false;
    }
    for (Entry& entry : group)
        runAlone(entry, access);
    return true;
}

void StoreThread::Loop::runAlone(Entry& entry, Store::Access access)
{
    constexpr int kAttempts = 3;
    Group single;
    single.push_back(std::move(entry));
    Error why(ErrorCode::Unavailable);
    bool done = false;
    for (int attempt = 0; attempt < kAttempts && !done && m_store->isConnected(); ++attempt) {
        done = tryGroup(single, access, Savepoints::With) == Outcome::Kept;
        if (done)
            break;
        why = m_store->failure().value_or(why);
        m_store->rollback();
        if (why.code != ErrorCode::Conflict)
            break;
    }
    if (!done) {
        setDown(why);
        failAll(single, why);
    }
    entry = std::move(single.front());
}

/// Failed: nothing of it is kept, and the store knows why.
StoreThread::Loop::Outcome StoreThread::Loop::tryGroup(Group& group, Store::Access access, Savepoints savepoints)
{
    if (!m_store->begin(access))
        return Outcome::Failed;
    for (Entry& entry : group) {
        entry.events.clear();
        if (savepoints == Savepoints::Without && !runBoldly(entry))
            return Outcome::WantsSavepoints;
        if (savepoints == Savepoints::With)
            runJob(entry);
        if (m_store->failure() || !m_store->isConnected())
            return Outcome::Failed;
    }
    std::vector<JournalEvent> ofOthers = othersBefore(group, access);
    if (m_store->failure() || !m_store->commit())
        return Outcome::Failed;
    collect(group, std::move(ofOthers));
    {
        const std::lock_guard lock(m_mutex);
        ++m_counts.commits;
    }
    if (m_isDown && m_stateChanged)
        m_stateChanged({});
    m_isDown = false;
    return Outcome::Kept;
}

/// What others have written before the group's own events or, when it only reads, before what it saw.
std::vector<JournalEvent> StoreThread::Loop::othersBefore(const Group& group, Store::Access access)
{
    const auto first =
        std::find_if(group.begin(), group.end(), [](const Entry& entry) { return !entry.events.empty(); });
    if (first != group.end())
        return m_follower.othersBefore(*m_store, first->events.front().sequence);
    if (access == Store::Access::Read)
        return m_follower.othersBefore(*m_store, std::numeric_limits<quint64>::max());
    return {};
}

/// They go with the first own events; without any, with the first answer.
void StoreThread::Loop::collect(Group& group, std::vector<JournalEvent> ofOthers)
{
    if (!ofOthers.empty()) {
        m_follower.collected(ofOthers.back().sequence);
        auto first = std::find_if(group.begin(), group.end(), [](const Entry& entry) { return !entry.events.empty(); });
        auto& events = first == group.end() ? group.front().events : first->events;
        events.insert(events.begin(), std::make_move_iterator(ofOthers.begin()),
                      std::make_move_iterator(ofOthers.end()));
    }
    for (const Entry& entry : group) {
        if (!entry.events.empty())
            m_follower.collected(entry.events.back().sequence);
    }
}

std::vector<JournalEvent> StoreThread::Loop::run(Entry& entry)
{
    DeskTransaction transaction(*m_store, m_clock.wallMs(), m_access);
    entry.result = entry.job(transaction);
    return transaction.takeEmitted();
}

/// False when something of this job alone would have to be undone.
bool StoreThread::Loop::runBoldly(Entry& entry)
{
    const quint64 changes = m_store->changes();
    entry.events = run(entry);
    if (const auto& failure = m_store->failure())
        return failure->code != ErrorCode::Internal;
    return entry.result.ok() || m_store->changes() == changes;
}

void StoreThread::Loop::runJob(Entry& entry)
{
    m_store->savepoint();
    std::vector<JournalEvent> emitted = run(entry);
    if (const auto& failure = m_store->failure()) {
        entry.result = *failure;
        if (failure->code != ErrorCode::Internal)
            return; // the whole group fails with the database
    }
    if (!entry.result) {
        m_store->rollbackToSavepoint();
        return;
    }
    m_store->releaseSavepoint();
    entry.events = std::move(emitted);
}

void StoreThread::Loop::failAll(Group& group, const Error& why)
{
    for (Entry& entry : group) {
        entry.result = why.code == ErrorCode::Conflict ? Error(ErrorCode::Unavailable) : why;
        entry.events.clear();
    }
}

void StoreThread::Loop::answer(Group& group)
{
    for (Entry& entry : group) {
        m_follower.tell(std::move(entry.events));
        entry.done(entry.result);
    }
}

StoreThread::StoreThread(const Clock& clock, Store::Access access, Limits limits, Open open)
    : m_loop(std::make_unique<Loop>(clock, access, limits, std::move(open)))
{
}

StoreThread::~StoreThread()
{
    stop();
}

void StoreThread::setCommitted(Committed committed)
{
    m_loop->setCommitted(std::move(committed));
}

void StoreThread::setStateChanged(StateChanged changed)
{
    m_loop->setStateChanged(std::move(changed));
}

Result<void> StoreThread::start()
{
    std::promise<Result<void>> opened;
    auto outcome = opened.get_future();
    m_thread = std::thread([this, opened = std::move(opened)]() mutable { m_loop->run(std::move(opened)); });
    return outcome.get();
}

void StoreThread::post(Job job, Done done)
{
    m_loop->post(std::move(job), std::move(done), false);
}

void StoreThread::follow(quint64 sequence)
{
    m_loop->follow(sequence);
}

void StoreThread::postReading(Job job, Done done)
{
    m_loop->post(std::move(job), std::move(done), true);
}

void StoreThread::stop()
{
    m_loop->stop();
    if (m_thread.joinable())
        m_thread.join();
}

StoreThread::Counts StoreThread::counts() const
{
    return m_loop->counts();
}

} // namespace signalbox
