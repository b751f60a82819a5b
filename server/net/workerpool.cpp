// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/workerpool.h"

#include <algorithm>

namespace signalbox {

WorkerPool::WorkerPool(int count, const Worker::SteadyMs& steadyMs)
{
    const auto home = count > 1 ? Worker::Home::OwnThread : Worker::Home::CurrentThread;
    for (int index = 0; index < std::max(count, 1); ++index)
        m_workers.push_back(std::make_unique<Worker>(index, steadyMs, home));
}

WorkerPool::~WorkerPool()
{
    stop();
}

Worker& WorkerPool::leastLoaded()
{
    return **std::min_element(m_workers.begin(), m_workers.end(),
                              [](const auto& a, const auto& b) { return a->connectionCount() < b->connectionCount(); });
}

void WorkerPool::stop(const std::function<void(Worker& worker)>& cleanup)
{
    for (const std::unique_ptr<Worker>& worker : m_workers) {
        worker->stop([&] {
            if (cleanup)
                cleanup(*worker);
        });
    }
}

} // namespace signalbox
