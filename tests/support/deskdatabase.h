// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "desk/sqlstore.h"
#include "desk/transaction.h"

#include <QTemporaryDir>

#include <functional>
#include <memory>

namespace signalbox::test {

/// A desk's database of its own for a test of commands: a real SQLite file, empty, with a clock that the test turns.
class DeskDatabase
{
public:
    DeskDatabase()
        : m_url("sqlite:" + m_folder.filePath(QStringLiteral("desk.db")).toUtf8())
        , m_store(std::move(openSqlStore(m_url, Store::Access::Write)).value())
    {
    }

    ManualClock& clock() { return m_clock; }
    Store& store() { return *m_store; }
    const QByteArray& url() const { return m_url; }

    /// Runs a command in a transaction of its own, as StoreThread does: an Error undoes it.
    template <typename T> Result<T> run(const std::function<Result<T>(DeskTransaction&)>& command)
    {
        if (!m_store->begin(Store::Access::Write))
            return *m_store->failure();
        DeskTransaction transaction(*m_store, m_clock.wallMs());
        Result<T> outcome = command(transaction);
        std::vector<JournalEvent> events = transaction.takeEmitted();
        if (const auto failure = m_store->failure()) {
            m_store->rollback();
            return *failure;
        }
        if (!outcome) {
            m_store->rollback();
            return outcome;
        }
        if (!m_store->commit())
            return *m_store->failure();
        std::move(events.begin(), events.end(), std::back_inserter(m_events));
        return outcome;
    }

    /// What the commands have published since the last call, in order.
    std::vector<JournalEvent> takeEvents() { return std::exchange(m_events, {}); }

private:
    QTemporaryDir m_folder;
    const QByteArray m_url;
    ManualClock m_clock;
    std::unique_ptr<Store> m_store;
    std::vector<JournalEvent> m_events;
};

} // namespace signalbox::test
