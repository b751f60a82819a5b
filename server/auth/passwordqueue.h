// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QThreadPool>

#include <atomic>
#include <functional>

namespace signalbox {

/// The threads that passwords are hashed and verified on: few, because each takes 64 MiB and a core, and with a bounded
/// number of tasks waiting. One for the whole server; any thread may give it tasks.
class PasswordQueue
{
public:
    static constexpr int kThreads = 2;
    static constexpr int kMostTasks = 34; ///< running and waiting; the last waits for a second or two

    PasswordQueue();
    ~PasswordQueue(); ///< stop()
    Q_DISABLE_COPY_MOVE(PasswordQueue)

    /// Runs `work` on one of the threads, then has `post` bring `done` with its outcome back to the caller's thread.
    /// `done` is never called nor destroyed on a thread of the queue. False, and nothing happens, when too many wait.
    template <typename T, typename Post> bool run(std::function<T()> work, Post post, std::function<void(T)> done)
    {
        return start([work = std::move(work), post = std::move(post), done = std::move(done)]() mutable {
            post([done = std::exchange(done, nullptr), outcome = work()]() mutable { done(std::move(outcome)); });
        });
    }
    /// Runs what waits, ends. Later tasks are refused.
    void stop();

private:
    bool start(std::function<void()> task);

    QThreadPool m_pool;
    std::atomic<int> m_tasks{0};
    std::atomic<bool> m_stopped{false};
};

} // namespace signalbox
