// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/storethread.h"
#include "desk/typingboard.h"
#include "net/worker.h"

#include <functional>
#include <memory>
#include <optional>

namespace signalbox {

/// The desk's two connections to its database. The writer's jobs are ordered and durable when they are answered; the
/// reader's see a snapshot of what was committed and do not wait behind writes.
struct DeskStores
{
    StoreThread& writer;
    StoreThread& reader;
    TypingBoard* typing = nullptr; ///< null: typing does not end by itself
};

/// A worker's way to the desk: commands run on a store's thread, their outcome comes back on the worker's.
class DeskPort
{
public:
    DeskPort(DeskStores stores, Worker& worker)
        : m_stores(stores)
        , m_worker(worker)
    {
    }

    template <typename T> using Command = std::function<Result<T>(DeskTransaction&)>;
    template <typename T> using Done = std::function<void(Result<T>)>;

    /// Runs the command in a transaction, see DeskTransaction; `done` after the commit.
    template <typename T> void write(Command<T> command, Done<T> done)
    {
        post<T>(m_stores.writer, std::move(command), std::move(done));
    }
    /// The same for one that only reads, beside the writes.
    template <typename T> void read(Command<T> command, Done<T> done)
    {
        post<T>(m_stores.reader, std::move(command), std::move(done));
    }
    /// Who types where; null when nobody keeps it.
    TypingBoard* typing() const { return m_stores.typing; }

private:
    template <typename T> void post(StoreThread& thread, Command<T> command, Done<T> done)
    {
        const auto outcome = std::make_shared<std::optional<Result<T>>>();
        thread.post(
            [outcome, command = std::move(command)](DeskTransaction& transaction) -> Result<void> {
                outcome->emplace(command(transaction));
                if (!outcome->value())
                    return outcome->value().error();
                return {};
            },
            [outcome, done = std::move(done), &worker = m_worker](const Result<void>& committed) {
                if (!committed)
                    outcome->emplace(committed.error());
                worker.post([outcome, done] { done(std::move(outcome->value())); });
            });
    }

    const DeskStores m_stores;
    Worker& m_worker;
};

} // namespace signalbox
