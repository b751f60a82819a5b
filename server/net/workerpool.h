// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/worker.h"

#include <functional>
#include <memory>
#include <vector>

namespace signalbox {

/// The workers of a server. Made, stopped and destroyed on one thread; everything else may be asked from any thread
/// in between.
class WorkerPool
{
public:
    /// With one worker it lives on the current thread and no thread is started; with more each has its own, and all
    /// their loops run when the constructor returns. A count below one is taken as one. `steadyMs` is called from all
    /// of them.
    WorkerPool(int count, const Worker::SteadyMs& steadyMs);
    /// stop() without a cleanup, if it was not called before.
    ~WorkerPool();
    Q_DISABLE_COPY_MOVE(WorkerPool)

    int size() const { return static_cast<int>(m_workers.size()); }
    /// `index` from 0 to size() - 1.
    Worker& worker(int index) { return *m_workers[static_cast<std::size_t>(index)]; }
    /// The worker with the fewest connections, the first of them when there are several.
    Worker& leastLoaded();

    /// Stops one worker after the other: what was posted to it so far runs, then `cleanup` on its thread, then its
    /// thread is ended and joined. The workers stay, to be asked but not posted to, until the pool goes. Not from a
    /// task of a worker that has its own thread.
    void stop(const std::function<void(Worker& worker)>& cleanup = {});

private:
    std::vector<std::unique_ptr<Worker>> m_workers;
};

} // namespace signalbox
