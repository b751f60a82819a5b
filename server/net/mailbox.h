// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

QT_BEGIN_NAMESPACE
class QThread;
QT_END_NAMESPACE

namespace signalbox {

/// A call to make later: move-only, so that it can own what it needs. A callable of up to 56 bytes that moves without
/// throwing is kept inside, a larger one on the heap. May be called any number of times; an empty one must not be.
class Task
{
public:
    Task() = default;
    template <typename F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, Task> && std::is_invocable_v<std::remove_cvref_t<F>&>)
        Task(F&& callable)
    {
        using Callable = std::remove_cvref_t<F>;
        if constexpr (fitsInside<Callable>()) {
            new (m_storage) Callable(std::forward<F>(callable));
            m_operations = &kInside<Callable>;
        } else {
            new (m_storage) Callable*(new Callable(std::forward<F>(callable)));
            m_operations = &kOnHeap<Callable>;
        }
    }
    Task(Task&& other) noexcept { take(other); }
    Task& operator=(Task&& other) noexcept
    {
        if (this != &other) {
            reset();
            take(other);
        }
        return *this;
    }
    ~Task() { reset(); }

    explicit operator bool() const { return m_operations != nullptr; }
    void operator()() { m_operations->call(m_storage); }

private:
    struct Operations
    {
        void (*call)(std::byte* storage);
        void (*move)(std::byte* from, std::byte* to) noexcept;
        void (*destroy)(std::byte* storage) noexcept;
    };

    template <typename T> static constexpr bool fitsInside()
    {
        return sizeof(T) <= sizeof(m_storage) && alignof(T) <= alignof(void*) &&
               std::is_nothrow_move_constructible_v<T>;
    }
    template <typename T> static T& as(std::byte* storage) { return *std::launder(reinterpret_cast<T*>(storage)); }

    template <typename T>
    static constexpr Operations kInside{
        [](std::byte* storage) { as<T>(storage)(); },
        [](std::byte* from, std::byte* to) noexcept {
            new (to) T(std::move(as<T>(from)));
            as<T>(from).~T();
        },
        [](std::byte* storage) noexcept { as<T>(storage).~T(); },
    };
    template <typename T>
    static constexpr Operations kOnHeap{
        [](std::byte* storage) { (*as<T*>(storage))(); },
        [](std::byte* from, std::byte* to) noexcept { new (to) T*(as<T*>(from)); },
        [](std::byte* storage) noexcept { delete as<T*>(storage); },
    };

    void take(Task& other) noexcept
    {
        if (other.m_operations)
            other.m_operations->move(other.m_storage, m_storage);
        m_operations = std::exchange(other.m_operations, nullptr);
    }
    void reset() noexcept
    {
        if (m_operations)
            std::exchange(m_operations, nullptr)->destroy(m_storage);
    }

    alignas(void*) std::byte m_storage[56];
    const Operations* m_operations = nullptr;
};

/// Tasks for one thread, from any thread. They run on the home thread from its event loop, in the order they were
/// posted (of one poster; of several: in some order that keeps each one's own), in batches: the loop is woken once for
/// all that come until it takes them. A task posted by a running one belongs to a later batch. No task runs inside
/// another, even when that runs an event loop of its own.
///
/// Bounded by its owner: whoever lets strangers fill it looks at size() first. Tasks left at destruction or close()
/// are dropped without being run, and destroyed on the thread that drops them.
///
/// post() and size() are for any thread, while the mailbox lives. The rest, destruction too, is for the home thread, or
/// for any other once the home thread has ended. A task may destroy the mailbox.
class Mailbox
{
public:
    /// `priority` is that of the posted event which runs a batch; `home` is the current thread when null.
    explicit Mailbox(int priority = Qt::NormalEventPriority, QThread* home = nullptr);
    ~Mailbox();
    Q_DISABLE_COPY_MOVE(Mailbox)

    /// Hands over a task; drops it after close().
    void post(Task task);
    /// Roughly how many tasks wait, those of the batch under way included.
    std::size_t size() const;
    /// Runs one batch now: what was posted up to this call; nothing from inside a task. Returns how many tasks ran.
    std::size_t runBatch();
    /// Drops what waits and what will come. A batch under way ends after its current task.
    void close();

    /// How often the home thread was woken. For tests and measurements; any thread.
    quint64 wakeUps() const { return m_wakeUps.load(std::memory_order_relaxed); }

private:
    class Receiver;

    void wakeHome();
    void woken();
    std::vector<Task> takeIncoming();
    void finishBatch(std::vector<Task> batch);

    const int m_priority;
    std::unique_ptr<Receiver> m_receiver;
    mutable std::mutex m_mutex;
    std::vector<Task> m_incoming; ///< under m_mutex
    bool m_wakePending = false;   ///< under m_mutex
    bool m_closed = false;        ///< under m_mutex
    std::vector<Task> m_spare;    ///< keeps its memory for the next batch
    bool m_running = false;
    bool m_wokenWhileRunning = false;
    std::shared_ptr<bool> m_stopped; ///< outlives a batch whose task destroys the mailbox
    std::atomic<std::size_t> m_waiting{0};
    std::atomic<std::size_t> m_inBatch{0};
    std::atomic<quint64> m_wakeUps{0};
};

} // namespace signalbox
