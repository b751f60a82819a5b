// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/passwordqueue.h"

namespace signalbox {

PasswordQueue::PasswordQueue()
{
    m_pool.setMaxThreadCount(kThreads);
    m_pool.setObjectName(QStringLiteral("passwords"));
}

PasswordQueue::~PasswordQueue()
{
    stop();
}

bool PasswordQueue::start(std::function<void()> task)
{
    if (m_stopped)
        return false;
    if (m_tasks.fetch_add(1) >= kMostTasks) {
        m_tasks.fetch_sub(1);
        return false;
    }
    m_pool.start([this, task = std::move(task)] {
        task();
        m_tasks.fetch_sub(1);
    });
    return true;
}

void PasswordQueue::stop()
{
    m_stopped = true;
    m_pool.waitForDone();
}

} // namespace signalbox
