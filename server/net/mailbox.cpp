// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/mailbox.h"

#include <QCoreApplication>
#include <QEvent>
#include <QThread>

namespace signalbox {

namespace {

/// Tasks of a batch whose memory is kept for the next one; that of a larger batch is given back.
constexpr std::size_t kKeptCapacity = 4096;

} // namespace

/// Lives on the home thread and is sent one kind of event only: there is a batch.
class Mailbox::Receiver final : public QObject
{
public:
    explicit Receiver(Mailbox& mailbox)
        : m_mailbox(mailbox)
    {
    }

protected:
    void customEvent(QEvent*) override { m_mailbox.woken(); }

private:
    Mailbox& m_mailbox;
};

Mailbox::Mailbox(int priority, QThread* home)
    : m_priority(priority)
    , m_receiver(std::make_unique<Receiver>(*this))
    , m_stopped(std::make_shared<bool>(false))
{
    if (home)
        m_receiver->moveToThread(home);
}

Mailbox::~Mailbox()
{
    close();
}

void Mailbox::post(Task task)
{
    const std::lock_guard lock(m_mutex);
    if (m_closed)
        return;
    m_incoming.push_back(std::move(task));
    m_waiting.store(m_incoming.size(), std::memory_order_relaxed);
    if (std::exchange(m_wakePending, true))
        return;
    // Still locked, so that close() means that no event is on its way to a thread that ends.
    wakeHome();
}

std::size_t Mailbox::size() const
{
    return m_waiting.load(std::memory_order_relaxed) + m_inBatch.load(std::memory_order_relaxed);
}

std::size_t Mailbox::runBatch()
{
    if (m_running)
        return 0;
    std::vector<Task> batch = takeIncoming();
    const std::shared_ptr<bool> stopped = m_stopped;
    m_running = true;
    std::size_t ran = 0;
    while (ran < batch.size() && !*stopped) {
        m_inBatch.store(batch.size() - ran, std::memory_order_relaxed);
        Task task = std::move(batch[ran++]);
        task();
    }
    if (*stopped) // and perhaps destroyed
        return ran;
    finishBatch(std::move(batch));
    return ran;
}

std::vector<Task> Mailbox::takeIncoming()
{
    std::vector<Task> batch = std::move(m_spare);
    const std::lock_guard lock(m_mutex);
    batch.swap(m_incoming);
    m_wakePending = false;
    m_waiting.store(0, std::memory_order_relaxed);
    return batch;
}

void Mailbox::finishBatch(std::vector<Task> batch)
{
    m_running = false;
    m_inBatch.store(0, std::memory_order_relaxed);
    batch.clear();
    if (batch.capacity() <= kKeptCapacity)
        m_spare = std::move(batch);
    if (std::exchange(m_wokenWhileRunning, false))
        wakeHome();
}

void Mailbox::wakeHome()
{
    QCoreApplication::postEvent(m_receiver.get(), new QEvent(QEvent::User), m_priority);
    m_wakeUps.fetch_add(1, std::memory_order_relaxed);
}

/// A task that runs an event loop of its own gets the news of the next batch in there. It has to wait: the rest of the
/// batch under way comes first.
void Mailbox::woken()
{
    if (m_running)
        m_wokenWhileRunning = true;
    else
        runBatch();
}

void Mailbox::close()
{
    std::vector<Task> dropped;
    {
        const std::lock_guard lock(m_mutex);
        m_closed = true;
        dropped.swap(m_incoming);
        m_waiting.store(0, std::memory_order_relaxed);
    }
    m_inBatch.store(0, std::memory_order_relaxed);
    *m_stopped = true;
}

} // namespace signalbox
